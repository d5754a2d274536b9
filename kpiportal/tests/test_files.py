"""Private files: what is on the disk is what the row says, and it leaves only as a download."""

import datetime as dt
import errno
import hashlib
import os
import re
from email.message import Message

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.models.signals import pre_save
from django.test import RequestFactory

from kpiportal import files
from kpiportal.models import StoredFile
from kpiportal.tests import good_files, hostile_files
from kpiportal.uploads import UploadRefused

AT = dt.datetime(2015, 10, 19, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
EVIDENCE = StoredFile.Purpose.EVIDENCE


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.KPI_FILES_DIR = tmp_path / "files"
    return settings.KPI_FILES_DIR


def on_disk(folder):
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def keep(cast, name="รายงานผล ๑๒ เดือน.pdf", data=None):
    upload = SimpleUploadedFile(name, data or good_files.pdf(), content_type="text/html")
    return files.store(upload, by=cast.collector, organization=cast.agency, at=AT, purpose=EVIDENCE)


def test_an_upload_is_kept_under_a_random_name(cast, folder):
    data = good_files.pdf()
    stored = keep(cast, data=data)
    stored.refresh_from_db()
    assert stored.original_name == "รายงานผล ๑๒ เดือน.pdf"
    assert stored.content_type == "application/pdf"  # never what the browser said
    assert (stored.size, stored.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert (stored.purpose, stored.organization, stored.uploaded_by) == ("evidence", cast.agency, cast.collector)
    assert stored.uploaded_at == AT
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{32}", stored.path)
    assert on_disk(folder) == [stored.path]
    assert (folder / stored.path).read_bytes() == data
    assert (folder / stored.path).stat().st_mode & 0o777 == 0o640
    with files.open_stored(stored) as file:
        assert file.read() == data


def test_the_same_file_twice_is_two_files(cast, folder):
    assert keep(cast).path != keep(cast).path
    assert len(on_disk(folder)) == 2


def test_a_refused_upload_leaves_neither_row_nor_file(cast, folder):
    with pytest.raises(UploadRefused) as refused:
        keep(cast, data=hostile_files.HTML)
    assert refused.value.code == "mismatch"
    assert StoredFile.objects.count() == 0
    assert not folder.exists()


def test_every_byte_is_on_the_disk_before_the_row_is_written(cast, monkeypatch):
    """The order of syncs and the insert, seen from the operating system's side."""
    events = []
    sync = os.fsync

    def record(descriptor):
        events.append("folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file")
        sync(descriptor)

    def note_row(sender, **_):
        events.append("row")

    monkeypatch.setattr(os, "fsync", record)
    pre_save.connect(note_row, sender=StoredFile)
    try:
        keep(cast)
    finally:
        pre_save.disconnect(note_row, sender=StoredFile)
    assert events == ["folder", "file", "folder", "row"]  # the sub-folder's name, the bytes, the file's name


def test_a_full_disk_is_said_and_leaves_nothing(cast, folder, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    keep(cast)
    before = on_disk(folder)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UploadRefused) as refused:
        keep(cast)
    assert refused.value.sentence == "ที่เก็บไฟล์ของระบบเต็ม จึงยังเก็บไฟล์นี้ไม่ได้ โปรดแจ้งผู้ดูแลระบบ แล้วแนบอีกครั้ง"
    assert (on_disk(folder), StoredFile.objects.count()) == (before, 1)


def test_a_failed_row_takes_its_file_along(cast, folder):
    with pytest.raises(IntegrityError), transaction.atomic():
        files.store(SimpleUploadedFile("a.pdf", good_files.pdf()), by=cast.collector, organization=cast.agency,
                    at=None, purpose=EVIDENCE)  # fmt: skip
    assert on_disk(folder) == []


def test_a_rolled_back_deed_leaves_an_orphan_that_is_swept(cast, folder):
    kept = keep(cast)
    with transaction.atomic():
        lost = keep(cast)
        transaction.set_rollback(True)
    assert sorted(on_disk(folder)) == sorted([kept.path, lost.path])
    stranger = folder / kept.path[:2] / "notes.txt"
    stranger.write_text("not ours")
    now = dt.datetime.now(dt.UTC)
    assert files.sweep_orphans(now - dt.timedelta(hours=24)) == 0  # still young: an action may be running
    assert files.sweep_orphans(now + dt.timedelta(minutes=1)) == 1
    assert on_disk(folder) == sorted([kept.path, str(stranger.relative_to(folder))])
    assert files.sweep_orphans(now + dt.timedelta(minutes=1)) == 0


def test_a_folder_of_another_database_is_left_alone(cast, folder, caplog):
    stored = keep(cast)
    StoredFile.objects.all().delete()
    assert files.sweep_orphans(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)) == 0
    assert on_disk(folder) == [stored.path]
    assert "1 files and a row for none of them" in caplog.text


def test_sweeping_before_anything_was_stored():
    assert files.sweep_orphans(dt.datetime.now(dt.UTC)) == 0


def test_the_portal_keeps_what_it_made_itself(cast, folder):
    stored = files.store_bytes(
        b"%PDF-1.7 made here", name="ชม ๐๐๑๗.๒/ว ๑.pdf", content_type="application/pdf",
        organization=cast.province, at=AT, purpose=StoredFile.Purpose.LETTER,
    )  # fmt: skip
    assert stored.original_name == "ว ๑.pdf"
    assert stored.uploaded_by is None
    assert (folder / stored.path).read_bytes() == b"%PDF-1.7 made here"


@pytest.mark.parametrize(("data", "content_type"), [(b"", "application/pdf"), (b"x", "text/html"), (b"x", "")])
def test_the_portal_does_not_keep_nothing_or_anything(cast, folder, data, content_type):
    with pytest.raises(ValueError, match="kept|keeps"):
        files.store_bytes(
            data, name="a", content_type=content_type, organization=cast.province, at=AT, purpose=EVIDENCE
        )
    assert not folder.exists()


def get(method="get"):
    return getattr(RequestFactory(), method)("/")


def test_a_file_leaves_only_as_a_download(cast):
    stored = keep(cast)
    response = files.serve(stored, get())
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == good_files.pdf()
    response.close()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(stored.size)
    assert response["Content-Disposition"] == (
        'attachment; filename="file.pdf"; '
        "filename*=UTF-8''%E0%B8%A3%E0%B8%B2%E0%B8%A2%E0%B8%87%E0%B8%B2%E0%B8%99%E0%B8%9C%E0%B8%A5%20"
        "%E0%B9%91%E0%B9%92%20%E0%B9%80%E0%B8%94%E0%B8%B7%E0%B8%AD%E0%B8%99.pdf"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"


def test_a_row_with_a_dangerous_type_is_sent_as_plain_bytes(cast):
    stored = keep(cast)
    stored.content_type = "text/html"
    response = files.serve(stored, get())
    response.close()
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment;")


def test_head_sends_the_headers_alone(cast):
    stored = keep(cast)
    response = files.serve(stored, get("head"))
    assert response.content == b""
    assert response["Content-Length"] == str(stored.size)


def test_a_proxy_may_send_the_bytes(cast, settings):
    settings.KPI_SENDFILE_PREFIX = "/protected/"
    stored = keep(cast)
    response = files.serve(stored, get())
    assert response["X-Accel-Redirect"] == f"/protected/{stored.path}"
    assert response.content == b""
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Type"] == "application/pdf"


def test_the_portals_own_policy_does_not_replace_the_sandbox(cast):
    """Through the whole chain of middleware, as a browser gets it."""
    from csp.middleware import CSPMiddleware  # noqa: PLC0415 -- only here

    stored = keep(cast)
    response = CSPMiddleware(lambda request: files.serve(stored, request))(get())
    response.close()
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("damage", ["missing", "shorter", "longer"])
@pytest.mark.parametrize("prefix", ["", "/protected"])
def test_a_damaged_file_is_never_sent(cast, folder, settings, damage, prefix):
    settings.KPI_SENDFILE_PREFIX = prefix
    stored = keep(cast)
    place = folder / stored.path
    if damage == "missing":
        place.unlink()
    else:
        place.write_bytes(place.read_bytes()[:-1] if damage == "shorter" else place.read_bytes() + b"x")
    with pytest.raises(files.FileDamaged, match=str(stored.key)):
        files.serve(stored, get())
    assert not files.is_intact(stored)


def test_a_changed_byte_is_found(cast, folder):
    stored = keep(cast)
    assert files.is_intact(stored)
    place = folder / stored.path
    data = bytearray(place.read_bytes())
    data[20] ^= 1
    place.write_bytes(data)
    assert not files.is_intact(stored)


@pytest.mark.parametrize(
    ("name", "plain", "whole"),
    [
        ("report 12.pdf", "report 12.pdf", "report 12.pdf"),
        ("รายงาน.pdf", "file.pdf", "รายงาน.pdf"),
        ("กพร-2558.xlsx", "-2558.xlsx", "กพร-2558.xlsx"),
        ('a"b;c%41.pdf', "a_b_c_41.pdf", "a_b;c%41.pdf"),
        ("ก\r\nSet-Cookie: a=b.pdf", "Set-Cookie_ a=b.pdf", "ก Set-Cookie_ a=b.pdf"),
        ("รายงาน\u202efdp.exe", "fdp.exe", "รายงานfdp.exe"),
        ("../../etc/passwd", "passwd", "passwd"),
        ("", "file", "ไฟล์"),
    ],
)
def test_a_download_name_survives_every_program_and_breaks_no_header(name, plain, whole):
    header = files.content_disposition(name)
    assert header.isascii()
    assert "\r" not in header
    assert "\n" not in header
    assert header.startswith(f'attachment; filename="{plain}"; filename*=')
    message = Message()
    message["Content-Disposition"] = header.split("; filename=")[0] + "; " + header.split("; ")[-1]
    assert message.get_filename() == whole


def test_a_name_already_taken_is_never_overwritten(tmp_path):
    place = tmp_path / "taken"
    place.write_bytes(b"first")
    with pytest.raises(FileExistsError):
        files._write(place, [b"second"])
    assert place.read_bytes() == b"first"


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path):
    def pieces():
        yield b"half"
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        files._write(tmp_path / "broken", pieces())
    assert list(tmp_path.iterdir()) == []
