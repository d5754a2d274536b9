"""Who is invited and by which words."""

from agreements.testing import make_signed
from kpiportal.models import Membership, Organization
from meetings import guests, testing
from meetings.testing import DATED


def test_hosts_are_each_named_once_in_thai_order(cast):
    agreement = make_signed(cast, per_dimension=2)
    assert [o.name for o in guests.hosts_of(agreement)] == [
        "สำนักงานคลังจังหวัดเชียงใหม่",
        "สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่",
    ]


def test_candidates_are_the_provinces_agencies_and_no_neighbours(cast):
    third = Organization.objects.create(
        kind="agency", code="50-0032", name="สำนักงานสาธารณสุขจังหวัดเชียงใหม่", parent=cast.province
    )
    meeting = testing.make_meeting(cast)
    assert list(guests.candidates(meeting)) == [cast.agency, cast.other_agency, third]


def test_the_head_is_called_by_the_post_printed_on_documents(cast):
    Membership.objects.filter(user=cast.overseer).update(post="คลังจังหวัดเชียงใหม่")
    cast.other_overseer.position = "พัฒนาการจังหวัดเชียงใหม่"
    cast.other_overseer.save()
    found = guests.receivers([cast.agency, cast.other_agency, cast.neighbour_agency], on=DATED)
    assert [receiver.text for receiver in found] == [
        "คลังจังหวัดเชียงใหม่",
        "พัฒนาการจังหวัดเชียงใหม่",
        "หัวหน้าสำนักงานคลังจังหวัดลำพูน",
    ]


def test_a_head_whose_duty_ended_is_not_named(cast):
    Membership.objects.filter(user=cast.overseer).update(post="คลังจังหวัดเชียงใหม่", valid_to="2015-10-18")
    [receiver] = guests.receivers([cast.agency], on=DATED)
    assert receiver.text == "หัวหน้าสำนักงานคลังจังหวัดเชียงใหม่"
