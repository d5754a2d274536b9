"""Actions of OPDC's evaluation. Each opens its own transaction, is checked by the workflow engine and audited."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from agreements import freeze, scoring
from agreements.criteria import as_scale
from kpiportal import audit, deadlines, files, thai
from kpiportal.models import StoredFile, User
from kpiportal.workflow import Stale, advance
from reporting.evaluation import figures, marks, notices, policy, rules, sar, workflow
from reporting.evaluation.marks import Marks
from reporting.evaluation.states import EvaluationState
from reporting.models import Evaluation, EvaluationLine, EvaluationPolicy, Report, Round, SiteVisit
from reporting.sar.facts import FILED
from reporting.states import RoundState

MARKS = ("verdict", "raw", "reason", "missed_reports", "lowered", "lowered_reason")


@transaction.atomic
def begin_evaluation(round: Round, *, by: User, at: dt.datetime) -> Evaluation:
    """Open the round for scoring: a line per indicator with its self score as the SAR has it, nothing judged yet.

    The interim reports an indicator never sent are counted here (R26); the evaluator may put the count right. Raises
    Stale before OPDC has the SAR, or when somebody began already.
    """
    duty = rules.can_score(by)
    if not duty:
        raise PermissionDenied
    round = Round.objects.select_for_update(of=("self",)).select_related("agreement__framework__scale").get(pk=round.pk)
    if not sar.is_at_opdc(round) or Evaluation.objects.filter(round=round).exists():
        raise Stale("รอบนี้ยังไม่ถึงมือสำนักงาน ก.พ.ร. หรือมีผู้เริ่มให้คะแนนแล้ว")
    settings = policy.policy_of(round.agreement.framework)
    evaluation = Evaluation.objects.create(
        round=round, per_missed_report=settings.per_missed_report, floor=settings.floor, begun_at=at, begun_by=by
    )
    EvaluationLine.objects.bulk_create(_lines(evaluation))
    audit.record("reporting.begin_evaluation", evaluation, by=by, duty=duty, at=at)
    return evaluation


def _lines(evaluation: Evaluation) -> list[EvaluationLine]:
    round = evaluation.round
    cards = {card.indicator_id: card for card in Report.objects.filter(round=round)}
    missed = _missed(round)
    lines = []
    for indicator in round.agreement.indicators.filter(parent=None).order_by("order"):
        if scoring.is_active(indicator.start_months, indicator.cancelled_months, round.months):
            card = cards.get(indicator.pk)
            own = card.score if card and card.state in FILED else None
            lines.append(
                EvaluationLine(
                    evaluation=evaluation,
                    indicator=indicator,
                    report=card,
                    self_score=own,
                    missed_reports=missed.get(indicator.pk, 0),
                )
            )
    return lines


def _missed(round: Round) -> dict[int, int]:
    """How many earlier rounds of the year opened without this indicator's card ever being sent, by indicator."""
    earlier = Report.objects.filter(round__agreement=round.agreement_id, round__months__lt=round.months, filed_at=None)
    found: dict[int, int] = {}
    for indicator in earlier.exclude(round__state=RoundState.SCHEDULED).values_list("indicator", flat=True):
        found[indicator] = found.get(indicator, 0) + 1
    return found


@transaction.atomic
def mark_line(line: EvaluationLine, typed: Marks, *, by: User, revision: int, at: dt.datetime) -> EvaluationLine:
    """Keep what the evaluator says of one indicator; it has a score as soon as nothing is lacking.

    Raises Stale when somebody saved the line since `revision`, or the result was announced.
    """
    evaluation, duty = _open_for_scoring(line.evaluation_id, by)
    line = EvaluationLine.objects.select_for_update(of=("self",)).select_related("indicator").get(pk=line.pk)
    if line.revision != revision:
        raise Stale
    before = _said(line)
    _put(line, typed, evaluation, by, at)
    line.save()
    audit.record(
        "reporting.mark_line",
        evaluation,
        by=by,
        duty=duty,
        at=at,
        before=before,
        after=_said(line),
        name=line.indicator.number,
    )
    return line


@transaction.atomic
def accept_rest(evaluation: Evaluation, *, by: User, at: dt.datetime) -> int:
    """Accept the self score of every line nobody has looked at. Returns how many."""
    evaluation, duty = _open_for_scoring(evaluation.pk, by)
    rest = list(evaluation.lines.select_for_update(of=("self",)).filter(verdict="").select_related("indicator"))
    for line in rest:
        _put(line, Marks(**{**_marks(line), "verdict": marks.ACCEPTED}), evaluation, by, at)
    EvaluationLine.objects.bulk_update(rest, ["verdict", "score", "revision", "saved_at", "saved_by"])
    numbers = [line.indicator.number for line in rest]
    audit.record("reporting.accept_rest", evaluation, by=by, duty=duty, at=at, numbers=numbers)
    return len(rest)


def _open_for_scoring(pk: int, by: User) -> tuple[Evaluation, Any]:
    evaluation = (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("round__agreement__framework__scale", "round__agreement__owner")
        .get(pk=pk)
    )
    duty = rules.can_score(by, evaluation)
    if not duty:
        raise PermissionDenied
    if evaluation.state != EvaluationState.SCORING:
        raise Stale("แจ้งผลการประเมินแล้ว แก้คะแนนไม่ได้ จนกว่าผู้อำนวยการดึงผลกลับมาแก้ไข")
    return evaluation, duty


def _marks(line: EvaluationLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in MARKS}


def _said(line: EvaluationLine) -> dict[str, Any]:
    return freeze.plain({**_marks(line), "score": line.score})


def _put(line: EvaluationLine, typed: Marks, evaluation: Evaluation, by: User, at: dt.datetime) -> None:
    """Write the boxes and their score into the row; the caller saves it."""
    scale = as_scale(evaluation.round.agreement.framework.scale)
    found = marks.judged(typed, line.self_score, policy.rule_of(evaluation), scale)
    for name, value in asdict(typed).items():
        setattr(line, name, value)
    line.score = found.score if found else None
    line.revision, line.saved_at, line.saved_by = line.revision + 1, at, by


@transaction.atomic
def note_visit(
    evaluation: Evaluation,
    *,
    visited_on: dt.date,
    people: str,
    note: str,
    file: UploadedFile | None,
    by: User,
    at: dt.datetime,
) -> SiteVisit:
    """Keep the note of a site visit. Raises uploads.UploadRefused with a Thai sentence; nothing is kept then."""
    duty = rules.can_score(by, evaluation)
    if not duty:
        raise PermissionDenied
    purpose = StoredFile.Purpose.EVIDENCE
    stored = files.store(file, by=by, organization=duty.organization, at=at, purpose=purpose) if file else None
    visit = SiteVisit.objects.create(
        evaluation=evaluation, visited_on=visited_on, people=people, note=note, file=stored, added_at=at, added_by=by
    )
    day = thai.date_text(visited_on, short=True)
    audit.record("reporting.note_visit", evaluation, by=by, duty=duty, at=at, name=day)
    return visit


@transaction.atomic
def publish_evaluation(evaluation: Evaluation, *, by: User, revision: int, at: dt.datetime) -> Evaluation:
    """Announce the preliminary result to the party; the days for an appeal begin."""

    def announced(row: Evaluation) -> dict[str, Any]:
        days = policy.policy_of(row.round.agreement.framework).appeal_days
        due = deadlines.due_instant(thai.day_in_bangkok(at) + dt.timedelta(days=days))
        return {"published_at": at, "appeal_due_at": due, **_result(row, appealed=False)}

    evaluation = advance(evaluation, workflow.PUBLISH, by=by, revision=revision, at=at, prepare=announced)
    notices.published(evaluation, at=at)
    return evaluation


@transaction.atomic
def recall_evaluation(evaluation: Evaluation, *, by: User, revision: int, at: dt.datetime, reason: str) -> Evaluation:
    """Take the preliminary result back to put a score right. What the party drafted of an appeal stays as it is."""
    evaluation = advance(evaluation, workflow.RECALL, by=by, revision=revision, at=at, reason=reason)
    notices.recalled(evaluation, reason=reason, at=at)
    return evaluation


@transaction.atomic
def accept_evaluation(evaluation: Evaluation, *, by: User, revision: int, at: dt.datetime) -> Evaluation:
    """The party's head takes the result as it is: final before the days are over."""
    return _finish(evaluation, workflow.ACCEPT_RESULT, by=by, revision=revision, at=at)


@transaction.atomic
def decide_appeal(evaluation: Evaluation, *, by: User, revision: int, at: dt.datetime) -> Evaluation:
    """Announce what became of every disputed indicator, with the final score and grade."""
    return _finish(evaluation, workflow.DECIDE, by=by, revision=revision, at=at)


def lapse_appeals(*, at: dt.datetime) -> int:
    """The clock: results whose days for an appeal are over become final. Returns how many.

    Each in its own transaction; one somebody just appealed against or recalled is passed over.
    """
    told = Evaluation.objects.filter(state=EvaluationState.PRELIMINARY).exclude(appeal_due_at=None).order_by("pk")
    count = 0
    for evaluation in [one for one in told if not deadlines.in_time(at, one.appeal_due_at)]:
        try:
            with transaction.atomic():
                _finish(evaluation, workflow.LAPSE, by=None, revision=evaluation.revision, at=at)
            count += 1
        except Stale:
            continue
    return count


def _finish(evaluation: Evaluation, step: Any, *, by: User | None, revision: int, at: dt.datetime) -> Evaluation:
    def final(row: Evaluation) -> dict[str, Any]:
        return {"final_at": at, **_result(row, appealed=step is workflow.DECIDE)}

    evaluation = advance(evaluation, step, by=by, revision=revision, at=at, prepare=final)
    notices.final(evaluation, at=at)
    return evaluation


def _result(evaluation: Evaluation, *, appealed: bool) -> dict[str, Any]:
    """Total and grade from the lines as they stand (R18, R23, R29); `appealed`: what an appeal gave counts."""
    framework = evaluation.round.agreement.framework
    total = figures.result(evaluation.round, evaluation.lines.all(), appealed=appealed)
    grade = scoring.band_of(total, policy.grades_of(framework, policy.policy_of(framework)))
    return {"total": total, "grade": grade.name if grade else ""}


@transaction.atomic
def set_policy(row: EvaluationPolicy, *, by: User, revision: int, at: dt.datetime, **facts: Any) -> EvaluationPolicy:
    """Keep a year's rules. They hold for evaluations begun from now on, and for every result announced from now on."""
    duty = rules.can_set_policy(by, row.framework)
    if not duty:
        raise PermissionDenied
    kept, fresh = EvaluationPolicy.objects.select_for_update().get_or_create(framework=row.framework)
    if not fresh and kept.revision != revision:
        raise Stale
    before = freeze.plain({name: getattr(kept, name) for name in facts})
    for name, value in facts.items():
        setattr(kept, name, value)
    kept.revision += 1
    kept.save()
    after = freeze.plain(facts)
    audit.record("reporting.set_policy", kept.framework, by=by, duty=duty, at=at, before=before, after=after)
    return kept


# verb -> the action that a button names (reporting/evaluation/views.py)
OF_VERB = {
    workflow.PUBLISH.verb: publish_evaluation,
    workflow.RECALL.verb: recall_evaluation,
    workflow.ACCEPT_RESULT.verb: accept_evaluation,
    workflow.DECIDE.verb: decide_appeal,
}
