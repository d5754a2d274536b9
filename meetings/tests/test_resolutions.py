"""Resolutions: on the home page of who must, reported, looked at, closed or sent back."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from kpiportal import obligations
from kpiportal.models import OutgoingMail, User
from kpiportal.workflow import NotReady
from meetings import testing
from meetings.models import Resolution
from meetings.resolutions import actions
from meetings.resolutions.forms import ResolutionForm
from meetings.testing import STARTS


def tasks(person):
    """What stands on that person's home page about resolutions."""
    fresh = User.objects.get(pk=person.pk)
    return [task.title for task in obligations.of(fresh, at=STARTS).mine if task.kind.startswith("meeting.")]


@pytest.fixture
def resolution(cast):
    testing.circulate(testing.make_held(cast), cast)
    return Resolution.objects.get()


@pytest.mark.usefixtures("frozen")
def test_it_waits_on_its_office_from_the_circulation_on(cast):
    written = testing.make_held(cast)
    assert tasks(cast.overseer) == []
    testing.circulate(written, cast)
    assert tasks(cast.overseer) == tasks(cast.collector) == ["ส่งรายงานรอบ 12 เดือนให้ครบ"]
    assert tasks(cast.other_overseer) == tasks(cast.coordinator) == []


@pytest.mark.usefixtures("frozen")
def test_reported_it_waits_on_whoever_called_and_may_come_back(cast, resolution):
    OutgoingMail.objects.all().delete()
    row = actions.report(resolution, by=cast.collector, revision=0, at=STARTS, result="ส่งครบแล้ว")
    assert OutgoingMail.objects.get().to_user == cast.coordinator
    assert (tasks(cast.overseer), tasks(cast.coordinator)) == ([], ["ส่งรายงานรอบ 12 เดือนให้ครบ"])
    with pytest.raises(NotReady):
        actions.reopen(row, by=cast.coordinator, revision=1, at=STARTS, reason=" ")
    row = actions.reopen(row, by=cast.coordinator, revision=1, at=STARTS, reason="ขาด 1 ตัวชี้วัด")
    assert (row.state, row.result, row.reported_at) == ("open", "ส่งครบแล้ว", None)
    row = actions.report(row, by=cast.overseer, revision=2, at=STARTS, result="ครบแล้ว")
    assert actions.close(row, by=cast.office_head, revision=3, at=STARTS).state == "closed"
    assert tasks(cast.coordinator) == []


def test_others_neither_report_nor_close(cast, resolution):
    for person in (cast.other_overseer, cast.governor, cast.negotiator, cast.neighbour):
        with pytest.raises(PermissionDenied):
            actions.report(resolution, by=person, revision=0, at=STARTS, result="ก")
        with pytest.raises(PermissionDenied):
            actions.drop(resolution, by=person, revision=0, at=STARTS, reason="ก")


def test_who_sees_it(cast, resolution):
    for person in (cast.overseer, cast.other_overseer, cast.coordinator, cast.governor, cast.negotiator):
        assert Resolution.objects.visible_to(person).exists()
    assert not Resolution.objects.visible_to(cast.neighbour).exists()


def test_a_resolution_needs_a_matter_an_office_and_a_day_that_can_be(cast, resolution):
    form = ResolutionForm({"due_on": "29/10/2558", "owner": cast.neighbour_agency.pk}, meeting=resolution.meeting)
    assert form.errors == {
        "part": ["กรุณาเลือกเรื่อง"], "words": ["กรุณาพิมพ์มติ"], "owner": ["เลือกหน่วยงานจากรายการเท่านั้น"],
        "due_on": ["กำหนดแล้วเสร็จต้องไม่ก่อนวันประชุม"],
    }  # fmt: skip


def test_the_list_and_the_page(cast, as_user, resolution):
    client = as_user(cast.overseer)
    assert "เหลือ" in client.get("/meetings/resolutions/").content.decode()
    empty = client.post(f"/meetings/resolutions/{resolution.pk}/report/", {"revision": 0, "result": ""})
    assert empty.status_code == 422
    assert "กรุณาพิมพ์ผลการดำเนินการ" in empty.content.decode()
    stale = client.post(f"/meetings/resolutions/{resolution.pk}/report/", {"revision": 7, "result": "ส่งแล้ว"})
    assert stale.status_code == 409
    assert "ส่งแล้ว</textarea>" in stale.content.decode()
    assert 'name="revision" value="0"' in stale.content.decode()  # so that pressing again does it
    assert Resolution.objects.get().due_on == dt.date(2015, 11, 6)


@pytest.mark.usefixtures("frozen")
def test_a_report_typed_while_a_colleague_reported_is_shown_for_copying(cast, as_user, resolution):
    url = f"/meetings/resolutions/{resolution.pk}/report/"
    first = as_user(cast.collector).post(url, {"revision": resolution.revision, "result": "ส่งแล้ว"})
    page = as_user(cast.overseer).post(url, {"revision": resolution.revision, "result": "ส่งให้จังหวัดเมื่อวันศุกร์"})
    assert (first.status_code, page.status_code) == (302, 409)
    assert "ที่ท่านพิมพ์ไว้ ยังไม่ได้บันทึก: ส่งให้จังหวัดเมื่อวันศุกร์" in page.content.decode()


@pytest.mark.usefixtures("frozen")
def test_a_reason_too_long_stays_in_its_box_with_the_sentence_beside_it(cast, as_user, resolution):
    url = f"/meetings/resolutions/{resolution.pk}/drop/"
    page = as_user(cast.coordinator).post(url, {"revision": resolution.revision, "reason": "ย" * 4_010})
    assert page.status_code == 422
    assert "ย" * 4_010 + "</textarea>" in page.content.decode()
    assert "ยาวเกินไป" in page.content.decode()
