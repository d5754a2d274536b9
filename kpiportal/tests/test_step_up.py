"""Proof before binding actions: asked late, resumed once, nothing typed is lost; what a stolen session can do."""

import base64
import datetime as dt
import re
import time
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.urls import reverse

from agreements import actions, testing
from agreements.testing import AUTUMN
from kpiportal import step_up
from kpiportal.models import AccountInvitation, AuditEvent, Letter, Membership, Role, SecurityLog
from kpiportal.testing.people import PASSWORD
from kpiportal.tests.test_second_factor import code_at
from meetings import testing as meetings

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(minutes=10, seconds=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def agreed(cast):
    agreement = testing.make_draft(cast)
    agreement = actions.submit_agreement(agreement, by=cast.coordinator, revision=0, at=AUTUMN)
    agreement = actions.open_table(agreement, by=cast.negotiator, revision=1, at=AUTUMN)
    return testing.agree(agreement, cast)


@pytest.fixture
def later(as_user, frozen):
    """A browser whose person signed in more than ten minutes ago."""

    def sign_in(person):
        client = as_user(person)
        frozen.shift(LATER)
        return client

    return sign_in


def press(client, agreement, headers=None, **more):
    page = reverse("agreements:agreement_detail", args=[agreement.pk])
    facts = {"revision": agreement.revision, "signed_on": "26/01/2558", **more}
    where = {"Referer": f"http://testserver{page}?tab=2", **(headers or {})}
    return client.post(reverse("agreements:agreement_move", args=[agreement.pk, "sign"]), facts, headers=where)


def hidden(page):
    """The fields the page would send besides what is typed into it."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode())
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def answer(client, page, **typed):
    address = re.search(r'<form method="post" action="(/[^"]+)" data-guard', page.content.decode())[1]
    return send(client, address, {**hidden(page), **{f"step_up-{name}": value for name, value in typed.items()}})


def send(client, address, data):
    """As a browser does: no file, so no multipart."""
    return client.post(address, urlencode(data), content_type="application/x-www-form-urlencoded")


def state(agreement):
    agreement.refresh_from_db()
    return agreement.state


def test_right_after_signing_in_nobody_is_asked(cast, as_user, agreed):
    assert press(as_user(cast.governor), agreed).status_code == 302
    assert state(agreed) == "signed"


def test_ten_minutes_later_the_deed_waits_and_is_then_done(cast, later, agreed):
    client = later(cast.governor)
    page = press(client, agreed)
    assert page.status_code == 403
    assert "ก่อนลงนามคำรับรองฯ ระบบขอให้แน่ใจ" in page.content.decode()
    assert state(agreed) == "agreed"
    assert {"revision": "3", "signed_on": "26/01/2558"}.items() <= hidden(page).items()
    detail = f"/agreements/{agreed.pk}/"
    assert f'<a href="{detail}?tab=2">กลับไปหน้าเดิม' in page.content.decode()
    done = answer(client, page, password=PASSWORD)
    assert (done.status_code, done.url) == (302, detail)
    assert state(agreed) == "signed"
    assert agreed.signed_on == dt.date(2015, 1, 26)


def test_a_wrong_password_does_nothing_and_keeps_everything(cast, later, agreed):
    client = later(cast.governor)
    page = answer(client, press(client, agreed), password="ไม่ใช่รหัสผ่าน")
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.content.decode()
    assert state(agreed) == "agreed"
    assert {"revision": "3", "signed_on": "26/01/2558", "step_up-deed": "ลงนามคำรับรองฯ"}.items() <= hidden(page).items()
    assert press(client, agreed).status_code == 403  # a bad try proves nothing
    assert answer(client, page, password=PASSWORD).status_code == 302
    assert state(agreed) == "signed"


def test_pressed_twice_it_is_done_once(cast, later, agreed):
    client = later(cast.governor)
    page = press(client, agreed)
    assert answer(client, page, password=PASSWORD).status_code == 302
    assert answer(client, page, password=PASSWORD).status_code == 409
    assert AuditEvent.objects.filter(verb="agreements.sign", subject_id=agreed.pk).count() == 1


def test_what_stands_in_the_way_is_said_before_the_question(cast, later, agreed):
    client = later(cast.governor)
    assert press(client, agreed, signed_on="").status_code == 422
    assert press(client, agreed, revision=2).status_code == 409
    assert press(later(cast.coordinator), agreed).status_code == 403
    assert "ยืนยันว่าเป็นท่าน" not in press(client, agreed, signed_on="").content.decode()


def test_one_proof_lasts_ten_minutes_and_a_setting_says_so(cast, later, agreed, frozen, settings):
    client = later(cast.governor)
    answer(client, press(client, agreed), password=PASSWORD)
    frozen.shift(dt.timedelta(minutes=9, seconds=59))
    assert press(client, agreed).status_code == 409  # not asked: only too late
    settings.KPI_STEP_UP_SECONDS = 60
    again = testing.make_signed(cast, framework=testing.make_framework(cast, fiscal_year=2559))
    assert state(again) == "signed"
    assert press(client, agreed).status_code == 409


def test_htmx_gets_a_box_whose_button_leads_to_the_page(cast, later, agreed):
    client = later(cast.governor)
    box = press(client, agreed, headers=HTMX)
    assert (box.status_code, box["HX-Retarget"], box["HX-Reswap"]) == (403, "this", "afterend")
    words = box.content.decode()
    assert "<html" not in words
    assert "ยังไม่ได้ลงนามคำรับรองฯ" in words
    assert hidden(box) == {"revision": "3", "signed_on": "26/01/2558"}
    page = client.post(reverse("agreements:agreement_move", args=[agreed.pk, "sign"]), hidden(box))
    assert page.status_code == 403
    assert answer(client, page, password=PASSWORD).status_code == 302
    assert state(agreed) == "signed"


def test_who_has_a_second_factor_gives_that_and_not_the_password(cast, later, agreed):
    """Codes follow the machine's clock, which stands still here, too."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    TOTP.activate(cast.governor, secret)
    spare = RecoveryCodes.activate(cast.governor).generate_codes()
    client = later(cast.governor)
    page = press(client, agreed)
    assert "step_up-password" not in page.content.decode()
    assert answer(client, page, password=PASSWORD).status_code == 422
    assert answer(client, page, password=PASSWORD, kind="password").status_code == 422
    assert answer(client, page, code="000000").status_code == 422
    assert state(agreed) == "agreed"
    assert answer(client, page, code=code_at(secret, time.time())).status_code == 302
    assert state(agreed) == "signed"
    assert len(spare) == 10


def test_a_recovery_code_will_do(cast, later, agreed):
    TOTP.activate(cast.governor, base64.b32encode(b"12345678901234567890").decode())
    spare = RecoveryCodes.activate(cast.governor).generate_codes()[0]
    client = later(cast.governor)
    assert answer(client, press(client, agreed), code=spare).status_code == 302
    assert Authenticator.objects.get(user=cast.governor, type="recovery_codes").wrap().validate_code(spare) is False


def test_the_question_is_no_refusal_to_the_security_log_and_a_wrong_answer_is_a_failed_try(cast, later, agreed):
    client = later(cast.governor)
    before = SecurityLog.objects.count()
    page = press(client, agreed)
    assert SecurityLog.objects.count() == before
    answer(client, page, password="ไม่ใช่รหัสผ่าน")
    assert SecurityLog.objects.latest("pk").what == "failed"
    assert SecurityLog.objects.latest("pk").user == cast.governor


def test_a_thief_of_the_session_may_not_try_for_ever(cast, later, agreed, settings):
    settings.KPI_THROTTLE = True
    client = later(cast.governor)
    page = press(client, agreed)
    codes = [answer(client, page, password=f"ผิด {n}").status_code for n in range(11)]
    assert codes == [422] * 10 + [429]
    assert answer(client, page, password=PASSWORD).status_code == 429
    assert state(agreed) == "agreed"


def test_an_ended_session_leads_to_the_sign_in_page_and_signs_nothing(cast, later, agreed, frozen):
    client = later(cast.governor)
    page = press(client, agreed)
    frozen.shift(dt.timedelta(hours=1))
    assert answer(client, page, password=PASSWORD).url.startswith("/accounts/login/")
    assert state(agreed) == "agreed"


def test_the_deed_never_sees_the_password(cast, later, agreed, monkeypatch):
    seen = []
    monkeypatch.setattr("agreements.views.MoveForm", _spy(seen))
    client = later(cast.governor)
    page = press(client, agreed)
    answer(client, page, password=PASSWORD)
    assert [name for data in seen for name in data if name.startswith("step_up-")] == []


def _spy(seen):
    from agreements.forms import MoveForm  # noqa: PLC0415 -- before it is replaced

    def form(data=None, **kwargs):
        seen.extend([dict(data)] if data else [])
        return MoveForm(data, **kwargs)

    return form


def test_the_way_back_stays_in_the_portal(cast, later, agreed):
    client = later(cast.governor)
    page = press(client, agreed, headers={"Referer": "https://evil.example/?a=b"})
    assert '<a href="/">กลับไปหน้าเดิม' in page.content.decode()
    data = {**hidden(page), "step_up-back": "//evil.example", "step_up-password": "ผิด"}
    page = send(client, reverse("agreements:agreement_move", args=[agreed.pk, "sign"]), data)
    assert "evil.example" not in page.content.decode()


def test_letters_are_issued_and_cancelled_with_proof(cast, later):
    meeting = meetings.make_draft(cast)
    client = later(cast.coordinator)
    sent = {"revision": meeting.revision, "letter_revision": meeting.letter.revision}
    page = client.post(reverse("meetings:letter_issue", args=[meeting.letter_id]), sent)
    assert page.status_code == 403
    assert Letter.objects.get().number is None
    assert "ก่อนออกเลขหนังสือ" in page.content.decode()
    assert answer(client, page, password=PASSWORD).status_code == 302
    assert Letter.objects.get().number == 101

    issued = Letter.objects.get()
    client = later(cast.office_head)
    meeting.refresh_from_db()
    sent = {"revision": meeting.revision, "letter_revision": issued.revision, "reason": "ผู้ว่าราชการจังหวัดติดราชการ\nเลื่อน"}
    page = client.post(reverse("meetings:letter_cancel", args=[issued.pk]), sent)
    assert (page.status_code, Letter.objects.get().state) == (403, "issued")
    assert hidden(page)["reason"] == "ผู้ว่าราชการจังหวัดติดราชการ\nเลื่อน"
    assert answer(client, page, password=PASSWORD).status_code == 302
    assert Letter.objects.get().state == "cancelled"


def test_opening_a_province_to_somebody_wants_proof_and_an_agency_does_not(cast, later):
    client = later(cast.director)
    who = {"organization": cast.neighbour_province.pk, "role": Role.COORDINATOR, "email": "new@example.go.th"}
    sent = {**who, "title": "นาง", "first_name": "มาลี", "last_name": "ใจดี", "position": ""}
    page = client.post(reverse("people:invitation_new"), sent)
    assert page.status_code == 403
    assert hidden(page)["first_name"] == "มาลี"
    assert not AccountInvitation.objects.exists()
    assert answer(client, page, password=PASSWORD).status_code == 302
    assert AccountInvitation.objects.get().email == "new@example.go.th"

    client = later(cast.coordinator)
    sent = {**sent, "organization": cast.agency.pk, "role": Role.COLLECTOR, "email": "two@example.go.th"}
    assert client.post(reverse("people:invitation_new"), sent).status_code == 302
    assert Membership.objects.filter(role=Role.COORDINATOR).count() == 2


def test_the_trail_is_taken_out_with_proof_by_pressing_again(cast, later):
    """An answer that is a file would leave the question on the screen: the way leads back, the button is there."""
    client = later(cast.coordinator)
    url = reverse("trail:event_export", args=["csv"])
    page = client.post(url, {"verb": ""}, headers={"Referer": "http://testserver/trail/?verb=x"})
    assert page.status_code == 403
    back = answer(client, page, password=PASSWORD)
    assert (back.status_code, back.url) == (302, "/trail/?verb=x")
    assert not AuditEvent.objects.filter(verb="trail.exported").exists()
    assert client.post(url, {"verb": ""}).status_code == 200
    assert AuditEvent.objects.filter(verb="trail.exported").count() == 1


def test_tasks_and_commands_have_nobody_to_ask(cast, agreed):
    step_up.require("ลงนาม")
    actions.sign_agreement(agreed, by=cast.governor, revision=3, at=AUTUMN, signed_on=dt.date(2014, 10, 20))
    assert state(agreed) == "signed"
