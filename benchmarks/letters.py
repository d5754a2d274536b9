"""What a letter costs, and a circular to many with a worker killed half-way: `python -m benchmarks.letters [N]`.

First the typesetter alone, in processor time and as ratios in one run: ours; WeasyPrint as its manual begins
(fonts and style sheets again for each letter); typst and LibreOffice where this machine has them (`pip install typst`,
`soffice`). Then N copies from the database to stored files to one ZIP: two workers, one of them killed with SIGKILL
when a third is done. Ends with 1 when a copy is missing or there twice, or a step loses what it had.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

RECEIVERS, TRIAL = 76, 12
WORKERS = 2
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Batch:
    """What came of one batch. `files`: copies kept; `in_zip`: members of the archive.

    `seconds` by the clock; `processor`: seconds of all workers.
    """

    receivers: int
    files: int
    distinct: int
    in_zip: int
    seconds: float
    processor: float
    killed: bool


def engines() -> list[tuple[str, float]]:
    """(name, milliseconds a letter) of each typesetter this machine has, ours first."""
    from kpiportal.letters import docx  # noqa: PLC0415 -- after django.setup()
    from kpiportal.pdf.letter import EMBLEM_ON_PAPER, LetterText, render_letter  # noqa: PLC0415 -- after django.setup()
    from kpiportal.tests.pdf.letters import CHIANG_MAI  # noqa: PLC0415 -- after django.setup()

    def texts() -> list[LetterText]:
        return [replace(CHIANG_MAI, number=f"ชม ๐๐๑๗.๒/ว {n}", emblem=EMBLEM_ON_PAPER) for n in range(TRIAL)]

    def copies() -> list[LetterText]:
        return [replace(texts()[0], recipient=f"หัวหน้าหน่วยงานที่ {n}") for n in range(TRIAL)]

    found = [("ours, fonts and sheets kept", _cpu(lambda: [render_letter(text) for text in texts()]))]
    found.append(("ours, copies of one circular", _cpu(lambda: [render_letter(text) for text in copies()])))
    found.append(("WeasyPrint, all anew for each", _cpu(lambda: [_naive(text) for text in texts()])))
    try:
        import typst  # noqa: PLC0415 -- after django.setup()
    except ImportError:
        typst = None
    if typst:
        found.append(("typst, one compile each", _cpu(lambda: [_typst(typst, text) for text in texts()])))
    if office := shutil.which("soffice"):
        with tempfile.TemporaryDirectory() as folder:
            for n, text in enumerate(texts()):
                (Path(folder) / f"{n}.docx").write_bytes(docx.write(text))
            started = _processor_of_workers()
            names = sorted(Path(folder).glob("*.docx"))
            order = [office, "--headless", "--convert-to", "pdf", "--outdir", folder, *names]
            subprocess.run(order, check=True, capture_output=True)
            found.append(("LibreOffice, one call for all", (_processor_of_workers() - started) / TRIAL * 1000))
    return found


def _cpu(work: Callable[[], object]) -> float:
    work()
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        work()
        best = min(best, (time.process_time() - started) / TRIAL * 1000)
    return best


def _naive(text: Any) -> bytes:
    """The same template and style sheet by the engine's own front door."""
    from django.template import Context, Engine  # noqa: PLC0415 -- after django.setup()
    from weasyprint import CSS, HTML  # noqa: PLC0415, TID253 -- the peer we are measured against
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415, TID253

    from kpiportal.pdf import letter  # noqa: PLC0415 -- after django.setup()

    fonts = FontConfiguration()
    html = Engine(dirs=[str(letter.TEMPLATES)]).get_template(letter.EXTERNAL).render(Context(letter._words(text, True)))
    folder = Path(letter.__file__).parent
    sheet = CSS(filename=str(folder / "css" / "letter.css"), font_config=fonts)
    made: bytes = HTML(string=html, base_url=(folder / "static").as_uri() + "/").write_pdf(
        stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/a-2u"
    )
    return made


def _typst(typst: Any, text: Any) -> bytes:
    from kpiportal.pdf import letter  # noqa: PLC0415 -- after django.setup()

    words = [text.number, *text.sender_lines, text.date, text.subject, text.recipient, *text.body, text.signer]
    body = '#set page(paper: "a4", margin: (left: 3cm, right: 2cm))\n'
    body += '#set text(font: "KPI Letter", size: 16pt, lang: "th")\n'
    body += "\n\n".join("#" + repr(word).replace("'", '"') for word in words)
    fonts = [str(Path(letter.__file__).parent / "fonts")]
    made: bytes = typst.compile(body.encode(), font_paths=fonts, ignore_system_fonts=True)
    return made


def batch(receivers: int, *, kill: bool = True) -> Batch:
    """An issued circular to `receivers` offices, printed by two workers of their own; one is killed at a third."""
    from kpiportal.letters import printing  # noqa: PLC0415 -- after django.setup()
    from kpiportal.models import Job, LetterRecipient  # noqa: PLC0415 -- after django.setup()

    letter, by, at = _issued_circular(receivers)
    started, spent = time.perf_counter(), _processor_of_workers()
    printing.order(letter, by=by, at=at)
    workers = [_worker() for _ in range(WORKERS)]
    killed = False
    while Job.objects.unfinished().exists():
        if kill and not killed and receivers - printing.left(letter).count() >= receivers // 3:
            os.killpg(workers[0].pid, signal.SIGKILL)
            workers[0].wait()
            killed = True
        workers = [worker if worker.poll() is None else _worker() for worker in workers]
        time.sleep(POLL_SECONDS)
    seconds = time.perf_counter() - started
    for worker in workers:
        worker.terminate()
        worker.wait()
    processor = _processor_of_workers() - spent
    kept = LetterRecipient.objects.filter(letter=letter, file__isnull=False)
    copies = list(kept.values_list("file__sha256", flat=True))
    archive = next(job for job in printing.archives(letter, by=by) if job.file_id)
    return Batch(receivers, len(copies), len(set(copies)), _members(archive), seconds, processor, killed)


def _processor_of_workers() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def _members(job: Any) -> int:
    from kpiportal import files  # noqa: PLC0415 -- after django.setup()

    with files.open_stored(job.file) as file, zipfile.ZipFile(file) as archive:
        return len(archive.namelist())


def _issued_circular(receivers: int) -> tuple[Any, Any, Any]:
    from kpiportal import letters  # noqa: PLC0415 -- after django.setup()
    from kpiportal.models import Organization  # noqa: PLC0415 -- after django.setup()
    from kpiportal.testing import people  # noqa: PLC0415 -- after django.setup()
    from kpiportal.tests.test_letters import AT, words  # noqa: PLC0415 -- after django.setup()

    cast = people.make_cast()
    offices = Organization.objects.bulk_create(
        Organization(kind="agency", code=f"50-B{n}", name=f"หน่วยงานที่ {n}", parent=cast.province, sort_key=str(n))
        for n in range(receivers)
    )
    facts = {"prefix": "ชม 0017.2", "circular": True, "year": 2558, "by": cast.coordinator, "at": AT}
    series = letters.open_series(cast.province, **facts)
    to = [letters.Receiver(office, f"หัวหน้า{office.name}", address="เชียงใหม่ 50300") for office in offices]
    letter = letters.draft_letter(cast.province, recipients=to, series=series, by=cast.coordinator, at=AT, **words())
    return letters.issue_letter(letter, by=cast.coordinator, revision=0, at=AT), cast.coordinator, AT


def _worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "benchmarks.letters", "--work"], start_new_session=True)


def _work() -> None:
    from kpiportal import jobs  # noqa: PLC0415 -- after django.setup()
    from kpiportal.tests.test_letters import AT  # noqa: PLC0415 -- after django.setup()

    while True:
        if not jobs.run_waiting(at=AT):
            time.sleep(POLL_SECONDS / 4)


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kpiportal.settings.test")
    import django  # noqa: PLC0415 -- after django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- after django.setup()

    django.setup()
    if arguments == ["--work"]:
        _work()
    call_command("migrate", interactive=False, verbosity=0)
    say = sys.stdout.write
    found = engines()
    for name, milliseconds in found:
        say(f"{name:32} {milliseconds:7.1f} ms a letter  x{milliseconds / found[0][1]:.2f}\n")
    made = batch(int(arguments[0]) if arguments else RECEIVERS)
    say(
        f"{made.receivers} copies: {made.files} kept, {made.distinct} different, {made.in_zip} in the archive, "
        f"{made.seconds:.1f} s on {WORKERS} workers ({made.receivers / made.seconds:.1f} a second), "
        f"{made.processor / made.receivers * 1000:.1f} CPU-ms a copy with starting, storing and packing, "
        f"one killed: {made.killed}\n"
    )
    whole = made.files == made.distinct == made.receivers and made.in_zip == made.receivers + 2
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
