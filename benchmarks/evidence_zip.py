"""Does a round's evidence grow the worker that sends it?  `python -m benchmarks.evidence_zip [FILES] [KILOBYTES]`.

Files of random bytes on disk, streamed as one zip (reporting/evidencezip.py). Goal: 5 MB more at the end than after the
first few pieces, however many files; and the zip opens with every file in it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import sys
import tempfile
import time
import uuid
import zipfile
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kpiportal.settings.test")

import django

django.setup()

from django.test.utils import override_settings  # noqa: E402 -- after the settings

from agreements.models import Indicator  # noqa: E402
from benchmarks.letter_memory import resident_bytes  # noqa: E402
from kpiportal.models import Organization, StoredFile  # noqa: E402
from kpiportal.thai import BANGKOK  # noqa: E402
from reporting import evidencezip  # noqa: E402
from reporting.models import Evidence, Report  # noqa: E402

AT = dt.datetime(2015, 10, 12, 14, 30, tzinfo=BANGKOK)
GOAL_MB = 5.0
WARM_UP = 8  # pieces


def rows(folder: Path, files: int, kilobytes: int) -> list[Evidence]:
    """Evidence that stands in no database, its bytes on disk."""
    report = Report(indicator=Indicator(number="1.1", name="ตัวชี้วัด"), host=Organization(name="สำนักงานคลังจังหวัด"))
    made = []
    for number in range(1, files + 1):
        key, data = uuid.uuid4(), os.urandom(kilobytes * 1024)
        place = folder / key.hex[:2]
        place.mkdir(exist_ok=True)
        (place / key.hex).write_bytes(data)
        file = StoredFile(
            key=key, path=f"{key.hex[:2]}/{key.hex}", size=len(data), sha256=hashlib.sha256(data).hexdigest(),
            original_name=f"หลักฐาน {number}.pdf",
        )  # fmt: skip
        made.append(Evidence(report=report, number=number, file=file, added_at=AT))
    return made


def measure(files: int, kilobytes: int) -> tuple[float, float, int]:
    """(megabytes grown while sending, seconds, files found in the zip)."""
    with tempfile.TemporaryDirectory() as folder, override_settings(KPI_FILES_DIR=folder):
        found = rows(Path(folder), files, kilobytes)
        target = Path(folder) / "all.zip"
        began = time.perf_counter()
        with target.open("wb") as out:
            start = highest = 0
            for number, piece in enumerate(evidencezip.stream(found)):
                out.write(piece)
                if number == WARM_UP:
                    start = resident_bytes()
                highest = max(highest, resident_bytes()) if number >= WARM_UP else 0
        spent = time.perf_counter() - began
        with zipfile.ZipFile(io.BytesIO(target.read_bytes())) as archive:
            assert archive.testzip() is None
            count = len(archive.namelist()) - 1
    return (highest - start) / 1_000_000, spent, count


def main(files: int = 200, kilobytes: int = 2_000) -> int:
    grown, spent, count = measure(files, kilobytes)
    held = grown <= GOAL_MB and count == files
    sys.stdout.write(
        f"{count} of {files} files, {files * kilobytes / 1024:.0f} MB in {spent:.1f} s, grew {grown:.1f} MB "
        f"(goal {GOAL_MB:g}, {'held' if held else 'MISSED'})\n"
    )
    return not held


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
