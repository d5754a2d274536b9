"""The reply board: who comes, how many, who has not answered. A fixed number of queries however many are invited."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kpiportal import thai, xlsx
from kpiportal.models import Role
from kpiportal.recipients import holders_of
from meetings.models import Invitation, Meeting

A = Invitation.Answer
TONES = {A.NONE: "none", A.ATTEND: "ok", A.DEPUTY: "ok", A.ABSENT: "late"}
_COLUMNS = [
    xlsx.Column("ลำดับ", width=7, kind="number", decimals=0),
    xlsx.Column("หน่วยงาน", width=44),
    xlsx.Column("คำตอบ", width=26),
    xlsx.Column("ผู้เข้าประชุม", width=28),
    xlsx.Column("ตำแหน่ง", width=36),
    xlsx.Column("โทรศัพท์", width=16),
    xlsx.Column("จำนวนคน", width=10, kind="number", decimals=0),
    xlsx.Column("เหตุที่มาไม่ได้", width=40),
    xlsx.Column("ตอบเมื่อ", width=24),
]


def invited(meeting: Meeting) -> list[Invitation]:
    """In the letter's order, each with `order` and `text` of its receiver."""
    texts = {r.organization_id: (r.order, r.text) for r in meeting.letter.recipients.all()} if meeting.letter else {}
    rows = list(meeting.invitations.select_related("organization"))
    for row in rows:
        row.order, row.text = texts.get(row.organization_id, (len(texts) + 1, row.organization.full_name))
        row.tone = TONES[A(row.answer)]
    return sorted(rows, key=lambda row: (row.order, row.pk))


def counts(rows: list[Invitation]) -> dict[str, int]:
    found = {answer: sum(row.answer == answer for row in rows) for answer in A.values}
    return {
        "all": len(rows),
        "attend": found["attend"],
        "deputy": found["deputy"],
        "absent": found["absent"],
        "waiting": found[""],
        "answered": len(rows) - found[""],
        "people": sum(row.people for row in rows),
    }


def board(meeting: Meeting, *, at: dt.datetime, may_remind: bool) -> dict[str, Any]:
    """The board; for whoever may remind, which offices have nobody to write to."""
    rows = invited(meeting)
    today = thai.day_in_bangkok(at)
    reached = holders_of([r.organization_id for r in rows], [Role.OVERSEER, Role.COLLECTOR], on=today)
    for row in rows:
        row.unreachable = not row.answer and not reached[row.organization_id]
        row.today = bool(row.reminded_at and thai.day_in_bangkok(row.reminded_at) == today)
    open_ = meeting.state == Meeting.State.CALLED and at < meeting.starts_at
    wanted = sum(not row.answer and not row.today and not row.unreachable for row in rows)
    return {"meeting": meeting, "rows": rows, "counts": counts(rows), "open": open_,
            "may_remind": may_remind and open_ and wanted > 0, "may_type": may_remind and open_}  # fmt: skip


def workbook(meeting: Meeting, *, at: dt.datetime) -> bytes:
    """The board as a workbook: text is text, whatever it begins with."""
    lines = [
        [
            number, row.text, row.get_answer_display(), row.name, row.post, row.phone, row.people or None, row.reason,
            thai.datetime_text(row.answered_at) if row.answered_at else "",
        ]
        for number, row in enumerate(invited(meeting), start=1)
    ]  # fmt: skip
    return xlsx.write_workbook([xlsx.Sheet("การตอบรับ", _COLUMNS, lines)], at=at)
