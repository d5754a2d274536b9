"""The form as people use it: typing that saves itself, a lost network, two people, keyboard, phone, no script."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from agreements import form_actions, testing
from agreements.models import Indicator
from kpiportal.testing import browser as browsing
from kpiportal.testing.people import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def chrome():
    with browsing.chromium() as made:
        yield made


@pytest.fixture
def people():
    return make_cast()


@pytest.fixture
def draft(people):
    return testing.make_draft(people, per_dimension=2)


@pytest.fixture
def first(draft):
    return draft.indicators.get(number="1.1")


def show(chrome, server, person, name, subject, **more):
    page = browsing.open_page(chrome, **more)
    page.wrong = browsing.complaints(page)
    browsing.sign_in(page, server, person)
    page.goto(server + reverse(f"agreements:{name}", args=[subject.pk]))
    return page


def box(page, indicator, name):
    return page.locator(f'tr[data-row="{indicator.pk}"] input[name="{name}"]')


def saved(page):
    expect(page.locator("#save-state")).to_have_text(re.compile("^บันทึกแล้ว"))


def row(indicator):
    return Indicator.objects.select_related("criteria").get(pk=indicator.pk)


def test_typing_in_the_sheet_saves_itself_and_the_weights_follow(chrome, live_server, people, draft, first):
    page = show(chrome, live_server.url, people.coordinator, "form_sheet", draft)
    box(page, first, "weight").fill("๓๕")
    box(page, first, "weight").press("Enter")
    saved(page)
    assert row(first).weight == 35
    expect(box(page, first, "weight")).to_have_value("35.00")
    expect(page.locator("#form-weights")).to_contain_text("น้ำหนักรวม 105.00 / 100.00 เกิน 5.00")
    focused = page.evaluate("document.activeElement.name + ' ' + document.activeElement.closest('tr').dataset.row")
    assert focused == f"weight {draft.indicators.get(number='1.2').pk}"
    assert browsing.violations(page) == []
    assert page.wrong == []


def test_a_block_copied_from_excel_fills_the_boxes_under_and_beside(chrome, live_server, people, draft, first):
    page = show(chrome, live_server.url, people.coordinator, "form_sheet", draft)
    box(page, first, "level_1").focus()
    asked = []
    page.on("request", lambda request: asked.append("asked"))
    page.on("requestfinished", lambda request: asked.append("answered"))
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "60\\t65\\t70\\n61\\t66\\t71\\n");
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
        }"""
    )
    saved(page)
    second = draft.indicators.get(number="1.2")
    expect(page.locator(".unsent")).to_have_count(0)
    # One row after the other: an earlier answer that came late would show older totals.
    assert len(asked) >= 4
    assert asked == ["asked", "answered"] * (len(asked) // 2)
    assert [int(v) for v in row(first).criteria.levels] == [60, 65, 70, 85, 90]
    assert [int(v) for v in row(second).criteria.levels] == [61, 66, 71, 85, 90]


def test_a_lost_network_loses_nothing_and_says_so(chrome, live_server, people, draft, first):
    page = show(chrome, live_server.url, people.coordinator, "form_sheet", draft)
    page.context.set_offline(True)
    box(page, first, "unit").fill("ครัวเรือน")
    box(page, first, "unit").press("Tab")
    expect(page.locator("#save-state")).to_contain_text("ยังไม่ได้บันทึก 1 ช่อง")
    assert row(first).unit == "ร้อยละ"
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    saved(page)
    assert row(first).unit == "ครัวเรือน"


def test_a_closed_tab_gives_back_what_was_never_sent(chrome, live_server, people, draft, first):
    page = show(chrome, live_server.url, people.coordinator, "form_sheet", draft)
    page.route("**/edit/", lambda route: route.abort())  # this tab never reaches the portal, not even while it closes
    box(page, first, "unit").fill("ครัวเรือน")
    box(page, first, "unit").press("Tab")
    expect(page.locator("#save-state")).to_contain_text("ยังไม่ได้บันทึก")
    again = page.context.new_page()
    page.close()
    assert row(first).unit == "ร้อยละ"
    again.goto(live_server.url + reverse("agreements:form_sheet", args=[draft.pk]))
    saved(again)
    assert row(first).unit == "ครัวเรือน"


def test_words_of_the_editor_wait_while_only_the_sheet_is_looked_at(chrome, live_server, people, draft, first):
    editor = live_server.url + reverse("agreements:indicator_edit", args=[first.pk])
    page = show(chrome, live_server.url, people.coordinator, "indicator_edit", first)
    page.route("**/edit/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.get_by_label("คำอธิบาย").fill("นิยามที่พิมพ์ตอนเน็ตหลุด")
    expect(page.locator("#save-state")).to_contain_text("ยังไม่ได้บันทึก")
    again = page.context.new_page()
    page.close()
    again.goto(live_server.url + reverse("agreements:form_sheet", args=[draft.pk]))
    box(again, first, "unit").fill("ราย")  # the sheet keeps and sends its own box of the same row
    box(again, first, "unit").press("Tab")
    saved(again)
    again.goto(editor)
    expect(again.get_by_label("คำอธิบาย")).to_have_value("นิยามที่พิมพ์ตอนเน็ตหลุด")
    saved(again)
    assert (row(first).definition, row(first).unit) == ("นิยามที่พิมพ์ตอนเน็ตหลุด", "ราย")


def test_two_people_in_one_box_are_shown_both_values_and_choose(chrome, live_server, people, draft, first):
    page = show(chrome, live_server.url, people.coordinator, "form_sheet", draft)
    edit = {"unit": form_actions.Edit("ร้อยละ", "ราย")}
    form_actions.edit_indicator(first, edit, by=people.office_head, at=testing.AUTUMN)
    box(page, first, "unit").fill("คน")
    box(page, first, "unit").press("Tab")
    said = page.locator(f'tr[data-row="{first.pk}"] .their')
    expect(said).to_contain_text("นายoffice_head ทดสอบ บันทึกไว้ว่า “ราย” ท่านพิมพ์ “คน”")
    assert row(first).unit == "ราย"
    said.get_by_role("button", name="ใช้ของฉัน").click()
    saved(page)
    assert row(first).unit == "คน"


def test_rows_move_by_their_buttons_and_by_dragging(chrome, live_server, people, draft, first):
    page = show(chrome, live_server.url, people.coordinator, "form_sheet", draft, size=(1280, 1600))
    page.get_by_role("button", name="เลื่อน 1.1 ลง").press("Enter")
    expect(page.locator("tr[data-row] .no").first).to_have_text("1.2")
    expect(page.get_by_role("button", name="เลื่อน 1.1 ลง")).to_be_focused()
    other = draft.indicators.get(number="3.2")
    page.locator(f'tr[data-row="{first.pk}"] .grip').drag_to(page.locator(f'tr[data-row="{other.pk}"] th'))
    expect(page.locator("#save-state")).to_have_text("ย้ายแล้ว")
    expect(page.locator("tr[data-row] .no").nth(4)).to_have_text("1.1")
    assert row(first).dimension_id == other.dimension_id
    box(page, first, "unit").fill("ราย")  # boxes of the new table save themselves, too
    box(page, first, "unit").press("Tab")
    saved(page)
    page.get_by_role("link", name="เรียงเลขใหม่").click()
    expect(page.get_by_role("heading", name="จะเปลี่ยนเลข 3 ตัวชี้วัด")).to_be_visible()
    assert browsing.violations(page) == []
    page.get_by_role("button", name="ใช้เลขใหม่").click()
    expect(page.locator("#notices")).to_contain_text("เรียงเลขใหม่แล้ว 3 ตัวชี้วัด")
    expect(page.locator("tr[data-row] .no").first).to_have_text("1.1")


def test_the_editor_fills_levels_marks_the_pair_and_tries_a_score(chrome, live_server, people, draft, first):
    page = show(chrome, live_server.url, people.coordinator, "indicator_edit", first)
    page.get_by_label("ชื่อตัวชี้วัด").fill("ร้อยละที่ตั้งชื่อใหม่")
    page.get_by_label("ชื่อตัวชี้วัด").press("Tab")
    expect(page.get_by_role("heading", level=1)).to_have_text("1.1 ร้อยละที่ตั้งชื่อใหม่")
    page.get_by_label("ช่วงปรับเกณฑ์").fill("2.5")
    page.get_by_label("ช่วงปรับเกณฑ์").press("Tab")
    expect(page.get_by_label("ระดับ 5", exact=True)).to_have_value("85")
    page.get_by_label("ลองคะแนน").fill("81")
    expect(page.locator("#tried")).to_contain_text("คะแนน = 3.4000")
    page.get_by_label("ระดับ 4", exact=True).fill("80")
    page.get_by_label("ระดับ 4", exact=True).press("Tab")
    expect(page.locator("[aria-invalid=true]")).to_have_count(2)
    expect(page.locator("#lacking")).to_contain_text("ยังขาด 1 เรื่อง")
    page.get_by_label("ประเภทเกณฑ์").select_option("milestone")
    expect(page.get_by_label("ขั้นที่ 5")).to_be_visible()
    page.get_by_label("ขั้นที่ 1").fill("แต่งตั้งคณะทำงาน")
    page.get_by_role("button", name="บันทึก", exact=True).click()
    saved(page)
    assert row(first).criteria.steps[0] == "แต่งตั้งคณะทำงาน"
    assert browsing.violations(page) == []
    assert page.wrong == []


def test_on_a_phone_nothing_sticks_out(chrome, live_server, people, draft, first):
    for name, subject in (("form_sheet", draft), ("indicator_edit", first)):
        page = show(chrome, live_server.url, people.coordinator, name, subject, size=browsing.PHONE)
        assert browsing.overflow(page) == 0
        assert browsing.violations(page) == []


def test_without_a_script_the_editor_saves(chrome, live_server, people, draft, first):
    page = show(chrome, live_server.url, people.coordinator, "indicator_edit", first, scripts=False)
    page.get_by_label("หน่วยวัด").fill("ราย")
    page.get_by_role("textbox", name="ค่าเป้าหมาย").fill("85")
    page.get_by_role("button", name="บันทึก", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("บันทึกแล้ว")
    assert (row(first).unit, row(first).target) == ("ราย", 85)
