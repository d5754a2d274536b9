"""The chain over the trail: whatever the owner of the database does to it, verify_audit says so and where."""

import datetime as dt
import io
import json
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError

import kpiportal.people  # noqa: F401 -- the sentences of its actions
from agreements import testing
from kpiportal import audit, seals
from kpiportal.models import AuditEvent, AuditSeal
from kpiportal.testing import people

NOON = dt.datetime(2015, 10, 19, 12, 0, tzinfo=dt.UTC)


def deeds(cast, count=6):
    return [
        audit.record("people.duty_given", cast.coordinator, by=cast.director, at=testing.AUTUMN, reason=f"ที่ {n}")
        for n in range(count)
    ]


@pytest.fixture
def sealed(cast):
    made = deeds(cast)
    assert seals.seal(at=NOON) == 6
    return made


def as_owner(*statements):
    """What someone with the database in hand does: take the guards down, change, put them back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for switch in ("DISABLE", "ENABLE"):
            for table in ("kpiportal_auditevent", "kpiportal_auditseal"):
                cursor.execute(f"ALTER TABLE {table} {switch} TRIGGER USER")
            if switch == "DISABLE":
                for statement in statements:
                    cursor.execute(statement)


def found(kept=None):
    return [(fault.kind, fault.position, fault.event_id) for fault in seals.verify(kept)[1]]


def test_the_digest_covers_every_column():
    assert set(seals.COLUMNS) == {field.attname for field in AuditEvent._meta.concrete_fields}


def test_the_canonical_text_is_the_same_for_ever():
    row = {"b": "ก", "a": dt.datetime(2015, 10, 19, 7, 0, tzinfo=dt.timezone(dt.timedelta(hours=7))), "c": {"y": 1}}
    assert seals.canonical(row) == '{"a":"2015-10-19T00:00:00.000000+00:00","b":"ก","c":{"y":1}}'


def test_an_untouched_trail_is_whole(sealed):
    end, faults = seals.verify()
    assert (end.count, faults) == (6, [])
    assert end.digest == AuditSeal.objects.get(position=6).digest


def test_sealing_twice_adds_nothing_and_goes_on_where_it_stopped(cast, sealed):
    assert seals.seal(at=NOON) == 0
    deeds(cast, 2)
    assert seals.seal(at=NOON) == 2
    assert list(AuditSeal.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert found() == []


def test_more_than_a_batch_is_one_chain(cast, monkeypatch):
    monkeypatch.setattr(seals, "BATCH", 4)
    deeds(cast, 10)
    assert seals.seal(at=NOON) == 10
    assert found() == []


@pytest.mark.parametrize("column", [name for name in seals.COLUMNS if name not in ("id", "actor_id")])
def test_an_edit_of_any_column_is_found(sealed, column):
    values = {
        "at": "at + interval '1 second'",
        "organization_id": "(SELECT min(id) FROM kpiportal_organization)",
        "subject_id": "subject_id + 1",
        "before": """'{"state": "draft"}'""",
        "after": """'{"state": "signed"}'""",
        "data": """'{"reason": "อื่น"}'""",
        "address": "'203.0.113.9'",
    }
    as_owner(f"UPDATE kpiportal_auditevent SET {column} = {values.get(column, repr('x'))} WHERE id = {sealed[2].pk}")
    assert found() == [("edited", 3, sealed[2].pk)]


def test_another_actor_is_found(cast, sealed):
    as_owner(f"UPDATE kpiportal_auditevent SET actor_id = {cast.viewer.pk} WHERE id = {sealed[0].pk}")
    assert found() == [("edited", 1, sealed[0].pk)]


def test_each_of_two_edits_is_found_in_its_place(sealed):
    ids = f"({sealed[1].pk}, {sealed[4].pk})"
    as_owner(f"UPDATE kpiportal_auditevent SET actor_text = 'ผู้อื่น' WHERE id IN {ids}")
    assert found() == [("edited", 2, sealed[1].pk), ("edited", 5, sealed[4].pk)]


@pytest.mark.parametrize("index", [0, 3, 5])
def test_a_deleted_event_is_found(sealed, index):
    as_owner(f"DELETE FROM kpiportal_auditevent WHERE id = {sealed[index].pk}")
    assert found() == [("deleted", index + 1, sealed[index].pk)]


def test_an_event_deleted_with_its_seal_is_found(sealed):
    as_owner(
        f"DELETE FROM kpiportal_auditevent WHERE id = {sealed[2].pk}",
        "DELETE FROM kpiportal_auditseal WHERE position = 3",
    )
    assert found() == [("deleted", 3, None)]


def test_a_renumbered_chain_is_found(sealed):
    as_owner(
        f"DELETE FROM kpiportal_auditevent WHERE id = {sealed[2].pk}",
        "DELETE FROM kpiportal_auditseal WHERE position = 3",
        "UPDATE kpiportal_auditseal SET position = 3 WHERE position = 4",
        "UPDATE kpiportal_auditseal SET position = 4 WHERE position = 5",
        "UPDATE kpiportal_auditseal SET position = 5 WHERE position = 6",
    )
    assert [(kind, position) for kind, position, _ in found()] == [("edited", 3), ("edited", 4), ("edited", 5)]


def test_two_events_that_changed_places_are_found(sealed):
    one, two = sealed[1].pk, sealed[2].pk
    as_owner(
        "UPDATE kpiportal_auditseal SET event_id = -1 WHERE position = 2",
        f"UPDATE kpiportal_auditseal SET event_id = {one} WHERE position = 3",
        f"UPDATE kpiportal_auditseal SET event_id = {two} WHERE position = 2",
    )
    assert found() == [("reordered", 2, two), ("reordered", 3, one)]


INSERT = (
    "INSERT INTO kpiportal_auditevent (id, at, verb, actor_text, acting_as, subject_type, subject_id, subject_text,"
    " before, after, data) SELECT {id}, at, verb, actor_text, acting_as, subject_type, subject_id, subject_text,"
    " before, after, data FROM kpiportal_auditevent WHERE id = {like}"
)


@pytest.mark.parametrize("task_ran_since", [False, True])
def test_an_event_slipped_in_among_old_ones_is_found(cast, sealed, task_ran_since):
    gone = deeds(cast, 1)[0].pk  # a number that stays free, as one of a transaction that was rolled back
    as_owner(f"DELETE FROM kpiportal_auditevent WHERE id = {gone}")
    deeds(cast, 1)
    seals.seal(at=NOON)
    as_owner(INSERT.format(id=gone, like=sealed[0].pk))
    if task_ran_since:
        seals.seal(at=NOON)
    assert found() == [("inserted", 8 if task_ran_since else None, gone)]


def test_a_deed_that_commits_late_is_no_fault(cast, sealed):
    """Its number is lower than one sealed already; it was done a minute ago, not last week."""
    late = deeds(cast, 1)[0].pk
    as_owner(f"DELETE FROM kpiportal_auditevent WHERE id = {late}")
    deeds(cast, 1)
    seals.seal(at=NOON)
    recent = (NOON - dt.timedelta(minutes=1)).isoformat()
    as_owner(
        INSERT.format(id=late, like=sealed[0].pk),
        f"UPDATE kpiportal_auditevent SET at = '{recent}' WHERE id = {late}",
    )
    assert found() == []
    assert seals.seal(at=NOON + dt.timedelta(minutes=1)) == 1
    assert found() == []


@pytest.mark.parametrize("kept_at", [6, 4])
def test_a_cut_tail_is_found_with_the_head_kept_elsewhere(sealed, kept_at):
    link = AuditSeal.objects.get(position=kept_at)
    kept = seals.Head(kept_at, link.digest, "")
    as_owner("DELETE FROM kpiportal_auditseal WHERE position >= 4")
    as_owner(f"DELETE FROM kpiportal_auditevent WHERE id >= {sealed[3].pk}")
    assert found() == []  # nothing in the database can tell
    assert found(kept) == [("cut", kept_at, None)]


def test_a_cut_tail_of_seals_alone_is_sealed_again_and_differs_from_the_kept_head(sealed):
    kept = seals.head()
    as_owner(f"UPDATE kpiportal_auditevent SET actor_text = 'ผู้อื่น' WHERE id = {sealed[5].pk}")
    as_owner("DELETE FROM kpiportal_auditseal WHERE position = 6")
    assert seals.seal(at=NOON) == 1
    assert found() == []
    assert found(kept) == [("edited", 6, None)]


@pytest.mark.parametrize("table", ["kpiportal_auditseal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET digest = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_to_change_a_seal(sealed, table, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert found() == []


def test_the_command_says_whole_exports_the_head_and_checks_it_later(cast, sealed, tmp_path):
    out, keep = io.StringIO(), tmp_path / "head.json"
    call_command("verify_audit", export_head=str(keep), stdout=out)
    assert out.getvalue().startswith("ประวัติครบถ้วน 6 รายการ หัวโซ่ ")
    kept = json.loads(keep.read_text())
    assert (kept["count"], kept["sealed_at"]) == (6, "2015-10-19T12:00:00.000000+00:00")
    deeds(cast, 2)
    seals.seal(at=NOON)
    call_command("verify_audit", against=str(keep), stdout=io.StringIO())


def test_the_command_names_the_place_and_fails(sealed, tmp_path):
    as_owner(f"DELETE FROM kpiportal_auditevent WHERE id = {sealed[1].pk}")
    err, keep = io.StringIO(), tmp_path / "head.json"
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_audit", export_head=str(keep), stderr=err, stdout=io.StringIO())
    assert stopped.value.code == 1
    assert f"deleted: ลำดับ 2 ประวัติเลข {sealed[1].pk}" in err.getvalue()
    assert not keep.exists()  # the head of a broken chain is not worth keeping


def test_a_head_that_cannot_be_read_is_said(db, tmp_path):
    (tmp_path / "head.json").write_text("{}")
    with pytest.raises(CommandError, match="อ่านหัวโซ่"):
        call_command("verify_audit", against=str(tmp_path / "head.json"))


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_chain_and_nobody_waits():
    cast = people.make_cast()
    deeds(cast, 30)
    counts, barrier = [], threading.Barrier(4)

    def work():
        barrier.wait()
        counts.append(seals.seal(at=NOON))
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seals.seal(at=NOON)
    assert sum(counts) == 30
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_is_not_waited_for_and_sealed_when_it_commits():
    cast = people.make_cast()
    seals.seal(at=NOON)
    written, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            audit.record("people.duty_given", cast.coordinator, by=cast.director, at=NOON, reason="ช้า")
            written.set()
            may_commit.wait(20)
        connections.close_all()

    worker = threading.Thread(target=slow)
    worker.start()
    assert written.wait(20)
    audit.record("people.duty_given", cast.coordinator, by=cast.director, at=NOON, reason="เร็ว")
    assert seals.seal(at=NOON) == 1
    may_commit.set()
    worker.join()
    assert seals.seal(at=NOON) == 1
    first, second = AuditSeal.objects.order_by("position")
    assert second.event_id < first.event_id
    assert found() == []
