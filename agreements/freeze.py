"""The words and numbers of an agreement as signed: one canonical JSON, one hash."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from decimal import Decimal
from typing import Any

from agreements.models import Agreement, Indicator
from kpiportal.models import Membership, Role

_INDICATOR_FACTS = (
    "number", "name", "unit", "strategic_issue", "objective", "definition", "formula", "source", "method",
    "conditions", "weight", "inner_weight", "round_weights", "target", "start_months", "cancelled_months",
)  # fmt: skip
_NUMBERS = frozenset({"weight", "inner_weight", "target", "band_low", "band_high", "interval"})
_OF_CHILDREN = ("composite", "percent_of_target")
_CRITERIA_FACTS = ("kind", "levels", "steps", "parts", "band_low", "band_high", "interval", "target_level")


def content_of(agreement: Agreement) -> dict[str, Any]:
    """Everything the signatures stand for, as JSON values (numbers as strings, never float)."""
    framework = agreement.framework
    indicators = agreement.indicators.select_related("criteria", "parent", "dimension").prefetch_related(
        "baselines", "assignments__organization"
    )
    return plain(
        {
            "owner": agreement.owner.full_name,
            "fiscal_year": agreement.fiscal_year,
            "signed_on": agreement.signed_on.isoformat() if agreement.signed_on else None,
            "framework": framework.name,
            "scale": framework.scale.points,
            "receivers": framework.receivers,
            "makers": makers(agreement, agreement.signed_on) if agreement.signed_on else [],
            "dimensions": [
                {"name": d.name, "weight": d.weight, "parent": d.parent.name if d.parent else None}
                for d in framework.dimensions.select_related("parent")
            ],
            "indicators": [indicator_facts(indicator) for indicator in indicators],
        }
    )


def makers(agreement: Agreement, on: dt.date) -> list[dict[str, str]]:
    """Who makes it: whoever holds the party's head post on that day, the day of signing."""
    heads = Membership.objects.in_force(on).filter(
        organization=agreement.owner_id, role__in=[Role.GOVERNOR, Role.CLUSTER_HEAD]
    )
    return [
        {"name": one.user.full_name, "post": one.post or one.user.position}
        for one in heads.select_related("user").order_by("valid_from", "pk")
    ]


def indicator_facts(indicator: Indicator) -> dict[str, Any]:
    return {
        **{name: getattr(indicator, name) for name in _INDICATOR_FACTS},
        "parent": indicator.parent.number if indicator.parent else None,
        "dimension": indicator.dimension.name,
        "criteria": {name: getattr(indicator.criteria, name) for name in _CRITERIA_FACTS},
        "baselines": {str(b.fiscal_year): b.value for b in indicator.baselines.all()},
        "hosts": [[a.part, a.organization.name] for a in indicator.assignments.all()],
    }


def thaw(indicator: Indicator, content: dict[str, Any]) -> Indicator:
    """Dress a row, its criteria and its children in the words and figures of a frozen content. In memory only.

    `content` is a version's, as content_of gave it. A row the content does not know stays as it is.
    """
    facts = {one["number"]: one for one in content["indicators"]}
    for row in [indicator, *(indicator.children.all() if indicator.criteria.kind in _OF_CHILDREN else ())]:
        if own := facts.get(row.number):
            _dress(row, own)
    return indicator


def _dress(row: Indicator, facts: dict[str, Any]) -> None:
    for name in _INDICATOR_FACTS:
        if name in facts:
            setattr(row, name, _number(facts[name]) if name in _NUMBERS else facts[name])
    for name, value in facts["criteria"].items():
        if name == "levels":
            value = [_number(level) for level in value]
        setattr(row.criteria, name, _number(value) if name in _NUMBERS else value)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def plain(value: Any) -> Any:
    """JSON values only: Decimals as plain strings."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def sha256_of(content: dict[str, Any]) -> str:
    """Hash of the canonical form: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
