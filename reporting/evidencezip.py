"""All evidence of a round as one zip with an index in Thai, made while it is sent: memory stays flat at any size.

Files are stored, not squeezed (photographs and PDF do not shrink), read piece by piece and never held. A name inside is
"<indicator>/<number> <name as uploaded>", which cannot climb out of its folder: kpiportal/uploads has cleaned the name.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from kpiportal import files, thai
from kpiportal.csvout import write_csv
from kpiportal.models import User
from reporting.models import Evidence, Round

PIECE = 256 * 1024
INDEX = "00 สารบัญหลักฐาน.csv"
_HEAD = [
    "ตัวชี้วัด",
    "ชื่อตัวชี้วัด",
    "หน่วยงาน",
    "ลำดับที่",
    "ชื่อหลักฐาน",
    "อยู่ในไฟล์ หรือลิงก์",
    "ขนาด (ไบต์)",
    "แนบเมื่อ",
    "รหัสตรวจไฟล์ (SHA-256)",
]


def evidence_of(round: Round, user: User) -> list[Evidence]:
    """What this person may see of the round's evidence, in the order of the indicators. One query."""
    rows = Evidence.objects.visible_to(user).present().filter(report__round=round)
    rows = rows.select_related("file", "report__indicator", "report__host", "supplier")
    return list(rows.order_by("report__indicator__order", "number"))


def stream(rows: Iterable[Evidence]) -> Iterator[bytes]:
    """The zip, piece by piece. A file that the disk has lost raises files.FileDamaged: half a zip is never whole."""
    rows, out = list(rows), _Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(INDEX, write_csv(_HEAD, [_line(row) for row in rows]))
        yield out.taken()
        for row in rows:
            if row.file:
                yield from _file(archive, row, out)
    yield out.taken()


def _file(archive: zipfile.ZipFile, row: Evidence, out: _Pipe) -> Iterator[bytes]:
    entry = zipfile.ZipInfo(_place(row), thai_date_time(row))
    with archive.open(entry, "w", force_zip64=True) as inside, files.open_stored(row.file) as source:
        while piece := source.read(PIECE):
            inside.write(piece)
            yield out.taken()
    yield out.taken()


def thai_date_time(row: Evidence) -> tuple[int, int, int, int, int, int]:
    """The moment it was attached, in Bangkok (zip keeps no zone)."""
    local = row.added_at.astimezone(thai.BANGKOK)
    return (local.year, local.month, local.day, local.hour, local.minute, local.second)


def _place(row: Evidence) -> str:
    return f"{row.report.indicator.number}/{row.number:02} {row.name}".replace("\\", "_")


def _line(row: Evidence) -> list[Any]:
    indicator = row.report.indicator
    return [
        indicator.number,
        indicator.name,
        (row.supplier or row.report.host).full_name,
        row.number,
        row.name,
        _place(row) if row.file else row.link,
        row.file.size if row.file else None,
        thai.datetime_text(row.added_at, short=True),
        row.file.sha256 if row.file else "",
    ]


class _Pipe:
    """A file that only goes forward: what was written is taken out at once."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._place = 0

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        self._place += len(data)
        return len(data)

    def tell(self) -> int:
        return self._place

    def flush(self) -> None:
        """Nothing is held back."""

    def seekable(self) -> bool:
        return False

    def taken(self) -> bytes:
        data, self._pieces = b"".join(self._pieces), []
        return data
