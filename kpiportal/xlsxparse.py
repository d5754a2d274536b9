"""Run as a program by xlsx.py: a workbook on standard input, its cells as JSON on standard output.

Imports nothing of the portal: started with -I it is one file, one parser, no settings, no secrets. The limits it
puts on itself end it when the workbook asks for more than it is worth.

JSON: [[title, [[cell, ...], ...], formulas, merged], ...]: where a formula stands ("H7") and what is merged ("A2:B5"),
the first hundred of each; a cell is null, text, true/false, a number with the digits it is to be read with,
["date", "2015-10-19"] or ["moment", "2015-10-19T13:30:00"].
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import resource
import sys
import zipfile
from typing import Any
from xml.etree import ElementTree

MEMORY = 400 * 2**20
CPU_SECONDS = 10
TOO_LARGE, UNREADABLE = 3, 4
MOST_NAMED = 100  # formulas and merged ranges told of, per sheet

_FORMULA = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+[0-9]+)"[^>]*>\s*<(?:\w+:)?f[\s>/]')
_MARKS = (b"<f>", b"<f ", b"<f/", b"<f\n", b":f>", b":f ", b":f/", b":f\n")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def main(most_rows: int, most_columns: int, most_characters: int) -> int:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 -- under the limits already

    data = sys.stdin.buffer.read()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
        formulas = formulas_of(data)
    except (CalamineError, OSError, ValueError, KeyError, zipfile.BadZipFile, ElementTree.ParseError):
        return UNREADABLE
    out, characters = [], 0
    for name, sheet in sheets:
        last_row, last_column = sheet.end or (-1, -1)
        if last_row >= most_rows or last_column >= most_columns:
            return TOO_LARGE
        rows = []
        # From A1 on: a message about "row 7" must mean the row the person sees as 7.
        for row in sheet.to_python(skip_empty_area=False):
            # Most cells are text: told apart here, for a call costs more than the rest of it.
            rows.append([cell or None if type(cell) is str else as_json(cell) for cell in row])
            characters += sum([len(cell) if type(cell) is str else 20 for cell in row])
            if characters > most_characters:
                return TOO_LARGE
        merged = [f"{at(*start)}:{at(*end)}" for start, end in (sheet.merged_cell_ranges or [])[:MOST_NAMED]]
        out.append([name, rows, formulas.get(name, []), merged])
    # In one piece: json.dump would go through Python for every cell.
    try:
        answer = json.dumps(out, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:  # 1e999 stands where a number belongs
        return UNREADABLE
    sys.stdout.buffer.write(answer.encode())
    return 0


def formulas_of(data: bytes) -> dict[str, list[str]]:
    """Sheet -> the cells that hold formulas. The reader only tells their last result, which may be old or missing."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = set(package.namelist())
        if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
            return {}
        links = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
        parts = {link.get("Id"): (link.get("Target") or "").lstrip("/").removeprefix("xl/") for link in links}
        found = {}
        for sheet in ElementTree.fromstring(package.read("xl/workbook.xml")).iter():
            part = f"xl/{parts.get(sheet.get(_RELATION))}"
            if sheet.tag.endswith("}sheet") and part in names:
                xml = package.read(part)
                # Most sheets hold none: a plain search costs a tenth of the pattern.
                cells = _FORMULA.findall(xml)[:MOST_NAMED] if any(mark in xml for mark in _MARKS) else []
                found[sheet.get("name") or ""] = [cell.decode() for cell in cells]
        return found


def at(row: int, column: int) -> str:
    """(6, 7) is H7."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def as_json(cell: Any) -> Any:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float):
        return int(cell) if abs(cell) < 10**15 and cell == int(cell) else cell
    if isinstance(cell, dt.datetime):
        return ["moment", cell.isoformat()]
    if isinstance(cell, dt.date):
        return ["date", cell.isoformat()]
    return str(cell) or None


if __name__ == "__main__":
    sys.exit(main(*(int(figure) for figure in sys.argv[1:4])))
