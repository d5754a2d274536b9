"""What the coordinator owes: a letter to write, a letter to number."""

import pytest

from kpiportal import letters as letters_
from kpiportal import obligations
from kpiportal.letters.obligations import waiting
from kpiportal.models import OutgoingMail
from kpiportal.reminding import morning
from kpiportal.testing.plugin import NOW
from meetings import testing
from meetings.models import Invitation
from meetings.obligations import letters, replies
from meetings.replies import actions as answering
from meetings.testing import STARTS

pytestmark = pytest.mark.usefixtures("frozen")


def owed(person, at):
    """The letters that wait on this person."""
    return [duty.task(at) for duty in letters(at, obligations.whose(person)) if duty.waits_on(person)]


def test_a_draft_waits_for_its_number(cast, django_assert_num_queries):
    meeting = testing.make_draft(cast)
    assert cast.coordinator.duties
    with django_assert_num_queries(1):
        [task] = owed(cast.coordinator, NOW)
    assert (task.title, task.action) == ("หนังสือเชิญรอออกเลข", "ตรวจและออกเลข")
    assert task.detail == "ประชุม 30 ต.ค. 2558 เวลา 13.30 น. · ติดตามผลตัวชี้วัด รอบ 12 เดือน"
    assert task.url == f"/meetings/letters/{meeting.letter_id}/"
    assert (task.chip_kind, task.chip_text, task.due_at) == ("due", "ประชุมใน 11 วัน", STARTS)


def test_a_letter_on_its_way_to_a_signature_waits_on_its_reader_only(cast):
    meeting = testing.make_draft(cast, signer=cast.governor.full_name)
    letters_.submit_letter(meeting.letter, by=cast.coordinator, revision=0, at=NOW)
    assert owed(cast.coordinator, NOW) == owed(cast.office_head, NOW) == []
    [task] = [duty.task(NOW) for duty in waiting(NOW, obligations.whose(cast.office_head))]
    assert (task.title, task.action) == ("หนังสือรออนุมัติ", "ตรวจหนังสือ")


def test_a_meeting_without_a_letter_waits_for_one(cast):
    meeting = testing.make_meeting(cast)
    [task] = owed(cast.office_head, NOW)
    assert (task.title, task.url) == ("หนังสือเชิญยังไม่ได้ร่าง", f"/meetings/{meeting.pk}/letter/")


def test_on_the_day_and_after_it(cast):
    testing.make_draft(cast)
    assert owed(cast.coordinator, STARTS.replace(hour=8))[0].chip_text == "ประชุมวันนี้"
    late = owed(cast.coordinator, STARTS)[0]
    assert (late.chip_kind, late.chip_text) == ("late", "เลยวันประชุมแล้ว")


def test_a_letter_that_is_out_waits_for_nobody(cast):
    testing.make_called(cast)
    assert owed(cast.coordinator, NOW) == []


@pytest.mark.parametrize("who", ["governor", "viewer", "overseer", "collector", "neighbour", "director", "nobody"])
def test_nobody_else_owes_it(cast, who):
    testing.make_draft(cast)
    assert owed(getattr(cast, who), NOW) == []


def test_the_home_page_shows_it(cast, as_user):
    testing.make_draft(cast)
    assert "หนังสือเชิญรอออกเลข" in as_user(cast.coordinator).get("/").content.decode()


# --- answers to an invitation ----------------------------------------------------------------------


def asked(person, at):
    return [duty.task(at) for duty in replies(at, obligations.whose(person)) if duty.waits_on(person)]


def test_an_invited_office_owes_its_answer_until_it_gives_it_or_the_meeting_begins(cast, django_assert_num_queries):
    testing.make_called(cast)
    row = Invitation.objects.get(organization=cast.agency)
    assert cast.overseer.duties
    with django_assert_num_queries(1):
        [task] = asked(cast.overseer, NOW)
    assert (task.title, task.action) == ("ตอบรับการประชุมของจังหวัดเชียงใหม่", "ตอบรับ")
    assert task.detail == "ประชุม 30 ต.ค. 2558 เวลา 13.30 น. · ติดตามผลตัวชี้วัด รอบ 12 เดือน"
    assert (task.url, task.chip_text) == (f"/meetings/replies/{row.pk}/", "ประชุมใน 11 วัน")
    assert [len(asked(getattr(cast, who), NOW)) for who in ("collector", "other_overseer")] == [1, 1]
    assert [asked(getattr(cast, who), NOW) for who in ("coordinator", "governor", "neighbour")] == [[], [], []]
    assert asked(cast.overseer, STARTS) == []
    answer = {"answer": "attend", "name": "", "post": "", "phone": "", "people": 1, "reason": ""}
    answering.reply(row, by=None, at=NOW, **answer)
    assert (asked(cast.overseer, NOW), asked(cast.collector, NOW)) == ([], [])
    assert len(asked(cast.other_overseer, NOW)) == 1


def test_who_was_written_to_by_hand_is_not_reminded_of_the_same_again(cast):
    """The meeting is on Friday 30 October: five working days before is the 22nd, as the 23rd is a holiday."""
    meeting = testing.make_called(cast)
    day = NOW.replace(day=22)
    answering.remind(meeting, by=cast.coordinator, at=day)
    OutgoingMail.objects.all().delete()

    def told(at):
        morning.queue_reminders(on=at.date(), at=at)
        rows = OutgoingMail.objects.filter(body__contains="ตอบรับการประชุม")
        return sorted(set(rows.values_list("to_user__first_name", flat=True)))

    assert told(day) == []
    Invitation.objects.update(reminded_at=None)
    assert told(day) == ["collector", "other_collector", "other_overseer", "overseer"]
