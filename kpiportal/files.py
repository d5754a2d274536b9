"""Private files: the only module that writes them to disk and reads them back.

A file is written under a random name and synced together with its folder before its row is created, so no row points
at bytes that a power cut could lose. A crash in between leaves a file without a row, which is harmless and swept.
Nothing here checks who may see a file: views find it through `visible_to`, then call `serve`.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import logging
import os
import uuid
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from kpiportal.models import Organization, StoredFile, User
from kpiportal.uploadhandler import OversizedUpload
from kpiportal.uploads import EXTENSIONS, UploadRefused, inspect, safe_name
from kpiportal.uploads.names import split

log = logging.getLogger(__name__)
PIECE = 256 * 1024
_KNOWN_TYPES = frozenset(EXTENSIONS.values()) | {"text/csv; charset=utf-8", "application/zip"}


class FileDamaged(Exception):
    """The disk does not hold what the row says. Never the reader's fault: the portal answers 500 and logs it."""


def store(
    upload: UploadedFile[Any], *, by: User, organization: Organization, at: dt.datetime, purpose: str
) -> StoredFile:
    """Check an uploaded file and keep it. Raises UploadRefused (Thai sentence, status); nothing is kept then.

    purpose: a StoredFile.Purpose. Call it inside the action's transaction: rolled back, only an orphan remains.
    """
    accepted = inspect(upload)
    upload.seek(0)
    try:
        return _keep(
            iter(lambda: upload.read(PIECE), b""),
            sha256=accepted.sha256,
            size=accepted.size,
            purpose=purpose,
            organization=organization,
            original_name=accepted.name,
            content_type=accepted.content_type,
            uploaded_by=by,
            uploaded_at=at,
        )
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        log.error("no room for an upload of %s bytes: %s", accepted.size, error)
        raise UploadRefused("no_room", max_bytes=settings.KPI_UPLOAD_MAX_BYTES) from error


def store_bytes(
    data: bytes,
    *,
    name: str,
    content_type: str,
    organization: Organization,
    at: dt.datetime,
    purpose: str,
    by: User | None = None,
) -> StoredFile:
    """Keep a file the portal made itself (letter, export). Not for bytes that came from outside: use `store`."""
    if not data:
        raise ValueError("an empty file is never kept")
    if content_type not in _KNOWN_TYPES:
        raise ValueError(f"not a type the portal keeps: {content_type}")
    return _keep(
        [data],
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        purpose=purpose,
        organization=organization,
        original_name=safe_name(name),
        content_type=content_type,
        uploaded_by=by,
        uploaded_at=at,
    )


def digest_of(upload: UploadedFile[Any]) -> str:
    """sha256 of what was uploaded, 64 hex digits; nothing is checked and nothing kept."""
    upload.seek(0)
    digest = hashlib.sha256()
    for piece in iter(lambda: upload.read(PIECE), b""):
        digest.update(piece)
    upload.seek(0)
    return digest.hexdigest()


def refused_as_too_large(request: HttpRequest) -> str | None:
    """The Thai sentence for a file of this request that was dropped on the way in, or None.

    For views that answer before their form does; `store` refuses such a file with the same sentence.
    """
    dropped = (file for _, files in request.FILES.lists() for file in files if isinstance(file, OversizedUpload))
    if any(dropped):
        return UploadRefused("too_large", max_bytes=settings.KPI_UPLOAD_MAX_BYTES).sentence
    return None


def open_stored(stored: StoredFile) -> BufferedReader:
    """The bytes, for reading. Raises FileDamaged when the file is missing or not as long as its row says."""
    try:
        file = open(_place(stored.path), "rb")  # noqa: SIM115 -- the caller closes it
    except OSError as error:
        raise FileDamaged(f"{stored.key} at {stored.path}: {error.strerror}") from error
    size = os.fstat(file.fileno()).st_size
    if size != stored.size:
        file.close()
        raise FileDamaged(f"{stored.key} at {stored.path}: {size} bytes instead of {stored.size}")
    return file


def is_intact(stored: StoredFile) -> bool:
    """Whether the disk still holds exactly these bytes: reads the whole file and compares its sha256."""
    try:
        with open_stored(stored) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == stored.sha256
    except FileDamaged:
        return False


def serve(stored: StoredFile, request: HttpRequest) -> HttpResponseBase:
    """The file as a download, never shown inside a page of the portal, whatever it contains.

    With KPI_SENDFILE_PREFIX set (an `internal` location of the proxy on KPI_FILES_DIR) the proxy sends the
    bytes. Raises FileDamaged. The caller has already decided that this person may have it.
    """
    file = open_stored(stored)
    response: HttpResponseBase
    if settings.KPI_SENDFILE_PREFIX:
        file.close()
        response = HttpResponse()
        response["X-Accel-Redirect"] = f"{settings.KPI_SENDFILE_PREFIX.rstrip('/')}/{quote(stored.path)}"
    elif request.method == "HEAD":
        file.close()
        response = HttpResponse()
        response["Content-Length"] = str(stored.size)
    else:
        response = FileResponse(file)
        response["Content-Length"] = str(stored.size)
    known = stored.content_type in _KNOWN_TYPES
    response["Content-Type"] = stored.content_type if known else "application/octet-stream"
    response["Content-Disposition"] = content_disposition(stored.original_name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def content_disposition(name: str) -> str:
    """`attachment` with the name twice (RFC 6266): whole in UTF-8, and in ASCII for programs that know no better."""
    name = safe_name(name)
    stem, extension = split(name)
    plain = "".join(sign if sign.isascii() and sign not in '"\\%;' else "_" for sign in stem).strip("_ ")
    return f"attachment; filename=\"{plain or 'file'}{extension}\"; filename*=UTF-8''{quote(name, safe='')}"


def sweep_orphans(older_than: dt.datetime) -> int:
    """Delete files without a row written before `older_than` (aware; a day ago is safe). Returns how many.

    An orphan is left by a rolled-back transaction or a killed process. Only names this module makes are touched, and
    nothing at all where no file has a row: then the folder belongs to another database.
    """
    orphans: list[Path] = []
    known = 0
    for folder in _folders():
        old = {f"{folder.name}/{file.name}": file for file in folder.iterdir() if _is_ours(file)}
        old = {path: file for path, file in old.items() if _written_before(file, older_than)}
        kept = set(StoredFile.objects.filter(path__in=old).values_list("path", flat=True))
        known += len(kept)
        orphans += [file for path, file in old.items() if path not in kept]
    if orphans and not known:
        log.error(
            "%s files and a row for none of them: KPI_FILES_DIR is another database's; none removed", len(orphans)
        )
        return 0
    for file in orphans:
        file.unlink(missing_ok=True)
    if orphans:
        log.info("removed %s files without a row", len(orphans))
    return len(orphans)


def _keep(pieces: Iterable[bytes], *, sha256: str, size: int, **facts: object) -> StoredFile:
    """Write, sync, compare with what was checked, then the row."""
    key = uuid.uuid4()
    path = f"{key.hex[:2]}/{key.hex}"
    place = _place(path)
    _make_folder(place.parent)
    written = _write(place, pieces)
    try:
        if written != (sha256, size):
            raise FileDamaged(f"{path}: the bytes written are not the bytes checked")
        return StoredFile.objects.create(key=key, path=path, sha256=sha256, size=size, **facts)
    except BaseException:
        place.unlink(missing_ok=True)
        raise


def _write(place: Path, pieces: Iterable[bytes]) -> tuple[str, int]:
    """(sha256, size) of what is now on the disk for good. A name already taken is an error, never overwritten."""
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)  # the proxy reads through its group
    digest, size = hashlib.sha256(), 0
    try:
        with open(descriptor, "wb") as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
            file.flush()
            os.fsync(file.fileno())
        _sync(place.parent)
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        folder.mkdir(exist_ok=True, mode=0o750)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _place(path: str) -> Path:
    return Path(settings.KPI_FILES_DIR) / path


def _folders() -> Iterator[Path]:
    top = Path(settings.KPI_FILES_DIR)
    if top.is_dir():
        yield from (folder for folder in sorted(top.iterdir()) if len(folder.name) == 2 and folder.is_dir())


def _is_ours(file: Path) -> bool:
    try:
        return uuid.UUID(hex=file.name).hex == file.name and file.is_file()
    except ValueError:
        return False


def _written_before(file: Path, moment: dt.datetime) -> bool:
    try:
        return file.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False
