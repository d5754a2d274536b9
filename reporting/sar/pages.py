"""What the page of a SAR shows: where it stands, its figures, what is lacking and on whom that waits, its documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from kpiportal import documents, thai
from kpiportal.models import Role, User
from kpiportal.models.people import Kind
from kpiportal.numbers import format_number
from kpiportal.workflow import Blocker, offered
from reporting.homepage import holders_by_duty
from reporting.models import Chapter, Consolidation
from reporting.sar import drafting, printed, rules, workflow
from reporting.sar.cover import referred_to
from reporting.sar.facts import facts_of, mark_of, number
from reporting.sheet import STATE_LABELS, TONES
from reporting.states import EDITABLE, ReportState, SarState

FORMATS = {"pdf": "PDF", "docx": "Word", "xlsx": "Excel"}
STEPS = [
    (SarState.DRAFT, "รวบรวม"),
    (SarState.PROPOSED, "เสนอหัวหน้าสำนักงาน"),
    (SarState.APPROVED, "อนุมัติแล้ว"),
    (SarState.SIGNED, "ลงนามแล้ว"),
    (SarState.SENT, "ส่งแล้ว"),
]
_QUESTIONS = {
    "propose_sar": "หัวหน้าสำนักงานจะได้รับแจ้งให้ตรวจและอนุมัติ ระหว่างนั้นแก้บทไม่ได้",
    "approve_sar": "เนื้อหาทั้งฉบับจะถูกตรึงไว้ตามที่อนุมัติ เพื่อเสนอลงนาม",
    "sign_sar": "ลงนามรายงานในระบบ ชื่อและตำแหน่งของท่านจะอยู่บนรายงาน",
    "send_sar": "ส่งแล้วแก้ไขหรือเรียกคืนไม่ได้",
    "return_sar": "การอนุมัติและการลงนามของฉบับนี้จะถูกยกเลิก แล้วแก้บทได้อีกครั้ง",
}
_TURN = dict.fromkeys(EDITABLE, Role.COLLECTOR) | {ReportState.SENT: Role.OVERSEER}


def subject_of(sar: Consolidation) -> str:
    return f"sar:{sar.pk}"


def annex_subject(sar: Consolidation) -> str:
    return f"annex:{sar.round.agreement.framework_id}:{sar.round.months}"


def context(
    sar: Consolidation, *, by: User, at: dt.datetime, blockers: Iterable[Blocker] = (), slug: str = "", reason: str = ""
) -> dict[str, Any]:
    """`slug`, `reason`: the button that was refused and what was typed beside it."""
    facts = sar.content if sar.state == SarState.SENT else facts_of(sar.round)
    chapters = list(sar.chapters.all())
    mark = sar.content["mark"] if sar.is_fixed else mark_of(facts, [(c.kind, c.text) for c in chapters])
    writes = bool(rules.can_write(by, sar))
    ordered = [_document(job, mark) for job in documents.ordered(subject_of(sar), by)]
    error = next((blocker.text for blocker in blockers if blocker.field == "reason"), "")
    return {
        "sar": sar,
        "round": sar.round,
        "steps": _steps(sar),
        "figures": _figures(facts),
        "groups": _groups(facts),
        "lacking": _lacking(facts, at) if sar.state != SarState.SENT else [],
        "lacking_sentence": workflow.lacking_sentence(facts) if facts["lacking"] else "",
        "changed": sar.state in (SarState.APPROVED, SarState.SIGNED) and _has_changed(sar, facts),
        "chapters": [_chapter(chapter, facts, sar) for chapter in chapters],
        "moves": [_move(step, sar, facts, slug, reason, error) for step in offered(sar, workflow.SAR, by=by)],
        "blockers": [blocker for blocker in blockers if blocker.field != "reason"],
        "writes": writes,
        "may_write": writes and sar.state == SarState.DRAFT,
        "signs_on_paper": writes and sar.state == SarState.APPROVED,
        "letter": sar.letter,
        "referred": referred_to(sar),
        "documents": ordered,
        "making": any(not one["job"].is_over for one in ordered),
        "formats": FORMATS.items(),
        "is_opdc": by.sits_at(Kind.OPDC),
    }


def _steps(sar: Consolidation) -> list[dict[str, Any]]:
    now = [state for state, _ in STEPS].index(SarState(sar.state))
    return [{"label": label, "done": n < now, "now": n == now} for n, (_, label) in enumerate(STEPS)]


def _figures(facts: dict[str, Any]) -> dict[str, Any]:
    totals, places = facts["totals"], facts["decimals"]
    return {
        "score": _shown(totals["score"], places),
        "passed": _shown(totals["passed"], places),
        "accepted": totals["accepted"],
        "count": totals["count"],
        "explained": printed.explained(facts),
        "passed_explained": "; ".join(totals["passed_working"]),
    }


def _groups(facts: dict[str, Any]) -> list[dict[str, str]]:
    places = facts["decimals"]
    return [
        {
            "kind": line["kind"],
            "name": line["name"],
            "weight": _shown(line["weight"], 2),
            "score": _shown(line["score"], places),
            "passed": _shown(line["passed"], places),
            "weighted": _shown(line["weighted"], places),
        }
        for line in facts["lines"]
        if line["kind"] != "indicator"
    ]


def _shown(value: str | None, decimals: int) -> str:
    return "–" if value is None else format_number(number(value), decimals=decimals)


def _lacking(facts: dict[str, Any], at: dt.datetime) -> list[dict[str, Any]]:
    """Each card that has not passed, with whom it waits on and for how long."""
    hosts = {item["host_id"] for item in facts["lacking"] if item["host_id"]}
    today = thai.day_in_bangkok(at)
    people = holders_by_duty(hosts, today) if hosts else {}
    return [
        {
            "name": f"{item['number']} {item['name']}",
            "url": reverse("reporting:report_detail", args=[item["report"]]) if item["report"] else "",
            "host": item["host"],
            "state": STATE_LABELS[item["state"]],
            "tone": TONES[item["state"]],
            "waits": ("จังหวัดตรวจ", "") if item["state"] == ReportState.CERTIFIED else _who(item, people),
            "days": _days(item["since"], today),
        }
        for item in facts["lacking"]
    ]


def _days(since: str | None, today: dt.date) -> int:
    return (today - thai.day_in_bangkok(dt.datetime.fromisoformat(since))).days if since else 0


def _who(item: dict[str, Any], people: Mapping[tuple[int, str], list[User]]) -> tuple[str, str]:
    """(ผู้จัดเก็บข้อมูล, นางสาวดวงใจ ใจดี): a name is not broken between two lines."""
    turn = _TURN.get(item["state"])
    found = people.get((item["host_id"], turn), []) if turn else []
    return (str(Role(turn).label), found[0].full_name) if found else ("ยังไม่มีผู้รับผิดชอบ", "")


def _has_changed(sar: Consolidation, facts: dict[str, Any]) -> bool:
    chapters = [(chapter["kind"], chapter["text"]) for chapter in sar.content["chapters"]]
    return mark_of(facts, chapters) != sar.content["mark"]


def _chapter(chapter: Chapter, facts: dict[str, Any], sar: Consolidation) -> dict[str, Any]:
    changed = sar.state == SarState.DRAFT and drafting.draft(chapter.kind, facts) != chapter.drafted
    return {"row": chapter, "title": chapter.get_kind_display(), "changed": changed, "lines": chapter.text.splitlines()}


def _move(step: Any, sar: Consolidation, facts: dict[str, Any], slug: str, reason: str, error: str) -> dict[str, Any]:
    asks = step.asks_reason
    lacks = step.verb in (workflow.PROPOSE.verb, workflow.APPROVE.verb) and bool(facts["lacking"])
    mine = step.slug == slug
    return {
        "label": step.label,
        "url": reverse("reporting:sar_move", args=[sar.pk, step.slug]),
        "question": _question(step, sar),
        "style": step.style,
        "id": step.slug.replace("_", "-"),
        "reason_label": "เหตุผล" if asks else "เหตุผลที่ส่งโดยตัวชี้วัดไม่ครบ (พิมพ์ในรายงาน)" if lacks else "",
        "reason": reason if mine else sar.lacking_reason if lacks else "",
        "reason_error": error if mine else "",
        "folded": not mine,
    }


def _question(step: Any, sar: Consolidation) -> str:
    """What the button does; of sending also what the report would lack for good."""
    if step.slug != "send_sar" or referred_to(sar):
        return _QUESTIONS[step.slug]
    letter = "ยังไม่ออกเลข" if sar.letter and sar.letter.state != sar.letter.State.CANCELLED else "ยังไม่มี"
    return f"หนังสือนำส่ง{letter} รายงานที่ส่งจะไม่มีเลขและวันที่ของหนังสือ {_QUESTIONS[step.slug]}"


def _document(job: Any, mark: str) -> dict[str, Any]:
    return {"job": job, "stale": job.is_over and not job.refusal and job.mark != mark}
