"""The state machine of minutes.

draft --circulate (everybody invited reads and may ask for corrections)--> circulated --recall (with a reason)--> draft
circulated --adopt (by a later meeting, or by circulation): words and PDF frozen--> adopted
"""

from __future__ import annotations

from django.urls import reverse

from kpiportal import audit
from kpiportal.models import Membership, User
from kpiportal.workflow import Blocker, Transition
from meetings import rules
from meetings.models import Minutes

S = Minutes.State


def _keeps(user: User, minutes: Minutes) -> Membership | None:
    return rules.can_call(user, minutes.meeting)


def complete(minutes: Minutes) -> list[Blocker]:
    """When it ended, who wrote it down, and that somebody was there."""
    page = reverse("meetings:minutes", args=[minutes.meeting_id])
    found = []
    if minutes.ended_at is None:
        found.append(Blocker("ยังไม่ได้กรอกเวลาเลิกประชุม", url=f"{page}#id_ended", field="ended"))
    if not minutes.recorder:
        found.append(Blocker("ยังไม่ได้กรอกชื่อผู้จดรายงานการประชุม", url=f"{page}#id_recorder", field="recorder"))
    if not minutes.meeting.attendees.exclude(came_at=None).exists():
        door = reverse("meetings:attendance", args=[minutes.meeting_id])
        found.append(Blocker("ยังไม่ได้บันทึกว่าใครมาประชุม", url=door, field="attendance"))
    return found


CIRCULATE = Transition(
    "minutes.circulate",
    "เวียนให้ตรวจแก้",
    "เวียนรายงานการประชุมให้ตรวจแก้",
    frozenset({S.DRAFT}),
    S.CIRCULATED,
    _keeps,
    complete,
)
RECALL = Transition(
    "minutes.recall",
    "เรียกกลับมาแก้ไข",
    "เรียกรายงานการประชุมกลับมาแก้ไข",
    frozenset({S.CIRCULATED}),
    S.DRAFT,
    _keeps,
    asks_reason=True,
    style="quiet",
)
ADOPT = Transition(
    "minutes.adopt",
    "บันทึกว่ารับรองแล้ว",
    "รับรองรายงานการประชุม",
    frozenset({S.CIRCULATED}),
    S.ADOPTED,
    _keeps,
    complete,
)
MINUTES = [CIRCULATE, RECALL, ADOPT]

audit.tells(
    **{t.verb: t.done for t in MINUTES},
    **{
        "minutes.save": "แก้ไขรายงานการประชุม",
        "minutes.add_part": "เพิ่มเรื่องในรายงานการประชุม",
        "minutes.correct": "ขอแก้ไขรายงานการประชุม",
    },
)
