"""The national totals against arithmetic of their own: the small run of benchmarks/national.py."""

import random

import pytest

from benchmarks import national


@pytest.mark.django_db
def test_no_random_sheet_is_totalled_otherwise(cast, figure):
    sheets = national.random_year_rounds(300, random.Random(300))
    rounds = national.build(sheets, by=cast.evaluator, agency=cast.agency, first_year=2600)
    assert national.differences(sheets, rounds) == []
    assert sum(sheet.own() is not None for sheet in sheets) > 200
    assert sum(sheet.given() is not None for sheet in sheets) > 100
    figure("P6", f"0 differences in {len(sheets)} random sheets")


@pytest.mark.django_db
def test_a_difference_would_be_seen(cast):
    sheets = national.random_year_rounds(3, random.Random(1))
    rounds = national.build(sheets, by=cast.evaluator, agency=cast.agency, first_year=2600)
    leaf = max(sheets[0].leaves, key=lambda leaf: leaf["weight"])
    leaf |= {"start": None, "cancelled": None, "round_weights": {}, "state": "accepted", "score": leaf["weight"] * 0}
    assert len(national.differences(sheets, rounds)) == 1
