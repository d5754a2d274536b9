"""A workbook of 10,000 rows and 15 columns written and read as the portal does it, beside the bare library (P7).

    python -m benchmarks.workbook [ROWS]

Reading is all of it: the container judged, the parser in a process of its own with its limits, formulas looked for,
every cell a text or a Decimal. Ends with 1 when it takes longer than 0.4 seconds of processor time.
"""

from __future__ import annotations

import datetime as dt
import io
import resource
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from kpiportal.embedded.install import say, speak_utf8

ROWS, TEXTS, NUMBERS, GOAL = 10_000, 4, 11, 0.4
Made = TypeVar("Made")


def main(rows: int) -> int:
    speak_utf8()
    from django.conf import settings  # noqa: PLC0415 -- before anything asks for them

    settings.configure(KPI_UPLOAD_MAX_BYTES=25 * 2**20)  # no database, no portal: one file out and in
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 -- measured, so imported where it is needed

    from kpiportal import xlsx  # noqa: PLC0415 -- as above

    columns = [xlsx.Column(f"คอลัมน์ {n}", kind="text" if n < TEXTS else "number") for n in range(TEXTS + NUMBERS)]
    table = [
        [f"ตัวชี้วัดที่ {n}", "ร้อยละความสำเร็จ", "ร้อยละ", "เชียงใหม่", *(Decimal(n * k % 10_007) / 100 for k in range(NUMBERS))]
        for n in range(rows)
    ]
    sheets = [xlsx.Sheet("แบบฟอร์ม", columns, table)]
    wrote, data = _timed(lambda: xlsx.write_workbook(sheets, at=dt.datetime.now(dt.UTC)))
    bare, _ = _timed(lambda: CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python())
    read, found = _timed(lambda: xlsx.read_workbook(io.BytesIO(data)))
    assert len(found[0].rows) == rows + 1
    say(f"{rows:,} rows: written in {wrote:.2f}, read in {read:.2f} processor seconds; bare calamine {bare:.2f}")
    return 0 if read <= GOAL else 1


def _timed(work: Callable[[], Made]) -> tuple[float, Made]:
    """(best of three in processor seconds, children included; what it made)."""
    best, made = float("inf"), None
    for _ in range(3):
        before = _spent()
        made = work()
        best = min(best, _spent() - before)
    assert made is not None
    return best, made


def _spent() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))
