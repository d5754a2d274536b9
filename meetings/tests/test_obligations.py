"""What the coordinator owes: a letter to write, a letter to number."""

import pytest

from kpiportal import letters as letters_
from kpiportal import obligations
from kpiportal.letters.obligations import waiting
from kpiportal.testing.plugin import NOW
from meetings import testing
from meetings.obligations import letters
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
    meeting = testing.make_draft(cast)
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
