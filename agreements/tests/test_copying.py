"""Rows taken over from last year's form, or from any form the person may see, and from no other."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from agreements import actions, copying, testing
from agreements.models import Criteria, Indicator, Scale
from agreements.tests.test_pages import words
from kpiportal.models import AuditEvent, Role
from kpiportal.testing.people import give
from kpiportal.testing.queries import query_counts
from kpiportal.tests.matrix.world import mirrored

AT = testing.AUTUMN


@pytest.fixture
def last_year(cast):
    return testing.make_signed(cast, per_dimension=2)


@pytest.fixture
def form(cast, last_year):
    framework = testing.make_framework(cast, fiscal_year=2559)
    return actions.open_agreement(framework, cast.province, by=cast.coordinator, at=AT)


def page(browser, form, **data):
    return browser.post(reverse("agreements:form_copy", args=[form.pk]), data)


def test_everything_of_last_year_comes_along_with_its_hosts(form, last_year, cast, as_user):
    browser = as_user(cast.coordinator)
    offered = browser.get(reverse("agreements:form_copy", args=[form.pk])).context["rows"]
    assert [row.number for row in offered] == ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2", "4.1", "4.2"]
    assert page(browser, form, **{"from": last_year.pk, "row": [row.pk for row in offered]}).status_code == 302
    first, old = form.indicators.get(number="1.1"), last_year.indicators.get(number="1.1")
    assert (first.name, first.weight, first.target) == (old.name, Decimal(30), 80)
    assert first.criteria_id != old.criteria_id
    assert [int(level) for level in first.criteria.levels] == [70, 75, 80, 85, 90]
    assert first.dimension.framework_id == form.framework_id
    assert list(first.baselines.values_list("fiscal_year", "value")) == [
        (2556, Decimal("76.5")), (2557, Decimal("78.25")),
    ]  # fmt: skip
    assert first.assignments.get().organization == old.assignments.get().organization
    assert AuditEvent.objects.get(verb="agreements.copy_indicators").data["count"] == 8
    assert actions.submit_agreement(form, by=cast.coordinator, revision=0, at=AT).state == "sent"


def test_copied_twice_the_numbers_go_on_and_the_page_says_what_is_there(form, last_year, cast, as_user):
    row = last_year.indicators.get(number="1.1")
    copying.copy_rows(form, last_year, [row.pk], by=cast.coordinator, at=AT)
    said = words(as_user(cast.coordinator).get(reverse("agreements:form_copy", args=[form.pk])))
    assert "มีในแบบฟอร์มแล้ว" in said
    copying.copy_rows(form, last_year, [row.pk], by=cast.coordinator, at=AT)
    assert sorted(form.indicators.values_list("number", flat=True)) == ["1.1", "1.2"]


def test_composites_bring_their_children(form, last_year, cast):
    top = last_year.indicators.get(number="1.1")
    top.criteria.kind = "composite"
    top.criteria.save()
    Indicator.objects.create(
        agreement=last_year, parent=top, dimension=top.dimension, number="1.1.1", order=99, name="ย่อย", unit="ร้อยละ",
        inner_weight=Decimal(1), criteria=Criteria.objects.create(kind="higher", levels=[1, 2, 3, 4, 5]),
    )  # fmt: skip
    copying.copy_rows(form, last_year, [top.pk], by=cast.coordinator, at=AT)
    child = form.indicators.get(number="1.1.1")
    assert child.parent.number == "1.1"
    assert child.inner_weight == 1


def test_a_scale_of_other_points_takes_no_levels(form, last_year, cast):
    scale = Scale.objects.create(name="0-100", points=[50, 75, 100])
    form.framework.scale = scale
    form.framework.save()
    copying.copy_rows(form, last_year, [last_year.indicators.get(number="1.1").pk], by=cast.coordinator, at=AT)
    assert form.indicators.get().criteria.levels == []


def test_a_form_one_may_not_see_gives_nothing(form, cast, as_user):
    theirs = testing.make_draft(mirrored(cast), framework=form.framework)
    browser = as_user(cast.coordinator)
    answer = page(browser, form, **{"from": theirs.pk, "row": [theirs.indicators.first().pk]})
    assert answer.status_code == 422
    assert form.indicators.count() == 0
    shown = browser.get(reverse("agreements:form_copy", args=[form.pk]), {"from": theirs.pk})
    assert "ลำพูน" not in words(shown)


def test_rows_of_another_form_than_the_named_one_stay_where_they_are(form, last_year, cast):
    theirs = testing.make_draft(mirrored(cast), framework=form.framework)
    assert copying.copy_rows(form, last_year, [theirs.indicators.first().pk], by=cast.coordinator, at=AT) == 0
    with pytest.raises(PermissionDenied):
        copying.copy_rows(form, last_year, [], by=cast.governor, at=AT)


def test_the_partys_own_forms_and_those_of_others_have_a_tab_each(form, last_year, cast, as_user):
    theirs = testing.make_draft(mirrored(cast), framework=form.framework)
    give(cast.coordinator, theirs.owner, Role.COORDINATOR)
    browser, url = as_user(cast.coordinator), reverse("agreements:form_copy", args=[form.pk])
    tabs = ({}, {"whose": "others"}, {"from": theirs.pk}, {"from": last_year.pk, "whose": "others"})
    shown = [browser.get(url, asked).context for asked in tabs]
    assert [(one["at"], one["sources"]) for one in shown] == [
        ("last", [last_year]), ("others", [theirs]), ("others", [theirs]), ("last", [last_year]),
    ]  # fmt: skip


def test_nothing_ticked_is_said(form, last_year, cast, as_user):
    answer = page(as_user(cast.coordinator), form, **{"from": last_year.pk})
    assert answer.status_code == 422
    assert "เลือกตัวชี้วัดอย่างน้อยหนึ่งตัว" in words(answer)


def test_the_page_asks_the_same_at_any_size(cast, frozen):
    small = testing.make_draft(cast, per_dimension=1)
    large = testing.make_draft(cast, per_dimension=6, framework=testing.make_framework(cast, fiscal_year=2559))
    url = reverse("agreements:form_copy", args=[small.pk]), reverse("agreements:form_copy", args=[large.pk])
    counts = query_counts([("from large", cast.coordinator, url[0]), ("from small", cast.coordinator, url[1])])
    assert counts["from large"] == counts["from small"] <= 8
