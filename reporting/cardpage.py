"""Everything the page of one card shows, as plain values: what is asked, what it earns, what stands beside it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.text import Truncator

from agreements import pages, scoring
from agreements.criteria import KINDS_OF_CHILDREN, KINDS_OF_STEPS, leaves_of, trimmed
from agreements.models import Indicator
from kpiportal import audit, deadlines, thai
from kpiportal.models import User
from kpiportal.models.people import Kind
from kpiportal.numbers import format_number
from kpiportal.workflow import Blocker, Transition, offered
from reporting import (
    cardnews,
    cardrows,
    contributions,
    evidencelist,
    parts,
    plausible,
    receipts,
    review,
    rules,
    workflow,
)
from reporting.forms import CardForm, ReturnForm, as_posted
from reporting.models import Report, ReportEntry
from reporting.scorecard import score_card
from reporting.sheet import STATE_LABELS, TONES, result_text
from reporting.states import EDITABLE, ReportState, RoundState

# A card that others have now: where it is, and who of them can lift the lock.
_ON_ITS_WAY = {
    ReportState.SENT: ("ส่งแล้ว รอผู้กำกับดูแลตัวชี้วัดของหน่วยงานรับรอง", "ผู้จัดเก็บข้อมูลดึงกลับได้ หรือผู้กำกับดูแลส่งกลับ"),
    ReportState.CERTIFIED: ("หัวหน้าหน่วยงานรับรองแล้ว รอจังหวัดตรวจ", "หัวหน้าหน่วยงานถอนการรับรองได้ หรือผู้ประสานงานจังหวัดส่งกลับ"),
}
LONGEST_SIBLING = 60  # characters of an indicator's name in the list beside the card


@dataclass(frozen=True)
class Shown:
    """A score as the page shows it, with the arithmetic; `error` in place of a score that cannot be; `asks`: what
    looks mistyped."""

    score: str
    weighted: str
    working: list[str]
    error: str
    figure: dict[str, Any] | None
    asks: list[str] = field(default_factory=list)


def context(
    report: Report,
    *,
    by: User,
    at: dt.datetime,
    form: CardForm | None = None,
    blockers: list[Blocker] | None = None,
    clash: str = "",
    decision: str = "",
    returning: ReturnForm | None = None,
    part: contributions.ContributionForm | None = None,
    **evidence_forms: Any,
) -> dict[str, Any]:
    """Everything the page shows. `form`, `returning` and `evidence_forms` (reporting/evidencelist.py) are what was
    just refused, with what was typed."""
    open_now = report.state in EDITABLE and report.round.state == RoundState.OPEN
    filer = rules.can_file(by, report)
    may_edit = bool(open_now and filer)
    decisions = offered(report, workflow.DECISIONS, by=by)
    earlier = cardrows.load_year(report)
    if report.indicator.criteria.kind not in KINDS_OF_CHILDREN:
        cardrows.load_baselines(report.indicator)
    events = audit.events(report)
    undo = next(iter(offered(report, workflow.UNDOING, by=by)), None)
    may_supply = open_now and parts.RESULT not in parts.locked(report)
    return {
        **_card(report, by, at),
        "may_edit": may_edit,
        "lock": "" if may_edit else why_locked(report, undo),
        "undo": undo,
        **_form_context(
            report, form, earlier, filer=bool(filer), may_edit=may_edit, blockers=blockers or [], clash=clash
        ),
        "past": _past(report, earlier),
        **evidencelist.context(report, earlier, whose=_attaching(report, by, open_now), **evidence_forms),
        **contributions.context(report, by=by, may_supply=may_supply, form=part),
        **review.context(report, decisions, events, decision=decision, returning=returning),
        "history": [audit.line(event) for event in events],
    }


def _card(report: Report, by: User, at: dt.datetime) -> dict[str, Any]:
    """Which card this is, how it stands, and which ones are beside it."""
    return {
        "report": report,
        "indicator": report.indicator,
        "round": report.round,
        "state": report.get_state_display(),
        "tone": TONES[ReportState(report.state)],
        "due": due_chip(report, at),
        "stamp": cardnews.stamp(report),
        "siblings": _siblings(report, by),
        "next": _next_card(report, by),
        "receipts": receipts.of(report),
    }


def evidence_context(report: Report, *, by: User, **evidence_forms: Any) -> dict[str, Any]:
    """What the evidence alone shows, without the page around it."""
    open_now = report.state in EDITABLE and report.round.state == RoundState.OPEN
    may_edit, earlier = bool(open_now and rules.can_file(by, report)), cardrows.load_year(report)
    return {
        "report": report,
        "may_edit": may_edit,
        "locked": parts.locked(report) if may_edit else frozenset(),
        **evidencelist.context(report, earlier, whose=_attaching(report, by, open_now), **evidence_forms),
    }


def _form_context(
    report: Report,
    form: CardForm | None,
    earlier: list[Report],
    *,
    filer: bool,
    may_edit: bool,
    blockers: list[Blocker],
    clash: str,
) -> dict[str, Any]:
    """The card's form and what stands beside its fields; `stored` is what the browser compares typed words with."""
    saved, shut = CardForm.initial_of(report), parts.locked(report)
    form = form or CardForm(initial={**saved, "token": uuid.uuid4()}, report=report)
    if clash:
        form = form.renewed(report)
    _beside_fields(form, blockers)
    asked = [blocker.text for blocker in blockers if blocker.field == "sure"]
    return {
        "stored": {name: as_posted(value) for name, value in saved.items() if name != "revision"} if filer else None,
        "form": form,
        "locked": shut if may_edit else frozenset(),
        "groups": _groups(report, form),
        "answers": [] if may_edit and parts.RESULT not in shut else _answers(report),
        "narrative": _narrative(report, form, earlier),
        "theirs": _theirs(form, saved) if clash else [],
        "clash": clash,
        "sure": {"questions": asked, "mark": plausible.mark(asked)} if asked else None,
        "blockers": [blocker for blocker in blockers if blocker.field != "sure"],
        "score": preview(report, form if form.is_bound else None),
    }


def _attaching(report: Report, by: User, open_now: bool) -> evidencelist.Whose:
    """For whom this person may attach files now: the host, or the co-host whose part they supply."""
    open_now = open_now and parts.EVIDENCE not in parts.locked(report)
    if rules.can_file(by, report):
        return evidencelist.Whose(open_now)
    duty = contributions.duty_of(by, report)
    return evidencelist.Whose(open_now and duty is not None, duty.organization_id if duty else None)


def _siblings(report: Report, by: User) -> list[Sibling]:
    """The agency's cards of this round, for the agency and its province; none where this is its only one."""
    if len(report.siblings) < 2 or not {report.host_id, report.round.agreement.owner_id} & set(by.organization_ids):
        return []
    # Resolved once: a reversal costs more than the rest of a line.
    address = reverse("reporting:report_detail", args=[0]).replace("/0/", "/%d/")
    return [_sibling(row, "here" if row["pk"] == report.pk else "other", address) for row in report.siblings]


def _next_card(report: Report, by: User) -> dict[str, Any] | None:
    """The next card that waits on this person: of the whole round for who reviews, else of the agency. `left`: how many
    of the round wait, 0 where nobody counts."""
    found = report.to_review if rules.can_review(by, report) else _next_of_agency(report, by)
    if not found:
        return None
    url = reverse("reporting:report_detail", args=[found["pk"]])
    return {"url": url, "number": found["number"], "left": found.get("left", 0)}


def _next_of_agency(report: Report, by: User) -> Mapping[str, Any] | None:
    """After this card in the order of the agreement, then from its beginning."""
    place = next((n for n, row in enumerate(report.siblings) if row["pk"] == report.pk), 0)
    turn = _turn_of(report, by)
    return next((row for row in report.siblings[place + 1 :] + report.siblings[:place] if row["state"] in turn), None)


class Sibling(NamedTuple):
    """Another card of the agency, or this one (`kind` other, here), ready to print."""

    kind: str
    number: str
    name: str
    url: str
    tone: str
    label: str


def _sibling(row: Mapping[str, Any], kind: str, address: str) -> Sibling:
    name, state = row["name"], ReportState(row["state"])
    if len(name) > LONGEST_SIBLING:
        name = Truncator(name).chars(LONGEST_SIBLING)
    return Sibling(kind, row["number"], name, address % row["pk"], TONES[state], STATE_LABELS[state])


def _turn_of(report: Report, by: User) -> frozenset[ReportState]:
    """The states in which a card of this agency waits on this person: to send, to certify."""
    files = rules.can_file(by, report) and report.round.state == RoundState.OPEN
    return (EDITABLE if files else frozenset()) | ({ReportState.SENT} if rules.can_certify(by, report) else frozenset())


def _beside_fields(form: CardForm, blockers: list[Blocker]) -> None:
    """What stands in the way of sending is listed on top, and said once more at the box it concerns."""
    for blocker in blockers:
        if form.is_bound and blocker.field in form.fields:
            form.add_error(blocker.field, blocker.text)


def _groups(report: Report, form: CardForm) -> list[dict[str, Any]]:
    """Per leaf the fields to fill, and its own levels where neither the scale's picture nor the steps show them."""
    points = [pages.number(point) for point in report.round.agreement.framework.scale.points]
    drawn = pages.figure(report.indicator, report.round.agreement.framework.scale) is not None
    return [
        {
            **group,
            "weight": pages.number(group["leaf"].inner_weight, 2),
            "target": pages.number(group["leaf"].target),
            "band": pages.band_text(group["leaf"]),
            "levels": [] if drawn else _numeric_levels(group["leaf"], points),
        }
        for group in form.groups
    ]


def _numeric_levels(leaf: Indicator, points: list[str]) -> list[dict[str, str]]:
    """The levels that are numbers, each under its point: all of them, or the last ones of a mixed criterion."""
    levels = leaf.criteria.levels
    shown = points[len(points) - len(levels) :]
    return [{"point": p, "value": pages.number(level)} for p, level in zip(shown, levels, strict=False)]


def _answers(report: Report) -> list[dict[str, Any]]:
    """The results as text, for whoever reads the card without filling it."""
    entries = {entry.indicator_id: entry for entry in report.entries.all()}
    found = []
    for leaf in leaves_of(report.indicator):
        entry = entries.get(leaf.pk)
        done = set(entry.steps_done or ()) if entry else set()
        steps = leaf.criteria.steps if leaf.criteria.kind in KINDS_OF_STEPS else []
        found.append(
            {
                "leaf": leaf,
                "is_child": leaf.parent_id is not None,
                "result": _entry_text(report, entry),
                "steps": [{"number": n, "text": text, "done": n in done} for n, text in enumerate(steps, start=1)],
            }
        )
    return found


def _narrative(report: Report, form: CardForm, earlier: list[Report]) -> list[dict[str, Any]]:
    """The four blocks of words: field to type in, text to read, whether this round asks for it, the last round's."""
    asks, last = report.round.plan.asks, earlier[-1] if earlier else None
    return [
        {
            "name": name,
            "field": form[name],
            "label": label,
            "text": getattr(report, name),
            "asked": name in asks,
            "before": getattr(last, name) if last else "",
            "before_round": last.round.name if last else "",
        }
        for name, label in parts.NARRATIVE.items()
    ]


def due_chip(report: Report, at: dt.datetime) -> dict[str, str]:
    """ต้องส่งภายใน 26 ต.ค. 2558 เหลือ 7 วัน / เกินกำหนด 3 วัน / ปิดรับแล้ว ยังไม่ได้ส่ง / ส่งแล้ว 19 ต.ค. 2558."""
    if report.state not in EDITABLE and report.filed_at:
        late = not deadlines.in_time(report.filed_at, report.due_at)
        text = "ส่งแล้วเมื่อ " + thai.date_text(thai.day_in_bangkok(report.filed_at), short=True)
        return {"kind": "late" if late else "ok", "text": text + (" (เกินกำหนด)" if late else "")}
    if report.round.state != RoundState.OPEN:
        return {"kind": "late", "text": "ปิดรับแล้ว ยังไม่ได้ส่ง"}
    text = "ต้องส่งภายใน " + thai.date_text(deadlines.last_day(report.due_at), short=True)
    if not deadlines.in_time(at, report.due_at):
        return {"kind": "late", "text": f"{text} เกินกำหนด {deadlines.days_late(at, report.due_at)} วัน"}
    left = deadlines.days_left(at, report.due_at)
    return {"kind": "due", "text": text + (f" เหลือ {left} วัน" if left else " วันนี้วันสุดท้าย")}


def why_locked(report: Report, undo: Transition | None) -> str:
    """A lock always says why, and who can lift it: the reader, by the button `undo` at the foot, or somebody else."""
    state = ReportState(report.state)
    if report.host.kind == Kind.CLUSTER:
        return f"{report.host.full_name}รายงานตัวชี้วัดนี้ครั้งเดียว คะแนนใช้กับทุกจังหวัดสมาชิก จึงไม่ต้องกรอกที่นี่"
    if report.round.state != RoundState.OPEN and state in EDITABLE:
        return "รอบนี้ปิดรับรายงานแล้ว ผู้ประสานงานจังหวัดเปิดให้ได้"
    if state in _ON_ITS_WAY:
        where, others = _ON_ITS_WAY[state]
        closed = report.round.state != RoundState.OPEN
        if undo and not (undo is workflow.WITHDRAW and closed):
            return f"{where} ระหว่างนี้ท่านกด “{undo.label}” ที่ท้ายหน้าได้"
        return f"{where} หากต้องแก้ไข {'ให้ติดต่อผู้ประสานงานจังหวัด เพราะรอบปิดรับแล้ว' if closed else others}"
    return {
        ReportState.RETURNED: "ส่งกลับแล้ว รอผู้จัดเก็บข้อมูลของหน่วยงานเจ้าภาพแก้แล้วส่งอีกครั้ง",
        ReportState.ACCEPTED: "จังหวัดตรวจผ่านแล้ว แก้ไขไม่ได้อีก หากข้อมูลผิดให้แจ้งผู้ประสานงานจังหวัด",
        ReportState.CANCELLED: "ตัวชี้วัดนี้ยกเลิกแล้วตามคำรับรองฯ ฉบับแก้ไข สิ่งที่กรอกไว้ยังอ่านได้",
    }.get(state, "ผู้จัดเก็บข้อมูลของหน่วยงานเจ้าภาพเป็นผู้กรอก")


def preview(report: Report, form: CardForm | None) -> Shown:
    """What the card as typed (or, without a form, as saved) would earn."""
    if form is not None and form.is_bound:
        cleaned = form.cleaned_data if hasattr(form, "cleaned_data") else {}
        entries = {pk: ReportEntry(indicator_id=pk, **facts) for pk, facts in form.entries.items()} if cleaned else {}
        no_data = cleaned.get("no_data")
    else:
        entries, no_data = {e.indicator_id: e for e in report.entries.all()}, report.no_data
    scale = report.round.agreement.framework.scale
    if form is not None and (wrong := _wrong_result(form)):
        return Shown("", "", [], wrong, pages.figure(report.indicator, scale))
    try:
        score = score_card(report.indicator, scale, entries, no_data_reason="ไม่มีข้อมูล" if no_data else "")
    except (scoring.ResultError, scoring.CriteriaError) as error:
        return Shown("", "", [], str(error), pages.figure(report.indicator, scale))
    entry = entries.get(report.indicator_id)
    value = entry.value if entry and not no_data else None
    working = [step.text for step in score.working]
    if score.raw is None:
        return Shown("", "", working, "", pages.figure(report.indicator, scale))
    asks = plausible.questions(report, entries) if not no_data else []
    working = [*_of_ratio(report, entries), *working]
    weighted = scoring.weigh(score.raw, trimmed(report.indicator.weight), places=scale.decimals)
    return Shown(
        format_number(score.raw, decimals=scale.decimals),
        format_number(weighted.shown, decimals=scale.decimals),
        [*working, weighted.step.text],
        "",
        pages.figure(report.indicator, scale, value),
        asks,
    )


def _of_ratio(report: Report, entries: Mapping[int, ReportEntry]) -> list[str]:
    """350 × 100 ÷ 425 = 82.352941, for each result that was given by its two figures."""
    found = []
    for leaf in leaves_of(report.indicator):
        entry = entries.get(leaf.pk)
        if entry and entry.value is not None and None not in (entry.numerator, entry.denominator):
            figures = [format_number(figure) for figure in (entry.numerator, entry.denominator, entry.value)]
            name = f"{leaf.number} " if leaf.parent_id else ""
            found.append("{}{} × 100 ÷ {} = {}".format(name, *figures))
    return found


def _wrong_result(form: CardForm) -> str:
    """The first sentence about a result box: what cannot be read has no score, and "not filled" would mislead."""
    fields = (field for group in form.groups for field in group["fields"])
    return next((error for field in fields for error in field.errors), "")


def _past(report: Report, earlier: list[Report]) -> list[dict[str, str]]:
    """Baselines and this year's earlier rounds, each with the score it would earn or earned."""
    scale = report.round.agreement.framework.scale
    rows: list[dict[str, str]] = []
    if report.indicator.criteria.kind not in KINDS_OF_CHILDREN:
        rows += pages.baselines(report.indicator, scale)
    for other in earlier:
        score = "" if other.score is None else format_number(other.score, decimals=scale.decimals)
        rows.append({"when": other.round.name, "result": _result_of(other), "score": score})
    return pages.with_even_results(rows)


def _result_of(report: Report) -> str:
    return _entry_text(report, next((e for e in report.entries.all() if e.indicator_id == report.indicator_id), None))


def _entry_text(report: Report, entry: ReportEntry | None) -> str:
    if entry is None:
        return "N/A" if report.no_data else ""
    facts = {name: getattr(entry, name) for name in ("value", "steps_done", "part", "sub_points", "answer")}
    return result_text({"no_data": report.no_data, **facts})


def _theirs(form: CardForm, saved: dict[str, Any]) -> list[dict[str, str]]:
    """The fields in which what is stored now differs from what this person typed."""
    return form.differences(saved)
