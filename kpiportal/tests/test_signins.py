"""The page of the security log: who reads it, what it narrows, what it never shows."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpiportal.models import SecurityLog
from kpiportal.testing.plugin import NOW
from kpiportal.trail import pages as trail_pages

pytestmark = pytest.mark.django_db
PAGE = "/trail/sign-ins/"


@pytest.fixture
def noted(cast):
    """Three lines: a collector came in two days ago, a stranger failed yesterday, a coordinator was refused now."""
    day, what = dt.timedelta(days=1), SecurityLog.What
    return SecurityLog.objects.bulk_create(
        [
            SecurityLog(at=NOW - 2 * day, what=what.SIGNED_IN, user=cast.collector, door="account_login"),
            SecurityLog(at=NOW - day, what=what.FAILED, unknown="f" * 32, door="account_login", address="203.0.113.7"),
            SecurityLog(at=NOW, what=what.REFUSED, user=cast.coordinator, door="trail:subject", status=404),
        ]
    )


def seen(response, *, beside):
    """What happened, newest first; without the reader's own coming in."""
    return [row["what"] for row in response.context["rows"] if beside.email not in row["who"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["ระบบไม่อนุญาต", "เข้าสู่ระบบไม่สำเร็จ", "เข้าสู่ระบบ"]),
        ({"what": "failed"}, ["เข้าสู่ระบบไม่สำเร็จ"]),
        ({"person": "collector"}, ["เข้าสู่ระบบ"]),
        ({"address": "203.0.113.7"}, ["เข้าสู่ระบบไม่สำเร็จ"]),
        ({"since": "18/10/2558", "until": "18/10/2558"}, ["เข้าสู่ระบบไม่สำเร็จ"]),
        ({"person": "ไม่มีใครชื่อนี้"}, []),
    ],
)
def test_the_list_is_narrowed(cast, frozen, noted, as_user, asked, found):
    response = as_user(cast.operator).get(PAGE, asked)
    assert response.status_code == 200
    assert seen(response, beside=cast.operator) == found


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"address": "ห้องสามศูนย์หนึ่ง"}, "ไม่ใช่ที่อยู่เครือข่าย"),
        ({"what": "flown"}, "ไม่รู้จักเหตุการณ์นี้"),
        ({"since": "20/10/2558", "until": "19/10/2558"}, "วันสิ้นสุดต้องไม่ก่อนวันเริ่มต้น"),
    ],
)
def test_a_filter_that_cannot_be_is_told_in_thai(cast, as_user, asked, sentence):
    response = as_user(cast.operator).get(PAGE, asked)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_what_a_stranger_typed_is_never_shown(cast, noted, as_user):
    body = as_user(cast.director).get(PAGE).content.decode()
    assert "ชื่อที่ไม่มีในระบบ" in body
    assert "f" * 32 not in body
    assert cast.collector.email in body


def test_pages_go_by_key_keep_the_filter_and_cost_the_same(cast, noted, as_user, monkeypatch):
    client = as_user(cast.operator)
    costs, pages = [], []
    for most in (50, 1):
        monkeypatch.setattr(trail_pages, "PER_PAGE", most)
        with CaptureQueriesContext(connection) as queries:
            pages.append(client.get(PAGE, {"person": "ทดสอบ"}))
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert len(pages[0].context["rows"]) == 3
    second = client.get(PAGE + pages[1].context["older"])
    assert second.context["rows"] == pages[0].context["rows"][1:2]
    assert "person=" in second.context["newest"]
