"""Stacked bars (weights by dimension) as numbers for an SVG; a single share is a plain <progress>."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_HUNDREDTH = Decimal("0.01")


def weight_bar(parts: list[tuple[str, str, Decimal]], *, whole: Decimal = Decimal(100)) -> dict[str, Any]:
    """What templates/components/weight_bar.html draws.

    parts: (name, value as shown, value), in the order they are drawn; whole: what they should add up to.
    Returns label (one Thai sentence), parts with x and width in percent of the drawn length, and `gap`
    (whole minus sum; negative when over). When the sum is over the whole, the drawing shrinks to fit and the
    excess at the end is marked, so nothing is silently cut off. A negative part or a whole of 0 is a ValueError.
    """
    if whole <= 0 or any(value < 0 for _, _, value in parts):
        raise ValueError("a bar has a positive whole and no negative part")
    total = sum((value for _, _, value in parts), Decimal(0))
    length = max(whole, total)
    drawn, start = [], Decimal(0)
    for i, (name, shown, value) in enumerate(parts, start=1):
        drawn.append(
            {
                "name": name,
                "value": shown,
                "x": _share(start, length),
                "width": _share(value, length),
                "tone": f"part-{min(i, 4)}",
            }
        )
        start += value
    over = total - whole
    return {
        "label": " ".join(f"{name} {shown}" for name, shown, _ in parts) or "ยังไม่มีน้ำหนัก",
        "parts": drawn,
        "gap": whole - total,
        "over": {"x": _share(whole, length), "width": _share(over, length)} if over > 0 else None,
    }


def _share(value: Decimal, length: Decimal) -> str:
    return str((value * 100 / length).quantize(_HUNDREDTH, ROUND_HALF_UP))
