"""The agreement as it would stand with some changes made: rows in memory, checked as a form is, nothing saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from decimal import Decimal

from agreements import form_check
from agreements.amendments import fields
from agreements.amendments.fields import Texts
from agreements.models import Agreement, AmendmentRow, Dimension, Indicator
from agreements.workflow import HUNDRED
from kpiportal.numbers import format_number
from kpiportal.workflow import Blocker

Changes = Mapping[int, Mapping[str, Texts]]  # indicator → field → texts


def asked(rows: Iterable[AmendmentRow]) -> dict[int, dict[str, Texts]]:
    """Everything a request asks for."""
    return _by_indicator((row, row.after) for row in rows)


def granted(rows: Iterable[AmendmentRow]) -> dict[int, dict[str, Texts]]:
    """What was decided: the whole, the part, or nothing."""
    return _by_indicator((row, row.granted) for row in rows if row.granted is not None)


def _by_indicator(pairs: Iterable[tuple[AmendmentRow, Texts]]) -> dict[int, dict[str, Texts]]:
    found: dict[int, dict[str, Texts]] = {}
    for row, texts in pairs:
        found.setdefault(row.indicator_id, {})[row.field] = texts
    return found


@dataclass(frozen=True)
class Outcome:
    """`rows`: every indicator of the agreement as it would stand, by key; `changed`: keys of those that would move."""

    agreement: Agreement
    rows: dict[int, Indicator]
    changed: list[int]

    @property
    def tops(self) -> list[Indicator]:
        return [row for row in self.rows.values() if row.parent_id is None]

    @property
    def total(self) -> Decimal:
        return sum((row.weight for row in self.tops), Decimal(0))

    def by_dimension(self) -> list[tuple[Dimension, Decimal]]:
        """What the indicators of every dimension that holds some would weigh."""
        held: dict[int, tuple[Dimension, Decimal]] = {}
        for row in self.tops:
            dimension, weight = held.get(row.dimension_id, (row.dimension, Decimal(0)))
            held[row.dimension_id] = (dimension, weight + row.weight)
        return list(held.values())

    def blockers(self) -> list[Blocker]:
        """Why it cannot stand so: weights that are not 100, criteria that are no criteria."""
        found = []
        if self.total != HUNDRED:
            gap = HUNDRED - self.total
            words = f"เหลือน้ำหนัก {format_number(gap)} ที่ยังไม่ได้จัดสรร" if gap > 0 else f"น้ำหนักเกิน {format_number(-gap)}"
            found.append(Blocker(f"น้ำหนักรวมหลังแก้ไขได้ {format_number(self.total)} ต้องเป็น 100 ({words})"))
        scale = self.agreement.framework.scale
        concerned = {self.rows[pk].parent_id or pk for pk in self.changed} | set(self.changed)
        for row in (self.rows[pk] for pk in self.rows if pk in concerned):
            if row.cancelled_months is None:
                found += [
                    Blocker(f"ตัวชี้วัด {row.number}: {problem.text}")
                    for problem in form_check.lacking(row, scale)
                    if not problem.key and problem.code not in _NOT_ASKED_AGAIN
                ]
        return found

    def notes(self) -> list[str]:
        """What is unusual and may be meant: a dimension that no longer weighs what the framework gives it."""
        return [
            f"{dimension.name}: น้ำหนักรวมจะเป็น {format_number(weight)} กรอบกำหนด {format_number(dimension.weight)}"
            for dimension, weight in self.by_dimension()
            if weight != dimension.weight
        ]


# Facts the form asked for before signing; a request about a target is not held up by a formula.
_NOT_ASKED_AGAIN = frozenset({"source_missing", "formula_missing", "weight_missing"})


def load(agreement: Agreement) -> dict[int, Indicator]:
    """Every row with all a box or the scoring engine asks of it, parents and children being the same objects. One
    query."""
    rows = agreement.indicators.select_related("criteria", "dimension").order_by("dimension__order", "order")
    return _family(rows, agreement)


def _copied(rows: Mapping[int, Indicator], agreement: Agreement) -> dict[int, Indicator]:
    """The same rows, to be changed without touching those in hand."""
    found = []
    for row in rows.values():
        twin = copy(row)
        twin._state = copy(row._state)
        twin._state.fields_cache = {**row._state.fields_cache, "criteria": copy(row.criteria)}
        found.append(twin)
    return _family(found, agreement)


def _family(rows: Iterable[Indicator], agreement: Agreement) -> dict[int, Indicator]:
    """Every row knows its agreement, its parent and its children without asking: all are here."""
    found = {row.pk: row for row in rows}
    below: dict[int | None, list[Indicator]] = {}
    for row in found.values():
        below.setdefault(row.parent_id, []).append(row)
    for row in found.values():
        row.agreement = agreement
        row.parent = found.get(row.parent_id)
        children = Indicator.objects.filter(parent=row.pk) if row.pk in below else Indicator.objects.none()
        children._result_cache = below.get(row.pk, [])
        row._prefetched_objects_cache = {"children": children}
    return found


def of(
    agreement: Agreement,
    changes: Changes,
    *,
    from_months: int,
    live: Mapping[int, Indicator] | None = None,
    rounds: list[int] | None = None,
) -> Outcome:
    """`agreement` comes with framework.scale. `live`: rows of `load` and `rounds`: months of the year's rounds, where
    they are in hand; read otherwise. Raises ValidationError for texts no box takes."""
    rows = load(agreement) if live is None else _copied(live, agreement)
    if rounds is None:
        rounds = list(agreement.framework.round_plans.values_list("months", flat=True))
    for pk, texts in changes.items():
        fields.write(rows[pk], texts, from_months=from_months, rounds=rounds)
    return Outcome(agreement, rows, [pk for pk in rows if pk in changes])
