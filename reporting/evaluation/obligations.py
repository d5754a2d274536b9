"""Whose turn it is with an evaluation: OPDC's to score, announce and decide; the party's while it may appeal."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from kpiportal import deadlines
from kpiportal.models import Role
from kpiportal.obligations import AT_OPDC, Duty, Kind, Seat, Whose, source
from reporting.evaluation import sar
from reporting.evaluation.states import EvaluationState as S
from reporting.models import Evaluation, EvaluationLine, EvaluationPolicy, Round

# None of OPDC's has a day of its own: its people are told while it waits.
WAITING = (-7, -14, -21)
SCORE = Kind("evaluation.score", "รายงานที่รอให้คะแนน", WAITING, (Role.EVALUATOR, Role.DIRECTOR))
PUBLISH = Kind("evaluation.publish", "ผลการประเมินที่รอแจ้งจังหวัด", WAITING, (Role.DIRECTOR,))
DECIDE = Kind("evaluation.decide", "คำขออุทธรณ์ที่รอพิจารณา", WAITING, (Role.EVALUATOR, Role.DIRECTOR))
_PARTY = (Role.COORDINATOR, Role.OFFICE_HEAD, Role.GOVERNOR, Role.CLUSTER_HEAD)
ANSWER = Kind("evaluation.answer", "ผลการประเมินที่ยังยื่นอุทธรณ์ได้", hears=_PARTY)


@source(SCORE, PUBLISH, DECIDE)
def of_opdc(at: dt.datetime, whose: Whose) -> list[Duty]:
    """The rounds that OPDC has and its rules say it judges: the year's last, and what a year's policy names besides;
    and every evaluation that was begun. One query."""
    if not whose.at_opdc(Role.EVALUATOR, Role.DIRECTOR):
        return []
    later = Round.objects.filter(agreement=OuterRef("agreement"), months__gt=OuterRef("months"))
    named = EvaluationPolicy.objects.filter(
        framework=OuterRef("agreement__framework"), earlier_rounds__contains=[OuterRef("months")]
    )
    unscored = EvaluationLine.objects.filter(evaluation__round=OuterRef("pk"), score=None)
    to_begin = sar.at_opdc() & Q(evaluation=None) & (~Exists(later) | Exists(named))
    rows = Round.objects.annotate(unscored=Exists(unscored)).filter(
        to_begin | Q(evaluation__state__in=[S.SCORING, S.APPEALED])
    )
    rows = rows.select_related("agreement__owner", "evaluation", "consolidation")
    return [_at_opdc(round) for round in rows.order_by("opdc_due_at", "agreement__owner__sort_key", "pk")]


def _at_opdc(round: Round) -> Duty:
    begun: Evaluation | None = getattr(round, "evaluation", None)
    if begun is None:
        url = reverse("reporting:evaluation_begin", args=[round.pk])
        return _duty(round, SCORE, "ให้คะแนน", "เริ่มให้คะแนน", url, sar.since(round))
    url = reverse("reporting:evaluation", args=[begun.pk])
    if begun.state == S.APPEALED:
        appeal = reverse("reporting:appeal", args=[begun.pk])
        return _duty(round, DECIDE, "พิจารณาอุทธรณ์", "พิจารณา", appeal, begun.appeal.filed_at or begun.begun_at)
    if round.unscored:
        return _duty(round, SCORE, "ให้คะแนน", "ให้คะแนนต่อ", url, begun.begun_at)
    return _duty(round, PUBLISH, "แจ้งผลเบื้องต้น", "ตรวจและแจ้งผล", url, begun.begun_at)


def _duty(round: Round, kind: Kind, title: str, action: str, url: str, since: dt.datetime) -> Duty:
    agreement = round.agreement
    evaluator, director = Seat(AT_OPDC, Role.EVALUATOR), Seat(AT_OPDC, Role.DIRECTOR)
    told = {
        SCORE: (evaluator, Seat(AT_OPDC, Role.DIRECTOR, from_step=-14, acts=False)),
        PUBLISH: (director,),
        DECIDE: (evaluator, director),
    }
    return Duty(
        kind.name,
        round.pk,
        title=f"{title} {agreement.owner.full_name}",
        detail=f"{round.name} ปีงบประมาณ พ.ศ. {agreement.fiscal_year}",
        url=url,
        action=action,
        seats=told[kind],
        since=since,
        fiscal_year=agreement.fiscal_year,
        months=round.months,
        party_id=agreement.owner_id,
    )


def may_answer(round: Round, at: dt.datetime) -> bool:
    """Whether the round's result was announced and may still be appealed against."""
    found: Evaluation | None = getattr(round, "evaluation", None)
    due = found.appeal_due_at if found and found.state == S.PRELIMINARY else None
    return due is not None and deadlines.in_time(at, due)


def of_party(round: Round) -> Duty:
    """The party's duty while `may_answer`: read with its SARs (reporting/sar/obligations.py), one query for both."""
    found, agreement = round.evaluation, round.agreement
    party = agreement.owner_id
    return Duty(
        ANSWER.name,
        round.pk,
        title=f"ตรวจผลการประเมินเบื้องต้น {round.name}",
        detail=f"{agreement.owner.full_name} ปีงบประมาณ พ.ศ. {agreement.fiscal_year} · "
        f"อุทธรณ์ได้ถึง {deadlines.due_text(found.appeal_due_at)}",
        url=reverse("reporting:evaluation", args=[found.pk]),
        action="ดูผล",
        seats=(
            Seat(party, Role.COORDINATOR),
            Seat(party, Role.OFFICE_HEAD, from_step=3),
            Seat(party, Role.GOVERNOR),
            Seat(party, Role.CLUSTER_HEAD),
        ),
        since=found.published_at,
        told_at=found.published_at,
        due_at=found.appeal_due_at,
        fiscal_year=agreement.fiscal_year,
        months=round.months,
        party_id=party,
    )
