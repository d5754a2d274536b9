"""The face: nothing inline anywhere, menu and hat by duty, account pages in Thai, components that keep their word."""

import re

import pytest
from django import forms
from django.conf import settings
from django.core import mail
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.urls import reverse

from kpiportal import clock, outbox
from kpiportal.context import NavEntry
from kpiportal.models import Membership, Role
from kpiportal.templatetags.face import byte_size, page_numbers
from kpiportal.testing import people
from kpiportal.tests.test_http import assert_thai, text_of
from kpiportal.workflow import Blocker

TEMPLATES = settings.BASE_DIR / "templates"


def is_for_browsers(path) -> bool:
    """Paper (letters, *_print.html) goes to the PDF engine and mail to mail programs, which know no style sheets of
    ours: the browser's policy reaches neither."""
    return path.relative_to(TEMPLATES).parts[0] not in ("letters", "mail") and not path.name.endswith("_print.html")


WEB_TEMPLATES = [path for path in sorted(TEMPLATES.rglob("*.html")) if is_for_browsers(path)]

INLINE = {
    "style attribute": r"\sstyle\s*=\s*[\"']",
    "style element": r"<style\b",
    "script text": r"<script\b(?![^>]*\bsrc=)(?![^>]*application/json)",
    "event attribute": r"\son[a-z]+\s*=\s*[\"']",
    "script address": r"javascript:",
    "htmx script": r"hx-on|hx-vars|hx-(?:vals|headers)\s*=\s*[\"']\s*js:",
    "address elsewhere": r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"'](?:https?:)?//",
}


def inline_in(source: str) -> list[str]:
    """What the policy would refuse. Template tags are taken out first: {% include … with style="main" %} is none."""
    source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", source, flags=re.DOTALL)
    return [name for name, pattern in INLINE.items() if re.search(pattern, source, re.IGNORECASE)]


@pytest.mark.parametrize("path", WEB_TEMPLATES, ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_template_has_nothing_inline(path):
    assert inline_in(path.read_text()) == []


@pytest.mark.parametrize("path", WEB_TEMPLATES, ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_template_is_short_enough_to_read(path):
    assert len(path.read_text().splitlines()) <= 150


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ('<i style="width:64%">', "style attribute"),
        ("<style>b{}</style>", "style element"),
        ("<script>go()</script>", "script text"),
        ("<a onclick='go()'>", "event attribute"),
        ('<a href="javascript:go()">', "script address"),
        ('<form hx-on:click="go()">', "htmx script"),
        ('<script src="https://cdn.example/x.js">', "address elsewhere"),
    ],
)
def test_the_search_for_inline_parts_finds_them(planted, found):
    assert inline_in(planted) == [found]
    assert inline_in('{% if late %}<i style="width:64%">{% endif %}') == ["style attribute"]
    assert inline_in('{% include "components/confirm.html" with style="main" %}') == []
    assert inline_in('<script src="/static/js/portal.js" defer></script><b class="style">ok</b>') == []


# ---- menu and hat ----


def test_menu_entry_suits_kind_and_role_of_one_duty():
    class Duty:
        def __init__(self, kind, role):
            self.organization = type("Place", (), {"kind": kind})
            self.role = role

    entry = NavEntry("ตรวจ", "home", kinds=frozenset({"province"}), roles=frozenset({"coordinator"}))
    assert entry.suits([Duty("province", "coordinator")])
    assert not entry.suits([Duty("cluster", "coordinator"), Duty("province", "viewer")])
    assert NavEntry("ทุกคน", "home").suits([])


def menu(response) -> list[tuple[str, bool]]:
    found = re.findall(r'<li><a href="[^"]+"( aria-current="page")?>([^<]+)</a></li>', response.content.decode())
    return [(label, bool(on)) for on, label in found]


def test_stranger_sees_no_menu_and_no_hat(client, db):
    body = client.get(reverse("account_login")).content.decode()
    assert 'id="menu"' not in body
    assert 'id="me"' not in body


def test_menu_marks_the_page_it_leads_to(cast, as_user):
    response = as_user(cast.collector).get(reverse("home"))
    assert menu(response)[0] == ("งานของฉัน", True)
    assert [on for _, on in menu(response)].count(True) == 1
    deeper = as_user(cast.collector).get(reverse("reporting:round_list"))
    assert ("งานของฉัน", False) in menu(deeper)
    assert ("รายงานผล", True) in menu(deeper)


@pytest.mark.parametrize(
    ("who", "page", "label"),
    [
        ("coordinator", "letters:received_list", "ประชุมและหนังสือ"),
        ("director", "holidays:holiday_list", "ระบบ"),
        ("director", "reminding:choice_list", None),  # a person's own page hangs on the name in the corner
    ],
)
def test_menu_marks_the_entry_a_page_belongs_to_wherever_its_address_lies(cast, as_user, who, page, label):
    response = as_user(getattr(cast, who)).get(reverse(page))
    assert [entry for entry, on in menu(response) if on] == [label] * bool(label)


@pytest.mark.parametrize(
    ("who", "duty"),
    [
        ("collector", "ผู้จัดเก็บข้อมูล สำนักงานคลังจังหวัดเชียงใหม่"),
        ("coordinator", "ผู้ประสานงาน จังหวัดเชียงใหม่"),
        ("governor", "ผู้ว่าราชการจังหวัดเชียงใหม่"),
        ("office_head", "หัวหน้าสำนักงานจังหวัดเชียงใหม่"),
        ("negotiator", "ผู้เจรจา สำนักงาน ก.พ.ร."),
        ("nobody", "ยังไม่มีหน้าที่ในระบบ"),
    ],
)
def test_hat_says_who_and_in_what_duty(cast, as_user, who, duty):
    user = getattr(cast, who)
    context = as_user(user).get(reverse("home")).context
    assert context["hat_name"]() == user.full_name
    assert context["hat_duty"]() == duty
    assert context["hat"]() == f"{user.full_name} · {duty}"


@pytest.mark.parametrize(("who", "said"), [("nobody", True), ("viewer", False)])
def test_who_has_no_duty_is_told_whom_to_ask(cast, as_user, who, said):
    page = as_user(getattr(cast, who)).get(reverse("home")).content.decode()
    assert ("ขณะนี้ท่านไม่มีหน้าที่ในระบบ" in page) is said


def test_hat_of_several_duties_counts_the_rest_and_the_card_lists_them(cast, as_user):
    people.give(cast.collector, cast.other_agency, Role.OVERSEER, standing=Membership.Standing.ACTING)
    response = as_user(cast.collector).get(reverse("home"))
    assert response.context["hat_duty"]() == "ผู้จัดเก็บข้อมูล สำนักงานคลังจังหวัดเชียงใหม่ และอีก 1 หน้าที่"
    assert f"ผู้กำกับดูแลตัวชี้วัด {cast.other_agency.full_name} (รักษาราชการแทน)" in response.content.decode()


def test_demo_banner_shows_the_day_only_in_the_demo(cast, as_user, settings):
    assert "ระบบสาธิต" not in as_user(cast.collector).get(reverse("home")).content.decode()
    settings.DEMO = True
    body = as_user(cast.collector).get(reverse("home")).content.decode()
    assert "วันที่ในระบบคือวันจันทร์ที่ 19 ตุลาคม 2558" in body


@pytest.mark.parametrize(("cookie", "shown"), [("dark", "dark"), ("light", "light"), ('"><script>', None), ("", None)])
def test_colour_choice_is_written_by_the_server_and_only_a_known_one(client, db, cookie, shown):
    client.cookies["theme"] = cookie
    html = re.search(r"<html[^>]*>", client.get(reverse("account_login")).content.decode())[0]
    assert html == ('<html lang="th">' if shown is None else f'<html lang="th" data-bs-theme="{shown}">')


def test_over_https_only_the_cookie_no_other_machine_can_set_counts(client, db):
    client.cookies["theme"] = "light"
    client.cookies["__Host-theme"] = "dark"
    html = client.get(reverse("account_login"), secure=True).content.decode()
    assert re.search(r"<html[^>]*>", html)[0] == '<html lang="th" data-bs-theme="dark">'


def test_a_person_s_own_page_lights_no_room_of_the_menu(cast, as_user):
    html = as_user(cast.coordinator).get(reverse("people:my_data")).content.decode()
    assert 'aria-current="page"' not in html.split("</header>")[0]
    html = as_user(cast.coordinator).get(reverse("people:people_list")).content.decode()
    assert html.split("</header>")[0].count('aria-current="page"') == 1


# ---- sign-in and passwords ----


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("account_login", "เข้าสู่ระบบ"),
        ("account_signup", "ไม่เปิดให้ลงทะเบียนเอง"),
        ("account_reset_password", "ลืมรหัสผ่าน"),
        ("account_reset_password_done", "โปรดตรวจอีเมลของท่าน"),
        ("account_reset_password_from_key_done", "ตั้งรหัสผ่านใหม่แล้ว"),
        ("account_inactive", "บัญชีนี้ถูกระงับการใช้งาน"),
    ],
)
def test_account_page_for_strangers_is_thai(client, db, name, heading):
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert f"<h1>{heading}</h1>" in response.content.decode()
    assert_thai(text_of(response))
    assert inline_in(response.content.decode()) == []


@pytest.mark.parametrize(
    ("name", "heading"), [("account_change_password", "เปลี่ยนรหัสผ่าน"), ("account_logout", "ออกจากระบบหรือไม่")]
)
def test_account_page_for_people_is_thai(cast, as_user, name, heading):
    response = as_user(cast.collector).get(reverse(name))
    assert f"<h1>{heading}</h1>" in response.content.decode()
    assert_thai(text_of(response))


def test_wrong_password_is_a_thai_sentence_and_keeps_the_address(cast, client):
    response = client.post(reverse("account_login"), {"login": cast.collector.email, "password": "wrong-password"})
    body = response.content.decode()
    assert f'value="{cast.collector.email}"' in body
    assert 'role="alert"' in body
    assert_thai(text_of(response))


def test_forgotten_password_goes_by_thai_mail_to_a_thai_page(cast, client):
    client.post(reverse("account_reset_password"), {"email": cast.collector.email})
    outbox.sweep(at=clock.now())
    (letter,) = mail.outbox
    assert "ตั้งรหัสผ่านใหม่" in letter.subject
    assert f"เรียน {cast.collector.full_name}" in letter.body
    link = re.search(r"http://\S+", letter.body)[0]
    page = client.get(link, follow=True)
    assert "<h1>ตั้งรหัสผ่านใหม่</h1>" in page.content.decode()
    assert_thai(text_of(page))
    spoilt = client.get(re.sub(r"-[^/-]+/$", "-aaaaaa/", link), follow=True)
    assert "<h1>ลิงก์นี้ใช้ไม่ได้แล้ว</h1>" in spoilt.content.decode()


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("สั้นไป", "รหัสผ่านสั้นเกินไป ต้องมีอย่างน้อย 10 ตัวอักษร"),
        ("1234567890", "รหัสผ่านนี้มีผู้ใช้กันมาก เดาได้ง่าย"),
        ("collector@example", "รหัสผ่านคล้ายกับอีเมลของท่าน เดาได้ง่าย"),
    ],
)
def test_weak_password_is_refused_in_thai(cast, as_user, password, sentence):
    typed = {"oldpassword": people.PASSWORD, "password1": password, "password2": password}
    response = as_user(cast.collector).post(reverse("account_change_password"), typed)
    assert sentence in response.content.decode()
    assert_thai(text_of(response))
    cast.collector.refresh_from_db()
    assert cast.collector.check_password(people.PASSWORD)


def test_mail_to_an_unknown_address_offers_no_sign_up(client, db):
    client.post(reverse("account_reset_password"), {"email": "stranger@example.go.th"})
    outbox.sweep(at=clock.now())
    (letter,) = mail.outbox
    assert "ไม่มีบัญชีที่ใช้อีเมลนี้" in letter.body
    assert "http" not in letter.body


# ---- components ----


class _Form(forms.Form):
    paid = forms.IntegerField(label="ยอดเบิกจ่ายจริง", help_text="ตัดยอด ณ 30 กันยายน")


def test_field_ties_hint_and_error_to_the_box_and_keeps_what_was_typed():
    html = render_to_string("components/field.html", {"field": _Form({"paid": "<b>12 ล้าน"})["paid"], "unit": "บาท"})
    assert 'aria-describedby="id_paid_helptext id_paid_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_paid_helptext"' in html
    assert 'id="id_paid_error"' in html
    assert 'value="&lt;b&gt;12 ล้าน"' in html
    assert '<label for="id_paid">' in html
    assert '<span class="unit">บาท</span>' in html


def test_blockers_link_to_where_they_are_put_right():
    found = [Blocker("น้ำหนักรวมได้ 97.50", url="/fix/"), Blocker("<ยังไม่มีเจ้าภาพ>"), "คำสั่งยังไม่ลงนาม"]
    html = render_to_string("components/blockers.html", {"blockers": found})
    assert '<li><a href="/fix/">น้ำหนักรวมได้ 97.50</a></li>' in html
    assert "<li>&lt;ยังไม่มีเจ้าภาพ&gt;</li>" in html
    assert "<li>คำสั่งยังไม่ลงนาม</li>" in html
    assert 'role="alert"' in html
    assert 'role="alert"' not in render_to_string("components/blockers.html", {"blockers": found, "quiet": True})
    assert render_to_string("components/blockers.html", {"blockers": []}).strip() == ""


def test_confirm_shows_a_refused_reason_again(rf):
    typed = {"label": "ส่งกลับ", "url": "/back/", "question": "?", "revision": 0, "reason_label": "เหตุผล"}
    closed = render_to_string("components/confirm.html", typed, rf.get("/"))
    assert '<details class="confirm">' in closed
    assert '<input type="hidden" name="revision" value="0">' in closed
    shown = render_to_string(
        "components/confirm.html", {**typed, "reason": "ยอดเดือนสิงหาคม", "reason_error": "กรุณาระบุเหตุผล"}, rf.get("/")
    )
    assert '<details class="confirm" open>' in shown
    assert ">ยอดเดือนสิงหาคม</textarea>" in shown
    assert "<li>กรุณาระบุเหตุผล</li>" in shown


def test_pagination_keeps_the_other_filters(rf):
    page = Paginator(range(100), 10).page(5)
    html = render_to_string("components/pagination.html", {"page": page}, rf.get("/?state=late&page=5"))
    assert 'href="?state=late&amp;page=6"' in html
    assert '<span aria-current="page">' in html
    alone = Paginator(range(5), 10).page(1)
    assert render_to_string("components/pagination.html", {"page": alone}, rf.get("/")).strip() == ""


def test_page_numbers_leave_gaps():
    assert page_numbers(Paginator(range(1000), 10).page(7)) == [1, None, 6, 7, 8, None, 100]
    assert page_numbers(Paginator(range(30), 10).page(1)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (None, ""),
        (0, "0 ไบต์"),
        (1023, "1023 ไบต์"),
        (1024, "1 KB"),
        (1258291, "1.1 MB"),
        (25 * 2**20, "25 MB"),
        (300 * 2**20, "300 MB"),
        (3 * 2**30 + 2**29, "3.5 GB"),
    ],
)
def test_byte_size_in_words(size, words):
    assert byte_size(size) == words


@pytest.mark.django_db
def test_the_way_to_a_forgotten_password_is_shown_once(client):
    page = client.get(reverse("account_login")).content.decode()
    assert page.count(reverse("account_reset_password")) == 1
