"""deploy/ proved: server mode behind the real nginx, with TLS, on loopback, on throw-away servers."""

import re
import signal
import socket
import ssl
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import quote

import pytest

from kpiportal.embedded import debian, ports
from kpiportal.tests import good_files
from kpiportal.tests.nginx_site import HOST, Browser, Site

lacking = debian.missing_servers()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(lacking), reason=f"needs nginx: apt-get install {' '.join(lacking)}"),
]
MB = 2**20
EDGE = "----edge"
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={EDGE}"}
UPLOADERS, UPLOAD_SECONDS = 20, 4.0


@pytest.fixture(scope="module")
def site():
    with Site() as site:
        yield site


@pytest.fixture(scope="module")
def collector(site):
    return signed_in(site, site.world["collector"])


def signed_in(site, email, caller=ports.LOCALHOST):
    browser = Browser(site, caller)
    assert browser.sign_in(email, site.world["password"]).status == 302
    return browser


def form(token, content, name="หลักฐาน.pdf"):
    """A form with one file, as a browser sends it."""
    head = (
        f'--{EDGE}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
        f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    return head.encode() + content + f"\r\n--{EDGE}--\r\n".encode()


def attach_to(site):
    return f"/reporting/cards/{site.world['card']}/evidence/"


def pieces_on_disk(site):
    return site.sql("SELECT count(*) FROM kpiportal_storedfile")[0][0]


def test_a_machine_set_up_like_this_is_ready(site):
    done = site.manage("check_config", check=False)
    assert "ไม่ผ่าน" not in done.stdout
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "พร้อมให้บริการ")


def test_plain_http_leads_to_https(site):
    for name, expected in ((HOST, b"HTTP/1.1 301"), ("elsewhere.example", b"")):
        with closing(socket.create_connection((ports.LOCALHOST, site.http), 10)) as line:
            line.sendall(f"GET /x?a=1 HTTP/1.0\r\nHost: {name}\r\n\r\n".encode())
            answer = line.makefile("rb").read()
        assert answer[:12] == expected
    assert HOST.encode() not in answer


def test_another_name_gets_no_certificate(site):
    context = ssl.create_default_context(cafile=str(site.certificate))
    with (
        closing(socket.create_connection((ports.LOCALHOST, site.https), 10)) as line,
        pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"),
    ):
        context.wrap_socket(line, server_hostname="elsewhere.example")


def test_tls_is_the_newest_and_nothing_old(site):
    browser = Browser(site)
    browser.get("/accounts/login/")
    assert browser.line.sock.version() == "TLSv1.3"
    context = ssl.create_default_context(cafile=str(site.certificate))
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        closing(socket.create_connection((ports.LOCALHOST, site.https), 10)) as line,
        pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"),
    ):
        context.wrap_socket(line, server_hostname=HOST)


def test_signing_in(site):
    browser = Browser(site)
    answer = browser.sign_in(site.world["collector"], site.world["password"])
    assert (answer.status, answer.headers["Location"]) == (302, "/")
    home = browser.get("/")
    assert home.status == 200
    assert "งานของฉัน" in home.text
    assert sorted(browser.cookies) == ["__Host-csrf", "__Host-session"]
    for cookie in browser.cookies.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")
    assert home.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert "default-src 'none'" in home.headers["Content-Security-Policy"]
    assert home.headers["Cache-Control"] == "private, no-store"
    assert home.headers["Server"] == "nginx"
    for name in set(home.headers):
        assert len(home.headers.get_all(name)) == 1 or name.lower() in ("set-cookie", "vary")


def test_a_page_is_compressed(site, collector):
    answer = collector.get("/", **{"Accept-Encoding": "gzip"})
    assert (answer.headers["Content-Encoding"], answer.body[:2]) == ("gzip", b"\x1f\x8b")
    assert "Accept-Encoding" in ", ".join(answer.headers.get_all("Vary"))


def hashed(site, kind):
    """The address of a style sheet or a script as the login page names it."""
    return re.search(rf'"(/static/[^"]+\.[0-9a-f]{{12}}\.{kind})"', Browser(site).get("/accounts/login/").text)[1]


@pytest.mark.parametrize(("kind", "mime"), [("css", "text/css"), ("js", "application/javascript")])
@pytest.mark.parametrize(("accepted", "coding"), [("gzip, br", "br"), ("gzip", "gzip"), ("identity", None)])
def test_static_files_come_from_nginx_compressed_and_for_ever(site, kind, mime, accepted, coding):
    path = hashed(site, kind)
    answer = Browser(site).get(path, **{"Accept-Encoding": accepted})
    stored = site.var / path.lstrip("/")
    suffix = {"br": ".br", "gzip": ".gz", None: ""}[coding]
    assert answer.body == stored.with_name(stored.name + suffix).read_bytes()
    assert (answer.status, answer.headers["Content-Encoding"]) == (200, coding)
    assert answer.headers["Content-Type"] == f"{mime}; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "Accept-Encoding" in answer.headers.get("Vary", "" if coding is None else "nothing") or coding is None


def test_a_static_file_without_a_hash_is_asked_about_again(site):
    browser = Browser(site)
    answer = browser.get("/static/css/error.css")
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "public, no-cache")
    again = browser.get("/static/css/error.css", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")


def test_a_missing_static_file_is_not_kept(site):
    answer = Browser(site).get("/static/css/gone.0123456789ab.css")
    assert (answer.status, answer.headers["Cache-Control"]) == (404, None)


def test_evidence_is_sent_by_nginx_with_the_headers_of_the_portal(site, collector):
    answer = collector.get(f"/reporting/evidence/{site.world['evidence']}/")
    stored = site.var / "files" / site.world["path"]
    assert (answer.status, answer.body) == (200, stored.read_bytes())
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Length"] == str(stored.stat().st_size)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert f"filename*=UTF-8''{quote('รายงาน ณ 30 ก.ย. 2558.pdf', safe='')}" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["X-Accel-Redirect"] is None
    # Only nginx answers a request for a part: the portal itself sends files whole.
    part = collector.get(f"/reporting/evidence/{site.world['evidence']}/", Range="bytes=0-3")
    assert (part.status, part.body) == (206, b"%PDF")


def test_files_are_nobodys_by_address(site, collector):
    evidence = f"/reporting/evidence/{site.world['evidence']}/"
    assert signed_in(site, site.world["stranger"]).get(evidence).status == 404
    assert Browser(site).get(evidence).status == 302
    for path in ("/_files/", "/static/../files/", "/static/..%2ffiles/", "/static../files/", "/files/"):
        answer = collector.get(path + site.world["path"])
        assert answer.status == 404
        assert b"%PDF" not in answer.body


def test_the_trail_names_the_caller_and_not_who_he_says_he_is(site):
    browser = signed_in(site, site.world["collector"], caller="127.0.0.2")
    forged = {
        "X-Forwarded-For": "198.51.100.66", "X-Real-IP": "198.51.100.66", "Forwarded": "for=198.51.100.66",
        "X_Forwarded_For": "198.51.100.66", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "elsewhere.example",
    }  # fmt: skip
    answer = browser.ask("POST", attach_to(site), form(browser.token, good_files.pdf()), **MULTIPART, **forged)
    assert (answer.status, answer.headers["Location"]) == (302, f"/reporting/cards/{site.world['card']}/")
    newest = "SELECT host(address), verb FROM kpiportal_auditevent ORDER BY id DESC LIMIT 1"
    assert site.sql(newest) == [("127.0.0.2", "reporting.attach")]


def test_a_file_too_large_is_refused_by_the_portal_in_thai(site, collector):
    before = pieces_on_disk(site)
    content = good_files.pdf(good_files.stream(4, b"", b"\0" * (30 * MB)))
    answer = collector.ask("POST", attach_to(site), form(collector.token, content), **MULTIPART)
    assert answer.status == 413
    assert "ไฟล์นี้ใหญ่เกินไป" in answer.text
    assert "ขนาดไม่เกิน 25 MB" in answer.text
    assert pieces_on_disk(site) == before


def test_a_request_too_large_is_refused_at_once_in_thai(site, collector):
    """Over the limit of the whole request nginx answers, before a byte of the body is sent."""
    line = collector.line
    line.putrequest("POST", attach_to(site))
    for name, value in {**collector.headers(), **MULTIPART, "Content-Length": str(200 * MB + 1)}.items():
        line.putheader(name, value)
    line.endheaders()
    answer = collector.answer()
    assert answer.status == 413
    assert answer.headers["Content-Type"] == "text/html"
    assert "<h1>ข้อมูลที่ส่งมาใหญ่เกินกำหนด</h1>" in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    line.close()


class Reader:
    """Asks for a page again and again on one line while the block lasts; `waits` in seconds."""

    def __init__(self, browser, path="/accounts/login/"):
        self.browser, self.path = browser, path
        self.waits, self.statuses, self.ended = [], set(), threading.Event()
        self.thread = threading.Thread(target=self._read)

    def _read(self):
        while not self.ended.is_set():
            started = time.perf_counter()
            self.statuses.add(self.browser.get(self.path).status)
            self.waits.append(time.perf_counter() - started)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def share(self, of_hundred):
        return statistics.quantiles(self.waits, n=100)[of_hundred - 1]


def upload_slowly(site, cookies, content, late):
    """One upload over a thin line: the head at once, the body in forty pieces over UPLOAD_SECONDS. Its status."""
    time.sleep(late)  # people do not all finish in the same moment
    browser = Browser(site, cookies=cookies)
    body = form(browser.token, content, name=f"หลักฐาน {late}.pdf")  # the same name again would be the same file
    line = browser.line
    line.putrequest("POST", attach_to(site))
    for name, value in {**browser.headers(), **MULTIPART, "Content-Length": str(len(body))}.items():
        line.putheader(name, value)
    line.endheaders()
    step = -(-len(body) // 40)
    for place in range(0, len(body), step):
        line.send(body[place : place + step])
        time.sleep(UPLOAD_SECONDS / 40)
    with closing(line):
        return browser.answer().status


def test_slow_uploaders_do_not_starve_a_reader(site, collector):
    """Two workers, twenty uploads of four seconds each: the reader hardly notices and every upload arrives."""
    content = good_files.pdf(good_files.stream(4, b"", b"\0" * (100 * 1024)))
    before = pieces_on_disk(site)
    with Reader(Browser(site)) as idle:
        time.sleep(2)
    with ThreadPoolExecutor(UPLOADERS) as pool, Reader(Browser(site)) as busy:
        uploads = [
            pool.submit(upload_slowly, site, collector.cookies, content, number / 10) for number in range(UPLOADERS)
        ]
        statuses = [upload.result() for upload in uploads]
    assert statuses == [302] * UPLOADERS
    assert pieces_on_disk(site) == before + UPLOADERS
    assert (idle.statuses, busy.statuses) == ({200}, {200})
    figures = {
        name: [round(who.share(n) * 1000, 1) for n in (50, 95, 99)] for name, who in (("idle", idle), ("busy", busy))
    }
    assert busy.share(95) < max(4 * idle.share(95), 0.3), figures
    assert len(busy.waits) > 50


def test_without_the_proxy_they_would(site):
    """The same uploads straight to the two workers hold both: so the test above can fail."""
    head = (
        f"POST /accounts/login/ HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\nReferer: https://{HOST}/\r\n"
        f"Cookie: __Host-csrf={'t' * 32}\r\nContent-Type: multipart/form-data; boundary={EDGE}\r\n"
        "Content-Length: 100000\r\n\r\n"
    )
    assert site.ask_portal("/accounts/login/") == 200
    lines = [site.knock() for _ in range(4)]
    try:
        for line in lines:
            line.sendall(head.encode() + f"--{EDGE}\r\n".encode())
        time.sleep(0.5)
        with pytest.raises(TimeoutError):
            site.ask_portal("/accounts/login/", patience=2)
    finally:
        for line in lines:
            line.close()
    assert site.ask_portal("/accounts/login/") == 200


def test_a_reload_refuses_nobody(site):
    """`systemctl reload kpiportal-web` sends SIGHUP: requests wait for the new workers' start, none fails."""
    old = workers_of(site)
    with Reader(Browser(site)) as reader:
        site.web.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 90
        while set(workers_of(site)) & set(old) or len(workers_of(site)) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        asked = len(reader.waits)
        while len(reader.waits) < asked + 10:  # served by the new ones
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert reader.statuses == {200}


def workers_of(site):
    pid = site.web.process.pid
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return [int(word) for word in children.read().split()]


def test_with_the_portal_away_nginx_says_so_in_thai(site):
    path = hashed(site, "css")
    site.web.stop()
    try:
        answer = Browser(site).get("/")
        assert (answer.status, answer.headers["Retry-After"]) == (502, "60")
        assert "<h1>ระบบปิดชั่วคราว</h1>" in answer.text
        assert Browser(site).get(path).body == (site.var / path.lstrip("/")).read_bytes()
    finally:
        site.start_web()
    assert Browser(site).get("/").status == 302
