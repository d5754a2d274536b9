"""Writing on the table: the lock, the version, the cells and the ledger, in as few statements as it takes.

The only writer of Cell, Offer, Assent and of versions. Everything here runs inside its caller's transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from agreements.models import Agreement, Cell, Line, Offer, Table
from agreements.negotiation.cells import Said
from agreements.states import AgreementState
from kpiportal.models import User
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


def same_version(table: Table, seen: int) -> None:
    """For deeds that answer for the whole table: Stale unless it is still as the person saw it. Needs the lock."""
    table.refresh_from_db(fields=["version"])
    if table.version != seen:
        raise Stale("ตารางเจรจาเพิ่งเปลี่ยน ตรวจข้อเสนอล่าสุดแล้วกดอีกครั้ง")


_RAISE = """
WITH raised AS (UPDATE agreements_table SET version = version + 1 WHERE id = %(table)s RETURNING version),
     taken_back AS (DELETE FROM agreements_assent WHERE table_id = %(table)s AND %(takes_back)s),
     touched AS (UPDATE agreements_line SET version = raised.version FROM raised WHERE id = ANY(%(lines)s))
SELECT version FROM raised
"""


def raise_version(table: Table, lines: Iterable[Line] = (), *, takes_back_assents: bool = True) -> int:
    """The next version, stamped on the table and on the lines it touches. Whoever said yes to all, said it to another
    table; only a note leaves that as it is."""
    lines = list(lines)
    with connection.cursor() as cursor:
        values = {"table": table.pk, "lines": [line.pk for line in lines], "takes_back": takes_back_assents}
        cursor.execute(_RAISE, values)
        table.version = cursor.fetchone()[0]
    for line in lines:
        line.version = table.version
    return table.version


def write(
    table: Table, entries: Iterable[Entry], *, deed: str, by: User, at: dt.datetime, numbers: Mapping[int, str]
) -> None:
    """Put entries into their cells and the ledger, at the table's present version. `numbers`: indicator -> ตัวชี้วัดที่."""
    entries = list(entries)
    same = {"version": table.version, "by": by, "at": at}
    Cell.objects.bulk_create(
        [Cell(line=e.line, side=e.side, name=e.name, value=e.said.value, words=e.said.words, **same) for e in entries],
        update_conflicts=True,
        unique_fields=["line", "side", "name"],
        update_fields=["value", "words", "version", "by", "at"],
    )
    Offer.objects.bulk_create(
        Offer(
            table=table,
            indicator_id=e.line.indicator_id,
            number=numbers[e.line.indicator_id],
            side=e.side,
            name=e.name,
            value=e.said.value,
            words=e.said.words,
            deed=deed,
            **same,
        )
        for e in entries
    )
