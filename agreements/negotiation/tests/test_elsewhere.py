"""The same library indicator in other provinces, beside the offers."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse

from agreements import actions, testing
from agreements.library import actions as library
from agreements.library.tests.test_library import FACTS
from agreements.models import Baseline, Indicator
from agreements.negotiation import elsewhere

pytestmark = pytest.mark.django_db


@pytest.fixture
def neighbours(cast, line):
    """ลำพูน has the same library indicator in a form OPDC has seen; its last result was 82.35."""
    row = library.keep(None, by=cast.director, at=testing.AUTUMN, **FACTS)
    mirrored = replace(
        cast, province=cast.neighbour_province, agency=cast.neighbour_agency, other_agency=cast.neighbour_agency,
        coordinator=cast.neighbour,
    )  # fmt: skip
    draft = testing.make_draft(mirrored)
    Indicator.objects.filter(pk__in=[line.indicator_id, draft.indicators.get(number="1.1").pk]).update(library=row)
    Baseline.objects.filter(indicator__agreement=draft, fiscal_year=2557).update(value=Decimal("82.35"))
    return draft


def test_what_others_earned_would_earn_here(neighbours, line, cast, as_user):
    door = reverse("agreements:line", args=[line.pk])
    assert "จังหวัดอื่น" not in as_user(cast.coordinator).get(door).content.decode()  # a draft is nobody's business
    actions.submit_agreement(neighbours, by=cast.neighbour, revision=0, at=testing.AUTUMN)
    page = as_user(cast.coordinator).get(door).content.decode()
    # 82.35 stands 2.35/5 of the way from level 3 (80) to level 4 (85).
    cells = '<th scope="row">จังหวัดอื่น แห่งที่ 1</th><td class="num">82.35</td><td class="num">3.4700</td>'
    assert cells in page
    assert "มีในคำรับรองฯ อื่นของปีนี้ 1 ฉบับ" in page
    assert "ลำพูน" not in page


def test_three_figures_tell_of_many():
    values = [Decimal(n) for n in (60, 70, 80, 90)]
    assert elsewhere.summary(values) == [
        ("จังหวัดอื่น ต่ำสุด", 60), ("จังหวัดอื่น ค่ากลาง", 70), ("จังหวัดอื่น สูงสุด", 90),
    ]  # fmt: skip
    assert elsewhere.summary([]) == []
