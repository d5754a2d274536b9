"""The portal as deploy/ sets it up, on loopback: the shipped nginx file, unit line, gunicorn file and env example.

Only places, names and ports are exchanged, each of them known to occur in the shipped file.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import psycopg2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kpiportal.embedded import debian, ports, process
from kpiportal.embedded.servers import PrivateServers
from kpiportal.testing.smtp import LocalSmtp

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
NGINX, BROTLI = debian.TEST_SERVERS
HOST = "portal.example"
MAIN = """
user root;
worker_processes 1;
pid {folder}/nginx.pid;
load_module {brotli};
error_log stderr;
events {{ worker_connections 256; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    sendfile on;
    access_log off;
    client_body_temp_path {folder}/incoming;
    proxy_temp_path {folder}/outgoing;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


class Site:
    """`with Site() as site`: PostgreSQL, Redis, mail relay, portal and nginx, ended with the block."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kpi-site-"))  # short: a socket's path has 107 letters at most
        self.var, self.socket = self.folder / "var", self.folder / "run" / "web.sock"
        self.http, self.https = ports.free_port(), ports.free_port()
        self.servers, self.smtp = PrivateServers(), LocalSmtp()
        self.children: list[process.Child] = []
        self.lines: list[_Line] = []  # closed at the end, as browsers do

    def __enter__(self) -> Site:
        try:
            for folder in ("var/files", "run", "tls"):
                (self.folder / folder).mkdir(parents=True)
            self.servers.start()
            self.environment = self._environment(self.smtp.__enter__().port)
            self.manage("migrate", "--noinput")
            self.manage("collectstatic", "--noinput")
            self.world = json.loads(self._python("-m", "kpiportal.tests.nginx_world").stdout)
            self._certify()
            self.start_web()
            self._start_nginx()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for line in self.lines:
            line.close()
        for child in reversed(self.children):
            child.stop()
        if hasattr(self, "environment"):
            self.smtp.__exit__()
        self.servers.stop()
        shutil.rmtree(self.folder)

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self._python("manage.py", *arguments, check=check)

    def sql(self, statement: str) -> list[tuple]:
        with closing(psycopg2.connect(self.servers.database_url)) as link:
            cursor = link.cursor()
            cursor.execute(statement)
            return cursor.fetchall()

    def _python(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert not (check and done.returncode), done.stderr
        return done

    def _environment(self, smtp_port: int) -> dict[str, str]:
        """deploy/kpiportal.env.example, filled in."""
        example = {}
        for line in (DEPLOY / "kpiportal.env.example").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.partition("=")
                example[name] = shlex.split(value)[0] if value else ""
        filled = {
            "SECRET_KEY": os.urandom(30).hex(),
            "ALLOWED_HOSTS": HOST,
            "KPI_BASE_URL": f"https://{HOST}",
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "DATABASE_URL": self.servers.database_url,
            "REDIS_URL": self.servers.redis_url,
            "KPI_VAR_DIR": str(self.var),
            "KPI_FILES_DIR": str(self.var / "files"),
        }
        assert filled.keys() <= example.keys()
        machine = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "kpiportal.settings.prod"}
        here = {"KPI_BIND": f"unix:{self.socket}", "WEB_CONCURRENCY": "2", "TMPDIR": str(self.folder)}
        return {**machine, **example, **filled, **here}

    def _certify(self) -> None:
        """A certificate for HOST, signed by itself."""
        key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name.from_rfc4514_string(f"CN={HOST}")
        now = dt.datetime.now(dt.UTC)
        certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
            .sign(key, hashes.SHA256())
        )
        self.certificate = self.folder / "tls" / "fullchain.pem"
        self.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (self.folder / "tls" / "privkey.pem").write_bytes(private)

    def start_web(self) -> None:
        """The command of the unit file, by this environment's Python."""
        unit = (DEPLOY / "systemd" / "kpiportal-web.service").read_text(encoding="utf-8")
        [line] = [line for line in unit.splitlines() if line.startswith("ExecStart=")]
        command = shlex.split(line.removeprefix("ExecStart="))
        assert command[0] == "/opt/kpiportal/.venv/bin/gunicorn"
        self.web = self._start("web", [sys.executable, "-m", "gunicorn", *command[1:]], signal.SIGTERM)
        self._wait_for(lambda: self.ask_portal("/healthz/ready") == 200, self.web)

    def _start_nginx(self) -> None:
        (self.folder / "site.conf").write_text(self.nginx_file(), encoding="utf-8")
        (self.folder / "nginx.conf").write_text(MAIN.format(folder=self.folder, brotli=BROTLI), encoding="utf-8")
        command = [str(NGINX), "-c", str(self.folder / "nginx.conf"), "-g", "daemon off;"]
        nginx = self._start("nginx", command, signal.SIGTERM)
        self._wait_for(lambda: Browser(self).get("/healthz/ready").status == 200, nginx)

    def nginx_file(self) -> str:
        """The shipped site, here."""
        text = (DEPLOY / "nginx" / "kpiportal.conf").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if "listen [::]:" not in line]  # not every machine has IPv6
        text = "\n".join(lines)
        for shipped, here in {
            "/run/kpiportal/web.sock": self.socket,
            "/var/lib/kpiportal": self.var,
            "/opt/kpiportal": ROOT,
            "/etc/kpiportal/tls": self.folder / "tls",
            "kpi.example.go.th": HOST,
            "listen 80": f"listen {ports.LOCALHOST}:{self.http}",
            "listen 443": f"listen {ports.LOCALHOST}:{self.https}",
        }.items():
            assert shipped in text
            text = text.replace(shipped, str(here))
        return text

    def _start(self, name: str, command: list[str], stop_signal: signal.Signals) -> process.Child:
        child = process.start(
            name, command, log=self.folder / f"{name}.log", record=self.folder / f"{name}.pid", env=self.environment,
            stop_signal=stop_signal, cwd=ROOT,
        )  # fmt: skip
        self.children.append(child)
        return child

    @staticmethod
    def _wait_for(answers, child: process.Child) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                if answers():
                    return
            except OSError:
                pass
            assert child.is_alive(), process.tail(child.log)
            assert time.monotonic() < deadline, process.tail(child.log)
            time.sleep(0.05)

    def ask_portal(self, path: str, *, patience: float = 10) -> int:
        """The status of a page asked of gunicorn itself, past nginx. TimeoutError when nobody answers."""
        with closing(self.knock(patience)) as line:
            line.sendall(f"GET {path} HTTP/1.0\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n\r\n".encode())
            return int(line.recv(64).split()[1])

    def knock(self, patience: float = 10) -> socket.socket:
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(patience)
        try:
            line.connect(str(self.socket))
        except OSError:
            line.close()
            raise
        return line


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class _Line(http.client.HTTPSConnection):
    """To nginx on loopback, under the portal's own name."""

    def __init__(self, site: Site, caller: str):
        context = ssl.create_default_context(cafile=str(site.certificate))
        super().__init__(HOST, timeout=60, context=context)
        self.site, self.caller = site, caller

    def connect(self) -> None:
        plain = socket.create_connection((ports.LOCALHOST, self.site.https), self.timeout, (self.caller, 0))
        self.sock = self._context.wrap_socket(plain, server_hostname=HOST)


@dataclass
class Browser:
    """A caller at an address of this machine; keeps its line open and its cookies."""

    site: Site
    caller: str = ports.LOCALHOST
    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    def __post_init__(self) -> None:
        self.line = _Line(self.site, self.caller)
        self.site.lines.append(self.line)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        self.line.request(method, path, body, self.headers() | headers)
        return self.answer()

    def headers(self) -> dict[str, str]:
        told = {"Origin": f"https://{HOST}", "Referer": f"https://{HOST}/"}
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={cookie.value}" for name, cookie in self.cookies.items())
        return told

    def answer(self) -> Answer:
        response = self.line.getresponse()
        for cookie in response.headers.get_all("Set-Cookie", []):
            self.cookies.load(cookie)
        return Answer(response.status, response.headers, response.read())

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def sign_in(self, email: str, password: str) -> Answer:
        self.get("/accounts/login/")
        facts = {"login": email, "password": password, "csrfmiddlewaretoken": self.token}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", "/accounts/login/", urlencode(facts).encode(), **kind)

    @property
    def token(self) -> str:
        return self.cookies["__Host-csrf"].value
