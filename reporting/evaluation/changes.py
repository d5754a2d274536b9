"""What the open pages of an evaluation are told when something changes under them: scored, announced, appealed.

The asking is that of all pages (kpiportal/news.py). OPDC's pages know when they were read and hear what colleagues have
kept since; the party's know how often its appeal was written, so that nobody signs words they have not read.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Sum

from kpiportal import deadlines
from kpiportal.models import User
from kpiportal.models.people import Kind
from reporting.evaluation import appeals, rules
from reporting.evaluation.page import Scoring
from reporting.evaluation.states import EvaluationState as S
from reporting.models import AppealItem, Evaluation

OVER = ".over"
DIGITS = 13  # of milliseconds, until the year 2286
REWRITTEN = "คำขออุทธรณ์ถูกแก้ไขหลังจากท่านเปิดหน้านี้ โปรดอ่านอีกครั้งก่อนลงนาม"

_HAPPENED = {
    S.SCORING: "ดึงผลการประเมินกลับมาแก้ไขแล้ว ให้คะแนนได้อีก",
    S.PRELIMINARY: "แจ้งผลการประเมินเบื้องต้นแล้ว แก้คะแนนไม่ได้จนกว่าจะดึงผลกลับมา",
    S.APPEALED: "ยื่นอุทธรณ์แล้ว คำขอแก้ไขไม่ได้อีก",
    S.FINAL: "ผลการประเมินเป็นที่สุดแล้ว แก้ไขไม่ได้อีก",
}


def stamp(evaluation: Evaluation, at: dt.datetime) -> str:
    """Its state, and whether the days for an appeal are over."""
    due = evaluation.appeal_due_at
    over = evaluation.state == S.PRELIMINARY and due is not None and not deadlines.in_time(at, due)
    return evaluation.state + (OVER if over else "")


def sentence(stamp: str) -> str:
    """What happened, for a page that shows another stamp."""
    return appeals.OVER if stamp.endswith(OVER) else _HAPPENED[S(stamp)]


def may_ask(user: User, evaluation: Evaluation) -> bool:
    """Whoever works on it: scores, decides, announces, or writes and signs the appeal."""
    duties = (rules.can_decide, rules.can_write_appeal, rules.can_sign_for_party)
    return any(may(user, evaluation) for may in duties)


def since(evaluation: Evaluation, by: User, revision: str) -> tuple[int, str]:
    """(what is known now, what others have kept since); `revision`: what the page knows. "" when nobody has."""
    if not by.sits_at(Kind.OPDC):
        items = AppealItem.objects.filter(appeal__evaluation=evaluation)
        return items.aggregate(times=Sum("revision"))["times"] or 0, REWRITTEN
    before = int(revision) if revision.isdecimal() and len(revision) <= DIGITS else 0
    rows = list(_kept_by_others(evaluation, by, dt.datetime.fromtimestamp((before + 1) / 1000, dt.UTC)))
    return max((_milliseconds(at) for at, _, _ in rows), default=before), told((who, what) for _, who, what in rows)


def told(deeds: Iterable[tuple[str, str]]) -> str:
    """(person, deed) pairs as one sentence, each person once: "นางสาว ก บันทึกคะแนน 1.1, 2.1"."""
    by_person: dict[str, list[str]] = defaultdict(list)
    for person, deed in deeds:
        by_person[person].append(deed)
    return " · ".join(f"{person} บันทึก{', '.join(dict.fromkeys(done))}" for person, done in by_person.items())


def context(scored: Scoring, by: User, at: dt.datetime) -> dict[str, Any] | None:
    """What static/js/news.js needs on the page; None for whoever only reads."""
    if not may_ask(by, scored.evaluation):
        return None
    written = sum(line.appeal_item.revision for line in scored.lines if hasattr(line, "appeal_item"))
    return {"seen": stamp(scored.evaluation, at), "known": _milliseconds(at) if by.sits_at(Kind.OPDC) else written}


def _kept_by_others(evaluation: Evaluation, by: User, since: dt.datetime) -> Iterable[tuple[dt.datetime, str, str]]:
    lines = evaluation.lines.filter(saved_at__gte=since).exclude(saved_by=by)
    for line in lines.select_related("indicator", "saved_by").order_by("indicator__order"):
        yield line.saved_at, line.saved_by.full_name, f"คะแนน {line.indicator.number}"
    for visit in evaluation.visits.filter(added_at__gte=since).exclude(added_by=by).select_related("added_by"):
        yield visit.added_at, visit.added_by.full_name, "การตรวจติดตาม"
    items = AppealItem.objects.filter(appeal__evaluation=evaluation, decided_at__gte=since).exclude(decided_by=by)
    for item in items.select_related("line__indicator", "decided_by").order_by("line__indicator__order"):
        yield item.decided_at, item.decided_by.full_name, f"ผลพิจารณา {item.line.indicator.number}"


def _milliseconds(at: dt.datetime) -> int:
    return int(at.timestamp() * 1000)
