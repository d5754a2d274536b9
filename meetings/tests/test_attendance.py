"""The list at the door: ticked by the office, or signed by phone; the uninvited join, and nobody twice."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from kpiportal import sealed_links
from kpiportal.workflow import Stale
from meetings import testing
from meetings.attendance import actions
from meetings.models import Attendee
from meetings.testing import PLANNED, STARTS


def line(seat):
    seat.refresh_from_db()
    return seat.name, seat.post, seat.stands_for, seat.came_at, seat.by_phone


def test_everybody_invited_stands_on_the_list_from_the_letters_issue_on(cast):
    meeting = testing.make_meeting(cast, chair="นายปิยะ", chair_post="ผู้ว่าฯ", secretary="นางสาวกมล")
    called = testing.issue(testing.draft_of(meeting, cast), cast)
    assert [(s.part, s.name) for s in called.attendees.all()] == [
        ("chair", "นายปิยะ"), ("member", "นายoverseer ทดสอบ"), ("member", "นายother_overseer ทดสอบ"),
        ("secretary", "นางสาวกมล"),
    ]  # fmt: skip


def test_a_tick_keeps_its_first_time_and_can_be_taken_back(cast):
    seat = testing.make_called(cast).attendees.get(organization=cast.agency)
    actions.mark(seat, by=cast.coordinator, at=STARTS, came=True)
    actions.mark(seat, by=cast.coordinator, at=STARTS + dt.timedelta(hours=1), came=True, name="นาย ข")
    assert line(seat)[0] == "นาย ข"
    assert line(seat)[3] == STARTS
    actions.mark(seat, by=cast.coordinator, at=STARTS, came=False)
    assert line(seat)[3] is None
    with pytest.raises(PermissionDenied):
        actions.mark(seat, by=cast.governor, at=STARTS, came=True)


def test_signing_by_phone(cast):
    meeting = actions.open_door(testing.make_called(cast), by=cast.coordinator, at=PLANNED)
    seat = meeting.attendees.get(organization=cast.agency)
    with pytest.raises(Stale, match="เปิดให้ลงชื่อตั้งแต่วันที่ 30 ตุลาคม 2558 เวลา 11.30 น."):
        actions.check_in(meeting, office=cast.agency.pk, at=PLANNED, name="นาย ข", post="นักวิชาการ")
    actions.check_in(meeting, office=cast.agency.pk, at=STARTS, name="นาย ข", post="นักวิชาการ")
    assert line(seat) == ("นาย ข", "นักวิชาการ", "หัวหน้าสำนักงานคลังจังหวัดเชียงใหม่", STARTS, True)
    second = actions.check_in(meeting, office=cast.agency.pk, at=STARTS, name="นาย ค", post="เจ้าพนักงาน")
    again = actions.check_in(meeting, office=cast.agency.pk, at=STARTS, name="นาย ค", post="เจ้าพนักงาน")
    uninvited = actions.check_in(meeting, office=None, at=STARTS, name="นาย ง", post="นายก อบต.")
    assert (second.part, again.pk, uninvited.part) == ("joined", second.pk, "joined")
    assert Attendee.objects.exclude(came_at=None).count() == 3
    with pytest.raises(Stale, match="ไม่เปิดให้ลงชื่อแล้ว"):
        actions.check_in(meeting, office=None, at=STARTS + dt.timedelta(days=1), name="นาย จ", post="-")


def test_who_is_expected_signs_with_or_without_a_title_and_late_while_the_minutes_are_written(cast):
    written = testing.make_held(cast)
    meeting = actions.open_door(written.meeting, by=cast.coordinator, at=STARTS)
    late = STARTS + dt.timedelta(minutes=40)
    facts = {"office": cast.other_agency.pk, "at": late, "post": "หัวหน้า"}
    seat = actions.check_in(meeting, name="other_overseer  ทดสอบ", **facts)
    kept = ("นายother_overseer ทดสอบ", f"หัวหน้า{cast.other_agency.full_name}", "", late, True)
    assert line(seat) == kept
    assert actions.check_in(meeting, name="นายother_overseer ทดสอบ", **facts).pk == seat.pk
    testing.circulate(written, cast)
    with pytest.raises(Stale, match="ไม่เปิดให้ลงชื่อแล้ว"):
        actions.check_in(meeting, name="นาย ข", **facts)


def test_the_page_of_the_qr(cast, client, frozen):
    meeting = actions.open_door(testing.make_called(cast), by=cast.coordinator, at=PLANNED)
    page = f"/meetings/here/{sealed_links.opened(meeting.door_hidden)}/"
    assert client.get("/meetings/here/unknown/").status_code == 404
    frozen.move_to(STARTS)
    assert cast.agency.name in client.get(page).content.decode()
    refused = client.post(page, {"office": "987654", "name": "นาย ข", "post": ""})
    assert refused.status_code == 422
    assert "กรุณาเลือกหน่วยงานจากรายการ" in refused.content.decode()
    assert 'value="นาย ข"' in refused.content.decode()
    done = client.post(page, {"office": "other", "name": "นาย ข", "post": "นายอำเภอ"})
    assert "ลงชื่อแล้ว" in done.content.decode()


def test_a_seat_without_a_name_asks_for_one_and_an_added_person_can_go(cast, as_user):
    meeting = testing.make_called(cast)
    Attendee.objects.filter(organization=cast.agency).update(name="")
    seat, client = meeting.attendees.get(organization=cast.agency), as_user(cast.coordinator)
    bare = client.post(f"/meetings/seats/{seat.pk}/", {"came": "yes"})
    assert bare.status_code == 422
    assert "กรุณาพิมพ์ชื่อผู้ที่มา" in bare.content.decode()
    one_line = client.post(
        f"/meetings/seats/{seat.pk}/", {"came": "yes", "name": "นาย ข"}, headers={"HX-Request": "true"}
    )
    assert 'id="seat-' in one_line.content.decode()
    assert "<html" not in one_line.content.decode()
    assert 'hx-swap-oob="true">มาแล้ว 1 คน<' in one_line.content.decode()
    guest = actions.add(meeting, by=cast.coordinator, at=PLANNED, name="นาย ง", post="-")
    actions.remove(guest, by=cast.coordinator)
    with pytest.raises(Stale):
        actions.remove(seat, by=cast.coordinator)


def test_when_the_minutes_went_round_the_list_stays(cast):
    written = testing.circulate(testing.make_held(cast), cast)
    with pytest.raises(Stale, match="แก้ไขไม่ได้แล้ว"):
        actions.add(written.meeting, by=cast.coordinator, at=STARTS, name="นาย ง", post="-")
