"""The pages around the form in a real browser: no WCAG violation, nothing sticks out on a phone, the policy holds."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from agreements import actions, framework_actions, framework_plans, testing
from agreements.models import Framework, Indicator
from agreements.tests.test_workbook import NAME, WEIGHT, Book
from kpiportal import clock, thai
from kpiportal.testing import browser as browsing
from kpiportal.testing.people import make_cast

pytestmark = pytest.mark.django_db(transaction=True)
AT = testing.AUTUMN


@pytest.fixture(scope="module")
def chrome():
    with browsing.chromium() as made:
        yield made


@pytest.fixture
def people():
    return make_cast()


def sizes(chrome, server, person):
    for size in (browsing.DESK, browsing.PHONE):
        page = browsing.open_page(chrome, size=size)
        page.wrong = browsing.complaints(page)
        browsing.sign_in(page, server, person)
        yield page


def is_sound(page):
    assert browsing.violations(page) == []
    assert browsing.overflow(page) == 0
    assert page.wrong == []


def test_the_provinces_pages(chrome, live_server, people):
    old = testing.make_signed(people)
    framework = testing.make_framework(people, fiscal_year=2559)
    form = actions.open_agreement(framework, people.province, by=people.coordinator, at=AT)
    for page in sizes(chrome, live_server.url, people.coordinator):
        for name in ("form_sheet", "form_copy", "workbook_upload", "enclosure_list"):
            page.goto(live_server.url + reverse(f"agreements:{name}", args=[form.pk]))
            is_sound(page)
        page.goto(live_server.url + reverse("agreements:agreement_detail", args=[old.pk]))
        is_sound(page)


def test_the_workbook_goes_out_and_comes_back(chrome, live_server, people):
    draft = testing.make_draft(people)
    for page in sizes(chrome, live_server.url, people.coordinator):
        page.goto(live_server.url + reverse("agreements:workbook_upload", args=[draft.pk]))
        with page.expect_download() as download:
            page.get_by_role("link", name="ดาวน์โหลดแบบฟอร์ม").click()
        book = Book(Path(download.value.path()).read_bytes())
        book.put(2, WEIGHT, "หกสิบ")
        _send(page, book)
        expect(page.get_by_role("alert")).to_contain_text("พบ 1 จุดที่ต้องแก้")
        is_sound(page)
        book.put(2, WEIGHT, 55)
        book.put(2, NAME, f"ชื่อใหม่ {page.viewport_size['width']}")
        _send(page, book)
        expect(page.get_by_role("heading", name="จะเปลี่ยน 1 ตัวชี้วัด")).to_be_visible()
        is_sound(page)
        page.get_by_role("button", name="นำเข้าทั้งหมด").click()
        expect(page.locator("#notices")).to_contain_text("นำข้อมูลจากไฟล์เข้าแล้ว 1 ตัวชี้วัด")
    row = Indicator.objects.get(agreement=draft, number="1.1")
    assert (row.name, row.weight) == ("ชื่อใหม่ 360", 55)


def _send(page, book):
    name = "แบบฟอร์ม.xlsx"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.set_input_files("input[type=file]", {"name": name, "mimeType": kind, "buffer": book.saved()})
    page.get_by_role("button", name="ตรวจไฟล์").click()


def test_opdc_makes_a_year_and_the_province_opens_its_form(chrome, live_server, people):
    """From nothing to an empty form, by hand, as both sides."""
    this = thai.fiscal_year(clock.today())
    for page in sizes(chrome, live_server.url, people.director):
        page.goto(live_server.url + reverse("agreements:framework_new"))
        is_sound(page)
        year = str(this + 1 if page.viewport_size["width"] == browsing.DESK[0] else this + 2)
        page.get_by_label("เริ่มจาก").select_option("shipped-2558")
        page.get_by_label("ปีงบประมาณ พ.ศ.").fill(year)
        page.get_by_role("button", name="สร้างร่าง").click()
        expect(page.get_by_role("heading", name="มิติ ประเด็น และน้ำหนัก")).to_be_visible()
        is_sound(page)
        page.get_by_role("textbox", name="น้ำหนัก").first.fill("60")
        page.get_by_role("button", name="บันทึกร่าง").click()
        expect(page.get_by_text("น้ำหนักของมิติรวมได้ 90 ต้องเป็น 100")).to_be_visible()
        page.get_by_role("textbox", name="น้ำหนัก").first.fill("70")
        page.get_by_role("button", name="บันทึกร่าง").click()
        page.locator("summary", has_text="ประกาศใช้กรอบ").click()
        page.get_by_role("button", name="ประกาศใช้กรอบ").last.click()
        expect(page.locator("#notices")).to_contain_text("ประกาศใช้กรอบการประเมินผลแล้ว")
        is_sound(page)
    assert set(Framework.objects.values_list("fiscal_year", "state")) == {
        (this + 1, "published"), (this + 2, "published"),
    }  # fmt: skip
    page = next(sizes(chrome, live_server.url, people.coordinator))
    page.goto(live_server.url + reverse("agreements:agreement_list"))
    is_sound(page)
    page.get_by_role("button", name=f"เปิดแบบฟอร์มปี {this + 2}").click()
    expect(page.get_by_role("button", name="+ เพิ่มตัวชี้วัด").first).to_be_visible()
    is_sound(page)


def test_a_refused_framework_leads_to_the_box(chrome, live_server, people):
    plan = framework_plans.of_shipped("2558", 2559)
    draft = framework_actions.start_year(
        fiscal_year=2559, party_kind="province", name="กรอบ", plan=plan, source="", by=people.director, at=AT
    )
    page = next(sizes(chrome, live_server.url, people.director))
    page.goto(live_server.url + reverse("agreements:framework_edit", args=[draft.pk]))
    page.get_by_label("คะแนนของแต่ละระดับ").fill("5, 4")
    page.get_by_role("button", name="บันทึกร่าง").click()
    expect(page.get_by_label("คะแนนของแต่ละระดับ")).to_be_focused()
    is_sound(page)
