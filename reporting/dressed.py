"""A card is read by its own version of the agreement.

Rows hold the newest version. A card stands on the version of its round; where that is an older one (the change counts
only from a later round), the indicator is dressed in the older version's words before anything is shown or scored.
"""

from __future__ import annotations

from django.db.models import Prefetch, prefetch_related_objects

from agreements import freeze
from agreements.criteria import KINDS_OF_CHILDREN
from agreements.models import Indicator
from reporting.models import Report


def dress(report: Report) -> Report:
    """The card's indicator as the card's own version has it; no query unless that version was replaced."""
    if report.version.is_replaced:
        indicator = report.indicator
        if indicator.criteria.kind in KINDS_OF_CHILDREN:
            prefetch_related_objects([indicator], Prefetch("children", Indicator.objects.select_related("criteria")))
        freeze.thaw(indicator, report.version.content)
    return report
