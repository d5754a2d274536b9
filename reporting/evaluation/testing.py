"""Evaluations for tests, through the actions users use: a closed year, scored, announced, appealed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from agreements.freeze import plain
from agreements.models import Agreement
from kpiportal import files
from kpiportal.models import StoredFile
from kpiportal.testing.people import BANGKOK, Cast
from reporting import actions as filing
from reporting import testing
from reporting.evaluation import actions, appeals
from reporting.evaluation.marks import Marks
from reporting.models import AppealItem, Consolidation, Evaluation, EvaluationLine, Round
from reporting.sar.facts import facts_of, mark_of
from reporting.states import SarState

NOVEMBER = dt.datetime(2015, 11, 16, 10, tzinfo=BANGKOK)
DECEMBER = dt.datetime(2015, 12, 1, 9, tzinfo=BANGKOK)
# Of indicators 1.1 (60), 2.1 (10), 3.1 (15), 4.1 (15) on 70, 75, 80, 85, 90: 3.4700, 5.0000, 1.0000, no result.
VALUES = ("82.35", "91", "65", None)


def closed_round(cast: Cast, *, values: tuple[str | None, ...] = VALUES, agreement: Agreement | None = None) -> Round:
    """A round of 12 months with every card that has a value accepted, closed to the agencies. None: never sent."""
    round = testing.make_round(cast, agreement=agreement)
    crews = {
        cast.agency: cast,
        cast.other_agency: replace(cast, collector=cast.other_collector, overseer=cast.other_overseer),
    }
    cards = round.reports.select_related("host").order_by("indicator__order")
    for card, value in zip(cards, values, strict=False):
        if value is not None:
            _accepted(card, crews[card.host], value)
    round = filing.close_round(round, by=cast.coordinator, revision=round.revision, at=testing.FILED)
    return at_opdc(round)


def at_opdc(round: Round) -> Round:
    """Its SAR as OPDC has it, without the typesetting: how it gets there is tested where it is made."""
    owner, facts = round.agreement.owner, facts_of(round)
    empty = {"lacking_reason": "", "chapters": [], "criteria": {}, "cards": []}
    file = files.store_bytes(
        testing.PDF, name="SAR.pdf", content_type="application/pdf", organization=owner, at=testing.FILED,
        purpose=StoredFile.Purpose.EXPORT,
    )  # fmt: skip
    content = plain({**facts, **empty, "mark": mark_of(facts)})
    Consolidation.objects.create(
        round=round, state=SarState.SENT, content=content, approved_at=testing.FILED, sent_at=testing.FILED, file=file,
        state_since=testing.FILED,
    )  # fmt: skip
    return round


def _accepted(card, crew: Cast, value: str) -> None:
    testing.send(card, crew, value=value)
    card.refresh_from_db()
    card = filing.certify_report(card, by=crew.overseer, revision=card.revision, at=testing.FILED)
    filing.accept_report(card, by=crew.coordinator, revision=card.revision, at=testing.FILED)


def make_evaluation(cast: Cast, **facts) -> Evaluation:
    """Begun, nothing judged."""
    return actions.begin_evaluation(closed_round(cast, **facts), by=cast.evaluator, at=NOVEMBER)


def line_of(evaluation: Evaluation, number: str) -> EvaluationLine:
    return evaluation.lines.get(indicator__number=number)


def mark(evaluation: Evaluation, number: str, cast: Cast, **said) -> EvaluationLine:
    line = line_of(evaluation, number)
    return actions.mark_line(line, Marks(**said), by=cast.evaluator, revision=line.revision, at=NOVEMBER)


def published(cast: Cast, evaluation: Evaluation | None = None, **facts) -> Evaluation:
    """Everything but 1.1 as the province has it; 1.1 changed to 3.0000 with a reason."""
    evaluation = evaluation or make_evaluation(cast, **facts)
    mark(evaluation, "1.1", cast, verdict="changed", raw=Decimal("3.0000"), reason="หลักฐานไม่ครอบคลุมทุกอำเภอ")
    actions.accept_rest(evaluation, by=cast.evaluator, at=NOVEMBER)
    return actions.publish_evaluation(evaluation, by=cast.director, revision=evaluation.revision, at=NOVEMBER)


def disputed(evaluation: Evaluation, cast: Cast, *, uploads=()) -> AppealItem:
    """1.1 in the party's appeal, not filed."""
    facts = {"disputed": "คะแนนของอำเภอแม่แจ่ม", "grounds": "มีหลักฐานครบตามไฟล์แนบ", "asked_score": Decimal("3.4700")}
    line = line_of(evaluation, "1.1")
    return appeals.dispute(line, **facts, uploads=uploads, by=cast.coordinator, revision=0, at=NOVEMBER)


def appealed(cast: Cast) -> Evaluation:
    """Filed by the governor."""
    evaluation = published(cast)
    disputed(evaluation, cast, uploads=[testing.upload("หลักฐานใหม่.pdf")])
    return appeals.file_appeal(evaluation, by=cast.governor, revision=evaluation.revision, at=NOVEMBER)


def decided(evaluation: Evaluation, cast: Cast, score: str = "3.2500") -> Evaluation:
    """The appeal taken in part, announced."""
    item = AppealItem.objects.get(appeal__evaluation=evaluation)
    word = {"outcome": "partly", "decision": "รับหลักฐานของ 2 อำเภอ", "score": Decimal(score)}
    appeals.decide_item(item, **word, by=cast.evaluator, revision=item.revision, at=DECEMBER)
    return actions.decide_appeal(evaluation, by=cast.director, revision=evaluation.revision, at=DECEMBER)
