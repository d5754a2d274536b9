"""Actions at the table. Each takes the agreement's lock first, then looks, then writes cells, ledger and trail.

`seen` is the version of the line as the person's page showed it: what was changed after that is never overwritten
or agreed to unread. Refusals: PermissionDenied (403), Stale (409, the table is closed), Clash (409, with both values).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agreements import tree_order
from agreements.models import Cell, Criteria, Dimension, Indicator, Line, Offer, Remark, Side, Table
from agreements.negotiation import cells, ledger, rules
from agreements.negotiation.cells import KEEP, Said, Shape
from agreements.negotiation.ledger import Entry
from agreements.negotiation.opening import shape_of
from kpiportal import audit
from kpiportal.models import Membership, User
from kpiportal.workflow import Blocker, NotReady, Stale


@dataclass(frozen=True)
class Difference:
    """One cell somebody else changed meanwhile: what this person wanted there, and what stands there now."""

    name: str
    mine: Said
    stored: Said
    by: User
    at: dt.datetime

    @property
    def label(self) -> str:
        return cells.label_of(self.name)


class Clash(Stale):
    """The cell is no longer what this person saw. `seen`: the version to answer with, once both values were read."""

    def __init__(self, differences: list[Difference], seen: int, text: str):
        self.differences, self.seen = differences, seen
        super().__init__(text)


@dataclass(frozen=True)
class _Turn:
    """What an action on one line stands on, read under the lock."""

    table: Table
    line: Line
    shape: Shape
    side: Side
    duty: Membership
    cells: dict[tuple[str, str], Cell]

    def said(self, side: str) -> dict[str, Said]:
        return cells.by_side(cell for (whose, _), cell in self.cells.items() if whose == side)[side]

    def since(self, side: str, names: Iterable[str], seen: int) -> list[Cell]:
        """Cells of that side changed after `seen`."""
        found = (self.cells.get((side, name)) for name in names)
        return [cell for cell in found if cell is not None and cell.version > seen]


def may_sit_at(table: Table, by: User) -> Membership:
    """PermissionDenied unless this person speaks for one of the two sides: asked before anything sent is read."""
    duty = rules.can_offer(by, table.agreement)
    if not duty:
        raise PermissionDenied
    return duty


def may_sit(line: Line, by: User) -> Membership:
    return may_sit_at(line.table, by)


def _sit_down(line: Line, by: User) -> _Turn:
    # Who wrote a cell is asked for only when two people clash over it.
    found = {(cell.side, cell.name): cell for cell in ledger.lock_line(line)}
    agreement = line.table.agreement
    side = rules.speaks_for(by, agreement)
    duty = rules.can_speak_for(by, agreement, side) if side else None
    if not duty:
        raise PermissionDenied
    return _Turn(line.table, line, shape_of(line.indicator), Side(side), duty, found)


def _say(turn: _Turn, said: Mapping[str, Said], *, deed: str, by: User, at: dt.datetime) -> None:
    """Write what differs from what this side says already, and tell it."""
    before = turn.said(turn.side)
    new = {name: value for name, value in said.items() if before.get(name) != value}
    if not new:
        return
    order = [*turn.shape.names, KEEP]
    entries = [Entry(turn.line, turn.side, name, new[name]) for name in order if name in new]
    indicator = turn.line.indicator
    trail = audit.recording(
        f"agreements.{deed}",
        indicator,
        by=by,
        duty=turn.duty,
        at=at,
        before={name: before[name].text for name in new if name in before},
        after={name: value.text for name, value in new.items()},
        side=turn.side,
    )
    numbers = {indicator.pk: indicator.number}
    ledger.write(turn.table, entries, deed=deed, by=by, at=at, numbers=numbers, ahead=[trail])


@transaction.atomic
def offer(line: Line, *, typed: Mapping[str, Said], seen: int, by: User, at: dt.datetime) -> Line:
    """Put typed figures into one's own side of the line.

    A side that has said nothing here yet takes a position in every cell: what it did not type, it says as the other
    side does. Raises Clash when a colleague changed a typed cell after `seen`.
    """
    turn = _sit_down(line, by)
    mine = turn.said(turn.side)
    typed = {name: said for name, said in typed.items() if name in turn.shape.names}
    clashing = [cell for cell in turn.since(turn.side, typed, seen) if mine[cell.name] != typed[cell.name]]
    if clashing:
        found = [Difference(c.name, typed[c.name], mine[c.name], c.by, c.at) for c in clashing]
        raise Clash(found, _newest(turn), "มีผู้แก้ไขช่องเดียวกันนี้ไปก่อนแล้ว เลือกค่าที่จะใช้")
    theirs = {name: said for name, said in turn.said(turn.side.other).items() if name not in mine}
    _say(turn, {**theirs, **(typed or {})} if not mine else typed, deed=Offer.Deed.OFFER, by=by, at=at)
    return turn.line


@transaction.atomic
def accept(line: Line, *, seen: int, by: User, at: dt.datetime, names: Iterable[str] | None = None) -> Line:
    """Say what the other side says: in every cell of the line, or in the named ones.

    Raises Clash when the other side changed such a cell after `seen`: nobody agrees to a figure he has not read.
    """
    turn = _sit_down(line, by)
    theirs = turn.said(turn.side.other)
    wanted = [name for name in ([KEEP, *turn.shape.names] if names is None else names) if name in theirs]
    if replaced := turn.since(turn.side.other, wanted, seen):
        mine = turn.said(turn.side)
        found = [Difference(c.name, mine.get(c.name, cells.NOTHING), theirs[c.name], c.by, c.at) for c in replaced]
        raise Clash(found, _newest(turn), "อีกฝ่ายเพิ่งเปลี่ยนข้อเสนอนี้ ตรวจค่าใหม่แล้วกดรับอีกครั้ง")
    if not wanted:
        raise Stale("อีกฝ่ายยังไม่ได้เสนอในรายการนี้")
    _say(turn, {name: theirs[name] for name in wanted}, deed=Offer.Deed.ACCEPT, by=by, at=at)
    return turn.line


@transaction.atomic
def accept_rest(table: Table, *, seen: int, by: User, at: dt.datetime) -> int:
    """Say as the other side says wherever one's own has said nothing yet; returns in how many lines.

    Stale when anything on the table changed after `seen`: this answers for lines the person cannot all have on screen.
    """
    table = ledger.lock(table.agreement_id)
    side = rules.speaks_for(by, table.agreement)
    if not side:
        raise PermissionDenied
    ledger.same_version(table, seen)
    lines = {line.pk: line for line in table.lines.select_related("indicator")}
    found = Cell.objects.filter(line__table=table).order_by("line")
    entries = [
        Entry(lines[pk], side, name, value)
        for pk, group in groupby(found, key=attrgetter("line_id"))
        for sides in [cells.by_side(group)]
        if not sides[side]
        for name, value in sides[Side(side).other].items()
    ]
    touched = {entry.line.pk: entry.line for entry in entries}
    if not touched:
        raise Stale("ไม่มีรายการที่ยังไม่ได้เสนอเหลืออยู่")
    numbers = {line.indicator_id: line.indicator.number for line in lines.values()}
    ledger.write(table, entries, deed=Offer.Deed.ACCEPT, by=by, at=at, numbers=numbers)
    duty = rules.can_speak_for(by, table.agreement, side)
    told = [line.indicator.number for line in touched.values()]
    audit.record("agreements.accept_rest", table.agreement, by=by, duty=duty, at=at, side=side, indicators=told)
    return len(touched)


@transaction.atomic
def propose_keeping(line: Line, *, stays: bool, seen: int, by: User, at: dt.datetime) -> Line:
    """Offer to drop the indicator, or to keep it after all. It goes when both sides say so and all is agreed."""
    turn = _sit_down(line, by)
    if clashing := turn.since(turn.side, [KEEP], seen):
        said = cells.STAY if stays else cells.GO
        found = [Difference(KEEP, said, turn.said(turn.side)[KEEP], c.by, c.at) for c in clashing]
        raise Clash(found, _newest(turn), "มีผู้แก้ไขเรื่องนี้ไปก่อนแล้ว")
    said = {} if turn.said(turn.side) else turn.said(turn.side.other)
    _say(turn, {**said, KEEP: cells.STAY if stays else cells.GO}, deed=Offer.Deed.OFFER, by=by, at=at)
    return turn.line


@transaction.atomic
def add(
    table: Table,
    *,
    dimension: Dimension,
    facts: Mapping[str, str],
    criteria: Mapping[str, object],
    said: Mapping[str, Said],
    by: User,
    at: dt.datetime,
) -> Line:
    """Offer one more indicator. Until both sides say the same about it, it is a line like any other.

    `facts`: number ("": the next one of its dimension), name, unit and more of Indicator's words; `criteria`: its
    kind, direction, empty levels or steps.
    """
    table = ledger.lock(table.agreement_id)
    agreement = table.agreement
    side = rules.speaks_for(by, agreement)
    if not side:
        raise PermissionDenied
    rows = list(agreement.indicators.order_by("order").values_list("number", "dimension_id", "parent_id", "order"))
    number = facts["number"] or tree_order.next_number(rows, dimension, None)
    if number in {row[0] for row in rows}:
        raise NotReady([Blocker(f"มีตัวชี้วัดที่ {number} แล้ว", field="number")])
    indicator = Indicator.objects.create(
        agreement=agreement, dimension=dimension, order=max((row[3] for row in rows), default=0) + 1, weight=0,
        criteria=Criteria.objects.create(**criteria), **{**facts, "number": number},
    )  # fmt: skip
    line = Line.objects.create(table=table, indicator=indicator, version=table.version, added_by=side)
    entries = [Entry(line, side, name, value) for name, value in {KEEP: cells.STAY, **said}.items()]
    ledger.write(table, entries, deed=Offer.Deed.OFFER, by=by, at=at, numbers={indicator.pk: indicator.number})
    duty = rules.can_speak_for(by, agreement, side)
    audit.record("agreements.propose_indicator", indicator, by=by, duty=duty, at=at, side=side)
    return line


@transaction.atomic
def add_typed(
    table: Table,
    *,
    dimension: Dimension,
    number: str,
    name: str,
    unit: str,
    kind: str,
    weight: Decimal,
    reason: str,
    by: User,
    at: dt.datetime,
    **words: str,
) -> Line:
    """`add` from what a person types: levels or steps are empty yet, the reason stands as a note for both sides.
    `words`: definition, formula, source."""
    points = len(table.agreement.framework.scale.points)
    is_steps = kind == Criteria.Kind.MILESTONE
    criteria = {
        "kind": kind,
        "direction": Criteria.Direction.LOWER if kind == Criteria.Kind.LOWER else Criteria.Direction.HIGHER,
        "levels": [] if is_steps else [None] * points,
        "steps": [""] * points if is_steps else [],
    }
    facts = {"number": number, "name": name, "unit": unit, **words}
    said = {cells.WEIGHT: Said(weight)}
    line = add(table, dimension=dimension, facts=facts, criteria=criteria, said=said, by=by, at=at)
    remark(line, words=reason, shared=True, by=by, at=at)
    return line


@transaction.atomic
def park(line: Line, *, owner: str, reason: str, until: dt.date, by: User, at: dt.datetime) -> Line:
    """Put the line aside: who does what until when."""
    turn = _sit_down(line, by)
    facts = {"parked_at": at, "parked_owner": owner, "parked_reason": reason, "parked_until": until}
    return _set(turn, facts, "agreements.park", by, at, owner=owner, until=until.isoformat(), reason=reason)


@transaction.atomic
def unpark(line: Line, *, by: User, at: dt.datetime) -> Line:
    """Take it up again."""
    turn = _sit_down(line, by)
    facts = {"parked_at": None, "parked_owner": "", "parked_reason": "", "parked_until": None}
    return _set(turn, facts, "agreements.unpark", by, at)


def _set(turn: _Turn, facts: Mapping[str, object], verb: str, by: User, at: dt.datetime, **data: str) -> Line:
    for name, value in facts.items():
        setattr(turn.line, name, value)
    turn.line.save(update_fields=list(facts))
    ledger.raise_version(turn.table, [turn.line])
    audit.record(verb, turn.line.indicator, by=by, duty=turn.duty, at=at, **data)
    return turn.line


@transaction.atomic
def remark(line: Line, *, words: str, shared: bool, by: User, at: dt.datetime) -> Remark:
    """A note for both sides, or for one's own alone. The trail says that there is one, not what a private one says."""
    turn = _sit_down(line, by)
    version = ledger.raise_version(turn.table, [turn.line], takes_back_assents=False)
    note = Remark.objects.create(line=line, side=turn.side, shared=shared, words=words, version=version, by=by, at=at)
    verb = "agreements.remark" if shared else "agreements.remark_own"
    audit.record(verb, turn.line.indicator, by=by, duty=turn.duty, at=at, remark=note.pk)
    return note


def _newest(turn: _Turn) -> int:
    return max(cell.version for cell in turn.cells.values())
