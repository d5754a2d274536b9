"""What the pages gather, and what it costs."""

import pytest

from kpiportal.models import Letter, Organization
from kpiportal.workflow import Blocker
from meetings import letter_pages as pages
from meetings import testing


@pytest.mark.parametrize("more_agencies", [0, 5])
def test_the_writers_page_costs_the_same_however_many_agencies(cast, as_user, django_assert_num_queries, more_agencies):
    for n in range(more_agencies):
        Organization.objects.create(kind="agency", code=f"50-9{n}", name=f"หน่วยงานที่ {n}", parent=cast.province)
    meeting = testing.make_draft(cast)
    client = as_user(cast.coordinator)
    client.get(f"/meetings/letters/{meeting.letter_id}/")
    # person with duties, letter, receivers, files, overseers, candidates, history; who looked, noted after the answer
    with django_assert_num_queries(8):
        page = client.get(f"/meetings/letters/{meeting.letter_id}/").content.decode()
    assert page.count('name="organizations"') == 2 + more_agencies


def test_a_blocker_leads_to_the_box_in_which_it_is_put_right(cast):
    letter = testing.make_draft(cast).letter
    pk = letter.pk
    assert pages.placed(Blocker("x", field="body"), letter).url == f"/meetings/letters/{pk}/edit/#id_body"
    assert pages.placed(Blocker("x", field="recipients"), letter).url == f"/meetings/letters/{pk}/#recipients"
    assert pages.placed(Blocker("x", field="starts_at"), letter).url == f"/meetings/{letter.meeting.pk}/edit/"
    assert pages.placed(Blocker("x"), letter).url == ""
    assert pages.placed(Blocker("x", url="/elsewhere/", field="body"), letter).url == "/elsewhere/"


def test_hosts_stand_apart_from_the_other_agencies(cast):
    third = Organization.objects.create(kind="agency", code="50-99", name="สำนักงานที่ดิน", parent=cast.province)
    meeting = testing.make_draft(cast)
    letter = Letter.objects.annotate(**pages.BESIDE).get(pk=meeting.letter_id)
    context = pages.letter(letter, meeting, by=cast.coordinator, at=testing.PLANNED)
    assert [c["name"] for c in context["host_choices"]] == [
        "สำนักงานคลังจังหวัดเชียงใหม่",
        "สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่",
    ]
    assert context["other_choices"] == [{"pk": third.pk, "name": "สำนักงานที่ดิน", "ticked": False}]
