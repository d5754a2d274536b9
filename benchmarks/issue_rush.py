"""Two hundred letters numbered in the same moment: `python -m benchmarks.issue_rush [LETTERS]`.

All are drafts of one register and everybody presses at once, over HTTP. Of every ten letters one cannot be typeset; of
one an enclosure is gone from the disk, which is found when its number is already taken; one is pressed twice at once;
one is cancelled as soon as it is out. A worker of the web server is killed (SIGKILL) in the middle, and whoever got no
answer presses again. Then a fresh process reads the register, the files and the words on the paper. Ends with 1 when a
number is missing or there twice, a letter lacks its bytes, or anybody was told something else than what stands there.

    python -m benchmarks.issue_rush draft COUNT    (both inside a portal's environment)
    python -m benchmarks.issue_rush check FACTS
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.kills import children_of
from benchmarks.load import exchange, percentile
from benchmarks.portal import Portal
from kpiportal.embedded.install import ROOT, say, speak_utf8
from kpiportal.embedded.trouble import Trouble

if TYPE_CHECKING:
    from kpiportal.models import Letter, Organization, User

LETTERS, WORKERS = 200, 4
START_AFTER = 7_274  # the register's last number before the rush
GIVES_UP = 120.0  # seconds somebody whose page did not come presses again
PAUSE = 0.3
UNPRINTABLE, BROKEN, TWICE, CANCELLED, PLAIN = "unprintable", "broken enclosure", "twice", "cancelled", "plain"
WAYS = (PLAIN, TWICE, PLAIN, UNPRINTABLE, PLAIN, CANCELLED, PLAIN, BROKEN, PLAIN, PLAIN)
DONE, GONE_FIRST, REFUSED = 302, 409, 422  # what a press of a button is answered with; 0: nothing came


@dataclass(frozen=True)
class Press:
    """Somebody's button: `path` of the letter's page, what is sent."""

    letter: int
    revision: int
    action: str  # "issue" or "cancel"

    @property
    def path(self) -> str:
        return f"/meetings/letters/{self.letter}/{self.action}/"

    @property
    def fields(self) -> dict[str, str]:
        return {"letter_revision": str(self.revision), "reason": "ทดสอบ" if self.action == "cancel" else ""}


@dataclass
class Tally:
    """What people were told: [letter, way, action, answers of that button in order]; milliseconds of each number."""

    told: list[tuple[int, str, str, list[int]]] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class Found:
    """What stands in the register: `numbers` on letters, `holes` between them, letters whose bytes, hash, trail or
    printed number are not theirs (`spoilt`), and letters about which somebody was told something else (`untrue`)."""

    numbers: int
    last: int
    holes: int
    doubled: int
    cancelled: int
    spoilt: int
    untrue: int

    @property
    def is_whole(self) -> bool:
        return not (self.holes or self.doubled or self.spoilt or self.untrue)


def draft(count: int, *, by: User, office: Organization, at: Any) -> list[tuple[int, str]]:
    """(letter, way) of as many drafts in one register, no two of the same words."""
    from kpiportal import letters  # noqa: PLC0415 -- models are there only after django.setup()

    series = letters.open_series(
        office, prefix="ชม 0017.2", circular=False, year=at.year + 543, start_after=START_AFTER, by=by, at=at
    )
    made = []
    for n in range(count):
        way = WAYS[n % len(WAYS)]
        letter = letters.draft_letter(
            office, by=by, at=at, series=series, subject=f"การรายงานผลตามตัวชี้วัด เรื่องที่ {n}", addressee="คลังจังหวัดเชียงใหม่",
            body=[f"ตามที่จังหวัดได้กำหนดรอบรายงาน เรื่องที่ {n} นั้น {'漢' * (way == UNPRINTABLE)}", "จึงเรียนมาเพื่อโปรดทราบ"],
            letterhead=["ศาลากลางจังหวัดเชียงใหม่"], signer="นายฤกษ์ ธนาวิช", signer_post=["ผู้ว่าราชการจังหวัดเชียงใหม่"],
            owner=["สำนักงานจังหวัด"], emblem_paper=True,
        )  # fmt: skip
        if way == BROKEN:
            _enclose_what_is_gone(letter, by=by, at=at)
        made.append((letter.pk, way))
    return made


def _enclose_what_is_gone(letter: Letter, *, by: User, at: Any) -> None:
    from django.conf import settings  # noqa: PLC0415 -- as above

    from kpiportal import files  # noqa: PLC0415
    from kpiportal.models import LetterEnclosure, StoredFile  # noqa: PLC0415

    stored = files.store_bytes(
        b"%PDF-1.7 gone", name="a.pdf", content_type="application/pdf", organization=letter.organization, at=at,
        purpose=StoredFile.Purpose.ENCLOSURE, by=by,
    )  # fmt: skip
    LetterEnclosure.objects.create(letter=letter, line="บัญชี จำนวน 1 ฉบับ", pages=1, order=1, file=stored)
    (Path(settings.KPI_FILES_DIR) / stored.path).unlink()


def rush(drafts: list[tuple[int, str]], press: Callable[[Press], int], *, between: Callable[[], None]) -> Tally:
    """Everybody presses at once; `press` answers a status, `between` runs when a third of them are answered."""
    tally, lock = Tally(), threading.Lock()
    hands = [(pk, way) for pk, way in drafts for _ in range(2 if way == TWICE else 1)]
    ready, third = threading.Barrier(len(hands) + 1), threading.Semaphore(0)

    def one(pk: int, way: str) -> None:
        ready.wait()
        began = time.monotonic()
        answers = _until_answered(press, Press(pk, 0, "issue"))
        took = (time.monotonic() - began) * 1000
        third.release()
        cancelled = _until_answered(press, Press(pk, 1, "cancel")) if way == CANCELLED else []
        with lock:
            tally.told.append((pk, way, "issue", answers))
            tally.took.append(took)
            if cancelled:
                tally.told.append((pk, way, "cancel", cancelled))

    people = [threading.Thread(target=one, args=hand) for hand in hands]
    for person in people:
        person.start()
    ready.wait()
    began = time.monotonic()
    for _ in range(len(hands) // 3):
        third.acquire()
    between()
    for person in people:
        person.join()
    tally.seconds = time.monotonic() - began
    return tally


def _until_answered(press: Callable[[Press], int], button: Press) -> list[int]:
    """Every answer to a button that is pressed until one comes; 0 stands for none."""
    answers: list[int] = []
    gives_up = time.monotonic() + GIVES_UP
    while time.monotonic() < gives_up:
        answers.append(press(button))
        if answers[-1]:
            break
        time.sleep(PAUSE)
    return answers


def check(told: list[tuple[int, str, str, list[int]]]) -> Found:
    """The register of these letters as the database, the disk and the paper have it."""
    from kpiportal.models import Letter  # noqa: PLC0415 -- as above

    rows = {row.pk: row for row in Letter.objects.filter(pk__in=[pk for pk, *_ in told]).select_related("file")}
    series = next(iter(rows.values())).series
    numbered = [row for row in series.letters.select_related("file") if row.number is not None]
    count = Counter(row.number for row in numbered)
    return Found(
        numbers=len(numbered),
        last=series.last_number,
        holes=len(set(range(START_AFTER + 1, series.last_number + 1)) ^ set(count)),
        doubled=sum(times > 1 for times in count.values()),
        cancelled=sum(row.state == Letter.State.CANCELLED for row in numbered),
        spoilt=sum(not _is_sound(row) for row in numbered),
        untrue=sum(not _is_true(rows[pk], way, told) for pk, way in {(pk, way) for pk, way, *_ in told}),
    )


def _is_sound(letter: Letter) -> bool:
    """Its own bytes by their sha256, its own number on the paper, numbered once in the trail."""
    import pypdfium2  # noqa: PLC0415 -- a C library, wanted here only

    from kpiportal import files, thai  # noqa: PLC0415 -- as above
    from kpiportal.models import AuditEvent  # noqa: PLC0415

    if letter.file is None or not files.is_intact(letter.file):
        return False
    with files.open_stored(letter.file) as file:
        page = pypdfium2.PdfDocument(file.read())[0]
    first = page.get_textpage().get_text_range().split("\n", 1)[0]
    issued = AuditEvent.objects.filter(verb="letters.issue", subject_id=str(letter.pk)).count()
    return issued == 1 and f"ที่ {thai.to_thai_digits(letter.number_text)} " in f"{first.strip()} "


def _is_true(letter: Letter, way: str, told: list[tuple[int, str, str, list[int]]]) -> bool:
    """Whoever was told "done" has it, once; whoever was refused has a draft without a number."""
    issue = [answers for pk, _, action, answers in told if pk == letter.pk and action == "issue"]
    last = sorted(answers[-1] for answers in issue)
    # Pressed again because no answer came: that it is done already is what they hear then.
    unheard = any(0 in answers for answers in issue)
    if way in (UNPRINTABLE, BROKEN):
        return last == [REFUSED] and letter.state == "draft" and letter.number is None and letter.file is None
    done = [DONE, GONE_FIRST] if way == TWICE else [DONE]
    heard = last == done or unheard and set(last) <= {DONE, GONE_FIRST}
    return heard and letter.state == ("cancelled" if way == CANCELLED else "issued")


def main(count: int) -> int:
    speak_utf8()
    try:
        with Portal(workers=WORKERS, cards=4) as portal:
            drafts = [(pk, way) for pk, way in _inside(portal, "draft", str(count))]
            tally = rush(drafts, lambda button: _over_http(portal, button), between=lambda: _kill_a_worker(portal))
            facts = portal.folder / "told.json"
            facts.write_text(json.dumps(tally.told), encoding="utf-8")
            found = Found(**_inside(portal, "check", str(facts)))
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    answers = Counter(status for *_, heard in tally.told for status in heard)
    say(
        f"{count} letters of one register pressed at once by {len(tally.took)}, one of {WORKERS} workers killed: "
        f"{tally.seconds:.1f} s, {found.numbers / tally.seconds:.0f} numbers a second; "
        f"p50 {percentile(tally.took, 0.5):.0f} ms, p95 {percentile(tally.took, 0.95):.0f} ms"
    )
    say(
        f"{answers[DONE]} done, {answers[REFUSED]} refused, {answers[GONE_FIRST]} told it is done already, "
        f"{answers[0]} without an answer and pressed again"
    )
    say(
        f"{found.numbers} numbers, {START_AFTER + 1} to {found.last}: {found.holes} missing, {found.doubled} there "
        f"twice, {found.cancelled} cancelled and kept; {found.spoilt} letters without their bytes, hash, trail or own "
        f"number on paper; {found.untrue} told otherwise than it stands"
    )
    return 0 if found.is_whole and found.numbers == sum(way in (PLAIN, TWICE, CANCELLED) for _, way in drafts) else 1


def _over_http(portal: Portal, button: Press) -> int:
    try:
        return exchange(portal.port, portal.post(button.path, "coordinator", button.fields))[1]
    except OSError:
        return 0


def _kill_a_worker(portal: Portal) -> None:
    assert portal.web is not None
    os.kill(children_of(portal.web.process.pid)[0], signal.SIGKILL)


def _inside(portal: Portal, *words: str) -> Any:
    """What this module answers in a process of its own that knows the portal's data and nothing else."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.issue_rush", *words],
        env=portal.environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Trouble(f"{words[0]} failed\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _answer(what: str, word: str) -> Any:
    import django  # noqa: PLC0415 -- inside the portal's environment only

    django.setup()
    if what == "check":
        return dataclasses.asdict(check([tuple(one) for one in json.loads(Path(word).read_text(encoding="utf-8"))]))
    from kpiportal import clock  # noqa: PLC0415 -- as above
    from kpiportal.models import User  # noqa: PLC0415

    by = User.objects.get(email="coordinator@example.go.th")
    return draft(int(word), by=by, office=by.duties[0].organization, at=clock.now())


if __name__ == "__main__":
    if sys.argv[1:2] in (["draft"], ["check"]):
        sys.stdout.write(json.dumps(_answer(*sys.argv[1:])) + "\n")
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else LETTERS))
