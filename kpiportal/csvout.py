"""CSV that a spreadsheet program cannot mistake for formulas.

A program that opens a CSV runs a cell starting with = + - or @ (some also their full-width forms, or after a tab,
a line end or an invisible sign). CSV has no types, so such *text* is written with an apostrophe in front: the
sign spreadsheets themselves use for "this is text". Numbers stay numbers: a Decimal of -5 is written -5.

Rule for whoever reads the file back (`restore` does it): when apostrophes are followed by one of those starts,
take one apostrophe off. Text that already looks so gets one more on the way out, so nothing is ever lost.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

Cell = str | Decimal | int | dt.date | None

_INVISIBLE = "\\s\ufeff\u200b-\u200f\u2060-\u2064\u202a-\u202e\u2066-\u2069\xad"
_STARTS = re.compile(f"'*([\t\r\n]|[{_INVISIBLE}]*[=+\\-@＝＋－＠﹢﹣﹦﹫−])")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a mark that Excel needs to see Thai, CRLF, every text in quotes; dates as 2015-10-19.

    float is refused: scored figures are Decimal.
    """
    out = io.StringIO(newline="")
    # Quotes around every text also hold it together where the local separator is a semicolon.
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([neutralise(name) for name in header])
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def neutralise(text: str) -> str:
    """Text as it may stand in a CSV cell; control characters go, an apostrophe comes before a formula's start."""
    text = _CONTROL.sub("", text)
    return f"'{text}" if _STARTS.match(text) else text


def restore(text: str) -> str:
    """The text that `neutralise` was given (less its control characters)."""
    return text[1:] if text.startswith("'") and _STARTS.match(text) else text


def _cell(cell: Cell) -> str | Decimal | int:
    if cell is None:
        return ""
    if isinstance(cell, bool | float):
        raise TypeError(f"not a cell: {cell!r}")
    if isinstance(cell, Decimal):
        if not cell.is_finite():
            raise ValueError(f"not a number: {cell}")
        return Decimal(f"{cell:f}")
    if isinstance(cell, int):
        return cell
    if isinstance(cell, dt.datetime):
        raise TypeError("a moment is written as text, in the words and the zone its reader expects")
    return cell.isoformat() if isinstance(cell, dt.date) else neutralise(cell)
