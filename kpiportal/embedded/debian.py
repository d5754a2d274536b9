"""What the portal needs of the machine beyond Python packages.

Root gets what is missing through apt; anyone else is told in one sentence, with the line to type.
Standard library only, and nothing newer than the oldest Python that should be told it is too old.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from kpiportal.embedded.trouble import Trouble
else:  # beside install.py run as a script
    from trouble import Trouble

# What is loaded or run -> the Debian package that brings it.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
# The Node.js that drives the browser tests is a program of its own.
TEST_LIBRARIES = {"libatomic.so.1": "libatomic1"}
TEST_PROGRAMS = {"chromium-headless-shell": "chromium-headless-shell", "pdftotext": "poppler-utils"}
# Debian starts a web server the moment it is installed, on everybody's port 80. So it comes by itself only where
# no init system would do that (the container of a build); elsewhere its tests are skipped and say what to install.
TEST_SERVERS = {
    Path("/usr/sbin/nginx"): "nginx",
    Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so"): "libnginx-mod-http-brotli-static",
}
INIT = Path("/run/systemd/system")
BANGKOK = Path("/usr/share/zoneinfo/Asia/Bangkok")
APT_LISTS = Path("/var/lib/apt/lists")


def missing(command: str, *, new_venv: bool) -> list[str]:
    """Debian packages that `command` (`run` or `test`) needs and the machine lacks."""
    lacking = [package for library, package in LIBRARIES.items() if not _loads(library)]
    if not BANGKOK.exists():
        lacking.append("tzdata")
    if not shutil.which("setpriv"):
        lacking.append("util-linux")
    if new_venv and not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        lacking.append(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")
    if command == "test":
        lacking += [package for library, package in TEST_LIBRARIES.items() if not _loads(library)]
        lacking += [package for program, package in TEST_PROGRAMS.items() if not shutil.which(program)]
        if not INIT.exists():
            lacking += missing_servers()
    return lacking


def missing_servers() -> list[str]:
    """Debian packages of the web server that the tests of deploy/ run, as far as the machine lacks them."""
    return [package for file, package in TEST_SERVERS.items() if not file.exists()]


def require(packages: list[str], command: str, log: Path) -> None:
    """Install `packages` when we are root on Debian. Raises Trouble with the line to type otherwise."""
    if not packages:
        return
    line = "apt-get install -y --no-install-recommends " + " ".join(packages)
    if not shutil.which("apt-get"):
        raise Trouble(
            "เครื่องนี้ยังขาดโปรแกรมระบบ ซึ่งใน Debian ชื่อว่า "
            + " ".join(packages)
            + " ให้ติดตั้งก่อน\n"
            + f"    แล้วสั่ง make {command} อีกครั้ง"
        )
    if os.geteuid() != 0:
        raise Trouble(f"เครื่องนี้ยังขาดโปรแกรมระบบ ให้พิมพ์คำสั่งนี้แล้วสั่ง make {command} อีกครั้ง\n    sudo {line}")
    sys.stdout.write("กำลังติดตั้งโปรแกรมระบบ: " + " ".join(packages) + " ...\n")
    sys.stdout.flush()
    _apt(line.split(), log)


def _apt(install: list[str], log: Path) -> None:
    """Install from the package lists at hand, and once more from fresh lists when that fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=180"]
    install = install[:1] + wait + install[1:]
    attempts = [["apt-get", *wait, "update"], install]
    if any(APT_LISTS.glob("*_Packages*")):
        attempts.insert(0, install)
    with log.open("a+", encoding="utf-8") as output:
        for attempt in attempts:
            done = subprocess.run(
                attempt, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment, check=False
            )
            if done.returncode == 0 and attempt is install:
                return
        output.seek(0)
        said = output.read().strip().splitlines()[-6:]
    raise Trouble(
        f"ติดตั้งโปรแกรมระบบไม่สำเร็จ ให้ตรวจเครือข่ายแล้วลองพิมพ์เอง (บันทึกอยู่ที่ {log})\n    {' '.join(install)}\n"
        + "\n".join(f"    | {text}" for text in said)
    )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
