"""What a SAR costs on paper: `python -m benchmarks.sar [PROVINCES]`.

A province of 60 indicators as one report, and the tables of the country (76 provinces of 40 indicators, 3,040 rows) as
one file. Goals: 3 s and 20 s beside a floor (60 plain rows on paper, 0.53 s where the goals were set), 300 MB.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kpiportal.settings.test")

import django

django.setup()

from agreements.models import Agreement  # noqa: E402 -- after the settings
from kpiportal.models import Organization  # noqa: E402
from kpiportal.pdf import html_to_pdf  # noqa: E402
from kpiportal.thai import BANGKOK  # noqa: E402
from reporting.models import Consolidation, Round  # noqa: E402
from reporting.sar import paper  # noqa: E402

FLOOR_SECONDS = 0.53  # of the same 60 rows where the goals were set
GOALS = {"province": 3.0, "nation": 20.0}
MEGABYTES = 300
_FIGURES = ("score", "weighted", "passed")
NAME = "ระดับความสำเร็จของการบริหารจัดการทรัพยากรธรรมชาติและสิ่งแวดล้อมของจังหวัด"
WORDS = "ดำเนินการตามแผนปฏิบัติราชการและรวบรวมข้อมูลจากแหล่งข้อมูลตามรายละเอียดตัวชี้วัด ครบทุกอำเภอตามที่กำหนด"


def content(indicators: int, owner: str = "จังหวัดเชียงใหม่") -> dict[str, Any]:
    """A report's content of so many indicators, as reporting/sar/content.py gives it."""
    numbers = [f"{n // 10 + 1}.{n % 10 + 1}" for n in range(indicators)]
    heading = {"kind": "dimension", "name": "มิติภายนอก", "weight": "100"} | dict.fromkeys(_FIGURES, "3.47")
    criteria = {"kind": "higher", "levels": ["70", "75", "80", "85", "90"], "steps": []}
    return {
        "owner": owner, "fiscal_year": 2558, "round": "รอบ 12 เดือน", "months": 12, "period_end": "2015-09-30",
        "framework": "กรอบ", "points": ["1", "2", "3", "4", "5"], "decimals": 4, "missing": "1", "lacking": [],
        "lacking_reason": "", "mark": "", "words": [],
        "totals": {"score": "3.47", "passed": "3.47", "on_100": "3.47", "weight": "100", "passed_weight": "100",
                   "count": indicators, "accepted": indicators, "working": ["347 ÷ 100 = 3.47"], "passed_working": []},
        "lines": [heading, *(_line(number) for number in numbers)],
        "criteria": dict.fromkeys(numbers, criteria),
        "chapters": [{"kind": kind, "title": "บท", "text": "\n".join([WORDS] * 8)} for kind in ("summary", "results")],
        "cards": [_card(number) for number in numbers],
    }  # fmt: skip


def _line(number: str) -> dict[str, Any]:
    return {
        "kind": "indicator", "number": number, "name": NAME, "unit": "ร้อยละ", "target": "80", "weight": "1.6667",
        "value": "82.35", "result": "82.35", "score": "3.47", "weighted": "0.0578", "counted": "3.47",
        "state": "accepted", "host": "สำนักงานคลังจังหวัดเชียงใหม่", "remarks": [],
    }  # fmt: skip


def _card(number: str) -> dict[str, Any]:
    decision = {"step": "certify", "passed": True, "by": "นายเกษม วัฒนา", "phone": "0-5311-2345", "comment": "",
                "at": "2015-10-13T10:00:00+07:00"}  # fmt: skip
    return {
        "number": number, "name": NAME, "dimension": "มิติภายนอก", "unit": "ร้อยละ", "target": "80",
        "definition": WORDS, "formula": "ก × 100 ÷ ข", "issue": "", "objective": "", "host": "สำนักงานคลังจังหวัดเชียงใหม่",
        "co_hosts": [], "collector": "นางสาวดวงใจ ใจดี", "collector_phone": "0-5311-2345", "no_data_reason": "",
        "children": [], "working": ["3 + (82.35 - 80) ÷ (85 - 80) = 3.4700"], "explanation": f"{WORDS} {WORDS}",
        "supporting_factors": WORDS, "obstacles": WORDS, "suggestions": WORDS, "parts": [],
        "evidence": [{"number": 1, "name": "รายงาน ณ 30 ก.ย. 2558.pdf", "link": ""}],
        "sent": {"number": 1, "at": "2015-10-12T14:30:00+07:00", "late": False},
        "decisions": [decision, {**decision, "step": "review"}],
    }  # fmt: skip


def report() -> Consolidation:
    """An approved report that stands in no database."""
    owner = Organization(kind="province", name="เชียงใหม่")
    round = Round(agreement=Agreement(owner=owner, fiscal_year=2558), name="รอบ 12 เดือน", months=12)
    return Consolidation(
        round=round, state="approved", sha256="ab" * 32, approver="นายบุญเลิศ ทาแกง", approver_post="หัวหน้าสำนักงานจังหวัด",
        approved_at=dt.datetime(2015, 10, 28, 9, tzinfo=BANGKOK),
    )  # fmt: skip


def floor() -> bytes:
    cells = "".join(f"<td>{NAME if n == 1 else '๘๒.๓๕'}</td>" for n in range(12))
    rows = f"<tr>{cells}</tr>" * 60
    return html_to_pdf(f'<html lang="th"><table class="sheet">{rows}</table></html>', stylesheets=("report",))


def province(indicators: int) -> bytes:
    return paper.sar_pdf(report(), content=content(indicators))


def nation(provinces: int, indicators: int = 40) -> bytes:
    contents = (content(indicators, f"จังหวัดที่ {number}") for number in range(1, provinces + 1))
    return paper.annex_pdf(contents, title="ตารางสรุปผลทุกจังหวัด", whole=provinces)


def seconds(make: Callable[[], bytes], times: int = 1) -> tuple[float, int]:
    """(processor seconds of the best of `times`, bytes)."""
    best, size = float("inf"), 0
    for _ in range(times):
        before = time.process_time()
        size = len(make())
        best = min(best, time.process_time() - before)
    return best, size


def main(provinces: int = 76) -> int:
    """0 when every goal holds, in seconds of the machine the goals were set on."""
    floor()
    base, _ = seconds(floor, 3)
    slower = base / FLOOR_SECONDS
    sys.stdout.write(f"floor, 60 plain rows: {base:.2f} CPU-s ({slower:.2f} x where the goals were set)\n")
    missed = 0
    for name, make, times in (
        ("province", lambda: province(60), 3),
        ("nation", lambda: nation(provinces), 1),
    ):
        spent, size = seconds(make, times)
        held = spent / slower <= GOALS[name]
        missed += not held
        sys.stdout.write(
            f"{name}: {spent:.2f} CPU-s, {spent / base:.1f} x floor, {spent / slower:.2f} s there "
            f"(goal {GOALS[name]:g}, {'held' if held else 'MISSED'}), {size / 1e6:.1f} MB\n"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    missed += peak > MEGABYTES
    sys.stdout.write(f"most memory: {peak:.0f} MB (goal {MEGABYTES}, {'held' if peak <= MEGABYTES else 'MISSED'})\n")
    return missed


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])) if len(sys.argv) > 1 else main())
