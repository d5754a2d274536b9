"""Laying the table: the form becomes the party's first offer. Laid again after a return, it keeps its ledger."""

from __future__ import annotations

import datetime as dt

from agreements.models import Agreement, Cell, Indicator, Line, Offer, Side, Table
from agreements.negotiation import cells, ledger
from agreements.negotiation.ledger import Entry
from kpiportal.models import User


def lay(agreement: Agreement, *, by: User, at: dt.datetime) -> Table:
    """Called by open_table, which holds the agreement's lock.

    The second time only what the form changed is offered again: OPDC's figures and everybody's notes stay.
    """
    table, _ = Table.objects.get_or_create(agreement=agreement, defaults={"laid_at": at})
    indicators = list(agreement.indicators.select_related("criteria", "parent__criteria"))
    lines = _lines(table, indicators)
    said = _said(table)
    entries = []
    for indicator in indicators:
        line = lines[indicator.pk]
        before = said.get(line.pk, {})
        form = cells.of_form(indicator, shape_of(indicator))
        entries += [Entry(line, Side.PARTY, name, new) for name, new in form.items() if before.get(name) != new]
    numbers = {indicator.pk: indicator.number for indicator in indicators}
    ledger.write(table, entries, deed=Offer.Deed.LAID, by=by, at=at, numbers=numbers)
    return table


def shape_of(indicator: Indicator) -> cells.Shape:
    """The shape of a row that comes with its criteria and its parent's."""
    return cells.shape_of(indicator, indicator.parent.criteria.kind if indicator.parent else "")


def _lines(table: Table, indicators: list[Indicator]) -> dict[int, Line]:
    lines = {line.indicator_id: line for line in table.lines.all()}
    new = [Line(table=table, indicator=i, version=table.version) for i in indicators if i.pk not in lines]
    for line in Line.objects.bulk_create(new):
        lines[line.indicator_id] = line
    return lines


def _said(table: Table) -> dict[int, dict[str, cells.Said]]:
    """line -> name -> what the party says now."""
    found: dict[int, dict[str, cells.Said]] = {}
    for cell in Cell.objects.filter(line__table=table, side=Side.PARTY):
        found.setdefault(cell.line_id, {})[cell.name] = cells.by_side([cell])[Side.PARTY][cell.name]
    return found
