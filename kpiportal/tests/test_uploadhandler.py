"""Uploads that are too large, sent to the real web server: an answer, not a cut line; no memory, no disk."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from kpiportal.tests import good_files

MB = 2**20
EDGE = "----edge"
TOKEN = "t" * 32


class Server:
    """gunicorn with one worker, the two folders an upload could reach, and what the worker uses."""

    def __init__(self, folder, *options):
        self.files, self.incoming = folder / "files", folder / "incoming"
        self.files.mkdir()
        self.incoming.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "kpiportal.tests.upload_wsgi", "--workers", "1", "--no-control-socket",
             "--bind", f"127.0.0.1:{self.port}", "--worker-tmp-dir", str(folder), *options],
            cwd=settings.BASE_DIR, stderr=subprocess.DEVNULL,
            env=os.environ | {
                "KPI_FILES_DIR": str(self.files), "TMPDIR": str(self.incoming),
                "KPI_UPLOAD_MAX_BYTES": str(25 * MB), "KPI_UPLOAD_TOTAL_MAX_BYTES": str(200 * MB),
            },
        )  # fmt: skip

    def wait(self):
        for _ in range(200):
            try:
                return post(self, *form(10))
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the web server did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def kept(self):
        """Bytes in the two folders now."""
        sizes = []
        for top in (self.files, self.incoming):
            for file in top.rglob("*"):
                try:
                    sizes.append(file.stat().st_size)
                except FileNotFoundError:
                    continue  # deleted between the listing and the look
        return sum(sizes)

    def nothing_is_kept(self):
        """The worker clears up just after the answer: wait for it a moment."""
        deadline = time.monotonic() + 30
        while self.kept() and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.kept() == 0

    @property
    def worker(self):
        pid = self.process.pid
        return Path("/proc", Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def resident(self, figure):
        """VmRSS (now) or VmHWM (highest) of the worker, in bytes."""
        status = (self.worker / "status").read_text()
        return int(re.search(rf"{figure}:\s+(\d+) kB", status)[1]) * 1024

    def forget_highest(self):
        (self.worker / "clear_refs").write_text("5")
        return self.resident("VmRSS")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server"))
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def form(size, content=b""):
    """(pieces, length): a form with fields before and behind a file of `size` bytes, never all in memory."""
    head = "".join(
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("csrfmiddlewaretoken", TOKEN), ("before", "ก่อน"))
    ) + (
        f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="รายงาน.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    tail = f'\r\n--{EDGE}\r\nContent-Disposition: form-data; name="after"\r\n\r\nหลัง\r\n--{EDGE}--\r\n'
    head, tail = head.encode() + content, tail.encode()
    piece = b"%PDF" * 16384

    def pieces():
        yield head
        left = size - len(content)
        while left:
            yield piece[: min(left, len(piece))]
            left -= min(left, len(piece))
        yield tail

    return pieces(), len(head) - len(content) + size + len(tail)


def post(server, body, length, *, watch=None, **headers):
    """(status, headers, text). The whole body is sent before the answer is read, as browsers do."""
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        link.putrequest("POST", "/take/")
        for name, value in {
            "Content-Type": f"multipart/form-data; boundary={EDGE}",
            "Content-Length": str(length),
            "Cookie": f"csrftoken={TOKEN}",
            **headers,
        }.items():
            link.putheader(name, value)
        link.endheaders()
        for piece in body:
            link.send(piece)
            if watch:
                watch()
        answer = link.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        link.close()


def test_300_mb_get_the_413_page_and_leave_nothing(server):
    largest = 0

    def watch():
        nonlocal largest
        largest = max(largest, server.kept())

    before = server.forget_highest()
    status, headers, text = post(server, *form(300 * MB), watch=watch)
    assert server.resident("VmHWM") - before < 16 * MB
    assert status == 413
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "ข้อมูลที่ส่งมาใหญ่เกินกำหนด" in text
    assert "ยังไม่ได้บันทึกอะไร" in text
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert largest == 0
    assert server.nothing_is_kept()


def test_300_mb_from_htmx_get_a_box_beside_the_button(server):
    status, headers, text = post(server, *form(300 * MB), **{"HX-Request": "true"})
    assert status == 413
    assert headers["HX-Retarget"] == "this"
    assert "<html" not in text
    assert "ข้อมูลที่ส่งมาใหญ่เกินกำหนด" in text
    assert server.nothing_is_kept()


def test_one_file_too_large_keeps_what_was_typed(server):
    """30 MB: refused beside the field, with the fields before and behind it; never more than the limit on disk."""
    largest = 0

    def watch():
        nonlocal largest
        largest = max(largest, server.kept())

    before = server.forget_highest()
    status, _, text = post(server, *form(30 * MB), watch=watch)
    assert server.resident("VmHWM") - before < 16 * MB
    sentence = (
        "ไฟล์นี้ใหญ่เกินไป แนบได้เฉพาะไฟล์ PDF, รูปภาพ PNG หรือ JPG, Word (.docx), Excel (.xlsx) และ "
        "PowerPoint (.pptx) ขนาดไม่เกิน 25 MB"
    )
    assert status == 413
    assert json.loads(text) == {"refused": sentence, "too_large": sentence, "before": "ก่อน", "after": "หลัง"}
    assert 10 * MB < largest <= 25 * MB
    assert server.nothing_is_kept()


def test_a_file_within_the_limit_arrives_whole(server):
    content = good_files.pdf(good_files.stream(4, b"", b"\0" * (4 * MB)))
    status, _, text = post(server, *form(len(content), content))
    assert status == 200
    assert json.loads(text) == {"size": len(content), "name": "รายงาน.pdf", "before": "ก่อน", "after": "หลัง"}
    assert server.nothing_is_kept()


def test_a_disguised_file_is_refused_and_keeps_what_was_typed(server):
    content = b"<html><script>alert(1)</script></html>"
    status, _, text = post(server, *form(len(content), content))
    assert status == 422
    answer = json.loads(text)
    assert answer["refused"].startswith("ชื่อไฟล์ลงท้ายด้วย .pdf แต่เนื้อไฟล์เป็น HTML หรือ XML แนบได้เฉพาะไฟล์ PDF,")
    assert (answer["before"], answer["after"], answer["too_large"]) == ("ก่อน", "หลัง", None)
    assert server.nothing_is_kept()


def test_an_absurd_length_is_refused_without_reading(server):
    """The answer comes at once although nothing of the body was ever sent."""
    status, _, text = post(server, [], 10**12)
    assert status == 413
    assert "ข้อมูลที่ส่งมาใหญ่เกินกำหนด" in text


@pytest.mark.parametrize(("room", "status"), [(0, 200), (-1, 413)])
def test_exactly_the_limit_is_not_too_large(client, settings, room, status):
    content = good_files.pdf(good_files.stream(4, b"", b"\0" * (4 * MB)))
    settings.ROOT_URLCONF = "kpiportal.tests.upload_urls"
    settings.KPI_UPLOAD_MAX_BYTES = len(content) + room
    answer = client.post("/take/", {"before": "ก่อน", "file": SimpleUploadedFile("ก.pdf", content)})
    assert answer.status_code == status
    assert answer.json()["before"] == "ก่อน"


def test_a_request_too_large_needs_no_session(client, settings):
    settings.KPI_UPLOAD_TOTAL_MAX_BYTES = 10
    answer = client.post("/accounts/login/", {"login": "x" * 20})
    assert answer.status_code == 413
    assert "sessionid" not in answer.cookies


def test_the_limit_stands_before_the_check_that_reads_the_form(settings):
    order = settings.MIDDLEWARE
    assert order.count("kpiportal.uploadhandler.WholeRequestLimit") == 1
    assert order.index("kpiportal.uploadhandler.WholeRequestLimit") < order.index(
        "django.middleware.csrf.CsrfViewMiddleware"
    )
    assert settings.FILE_UPLOAD_HANDLERS[0] == "kpiportal.uploadhandler.SizeLimitHandler"
