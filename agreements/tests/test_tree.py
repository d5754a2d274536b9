"""The table of an agreement's page: every cell, and that it is redrawn when, and only when, something moved."""

import pytest
from django.urls import reverse

from agreements import tree
from agreements.testing import make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement(cast):
    return make_draft(cast, per_dimension=1)


def drawn(agreement):
    return tree.build(type(agreement).objects.select_related("framework__scale").get(pk=agreement.pk))


def test_a_line_holds_every_cell_of_its_indicator(agreement):
    indicator = agreement.indicators.first()
    type(indicator).objects.filter(pk=indicator.pk).update(name="ร้อยละ <b>หนา</b>", target="82.5", weight="7.25")
    indicator.criteria.levels = [60, 65, 70, 75, 80]
    indicator.criteria.save()
    indicator.baselines.all().delete()
    for year, value in ((2555, "61.5"), (2556, None), (2557, "70"), (2554, "50")):
        indicator.baselines.create(fiscal_year=year, value=value)
    table = drawn(agreement)
    line = next(row for row in table.rows if row.number == indicator.number)
    assert table.years == (2555, 2556, 2557)
    assert line.past == '<td class="num past">61.5</td><td class="num past"></td><td class="num past">70</td>'
    assert (line.target, line.weight, line.name) == ("82.5", "7.25", "ร้อยละ <b>หนา</b>")
    assert line.criteria.startswith('<td class="num" data-label="ระดับ 1">60</td><td class="num" data-label="ระดับ 2">65')
    assert line.url == reverse("agreements:indicator_detail", args=[indicator.pk])
    assert [row.kind for row in table.rows][0] == "dimension"
    assert (table.before_weight, table.after_weight) == (6, 6)


def test_people_s_words_are_escaped_on_the_page(agreement, cast, as_user):
    indicator = agreement.indicators.first()
    type(indicator).objects.filter(pk=indicator.pk).update(name="<script>alert(1)</script>", unit="<i>")
    page = as_user(cast.coordinator).get(reverse("agreements:agreement_detail", args=[agreement.pk])).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;i&gt;" in page
    assert "<script>alert" not in page


def test_it_is_drawn_once_until_something_moves(agreement):
    assert drawn(agreement) is drawn(agreement)
    before = drawn(agreement)
    agreement.indicators.update(unit="หมู่บ้าน")
    assert drawn(agreement) is not before
    assert "หมู่บ้าน" in {row.unit for row in drawn(agreement).rows}
