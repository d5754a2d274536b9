"""The state machine of an evaluation: its transitions, and what blocks each of them.

scoring -> preliminary (published to the party) -> appealed -> final
preliminary -> final by the party's word, or by the clock when nobody appealed in time
"""

from __future__ import annotations

from django.urls import reverse

from kpiportal import audit
from kpiportal.workflow import Blocker, Transition
from reporting.evaluation import rules
from reporting.evaluation.states import EvaluationState as S
from reporting.models import AppealItem, Evaluation


def everything_scored(evaluation: Evaluation) -> list[Blocker]:
    waiting = evaluation.lines.filter(score=None).select_related("indicator").order_by("indicator__order")
    page = evaluation_url(evaluation)
    return [
        Blocker(f"ตัวชี้วัด {line.indicator.number} ยังพิจารณาไม่ครบ", url=f"{page}#line-{line.pk}", field="lines")
        for line in waiting
    ]


def disputed_in_full(evaluation: Evaluation) -> list[Blocker]:
    """Something is disputed, and whatever is, says what and why: words are kept as they are typed, finished or not."""
    page = reverse("reporting:appeal", args=[evaluation.pk])
    items = AppealItem.objects.filter(appeal__evaluation=evaluation).select_related("line__indicator")
    found = list(items.order_by("line__indicator__order"))
    if not found:
        return [Blocker("ยังไม่ได้ระบุตัวชี้วัดที่ขออุทธรณ์", url=page, field="items")]
    return [
        Blocker(f"ตัวชี้วัด {i.line.indicator.number} ยังกรอกไม่ครบ", url=f"{page}?line={i.line_id}", field="items")
        for i in found
        if not i.is_complete
    ]


def every_item_decided(evaluation: Evaluation) -> list[Blocker]:
    waiting = AppealItem.objects.filter(appeal__evaluation=evaluation, outcome=AppealItem.Outcome.PENDING)
    page = reverse("reporting:appeal", args=[evaluation.pk])
    return [
        Blocker(f"ตัวชี้วัด {number} ยังไม่ได้พิจารณา", url=f"{page}#item-{pk}", field="items")
        for pk, number in waiting.order_by("line__indicator__order").values_list("pk", "line__indicator__number")
    ]


def evaluation_url(evaluation: Evaluation) -> str:
    return reverse("reporting:evaluation", args=[evaluation.pk])


PUBLISH = Transition(
    "reporting.publish_evaluation",
    "แจ้งผลเบื้องต้นให้จังหวัด",
    "แจ้งผลการประเมินเบื้องต้น",
    frozenset({S.SCORING}),
    S.PRELIMINARY,
    rules.can_publish,
    everything_scored,
    asks_proof=True,
)
RECALL = Transition(
    "reporting.recall_evaluation",
    "ดึงผลกลับมาแก้ไข",
    "ดึงผลการประเมินเบื้องต้นกลับมาแก้ไข",
    frozenset({S.PRELIMINARY}),
    S.SCORING,
    rules.can_publish,
    asks_reason=True,
    style="quiet",
)
ACCEPT_RESULT = Transition(
    "reporting.accept_evaluation",
    "ยอมรับผลการประเมิน",
    "ยอมรับผลการประเมิน",
    frozenset({S.PRELIMINARY}),
    S.FINAL,
    rules.can_sign_for_party,
    asks_proof=True,
)
APPEAL = Transition(
    "reporting.file_appeal",
    "ลงนามและยื่นอุทธรณ์",
    "ยื่นอุทธรณ์ผลการประเมิน",
    frozenset({S.PRELIMINARY}),
    S.APPEALED,
    rules.can_sign_for_party,
    disputed_in_full,
    asks_proof=True,
)
LAPSE = Transition(
    "reporting.lapse_appeal",
    "พ้นกำหนดอุทธรณ์",
    "พ้นกำหนดอุทธรณ์ ผลการประเมินเป็นที่สุด",
    frozenset({S.PRELIMINARY}),
    S.FINAL,
    rules.nobody,
    by_clock=True,
)
DECIDE = Transition(
    "reporting.decide_appeal",
    "แจ้งผลอุทธรณ์และผลที่สุด",
    "แจ้งผลอุทธรณ์และผลการประเมินที่สุด",
    frozenset({S.APPEALED}),
    S.FINAL,
    rules.can_publish,
    every_item_decided,
    asks_proof=True,
)
EVALUATION = [PUBLISH, RECALL, ACCEPT_RESULT, APPEAL, DECIDE]

# Each side's own work on the way: not told to the other in the history of the page.
OF_OPDC = frozenset({"reporting.mark_line", "reporting.accept_rest", "reporting.note_visit", "reporting.decide_item"})
OF_PARTY = frozenset({"reporting.dispute", "reporting.take_back_dispute"})

audit.tells(
    **{t.verb: t.done for t in [*EVALUATION, LAPSE]},
    **{
        "reporting.begin_evaluation": "เริ่มให้คะแนน",
        "reporting.mark_line": "ให้คะแนนตัวชี้วัด",
        "reporting.accept_rest": "ยอมรับคะแนนตนเองของตัวชี้วัดที่เหลือ",
        "reporting.note_visit": "บันทึกการตรวจติดตาม",
        "reporting.dispute": "ระบุตัวชี้วัดที่ขออุทธรณ์",
        "reporting.take_back_dispute": "นำตัวชี้วัดออกจากคำขออุทธรณ์",
        "reporting.decide_item": "พิจารณาอุทธรณ์ตัวชี้วัด",
        "reporting.set_policy": "กำหนดหลักเกณฑ์การประเมิน",
        "reporting.take_over": "นำผลของปีก่อนเข้าระบบ",
    },
)
