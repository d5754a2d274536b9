"""The head of the chain leaves the machine every morning; a chain changed since is found the next."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import connection

from kpiportal import audit, seal_keeping, seals, tasks
from kpiportal.celery import app
from kpiportal.models import OutgoingMail
from kpiportal.testing.plugin import NOW

pytestmark = pytest.mark.usefixtures("frozen")
TOMORROW = NOW + dt.timedelta(days=1)


@pytest.fixture
def place(settings, tmp_path, cast):
    settings.KPI_AUDIT_HEAD_FILE = str(tmp_path / "heads.jsonl")
    for _ in range(3):
        audit.record("people.duty_given", cast.coordinator, by=cast.director, at=NOW)
    return tmp_path / "heads.jsonl"


def lines(place):
    return [json.loads(line) for line in place.read_text().splitlines()]


def rewrite_the_trail():
    """What the owner of the database can do: change an action and seal everything again."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come cannot be altered
        for table in ("kpiportal_auditevent", "kpiportal_auditseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE kpiportal_auditevent SET actor_text = 'ผู้อื่น' WHERE id = (SELECT min(id) FROM kpiportal_auditevent)"
        )
        cursor.execute("DELETE FROM kpiportal_auditseal")
        for table in ("kpiportal_auditevent", "kpiportal_auditseal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    seals.seal(at=NOW)


def test_a_line_a_day_and_the_command_reads_it(place):
    assert seal_keeping.keep(at=NOW) == []
    assert seal_keeping.keep(at=TOMORROW) == []
    first, second = lines(place)
    assert first == second == json.loads(seals.head().as_json())
    assert first["count"] == 3
    assert seal_keeping.last_kept(place) == seals.head()


def test_a_chain_rebuilt_over_night_is_found_and_gets_no_new_line(place, caplog):
    seal_keeping.keep(at=NOW)
    rewrite_the_trail()
    assert seals.verify()[1] == []  # by itself the new chain is without fault
    faults = seal_keeping.keep(at=TOMORROW)
    assert [(fault.kind, fault.position) for fault in faults] == [("edited", 3)]
    assert len(lines(place)) == 1
    assert "audit trail edited at 3" in caplog.text


def test_the_mail_says_what_was_found_once_a_day(place, settings):
    settings.KPI_AUDIT_HEAD_MAIL = ["auditor@opdc.example"]
    seal_keeping.keep(at=NOW)
    seal_keeping.keep(at=NOW)
    [mail] = OutgoingMail.objects.all()
    assert (mail.to_email, mail.subject) == ("auditor@opdc.example", "หัวโซ่ประวัติการใช้งาน 19 ตุลาคม 2558: ประวัติครบถ้วน")
    assert seals.head().as_json() in mail.body
    rewrite_the_trail()
    seal_keeping.keep(at=TOMORROW)
    mail = OutgoingMail.objects.latest("pk")
    assert mail.subject == "หัวโซ่ประวัติการใช้งาน 20 ตุลาคม 2558: พบร่องรอยการแก้ไข 1 แห่ง"
    assert "edited: ลำดับ 3" in mail.body


def test_without_a_place_nothing_is_read(settings, cast, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert seal_keeping.keep(at=NOW) == []


def test_another_file_is_not_taken_for_heads(place):
    place.write_text('{"some": "thing"}\n')
    with pytest.raises(ValueError, match="not a head of the chain"):
        seal_keeping.keep(at=NOW)


def test_the_clock_wakes_it_every_morning(place):
    [entry] = [one for one in app.conf.beat_schedule.values() if one["task"] == "kpiportal.keep_audit_head"]
    assert (entry["schedule"].hour, entry["schedule"].minute) == ({6}, {10})
    tasks.keep_audit_head()
    assert len(lines(place)) == 1
