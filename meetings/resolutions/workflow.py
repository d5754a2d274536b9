"""The state machine of a resolution.

open --report (its office says what it did)--> reported --close (the calling office is satisfied)--> closed
reported, closed --reopen (with a reason)--> open        open --close (with a reason)--> closed
"""

from __future__ import annotations

from kpiportal import audit
from kpiportal.workflow import Transition
from meetings import rules
from meetings.models import Resolution

S = Resolution.State

REPORT = Transition(
    "resolutions.report",
    "รายงานผลตามมติ",
    "รายงานผลตามมติที่ประชุม",
    frozenset({S.OPEN}),
    S.REPORTED,
    rules.can_carry_out,
)
CLOSE = Transition(
    "resolutions.close",
    "ปิดเรื่อง",
    "ปิดเรื่องตามมติที่ประชุม",
    frozenset({S.REPORTED}),
    S.CLOSED,
    rules.can_follow_up,
)
DROP = Transition(
    "resolutions.drop",
    "ปิดเรื่องโดยไม่รอรายงาน",
    "ปิดเรื่องตามมติที่ประชุมโดยไม่รอรายงาน",
    frozenset({S.OPEN}),
    S.CLOSED,
    rules.can_follow_up,
    asks_reason=True,
    style="quiet",
)
REOPEN = Transition(
    "resolutions.reopen",
    "ส่งกลับให้ดำเนินการต่อ",
    "ส่งมติที่ประชุมกลับให้ดำเนินการต่อ",
    frozenset({S.REPORTED, S.CLOSED}),
    S.OPEN,
    rules.can_follow_up,
    asks_reason=True,
    style="quiet",
)
RESOLUTION = [REPORT, CLOSE, DROP, REOPEN]

audit.tells(
    **{t.verb: t.done for t in RESOLUTION},
    **{"resolutions.record": "บันทึกมติที่ประชุม", "resolutions.change_due": "เปลี่ยนกำหนดของมติที่ประชุม"},
)
