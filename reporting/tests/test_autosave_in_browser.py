"""Typing that is never lost: kept box by box, with the network cut, the tab killed, the session gone, two at once."""

import pytest
from playwright.sync_api import expect

from kpiportal.models import Role
from kpiportal.testing import people
from kpiportal.testing.browser import PHONE, overflow, sign_in, violations
from reporting import actions, testing
from reporting.models import Report, ReportVersion
from reporting.tests.test_bad_input_in_browser import SEND, is_sent, number_box, open_card, server, type_words  # noqa: F401

pytestmark = pytest.mark.browser
STATE = "[data-save-state]"
EXPLANATION = "#id_explanation"


def saved(page):
    expect(page.locator(STATE)).to_contain_text("บันทึกแล้ว")
    return page


def fresh(card):
    return Report.objects.get(pk=card.pk)


def test_each_box_is_kept_as_it_is_typed_with_the_time_beside(open_card, card):  # noqa: F811
    page = open_card(size=PHONE)
    number_box(page).fill("๘๒.๓๕")
    note = page.locator("#results .leaf .saved-note")
    expect(note).to_have_text("บันทึกแล้ว 09.00 น.")
    expect(page.locator("h1 ~ .chips .chip").first).to_have_text("ร่าง")  # ยังไม่เริ่ม, until now
    page.fill(EXPLANATION, "ทำครบ\nทุกแผน")
    expect(page.locator("#part-explanation .saved-note")).to_have_text("บันทึกแล้ว 09.00 น.")
    kept = fresh(card)
    assert (kept.state, kept.explanation, str(kept.score)) == ("draft", "ทำครบ\nทุกแผน", "3.4700")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('unsent'))") == []
    assert violations(page) == []
    assert overflow(page) == 0
    page.reload()
    expect(page.locator(EXPLANATION)).to_have_value("ทำครบ\nทุกแผน")


def test_what_is_no_number_stays_in_the_browser_and_says_so(open_card, card):  # noqa: F811
    page = open_card()
    number_box(page).fill("82,35")
    expect(page.locator("#results .leaf .saved-note")).to_contain_text("ยังไม่ได้บันทึก: อ่านได้มากกว่าหนึ่งแบบ")
    page.fill(EXPLANATION, "ส่วนนี้บันทึกได้")
    expect(page.locator("#part-explanation .saved-note")).to_contain_text("บันทึกแล้ว")
    assert fresh(card).explanation == "ส่วนนี้บันทึกได้"
    page.reload()
    expect(number_box(page)).to_have_value("82,35")


def test_the_network_cut_and_back(open_card, card, cast):  # noqa: F811
    testing.fill(card, cast)
    page = open_card(size=PHONE)
    page.context.set_offline(True)
    page.fill(EXPLANATION, "พิมพ์ตอนเน็ตหลุด")
    expect(page.locator(STATE)).to_contain_text("ขาดการเชื่อมต่อ ยังไม่ได้ส่ง 1 ช่อง เก็บไว้ในเครื่องนี้แล้ว")
    expect(page.locator("#part-explanation .saved-note")).to_have_text("เก็บในเครื่องนี้ ยังไม่ได้ส่ง")
    assert violations(page) == []
    assert overflow(page) == 0
    assert fresh(card).explanation == "ดำเนินการครบตามแผน"
    # A score that cannot be asked for takes nobody's keys away, and comes by itself.
    number_box(page).fill("")
    page.keyboard.type("8")
    expect(page.locator("#results + .request-error")).to_contain_text("จะคิดให้เองเมื่อเชื่อมต่อได้")
    page.keyboard.type("5")
    expect(number_box(page)).to_have_value("85")
    # A photograph may be nowhere but in this page: it waits here, and holds the card back.
    photo = {"name": "ภาพถ่าย.pdf", "mimeType": "application/pdf", "buffer": testing.PDF.replace(b"200", b"300")}
    page.set_input_files("#id_file", photo)
    expect(page.locator("[data-uploads] .unsent")).to_contain_text("จะส่งให้เองเมื่อเชื่อมต่อได้")
    page.click(SEND)
    expect(page.get_by_role("button", name="ส่งอีกครั้ง")).to_be_focused()
    page.context.set_offline(False)
    expect(page.locator("#evidence-list li")).to_have_count(2)
    saved(page)
    expect(page.locator("#score-panel dd").first).to_have_text("4.0000")
    expect(page.locator(".request-error")).to_have_count(0)
    assert fresh(card).explanation == "พิมพ์ตอนเน็ตหลุด"
    page.click(SEND)
    expect(page.locator(".page-head")).to_contain_text("รอหัวหน้ารับรอง")
    assert ReportVersion.objects.get().content["answers"]["explanation"] == "พิมพ์ตอนเน็ตหลุด"


def test_a_killed_tab_loses_nothing(open_card, card):  # noqa: F811
    page = open_card()
    context = page.context
    context.set_offline(True)
    page.fill(EXPLANATION, "ครึ่งชั่วโมงของวันนี้")
    expect(page.locator(STATE)).to_contain_text("เก็บไว้ในเครื่องนี้แล้ว")
    address = page.url
    page.close(run_before_unload=False)
    context.set_offline(False)
    again = context.new_page()
    again.goto(address)
    expect(again.locator(EXPLANATION)).to_have_value("ครึ่งชั่วโมงของวันนี้")
    saved(again)
    assert fresh(card).explanation == "ครึ่งชั่วโมงของวันนี้"


def test_two_people_in_different_boxes_disturb_nobody(open_card, card, cast):  # noqa: F811
    colleague = people.make_user("colleague")
    people.give(colleague, cast.agency, Role.COLLECTOR)
    first, second = open_card(), open_card(colleague)
    first.fill(EXPLANATION, "ของคนแรก")
    first.get_by_text("คำนวณจากตัวตั้งและตัวหาร").click()
    first.get_by_label("ตัวตั้ง", exact=True).fill("320")
    first.get_by_label("ตัวหาร", exact=True).fill("400")
    expect(first.locator("#results .leaf .saved-note")).to_contain_text("บันทึกแล้ว")
    second.fill("#id_obstacles", "ของคนที่สอง")
    saved(second)
    expect(second.locator(EXPLANATION)).to_have_value("ของคนแรก")
    expect(second.locator("#part-explanation .saved-note")).to_contain_text("แก้ช่องนี้")
    expect(second.get_by_label("ตัวตั้ง", exact=True)).to_be_visible()  # unfolded, with the score it earns
    expect(second.locator("#score-panel dd").first).to_have_text("3.0000")
    kept = fresh(card)
    assert (kept.explanation, kept.obstacles, str(kept.entries.get().value)) == ("ของคนแรก", "ของคนที่สอง", "80.000000")


@pytest.mark.parametrize(
    ("choice", "result"),
    [
        ("ใช้ฉบับนี้", "ของเพื่อน"),
        ("ใช้ที่ฉันพิมพ์", "ของฉัน"),
        ("รวมทั้งสองฉบับ", "ของเพื่อน\nของฉัน"),
    ],
)
def test_two_people_in_one_box_see_both_and_pick_or_merge(open_card, card, cast, choice, result):  # noqa: F811
    colleague = people.make_user("colleague")
    people.give(colleague, cast.agency, Role.COLLECTOR)
    page, theirs = open_card(size=PHONE), open_card(colleague)
    theirs.fill(EXPLANATION, "ของเพื่อน")
    saved(theirs)
    page.fill(EXPLANATION, "ของฉัน")
    versions = page.locator(".two-versions")
    expect(versions).to_contain_text("นายcolleague ทดสอบ บันทึกไว้ว่า")
    expect(versions).to_contain_text("ของเพื่อน")
    expect(page.locator(EXPLANATION)).to_have_value("ของฉัน")
    assert fresh(card).explanation == "ของเพื่อน"
    assert violations(page) == []
    assert overflow(page) == 0
    page.get_by_role("button", name=choice, exact=True).click()
    expect(page.locator(EXPLANATION)).to_have_value(result)
    saved(page)
    assert fresh(card).explanation == result


def test_the_session_gone_while_typing_and_back_in_another_tab(open_card, server, card, cast):  # noqa: F811
    page = open_card()
    page.context.clear_cookies(name="sessionid")
    page.fill(EXPLANATION, "พิมพ์ต่อทั้งที่หลุด")
    expect(page.locator(STATE)).to_contain_text("ท่านไม่ได้อยู่ในระบบแล้ว ยังไม่ได้ส่ง 1 ช่อง")
    page.set_input_files("#id_file", {"name": "ก.pdf", "mimeType": "application/pdf", "buffer": testing.PDF})
    expect(page.locator("[data-uploads] .unsent")).to_contain_text("ไฟล์ยังอยู่ในหน้านี้")
    sign_in(page, server, cast.collector)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    saved(page)
    page.get_by_role("button", name="ส่งอีกครั้ง").click()
    expect(page.locator("#evidence-list li")).to_contain_text("ก.pdf")
    assert fresh(card).explanation == "พิมพ์ต่อทั้งที่หลุด"


def test_the_card_sent_elsewhere_while_typing_offers_the_words_to_copy(open_card, card, cast):  # noqa: F811
    sent = testing.fill(card, cast)
    page = open_card()
    testing_token = "6f1b0e4e-0000-4000-8000-000000000001"
    actions.send_report(sent, by=cast.collector, revision=sent.revision, at=testing.FILED, token=testing_token)
    page.fill("#id_suggestions", "เพิ่งคิดออก")
    expect(page.locator(STATE)).to_contain_text("บันทึกไม่ได้: รายงานนี้อยู่ในสถานะ “รอหัวหน้ารับรอง”")
    page.reload()
    box = page.locator("[data-unsent]")
    expect(box).to_contain_text("ยังไม่ได้บันทึก")
    expect(box).to_contain_text("เพิ่งคิดออก")
    assert violations(page) == []
    page.get_by_role("button", name="ทิ้งข้อความนี้").click()
    page.reload()
    expect(page.locator("[data-unsent]")).not_to_contain_text("เพิ่งคิดออก")


def test_a_form_that_is_open_when_its_round_closes_is_told_and_goes_on_when_it_reopens(open_card, card, cast):  # noqa: F811
    page, said = open_card(size=PHONE), "#notices .card-news"
    facts = {"by": cast.coordinator, "at": testing.FILED}
    closed = actions.close_round(card.round, revision=card.round.revision, **facts)
    page.fill(EXPLANATION, "ยังพิมพ์อยู่")
    expect(page.locator(said)).to_contain_text("รอบนี้ปิดรับรายงานแล้ว")
    expect(page.locator(said)).to_contain_text("1 ช่องที่ยังไม่ได้บันทึก เก็บไว้ในเครื่องนี้แล้ว")
    assert violations(page) == []
    assert overflow(page) == 0
    opened = actions.reopen_round(closed, revision=closed.revision, reason="มีหน่วยงานส่งไม่ทัน", **facts)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    saved(page)
    expect(page.locator(said)).to_have_count(0)
    assert fresh(card).explanation == "ยังพิมพ์อยู่"
    # Nobody types: the page hears of it all the same.
    actions.close_round(opened, revision=opened.revision, **facts)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator(said)).to_contain_text("ที่พิมพ์ไว้บันทึกครบทุกช่องแล้ว")


def test_words_of_a_part_that_was_not_sent_back_are_not_lost(open_card, card, cast):  # noqa: F811
    page = open_card()
    testing.send(card, cast)
    sent = fresh(card)
    facts = {"by": cast.overseer, "revision": sent.revision, "at": testing.FILED}
    actions.refuse_report(sent, parts_asked={"obstacles": "ไม่ชัด"}, **facts)
    page.fill(EXPLANATION, "พิมพ์ในส่วนที่ปิด")
    expect(page.locator("#part-explanation .saved-note")).to_contain_text("ส่วนนี้ไม่ได้ถูกส่งกลับให้แก้ไข")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#notices .card-news")).to_contain_text("รายงานนี้ถูกส่งกลับให้แก้เฉพาะปัญหาอุปสรรค")
    page.click(".card-news button")
    expect(page.locator("[data-unsent]")).to_contain_text("พิมพ์ในส่วนที่ปิด")
    page.fill("#id_obstacles", "น้ำท่วมสองครั้ง")
    expect(page.locator("#part-obstacles .saved-note")).to_contain_text("บันทึกแล้ว")


def test_signing_out_sends_what_is_left(open_card, card):  # noqa: F811
    page = open_card()
    page.fill(EXPLANATION, "ก่อนออกจากระบบ")
    page.evaluate("document.querySelector('form[data-forget-typed]').requestSubmit()")
    expect(page.locator("h1")).to_have_text("เข้าสู่ระบบ")
    assert fresh(card).explanation == "ก่อนออกจากระบบ"


def test_sending_right_after_typing_sends_the_last_words(open_card, card, cast):  # noqa: F811
    testing.fill(card, cast)
    page = open_card()
    type_words(page)
    page.keyboard.press("Tab")
    page.wait_for_timeout(150)
    page.click(SEND)
    assert is_sent(page, card)


def test_the_end_of_the_session_is_announced_and_put_off_with_one_click(open_card, card, settings):  # noqa: F811
    settings.KPI_SESSION_IDLE_SECONDS = 66
    page = open_card()
    warning = page.locator(".session-warning")
    expect(warning).to_contain_text("ระบบจะให้เข้าสู่ระบบใหม่", timeout=30_000)
    assert violations(page) == []
    with page.expect_response(lambda answer: answer.request.method == "HEAD"):
        page.get_by_role("button", name="ใช้งานต่อ").click()
    expect(warning).to_have_count(0)
