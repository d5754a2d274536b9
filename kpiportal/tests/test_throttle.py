"""Bad tries are refused before they cost a hash, the right person comes in, nobody learns who has an account."""

import itertools
import random
import time

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from kpiportal import throttle
from kpiportal.models import OutgoingMail
from kpiportal.testing.people import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN, RESET = reverse("account_login"), reverse("account_reset_password")
_addresses = (f"10.{random.randrange(256)}.{n // 256}.{n % 256}" for n in itertools.count(1))
hashed = []


class CountedHasher(MD5PasswordHasher):
    """A real hasher that keeps count of its work."""

    algorithm = "counted"

    def encode(self, password, salt):
        hashed.append(password)
        return super().encode(password, salt)


@pytest.fixture(autouse=True)
def _on(settings, request):
    settings.KPI_THROTTLE = True
    settings.PASSWORD_HASHERS = ["kpiportal.tests.test_throttle.CountedHasher"]
    if "db" in request.fixturenames:
        request.getfixturevalue("cast")
    hashed.clear()


@pytest.fixture
def somewhere():
    """An address nobody has tried from: counts live in Redis and outlast a test."""
    return next(_addresses)


def tried(person, address, password="ผิดแน่นอน"):
    mail_address = getattr(person, "email", person)
    return Client().post(LOGIN, {"login": mail_address, "password": password}, REMOTE_ADDR=address)


@pytest.fixture
def redis_away(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    throttle.counts.__init__()
    yield
    throttle.counts.__init__()


@pytest.mark.parametrize("store", ["redis", "away"])
def test_the_sixth_try_costs_no_hash_and_says_when_to_come_back(cast, somewhere, store, request):
    if store == "away":
        request.getfixturevalue("redis_away")
    assert [tried(cast.coordinator, somewhere).status_code for _ in range(5)] == [422] * 5
    assert len(hashed) == 5
    refused = tried(cast.coordinator, somewhere, PASSWORD)
    assert refused.status_code == 429
    assert len(hashed) == 5
    assert 290 <= int(refused["Retry-After"]) <= 301
    assert "ลองใหม่ได้ในอีก 5 นาที" in refused.content.decode() or "ลองใหม่ได้ในอีก 6 นาที" in refused.content.decode()


@pytest.mark.parametrize("store", ["redis", "away"])
def test_the_right_person_comes_in_from_another_address(cast, somewhere, store, request):
    """Two hundred tries from one address; the person elsewhere has not noticed."""
    if store == "away":
        request.getfixturevalue("redis_away")
    answers = [tried(cast.coordinator, somewhere).status_code for _ in range(200)]
    assert answers == [422] * 5 + [429] * 195
    assert tried(cast.coordinator, next(_addresses), PASSWORD).status_code == 302


def test_one_address_cannot_use_up_a_persons_tries():
    """What one address may fail at one person in the account's window is less than the account's tries."""
    for door in (throttle.PASSWORD, throttle.CODE, throttle.AGAIN, throttle.RESET_MAIL):
        assert door.pair.tries * (door.account.seconds // door.pair.seconds) < door.account.tries, door.name


def test_many_names_from_one_address(cast, somewhere):
    answers = [tried(f"guess{n}@example.go.th", somewhere).status_code for n in range(33)]
    assert answers == [422] * 30 + [429] * 3
    assert len(hashed) == 30


def test_a_guesser_in_the_same_house_does_not_keep_the_known_out(cast, somewhere):
    assert tried(cast.coordinator, somewhere, PASSWORD).status_code == 302
    for n in range(31):
        tried(f"guess{n}@example.go.th", somewhere)
    assert tried(cast.collector, somewhere, PASSWORD).status_code == 429  # never signed in here
    assert tried(cast.coordinator, somewhere, PASSWORD).status_code == 302


def test_a_guesser_on_many_addresses_is_stopped_and_the_known_place_is_not(cast, somewhere):
    assert tried(cast.director, somewhere, PASSWORD).status_code == 302
    answers = [tried(cast.director, next(_addresses)).status_code for _ in range(103)]
    assert answers == [422] * 100 + [429] * 3
    assert tried(cast.director, somewhere, PASSWORD).status_code == 302


def test_good_sign_ins_are_not_counted(cast, somewhere):
    """A town hall behind one address comes to work: forty people in five minutes, and forty more."""
    assert [tried(cast.collector, somewhere, PASSWORD).status_code for _ in range(80)] == [302] * 80


def test_a_neighbour_in_the_same_ipv6_network_is_the_same_place(cast):
    network = f"2001:db8:{random.randrange(65536):x}:1"
    answers = [tried(cast.coordinator, f"{network}::{n}").status_code for n in range(1, 7)]
    assert answers == [422] * 5 + [429]


def test_a_flood_of_names_does_not_fill_the_memory():
    local = throttle.LocalCounts()
    for n in range(throttle.LOCAL_KEYS):
        local.enter([f"{n}:{kind}" for kind in "abc"], throttle.PASSWORD.limits)
    assert len(local._counts) <= throttle.LOCAL_KEYS + 3


def test_refusing_fifty_a_second_costs_less_than_a_tenth_of_a_core(cast, somewhere):
    """P12: processor time of a refused try, the whole stack with its page; 50 of them take under 100 ms."""
    for _ in range(30):
        tried(cast.coordinator, somewhere)
    browser, spent = Client(), []
    for _ in range(5):
        began = time.process_time()
        for _ in range(50):
            answer = browser.post(LOGIN, {"login": cast.coordinator.email, "password": "x"}, REMOTE_ADDR=somewhere)
            assert answer.status_code == 429
        spent.append(time.process_time() - began)
    print(f"50 refused tries: {min(spent) * 1000:.0f} ms")  # noqa: T201 -- the figure of the report
    assert min(spent) < 0.1


# --- who has an account is nobody's business ---------------------------------------------------


def test_an_unknown_mail_gets_the_same_page_and_the_same_work(cast, somewhere):
    known, unknown = tried(cast.coordinator, somewhere), tried("nobody-at-all@example.go.th", somewhere)
    assert hashed == ["ผิดแน่นอน"] * 2
    assert known.status_code == unknown.status_code == 422
    pages = [page.content.decode().replace(name, "@") for page, name in (
        (known, cast.coordinator.email), (unknown, "nobody-at-all@example.go.th"))]  # fmt: skip
    assert _without_token(pages[0]) == _without_token(pages[1])


def test_a_disabled_account_with_a_wrong_password_gets_the_same_work(cast, somewhere):
    cast.collector.is_active = False
    cast.collector.save()
    assert tried(cast.collector, somewhere).status_code == 422
    assert hashed == ["ผิดแน่นอน"]


def test_a_reset_answers_the_same_for_an_unknown_mail(cast, somewhere):
    answers = [
        Client().post(RESET, {"email": name}, REMOTE_ADDR=somewhere)
        for name in (cast.coordinator.email, "nobody-at-all@example.go.th")
    ]
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, reverse("account_reset_password_done"))}
    assert OutgoingMail.objects.count() == 2  # a mail goes out either way, so that even the time is the same


def test_nobody_is_flooded_with_reset_mails(cast, somewhere):
    sent = [Client().post(RESET, {"email": cast.coordinator.email}, REMOTE_ADDR=somewhere) for _ in range(7)]
    assert [answer.status_code for answer in sent] == [302] * 5 + [429] * 2
    assert OutgoingMail.objects.count() == 5


def _without_token(page):
    return "".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)
