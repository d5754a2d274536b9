"""The people pages in a real browser: a newcomer from the link to the first page, axe on every page, desk and phone."""

import pytest
from django.urls import reverse

from kpiportal import clock, xlsx
from kpiportal.models import AccountInvitation, Membership, OutgoingMail, User
from kpiportal.onboarding import sheet
from kpiportal.testing import people
from kpiportal.testing.browser import DESK, PHONE, chromium, complaints, open_page, overflow, sign_in, violations
from kpiportal.testing.onboarding import make_invitation, newest_code
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
