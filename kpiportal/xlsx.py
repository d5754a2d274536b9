"""Workbooks: the only writer and the only reader of XLSX.

Writing: text is written as text, always. A cell that starts with = or http is what a person typed, never a formula
or a link; numbers are numbers, dates are dates shown in พ.ศ.

Reading: the container is judged before anything is unpacked, and the parser runs in a process of its own with
little memory and time, because a file within every limit can still ask it for gigabytes (two cells in far corners,
one long text named a million times).
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path
from typing import Any, BinaryIO, Literal

import xlsxwriter
from django.conf import settings
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kpiportal import xlsxparse
from kpiportal.thai import day_in_bangkok
from kpiportal.uploads import UploadRefused, office, signatures
from kpiportal.uploads.archive import Limits
from kpiportal.uploads.refusals import Flaw

Cell = str | Decimal | int | dt.date | None
ReadCell = str | Decimal | bool | dt.date | dt.datetime | None

FONT = "TH Sarabun New"
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
LONGEST_TEXT = 32_000
CUT = " …(ข้อความยาวเกินไป ตัดไว้เท่านี้)"

# Read: enough for 20,000 rows of a form, far from what hurts.
READ_ROWS, READ_COLUMNS, READ_CHARACTERS = 20_000, 200, 8_000_000
READ_LIMITS = Limits(members=1_000, unpacked=40 * 2**20)
READ_SECONDS = 20
FORM_ROWS = 1_000  # rows of a form that offer drop-downs

# Excel's code for "Arabic digits, Thai Buddhist calendar, Thai": the date is real, the year is shown in พ.ศ.
_BE_DATE = "[$-107041E]d mmm yyyy;@"
_FIFTEEN = Context(prec=15, rounding=ROUND_HALF_UP)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True)
class Column:
    """width: in characters of the default font. decimals: shown, for number and percent; None shows what a number has.

    A percent is given as people say it: Decimal("82.35") is shown as 82.35 %. choices: the only values a drop-down
    of a sheet to fill in offers (its own list on another sheet: "ค่าที่ใช้ได้!A2:A9"). hidden: there, but not in sight.
    """

    header: str
    width: int = 14
    kind: Literal["text", "number", "percent", "date"] = "text"
    decimals: int | None = 2
    choices: str = ""
    hidden: bool = False


@dataclass(frozen=True)
class Sheet:
    """rows: any iterable, taken one by one; each as long as `columns` or shorter. A text where a number or date
    belongs is written as text (“ไม่มีข้อมูล”). form: to be filled in, its headings protected, everything under them
    open; locked: only to be read; hidden: only the portal reads it."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    form: bool = False
    locked: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class ReadSheet:
    """What a sheet holds, from A1 on, so that rows[0] is row 1. Numbers as Decimal, empty cells None.

    Dates come as the sheet has them: 2569 typed as a year is year 2569.
    """

    title: str
    rows: list[list[ReadCell]]
    formulas: list[str] = field(default_factory=list)  # cells such as H7
    merged: list[str] = field(default_factory=list)  # ranges such as A2:B5


def write_workbook(sheets: Sequence[Sheet], *, at: dt.datetime) -> bytes:
    """An XLSX of one or more sheets, row by row, so that memory does not grow with the rows.

    at: when it was made, kept inside; the same input and moment give the same bytes. Raises TypeError for a float
    or a bool, ValueError for no sheet, NaN or too many rows.
    """
    if not sheets:
        raise ValueError("a workbook needs a sheet")
    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": FONT, "font_size": 14, "font_charset": 222},
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": at.astimezone(dt.UTC).replace(tzinfo=None)})
        titles: set[str] = set()
        for sheet in sheets:
            _write_sheet(book, sheet, _title(sheet.title, titles))
    return out.getvalue()


def read_workbook(file: BinaryIO) -> list[ReadSheet]:
    """The sheets of a workbook somebody sent. Raises UploadRefused with a Thai sentence.

    Judged like an upload first (kpiportal/uploads), with tighter sizes; then parsed apart from this process.
    """
    size = file.seek(0, 2)
    file.seek(0)
    try:
        if size > settings.KPI_UPLOAD_MAX_BYTES:
            raise Flaw("too_large")
        if size == 0:
            raise Flaw("empty")
        _refuse_other_kinds(file)
        office.check(file, "xlsx", READ_LIMITS)
        file.seek(0)
        answer = _parse(file.read())
    except Flaw as flaw:
        raise UploadRefused(
            flaw.code,
            max_bytes=settings.KPI_UPLOAD_MAX_BYTES,
            extension="xlsx",
            found=flaw.found,
            allowed="รับเฉพาะไฟล์ Excel (.xlsx)",
        ) from flaw
    finally:
        file.seek(0)
    return [
        ReadSheet(title, [[_read_day(c) if type(c) is list else c for c in row] for row in rows], formulas, merged)
        for title, rows, formulas, merged in answer
    ]


def _refuse_other_kinds(file: BinaryIO) -> None:
    """An .xls, a PDF or a CSV is not a broken workbook: to save it again as it is would help nobody."""
    head = file.read(512)
    file.seek(0)
    if signatures.kind(head) == "ole":
        raise Flaw("office_old")
    if not head.startswith(b"PK"):
        raise Flaw("no_workbook", signatures.describe(head, "xlsx"))


def _write_sheet(book: xlsxwriter.Workbook, sheet: Sheet, title: str) -> None:
    page = book.add_worksheet(title)
    opened = {"locked": False} if sheet.form else {}
    formats = [book.add_format(_look(column) | opened) for column in sheet.columns]
    head = book.add_format(_FRAME | {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#E8EEF4"})
    for number, column in enumerate(sheet.columns):
        # A form's look reaches down the whole column: a row somebody adds is open and framed like the others.
        look = formats[number] if sheet.form else None
        page.set_column(number, number, column.width, look, {"hidden": column.hidden})
        page.write_string(0, number, _clean(column.header), head)
    _set_up_paper(page, title)
    for number, row in enumerate(sheet.rows, start=1):
        if number >= MOST_ROWS:
            raise ValueError(f"more rows than a sheet holds: {title}")
        for place, cell in enumerate(row):
            _write_cell(page, number, place, cell, sheet.columns[place], formats[place])
    _guard(page, sheet)


def _guard(page: Worksheet, sheet: Sheet) -> None:
    """What may be typed where. A guard against slips, not against people: what comes back is checked all the same."""
    if sheet.form or sheet.locked:
        page.protect("", {"insert_rows": True, "delete_rows": True, "sort": True, "format_columns": True,
                          "format_rows": True, "format_cells": True})  # fmt: skip
    if sheet.hidden:
        page.hide()
    for number, column in enumerate(sheet.columns):
        if column.choices:
            title, _, cells = column.choices.partition("!")
            first, _, last = cells.partition(":")
            absolute = ":".join(re.sub(r"([A-Z]+)([0-9]+)", r"$\1$\2", cell) for cell in (first, last))
            rule = {"validate": "list", "source": f"='{title}'!{absolute}", "error_title": column.header[:32],
                    "error_message": "เลือกจากรายการ"}  # fmt: skip
            page.data_validation(1, number, FORM_ROWS, number, rule)


# font_scheme: without it the file names the theme's font and Excel takes that one.
_FRAME = {"font_name": FONT, "font_scheme": "", "font_size": 14, "font_charset": 222, "border": 1, "valign": "top"}


def _look(column: Column) -> dict[str, Any]:
    if column.kind == "text":
        # "@": 1.10 typed into it stays 1.10 and is no number, no date.
        return _FRAME | {"text_wrap": True, "num_format": "@"}
    if column.kind == "date":
        return _FRAME | {"num_format": _BE_DATE, "align": "left"}
    if column.decimals is None and column.kind == "number":
        return _FRAME | {"num_format": "General"}
    decimals = 2 if column.decimals is None else column.decimals
    places = "." + "0" * decimals if decimals else ""
    return _FRAME | {"num_format": f"0{places}%" if column.kind == "percent" else f"#,##0{places}"}


def _set_up_paper(page: Worksheet, title: str) -> None:
    """A4 across, as wide as the paper, the heading on every page and in sight while scrolling."""
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.6)
    # In a header & starts a command: doubled it is the sign itself.
    page.set_header(f'&L&"{FONT},Regular"&14 {title.replace("&", "&&")}')
    page.set_footer(f'&R&"{FONT},Regular"&12 หน้า &P จาก &N')


def _write_cell(page: Worksheet, row: int, place: int, cell: Cell, column: Column, look: Format) -> None:
    if cell is None:
        page.write_blank(row, place, None, look)
    elif isinstance(cell, str):
        page.write_string(row, place, _clean(cell), look)
    elif isinstance(cell, bool | float):
        raise TypeError(f"not a cell: {cell!r}")
    elif isinstance(cell, Decimal | int):
        _write_number(page, row, place, Decimal(cell), column, look)
    elif isinstance(cell, dt.date):
        page.write_datetime(row, place, day_in_bangkok(cell), look)
    else:
        raise TypeError(f"not a cell: {cell!r}")


def _write_number(page: Worksheet, row: int, place: int, value: Decimal, column: Column, look: Format) -> None:
    """As a number. A sheet holds 15 digits: further decimals are rounded away; a whole part longer than that
    would come out wrong, so such a figure is written as its digits."""
    if not value.is_finite():
        raise ValueError(f"not a number: {value}")
    shown = value / 100 if column.kind == "percent" else value
    if abs(shown) < 10**15:
        # float only here, at the very edge, where XLSX itself knows nothing else; .15g is exact both ways.
        page.write_number(row, place, float(_FIFTEEN.plus(shown)), look)
    else:
        page.write_string(row, place, f"{value:f}", look)


def _clean(text: str) -> str:
    """What XML can carry; line ends as \\n. A cell's limit is 32,767: a longer text says that it was cut."""
    text = _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(CUT)] + CUT


def _title(wanted: str, taken: set[str]) -> str:
    """A sheet's name within Excel's rules: 31 characters, some signs out, no two alike."""
    name = _NOT_XML.sub("", _NOT_IN_TITLE.sub(" ", wanted)).strip(" '")[:31].rstrip(" '") or "แผ่นงาน"
    if name.casefold() == "history":  # Excel keeps this one for itself
        name = "history_"
    base, number = name, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base[: 31 - len(f' ({number})')]} ({number})"
    taken.add(name.casefold())
    return name


def _parse(data: bytes) -> list[tuple[str, list[list[Any]], list[str], list[str]]]:
    """Run the parser apart (xlsxparse.py) and take its answer. Raises Flaw."""
    limits = [str(figure) for figure in (READ_ROWS, READ_COLUMNS, READ_CHARACTERS)]
    try:
        ran = subprocess.run(
            [sys.executable, "-I", str(Path(xlsxparse.__file__)), *limits],
            input=data,
            capture_output=True,
            timeout=READ_SECONDS,
            env={"LC_ALL": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Flaw("sheet_too_large") from error
    if ran.returncode == xlsxparse.UNREADABLE:
        raise Flaw("office_damaged")
    if ran.returncode:  # over a limit, out of memory, out of time: whatever ended it, it was too much
        raise Flaw("sheet_too_large")
    answer = json.loads(ran.stdout, parse_float=Decimal, parse_int=Decimal)
    return [(title, rows, formulas, merged) for title, rows, formulas, merged in answer]


def _read_day(cell: list[str]) -> dt.date | dt.datetime:
    kind, text = cell
    return dt.date.fromisoformat(text) if kind == "date" else dt.datetime.fromisoformat(text)
