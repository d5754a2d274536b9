"""A sign-in ends by standing still, by its age, by hand, with the password and with the account. Real requests."""

import datetime as dt

import pytest
from django.conf import settings as live_settings
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from kpiportal import clock, outbox, sessions
from kpiportal.templatetags.devices import device
from kpiportal.testing.people import PASSWORD

pytestmark = pytest.mark.django_db
HOME, LOGIN, DEVICES = "/", reverse("account_login"), reverse("usersessions_list")
FRESH = "แม่น้ำปิงไหลผ่านบ้านยาย"


def signed_in(person, agent="Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36", password=PASSWORD):
    client = Client(headers={"User-Agent": agent})
    client.post(LOGIN, {"login": person.email, "password": password})
    return client


def inside(client):
    return client.get(HOME).status_code == 200


def test_signing_in_gives_a_new_session(cast):
    """Fixation: a cookie planted before the sign-in is worth nothing after it."""
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies[live_settings.SESSION_COOKIE_NAME] = planted = session.session_key
    client.post(LOGIN, {"login": cast.collector.email, "password": PASSWORD})
    assert inside(client)
    assert client.cookies[live_settings.SESSION_COOKIE_NAME].value != planted
    intruder = Client()
    intruder.cookies[live_settings.SESSION_COOKIE_NAME] = planted
    assert not inside(intruder)


def test_half_an_hour_of_standing_still_ends_it(frozen, cast):
    client = signed_in(cast.collector)
    key = client.session.session_key
    frozen.shift(dt.timedelta(minutes=30))
    assert inside(client)
    frozen.shift(dt.timedelta(minutes=30, seconds=1))
    answer = client.get("/agreements/")
    assert (answer.status_code, answer.url) == (302, f"{LOGIN}?next=/agreements/")
    assert not Session.objects.filter(pk=key).exists()
    assert "ไม่มีการใช้งานเกิน 30 นาที" in client.get(answer.url).content.decode()


def test_eight_hours_end_it_however_busy(frozen, cast):
    client = signed_in(cast.collector)
    for _ in range(24):
        frozen.shift(dt.timedelta(minutes=20))
        assert inside(client)
    frozen.shift(dt.timedelta(seconds=1))
    assert not inside(client)
    assert "ครบ 8 ชั่วโมง" in client.get(LOGIN).content.decode()


def test_a_form_after_the_end_leads_back_to_its_page_and_htmx_gets_a_box(frozen, cast):
    client = signed_in(cast.collector)
    frozen.shift(dt.timedelta(hours=1))
    page = "http://testserver/agreements/"
    assert client.post(reverse("account_set_password"), headers={"Referer": page}).url == f"{LOGIN}?next=/agreements/"
    other = signed_in(cast.collector)
    frozen.shift(dt.timedelta(hours=1))
    assert other.get("/agreements/", headers={"HX-Request": "true"}).status_code == 401


def test_the_times_are_settings(frozen, cast, settings):
    settings.KPI_SESSION_IDLE_SECONDS, settings.KPI_SESSION_MAX_SECONDS = 600, 900
    client = signed_in(cast.collector)
    frozen.shift(dt.timedelta(minutes=9))
    assert inside(client)
    frozen.shift(dt.timedelta(minutes=7))
    assert not inside(client)


def test_a_busy_minute_is_written_once(frozen, cast, django_assert_num_queries):
    client = signed_in(cast.collector)
    written = client.session["seen"]
    frozen.shift(dt.timedelta(seconds=59))
    assert inside(client)
    assert client.session["seen"] == written
    frozen.shift(dt.timedelta(seconds=1))
    assert inside(client)
    assert client.session["seen"] == written + 60


def test_a_disabled_person_is_out_at_the_next_request_and_stays_out(cast):
    client = signed_in(cast.collector)
    assert inside(client)
    cast.collector.is_active = False
    cast.collector.save()
    assert client.get("/agreements/", headers={"HX-Request": "true"}).status_code == 401  # in an open page too
    cast.collector.is_active = True
    cast.collector.save()
    assert not inside(client)


def test_every_session_ends_at_once(cast):
    one, two, colleague = signed_in(cast.collector), signed_in(cast.collector), signed_in(cast.overseer)
    assert sessions.end_all(cast.collector) == 2
    assert [inside(client) for client in (one, two, colleague)] == [False, False, True]


def test_a_new_password_ends_every_session(cast):
    one, two = signed_in(cast.collector), signed_in(cast.collector)
    change = {"oldpassword": PASSWORD, "password1": FRESH, "password2": FRESH}
    assert one.post(reverse("account_change_password"), change).status_code == 302
    assert [inside(one), inside(two)] == [False, False]
    assert inside(signed_in(cast.collector, password=FRESH))


def test_a_reset_ends_every_session_and_its_link_works_once(cast, mailoutbox):
    one = signed_in(cast.collector)
    stranger = Client()
    stranger.post(reverse("account_reset_password"), {"email": cast.collector.email})
    outbox.sweep(at=clock.now())
    link = next(word for word in mailoutbox[0].body.split() if "/password/reset/key/" in word)
    form = stranger.get(link.removeprefix("http://testserver")).url
    assert stranger.post(form, {"password1": FRESH, "password2": FRESH}).status_code == 302
    assert not inside(one)
    assert "ลิงก์นี้ใช้ไม่ได้แล้ว" in Client().get(link.removeprefix("http://testserver")).content.decode()
    assert not inside(stranger)  # a reset signs nobody in: the second factor is still to come


def test_a_reset_link_ends_with_the_password_it_was_for(cast):
    token = default_token_generator.make_token(cast.collector)
    cast.collector.set_password(FRESH)
    cast.collector.save()
    assert not default_token_generator.check_token(cast.collector, token)


def test_the_page_of_devices_shows_them_and_signs_the_others_out(cast):
    here = signed_in(cast.collector)
    phone = signed_in(cast.collector, "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36")
    colleague = signed_in(cast.overseer, "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Version/17.0 Safari/605.1.15")
    page = here.get(DEVICES).content.decode()
    assert "Chrome บน Windows</b> (เครื่องนี้)" in page
    assert "Chrome บน Android</b>" in page
    assert "Safari บน Mac" not in page
    assert here.post(DEVICES).status_code == 302
    assert [inside(here), inside(phone), inside(colleague)] == [True, False, True]
    assert "Android" not in here.get(DEVICES).content.decode()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge บน Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari บน iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox บน Linux"),
        ("curl/8.0", "อุปกรณ์ที่ไม่รู้จัก"),
        ("", "อุปกรณ์ที่ไม่รู้จัก"),
    ],
)
def test_a_device_in_words(agent, words):
    assert device(agent) == words
