"""The state machine of meetings: its transitions, and what blocks each of them.

draft --call (its letter takes a number)--> called --withdraw (its letter is void)--> draft
called --postpone (another day or place; its letter stays valid, a new one is drafted)--> draft
called --hold (it took place; its minutes begin)--> held
draft, called --cancel (with a reason)--> cancelled
"""

from __future__ import annotations

from kpiportal import audit, thai
from kpiportal.letter_checks import dates_in, problems_of, wrong_dates
from kpiportal.models import Letter
from kpiportal.workflow import Blocker, Transition
from meetings import rules
from meetings.models import Meeting

S = Meeting.State


def invitation_ready(meeting: Meeting) -> list[Blocker]:
    """The letter is complete, somebody receives it, and it calls to this meeting's day."""
    letter = meeting.letter
    if letter is None:
        return [Blocker("ยังไม่ได้ร่างหนังสือเชิญ", field="letter")]
    found = problems_of(letter)
    if not letter.recipients.all():
        found.append(Blocker("ยังไม่ได้เลือกผู้รับหนังสือ", field="recipients"))
    return found + day_named(meeting, letter)


def day_named(meeting: Meeting, letter: Letter) -> list[Blocker]:
    """The letter is dated before the meeting and its text names the meeting's day."""
    day = thai.day_in_bangkok(meeting.starts_at)
    if letter.dated > day:
        dated, held = thai.date_text(letter.dated), thai.date_text(day)
        return [Blocker(f"หนังสือลงวันที่ {dated} หลังวันประชุม ({held})", field="dated")]
    texts = [letter.subject, *letter.body]
    if day in dates_in(texts) or wrong_dates(texts) or not letter.body:
        return []
    return [Blocker(f"ข้อความไม่ได้กล่าวถึงวันประชุม คือ {thai.weekday_date_text(day)}", field="body")]


CALL = Transition(
    "meetings.call",
    "ออกเลขหนังสือเชิญ",
    "ออกหนังสือเชิญประชุม",
    frozenset({S.DRAFT}),
    S.CALLED,
    rules.can_call,
    invitation_ready,
)
WITHDRAW = Transition(
    "meetings.withdraw",
    "ยกเลิกหนังสือเชิญ",
    "ยกเลิกหนังสือเชิญ กลับไปเตรียมการ",
    frozenset({S.CALLED}),
    S.DRAFT,
    rules.can_call,
    asks_reason=True,
    style="danger",
)
POSTPONE = Transition(
    "meetings.postpone",
    "เปลี่ยนกำหนดการประชุม",
    "เปลี่ยนกำหนดการประชุม รอออกหนังสือฉบับใหม่",
    frozenset({S.CALLED}),
    S.DRAFT,
    rules.can_call,
    asks_reason=True,
    style="quiet",
)
HOLD = Transition(
    "meetings.hold",
    "เริ่มจดรายงานการประชุม",
    "เริ่มจดรายงานการประชุม",
    frozenset({S.CALLED}),
    S.HELD,
    rules.can_call,
)
CANCEL = Transition(
    "meetings.cancel",
    "ยกเลิกการประชุม",
    "ยกเลิกการประชุม",
    frozenset({S.DRAFT, S.CALLED}),
    S.CANCELLED,
    rules.can_call,
    asks_reason=True,
    style="quiet",
)
MEETING = [CALL, WITHDRAW, POSTPONE, HOLD, CANCEL]

audit.tells(
    **{t.verb: t.done for t in MEETING},
    **{
        "meetings.plan": "กำหนดการประชุม",
        "meetings.change": "แก้ไขกำหนดการประชุม",
        "meetings.draft_invitation": "ร่างหนังสือเชิญประชุม",
    },
)
