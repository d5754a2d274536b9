"""The agenda: filled from data once, edited after, put in order, frozen when the meeting is held."""

import pytest
from django.core.exceptions import PermissionDenied

from kpiportal.models import AuditEvent
from kpiportal.workflow import Stale
from meetings import testing
from meetings.agenda import actions, matters
from meetings.models import AgendaItem
from meetings.testing import PLANNED, STARTS


def titles(meeting):
    return [(item.section, item.title) for item in meeting.agenda.all()]


def test_what_the_data_brings_is_drafted_once_and_never_overwritten(cast):
    written = testing.circulate(testing.make_held(cast), cast)
    meeting = testing.make_meeting(cast, agreement=written.meeting.agreement)
    source = f"meetings.resolution:{written.meeting.resolutions.get().pk}"
    assert actions.fill(meeting, sources=[source, "reporting.owed:0:0"], by=cast.coordinator, at=PLANNED) == 1
    item = meeting.agenda.get(source=source)
    words = {"section": 5, "title": "น้ำท่วม", "presenter": "", "note": "แก้แล้ว"}
    actions.edit_item(item, by=cast.coordinator, revision=0, at=PLANNED, **words)
    assert actions.fill(meeting, sources=[source], by=cast.coordinator, at=PLANNED) == 0
    assert titles(meeting) == [(5, "น้ำท่วม")]


def test_what_earlier_meetings_left_comes_back(cast):
    written = testing.circulate(testing.make_held(cast), cast)
    meeting = testing.make_meeting(cast, agreement=written.meeting.agreement)
    found = {matter.source.partition(":")[0]: matter for matter in matters.of(meeting, at=STARTS)}
    assert found["meetings.adopt"].section == 2
    assert found["meetings.resolution"].title == "ส่งรายงานรอบ 12 เดือนให้ครบ"
    assert found["meetings.resolution"].note == "กำหนดแล้วเสร็จ 6 พฤศจิกายน 2558"


def test_what_comes_up_by_rule_is_ticked_and_a_group_is_chosen_at_once(cast, as_user):
    written = testing.circulate(testing.make_held(cast), cast)
    meeting = testing.make_meeting(cast, agreement=written.meeting.agreement)
    client, address = as_user(cast.coordinator), f"/meetings/{meeting.pk}/agenda/fill/"
    rows = [row for rows in client.get(address).context["groups"].values() for row in rows]
    assert [row["ticked"] for row in rows if row["matter"].section in (2, 3)] == [True, True]
    assert not any(row["ticked"] for row in rows if row["matter"].section > 3)
    assert "ยังไม่ได้เลือกเรื่อง" in client.post(address, follow=True).content.decode()
    client.post(address, {"group": "มติที่ประชุมที่ยังไม่เสร็จ"})
    assert titles(meeting) == [(3, "ส่งรายงานรอบ 12 เดือนให้ครบ")]


def test_items_move_within_a_section_and_between(cast):
    meeting = testing.make_meeting(cast)
    a, b, c = (testing.make_item(meeting, cast, title=title) for title in "กขค")
    actions.move_item(c, section=4, before=a.pk, by=cast.coordinator, at=PLANNED)
    assert titles(meeting) == [(4, "ค"), (4, "ก"), (4, "ข")]
    actions.move_item(a, section=3, before=None, by=cast.coordinator, at=PLANNED)
    assert titles(meeting) == [(3, "ก"), (4, "ค"), (4, "ข")]
    actions.remove_item(b, by=cast.coordinator, at=PLANNED)
    assert AuditEvent.objects.get(verb="meetings.remove_item").before["title"] == "ข"


def test_two_people_on_one_item_and_others_on_none(cast):
    item = testing.make_item(testing.make_meeting(cast), cast)
    words = {"section": 4, "title": "ของคนแรก", "presenter": "", "note": ""}
    actions.edit_item(item, by=cast.coordinator, revision=0, at=PLANNED, **words)
    with pytest.raises(Stale):
        actions.edit_item(item, by=cast.office_head, revision=0, at=PLANNED, **{**words, "title": "ของคนที่สอง"})
    with pytest.raises(PermissionDenied):
        actions.remove_item(item, by=cast.governor, at=PLANNED)
    assert AgendaItem.objects.get().title == "ของคนแรก"


def test_a_held_meetings_agenda_stays(cast):
    written = testing.make_held(cast)
    with pytest.raises(Stale, match="ประชุมแล้ว"):
        testing.make_item(written.meeting, cast)


def test_the_typed_words_come_back_with_the_refusal(cast, as_user):
    meeting = testing.make_meeting(cast)
    page = as_user(cast.coordinator).post(f"/meetings/{meeting.pk}/agenda/", {"section": "4", "note": "รายละเอียดยาว"})
    assert page.status_code == 422
    assert "กรุณาพิมพ์เรื่อง" in page.content.decode()
    assert "รายละเอียดยาว" in page.content.decode()
