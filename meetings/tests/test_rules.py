"""Who calls meetings of a province."""

import pytest

from meetings import rules, testing


@pytest.mark.usefixtures("frozen")
def test_the_coordinator_and_the_head_of_the_office_call(cast):
    meeting = testing.make_meeting(cast)
    may = {name: rules.can_call(user, meeting) for name, user in cast.people.items()}
    assert {name for name, duty in may.items() if duty} == {"coordinator", "office_head"}
    assert may["coordinator"].organization == cast.province
