"""Who opened what: noted after the page, only when it was seen, never in the way of it."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.urls import get_resolver, reverse

from agreements import testing
from kpiportal import access
from kpiportal.models import AccessLog, AuditEvent
from kpiportal.testing import people
from kpiportal.testing.plugin import NOW
from reporting import testing as reporting
from reporting.models import Report


@pytest.fixture
def card(cast, frozen):
    reporting.make_round(cast, agreement=testing.make_signed(cast))
    return Report.objects.filter(host=cast.agency).first()


def looks():
    return list(AccessLog.objects.order_by("pk").values_list("actor__first_name", "subject_type", "subject_id", "door"))


def test_every_door_is_a_url_with_a_pk():
    known = {f"{space}:{name}" for space, (_, found) in get_resolver().namespace_dict.items()
             for name in found.reverse_dict if isinstance(name, str)}  # fmt: skip
    assert set(access.DOORS) <= known
    files = {name for name in known if re.search(r"_(file|pdf|docx|scan|download|part|minutes|labels|zip)$", name)}
    # Nobody's data: one's own copies, the emblem of a letterhead, the year's calendar.
    assert files - set(access.DOORS) == {"people:job_file", "letters:emblem_file", "agreements:calendar_pdf"}


def test_a_look_is_noted_with_who_what_when_and_from_where(cast, card, as_user):
    before = AuditEvent.objects.count()
    assert as_user(cast.collector).get(reverse("reporting:report_detail", args=[card.pk])).status_code == 200
    assert looks() == [("collector", "reporting.report", card.pk, "reporting:report_detail")]
    look = AccessLog.objects.get()
    assert (look.at, look.address) == (NOW, "127.0.0.1")
    assert AuditEvent.objects.count() == before


def test_a_file_is_noted_when_it_has_been_sent(cast, card, as_user):
    reporting.fill(card, cast)
    paper = card.evidence.get()
    AccessLog.objects.all().delete()
    response = as_user(cast.coordinator).get(reverse("reporting:evidence_download", args=[paper.pk]))
    assert looks() == []
    b"".join(response)
    assert looks() == [("coordinator", "reporting.evidence", paper.pk, "reporting:evidence_download")]


def test_what_was_refused_or_only_asked_about_is_not_noted(cast, card, as_user, client):
    address = reverse("reporting:report_detail", args=[card.pk])
    assert client.get(address).status_code == 302
    assert as_user(cast.neighbour).get(address).status_code == 404
    assert as_user(cast.collector).head(address).status_code == 200
    assert as_user(cast.collector).get(reverse("home")).status_code == 200
    assert looks() == []


def test_who_looks_as_somebody_else_is_noted_by_their_own_name(cast, card, as_user):
    client = as_user(cast.operator)
    client.post(reverse("people:view_as_begin", args=[cast.collector.pk]), {"reason": "ช่วยหาว่าทำไมไม่เห็นปุ่ม"})
    assert client.get(reverse("reporting:report_detail", args=[card.pk])).status_code == 200
    assert looks() == [("operator", "reporting.report", card.pk, "reporting:report_detail")]


@pytest.mark.django_db(transaction=True)
def test_a_log_that_cannot_be_written_breaks_no_page(client, frozen, caplog):
    cast = people.make_cast()
    agreement = testing.make_draft(cast)
    client.force_login(cast.coordinator)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kpiportal_accesslog RENAME TO away")
    try:
        response = client.get(reverse("agreements:agreement_detail", args=[agreement.pk]))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE away RENAME TO kpiportal_accesslog")
    assert response.status_code == 200
    assert "the access log did not take agreements:agreement_detail" in caplog.text


@pytest.mark.parametrize(("days", "kept"), [(400, [399, 101, 91, 89]), (100, [91, 89]), (7, [89])])
def test_old_looks_are_purged_and_ninety_days_always_kept(cast, settings, days, kept):
    settings.KPI_ACCESS_LOG_DAYS = days
    for age in (401, 399, 101, 91, 89):
        at = NOW - dt.timedelta(days=age)
        AccessLog.objects.create(at=at, actor=cast.viewer, subject_type="x.y", subject_id=age, door="x:y")
    assert access.purge(at=NOW) == 5 - len(kept)
    assert list(AccessLog.objects.order_by("at").values_list("subject_id", flat=True)) == kept
