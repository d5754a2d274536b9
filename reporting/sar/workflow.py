"""The state machine of a SAR: its transitions, and what blocks each of them."""

from __future__ import annotations

from django.urls import reverse

from kpiportal import audit
from kpiportal.numbers import format_number
from kpiportal.workflow import Blocker, Transition
from reporting.models import Chapter, Consolidation
from reporting.sar import rules
from reporting.sar.content import is_unchanged
from reporting.sar.facts import facts_of, number
from reporting.states import RoundState
from reporting.states import SarState as S


def ready_to_approve(sar: Consolidation) -> list[Blocker]:
    """The agencies' filing is closed, the summary is written, and what is lacking has a reason (R25)."""
    found = []
    if sar.round.state != RoundState.CLOSED:
        url = reverse("reporting:round_summary", args=[sar.round_id])
        found.append(Blocker("รอบนี้ยังเปิดรับรายงานจากหน่วยงาน โปรดปิดรับก่อน", url=url))
    if not sar.chapters.filter(kind=Chapter.Kind.SUMMARY).exclude(text="").exists():
        found.append(Blocker("บทสรุปผู้บริหารยังว่าง", url=reverse("reporting:sar_chapters", args=[sar.pk])))
    if not sar.lacking_reason.strip() and (facts := facts_of(sar.round))["lacking"]:
        found.append(Blocker(lacking_sentence(facts) + " โปรดระบุเหตุผล", field="reason"))
    return found


def lacking_sentence(facts: dict) -> str:
    """What the year's rule makes of the cards that have not passed."""
    lowest = format_number(number(facts["missing"]), decimals=facts["decimals"])
    return f"ตัวชี้วัดยังไม่ผ่านการตรวจ {len(facts['lacking'])} ตัวชี้วัด ตัวที่ยังไม่มีรายงานนับเป็น {lowest} ตามหลักเกณฑ์ของปี"


def as_approved(sar: Consolidation) -> list[Blocker]:
    """What is signed and sent is what was approved."""
    if is_unchanged(sar):
        return []
    return [Blocker("ข้อมูลของรอบเปลี่ยนไปหลังการอนุมัติ โปรดส่งกลับไปรวบรวม แล้วอนุมัติใหม่")]


PROPOSE = Transition(
    "reporting.propose_sar",
    "เสนอหัวหน้าสำนักงาน",
    "เสนอรายงานให้หัวหน้าสำนักงานอนุมัติ",
    frozenset({S.DRAFT}),
    S.PROPOSED,
    rules.can_write,
    ready_to_approve,
)
APPROVE = Transition(
    "reporting.approve_sar",
    "อนุมัติรายงาน",
    "อนุมัติรายงาน",
    frozenset({S.DRAFT, S.PROPOSED}),
    S.APPROVED,
    rules.can_approve,
    ready_to_approve,
)
SIGN = Transition(
    "reporting.sign_sar",
    "ลงนามรายงาน",
    "ลงนามรายงาน",
    frozenset({S.APPROVED}),
    S.SIGNED,
    rules.can_sign,
    as_approved,
    asks_proof=True,
)
# The same arrow where the governor signs with a pen: the office keeps the scan.
SIGN_ON_PAPER = Transition(
    "reporting.sign_sar_on_paper",
    "แนบฉบับที่ลงนามบนกระดาษ",
    "แนบฉบับที่ลงนามบนกระดาษ",
    frozenset({S.APPROVED}),
    S.SIGNED,
    rules.can_write,
    as_approved,
)
SEND = Transition(
    "reporting.send_sar",
    "ส่งสำนักงาน ก.พ.ร.",
    "ส่งรายงานให้สำนักงาน ก.พ.ร.",
    frozenset({S.SIGNED}),
    S.SENT,
    rules.can_write,
    as_approved,
    asks_proof=True,
)
RETURN = Transition(
    "reporting.return_sar",
    "ส่งกลับไปรวบรวม",
    "ส่งรายงานกลับไปรวบรวม",
    frozenset({S.PROPOSED, S.APPROVED, S.SIGNED}),
    S.DRAFT,
    rules.can_return,
    asks_reason=True,
    style="quiet",
)
SAR = [PROPOSE, APPROVE, SIGN, SEND, RETURN]

audit.tells(
    **{t.verb: t.done for t in [*SAR, SIGN_ON_PAPER]},
    **{
        "reporting.begin_sar": "เริ่มรวบรวมรายงานการประเมินผลตนเอง",
        "reporting.write_sar": "แก้ไขบทของรายงาน",
        "reporting.redraft_sar": "ร่างบทของรายงานใหม่จากข้อมูลล่าสุด",
        "reporting.draft_sar_letter": "ร่างหนังสือนำส่งรายงาน",
    },
)
