"""The state machine of an amendment request: its transitions, and what blocks each of them."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError

from agreements.amendments import above, fields, outcome, rules
from agreements.models import Amendment, AmendmentRow
from agreements.states import AgreementState
from agreements.states import AmendmentState as S
from kpiportal import audit
from kpiportal.workflow import Blocker, Transition


def complete(amendment: Amendment) -> list[Blocker]:
    """What DOMAIN.md 4.6 asks of a request, and whether the agreement could stand as asked."""
    rows = list(amendment.rows.select_related("indicator"))
    found = [*_facts(amendment), *rounds_open(amendment)]
    if not rows:
        return [*found, Blocker("ยังไม่ได้เลือกรายการที่ขอเปลี่ยนแปลง", url="#rows")]
    for row in rows:
        if row.after == row.before:
            text = f"ตัวชี้วัด {row.indicator.number} {fields.LABELS[row.field]}: ค่าที่ขอยังเหมือนค่าเดิม"
            found.append(Blocker(text, url=f"#row-{row.pk}"))
    if not amendment.files.filter(removed_at=None).exists():
        found.append(Blocker("ยังไม่ได้แนบเอกสารประกอบคำขอ", url="#files"))
    return [*found, *stands(amendment, rows, outcome.asked(rows))]


def _facts(amendment: Amendment) -> Iterable[Blocker]:
    wanted = {"reason_kind": "ประเภทของเหตุผล", "reason": "เหตุผลและความจำเป็น"}
    for name, label in wanted.items():
        if not getattr(amendment, name).strip():
            yield Blocker(f"ยังไม่ได้ระบุ{label}", url=f"#id_{name}", field=name)
    if not amendment.letter_id and (not amendment.letter_no or not amendment.letter_date):
        yield Blocker("ยังไม่ได้ระบุเลขที่และวันที่ของหนังสือนำส่งคำขอ", url="#id_letter_no", field="letter_no")


def rounds_open(amendment: Amendment) -> list[Blocker]:
    """A round that is closed was counted as it was signed then: nothing reaches back into it."""
    first, where = amendment.effective_months, {"url": "#id_effective_months", "field": "effective_months"}
    closed = above.closed_rounds(amendment.agreement)
    found = [
        Blocker(f"{name}ปิดแล้ว คำขอเปลี่ยนแปลงมีผลย้อนหลังไปถึงรอบที่ปิดแล้วไม่ได้", **where)
        for months, name in closed.items()
        if months >= first
    ]
    last = amendment.agreement.versions.latest("number")
    if last.number > 1 and first < last.effective_months:
        text = f"{last} มีผลตั้งแต่รอบ {last.effective_months} เดือน คำขอนี้จึงเริ่มก่อนรอบนั้นไม่ได้"
        found.append(Blocker(text, **where))
    return found


def stands(amendment: Amendment, rows: list[AmendmentRow], changes: outcome.Changes) -> list[Blocker]:
    """Whether the agreement, changed so, is one: weights of 100, criteria that score."""
    try:
        return outcome.of(amendment.agreement, changes, from_months=amendment.effective_months).blockers()
    except ValidationError as error:
        return [Blocker(text) for text in error.messages]


def still_signed(amendment: Amendment) -> list[Blocker]:
    if amendment.agreement.state == AgreementState.SIGNED:
        return []
    return [Blocker(f"คำรับรองฯ อยู่ในสถานะ “{amendment.agreement.get_state_display()}” แก้ไขไม่ได้แล้ว")]


def ready(amendment: Amendment) -> list[Blocker]:
    return [*still_signed(amendment), *complete(amendment)]


def ready_on_paper(amendment: Amendment) -> list[Blocker]:
    """Without the governor at the keyboard the paper he signed must be there."""
    found = ready(amendment)
    if not amendment.signed_copy_id:
        text = "แนบสำเนาคำขอที่ผู้ว่าราชการจังหวัดลงนามแล้ว หรือให้ผู้ว่าราชการจังหวัดกดลงนามและยื่นในระบบ"
        found.append(Blocker(text, url="#scan"))
    return found


ASK = Transition(
    "amendments.ask",
    "ยื่นต่อสำนักงาน ก.พ.ร.",
    "ยื่นคำขอเปลี่ยนแปลงต่อสำนักงาน ก.พ.ร.",
    frozenset({S.DRAFT}),
    S.ASKED,
    rules.can_ask,
    ready_on_paper,
)
SIGN = Transition(
    "amendments.sign",
    "ลงนามและยื่นคำขอ",
    "ลงนามและยื่นคำขอเปลี่ยนแปลงต่อสำนักงาน ก.พ.ร.",
    frozenset({S.DRAFT}),
    S.ASKED,
    rules.can_sign,
    ready,
    asks_proof=True,
)
TAKE_BACK = Transition(
    "amendments.take_back",
    "ดึงกลับมาแก้ไข",
    "ดึงคำขอกลับมาแก้ไข",
    frozenset({S.ASKED}),
    S.DRAFT,
    rules.can_take_back,
    style="quiet",
)
DROP = Transition(
    "amendments.drop",
    "ถอนคำขอ",
    "ถอนคำขอเปลี่ยนแปลง",
    frozenset({S.DRAFT, S.ASKED}),
    S.WITHDRAWN,
    rules.can_take_back,
    asks_reason=True,
    style="quiet",
)
APPLY = Transition(
    "amendments.apply",
    "บันทึกผลการพิจารณา",
    "พิจารณาคำขอและแก้ไขคำรับรองฯ",
    frozenset({S.ASKED}),
    S.APPLIED,
    rules.can_decide,
    asks_proof=True,
)
REFUSE = Transition(
    "amendments.refuse",
    "บันทึกผลการพิจารณา",
    "พิจารณาไม่เห็นชอบตามคำขอ",
    frozenset({S.ASKED}),
    S.REFUSED,
    rules.can_decide,
    asks_proof=True,
)
# The two decisions are one form of OPDC's, no buttons of their own.
MOVES = [SIGN, ASK, TAKE_BACK, DROP]

audit.tells(
    **{t.verb: t.done for t in [*MOVES, APPLY, REFUSE]},
    **{
        "amendments.open": "เปิดคำขอเปลี่ยนแปลง",
        "amendments.save": "แก้ไขร่างคำขอเปลี่ยนแปลง",
        "amendments.attach": "แนบเอกสารประกอบคำขอ",
        "amendments.detach": "นำเอกสารประกอบคำขอออก",
        "amendments.attach_signed": "แนบสำเนาคำขอที่ลงนามแล้ว",
        "agreements.amend_indicator": "แก้ไขตัวชี้วัดตามคำขอที่อนุมัติ",
    },
)
