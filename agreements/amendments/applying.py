"""Putting into force what was granted: the rows, the next version, and word to the apps above."""

from __future__ import annotations

import datetime as dt
from typing import Any

from agreements import freeze, versions
from agreements.amendments import outcome, workflow
from agreements.models import Agreement, Amendment
from agreements.signals import agreement_amended
from kpiportal import audit
from kpiportal.models import Membership, User
from kpiportal.workflow import advance

_INDICATOR = ["name", "unit", "target", "weight", "inner_weight", "round_weights", "cancelled_months", "definition",
              "formula", "source", "method", "conditions", "revision"]  # fmt: skip
_CRITERIA = ["kind", "direction", "levels", "steps", "parts", "band_low", "band_high", "interval"]


def apply(
    amendment: Amendment,
    given: outcome.Changes,
    *,
    by: User,
    duty: Membership,
    revision: int,
    at: dt.datetime,
    decided: dict[str, Any],
) -> Amendment:
    """Called by actions.decide, which holds the agreement's lock and has checked that it may stand so."""
    agreement = amendment.agreement
    before = {pk: freeze.indicator_facts(row) for pk, row in outcome.load(agreement).items() if pk in given}
    after = outcome.of(agreement, given, from_months=amendment.effective_months)
    for pk in after.changed:
        row = after.rows[pk]
        row.revision += 1
        row.save(update_fields=_INDICATOR)
        row.criteria.save(update_fields=_CRITERIA)
        was, now = freeze.plain(before[pk]), freeze.plain(freeze.indicator_facts(row))
        differ = [name for name in now if was[name] != now[name]]
        facts = {side: {name: told[name] for name in differ} for side, told in (("before", was), ("after", now))}
        audit.record("agreements.amend_indicator", row, by=by, duty=duty, at=at, **facts)
    fresh = Agreement.objects.select_related("framework__scale", "owner").get(pk=agreement.pk)
    version = versions.freeze_next(fresh, effective_months=amendment.effective_months, by=by, at=at, duty=duty)
    amendment = advance(amendment, workflow.APPLY, by=by, revision=revision, at=at, version=version, **decided)
    agreement_amended.send(sender=Agreement, agreement=fresh, version=version, changed=after.changed, by=by, at=at)
    return amendment
