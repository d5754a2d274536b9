"""Sign-ins, failed sign-ins and refusals leave a row; a flood of them leaves a few (ASVS 16.3)."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.mfa.recovery_codes.internal import auth as recovery_codes
from allauth.mfa.totp.internal import auth as totp_auth
from django.urls import reverse

from kpiportal import security_log
from kpiportal.models import SecurityLog
from kpiportal.testing.people import PASSWORD
from kpiportal.testing.plugin import NOW
from reporting import testing

pytestmark = pytest.mark.usefixtures("frozen")
OFFICE = "10.50.0.7"


def rows():
    return list(SecurityLog.objects.order_by("pk").values_list("what", "user", "door", "status", "address"))


def sign_in(client, email, password):
    return client.post("/accounts/login/", {"login": email, "password": password}, REMOTE_ADDR=OFFICE)


def test_coming_and_going_is_noted(client, cast):
    sign_in(client, cast.collector.email, PASSWORD)
    client.post("/accounts/logout/", REMOTE_ADDR=OFFICE)
    assert rows() == [
        ("signed_in", cast.collector.pk, "account_login", None, OFFICE),
        ("signed_out", cast.collector.pk, "account_logout", None, OFFICE),
    ]
    assert SecurityLog.objects.first().at == NOW


def test_a_wrong_password_is_noted_with_the_person_when_there_is_one(client, cast):
    sign_in(client, cast.collector.email.upper(), "ไม่ใช่รหัสผ่าน")
    sign_in(client, "nobody-here@example.go.th", "ไม่ใช่รหัสผ่าน")
    assert rows() == [
        ("failed", cast.collector.pk, "account_login", None, OFFICE),
        ("failed", None, "account_login", None, OFFICE),
    ]


def test_what_was_typed_is_not_kept(client, cast):
    """People type their password where the address goes."""
    sign_in(client, "rain-in-june-2558@x.th", "ไม่ใช่รหัสผ่าน")
    row = SecurityLog.objects.get()
    assert len(row.unknown) == 32
    assert "2558" not in str(SecurityLog.objects.values())


def test_refusals_to_people_signed_in_are_noted(as_user, cast):
    card = testing.card_of(testing.make_round(cast), cast)
    address = reverse("reporting:report_detail", args=[card.pk])
    SecurityLog.objects.all().delete()
    browser = as_user(cast.neighbour_collector)
    browser.get(address, REMOTE_ADDR=OFFICE)
    browser.get(reverse("people:people_list"), REMOTE_ADDR=OFFICE)
    browser.get("/no/such/page/", REMOTE_ADDR=OFFICE)
    person = cast.neighbour_collector.pk
    assert rows()[1:] == [
        ("refused", person, "reporting:report_detail", 404, OFFICE),
        ("refused", person, "people:people_list", 403, OFFICE),
    ]


def test_a_stranger_who_is_led_to_the_sign_in_is_no_refusal(client, cast):
    client.get(reverse("people:people_list"))
    assert rows() == []


def test_a_flood_leaves_sixty_rows_an_hour(as_user, cast, frozen, monkeypatch):
    browser = as_user(cast.nobody)
    SecurityLog.objects.all().delete()
    monkeypatch.setattr(security_log, "MOST", 5)
    for number in range(1, 12):
        browser.get(reverse("reporting:report_detail", args=[number]))
    assert SecurityLog.objects.count() == 5
    frozen.move_to(NOW + dt.timedelta(minutes=20))
    browser.get(reverse("reporting:report_detail", args=[99]))
    assert SecurityLog.objects.count() == 5
    as_user(cast.neighbour).get(reverse("reporting:report_detail", args=[99]))
    assert SecurityLog.objects.filter(what="refused").count() == 6  # another person's count is another


def test_a_new_hour_is_noted_again(cast, rf):
    for hour in range(3):
        security_log.write("refused", None, user=cast.nobody)
        SecurityLog.objects.update(at=NOW - dt.timedelta(hours=2))
        assert SecurityLog.objects.count() == hour + 1


def test_a_broken_log_keeps_nobody_out(client, cast, monkeypatch, caplog):
    monkeypatch.setattr(security_log, "_INSERT", "INSERT INTO no_such_table VALUES (1)")
    assert sign_in(client, cast.collector.email, PASSWORD).status_code == 302
    assert "the security log did not take signed_in" in caplog.text


def test_old_rows_go_with_the_access_log(cast, settings):
    settings.KPI_ACCESS_LOG_DAYS = 10  # less than the law's 90: 90 it is
    security_log.write("signed_in", None, user=cast.nobody)
    assert security_log.purge(at=NOW + dt.timedelta(days=89)) == 0
    assert security_log.purge(at=NOW + dt.timedelta(days=91)) == 1


def test_a_wrong_code_is_noted_with_the_person_whose_password_was_right(client, cast):
    recovery_codes.RecoveryCodes.activate(cast.collector)
    totp_auth.TOTP.activate(cast.collector, totp_auth.generate_totp_secret())
    sign_in(client, cast.collector.email, PASSWORD)
    assert client.post("/accounts/security/code/", {"code": "000000"}, REMOTE_ADDR=OFFICE).status_code == 422
    assert rows() == [("failed", cast.collector.pk, "mfa_authenticate", 422, OFFICE)]
