"""Look at one upload: name, size, kind, content, in that order, so that the cheapest refusal comes first."""

from __future__ import annotations

import contextlib
import hashlib
import io
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol, cast

from django.conf import settings

from kpiportal.classified import mark_in
from kpiportal.uploads import images, office, pdfs
from kpiportal.uploads.names import safe_name, split
from kpiportal.uploads.refusals import Flaw, UploadRefused
from kpiportal.uploads.signatures import EICAR, describe, is_heic, kind

EXTENSIONS = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_KIND_OF = {"pdf": "pdf", "png": "png", "jpg": "jpg", "docx": "zip", "xlsx": "zip", "pptx": "zip"}
_OFFICE = ("docx", "xlsx", "pptx")


class Upload(Protocol):
    """What Django's uploaded files have and the check needs."""

    name: str | None
    file: Any

    @property
    def size(self) -> int | None: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...


@dataclass(frozen=True)
class Accepted:
    """An upload that may be stored. extension: canonical, without dot; size in bytes; sha256 in hex."""

    content_type: str
    extension: str
    name: str
    size: int
    sha256: str


def inspect(upload: Upload, *, max_bytes: int | None = None) -> Accepted:
    """Accept an uploaded file or raise UploadRefused with a code and one Thai sentence.

    Takes at most a second and 64 MB whatever is inside; leaves the file rewound to its start.
    max_bytes: settings.KPI_UPLOAD_MAX_BYTES unless given.
    """
    limit = settings.KPI_UPLOAD_MAX_BYTES if max_bytes is None else max_bytes
    name = safe_name(upload.name or "")
    extension = split(name)[1][1:].lower().replace("jpeg", "jpg")
    try:
        if mark := mark_in(name):
            raise Flaw("classified", mark)
        _check_claims(extension, upload.size or 0, limit)
        with _content(upload) as (data, file):
            # The size again, of the bytes themselves: the one above is only what the sender's library says.
            _check_claims(extension, len(data), limit)
            _check_content(data, file, extension)
            sha256 = hashlib.sha256(data).hexdigest()
            size = len(data)
    except Flaw as flaw:
        raise UploadRefused(flaw.code, max_bytes=limit, extension=extension, found=flaw.found) from flaw
    finally:
        upload.seek(0)
    return Accepted(EXTENSIONS[extension], extension, name, size, sha256)


def _check_claims(extension: str, size: int, limit: int) -> None:
    if not extension:
        raise Flaw("no_extension")
    if extension in ("heic", "heif"):
        raise Flaw("iphone_photo")
    if extension not in EXTENSIONS:
        raise Flaw("type_not_allowed", f".{extension}")
    if size == 0:
        raise Flaw("empty")
    if size > limit:
        raise Flaw("too_large")


def _check_content(data: Any, file: BinaryIO, extension: str) -> None:
    head = bytes(data[:8192])
    if data.find(EICAR) >= 0:
        raise Flaw("virus")
    found = kind(head)
    if found == "ole" and extension in _OFFICE:
        raise Flaw("office_old")
    if found is None and is_heic(head):
        raise Flaw("iphone_photo")
    if found != _KIND_OF[extension]:
        raise Flaw("mismatch", describe(head, extension))
    if extension in _OFFICE:
        office.check(file, extension)
    elif extension == "pdf":
        pdfs.check(data)
    elif extension == "png":
        images.check_png(data)
    else:
        images.check_jpg(data)


@contextlib.contextmanager
def _content(upload: Upload) -> Iterator[tuple[Any, BinaryIO]]:
    """(the whole content, searchable; the same as a file). A file on disk is mapped, not read into memory."""
    upload.seek(0)
    file = cast(BinaryIO, upload.file)
    try:
        descriptor = file.fileno()
    except (OSError, AttributeError):
        data = file.read()
        yield data, io.BytesIO(data)
        return
    size = file.seek(0, 2)
    if size == 0:
        raise Flaw("empty")
    with mmap.mmap(descriptor, size, access=mmap.ACCESS_READ) as mapped:
        yield mapped, file
