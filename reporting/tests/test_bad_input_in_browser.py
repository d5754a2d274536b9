"""What only a browser can do wrong: press twice, go back, lose the session, work without scripts, choose a wrong file.
Each time the page says what happened, what was typed is still there, and the card is sent once or not at all."""

import re

import pytest
from playwright.sync_api import expect

from kpiportal.models import OutgoingMail, Role
from kpiportal.testing import people
from kpiportal.testing.browser import PHONE, overflow, sign_in, violations
from reporting import actions, testing
from reporting.models import Evidence, ReportVersion
from reporting.tests.refusals import WORDS, stored

pytestmark = pytest.mark.browser
SEND = "button:has-text('ส่งให้หัวหน้าหน่วยงานรับรอง')"
SAVE = "button:has-text('บันทึกร่าง')"


@pytest.fixture
def server(live_server, running):
    return live_server.url


@pytest.fixture
def open_card(server, card, cast, sit):
    """`open_card()` is the collector at their card, in a browser of their own."""

    def open_one(person=cast.collector, **facts):
        page = sit(**facts)
        sign_in(page, server, person)
        page.goto(f"{server}/reporting/cards/{card.pk}/")
        return page

    return open_one


def number_box(page):
    return page.get_by_label("ผลการดำเนินงาน (ร้อยละ)")


def type_words(page, value="82.35"):
    number_box(page).fill(value)
    for name, text in WORDS.items():
        page.fill(f"#id_{name}", text)


def holds(page, value="82.35"):
    """Everything typed by `type_words` is in its box."""
    expect(number_box(page)).to_have_value(value)
    for name, text in WORDS.items():
        expect(page.locator(f"#id_{name}")).to_have_value(text)
    return page


def is_sent(page, card):
    expect(page.locator(".page-head")).to_contain_text("รอหัวหน้ารับรอง")
    card.refresh_from_db()
    assert (card.state, card.explanation) == ("sent", WORDS["explanation"])
    return True


def test_two_clicks_send_once(open_card, card, cast):
    testing.fill(card, cast)
    page = open_card()
    type_words(page)
    page.dblclick(SEND)
    assert is_sent(page, card)
    page.wait_for_load_state("networkidle")
    assert (ReportVersion.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_going_back_after_sending_tells_and_sends_nothing(open_card, card, cast):
    testing.fill(card, cast)
    page = open_card()
    type_words(page)
    page.click(SEND)
    assert is_sent(page, card)
    before = stored()
    for step in (page.go_back, page.go_forward, page.reload):
        step()
        page.wait_for_load_state("networkidle")
    page.goto(page.url)
    expect(page.locator(".lock")).to_contain_text("ส่งแล้ว รอผู้กำกับดูแลตัวชี้วัดของหน่วยงานรับรอง")
    expect(page.locator(SEND)).to_have_count(0)
    expect(page.locator("text=นำกลับมาใส่")).to_have_count(0)
    assert stored() == before


def test_reloading_and_going_back_to_a_refusal_send_nothing_again(open_card, server, card):
    page = open_card()
    type_words(page)
    page.click(SEND)
    expect(page.locator(".blockers")).to_contain_text("กรุณาแนบหลักฐานอ้างอิงอย่างน้อย 1 ไฟล์")
    expect(page.locator(".blockers")).to_be_focused()  # the page's scripts have run
    asked = []
    page.on("request", lambda request: asked.append(request.method) if request.is_navigation_request() else None)
    page.reload()
    holds(page)
    page.fill("#id_suggestions", "เพิ่มทีหลัง")
    page.click(SEND)
    expect(page.locator(".blockers")).to_be_focused()
    page.goto(server)
    page.go_back()
    expect(page.locator("#id_suggestions")).to_have_value("เพิ่มทีหลัง")
    assert asked == ["GET", "POST", "GET", "GET"]
    card.refresh_from_db()
    assert (card.state, card.revision) == ("draft", 2)
    assert ReportVersion.objects.count() == 0


def test_a_page_left_open_while_the_card_was_sent_elsewhere(open_card, card, cast):
    testing.fill(card, cast)
    old, new = open_card(), open_card()
    type_words(new)
    new.click(SEND)
    assert is_sent(new, card)
    before = stored()
    type_words(old, "90")
    old.click(SEND)
    expect(old.locator(".clash")).to_contain_text("บันทึกเพิ่มไม่ได้แล้ว")
    expect(old.locator(".clash td").first).to_have_text("90")
    expect(old.locator(".clash")).to_be_focused()
    assert violations(old) == []
    assert stored() == before


def test_two_people_on_one_card_the_second_chooses(open_card, card, cast):
    colleague = people.make_user("colleague")
    people.give(colleague, cast.agency, Role.COLLECTOR)
    second = open_card(size=PHONE)
    first = open_card(colleague)
    number_box(first).fill("77")
    first.click(SAVE)
    expect(first.locator("#notices")).to_contain_text("บันทึกร่างแล้ว")
    second.route("**/autosave/", lambda route: route.abort())  # pressed before anything was kept
    type_words(second)
    second.click(SAVE)
    expect(second.locator(".clash")).to_contain_text("นายcolleague ทดสอบ บันทึกไว้")
    holds(second)
    expect(second.locator(".two-versions").first).to_contain_text("77")
    assert violations(second) == []
    assert overflow(second) == 0
    second.click("button:has-text('บันทึกตามที่ฉันพิมพ์')")
    expect(second.locator("#notices")).to_contain_text("บันทึกร่างแล้ว")
    holds(second)
    assert str(card.entries.get().value) == "82.350000"


def test_the_session_ends_in_the_middle_of_typing(open_card, server, card, cast):
    testing.fill(card, cast)
    page = open_card()
    type_words(page, "๙๐")
    page.context.clear_cookies(name="sessionid")  # what the end of a session looks like from here
    before = stored()
    page.click(SEND)
    expect(page.locator("h1")).to_have_text("เข้าสู่ระบบ")
    assert stored() == before
    page.fill("[name=login]", cast.collector.email)
    page.fill("[name=password]", people.PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_contain_text(card.indicator.number)
    holds(page, "๙๐")
    expect(page.locator("#score-panel dd").first).to_have_text("5.0000")
    page.click(SEND)
    assert is_sent(page, card)
    assert ReportVersion.objects.get().content["entries"][card.indicator.number]["value"] == "90"


def test_everything_works_with_scripts_switched_off(open_card, server, card, cast, sit):
    page = open_card(scripts=False)
    type_words(page, "แปดสิบ")
    page.click(SAVE)
    expect(page.locator(f"#id_value_{card.indicator_id}_error")).to_contain_text("โปรดพิมพ์เฉพาะตัวเลข")
    holds(page, "แปดสิบ")
    number_box(page).fill("๘๒.๓๕")
    page.click(SAVE)
    expect(page.locator("#score-panel dd").first).to_have_text("3.4700")
    page.set_input_files("#id_file", {"name": "รายงาน.exe", "mimeType": "application/pdf", "buffer": testing.PDF})
    page.click("button:has-text('แนบไฟล์')")
    expect(page.locator("#id_file_error")).to_contain_text("ระบบไม่รับไฟล์ชนิด")
    page.set_input_files("#id_file", {"name": "รายงาน ก.ย.pdf", "mimeType": "application/pdf", "buffer": testing.PDF})
    page.click("button:has-text('แนบไฟล์')")
    expect(page.locator("#evidence-list")).to_contain_text("รายงาน ก.ย.pdf")
    page.click(SEND)
    assert is_sent(page, card)
    boss = open_card(cast.overseer, scripts=False)
    boss.click("summary:has-text('ไม่รับรอง')")
    boss.fill("#refuse-reason", "ขอหลักฐานเดือนกันยายน")
    boss.click("button:has-text('ส่งกลับแก้ไข')")
    expect(boss.locator("#notices")).to_contain_text("ส่งกลับแก้ไขแล้ว")
    page.goto(f"{server}/reporting/cards/{card.pk}/")
    expect(page.locator("main")).to_contain_text("ขอหลักฐานเดือนกันยายน")


def test_a_wrong_file_is_refused_beside_its_name_and_touches_nothing_else(open_card, card, settings):
    settings.KPI_UPLOAD_MAX_BYTES = 2_000
    page = open_card()
    type_words(page)

    def choose(*files):
        page.set_input_files(
            "#id_file", [{"name": name, "mimeType": "application/pdf", "buffer": content} for name, content in files]
        )

    choose(("ตาราง.exe", testing.PDF), ("เว็บ.pdf", b"<!doctype html><script>"), ("ใหญ่.pdf", b"%PDF" * 600),
           ("ว่าง.pdf", b""), ("ดี.pdf", testing.PDF))  # fmt: skip
    expect(page.locator("#evidence-list li")).to_have_count(1)
    expect(page.locator("#evidence-list li")).to_contain_text("ดี.pdf")
    lines = page.locator("[data-uploads] li.refused")
    expect(lines).to_have_count(4)
    for name, sentence in {
        "ตาราง.exe": "ระบบไม่รับไฟล์ชนิด",
        "เว็บ.pdf": "แต่เนื้อไฟล์",
        "ใหญ่.pdf": "ใหญ่เกิน 1.9 KB กรุณาลดขนาดหรือแบ่งเป็นหลายไฟล์",
        "ว่าง.pdf": "ไฟล์ว่างเปล่า กรุณาเลือกไฟล์ใหม่",
    }.items():
        expect(lines.filter(has_text=name)).to_contain_text(sentence)
    holds(page)
    assert violations(page) == []
    assert Evidence.objects.get().file.original_name == "ดี.pdf"
    page.click(SEND)
    assert is_sent(page, card)


def test_what_is_no_number_shows_no_score_while_typing(open_card, card):
    page = open_card()
    number_box(page).press_sequentially("82,35")
    expect(page.locator("#score-panel dd").first).to_have_text("–")
    expect(page.locator("#score-panel")).to_contain_text("อ่านได้มากกว่าหนึ่งแบบ")
    number_box(page).fill("-")
    expect(page.locator("#score-panel")).to_contain_text(re.compile("ไม่มีข้อมูล|N/A"))
    card.refresh_from_db()
    assert (card.state, card.revision) == ("not_started", 0)


def test_leaving_in_the_middle_of_a_word_asks_nothing_and_keeps_it(open_card, server, card):
    page = open_card()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.fill("#id_explanation", "ยังไม่ได้บันทึก")
    page.goto(server)
    assert asked == []
    page.go_back()
    expect(page.locator("#id_explanation")).to_have_value("ยังไม่ได้บันทึก")
    expect(page.locator("[data-save-state]")).not_to_contain_text("ยังไม่ได้ส่ง")


def test_a_decision_too_late_is_told_and_the_reason_stays(open_card, server, card, cast):
    testing.send(card, cast)
    boss = open_card(cast.overseer, size=PHONE)
    card.refresh_from_db()
    actions.certify_report(card, by=cast.overseer, revision=card.revision, at=testing.FILED)
    before = stored()
    boss.click("summary:has-text('ไม่รับรอง')")
    boss.fill("#refuse-reason", "ขอหลักฐานเดือนกันยายน")
    boss.click("button:has-text('ส่งกลับแก้ไข')")
    expect(boss.locator(".blockers")).to_contain_text("มีผู้อื่นดำเนินการไปก่อนแล้ว")
    expect(boss.locator("main")).to_contain_text("ขอหลักฐานเดือนกันยายน")
    assert violations(boss) == []
    assert overflow(boss) == 0
    assert stored() == before
