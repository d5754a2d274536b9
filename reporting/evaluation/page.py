"""What the pages and the paper of an evaluation show: every number formatted once, the working in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from agreements import scoring
from agreements.criteria import as_scale
from kpiportal import audit, deadlines, thai
from kpiportal.models import User
from kpiportal.models.people import Kind
from kpiportal.numbers import format_number
from kpiportal.workflow import offered
from reporting import sheet
from reporting.evaluation import appeals, figures, marks, policy, rules, workflow
from reporting.evaluation.forms import MARKS, LineForm
from reporting.evaluation.marks import Marks
from reporting.evaluation.states import EvaluationState
from reporting.models import AppealItem, Evaluation, EvaluationLine

TONES = {
    EvaluationState.SCORING: "wait",
    EvaluationState.PRELIMINARY: "due",
    EvaluationState.APPEALED: "due",
    EvaluationState.FINAL: "ok",
}


@dataclass(frozen=True)
class Row:
    """One line ready to print. `gap`: OPDC's score less the self score, signed; "" when equal or one is missing."""

    line: EvaluationLine
    kind: str  # "dimension" | "sub" | "indicator"
    number: str = ""
    name: str = ""
    unit: str = ""
    target: str = ""
    weight: str = ""
    result: str = ""
    own: str = ""
    off: str = ""  # −0.4000
    off_words: list[str] = field(default_factory=list)
    raw: str = ""
    score: str = ""
    gap: str = ""
    appealed: str = ""
    final: str = ""
    weighted: str = ""
    working: list[str] = field(default_factory=list)
    lacking: dict[str, str] = field(default_factory=dict)
    card: int | None = None
    saved: str = ""
    form: LineForm | None = None


@dataclass(frozen=True)
class Heading:
    """A dimension's line with its three subtotals."""

    kind: str
    name: str
    weight: str
    own: str
    score: str
    final: str


class Scoring:
    """An evaluation with everything its page shows. Four queries: table, lines with what is disputed, visits, files.

    `evaluation` comes with round.agreement.framework.scale and owner selected. `final_shown`: what the appeal gave is
    for everybody's eyes only once the evaluation is final.
    """

    def __init__(self, evaluation: Evaluation):
        self.evaluation, self.round = evaluation, evaluation.round
        self.scale = as_scale(self.round.agreement.framework.scale)
        self.rule = policy.rule_of(evaluation)
        self.table = sheet.read(self.round)
        lines = evaluation.lines.select_related("indicator", "appeal_item", "saved_by").order_by("indicator__order")
        self.lines: list[EvaluationLine] = list(lines)
        self.final_shown = evaluation.state == EvaluationState.FINAL
        self.totals = figures.totals(self.round, self.table, self.lines)

    @property
    def judged(self) -> int:
        return sum(line.score is not None for line in self.lines)

    @property
    def is_complete(self) -> bool:
        return self.judged == len(self.lines)

    @property
    def grade(self) -> scoring.Band | None:
        framework = self.round.agreement.framework
        return scoring.band_of(self.evaluation.total, policy.grades_of(framework, policy.policy_of(framework)))

    def number(self, value: Decimal | None) -> str:
        return "" if value is None else format_number(value, decimals=self.scale.decimals)

    @property
    def head(self) -> dict[str, Any]:
        """The figures on top; OPDC's total only once every line has a score."""
        complete = self.is_complete
        given, final = self.totals.given.all_active.score, self.totals.final.all_active.score
        return {
            "own": self.number(self.totals.own.all_active.score),
            "given": self.number(given) if complete else "",
            "final": self.number(final) if complete and self.final_shown else "",
            "judged": self.judged,
            "count": len(self.lines),
            "pending": sum(line.verdict == "" for line in self.lines),
            "changed": sum(line.verdict == marks.CHANGED for line in self.lines),
            "gap": self._gap(self.totals.own.all_active.score, given) if complete else "",
        }

    def rows(self) -> list[Row | Heading]:
        """Dimensions in their order, each with its subtotals and its lines."""
        of_indicator = {line.indicator_id: line for line in self.lines}
        found: list[Row | Heading] = []
        for dimension in sheet.dimensions_of(self.table):
            found.append(self._heading(dimension))
            found += [
                self.row(of_indicator[facts["id"]], facts)
                for facts in self.table
                if facts["dimension_id"] == dimension.pk and facts["id"] in of_indicator
            ]
        return found

    def _heading(self, dimension: sheet.Dimension) -> Heading:
        key = f"d{dimension.pk}"
        own, given, final = (
            total.subtotals[key].all_active.score for total in (self.totals.own, self.totals.given, self.totals.final)
        )
        complete = self.is_complete
        return Heading(
            kind="sub" if dimension.parent_id else "dimension",
            name=dimension.name,
            weight=format_number(dimension.weight, decimals=2),
            own=self.number(own),
            score=self.number(given) if complete else "",
            final=self.number(final) if complete and self.final_shown else "",
        )

    def row(self, line: EvaluationLine, facts: Mapping[str, Any] | None = None) -> Row:
        facts = facts or next(row for row in self.table if row["id"] == line.indicator_id)
        said = Marks(**{name: getattr(line, name) for name in MARKS})
        adjusted = marks.judged(said, line.self_score, self.rule, self.scale)
        final = figures.final_of(line).score if self.final_shown else None
        key = f"i{line.indicator_id}"
        counted = (self.totals.final if self.final_shown else self.totals.given).rows[key]
        return Row(
            line=line,
            kind="indicator",
            number=facts["number"],
            name=facts["name"],
            unit=facts["unit"],
            target="" if facts["target"] is None else format_number(facts["target"]),
            weight=format_number(scoring.half_up(counted.weight, 2), decimals=2),
            result=sheet.result_text(facts) or ("ตามตัวชี้วัดย่อย" if facts["children"] else ""),
            own=self.number(line.self_score),
            off=self._off(adjusted),
            off_words=_off_words(line, self),
            raw=self.number(adjusted.raw) if adjusted else "",
            score=self.number(line.score),
            gap=self._gap(line.self_score, line.score),
            appealed=self.number(line.appeal_score) if self.final_shown else "",
            final=self.number(final),
            weighted=self.number(counted.weighted.shown) if counted.weighted and line.score is not None else "",
            working=[step.text for step in adjusted.working] if adjusted else [],
            lacking=marks.lacking(said) if line.verdict or line.lowered else {},
            card=line.report_id,
            saved=thai.time_text(line.saved_at) if line.saved_at else "",
        )

    def _off(self, adjusted: scoring.Adjusted | None) -> str:
        off = adjusted.missed_reports + adjusted.lowered if adjusted else Decimal(0)
        return f"−{self.number(off)}" if off else ""

    def _gap(self, own: Decimal | None, given: Decimal | None) -> str:
        if own is None or given is None or own == given:
            return ""
        return f"{'+' if given > own else '−'}{self.number(abs(given - own))}"


def _off_words(line: EvaluationLine, scored: Scoring) -> list[str]:
    """ไม่ได้รายงาน 2 รอบ × 0.2; หลักฐาน ..."""
    words = []
    if line.missed_reports:
        words.append(f"ไม่ได้รายงาน {line.missed_reports} รอบ รอบละ {format_number(scored.rule.per_missed_report)}")
    if line.lowered:
        words.append(f"หัก {format_number(line.lowered)}: {line.lowered_reason}")
    return words


def context(
    scored: Scoring, *, by: User, at: dt.datetime, typed: Mapping[int, LineForm] | None = None
) -> dict[str, Any]:
    """Of the evaluation's own page; `typed`: a refused form by the pk of its line."""
    evaluation = scored.evaluation
    is_opdc = by.sits_at(Kind.OPDC)
    scoring_now = evaluation.state == EvaluationState.SCORING and bool(rules.can_score(by, evaluation))
    return {
        "evaluation": evaluation,
        "round": scored.round,
        "tone": TONES[EvaluationState(evaluation.state)],
        "head": scored.head,
        "rows": _with_boxes(scored, typed or {}) if scoring_now else scored.rows(),
        "working": [step.text for step in _shown_total(scored).all_active.working] if scored.is_complete else [],
        "grade": scored.grade,
        "scoring_now": scoring_now,
        "is_opdc": is_opdc,
        "visits": list(evaluation.visits.select_related("file")) if is_opdc else [],
        "may_note": bool(rules.can_score(by, evaluation)),
        "transitions": offered(evaluation, workflow.EVALUATION, by=by),
        "window": window(evaluation, at),
        "may_appeal": may_appeal(evaluation, by, at),
        "disputed": sum(hasattr(line, "appeal_item") for line in scored.lines),
        "per_missed": format_number(evaluation.per_missed_report),
    }


def _with_boxes(scored: Scoring, typed: Mapping[int, LineForm]) -> list[Row | Heading]:
    return [
        replace(row, form=typed.get(row.line.pk) or LineForm(line=row.line, scale=scored.scale))
        if isinstance(row, Row)
        else row
        for row in scored.rows()
    ]


def _shown_total(scored: Scoring) -> scoring.Total:
    return scored.totals.final if scored.final_shown else scored.totals.given


def window(evaluation: Evaluation, at: dt.datetime) -> dict[str, str]:
    """The days for an appeal in words, while they matter."""
    if evaluation.state != EvaluationState.PRELIMINARY or not evaluation.appeal_due_at:
        return {}
    due = evaluation.appeal_due_at
    if not deadlines.in_time(at, due):
        return {"kind": "late", "text": appeals.OVER}
    left = deadlines.days_left(at, due)
    rest = f"เหลือ {left} วัน" if left else "วันนี้วันสุดท้าย"
    return {"kind": "due", "text": f"ยื่นอุทธรณ์ได้ถึง {deadlines.due_text(due)} ({rest})"}


def may_appeal(evaluation: Evaluation, by: User, at: dt.datetime) -> bool:
    open_ = evaluation.state == EvaluationState.PRELIMINARY and bool(evaluation.appeal_due_at)
    in_time = open_ and deadlines.in_time(at, evaluation.appeal_due_at)  # type: ignore[arg-type]
    return bool(in_time and (rules.can_write_appeal(by, evaluation) or rules.can_sign_for_party(by, evaluation)))


def history(evaluation: Evaluation, by: User) -> list[audit.Line]:
    """What happened, without what only the other side may know: OPDC's marks while it judges, the party's drafts."""
    hidden = workflow.OF_PARTY if by.sits_at(Kind.OPDC) else workflow.OF_OPDC
    return [audit.line(event) for event in audit.events(evaluation) if event.verb not in hidden]


def items_of(evaluation: Evaluation, by: User) -> Iterable[AppealItem]:
    """What is disputed, as far as this person may read it."""
    items = AppealItem.objects.visible_to(by).filter(appeal__evaluation=evaluation)
    items = items.select_related("line__indicator", "appeal").prefetch_related("files__file")
    return items.order_by("line__indicator__order")
