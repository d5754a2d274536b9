"""เรียงเลขใหม่: how a tree is counted, that what is applied was looked at, and when it is too late."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from agreements import actions, form_actions, renumbering, testing, tree_order
from kpiportal.models import AuditEvent
from kpiportal.workflow import Stale

AT = testing.AUTUMN


def row(pk, dimension, issue="", parent=None):
    return SimpleNamespace(pk=pk, dimension_id=dimension, strategic_issue=issue, parent_id=parent)


@pytest.mark.parametrize(
    ("rows", "numbers"),
    [
        ([row(1, 7), row(2, 7), row(3, 9)], {1: "1.1", 2: "1.2", 3: "3.1"}),
        # one issue is no level of its own, two are, and a row of the first counts on in it
        ([row(1, 7, "ก"), row(2, 7, "ก")], {1: "1.1", 2: "1.2"}),
        ([row(1, 7, "ก"), row(2, 7, "ข"), row(3, 7, "ก")], {1: "1.1.1", 2: "1.2.1", 3: "1.1.2"}),
        # children go with their parent, also those that were added last
        ([row(1, 7), row(2, 7), row(3, 7, parent=1), row(4, 7, parent=2), row(5, 7, parent=1)],
         {1: "1.1", 2: "1.2", 3: "1.1.1", 4: "1.2.1", 5: "1.1.2"}),
        ([], {}),
    ],
)  # fmt: skip
def test_a_tree_is_counted(rows, numbers):
    assert tree_order.counted_through(rows, {7: 1, 8: 2, 9: 3}) == numbers


@pytest.fixture
def form(cast):
    """1.1 was taken away and 2.2 moved before 2.1."""
    form = testing.make_draft(cast, per_dimension=2)
    form_actions.remove_indicator(form.indicators.get(number="1.1"), by=cast.coordinator, at=AT)
    form_actions.place_indicator(form.indicators.get(number="2.2"), to="up", by=cast.coordinator, at=AT)
    return form


@pytest.mark.django_db
def test_old_and_new_are_shown_then_applied_at_once_and_told(form, cast, as_user):
    browser, url = as_user(cast.coordinator), reverse("agreements:form_renumber", args=[form.pk])
    shown = browser.get(url).context
    assert [(one.before, one.after) for one in shown["changes"]] == [("1.2", "1.1"), ("2.2", "2.1"), ("2.1", "2.2")]
    # somebody takes a row away meanwhile: nothing is counted, the page shows what would change by now
    form_actions.remove_indicator(form.indicators.get(number="2.1"), by=cast.office_head, at=AT)
    late = browser.post(url, {"seen": shown["seal"]})
    assert late.status_code == 409
    assert renumbering.MOVED_ON in late.content.decode()
    assert browser.post(url, {"seen": late.context["seal"]}).status_code == 302
    numbers = form.indicators.order_by("dimension__order", "order").values_list("number", flat=True)
    assert list(numbers) == ["1.1", "2.1", "3.1", "3.2", "4.1", "4.2"]
    event = AuditEvent.objects.get(verb="agreements.renumber")
    assert (event.before, event.after) == ({"numbers": "1.2, 2.2"}, {"numbers": "1.1, 2.1"})
    assert renumbering.renumber(form, seen="", by=cast.coordinator, at=AT) == []


@pytest.mark.django_db
def test_a_form_opdc_has_seen_keeps_its_numbers_and_others_count_nothing(cast, as_user):
    form = testing.make_draft(cast)
    with pytest.raises(PermissionDenied):
        renumbering.renumber(form, seen="", by=cast.negotiator, at=AT)
    form = actions.submit_agreement(form, by=cast.coordinator, revision=0, at=AT)
    form = actions.open_table(form, by=cast.negotiator, revision=1, at=AT)
    with pytest.raises(Stale, match="เรียกตัวชี้วัดตามเลขเดิม"):
        renumbering.renumber(form, seen="", by=cast.coordinator, at=AT)
    assert as_user(cast.coordinator).get(reverse("agreements:form_renumber", args=[form.pk])).status_code == 409
