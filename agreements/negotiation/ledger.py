"""Writing on the table: the lock, the version, the cells and the ledger, in as few statements as it takes.

The only writer of Cell, Offer, Assent and of versions. Everything here runs inside its caller's transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from agreements.models import Agreement, Cell, Line, Table
from agreements.negotiation.cells import Said
from agreements.states import AgreementState
from kpiportal.models import User
from kpiportal.prepared import Call, Prepared, Statement
from kpiportal.workflow import Stale

CLOSED = "โต๊ะเจรจานี้ปิดอยู่ จึงแก้ไขข้อเสนอไม่ได้"


@dataclass(frozen=True)
class Entry:
    """One cell about to be written."""

    line: Line
    side: str
    name: str
    said: Said


def lock(agreement: Agreement | int) -> Table:
    """The table, its agreement's row locked; Stale when there is no open table any more.

    Only the locked row is read afresh by that statement: `version` is to be read (or raised) by a later one.
    """
    pk = agreement if isinstance(agreement, int) else agreement.pk
    table = Table.objects.locked().filter(agreement=pk).first()
    if table is None or table.agreement.state != AgreementState.NEGOTIATING:
        raise Stale(CLOSED)
    return table


_lock = Statement("SELECT state FROM agreements_agreement WHERE id = %(agreement)s FOR NO KEY UPDATE")
_cells = Prepared(lambda line: Cell.objects.filter(line=line).annotate(state=F("line__table__agreement__state")))


def lock_line(line: Line) -> list[Cell]:
    """The cells of one line, read after the lock is held; Stale when the table is closed. `line` comes with its table.

    By hand like `write`: it is half of what an offer waits for. Every line has cells: whoever laid it said something.
    """
    lock = _lock.call(agreement=line.table.agreement_id)
    found = _cells(ahead=[lock], line=line.pk)
    if not found or found[0].state != AgreementState.NEGOTIATING:
        raise Stale(CLOSED)
    return found


def same_version(table: Table, seen: int) -> None:
    """For actions that answer for the whole table: Stale unless it is still as the person saw it. Needs the lock."""
    table.refresh_from_db(fields=["version"])
    if table.version != seen:
        raise Stale("ตารางเจรจาเพิ่งเปลี่ยน ตรวจข้อเสนอล่าสุดแล้วกดอีกครั้ง")


# The parts of a statement that raise the version of table and lines; each statement below goes on from `raised`.
_RAISED = """
raised AS (UPDATE agreements_table SET version = version + 1 WHERE id = %(table)s RETURNING version),
taken_back AS (DELETE FROM agreements_assent WHERE table_id = %(table)s AND %(takes_back)s),
touched AS (UPDATE agreements_line SET version = raised.version FROM raised WHERE id = ANY(%(lines)s::bigint[]))
"""
_raise_alone = Statement(f"WITH {_RAISED} SELECT version FROM raised")  # noqa: S608 -- made of constants


def raise_version(table: Table, lines: Iterable[Line] = (), *, takes_back_assents: bool = True) -> int:
    """The next version, stamped on the table and on the lines it touches. Whoever said yes to all, said it to another
    table; only a note leaves that as it is."""
    lines = list(lines)
    values = {"table": table.pk, "lines": [line.pk for line in lines], "takes_back": takes_back_assents}
    _raise(table, lines, _raise_alone, values)
    return table.version


_write = Statement(f"""
WITH {_RAISED},
said AS (
    SELECT * FROM unnest(%(lines)s::bigint[], %(indicators)s::bigint[], %(numbers)s::text[], %(sides)s::text[],
                         %(names)s::text[], %(values)s::numeric[], %(words)s::text[])
    WITH ORDINALITY AS s(line, indicator, number, side, name, value, words, place)),
cells AS (
    INSERT INTO agreements_cell (line_id, side, name, value, words, version, by_id, at)
    SELECT line, side, name, value, words, raised.version, %(by)s::bigint, %(at)s::timestamptz FROM said, raised
    ON CONFLICT (line_id, side, name) DO UPDATE SET value = excluded.value, words = excluded.words,
        version = excluded.version, by_id = excluded.by_id, at = excluded.at)
INSERT INTO agreements_offer (table_id, indicator_id, number, side, name, value, words, deed, version, by_id, at)
SELECT %(table)s::bigint, indicator, number, side, name, value, words, %(deed)s::text, raised.version,
       %(by)s::bigint, %(at)s::timestamptz
FROM said, raised ORDER BY place
RETURNING version
""")  # noqa: S608 -- made of constants


def write(
    table: Table,
    entries: Iterable[Entry],
    *,
    deed: str,
    by: User,
    at: dt.datetime,
    numbers: Mapping[int, str],
    ahead: Sequence[Call] = (),
) -> None:
    """Put entries into their cells and the ledger, at the table's next version. `numbers`: indicator -> ตัวชี้วัดที่;
    `ahead`: calls made before it in the same round trip.

    One statement, the version with it: an offer is what people wait for, and building three of them in the ORM costs
    more than running all.
    """
    entries = list(entries)
    if not entries:
        raise_version(table)
        return
    values = {
        "lines": [e.line.pk for e in entries],
        "indicators": [e.line.indicator_id for e in entries],
        "numbers": [numbers[e.line.indicator_id] for e in entries],
        "sides": [str(e.side) for e in entries],
        "names": [e.name for e in entries],
        "values": [e.said.value for e in entries],
        "words": [e.said.words for e in entries],
        "table": table.pk, "deed": str(deed), "by": by.pk, "at": at, "takes_back": True,
    }  # fmt: skip
    _raise(table, [e.line for e in entries], _write, values, ahead)


def _raise(
    table: Table, lines: Iterable[Line], statement: Statement, values: dict[str, Any], ahead: Sequence[Call] = ()
) -> None:
    """Run a statement that raises the version and answers with it; the rows in hand follow."""
    table.version = statement.rows(ahead=ahead, **values)[0][0]
    for line in lines:
        line.version = table.version
