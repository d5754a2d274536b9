"""The engine on a real subject: who, when, ready, moved, recorded — and one winner of a race."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import close_old_connections, connection

from agreements import actions, testing, workflow
from agreements.models import Agreement
from kpiportal.models import AuditEvent
from kpiportal.workflow import NotReady, Stale, of_slug, offered

pytestmark = pytest.mark.usefixtures("frozen")


def test_advance_moves_and_records_who_as_what(cast):
    agreement = testing.make_draft(cast)
    actions.submit_agreement(agreement, by=cast.coordinator, revision=0, at=testing.AUTUMN)
    agreement.refresh_from_db()
    assert (agreement.state, agreement.revision) == ("sent", 1)
    event = AuditEvent.objects.get(verb="agreements.submit")
    assert event.actor == cast.coordinator
    assert event.acting_as == "ผู้ประสานงาน จังหวัดเชียงใหม่"
    assert (event.before, event.after) == ({"state": "draft"}, {"state": "sent"})
    assert event.at == testing.AUTUMN
    assert event.organization == cast.province


@pytest.mark.parametrize("who", ["governor", "viewer", "collector", "negotiator", "neighbour", "operator", "nobody"])
def test_advance_refuses_those_without_the_duty(cast, who):
    agreement = testing.make_draft(cast)
    with pytest.raises(PermissionDenied):
        actions.submit_agreement(agreement, by=getattr(cast, who), revision=0, at=testing.AUTUMN)
    agreement.refresh_from_db()
    assert (agreement.state, agreement.revision) == ("draft", 0)
    assert not AuditEvent.objects.filter(verb="agreements.submit").exists()


def test_advance_refuses_an_old_revision_and_a_wrong_state(cast):
    agreement = testing.make_draft(cast)
    with pytest.raises(Stale):
        actions.submit_agreement(agreement, by=cast.coordinator, revision=7, at=testing.AUTUMN)
    with pytest.raises(Stale):
        actions.agree_agreement(agreement, by=cast.negotiator, revision=0, at=testing.AUTUMN)
    agreement.refresh_from_db()
    assert (agreement.state, agreement.revision) == ("draft", 0)


def test_advance_says_what_is_missing(cast):
    agreement = testing.make_draft(cast)
    agreement.indicators.filter(number="1.1").update(weight=50)
    with pytest.raises(NotReady) as refusal:
        actions.submit_agreement(agreement, by=cast.coordinator, revision=0, at=testing.AUTUMN)
    assert [b.text for b in refusal.value.blockers] == [
        "น้ำหนักรวมได้ 90 ต้องเป็น 100",
        "การประเมินประสิทธิผล: น้ำหนักรวมได้ 50 กรอบกำหนด 60",
    ]


def test_a_transition_that_asks_a_reason_refuses_blanks(cast):
    agreement = testing.make_draft(cast)
    agreement = actions.submit_agreement(agreement, by=cast.coordinator, revision=0, at=testing.AUTUMN)
    with pytest.raises(NotReady) as refusal:
        actions.return_agreement(agreement, by=cast.negotiator, revision=1, at=testing.AUTUMN, reason="  \n ")
    assert [b.text for b in refusal.value.blockers] == ["กรุณาระบุเหตุผล"]
    actions.return_agreement(agreement, by=cast.negotiator, revision=1, at=testing.AUTUMN, reason="ขอฐานข้อมูล")
    assert AuditEvent.objects.get(verb="agreements.return").data == {"reason": "ขอฐานข้อมูล"}


def test_offered_lists_what_this_person_may_start_now(cast):
    agreement = testing.make_draft(cast)
    table = workflow.AGREEMENT
    assert [t.slug for t in offered(agreement, table, by=cast.coordinator)] == ["submit"]
    assert offered(agreement, table, by=cast.negotiator) == []
    agreement = actions.submit_agreement(agreement, by=cast.coordinator, revision=0, at=testing.AUTUMN)
    assert [t.slug for t in offered(agreement, table, by=cast.negotiator)] == ["open_table", "return"]


def test_of_slug_finds_only_what_the_table_holds():
    assert of_slug(workflow.AGREEMENT, "submit") is workflow.SUBMIT
    assert of_slug(workflow.AGREEMENT, "publish_framework") is None


def test_a_duty_that_ended_opens_nothing(cast):
    agreement = testing.make_draft(cast)
    cast.coordinator.memberships.update(valid_to="2015-10-18")
    fresh = type(cast.coordinator).objects.get(pk=cast.coordinator.pk)
    with pytest.raises(PermissionDenied):
        actions.submit_agreement(agreement, by=fresh, revision=0, at=testing.AUTUMN)


@pytest.mark.django_db(transaction=True)
def test_six_at_once_one_wins(cast):
    agreement = testing.make_draft(cast)
    start, results = threading.Barrier(6), []

    def press():
        close_old_connections()
        try:
            start.wait()
            actions.submit_agreement(agreement, by=cast.coordinator, revision=0, at=testing.AUTUMN)
            results.append("won")
        except Stale:
            results.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(results) == ["stale"] * 5 + ["won"]
    assert Agreement.objects.get(pk=agreement.pk).revision == 1
    assert AuditEvent.objects.filter(verb="agreements.submit").count() == 1


def test_what_a_page_says_keeps_the_space_after_an_abbreviation():
    assert workflow.SUBMIT.told == "ส่งแบบฟอร์มให้สำนักงาน ก.พ.ร. แล้ว"
    assert workflow.SIGN.told == "ลงนามคำรับรองการปฏิบัติราชการแล้ว"
