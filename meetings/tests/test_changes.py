"""A letter is out and the day changes or falls away: the old letter stays, a new one names it, everybody is told."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kpiportal import letters
from kpiportal.models import Letter, OutgoingMail
from kpiportal.testing.people import BANGKOK
from kpiportal.workflow import NotReady, Stale
from meetings import actions, changes, enclosing, testing
from meetings.models import Meeting
from meetings.testing import PLANNED, STARTS

LATER = dt.datetime(2015, 11, 2, 9, 0, tzinfo=BANGKOK)  # a Monday
WHEN = {"starts_at": LATER, "ends_at": None, "venue": "ห้องประชุม 5", "video_link": ""}


def move(meeting, cast, *, by=None, reason="ห้องประชุมไม่ว่าง", **when):
    return changes.postpone_meeting(
        meeting, by=by or cast.coordinator, revision=meeting.revision, at=PLANNED, reason=reason, **WHEN | when
    )


def test_the_new_letter_names_the_old_one_and_both_days(cast):
    called = testing.make_called(cast)
    old = called.letter
    moved = Meeting.objects.select_related("letter").get(pk=move(called, cast).pk)
    assert (moved.state, moved.starts_at, moved.venue) == ("draft", LATER, "ห้องประชุม 5")
    assert list(moved.earlier_letters.all()) == [old]
    assert Letter.objects.get(pk=old.pk).state == "issued"
    letter = moved.letter
    assert letter.references == ["หนังสือจังหวัดเชียงใหม่ ที่ ชม 0017.2/ว 101 ลงวันที่ 19 ตุลาคม 2558"]
    assert letter.subject == "ขอเปลี่ยนกำหนดการประชุมติดตามผลตัวชี้วัด รอบ 12 เดือน"
    assert "ในวันศุกร์ที่ 30 ตุลาคม 2558 เวลา 13.30 น. ณ ห้องประชุม 3 ชั้น 2 ศาลากลางจังหวัด นั้น" in letter.body[0]
    assert letter.body[1].startswith("เนื่องจากห้องประชุมไม่ว่าง จังหวัดเชียงใหม่จึงขอเปลี่ยนกำหนดการประชุมดังกล่าวเป็น"
                                     "วันจันทร์ที่ 2 พฤศจิกายน 2558 เวลา 09.00 น. ณ ห้องประชุม 5")  # fmt: skip
    assert [r.organization for r in letter.recipients.all()] == [cast.agency, cast.other_agency]
    assert letter.signer == "นายฤกษ์ ธนาวิช"


def test_the_invited_keep_seeing_it_and_are_told_when_the_new_letter_is_out(cast):
    moved = move(testing.make_called(cast), cast)
    assert Meeting.objects.visible_to(cast.overseer).get() == moved
    OutgoingMail.objects.all().delete()
    again = testing.issue(moved, cast)
    assert (again.state, again.letter.number_text) == ("called", "ชม 0017.2/ว 102")
    assert again.invitations.count() == 2
    mail = OutgoingMail.objects.order_by("pk").first()
    assert mail.subject == "เปลี่ยนกำหนดการประชุม: วันจันทร์ที่ 2 พฤศจิกายน 2558 เวลา 09.00 น."
    assert "ชม 0017.2/ว 101" in mail.body


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ({"starts_at": PLANNED}, "ผ่านไปแล้ว"),
        ({"starts_at": STARTS, "venue": testing.VENUE}, "ยังไม่ได้เปลี่ยนวัน เวลา หรือสถานที่"),
    ],
)
def test_a_change_that_is_none_is_refused(cast, when, sentence):
    called = testing.make_called(cast)
    with pytest.raises(ValidationError, match=sentence):
        move(called, cast, **when)
    assert (Meeting.objects.get().state, Letter.objects.count()) == ("called", 1)


def test_it_asks_why_and_who(cast):
    called = testing.make_called(cast)
    with pytest.raises(NotReady):
        move(called, cast, reason=" ")
    for who in (cast.governor, cast.overseer, cast.neighbour):
        with pytest.raises(PermissionDenied):
            move(called, cast, by=who)
    assert Meeting.objects.get().starts_at == STARTS


def test_withdrawing_the_letter_of_a_change_leaves_the_first_invitation_in_force(cast):
    again = testing.issue(move(testing.make_called(cast), cast), cast)
    actions.withdraw_invitation(
        again, by=cast.coordinator, revision=again.revision, letter_revision=again.letter.revision, at=PLANNED,
        reason="ผิด",
    )  # fmt: skip
    assert Meeting.objects.visible_to(cast.overseer).count() == 1


def test_a_cancelled_meeting_gets_its_letter_once(cast):
    called = testing.make_called(cast)
    with pytest.raises(Stale):
        changes.draft_cancellation(called, by=cast.coordinator, at=PLANNED)
    actions.cancel_meeting(called, by=cast.coordinator, revision=called.revision, at=PLANNED, reason="เกิดอุทกภัย")
    letter = changes.draft_cancellation(called, by=cast.coordinator, at=PLANNED)
    assert letter.body[1] == "เนื่องจากเกิดอุทกภัย จังหวัดเชียงใหม่จึงขอยกเลิกการประชุมดังกล่าว"
    assert letter.references == ["หนังสือจังหวัดเชียงใหม่ ที่ ชม 0017.2/ว 101 ลงวันที่ 19 ตุลาคม 2558"]
    with pytest.raises(Stale, match="ร่างหนังสือแจ้งยกเลิกไว้แล้ว"):
        changes.draft_cancellation(called, by=cast.coordinator, at=PLANNED)
    issued = letters.issue_letter(letter, by=cast.coordinator, revision=letter.revision, at=PLANNED)
    assert issued.number_text == "ชม 0017.2/ว 102"


def test_the_agenda_and_a_slip_go_behind_the_letter_and_are_renewed(cast):
    meeting = testing.make_draft(cast)
    testing.make_item(meeting, cast)
    with pytest.raises(PermissionDenied):
        enclosing.enclose_papers(meeting, by=cast.governor, at=PLANNED)
    for _ in range(2):
        letter = enclosing.enclose_papers(meeting, by=cast.coordinator, at=PLANNED)
    letter.refresh_from_db()
    assert letter.enclosures == ["ระเบียบวาระการประชุม จำนวน 1 ฉบับ", "แบบตอบรับการเข้าร่วมประชุม จำนวน 1 แผ่น"]
    assert list(letter.files.values_list("pages", flat=True)) == [1, 1]
    with pytest.raises(Stale):
        enclosing.enclose_papers(testing.make_called(cast), by=cast.coordinator, at=PLANNED)
