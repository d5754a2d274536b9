"""Weights against the framework's: what stands in every dimension, what is over, what is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from agreements.models import Agreement
from agreements.pages import number
from kpiportal.bars import weight_bar

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Weighed:
    """One dimension, or the whole: what its indicators weigh and what the framework gives it, in percent points."""

    name: str
    have: Decimal
    want: Decimal

    @property
    def gap(self) -> Decimal:
        return self.want - self.have

    @property
    def tone(self) -> str:
        return "ok" if not self.gap else "late" if self.gap < 0 else "none"

    @property
    def words(self) -> str:
        """ครบ · ขาดอีก 2.50 · เกิน 1.00"""
        if not self.gap:
            return "ครบ"
        return f"เกิน {number(-self.gap, 2)}" if self.gap < 0 else f"ขาดอีก {number(self.gap, 2)}"

    @property
    def shown(self) -> str:
        return f"{number(self.have, 2)} / {number(self.want, 2)}"

    @property
    def share(self) -> str:
        """Percent of the wanted weight that is filled, at most 100, for a <progress>."""
        whole = min(self.have / self.want, Decimal(1)) if self.want else Decimal(1)
        return str((whole * 100).quantize(Decimal("0.1")))


def panel(parts: Iterable[Weighed]) -> dict[str, Any]:
    """What _form_weights.html shows: every dimension that can hold indicators, and the total."""
    parts = list(parts)
    total = Weighed("น้ำหนักรวม", sum((part.have for part in parts), Decimal(0)), HUNDRED)
    return {
        "parts": parts,
        "total": total,
        "bar": weight_bar([(part.name, part.shown, part.have) for part in parts]),
        "settled": not total.gap and not any(part.gap for part in parts),
    }


def of_agreement(agreement: Agreement) -> dict[str, Any]:
    """The panel from the database; one query."""
    held = Sum("indicators__weight", filter=Q(indicators__agreement=agreement), default=Decimal(0))
    rows = agreement.framework.dimensions.filter(children=None).annotate(have=held).order_by("order")
    return panel(Weighed(row.name, row.have, row.weight) for row in rows)
