"""Who sees which meeting, and when."""

import pytest

from kpiportal.models import User
from meetings import actions, testing
from meetings.models import Meeting
from meetings.testing import PLANNED

pytestmark = pytest.mark.usefixtures("frozen")
OWN = ["coordinator", "governor", "office_head", "viewer"]
INVITED = ["collector", "other_collector", "other_overseer", "overseer"]
OPDC = ["director", "evaluator", "negotiator"]


def seers(cast) -> list[str]:
    """Names of those who see the one meeting there is."""
    people = {name: User.objects.get(pk=user.pk) for name, user in cast.people.items()}
    return sorted(name for name, user in people.items() if Meeting.objects.visible_to(user).exists())


def test_a_meeting_in_preparation_is_the_offices_own(cast):
    testing.make_draft(cast)
    assert seers(cast) == OWN


def test_a_called_meeting_is_seen_by_the_invited_and_opdc(cast):
    testing.make_called(cast)
    assert seers(cast) == sorted([*OWN, *INVITED, *OPDC])


def test_who_was_not_invited_does_not_see_it(cast):
    meeting = testing.make_draft(cast)
    actions.invite(meeting, organizations=[cast.agency], by=cast.coordinator, revision=0, at=PLANNED)
    testing.issue(meeting, cast)
    assert seers(cast) == sorted([*OWN, "collector", "overseer", *OPDC])


def test_a_meeting_called_off_stays_in_sight(cast):
    meeting = testing.make_called(cast)
    actions.cancel_meeting(meeting, by=cast.coordinator, revision=2, at=PLANNED, reason="น้ำท่วม")
    assert seers(cast) == sorted([*OWN, *INVITED, *OPDC])


def test_a_meeting_cancelled_before_its_letter_was_nobody_elses(cast):
    meeting = testing.make_draft(cast)
    actions.cancel_meeting(meeting, by=cast.coordinator, revision=1, at=PLANNED, reason="ไม่จำเป็น")
    assert seers(cast) == OWN


def test_waiting_are_the_offices_meetings_in_preparation(cast):
    draft = testing.make_draft(cast)
    testing.make_called(cast)
    assert list(Meeting.objects.waiting([cast.province.pk])) == [draft]
    assert not Meeting.objects.waiting([cast.neighbour_province.pk]).exists()
