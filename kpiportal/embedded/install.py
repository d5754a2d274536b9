"""The first half of `make run` and `make test`: makes the machine able to run the other half.

Run by the system's Python with nothing installed, hence the standard library only. Does nothing when nothing
is missing. Every foreseen trouble ends in a sentence and the command to type, never in a traceback.

    python3 kpiportal/embedded/install.py run|test                          # what the two commands call
    .venv/bin/python kpiportal/embedded/install.py verify FOLDER BLOCK...   # is its venv whole?
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kpiportal.embedded import debian, programs
    from kpiportal.embedded.trouble import Trouble
else:  # run as a script: this folder is on the path, and the package's own imports are not installed yet
    import debian
    import programs
    from trouble import Trouble

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent.parent
MEGABYTES_NEEDED = {"runtime": 350, "servers": 150, "tests": 550}
MISLEADING = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX")
NO_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|Temporary failure in name resolution|Network is unreachable"
    r"|ConnectTimeout|ReadTimeout|Connection refused|ProxyError|SSLError"
)


class Installation:
    """The venv of one checkout: `root`/.venv, its marker of what is wholly installed, its log."""

    def __init__(self, root: Path = ROOT):
        self.root, self.venv = root, root / ".venv"
        self.python = self.venv / "bin" / "python"
        self.done, self.unfinished = self.venv / "installed.json", self.venv / "installing"
        self.log = root / "var" / "log" / "install.log"
        self.blocks = read_blocks((root / "requirements.txt").read_text(encoding="utf-8"))

    def bring(self, command: str) -> None:
        """Install what `command` (`run` or `test`) needs and the machine lacks. Raises Trouble."""
        names = ["runtime", "tests"] if command == "test" else ["runtime"]
        if self._needs_server_wheels():
            names.insert(1, "servers")
        with self._alone():
            sound = self._is_sound(names)
            debian.require(debian.missing(command, new_venv=not sound), command, self.log.with_name("apt.log"))
            if not sound:
                self._make_venv()
            wanted = [name for name in names if self._installed().get(name) != fingerprint(self.blocks[name])]
            if wanted:
                self._install(wanted)

    def _needs_server_wheels(self) -> bool:
        """Whether the machine has no Redis, or no PostgreSQL of the version that made the kept data."""
        made_by = programs.cluster_major(self.root / "var" / "postgres" / "data")
        majors = {programs.postgres_major(folder) for folder in programs.machine_postgres()}
        served = made_by in majors if made_by else bool(majors)
        return not (served and programs.machine_redis())

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Two commands started at once must not install into one venv at once: the second waits."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with (self.log.parent.parent / "install.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("มีการติดตั้งอีกคำสั่งหนึ่งกำลังทำงานอยู่ กำลังรอให้เสร็จ ...")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _marker(self) -> dict[str, Any]:
        try:
            told = json.loads(self.done.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}

    def _installed(self) -> dict[str, str]:
        return dict(self._marker().get("blocks", {}))

    def _is_sound(self, names: list[str]) -> bool:
        """Whether the venv runs, was made in this very place, and no earlier install was cut short in it."""
        if not self._python_works():
            return False
        if self.done.exists() and self._marker().get("place") != str(self.venv):
            return False
        if not self.unfinished.exists():
            return True
        whole = [name for name in names if self._installed().get(name) == fingerprint(self.blocks[name])]
        if not self._verify(whole):
            return False
        self.unfinished.unlink()
        return True

    def _python_works(self) -> bool:
        check = f"import sys, ssl, pip; sys.exit(sys.version_info < {OLDEST})"
        try:
            return subprocess.run([self.python, "-c", check], capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    def _verify(self, names: list[str]) -> bool:
        command = [str(self.python), __file__, "verify", str(self.root), *names]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def _make_venv(self) -> None:
        if self.venv.exists():
            say("พบการติดตั้งเดิมที่ไม่สมบูรณ์ กำลังสร้าง .venv ใหม่ ...")
            shutil.rmtree(self.venv)
        base = getattr(sys, "_base_executable", sys.executable)  # even when run by the venv's own Python
        made = subprocess.run([base, "-m", "venv", self.venv], capture_output=True, text=True, check=False)
        if made.returncode:
            raise Trouble(f"สร้าง .venv ไม่สำเร็จ: {last_lines(made.stdout + made.stderr)}")

    def _install(self, names: list[str]) -> None:
        """One pip call for all blocks; the marker is written once the result was checked, file by file."""
        megabytes = sum(MEGABYTES_NEEDED[name] for name in names)
        if shutil.disk_usage(self.venv).free < megabytes * 2**20:
            raise Trouble(f"พื้นที่ดิสก์ไม่พอ: ต้องมีที่ว่างอีกประมาณ {megabytes} MB\n    df -h {self.root}")
        say("กำลังติดตั้งไลบรารี Python ครั้งแรกใช้เวลาราว 1 นาที ...")
        self.unfinished.touch()
        command = [str(self.python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
        command += ["--only-binary", ":all:", "-r", "/dev/stdin"]
        lines = "\n".join(line for name in names for line in self.blocks[name])
        done = subprocess.run(
            command, input=lines, capture_output=True, text=True, env=clean_environment(), check=False
        )
        self.log.write_text(done.stdout + done.stderr, encoding="utf-8")
        if done.returncode or not self._verify(names):
            raise Trouble(pip_trouble(done.stdout + done.stderr, self.log))
        blocks = {**self._installed(), **{name: fingerprint(self.blocks[name]) for name in names}}
        # So that the venv's own commands (pytest, celery) find the checkout from anywhere.
        for packages in self.venv.glob("lib/python*/site-packages"):
            (packages / "checkout.pth").write_text(f"{self.root}\n", encoding="utf-8")
        fresh = self.done.with_suffix(".new")
        fresh.write_text(json.dumps({"place": str(self.venv), "blocks": blocks}, indent=1) + "\n")
        fresh.replace(self.done)
        self.unfinished.unlink()


def read_blocks(requirements: str) -> dict[str, list[str]]:
    """The pins of each marked block of requirements.txt, comments left out."""
    parts = re.split(r"^# --- block: (\w+) ---$", requirements, flags=re.MULTILINE)
    return {
        name: [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
        for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def fingerprint(pins: list[str]) -> str:
    return hashlib.sha256("\n".join(pins).encode()).hexdigest()


def broken_packages(pins: list[str]) -> list[str]:
    """Packages of this environment that are absent, of another version, or lack a file they brought."""
    present = {normal(found.metadata["Name"] or ""): found for found in metadata.distributions()}
    wanted = {pin.partition("==")[0].partition("[")[0]: pin.partition("==")[2] for pin in pins}
    bad = [name for name, pin in wanted.items() if normal(name) not in present or present[normal(name)].version != pin]
    for name, found in present.items():
        files = found.files
        if files is None or not all(is_whole(file) for file in files if file.suffix != ".pyc"):
            bad.append(name)
    return bad


def is_whole(file: metadata.PackagePath) -> bool:
    try:
        return file.size is None or Path(file.locate()).stat().st_size == file.size
    except FileNotFoundError:
        return False


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def clean_environment() -> dict[str, str]:
    """Ours without what would send pip elsewhere."""
    return {key: value for key, value in os.environ.items() if key not in MISLEADING}


def pip_trouble(output: str, log: Path) -> str:
    if "No space left on device" in output:
        return "ติดตั้งไลบรารี Python ไม่สำเร็จเพราะดิสก์เต็ม ให้เพิ่มที่ว่างแล้วสั่งอีกครั้ง\n    df -h ."
    if NO_NETWORK.search(output):
        return (
            "ติดตั้งไลบรารี Python ไม่สำเร็จเพราะติดต่อแหล่งแพ็กเกจไม่ได้ ให้ตรวจเครือข่าย (หรือค่า proxy) แล้วสั่งอีกครั้ง\n"
            f"    รายละเอียด: {log}"
        )
    return f"ติดตั้งไลบรารี Python ไม่สำเร็จ ข้อความท้ายบันทึก {log}\n{last_lines(output)}"


def last_lines(output: str, lines: int = 6) -> str:
    return "\n".join(f"    {line}" for line in output.strip().splitlines()[-lines:])


def speak_utf8() -> None:
    """Thai on any terminal: what the terminal cannot show is replaced, never an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def file_trouble(error: OSError) -> str | None:
    """The sentence for a file system that refuses; None for what nobody foresaw."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "ดิสก์เต็ม ให้เพิ่มที่ว่างแล้วสั่งอีกครั้ง\n    df -h ."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"ผู้ใช้ปัจจุบันเขียน {error.filename} ไม่ได้ ให้มอบโฟลเดอร์นี้ให้ก่อน\n    sudo chown -R $USER: {ROOT}"
    return None


def main(arguments: list[str]) -> int:
    """Exit status: 0 ready, 1 trouble (told on stderr), 2 wrong use, 130 interrupted."""
    speak_utf8()
    if sys.version_info < OLDEST:
        sys.stderr.write(
            f"ต้องใช้ Python 3.11 ขึ้นไป เครื่องนี้มี {sys.version.split()[0]}\n    make run PYTHON=/path/to/python3.11\n"
        )
        return 1
    if arguments[:1] == ["verify"]:
        blocks = Installation(Path(arguments[1])).blocks
        return 1 if broken_packages([pin for name in arguments[2:] for pin in blocks[name]]) else 0
    if arguments not in (["run"], ["test"]):
        sys.stderr.write(__doc__ or "")
        return 2
    try:
        Installation().bring(arguments[0])
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
    except OSError as error:
        sentence = file_trouble(error)
        if sentence is None:
            raise
        sys.stderr.write(f"{sentence}\n")
    except KeyboardInterrupt:
        return 130
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
