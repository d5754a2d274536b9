"""People who file cards over HTTP, page by page as a browser does, and the proof of what became of them.

python -m benchmarks.filing check FACTS    (inside a portal's environment: what the database and the disk hold)
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.load import Request, ask
from benchmarks.portal import Portal
from kpiportal.embedded.install import ROOT
from kpiportal.embedded.trouble import Trouble

GIVES_UP = 120.0  # seconds somebody tries the same step again before it counts as an error
PAUSE = 0.3
_REVISION = re.compile(r'name="revision"[^>]*?value="(\d+)"')
_TOKEN = re.compile(r'name="token"[^>]*?value="([^"]+)"')
_RECEIPT = re.compile(r"เลขที่ใบรับ (?:<b[^>]*>)?([0-9A-F-]+)")


@dataclass(frozen=True)
class Filed:
    """One card its filer was told is sent: `receipt` as told, `words` as typed, `sha256` of the file attached."""

    card: int
    receipt: str
    words: str
    sha256: str


@dataclass
class Tally:
    """What the filers were told, and milliseconds of every step that was answered."""

    filed: list[Filed] = field(default_factory=list)
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    tried_again: int = 0
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class Found:
    """What stands in the database and on the disk: cards acknowledged and not there, there twice, there with another
    content or receipt; files whose bytes are not those sent."""

    lost: int
    doubled: int
    different: int
    damaged: int

    @property
    def is_whole(self) -> bool:
        return not any(dataclasses.astuple(self))


class Filer(threading.Thread):
    """One person with `cards` to file, one after another; `waits(n)` holds the n-th until its time."""

    def __init__(
        self, portal: Portal, who: str, cards: list[tuple[int, int]], tally: Tally, waits: Callable[[int], None]
    ):
        super().__init__(daemon=True)
        self.portal, self.who, self.cards, self.tally, self.waits = portal, who, cards, tally, waits

    def run(self) -> None:
        for n, card in enumerate(self.cards):
            self.waits(n)
            try:
                filed = self._file(*card)
            except (Trouble, OSError, AttributeError) as trouble:
                with self.tally.lock:
                    self.tally.errors.append(f"card {card[0]}: {trouble}")
                return
            with self.tally.lock:
                self.tally.filed.append(filed)

    def _file(self, card: int, indicator: int) -> Filed:
        address = f"/reporting/cards/{card}/"
        # A comment of its own in each: no two files are the same.
        content = self.portal.evidence.replace(b"\n", f"\n% {card} {self.who}\n".encode(), 1)
        self._step("attach", self.portal.post(f"{address}evidence/", self.who, {}, file=content))
        page = self._step("open", self.portal.get_path(address, self.who))
        words = f"ดำเนินการครบตามแผนของรายงานที่ {card} โดย {self.who}"
        fields = {
            "revision": _found(_REVISION, page),
            "token": _found(_TOKEN, page),
            f"value_{indicator}": "82.35",
            "explanation": words,
            "obstacles": "ไม่มี",
        }
        self._step("send", self.portal.post(f"{address}send/", self.who, fields))
        receipt = _found(_RECEIPT, self._step("read the receipt", self.portal.get_path(address, self.who)))
        return Filed(card, receipt, words, hashlib.sha256(content).hexdigest())

    def _step(self, name: str, request: Request) -> str:
        """Ask until it is answered, as somebody does whose page did not come."""
        gives_up = time.monotonic() + GIVES_UP
        while True:
            try:
                took, body = ask(self.portal.port, request)
            except (Trouble, OSError) as trouble:
                # No answer, or that the server cannot: press again. A refusal is an answer.
                if time.monotonic() > gives_up or "HTTP/1.1 4" in str(trouble):
                    raise
                with self.tally.lock:
                    self.tally.tried_again += 1
                time.sleep(PAUSE)
                continue
            with self.tally.lock:
                self.tally.took[name].append(took)
            return body.decode()


def _found(pattern: re.Pattern[str], page: str) -> str:
    if not (match := pattern.search(page)):
        raise Trouble(f"the page holds no {pattern.pattern}")
    return match[1]


def proved(portal: Portal, tally: Tally) -> Found:
    """Asks a fresh process that knows nothing but the facts."""
    facts = portal.folder / "filed.json"
    facts.write_text(json.dumps([dataclasses.asdict(one) for one in tally.filed]), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.filing", "check", str(facts)],
        env=portal.environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Trouble(f"the proof failed\n{done.stderr[-3000:]}")
    return Found(**json.loads(done.stdout.splitlines()[-1]))


def check(facts: Path) -> Found:
    import django  # noqa: PLC0415 -- inside the portal's environment only

    django.setup()
    from kpiportal import files  # noqa: PLC0415
    from reporting.models import ReportVersion  # noqa: PLC0415

    told = {one["card"]: Filed(**one) for one in json.loads(facts.read_text(encoding="utf-8"))}
    versions = list(ReportVersion.objects.filter(report__in=told).select_related("report"))
    count = Counter(version.report_id for version in versions)
    different = damaged = 0
    for version in versions:
        mine = told[version.report_id]
        same = version.receipt == mine.receipt and version.report.explanation == mine.words
        held = [row.file for row in version.report.evidence.select_related("file")]
        different += not (same and [file.sha256 for file in held] == [mine.sha256])
        damaged += sum(not files.is_intact(file) for file in held)
    return Found(
        lost=sum(card not in count for card in told),
        doubled=sum(times > 1 for times in count.values()),
        different=different,
        damaged=damaged,
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(dataclasses.asdict(check(Path(sys.argv[2])))) + "\n")
