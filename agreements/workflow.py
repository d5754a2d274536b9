"""The state machine of frameworks and agreements: its transitions, and what blocks each of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.urls import reverse

from agreements import form_check, rules
from agreements.criteria import K, as_criteria, problems_of
from agreements.models import Agreement, Framework, Indicator
from agreements.states import AgreementState as S
from agreements.states import FrameworkState as F
from kpiportal import audit
from kpiportal.numbers import format_number
from kpiportal.workflow import Blocker, Transition

HUNDRED = Decimal(100)


def framework_complete(framework: Framework) -> list[Blocker]:
    found = []
    dimensions = framework.dimensions.all()
    tops = [one for one in dimensions if one.parent_id is None]
    if (total := sum((one.weight for one in tops), Decimal(0))) != HUNDRED:
        found.append(Blocker(f"น้ำหนักของมิติรวมได้ {format_number(total)} ต้องเป็น 100"))
    for parent in tops:
        children = [one.weight for one in dimensions if one.parent_id == parent.pk]
        if children and (inner := sum(children)) != parent.weight:
            told = f"รวมได้ {format_number(inner)} ต้องเท่ากับ {format_number(parent.weight)}"
            found.append(Blocker(f"ประเด็นใน{parent.name}{told}"))
    if not framework.round_plans.all():
        found.append(Blocker("ยังไม่ได้กำหนดรอบการรายงาน"))
    return found


def weights_add_up(agreement: Agreement) -> list[Blocker]:
    """Leaves sum to exactly 100, and to the framework's weight inside every dimension that holds indicators."""
    tops = agreement.indicators.filter(parent=None)
    if not tops.exists():
        return [Blocker("ยังไม่มีตัวชี้วัด")]
    found = []
    total = tops.aggregate(total=Sum("weight"))["total"]
    if total != HUNDRED:
        found.append(Blocker(f"น้ำหนักรวมได้ {format_number(total)} ต้องเป็น 100"))
    rows = tops.values("dimension__name", "dimension__weight").annotate(sum=Sum("weight")).order_by("dimension__order")
    for row in rows:
        if row["sum"] != row["dimension__weight"]:
            found.append(
                Blocker(
                    f"{row['dimension__name']}: น้ำหนักรวมได้ {format_number(row['sum'])} "
                    f"กรอบกำหนด {format_number(row['dimension__weight'])}"
                )
            )
    return found


def form_ready(agreement: Agreement) -> list[Blocker]:
    """What the party's form lacks before it may be sent, each with the link to the very box."""
    sheet = reverse("agreements:form_sheet", args=[agreement.pk]) + "#form-weights"
    weights = [replace(blocker, url=sheet) for blocker in weights_add_up(agreement)]
    return [*weights, *form_check.blockers(agreement)]


def form_complete(agreement: Agreement) -> list[Blocker]:
    """What DOMAIN.md 3 asks at set-up, each with the link to where it is put right."""
    found = weights_add_up(agreement)
    scale = agreement.framework.scale
    # A project is scored on its parent's percent levels (R14): it has no criteria of its own to be checked.
    projects = Q(parent__criteria__kind=K.PERCENT_OF_TARGET)
    rows = agreement.indicators.exclude(projects).select_related("criteria").prefetch_related("children__criteria")
    for indicator in rows:
        url = indicator_url(indicator)
        for problem in problems_of(indicator, scale):
            found.append(Blocker(f"ตัวชี้วัด {indicator.number}: {problem.text}", url=url))
    return found


def hosts_appointed(agreement: Agreement) -> list[Blocker]:
    """Every indicator that is reported has one host agency; a cluster's is reported over there."""
    without = (
        agreement.indicators.filter(parent=None, cluster_source=None, cancelled_months=None)
        .annotate(hosts=Count("assignments", filter=Q(assignments__part="host")))
        .filter(hosts=0)
    )
    return [Blocker(f"ตัวชี้วัด {i.number} ยังไม่มีเจ้าภาพหลัก", url=indicator_url(i)) for i in without]


def indicator_url(indicator: Indicator) -> str:
    return reverse("agreements:indicator_detail", args=[indicator.pk])


PUBLISH = Transition(
    "agreements.publish_framework",
    "ประกาศใช้กรอบ",
    "ประกาศใช้กรอบการประเมินผล",
    frozenset({F.DRAFT}),
    F.PUBLISHED,
    rules.can_publish_framework,
    framework_complete,
)
LOCK = Transition(
    "agreements.lock_framework",
    "ล็อกกรอบ",
    "ล็อกกรอบการประเมินผล",
    frozenset({F.PUBLISHED}),
    F.LOCKED,
    rules.can_publish_framework,
)
FRAMEWORK = [PUBLISH, LOCK]

SUBMIT = Transition(
    "agreements.submit",
    "ส่งให้สำนักงาน ก.พ.ร.",
    "ส่งแบบฟอร์มให้สำนักงาน ก.พ.ร.",
    frozenset({S.DRAFT, S.RETURNED}),
    S.SENT,
    rules.can_edit,
    form_ready,
)
OPEN_TABLE = Transition(
    "agreements.open_table",
    "เริ่มเจรจา",
    "เริ่มเจรจาตัวชี้วัด",
    frozenset({S.SENT}),
    S.NEGOTIATING,
    rules.can_negotiate,
)
RETURN = Transition(
    "agreements.return",
    "ส่งกลับแก้ไข",
    "ส่งกลับให้จังหวัดแก้ไข",
    frozenset({S.SENT, S.NEGOTIATING}),
    S.RETURNED,
    rules.can_negotiate,
    asks_reason=True,
    style="quiet",
)
AGREE = Transition(
    "agreements.agree",
    "ตกลงทั้งฉบับ",
    "ตกลงตัวชี้วัดทั้งฉบับ",
    frozenset({S.NEGOTIATING}),
    S.AGREED,
    rules.can_agree,
    form_complete,
)
RESCIND = Transition(
    "agreements.rescind",
    "กลับไปเจรจา",
    "เปิดโต๊ะเจรจาอีกครั้ง",
    frozenset({S.AGREED}),
    S.NEGOTIATING,
    rules.can_agree,
    asks_reason=True,
    style="quiet",
)
SIGN = Transition(
    "agreements.sign",
    "ลงนามคำรับรองฯ",
    "ลงนามคำรับรองการปฏิบัติราชการ",
    frozenset({S.AGREED}),
    S.SIGNED,
    rules.can_sign,
    form_complete,
    asks_proof=True,
)
# AGREE is no button of its own: both sides say yes at the table (negotiation/closing.py), and the second yes takes it.
AGREEMENT = [SUBMIT, OPEN_TABLE, RETURN, RESCIND, SIGN]

audit.tells(
    **{t.verb: t.done for t in [*FRAMEWORK, *AGREEMENT, AGREE]},
    **{
        "agreements.create_framework": "สร้างกรอบการประเมินผล",
        "agreements.edit_framework": "แก้ไขร่างกรอบการประเมินผล",
        "agreements.open": "เปิดแบบฟอร์มคำรับรองฯ",
        "agreements.add_indicator": "เพิ่มตัวชี้วัด",
        "agreements.edit_indicator": "แก้ไขตัวชี้วัด",
        "agreements.move_indicator": "ย้ายตัวชี้วัด",
        "agreements.renumber": "เรียงเลขตัวชี้วัดใหม่",
        "agreements.remove_indicator": "นำตัวชี้วัดออกจากแบบฟอร์ม",
        "agreements.apply_workbook": "นำเข้าแบบฟอร์มจากไฟล์ Excel",
        "agreements.copy_indicators": "คัดลอกตัวชี้วัดจาก",
        "agreements.attach": "แนบเอกสาร",
        "agreements.detach": "นำเอกสารแนบออก",
        "agreements.appoint_hosts": "มอบหมายเจ้าภาพตัวชี้วัด",
        "agreements.freeze_version": "จัดทำฉบับลงนาม",
        "agreements.offer": "เสนอค่าในโต๊ะเจรจา",
        "agreements.accept": "รับข้อเสนอของอีกฝ่าย",
        "agreements.accept_rest": "รับข้อเสนอของอีกฝ่ายทุกรายการที่เหลือ",
        "agreements.propose_indicator": "เสนอเพิ่มตัวชี้วัด",
        "agreements.drop_indicator": "ตัดตัวชี้วัดออกตามที่ตกลง",
        "agreements.park": "พักตัวชี้วัดไว้ก่อน",
        "agreements.unpark": "นำตัวชี้วัดกลับมาเจรจา",
        "agreements.remark": "บันทึกหมายเหตุการเจรจา",
        "agreements.remark_own": "บันทึกหมายเหตุเฉพาะฝ่าย",
        "agreements.assent": "ตกลงทั้งฉบับฝ่ายหนึ่ง",
        "agreements.take_back_assent": "ถอนการตกลงทั้งฉบับ",
        "agreements.attach_signed_copy": "แนบฉบับลงนามที่สแกน",
        "agreements.open_sitting": "เริ่มการประชุมเจรจา",
        "agreements.close_sitting": "ปิดการประชุมเจรจาและจัดทำบันทึก",
    },
)
__all__ = ["AGREEMENT", "FRAMEWORK", "as_criteria", "hosts_appointed"]
