"""What the open pages of an evaluation hear: who kept what, what was announced, that an appeal was written again."""

from decimal import Decimal

import pytest
from django.urls import reverse

from reporting.evaluation import changes, testing
from reporting.models import Evaluation

KNOWN = str(int(testing.NOVEMBER.timestamp() * 1000) - 1)


@pytest.mark.parametrize(
    ("state", "at", "stamp", "says"),
    [
        ("scoring", testing.NOVEMBER, "scoring", "ดึงผลการประเมินกลับมาแก้ไขแล้ว ให้คะแนนได้อีก"),
        ("preliminary", testing.NOVEMBER, "preliminary", "แจ้งผลการประเมินเบื้องต้นแล้ว แก้คะแนนไม่ได้จนกว่าจะดึงผลกลับมา"),
        ("preliminary", testing.DECEMBER, "preliminary.over", "พ้นกำหนดยื่นอุทธรณ์แล้ว ผลการประเมินจะเป็นที่สุดตามคะแนนที่แจ้ง"),
        ("appealed", testing.DECEMBER, "appealed", "ยื่นอุทธรณ์แล้ว คำขอแก้ไขไม่ได้อีก"),
        ("final", testing.DECEMBER, "final", "ผลการประเมินเป็นที่สุดแล้ว แก้ไขไม่ได้อีก"),
    ],
)
def test_a_step_is_said_in_one_sentence(state, at, stamp, says):
    evaluation = Evaluation(state=state, appeal_due_at=testing.DECEMBER)
    assert changes.stamp(evaluation, at) == stamp
    assert changes.sentence(stamp) == says


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_opdc_hears_what_colleagues_kept_and_the_party_that_its_appeal_was_rewritten(cast, as_user):
    evaluation = testing.make_evaluation(cast)
    testing.mark(evaluation, "1.1", cast, verdict="changed", raw=Decimal(2), reason="ตัวหารผิด")
    testing.mark(evaluation, "2.1", cast, verdict="accepted")
    asked = reverse("reporting:evaluation_news", args=[evaluation.pk])
    heard = as_user(cast.director).get(asked, {"seen": "scoring", "revision": KNOWN}).json()
    assert heard == {"open": True, "text": f"{cast.evaluator.full_name} บันทึกคะแนน 1.1, คะแนน 2.1"}
    assert as_user(cast.evaluator).get(asked, {"seen": "scoring", "revision": KNOWN}).status_code == 204

    evaluation = testing.published(cast, evaluation)
    assert as_user(cast.evaluator).get(asked, {"seen": "scoring", "revision": KNOWN}).json()["open"] is False
    item = testing.disputed(evaluation, cast)
    governor = as_user(cast.governor)
    read = governor.get(reverse("reporting:appeal", args=[evaluation.pk])).content.decode()
    assert f'data-news="{asked}" data-seen="preliminary" data-revision="1"' in read
    heard = governor.get(asked, {"seen": "preliminary", "revision": "0"}).json()
    assert heard == {"open": True, "text": "คำขออุทธรณ์ถูกแก้ไขหลังจากท่านเปิดหน้านี้ โปรดอ่านอีกครั้งก่อนลงนาม"}
    writing = reverse("reporting:dispute_news", args=[item.line_id])
    coordinator = as_user(cast.coordinator)
    assert coordinator.get(writing, {"seen": "preliminary", "revision": "1"}).status_code == 204
    assert coordinator.get(writing, {"seen": "preliminary", "revision": "0"}).json() == {"open": True, "text": ""}
