"""The whole way in browsers: an evaluator's page keeps what is typed, the governor's side appeals; on a phone, too."""

import pytest
from playwright.sync_api import expect

from kpiportal.testing import browser as browsing
from reporting.evaluation import testing
from reporting.models import Evaluation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _is_sound(page):
    assert browsing.violations(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert browsing.overflow(page) == 0
    page.set_viewport_size({"width": 1280, "height": 900})


def test_scored_announced_appealed_and_decided(cast, live_server, sit, running):
    evaluation = testing.make_evaluation(cast)
    first, second = evaluation.lines.order_by("indicator__order")[:2]
    page = _score(live_server, sit, cast, evaluation, first, second)
    testing.actions.accept_rest(evaluation, by=cast.evaluator, at=testing.NOVEMBER)
    page.context.clear_cookies()
    _press(page, live_server, cast.director, evaluation, "แจ้งผลเบื้องต้นให้จังหวัด")
    _appeal(page, live_server, cast, evaluation, first)
    _decide(page, live_server, cast, evaluation)
    evaluation.refresh_from_db()
    # (60 × 3.6 + 10 × 5 + 15 × 1 + 15 × 1) ÷ 100
    assert (evaluation.state, str(evaluation.total)) == ("final", "2.9600")


def _open(page, live_server, person, path):
    browsing.sign_in(page, live_server.url, person)
    page.goto(live_server.url + path)


def _score(live_server, sit, cast, evaluation, first, second):
    page = sit()
    _open(page, live_server, cast.evaluator, f"/reporting/evaluations/{evaluation.pk}/")
    line = page.locator(f"#line-{first.pk}")
    line.get_by_label("ปรับคะแนน", exact=True).check()
    line.get_by_label("คะแนนที่ให้").fill("3.25")
    # Typed without waiting for the answer to the box before: nothing is taken away under the fingers.
    line.get_by_label("เหตุผลที่ปรับคะแนน").press_sequentially("ขาดหลักฐานของสองอำเภอ")
    line.get_by_text("บันทึกแล้ว").wait_for()
    page.context.set_offline(True)  # what is ticked meanwhile goes by itself once the line is back
    # It stands above the lines: a press that comes before it would be aimed at where they were.
    page.locator("#offline").wait_for()
    page.locator(f"#line-{second.pk}").get_by_label("ยอมรับคะแนนตนเอง").check()
    page.get_by_text("จะบันทึกให้เองเมื่อเชื่อมต่อได้").first.wait_for()
    page.context.set_offline(False)
    page.locator("#evaluation-head").get_by_text("พิจารณาแล้ว 2 จาก 4 ตัวชี้วัด").wait_for()
    page.get_by_text("ยอมรับคะแนนตนเองของ 2 ตัวชี้วัดที่ยังไม่ได้พิจารณา").wait_for()
    first.refresh_from_db()
    assert (str(first.score), first.reason) == ("3.2500", "ขาดหลักฐานของสองอำเภอ")
    line.get_by_label("คะแนนที่ให้").fill("9")
    line.get_by_label("คะแนนที่ให้").press("Tab")
    line.get_by_text("คะแนนต้องอยู่ระหว่าง 0 ถึง 5").wait_for()
    line.get_by_label("คะแนนที่ให้").fill("3.25")
    line.get_by_label("คะแนนที่ให้").press("Tab")
    line.get_by_text("บันทึกแล้ว").wait_for()
    _is_sound(page)
    return page


def _press(page, live_server, person, evaluation, label, path=""):
    _open(page, live_server, person, path or f"/reporting/evaluations/{evaluation.pk}/")
    page.locator("summary", has_text=label).click()
    with page.expect_navigation():
        page.locator(".confirm-panel").get_by_role("button", name=label).click()
    page.get_by_role("status").filter(has_text="แล้ว").first.wait_for()


def _appeal(page, live_server, cast, evaluation, first):
    appeal = f"/reporting/evaluations/{evaluation.pk}/appeal/"
    _open(page, live_server, cast.coordinator, appeal)
    page.get_by_role("link", name="ขออุทธรณ์ 1.1").click()
    page.get_by_label("ประเด็นที่ขอทบทวน").fill("คะแนนของสองอำเภอ")
    page.locator("[data-group]", has_text="ประเด็นที่ขอทบทวน").get_by_text("บันทึกแล้ว").wait_for()
    page.reload()
    assert page.get_by_label("ประเด็นที่ขอทบทวน").input_value() == "คะแนนของสองอำเภอ"
    page.get_by_role("button", name="บันทึกในคำขอ").click()
    page.get_by_text("กรุณาพิมพ์เหตุผลและข้อเท็จจริง").wait_for()
    assert page.get_by_label("ประเด็นที่ขอทบทวน").input_value() == "คะแนนของสองอำเภอ"
    page.get_by_label("เหตุผลและข้อเท็จจริง").fill("แนบหลักฐานครบแล้ว")
    page.get_by_role("button", name="บันทึกในคำขอ").click()
    page.get_by_role("heading", name="ตัวชี้วัด 1.1").wait_for()
    _is_sound(page)
    _press(page, live_server, cast.governor, evaluation, "ลงนามและยื่นอุทธรณ์", appeal)


def _decide(page, live_server, cast, evaluation):
    appeal = f"/reporting/evaluations/{evaluation.pk}/appeal/"
    _open(page, live_server, cast.director, appeal)
    page.get_by_label("รับบางส่วน").check()
    page.get_by_label("คะแนนหลังอุทธรณ์").fill("3.6")
    page.get_by_role("button", name="บันทึกผลพิจารณา").click()
    lacking = page.locator(".errors", has_text="กรุณาพิมพ์เหตุผลของผลพิจารณา")
    lacking.first.wait_for()
    page.go_back()  # a box browsers do not fill again
    expect(lacking).to_have_count(0)
    expect(page.get_by_label("คะแนนหลังอุทธรณ์")).to_have_value("3.6")
    page.get_by_label("เหตุผลของผลพิจารณา").fill("รับหลักฐานหนึ่งอำเภอ")
    page.get_by_role("button", name="บันทึกผลพิจารณา").click()
    page.get_by_text("บันทึกแล้ว จังหวัดเห็นเมื่อแจ้งผลอุทธรณ์").wait_for()
    _press(page, live_server, cast.director, evaluation, "แจ้งผลอุทธรณ์และผลที่สุด", appeal)
    assert Evaluation.objects.get(pk=evaluation.pk).state == "final"
    for path in ("overview/", "overview/?show=map", f"agreements/{evaluation.round.agreement_id}/dashboard/",
                 f"agreements/{evaluation.round.agreement_id}/what-if/"):  # fmt: skip
        page.goto(f"{live_server.url}/reporting/{path}")
        _is_sound(page)
