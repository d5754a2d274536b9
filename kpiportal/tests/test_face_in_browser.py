"""The face in a real browser: sending once, refusals beside the button, nothing typed is lost, menus by keyboard."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import include, path
from playwright.sync_api import expect

from kpiportal import http
from kpiportal.context import NavEntry
from kpiportal.models import User
from kpiportal.testing import people
from kpiportal.testing.browser import DESK, PHONE, chromium, complaints, open_page, overflow, violations
from kpiportal.workflow import Blocker

SHEET = """
{% extends "base.html" %}
{% block title %}แบบทดลอง{% endblock %}
{% block heading %}<h1>แบบทดลอง</h1>{% endblock %}
{% block content %}
<form method="post" action="{{ request.GET.to }}" data-unsaved="probe" class="sheet" enctype="multipart/form-data">
  {% csrf_token %}
  <div class="field"><label for="note">คำชี้แจง</label><textarea id="note" name="note"></textarea></div>
  <div class="field"><label for="file">หลักฐาน</label><div class="drop" data-files data-max-bytes="1000">
    <input type="file" id="file" name="file"><label class="btn btn-quiet file-button" for="file" hidden>เลือกไฟล์</label>
    <ul class="files" data-files-chosen></ul></div></div>
  <button class="btn btn-main" name="go" value="1">ส่งรายงาน</button>
</form>
<section class="sheet"><table><tbody><tr><td>1.1.1</td><td>
  <button id="ask" class="btn btn-quiet" hx-post="{{ request.GET.ask }}" hx-target="#answer"
          hx-headers='{"X-CSRFToken": "{{ csrf_token }}"}'>เสนอ</button></td></tr></tbody></table>
  <div id="answer"></div></section>
{% endblock %}
"""
DESK_SHEET = """
{% extends "base.html" %}
{% block title %}โต๊ะ{% endblock %}
{% block heading %}<h1>โต๊ะทดลอง</h1>{% endblock %}
{% block content %}
<form class="sheet" method="post" action="/probe/keep/" hx-post="/probe/keep/" hx-target="#kept">
  {% csrf_token %}<label for="note">คำชี้แจง</label><textarea id="note" name="note"></textarea>
  <button class="btn btn-main">ส่งรายงาน</button></form>
<div id="kept"></div>
{% endblock %}
"""
TAKEN = []


def somebody(view):
    """The pages see a person without a database: what is tested is the browser's side."""

    @login_not_required
    def as_somebody(request, *args, **kwargs):
        request.user = User(pk=7, title="นาย", first_name="สมชาย", last_name="ใจดี")
        request.user.duties = []
        return view(request, *args, **kwargs)

    return as_somebody


@somebody
def sheet(request):
    return HttpResponse(engines["django"].from_string(SHEET).render({}, request))


@somebody
def take(request):
    TAKEN.append((request.POST["note"], request.POST.get("go")))
    return redirect("/probe/sheet/?done=1")


@somebody
def refused(request, status):
    return http.refuse(request, status, blockers=[Blocker("น้ำหนักยังไม่ครบ 100")] if status == 422 else [])


@login_not_required
def gateway(request):
    return HttpResponse("<html><body>502 Bad Gateway</body></html>", status=502)


def closed(request):
    return HttpResponse("only for those signed in")


def desk(request):
    return HttpResponse(engines["django"].from_string(DESK_SHEET).render({}, request))


def keep(request):
    return HttpResponse(f"รับแล้ว {request.POST['note']}")


urlpatterns = [
    path("probe/desk/", desk),
    path("probe/keep/", keep),
    path("probe/sheet/", sheet),
    path("probe/take/", take),
    path("probe/refused/<int:status>/", refused),
    path("probe/gateway/", gateway),
    path("probe/closed/", closed),
    path("", include("kpiportal.urls")),
]

pytestmark = [pytest.mark.browser, pytest.mark.urls(__name__)]


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser, live_server):
    opened = open_page(browser)
    opened.on("dialog", lambda dialog: dialog.accept())
    heard = complaints(opened)
    TAKEN.clear()
    yield opened
    assert heard == []


def show(page, live_server, *, to="", ask=""):
    page.goto(f"{live_server.url}/probe/sheet/?to={to}&ask={ask}")


def press_and_read(page) -> str:
    page.click("#ask")
    box = page.locator("[data-request-error]")
    expect(box).to_be_visible()
    return box.inner_text()


def test_second_click_sends_nothing_and_the_button_says_so(page, live_server):
    show(page, live_server, to="/probe/take/")
    page.fill("#note", "ครั้งเดียว")
    said = page.evaluate(
        """() => new Promise(done => {
            const button = document.querySelector("form[data-unsaved] button");
            button.click();
            setTimeout(() => { button.click(); done([button.textContent, button.disabled]); }, 20);
        })"""
    )
    assert said == ["กำลังส่ง…", True]
    page.wait_for_url("**/probe/sheet/?done=1")
    assert TAKEN == [("ครั้งเดียว", "1")]


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        ("/probe/refused/403/", "ท่านไม่มีสิทธิทำรายการนี้"),
        ("/probe/refused/409/", "มีผู้อื่นดำเนินการไปก่อนแล้ว"),
        ("/probe/refused/422/", "น้ำหนักยังไม่ครบ 100"),
        ("/probe/gateway/", "ระบบไม่ตอบ"),
        ("/accounts/login/", "ท่านไม่ได้อยู่ในระบบแล้ว"),
    ],
)
def test_refusal_stands_beside_the_button_and_typing_stays(page, live_server, ask, words):
    show(page, live_server, ask=ask)
    page.fill("#note", "พิมพ์ไว้")
    assert words in press_and_read(page)
    page.wait_for_function("document.querySelector('#ask').parentElement.contains(document.activeElement)")
    assert page.input_value("#note") == "พิมพ์ไว้"
    assert page.inner_html("#answer") == ""
    with page.expect_response(lambda answer: answer.url.endswith(ask)):
        page.click("#ask")
    expect(page.locator("#ask")).to_be_enabled()
    expect(page.locator("[data-request-error]")).to_have_count(1)


def sign_in(page, live_server, user):
    page.goto(f"{live_server.url}/accounts/login/?next=/probe/desk/")
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", people.PASSWORD)
    page.click("main button")
    expect(page.locator("h1")).to_have_text("โต๊ะทดลอง")


def test_session_renewed_in_another_tab_lets_the_same_page_send(page, live_server, cast):
    """Signing in again changes the form's token: the open page must fetch the new one, its typing untouched."""
    sign_in(page, live_server, cast.collector)
    page.fill("#note", "พิมพ์ก่อนหมดเวลา")
    other = page.context.new_page()
    other.goto(f"{live_server.url}/accounts/logout/")
    other.click("main button")
    expect(other.locator("h1")).to_have_text("เข้าสู่ระบบ")
    page.click("form.sheet button")
    expect(page.locator("[data-request-error]")).to_contain_text("เข้าสู่ระบบในแท็บใหม่")
    sign_in(other, live_server, cast.collector)
    page.evaluate("window.dispatchEvent(new Event('focus'))")  # what coming back to the tab does
    expect(page.locator("[data-request-error]")).to_have_text("เข้าสู่ระบบแล้ว กดปุ่มเดิมอีกครั้งเพื่อส่ง")
    page.click("form.sheet button")
    expect(page.locator("#kept")).to_have_text("รับแล้ว พิมพ์ก่อนหมดเวลา")
    expect(page.locator("[data-request-error]")).to_have_count(0)


def test_lost_network_is_said_and_forgotten_when_it_returns(page, live_server):
    show(page, live_server, ask="/probe/refused/409/")
    page.fill("#note", "พิมพ์ไว้")
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_contain_text("ขาดการเชื่อมต่อ")
    page.click("#ask")
    expect(page.locator("td [data-request-error]")).to_contain_text("ยังไม่ได้บันทึก")
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_have_count(0)
    assert page.input_value("#note") == "พิมพ์ไว้"


def test_file_over_the_limit_is_refused_before_sending(page, live_server):
    show(page, live_server, to="/probe/take/")
    page.set_input_files("#file", [{"name": "ผลเดือน ก.ย.pdf", "mimeType": "application/pdf", "buffer": b"x" * 1500}])
    expect(page.locator("[data-files-chosen] .refused")).to_contain_text("1.4 KB · ใหญ่เกิน 1000 ไบต์")
    page.click("form[data-unsaved] button")
    assert "/probe/sheet/" in page.url
    assert TAKEN == []
    page.set_input_files("#file", [{"name": "ผลเดือน ก.ย.pdf", "mimeType": "application/pdf", "buffer": b"x" * 900}])
    expect(page.locator("[data-files-chosen] li")).to_contain_text("ผลเดือน ก.ย.pdf")
    expect(page.locator("[data-files-chosen] .refused")).to_have_count(0)
    page.click("form[data-unsaved] button")
    page.wait_for_url("**/probe/sheet/?done=1")


@pytest.mark.parametrize(
    ("to", "heading"), [("/probe/closed/", "เข้าสู่ระบบ"), ("/probe/refused/403/", "ท่านไม่มีสิทธิทำรายการนี้")]
)
def test_typing_sent_in_vain_is_offered_back(page, live_server, to, heading):
    show(page, live_server, to=to)
    page.fill("#note", "เขียนมาครึ่งชั่วโมง")
    page.click("form[data-unsaved] button")
    expect(page.locator("h1")).to_have_text(heading)
    show(page, live_server)
    assert page.input_value("#note") == ""
    page.click("text=นำกลับมาใส่")
    expect(page.locator("#note")).to_have_value("เขียนมาครึ่งชั่วโมง")


def test_typing_that_arrived_is_forgotten(page, live_server):
    show(page, live_server, to="/probe/take/")
    page.fill("#note", "ถึงแล้ว")
    page.click("form[data-unsaved] button")
    page.wait_for_url("**/probe/sheet/?done=1")
    assert page.locator("text=นำกลับมาใส่").count() == 0
    assert [k for k in page.evaluate("Object.keys(sessionStorage)") if k.startswith("typed:")] == []


def test_leaving_with_unsent_typing_asks_first(page, live_server):
    asked = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    show(page, live_server)
    page.fill("#note", "ยังไม่ส่ง")
    page.goto(f"{live_server.url}/accounts/login/")
    assert asked == ["beforeunload"]


def test_menu_folds_on_a_phone_and_works_by_keyboard(browser, live_server, monkeypatch):
    from agreements.apps import AgreementsConfig  # noqa: PLC0415 -- an entry without its pages

    monkeypatch.setattr(AgreementsConfig, "nav", [NavEntry("แบบทดลอง", "account_login")], raising=False)
    page = open_page(browser, size=PHONE)
    show(page, live_server)
    menu = page.locator("#menu")
    expect(menu).to_be_hidden()
    page.locator(".menu-button").focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#menu a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(page.locator(".menu-button")).to_be_focused()


def test_first_tab_offers_to_skip_to_the_content(page, live_server):
    show(page, live_server)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "ข้ามไปเนื้อหา"
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_tab_leads_from_the_address_to_the_password(page, live_server):
    page.goto(f"{live_server.url}/accounts/login/")
    page.focus("[name=login]")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "password"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "เข้าสู่ระบบ"


def test_colour_choice_stays_after_a_reload(page, live_server):
    show(page, live_server)
    page.click("text=มืด")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.click("text=ตามเครื่อง")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") is None


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_are_accessible_and_fit(browser, live_server, size, dark):
    page = open_page(browser, size=size, dark=dark)
    for address in ("/probe/sheet/", "/accounts/login/", "/accounts/password/reset/", "/probe/refused/422/", "/none/"):
        page.goto(live_server.url + address)
        page.evaluate("document.fonts.ready.then(() => 1)")
        assert violations(page) == [], address
        assert overflow(page) == 0, address
