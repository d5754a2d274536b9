"""The pages of a year's making and of amendments ask the same number of questions at any size (QUALITY P5)."""

import pytest
from django.urls import reverse

from agreements import testing
from agreements.amendments import testing as requests
from agreements.calendar import actions as calendar
from agreements.library import actions as library
from agreements.library.tests.test_library import FACTS
from agreements.models import LibraryIndicator
from kpiportal.testing.queries import query_counts

pytestmark = pytest.mark.usefixtures("frozen")

# One of each is the person with their duties.
COUNTS = {"requests": 5, "request": 7, "draft": 7, "version": 4, "hosts": 6, "library": 2, "year": 5, "take": 7}


def doors(cast, signed, draft, request, written):
    return [
        ("requests", cast.coordinator, reverse("agreements:amendment_list", args=[signed.pk])),
        ("request", cast.coordinator, reverse("agreements:amendment_detail", args=[request.pk])),
        ("draft", cast.coordinator, reverse("agreements:amendment_detail", args=[written.pk])),
        ("version", cast.coordinator, reverse("agreements:version_detail", args=[signed.versions.get().pk])),
        ("hosts", cast.coordinator, reverse("agreements:host_list", args=[signed.pk])),
        ("library", cast.director, reverse("agreements:library_list")),
        ("year", cast.director, reverse("agreements:framework_year", args=[signed.framework_id])),
        ("take", cast.coordinator, reverse("agreements:form_take", args=[draft.pk])),
    ]


@pytest.mark.parametrize("size", [1, 4])
def test_as_many_questions_at_any_size(cast, size):
    signed = testing.make_signed(cast, per_dimension=size)
    draft = testing.make_draft(cast, framework=testing.make_framework(cast, fiscal_year=2559), per_dimension=size)
    for n in range(size):
        library.keep(None, by=cast.director, at=testing.AUTUMN, **{**FACTS, "code": f"L-{n}"})
        calendar.add_day(
            signed.framework, name=f"วันที่ {n}", last_day=testing.AUTUMN.date(), by=cast.director, at=testing.AUTUMN
        )
    asked = {(f"{place}.1", "target"): {"target": "85"} for place in range(1, size + 1)}
    made = [requests.make_asked(cast, signed, asked) for _ in range(size)]
    assert LibraryIndicator.objects.count() == size
    written = requests.make_request(cast, signed, asked)
    assert query_counts(doors(cast, signed, draft, made[0], written)) == COUNTS
