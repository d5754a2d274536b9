"""The same indicator of OPDC's library in other agreements of the year: what its last results would earn here."""

from __future__ import annotations

from decimal import Decimal
from statistics import median_low

from agreements.models import Agreement, Baseline, Indicator
from agreements.states import AgreementState

# A form that nobody at OPDC has seen, or that is no more, says nothing about a province yet.
_UNSAID = (AgreementState.DRAFT, AgreementState.CANCELLED)


def results(indicator: Indicator, agreement: Agreement) -> list[Decimal]:
    """Last year's result of every other party that has this library indicator, lowest first. One query, or none for
    an indicator of the party's own."""
    if indicator.library_id is None:
        return []
    found = Baseline.objects.filter(
        indicator__library=indicator.library_id,
        indicator__agreement__fiscal_year=agreement.fiscal_year,
        fiscal_year=agreement.fiscal_year - 1,
        value__isnull=False,
    )
    others = found.exclude(indicator__agreement=agreement).exclude(indicator__agreement__state__in=_UNSAID)
    return sorted(others.values_list("value", flat=True))


def summary(found: list[Decimal]) -> list[tuple[str, Decimal]]:
    """(what it is among the others, result): the whole range in three figures, no province by name."""
    if len(found) < 3:
        return [(f"จังหวัดอื่น แห่งที่ {n}", value) for n, value in enumerate(found, start=1)]
    middle = median_low(found)
    return [("จังหวัดอื่น ต่ำสุด", found[0]), ("จังหวัดอื่น ค่ากลาง", middle), ("จังหวัดอื่น สูงสุด", found[-1])]
