"""The pages of a year's making and of amendments in a real browser: sound for axe, no wider than a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from agreements import testing
from agreements.amendments import testing as requests
from agreements.library import actions as library
from agreements.library.tests.test_library import FACTS
from kpiportal.testing import browser as browsing
from kpiportal.testing.people import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def chrome():
    with browsing.chromium() as made:
        yield made


@pytest.fixture
def sit(chrome, live_server):
    def take_a_seat(person):
        page = browsing.open_page(chrome)
        page.wrong = browsing.complaints(page)
        page.set_default_timeout(30_000)
        browsing.sign_in(page, live_server.url, person)
        return page

    return take_a_seat


def is_sound(page):
    for width, height in (browsing.PHONE, browsing.DESK):
        page.set_viewport_size({"width": width, "height": height})
        assert browsing.overflow(page) == 0, page.url
    assert (browsing.violations(page), page.wrong) == ([], []), page.url


def test_a_request_is_written_handed_in_and_decided(sit, live_server):
    people = make_cast()
    signed = testing.make_signed(people)
    page = sit(people.coordinator)
    page.goto(live_server.url + reverse("agreements:amendment_list", args=[signed.pk]))
    is_sound(page)
    page.get_by_role("button", name="เริ่มคำขอใหม่").click()
    page.get_by_label("รายการที่ขอเปลี่ยน").select_option("target")
    page.get_by_label("เหตุผลและความจำเป็น").fill("น้ำท่วมพื้นที่เป้าหมาย")
    page.get_by_role("button", name="เพิ่มรายการ", exact=True).click()
    page.get_by_label("ค่าเป้าหมาย", exact=True).fill("85")
    page.get_by_role("button", name="บันทึกร่าง").click()
    expect(page.get_by_label("เหตุผลและความจำเป็น")).to_have_value("น้ำท่วมพื้นที่เป้าหมาย")
    is_sound(page)
    page.get_by_role("button", name="ยื่นต่อสำนักงาน ก.พ.ร.").click()
    expect(page.get_by_role("alert")).to_contain_text("ยังไม่ได้แนบเอกสารประกอบคำขอ")
    is_sound(page)
    asked = requests.make_asked(people, signed, {("1.1", "target"): {"target": "85"}})
    page = sit(people.negotiator)
    page.goto(live_server.url + reverse("agreements:amendment_detail", args=[asked.pk]))
    is_sound(page)
    page.get_by_role("radio", name="ไม่เห็นชอบ").check()
    page.get_by_role("button", name="บันทึกผลการพิจารณา").click()
    expect(page.get_by_text("กรุณาระบุเหตุผล")).to_be_visible()
    page.get_by_role("radio", name="เห็นชอบ", exact=True).check()
    page.get_by_role("button", name="บันทึกผลการพิจารณา").click()
    page.get_by_role("link", name="ฉบับที่ 2").click()
    expect(page.get_by_role("row", name="1.1").first).to_contain_text("85")
    is_sound(page)


def test_the_pages_of_a_years_making(sit, live_server):
    people = make_cast()
    draft = testing.make_draft(people)
    row = library.keep(None, by=people.director, at=testing.AUTUMN, **FACTS)
    for person, doors in (
        (people.coordinator, [("form_take", draft.pk), ("host_list", draft.pk)]),
        (
            people.director,
            [
                ("library_list",), ("library_edit", row.pk), ("compulsory_list", draft.framework_id),
                ("framework_year", draft.framework_id),
            ],
        ),
    ):  # fmt: skip
        page = sit(person)
        for name, *args in doors:
            page.goto(live_server.url + reverse(f"agreements:{name}", args=args))
            is_sound(page)
    page.get_by_role("button", name="ตั้งต้นจากปฏิทินปีก่อน").click()
    expect(page.get_by_role("row", name="ประชุมชี้แจงกรอบการประเมินผล")).to_be_visible()
    page.get_by_role("button", name="ร่างหนังสือเวียนถึงผู้ว่าราชการจังหวัด").click()
    expect(page.get_by_role("alert")).to_contain_text("ผ่านไปแล้ว แก้วันในปฏิทินก่อนร่างหนังสือ")
    is_sound(page)
