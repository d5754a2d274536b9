"""`make vendor`: fetch the web assets again, at the versions named here, and write down what was fetched.

The files are committed, so nobody needs npm to run the portal; this raises a version. No build step:
each file is the package's own, except that a trailing sourceMappingURL comment is dropped (the map is not
shipped, and the manifest of static files refuses a reference to a file that is not there).
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kpiportal.embedded.install import ROOT, last_lines, say, speak_utf8
from kpiportal.embedded.trouble import Trouble

SOURCE_MAP = re.compile(rb"\s*(?://#|/\*#)\s*sourceMappingURL=\S+?(?:\s*\*/)?\s*\Z")


@dataclass(frozen=True)
class Package:
    """One npm package: `files` maps a file of the package to where it goes under the checkout."""

    name: str
    version: str
    licence: str
    files: dict[str, str]


SARABUN = {
    f"files/sarabun-{script}-{weight}-normal.woff2": f"static/fonts/sarabun-{script}-{weight}.woff2"
    for script in ("thai", "latin")
    for weight in (400, 600)
}
PACKAGES = (
    Package(
        "bootstrap",
        "5.3.8",
        "MIT",
        {
            "dist/css/bootstrap.min.css": "static/vendor/bootstrap/bootstrap.min.css",
            "dist/js/bootstrap.bundle.min.js": "static/vendor/bootstrap/bootstrap.bundle.min.js",
            "LICENSE": "static/vendor/bootstrap/LICENSE.txt",
        },
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "0BSD",
        {
            "dist/htmx.min.js": "static/vendor/htmx/htmx.min.js",
            "LICENSE": "static/vendor/htmx/LICENSE.txt",
        },
    ),
    Package("@fontsource/sarabun", "5.3.0", "OFL-1.1", {**SARABUN, "LICENSE": "static/fonts/sarabun.OFL.txt"}),
    Package(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        {
            "axe.min.js": "kpiportal/testing/vendor/axe.min.js",
            "LICENSE": "kpiportal/testing/vendor/axe.LICENSE.txt",
        },
    ),
)
LIST = "static/vendor/VENDOR.md"
HEAD = """# Web assets from npm

Written by `make vendor` (kpiportal/embedded/vendor.py); the files are committed as fetched, without their
source map comments. A test compares the sums.

| file | package | version | licence | sha256 |
|---|---|---|---|---|
"""


def fetch(package: Package, folder: Path) -> dict[str, bytes]:
    """The wanted files of one package by their place in the checkout. Raises Trouble when npm cannot."""
    command = [
        "npm",
        "pack",
        f"{package.name}@{package.version}",
        "--pack-destination",
        str(folder),
        "--silent",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    if done.returncode:
        raise Trouble(f"ดาวน์โหลด {package.name} ไม่สำเร็จ\n{last_lines(done.stderr)}")
    archive = folder / done.stdout.strip().splitlines()[-1]
    found = {}
    with tarfile.open(archive) as packed:
        for inside, place in package.files.items():
            member = packed.extractfile(f"package/{inside}")
            if member is None:
                raise Trouble(f"แพ็กเกจ {package.name} {package.version} ไม่มีแฟ้ม {inside}")
            found[place] = without_source_map(member.read()) if place.endswith((".js", ".css")) else member.read()
    return found


def without_source_map(content: bytes) -> bytes:
    return SOURCE_MAP.sub(b"\n", content)


def list_row(package: Package, place: str, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    return f"| {place} | {package.name} | {package.version} | {package.licence} | {digest} |\n"


def main() -> int:
    """Exit status: 0 fetched and written, 1 trouble (told on stderr)."""
    speak_utf8()
    rows = []
    try:
        if not shutil.which("npm"):
            raise Trouble("ไม่พบโปรแกรม npm ซึ่งใช้เฉพาะเวลาปรับรุ่นของแฟ้มเว็บ\n    apt-get install -y npm")
        with tempfile.TemporaryDirectory() as folder:
            for package in PACKAGES:
                for place, content in fetch(package, Path(folder)).items():
                    (ROOT / place).parent.mkdir(parents=True, exist_ok=True)
                    (ROOT / place).write_bytes(content)
                    rows.append(list_row(package, place, content))
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    (ROOT / LIST).write_text(HEAD + "".join(rows), encoding="utf-8")
    say(f"ดาวน์โหลดแล้ว {len(rows)} แฟ้ม ดูรายการที่ {LIST}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
