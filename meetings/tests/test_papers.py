"""Papers of a meeting: the right words on them, QR of one's own office, an event every calendar program takes."""

import datetime as dt

import pypdfium2
import pytest
from django.core.exceptions import PermissionDenied

from kpiportal import files, jobs
from kpiportal.testing.people import BANGKOK
from meetings import calendar_file, papers, planning, slips, testing
from meetings.testing import PLANNED


def text(data):
    document = pypdfium2.PdfDocument(data)
    found = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    return found


def test_the_agenda_numbers_its_items_in_thai(cast):
    meeting = testing.make_meeting(cast, number=3, ends_at=dt.datetime(2015, 10, 30, 16, 30, tzinfo=BANGKOK))
    testing.make_item(meeting, cast, title="ผลรอบ 12 เดือน")
    (page,) = text(papers.agenda(meeting))
    for words in (
        "ครั้งที่๓/๒๕๕๘",
        "วันศุกร์ที่๓๐ตุลาคม๒๕๕๘เวลา๑๓.๓๐-๑๖.๓๐น.",
        "ระเบียบวาระที่๕เรื่องอื่นๆ",
        "๔.๑ผลรอบ๑๒เดือน(สำนักงานจังหวัด)",
    ):
        assert words in page


def test_a_slip_an_office_and_a_blank_one(cast):
    meeting = testing.make_called(cast)
    rows = meeting.invitations.select_related("organization").order_by("pk")
    first, second = text(papers.slips(meeting, rows))
    assert "สำนักงานคลังจังหวัดเชียงใหม่" in first
    assert "สแกนเพื่อตอบรับ" in first
    assert "สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่" in second
    assert "สแกน" not in text(papers.slips(meeting, []))[0]


def test_slips_of_a_large_meeting_are_made_by_a_worker(cast):
    meeting = testing.make_called(cast)
    job = slips.order(meeting, by=cast.coordinator, at=PLANNED)
    assert jobs.run_waiting(at=PLANNED) == 1
    job.refresh_from_db()
    with files.open_stored(job.file) as stored:
        first, second = text(stored.read())
    assert "สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่" in second
    with pytest.raises(PermissionDenied):
        slips.order(meeting, by=cast.overseer, at=PLANNED)


def test_the_sign_in_list_has_room_for_the_uninvited(cast):
    (page,) = text(papers.sign_in(testing.make_called(cast)))
    assert "หัวหน้าสำนักงานคลังจังหวัดเชียงใหม่" in page
    assert "๘" in page  # two expected, six empty lines


def test_the_event_moves_and_goes_with_its_meeting(cast):
    called = testing.make_called(cast)
    lines = calendar_file.build(called, at=PLANNED).decode().replace("\r\n ", "").split("\r\n")
    for line in ("METHOD:PUBLISH", "DTSTART:20151030T063000Z", "DTEND:20151030T093000Z", "SEQUENCE:2",
                 "STATUS:CONFIRMED", f"UID:meeting-{called.pk}@testserver",
                 "LOCATION:ห้องประชุม 3 ชั้น 2 ศาลากลางจังหวัด"):  # fmt: skip
        assert line in lines
    called.state = "cancelled"
    assert b"METHOD:CANCEL" in calendar_file.build(called, at=PLANNED)


def test_the_next_meeting_is_proposed_from_the_last_and_a_chair_sits_in_one_room(cast):
    first = testing.make_meeting(cast, number=2, chair="นายปิยะ", secretary="นางสาวกมล")
    facts = planning.proposed(first.agreement, on=PLANNED.date())
    assert (facts["number"], facts["chair"], facts["secretary"]) == (3, "นายปิยะ", "นางสาวกมล")
    later = first.starts_at + dt.timedelta(hours=2)
    assert planning.clashes(testing.make_meeting(cast, chair="นายปิยะ", starts_at=later)) == [first]
    evening = first.starts_at + dt.timedelta(hours=6)
    assert planning.clashes(testing.make_meeting(cast, chair="นายปิยะ", starts_at=evening)) == []
