"""Both sides at once in real browsers: what one changes the other sees, and nothing typed is ever lost."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from agreements.models import Cell
from agreements.negotiation.tests.conftest import fresh_line
from kpiportal.testing.browser import DESK, PHONE, chromium, complaints, open_page, overflow, sign_in, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture
def sit(browser, live_server, agreement):
    """`sit(person)` opens the table as that person."""

    def page_of(person, size=DESK):
        page = open_page(browser, size=size)
        page.said = complaints(page)
        page.on("dialog", lambda question: question.accept())
        sign_in(page, live_server.url, person)
        page.goto(live_server.url + reverse("agreements:table", args=[agreement.pk]))
        return page

    return page_of


def box(page, line, name):
    return page.locator(f'#line-{line.pk} input.cell[name="{name}"]')


def said(line, side, name):
    return Cell.objects.get(line=line, side=side, name=name).value


def test_the_other_side_sees_it_without_reloading_and_typing_stays(sit, cast, line):
    """How soon is measured where time can be trusted: `python -m benchmarks` (P4)."""
    party, opdc = sit(cast.coordinator), sit(cast.negotiator)
    box(party, line, "3").fill("82")
    box(opdc, line, "weight").fill("55")
    box(opdc, line, "weight").press("Enter")
    expect(party.locator(f"#line-{line.pk} .opdc .said").first).to_have_text("55.00")
    expect(box(party, line, "3")).to_have_value("82")
    expect(box(party, line, "3")).to_be_focused()
    assert said(line, "party", "3") == 80  # typed, not offered
    box(party, line, "3").press("Enter")
    expect(opdc.locator(f"#line-{line.pk} .party .said").nth(4)).to_have_text("82")
    assert party.said == opdc.said == []


def test_two_colleagues_on_one_cell_choose_with_both_values_before_them(sit, cast, line):
    one, two = sit(cast.coordinator), sit(cast.office_head)
    box(one, line, "weight").fill("58")
    box(two, line, "weight").fill("57")
    box(two, line, "weight").press("Enter")
    expect(one.locator(f"#line-{line.pk} .cell-news")).to_have_text("ในระบบขณะนี้ 57.00")
    box(one, line, "weight").press("Enter")
    question = one.locator(f"#line-{line.pk} .retry")
    expect(question).to_contain_text("ท่านพิมพ์ 58 ในระบบขณะนี้ 57")
    expect(box(one, line, "weight")).to_have_value("58")
    assert said(line, "party", "weight") == 57
    assert violations(one) == []
    question.get_by_text("ใช้ค่าของฉัน").click()
    expect(question).to_have_count(0)
    expect(box(two, line, "weight")).to_have_value("58.00")
    assert said(line, "party", "weight") == 58


def test_a_lost_network_is_told_and_what_was_typed_is_sent_afterwards(sit, cast, line):
    page = sit(cast.coordinator)
    page.context.set_offline(True)
    box(page, line, "weight").fill("57")
    box(page, line, "weight").press("Enter")
    expect(page.locator(f"#line-{line.pk} .line-says")).to_contain_text("ยังไม่ได้บันทึก")
    expect(page.locator("#link-state")).to_have_class(re.compile("away"))
    assert said(line, "party", "weight") == 60
    page.context.set_offline(False)
    page.reload()
    expect(box(page, line, "weight")).to_have_value("57")
    box(page, line, "weight").press("Enter")
    expect(page.locator(f"#line-{line.pk} input.mine-now")).to_have_count(0)
    assert said(line, "party", "weight") == 57


def test_the_whole_table_is_settled_by_keyboard_from_both_sides(sit, cast, agreement, table):
    party, opdc = sit(cast.coordinator), sit(cast.negotiator)
    expect(opdc.get_by_role("button", name="ตกลงทั้งฉบับ")).to_be_disabled()
    opdc.get_by_role("button", name=re.compile("ทุกรายการที่ยังไม่ได้เสนอ")).press("Enter")
    expect(party.locator("#table-head")).to_contain_text("ตกลงแล้ว 4 จาก 4")
    party.get_by_role("button", name="ตกลงทั้งฉบับ").press("Enter")
    expect(opdc.locator("#table-head")).to_contain_text("จังหวัด ตกลงทั้งฉบับแล้ว")
    opdc.get_by_role("button", name="ตกลงทั้งฉบับ").press("Enter")
    expect(opdc.locator("#notices")).to_contain_text("ทั้งสองฝ่ายตกลงครบแล้ว")
    agreement.refresh_from_db()
    assert agreement.state == "agreed"


def test_an_agreed_line_opens_again_by_its_own_button(sit, cast, line, table):
    opdc = sit(cast.negotiator)
    opdc.locator(f"#line-{line.pk} [data-accept]").press("Enter")
    expect(opdc.locator(f"#line-{line.pk} .chip.ok")).to_have_text("ตกลงแล้ว")
    expect(box(opdc, line, "weight")).not_to_be_editable()
    expect(opdc.locator(f"#line-{line.pk} [data-reopen]")).to_be_focused()  # the button pressed is gone, not the place
    opdc.locator(f"#line-{line.pk} [data-reopen]").press("Enter")
    expect(box(opdc, line, "weight")).to_be_focused()
    box(opdc, line, "weight").fill("59")
    box(opdc, line, "weight").press("Enter")
    expect(opdc.locator(f"#line-{line.pk} .chip.ok")).to_have_count(0)
    assert said(line, "opdc", "weight") == 59


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_every_page_of_the_table_is_accessible_and_fits(sit, live_server, cast, agreement, line, size):
    page = sit(cast.coordinator, size)
    doors = [
        ("table", agreement),
        ("line", line),
        ("line_show", line),
        ("line_add", agreement),
        ("sitting_list", agreement),
    ]
    for name, row in doors:
        page.goto(live_server.url + reverse(f"agreements:{name}", args=[row.pk]))
        page.wait_for_timeout(300)
        assert (name, violations(page), overflow(page)) == (name, [], 0)
    assert page.said == []


def test_on_a_phone_the_table_is_for_reading(sit, cast, line):
    page = sit(cast.coordinator, PHONE)
    expect(box(page, line, "weight")).not_to_be_editable()
    expect(page.get_by_role("button", name="เสนอ", exact=True)).to_have_count(0)
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})  # a tablet turned on its side
    expect(box(page, line, "weight")).to_be_editable()


def test_the_wall_turns_by_arrow_keys_and_follows_the_table(sit, live_server, cast, agreement, table, line):
    wall, opdc = sit(cast.governor), sit(cast.negotiator)
    wall.goto(live_server.url + reverse("agreements:line_show", args=[line.pk]))
    wall.keyboard.press("ArrowRight")
    wall.wait_for_url(f"**/{fresh_line(table, '2.1').pk}/show/")
    wall.keyboard.press("ArrowLeft")
    wall.wait_for_url(f"**/{line.pk}/show/")
    box(opdc, line, "weight").fill("55")
    box(opdc, line, "weight").press("Enter")
    expect(wall.locator(".wall-table .said.new").first).to_be_visible()
