"""The deeds: who may, when, what they leave behind, and what a refusal leaves untouched."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import close_old_connections, connection

from agreements.models import Agreement
from kpiportal import letters
from kpiportal.letters import held
from kpiportal.models import AuditEvent, Letter, LetterSeries, OutgoingMail
from kpiportal.testing.people import BANGKOK
from kpiportal.workflow import NotReady, Stale
from meetings import actions, testing
from meetings.models import Invitation, Meeting
from meetings.testing import DATED, PLANNED, STARTS, VENUE

LOOKERS_ON = ["governor", "viewer", "overseer", "collector", "neighbour", "negotiator", "director", "operator"]


def event(verb):
    return AuditEvent.objects.get(verb=verb)


def fresh(meeting):
    return Meeting.objects.select_related("letter").get(pk=meeting.pk)


# --- planning --------------------------------------------------------------------------------------


def test_planning_writes_the_meeting_of_the_agreements_party(cast):
    meeting = testing.make_meeting(cast)
    assert (meeting.organization, meeting.state, meeting.revision) == (cast.province, "draft", 0)
    told = event("meetings.plan")
    assert told.after == {
        "subject": "ติดตามผลตัวชี้วัด รอบ 12 เดือน",
        "starts_at": "2015-10-30T13:30:00+07:00",
        "venue": VENUE,
        "kind": "follow_up",
    }
    assert (told.actor, told.acting_as) == (cast.coordinator, "ผู้ประสานงาน จังหวัดเชียงใหม่")


def test_a_moment_already_past_is_refused(cast):
    yesterday = PLANNED - dt.timedelta(days=1)
    with pytest.raises(ValidationError) as refusal:
        testing.make_meeting(cast, starts_at=yesterday)
    assert refusal.value.message_dict == {"date": ["18 ตุลาคม 2558 เวลา 09.00 น. ผ่านไปแล้ว กำหนดวันประชุมในอนาคต"]}
    assert not Meeting.objects.exists()


def test_a_cancelled_agreement_calls_nobody(cast):
    testing.make_meeting(cast)
    Agreement.objects.update(state="cancelled")
    with pytest.raises(Stale):
        testing.make_meeting(cast, agreement=Agreement.objects.get())


def test_changing_the_facts_tells_before_and_after(cast):
    meeting = testing.make_meeting(cast)
    later = dt.datetime(2015, 11, 2, 9, 0, tzinfo=BANGKOK)
    meeting = actions.change_meeting(
        meeting, by=cast.office_head, revision=0, at=PLANNED, starts_at=later, venue="ห้อง 5", subject=meeting.subject
    )
    assert (fresh(meeting).starts_at, fresh(meeting).venue, fresh(meeting).revision) == (later, "ห้อง 5", 1)
    told = event("meetings.change")
    assert (told.before["venue"], told.after["venue"]) == (VENUE, "ห้อง 5")


def test_changing_nothing_is_no_deed(cast):
    meeting = testing.make_meeting(cast)
    actions.change_meeting(meeting, by=cast.coordinator, revision=0, at=PLANNED, venue=VENUE)
    assert fresh(meeting).revision == 0
    assert not AuditEvent.objects.filter(verb="meetings.change").exists()


def test_two_people_on_one_meeting(cast):
    meeting = testing.make_meeting(cast)
    actions.change_meeting(meeting, by=cast.coordinator, revision=0, at=PLANNED, venue="ของคนแรก")
    with pytest.raises(Stale):
        actions.change_meeting(meeting, by=cast.office_head, revision=0, at=PLANNED, venue="ของคนที่สอง")
    assert fresh(meeting).venue == "ของคนแรก"


def test_a_called_meeting_keeps_its_facts(cast):
    meeting = testing.make_called(cast)
    with pytest.raises(Stale, match="ออกหนังสือเชิญแล้ว"):
        actions.change_meeting(meeting, by=cast.coordinator, revision=meeting.revision, at=PLANNED, venue="อื่น")
    with pytest.raises(Stale):
        actions.draft_invitation(
            meeting, series=testing.make_series(cast), dated=DATED, by=cast.coordinator, revision=2, at=PLANNED
        )


# --- the letter --------------------------------------------------------------------------------------


def test_drafting_addresses_all_host_agencies(cast):
    meeting = testing.make_draft(cast)
    assert (meeting.state, meeting.revision, meeting.letter.state) == ("draft", 1, "draft")
    assert [r.organization for r in meeting.letter.recipients.all()] == [cast.agency, cast.other_agency]
    assert event("meetings.draft_invitation").data == {"letter": meeting.letter.pk}
    assert event("letters.draft").data == {"recipients": 2}
    assert not Invitation.objects.exists()


def test_a_meeting_has_one_draft(cast):
    meeting = testing.make_draft(cast)
    with pytest.raises(Stale, match="มีร่างหนังสือเชิญอยู่แล้ว"):
        actions.draft_invitation(
            meeting, series=testing.make_series(cast), dated=DATED, by=cast.coordinator, revision=1, at=PLANNED
        )
    assert Letter.objects.count() == 1


def test_receivers_can_be_taken_off_and_added(cast):
    meeting = testing.make_draft(cast)
    actions.invite(meeting, organizations=[cast.other_agency], by=cast.coordinator, revision=0, at=PLANNED)
    assert [r.text for r in meeting.letter.recipients.all()] == ["หัวหน้าสำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่"]
    assert event("letters.address").after == {"recipients": ["หัวหน้าสำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่"]}
    with pytest.raises(NotReady) as refusal:
        actions.invite(meeting, organizations=[], by=cast.coordinator, revision=1, at=PLANNED)
    assert [b.text for b in refusal.value.blockers] == ["ต้องมีผู้รับหนังสืออย่างน้อย 1 หน่วยงาน"]
    assert meeting.letter.recipients.count() == 1


def test_issue_calls_the_meeting_invites_and_tells_the_overseers(cast):
    meeting = testing.make_called(cast)
    assert (meeting.state, meeting.letter.number_text) == ("called", "ชม 0017.2/ว 101")
    assert [i.organization for i in meeting.invitations.order_by("pk")] == [cast.agency, cast.other_agency]
    assert (event("meetings.call").before, event("meetings.call").after) == ({"state": "draft"}, {"state": "called"})
    assert event("letters.issue").actor == cast.coordinator
    mails = OutgoingMail.objects.order_by("pk")
    assert [m.to_user for m in mails] == [cast.overseer, cast.other_overseer]
    assert mails[0].subject == "โปรดตอบรับการประชุม วันศุกร์ที่ 30 ตุลาคม 2558 เวลา 13.30 น."
    assert f"http://testserver/meetings/{meeting.pk}/" in mails[0].body
    assert "เรียน ผู้กำกับดูแลตัวชี้วัด สำนักงานคลังจังหวัดเชียงใหม่" in mails[0].body


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        ({"body": []}, "ยังไม่ได้กรอก “ข้อความ”"),
        ({"body": ["ประชุมวันศุกร์ที่ 6 พฤศจิกายน 2558"]}, "ข้อความไม่ได้กล่าวถึงวันประชุม คือ วันศุกร์ที่ 30 ตุลาคม 2558"),
        ({"body": ["วันพุธที่ 30 ตุลาคม 2558"]},
         "ช่อง “ข้อความ”: “วันพุธที่ 30 ตุลาคม 2558” ไม่ถูกต้อง 30 ตุลาคม 2558 เป็นวันศุกร์ ไม่ใช่วันพุธ"),
        ({"dated": dt.date(2015, 10, 31)}, "หนังสือลงวันที่ 31 ตุลาคม 2558 หลังวันประชุม (30 ตุลาคม 2558)"),
        ({"subject": "ขอเชิญประชุม 😀"}, "อักขระ “😀” (U+1F600) ไม่มีในแบบอักษรของเอกสาร"),
    ],
)  # fmt: skip
def test_a_letter_that_is_not_right_calls_nobody(cast, spoil, sentence):
    meeting = testing.make_draft(cast, **spoil)
    with pytest.raises(NotReady) as refusal:
        testing.issue(meeting, cast)
    assert [b.text for b in refusal.value.blockers] == [sentence]
    assert_nothing_issued(meeting)


def assert_nothing_issued(meeting):
    assert (fresh(meeting).state, fresh(meeting).revision, fresh(meeting).letter.state) == ("draft", 1, "draft")
    assert LetterSeries.objects.get().last_number == 100
    assert not Invitation.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert not AuditEvent.objects.filter(verb__in=["meetings.call", "letters.issue"]).exists()


def test_an_invitation_to_the_past_is_not_issued(cast):
    meeting = testing.make_draft(cast)
    with pytest.raises(NotReady) as refusal:
        actions.issue_invitation(meeting, by=cast.coordinator, revision=1, letter_revision=0, at=STARTS)
    assert "วันประชุมผ่านไปแล้ว" in refusal.value.blockers[0].text
    assert_nothing_issued(meeting)


def test_a_meeting_is_called_under_a_number_reserved_by_hand(cast):
    meeting = testing.make_draft(cast)
    (reserved,) = held.reserve(
        meeting.letter.series, count=1, dated=PLANNED.date(), subject="ประชุม", by=cast.coordinator, at=PLANNED
    )
    called = actions.issue_invitation(
        meeting, by=cast.coordinator, revision=1, letter_revision=0, at=PLANNED, reserved=reserved
    )
    assert (called.letter.number, called.letter.series.last_number) == (101, 101)


def test_no_letter_no_call(cast):
    meeting = testing.make_meeting(cast)
    with pytest.raises(NotReady) as refusal:
        actions.issue_invitation(meeting, by=cast.coordinator, revision=0, letter_revision=0, at=PLANNED)
    assert [b.text for b in refusal.value.blockers] == ["ยังไม่ได้ร่างหนังสือเชิญ"]


def test_a_letter_changed_meanwhile_is_not_issued_unseen(cast):
    meeting = testing.make_draft(cast)
    letters.save_letter(meeting.letter, by=cast.office_head, revision=0, at=PLANNED, closing="ขอแสดงความนับถืออย่างยิ่ง")
    with pytest.raises(Stale):
        actions.issue_invitation(meeting, by=cast.coordinator, revision=1, letter_revision=0, at=PLANNED)
    assert_nothing_issued(meeting)


# --- voiding and cancelling ----------------------------------------------------------------------------


def test_withdrawing_voids_the_letter_and_the_next_one_has_the_next_number(cast):
    meeting = testing.make_called(cast)
    voided = meeting.letter
    OutgoingMail.objects.all().delete()
    meeting = actions.withdraw_invitation(
        meeting, by=cast.coordinator, revision=2, letter_revision=1, at=PLANNED, reason="ห้องประชุมไม่ว่าง"
    )
    assert (fresh(meeting).state, fresh(meeting).letter, fresh(meeting).revision) == ("draft", None, 3)
    kept = Letter.objects.get(pk=voided.pk)
    assert (kept.state, kept.number_text) == ("cancelled", "ชม 0017.2/ว 101")
    assert not Invitation.objects.exists()
    assert event("meetings.withdraw").data == {"reason": "ห้องประชุมไม่ว่าง"}
    assert event("letters.cancel").data == {"reason": "ห้องประชุมไม่ว่าง"}
    mail = OutgoingMail.objects.order_by("pk").first()
    assert (mail.to_user, mail.subject) == (cast.overseer, "ยกเลิกหนังสือ ที่ ชม 0017.2/ว 101")
    assert "ห้องประชุมไม่ว่าง" in mail.body
    actions.draft_invitation(
        meeting, series=testing.make_series(cast), dated=DATED, by=cast.coordinator, revision=3, at=PLANNED
    )
    again = testing.issue(fresh(meeting), cast)
    assert again.letter.number_text == "ชม 0017.2/ว 102"
    assert again.letter.signer == "นายฤกษ์ ธนาวิช"  # what stays from letter to letter


def test_cancelling_a_called_meeting_tells_the_invited_and_leaves_the_letter(cast):
    meeting = testing.make_called(cast)
    OutgoingMail.objects.all().delete()
    meeting = actions.cancel_meeting(meeting, by=cast.office_head, revision=2, at=PLANNED, reason="น้ำท่วม")
    assert (fresh(meeting).state, fresh(meeting).letter.state) == ("cancelled", "issued")
    assert event("meetings.cancel").data == {"reason": "น้ำท่วม"}
    assert [m.to_user for m in OutgoingMail.objects.order_by("pk")] == [cast.overseer, cast.other_overseer]
    assert "น้ำท่วม" in OutgoingMail.objects.first().body


def test_cancelling_a_meeting_nobody_was_called_to_tells_nobody(cast):
    meeting = testing.make_draft(cast)
    with pytest.raises(NotReady):
        actions.cancel_meeting(meeting, by=cast.coordinator, revision=1, at=PLANNED, reason=" ")
    actions.cancel_meeting(meeting, by=cast.coordinator, revision=1, at=PLANNED, reason="ไม่จำเป็นแล้ว")
    assert fresh(meeting).state == "cancelled"
    assert not OutgoingMail.objects.exists()
    with pytest.raises(Stale):
        testing.issue(fresh(meeting), cast)
    assert LetterSeries.objects.get().last_number == 100


# --- who may -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", LOOKERS_ON)
def test_only_the_offices_writers_may(cast, who):
    person = getattr(cast, who)
    meeting, called = testing.make_draft(cast), testing.make_called(cast)
    agreement, series = meeting.agreement, testing.make_series(cast)
    before = AuditEvent.objects.count()
    deeds = [
        lambda: actions.plan_meeting(agreement, subject="ก", starts_at=STARTS, venue="ข", by=person, at=PLANNED),
        lambda: actions.change_meeting(meeting, by=person, revision=1, at=PLANNED, venue="ข"),
        lambda: actions.draft_invitation(meeting, series=series, dated=DATED, by=person, revision=1, at=PLANNED),
        lambda: actions.write_invitation(meeting, by=person, revision=0, at=PLANNED, subject="ก"),
        lambda: actions.invite(meeting, organizations=[cast.agency], by=person, revision=0, at=PLANNED),
        lambda: actions.issue_invitation(meeting, by=person, revision=1, letter_revision=0, at=PLANNED),
        lambda: actions.cancel_meeting(meeting, by=person, revision=1, at=PLANNED, reason="ก"),
        lambda: actions.withdraw_invitation(called, by=person, revision=2, letter_revision=1, at=PLANNED, reason="ก"),
    ]
    for deed in deeds:
        with pytest.raises(PermissionDenied):
            deed()
    assert AuditEvent.objects.count() == before
    assert (fresh(meeting).state, fresh(called).state) == ("draft", "called")


@pytest.mark.django_db(transaction=True)
def test_six_presses_of_issue_send_one_letter(cast):
    meeting = testing.make_draft(cast)
    start, results = threading.Barrier(6), []

    def press():
        close_old_connections()
        try:
            start.wait()
            results.append(testing.issue(fresh(meeting), cast).state)
        except Stale:
            results.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(results) == ["called", *["stale"] * 5]
    assert LetterSeries.objects.get().last_number == 101
    assert Invitation.objects.count() == 2
    assert OutgoingMail.objects.filter(subject__startswith="โปรดตอบรับการประชุม").count() == 2
