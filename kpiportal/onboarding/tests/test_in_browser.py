"""The people pages in a real browser: a newcomer from the link to the first page, axe on every page, desk and phone."""

import datetime as dt

import pytest
from django.urls import reverse

from kpiportal import clock, xlsx
from kpiportal.models import AccountInvitation, AccountRequest, Job, Membership, Organization, OutgoingMail, User
from kpiportal.onboarding import erasures, jobs, sheet, suspension
from kpiportal.onboarding.invitations import Guest
from kpiportal.testing import people
from kpiportal.testing.browser import DESK, PHONE, chromium, complaints, open_page, overflow, sign_in, violations
from kpiportal.testing.onboarding import make_invitation, make_request, newest_code
from kpiportal.xlsx import Column, Sheet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW_PASSWORD = "ตะวันขึ้นเหนือดอยสุเทพ"


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture
def invited(transactional_db):
    cast = people.make_cast()
    make_invitation(cast.agency, cast.coordinator, at=clock.now())
    return cast


def sound(page, found):
    assert violations(page) == []
    assert overflow(page) == 0
    assert found == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_of_the_office(browser, live_server, invited, size):
    page = open_page(browser, size=size)
    found = complaints(page)
    sign_in(page, live_server.url, invited.coordinator)
    duty = Membership.objects.get(user=invited.collector)
    for name in ("people_list", "invitation_list", "invitation_new", "duty_new", "sheet_upload"):
        page.goto(live_server.url + reverse(f"people:{name}"))
        sound(page, found)
    page.goto(live_server.url + reverse("people:duty_detail", args=[duty.pk]))
    sound(page, found)
    bad = ("ไม่มีหน่วยงานนี้", "ผู้จัดเก็บข้อมูล", "", "", "ใจดี", "", "ไม่ใช่อีเมล")
    made = xlsx.write_workbook([Sheet("บุคคล", [Column(h) for h in sheet.HEADERS], [bad])], at=clock.now())
    page.goto(live_server.url + reverse("people:sheet_upload"))
    page.set_input_files("[name=file]", {"name": "p.xlsx", "mimeType": "application/zip", "buffer": made})
    page.get_by_role("button", name="ตรวจไฟล์").click()
    page.wait_for_selector("text=พบ 3 จุดที่ต้องแก้")
    sound(page, found)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_newcomer_from_the_link_to_the_first_page(browser, live_server, invited, size):
    page = open_page(browser, size=size)
    found, asked = complaints(page), []
    page.on("request", lambda request: asked.append((request.url, request.headers.get("referer", ""))))
    code = newest_code()
    page.goto(f"{live_server.url}/people/join/#{code}")
    sound(page, found)
    assert page.url == f"{live_server.url}/people/join/"  # taken out of the address at once
    assert page.input_value("[name=code]") == code
    page.get_by_role("button", name="ดำเนินการต่อ").click()
    page.wait_for_url("**/people/join/account/")
    sound(page, found)
    page.fill("[name=password]", NEW_PASSWORD)
    page.fill("[name=again]", NEW_PASSWORD)
    page.get_by_role("button", name="เปิดบัญชี").click()
    page.wait_for_url("**/accounts/login/")
    assert User.objects.get(email="somsri@example.go.th").check_password(NEW_PASSWORD)
    assert AccountInvitation.objects.get().state == "accepted"
    # The address before the page's script ran is the browser's own; what a server was asked never holds the code.
    assert not any(code in url.partition("#")[0] or code in referer for url, referer in asked)
    page.goto(f"{live_server.url}/people/join/#{code}")
    page.get_by_role("button", name="ดำเนินการต่อ").click()
    page.wait_for_selector("text=คำเชิญนี้ใช้ไปแล้ว")
    sound(page, found)


def test_the_office_invites_in_the_browser(browser, live_server, transactional_db):
    cast = people.make_cast()
    page = open_page(browser)
    sign_in(page, live_server.url, cast.coordinator)
    page.goto(live_server.url + reverse("people:invitation_new"))
    page.select_option("[name=organization]", label=cast.agency.full_name)
    page.select_option("[name=role]", label="ผู้กำกับดูแลตัวชี้วัด")
    page.fill("[name=email]", "somsri@example.go.th")
    page.fill("[name=first_name]", "สมศรี")
    page.fill("[name=last_name]", "ใจงาม")
    page.get_by_role("button", name="ส่งคำเชิญ").click()
    page.wait_for_url("**/people/invitations/")
    page.wait_for_selector("text=ส่งคำเชิญไปที่ somsri@example.go.th แล้ว")
    assert OutgoingMail.objects.get().to_email == "somsri@example.go.th"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_other_page_of_the_office(browser, live_server, invited, size):
    now, page = clock.now(), open_page(browser, size=size)
    found = complaints(page)
    asked = make_request(invited.province, email="asks@example.go.th", at=now)
    job = jobs.gather_own_data(by=invited.coordinator, at=now)
    duty = people.give(invited.viewer, invited.agency, "overseer", valid_from=now.date() + dt.timedelta(days=9))
    sign_in(page, live_server.url, invited.coordinator)
    for name, *args in (
        ("chase",), ("person_list",), ("person_detail", invited.collector.pk), ("duty_detail", duty.pk), ("place_new",),
        ("place_edit", invited.agency.pk), ("request_list",), ("request_detail", asked.pk), ("job_list",),
        ("job_detail", job.pk), ("my_data",), ("person_work", invited.collector.pk),
    ):  # fmt: skip
        page.goto(live_server.url + reverse(f"people:{name}", args=args))
        sound(page, found)
    page.goto(live_server.url + reverse("people:person_detail", args=[invited.collector.pk]))
    page.locator("summary", has_text="ระงับบัญชี").click()
    page.wait_for_selector("#suspend-reason:visible")
    page.wait_for_selector("text=ไม่มีงานค้าง")  # came by itself
    sound(page, found)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_looking_as_somebody_by_keyboard(browser, live_server, invited, size):
    page = open_page(browser, size=size)
    found = complaints(page)
    erasures.ask(invited.collector, at=clock.now(), reason="ย้ายงาน")
    sign_in(page, live_server.url, invited.operator)
    for name, *args in (("erasure_list",), ("person_list",)):
        page.goto(live_server.url + reverse(f"people:{name}", args=args))
        sound(page, found)
    page.goto(live_server.url + reverse("people:person_detail", args=[invited.coordinator.pk]))
    page.locator("summary", has_text="เริ่มดู").focus()
    page.keyboard.press("Enter")
    page.locator("#view-reason").focus()
    page.keyboard.type("ช่วยหาว่าทำไมไม่เห็นปุ่ม")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=กำลังดูในฐานะ นายcoordinator ทดสอบ")
    sound(page, found)
    page.goto(live_server.url + reverse("people:people_list"))
    page.mouse.wheel(0, 600)
    assert page.locator(".viewing").is_visible()
    sound(page, found)
    page.get_by_role("button", name="หยุดดู").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=หยุดดูในฐานะผู้อื่นแล้ว")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_stranger_asks_and_confirms(browser, live_server, transactional_db, size):
    cast, page = people.make_cast(), open_page(browser, size=size)
    found = complaints(page)
    page.goto(live_server.url + reverse("people:request_new"))
    sound(page, found)
    page.get_by_role("button", name="ส่งคำขอ").click()
    page.wait_for_selector("text=กรุณาเลือกจังหวัด")
    sound(page, found)
    page.fill("[name=first_name]", "สมศรี")
    page.fill("[name=last_name]", "ใจงาม")
    page.fill("[name=email]", "somsri@example.go.th")
    page.select_option("[name=office]", label=cast.province.name)
    page.select_option("[name=role]", label="ผู้จัดเก็บข้อมูล")
    page.get_by_role("button", name="ส่งคำขอ").click()
    page.wait_for_url("**/people/request/sent/")
    sound(page, found)
    page.goto(f"{live_server.url}/people/request/confirm/#{newest_code(page='request/confirm')}")
    sound(page, found)
    page.get_by_role("button", name="ยืนยันและส่งคำขอ").click()
    page.wait_for_selector("text=ถึงผู้พิจารณาของจังหวัดเชียงใหม่แล้ว")
    sound(page, found)
    assert AccountRequest.objects.get().state == "waiting"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_hat_is_chosen_in_the_header_and_always_seen(browser, live_server, transactional_db, size):
    cast, page = people.make_cast(), open_page(browser, size=size)
    people.give(cast.coordinator, cast.agency, "overseer")
    found = complaints(page)
    sign_in(page, live_server.url, cast.coordinator)
    page.goto(live_server.url)
    seen = page.locator(".hat-strip" if size == PHONE else ".hat-duty")
    assert seen.is_visible()
    page.locator(".hat-button").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="ผู้กำกับดูแลตัวชี้วัด สำนักงานคลังจังหวัดเชียงใหม่").wait_for()
    sound(page, found)
    page.get_by_role("button", name="ผู้กำกับดูแลตัวชี้วัด สำนักงานคลังจังหวัดเชียงใหม่").press("Enter")
    page.wait_for_selector("text=ขณะนี้ทำงานในฐานะผู้กำกับดูแลตัวชี้วัด สำนักงานคลังจังหวัดเชียงใหม่")
    assert seen.inner_text() == "ผู้กำกับดูแลตัวชี้วัด สำนักงานคลังจังหวัดเชียงใหม่"
    assert page.locator("#menu a", has_text="บุคคล").count() == 0
    sound(page, found)


def test_an_open_page_of_a_suspended_person_says_so_and_leads_to_the_sign_in(browser, live_server, invited):
    page = open_page(browser)
    sign_in(page, live_server.url, invited.coordinator)
    page.goto(live_server.url + reverse("people:person_detail", args=[invited.collector.pk]))
    page.wait_for_selector("text=ไม่มีงานค้าง")
    suspension.suspend(invited.coordinator, by=invited.operator, at=clock.now(), reason="สงสัยว่าถูกผู้อื่นใช้")
    page.evaluate("htmx.ajax('GET', location.pathname + 'work/', {source: document.querySelector('[hx-get]')})")
    page.wait_for_selector("text=ท่านไม่ได้อยู่ในระบบแล้ว")
    page.goto(live_server.url + reverse("people:people_list"))
    assert reverse("account_login") in page.url


def test_a_new_province_from_nothing(browser, live_server, transactional_db, celery_worker_here):
    """OPDC invites the coordinator, who joins, adds the agencies, sends the workbook; one of its people joins."""
    cast = people.make_cast()
    lampang = Organization.objects.create(kind="province", code="52", name="ลำปาง", abbreviation="ลป")
    opdc = open_page(browser)
    sign_in(opdc, live_server.url, cast.director)
    opdc.goto(f"{live_server.url}{reverse('people:invitation_new')}?organization={lampang.pk}")
    opdc.select_option("[name=role]", label="ผู้ประสานงาน")
    opdc.fill("[name=email]", "lampang@example.go.th")
    opdc.fill("[name=first_name]", "สายฝน")
    opdc.fill("[name=last_name]", "เขลางค์")
    opdc.get_by_role("button", name="ส่งคำเชิญ").click()
    opdc.wait_for_selector("text=ส่งคำเชิญไปที่ lampang@example.go.th แล้ว")
    office = open_page(browser)
    _join(office, live_server, "lampang@example.go.th")
    office.get_by_role("link", name="เพิ่มหน่วยงาน").click()  # what the home page asks first
    office.fill("[name=many-names]", "สำนักงานคลังจังหวัดลำปาง\nสำนักงานประมงจังหวัดลำปาง")
    office.get_by_role("button", name="เพิ่มทั้งหมด").click()
    office.wait_for_selector("text=เพิ่ม 2 หน่วยงานแล้ว")
    rows = [
        ("สำนักงานคลังจังหวัดลำปาง", "ผู้จัดเก็บข้อมูล", "นาย", "สมชาย", "ใจดี", "", "somchai@example.go.th"),
        ("สำนักงานประมงจังหวัดลำปาง", "ผู้กำกับดูแลตัวชี้วัด", "นาง", "สมใจ", "ใจดี", "", "somjai@example.go.th"),
    ]
    made = xlsx.write_workbook([Sheet("บุคคล", [Column(h) for h in sheet.HEADERS], rows)], at=clock.now())
    office.goto(live_server.url + reverse("people:sheet_upload"))
    office.set_input_files("[name=file]", {"name": "p.xlsx", "mimeType": "application/zip", "buffer": made})
    office.get_by_role("button", name="ตรวจไฟล์").click()
    office.get_by_role("button", name="เชิญทั้ง 2 คน").click()
    office.wait_for_selector("text=ส่งคำเชิญแล้ว 2 คน")
    agency = open_page(browser, size=PHONE)
    _join(agency, live_server, "somchai@example.go.th")
    agency.wait_for_selector("h1:has-text('งานของฉัน')")
    office.goto(live_server.url + reverse("people:people_list"))
    place = office.locator("section", has=office.get_by_role("heading", name="สำนักงานคลังจังหวัดลำปาง"))
    assert "somchai@example.go.th" in place.inner_text()
    assert "ยังไม่เคยเข้าใช้" not in place.inner_text()


def test_a_long_list_goes_on_behind_a_closed_page(browser, live_server, transactional_db, celery_worker_here):
    cast, page = people.make_cast(), open_page(browser)
    sign_in(page, live_server.url, cast.coordinator)
    name = cast.agency.name
    rows = [(name, "ผู้จัดเก็บข้อมูล", "", f"คน{n}", "ทดสอบ", "", f"p{n}@example.go.th") for n in range(130)]
    made = xlsx.write_workbook([Sheet("บุคคล", [Column(h) for h in sheet.HEADERS], rows)], at=clock.now())
    page.goto(live_server.url + reverse("people:sheet_upload"))
    page.set_input_files("[name=file]", {"name": "p.xlsx", "mimeType": "application/zip", "buffer": made})
    page.get_by_role("button", name="ตรวจไฟล์").click()
    page.get_by_role("button", name="เชิญทั้ง 130 คน").click()
    page.wait_for_url("**/people/jobs/*/")
    page.goto(live_server.url)
    celery_worker_here.until(lambda: Job.objects.get().is_over, seconds=60)
    page.goto(live_server.url + reverse("people:job_list"))
    page.get_by_role("link", name="เชิญบุคคลจากไฟล์ Excel").click()
    page.wait_for_selector("text=ส่งคำเชิญแล้ว 130 คน")
    assert AccountInvitation.objects.count() == 130


def test_the_progress_page_moves_by_itself(browser, live_server, transactional_db):
    cast, page = people.make_cast(), open_page(browser)
    found, guests = complaints(page), [Guest(cast.agency, "collector", f"p{n}@example.go.th") for n in range(60)]
    job = jobs.invite(guests, by=cast.coordinator, at=clock.now())
    sign_in(page, live_server.url, cast.coordinator)
    page.goto(live_server.url + reverse("people:job_detail", args=[job.pk]))
    page.wait_for_selector("text=ทำแล้ว 0 จาก 60 คน")
    sound(page, found)
    jobs.run(job.pk, at=clock.now())
    page.wait_for_selector("text=ส่งคำเชิญแล้ว 60 คน")
    sound(page, found)


def _join(page, live_server, email):
    """From the link in the mail to the first page."""
    page.goto(f"{live_server.url}/people/join/#{newest_code(email)}")
    page.get_by_role("button", name="ดำเนินการต่อ").click()
    page.wait_for_url("**/people/join/account/")
    page.fill("[name=password]", NEW_PASSWORD)
    page.fill("[name=again]", NEW_PASSWORD)
    page.get_by_role("button", name="เปิดบัญชี").click()
    page.wait_for_url("**/accounts/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", NEW_PASSWORD)
    page.get_by_role("button", name="เข้าสู่ระบบ", exact=True).click()
    page.wait_for_url(f"{live_server.url}/")
