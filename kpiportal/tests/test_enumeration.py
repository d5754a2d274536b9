"""Nobody learns from outside who has an account: the same words, the same status, the same work, whoever is named.

The work of a sign-in is counted as this process's processor time, so that a busy machine does not decide.
"""

import re
import secrets
import time

import pytest
from django.test import Client
from django.urls import reverse

from kpiportal import clock, outbox, throttle
from kpiportal.models import OutgoingMail, User
from kpiportal.testing.onboarding import make_invitation, newest_code
from kpiportal.testing.people import PASSWORD, make_user

pytestmark = pytest.mark.django_db
ARGON2 = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN, RESET, JOIN = reverse("account_login"), reverse("account_reset_password"), reverse("people:join")
UNKNOWN = "nobody-here@example.go.th"


@pytest.fixture
def people(cast, settings):
    """An active, a disabled and a passwordless account, with passwords hashed as on a server."""
    settings.PASSWORD_HASHERS = ARGON2
    asleep, bare = make_user("asleep", is_active=False), make_user("bare")
    cast.collector.set_password(PASSWORD)
    cast.collector.save()
    bare.set_unusable_password()
    bare.save()
    return {"active": cast.collector.email, "disabled": asleep.email, "passwordless": bare.email, "unknown": UNKNOWN}


def same(answer, address):
    """The answer without the address typed into it and without what is random in every answer."""
    text = answer.content.decode().replace(address, "ADDRESS")
    return answer.status_code, answer.get("Location"), re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def ask(url, place="127.0.0.1", **typed):
    return Client(REMOTE_ADDR=place).post(url, typed)


@pytest.fixture
def somewhere():
    """An address nobody has counted yet."""
    return f"198.18.{secrets.randbelow(256)}.{secrets.randbelow(256)}"


def dearest(act, people, clock_, times, bound):
    """How much the dearest of these people costs over the cheapest: the best of `times` calls each, taken in turns.

    A machine with much else to do can only add: over the bound, up to four times as many calls are taken.
    """
    spent = {who: [] for who in people}
    for turn in range(times * 4 + 1):
        for who, email in people.items():
            began = clock_()
            act(email)
            if turn:  # the first warms up
                spent[who].append(clock_() - began)
        best = {who: min(times) for who, times in spent.items() if times}
        if turn >= times and max(best.values()) / min(best.values()) <= bound:
            break
    return max(best.values()) / min(best.values()), best


def test_a_wrong_password_reads_the_same_for_everybody(people):
    answers = {same(ask(LOGIN, login=email, password="ผิดแน่นอน"), email) for email in people.values()}
    assert len(answers) == 1
    assert next(iter(answers))[0] == 422


def test_a_wrong_password_costs_the_same_for_everybody(people):
    """Within 15 %: one hash of Argon2 each, whether there is anything to compare it with or not."""
    ratio, best = dearest(lambda e: ask(LOGIN, login=e, password="ผิดแน่นอน"), people, time.process_time, 6, 1.15)
    assert ratio <= 1.15, best


def test_a_reset_reads_the_same_and_takes_one_beat_for_everybody(people):
    answers = {same(ask(RESET, email=email), email) for email in people.values()}
    assert answers == {(302, reverse("account_reset_password_done"), "")}
    assert OutgoingMail.objects.count() == 4
    ratio, best = dearest(lambda e: ask(RESET, email=e), people, time.monotonic, 4, 1.05)
    assert ratio <= 1.05, best


def test_a_disabled_account_is_told_what_a_stranger_is_told(people):
    for email in people.values():
        ask(RESET, email=email)
    bodies = {mail.to_email: mail.body.replace(mail.to_email, "") for mail in OutgoingMail.objects.all()}
    assert bodies[people["disabled"]] == bodies[UNKNOWN]
    assert "ไม่มีบัญชีที่ใช้อีเมลนี้" in bodies[UNKNOWN]


def test_a_copy_of_the_database_resets_no_password(people, mailoutbox):
    ask(RESET, email=people["active"])
    kept = OutgoingMail.objects.get().body
    assert "/password/reset/key/" not in kept
    outbox.sweep(at=clock.now())
    assert "http://testserver/accounts/password/reset/key/" in mailoutbox[0].body


def test_the_relay_away_is_no_error_and_no_hint(people, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # nobody listens at EMAIL_URL here
    assert {same(ask(RESET, email=email), email)[0] for email in people.values()} == {302}


def test_signing_up_says_the_same_to_everybody(people):
    url = reverse("account_signup")
    answers = {same(ask(url, email=email, password1=PASSWORD), email) for email in people.values()}
    assert len(answers) == 1


def test_an_invitation_that_never_was_reads_like_one_that_is_gone(cast):
    code = newest_code(make_invitation(cast.agency, cast.coordinator, at=clock.now()).email)
    again = make_invitation(cast.agency, cast.coordinator, email="other@example.go.th", at=clock.now())
    again.delete()
    gone = newest_code("other@example.go.th")
    assert same(ask(JOIN, code="never-was"), "never-was") == same(ask(JOIN, code=gone), gone)
    assert ask(JOIN, code=code).status_code == 302


def test_codes_of_invitations_are_soon_not_looked_at(cast, settings, somewhere):
    code = newest_code(make_invitation(cast.agency, cast.coordinator, at=clock.now()).email)
    settings.KPI_THROTTLE = True
    codes = [ask(JOIN, somewhere, code=f"guess-{n}").status_code for n in range(31)]
    assert codes == [422] * 30 + [429]
    far = Client(REMOTE_ADDR="203.0.113.9")
    assert far.post(JOIN, {"code": code}).status_code == 302  # the invited person, elsewhere


def test_passwords_that_will_not_do_are_soon_not_looked_at_and_a_good_one_is_not_counted(cast, settings):
    client = Client()
    client.post(JOIN, {"code": newest_code(make_invitation(cast.agency, cast.coordinator, at=clock.now()).email)})
    settings.KPI_THROTTLE = True
    url = reverse("people:join_account")
    weak = {"title": "นาง", "first_name": "มาลี", "last_name": "ใจดี", "password": "short", "again": "short"}
    assert [client.post(url, weak).status_code for _ in range(21)] == [422] * 20 + [429]
    throttle.counts.leave(throttle.JOINING.keys(client.get(url).wsgi_request))
    assert client.post(url, {**weak, "password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert User.objects.filter(first_name="มาลี").exists()
