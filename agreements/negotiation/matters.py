"""Indicators the negotiation parked, for the agenda of a meeting."""

from __future__ import annotations

import datetime as dt

from agreements.matters import Matter, provider
from agreements.models import Agreement, Line
from kpiportal import thai


@provider
def parked(agreement: Agreement, at: dt.datetime) -> list[Matter]:
    rows = Line.objects.filter(table__agreement=agreement, parked_at__isnull=False).select_related("indicator")
    return [
        Matter(
            f"agreements.parked:{row.pk}",
            "เรื่องที่พักไว้ในการเจรจา",
            3,
            f"ตัวชี้วัดที่ {row.indicator.number} {row.indicator.name}",
            f"{row.parked_reason} ภายใน{thai.date_text(row.parked_until)}",
            row.parked_owner,
        )
        for row in rows.order_by("indicator__order", "pk")
    ]
