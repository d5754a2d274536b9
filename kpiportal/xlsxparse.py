"""Run as a program by xlsx.py: a workbook on standard input, its cells as JSON on standard output.

Imports nothing of the portal: started with -I it is one file, one parser, no settings, no secrets. The limits it
puts on itself end it when the workbook asks for more than it is worth.

JSON: [[title, [[cell, ...], ...]], ...]; a cell is null, text, true/false, ["number", "82.35"],
["date", "2015-10-19"] or ["moment", "2015-10-19T13:30:00"].
"""

from __future__ import annotations

import datetime as dt
import io
import json
import resource
import sys
from typing import Any

MEMORY = 400 * 2**20
CPU_SECONDS = 10
TOO_LARGE, UNREADABLE = 3, 4


def main(most_rows: int, most_columns: int, most_characters: int) -> int:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 -- under the limits already

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
    except (CalamineError, OSError, ValueError):
        return UNREADABLE
    out, characters = [], 0
    for name, sheet in sheets:
        last_row, last_column = sheet.end or (-1, -1)
        if last_row >= most_rows or last_column >= most_columns:
            return TOO_LARGE
        rows = []
        # From A1 on: a message about "row 7" must mean the row the person sees as 7.
        for row in sheet.to_python(skip_empty_area=False):
            rows.append([as_json(cell) for cell in row])
            characters += sum(len(cell) if isinstance(cell, str) else 20 for cell in row)
            if characters > most_characters:
                return TOO_LARGE
        out.append([name, rows])
    json.dump(out, sys.stdout)
    return 0


def as_json(cell: Any) -> Any:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float):
        return ["number", str(int(cell)) if cell == int(cell) and abs(cell) < 10**15 else repr(cell)]
    if isinstance(cell, dt.datetime):
        return ["moment", cell.isoformat()]
    if isinstance(cell, dt.date):
        return ["date", cell.isoformat()]
    return str(cell) or None


if __name__ == "__main__":
    sys.exit(main(*(int(figure) for figure in sys.argv[1:4])))
