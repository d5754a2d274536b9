"""National totals against arithmetic of their own, and against the bare SQL (P6).

    python -m benchmarks.national [SHEETS]

Builds random years of every province - scales, weights, rounds, cancelled and late indicators, cards in every state,
evaluations and appeals - and totals each round a second time with nothing but Decimal. Ends with 1 when one of them
differs, or when a page costs more than three times the SQL and the floor together.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path
from typing import Any

SHEETS, YEARS, LIMIT = 10_000, 20, 3.0
MOMENT = dt.datetime(2015, 11, 2, 3, tzinfo=dt.UTC)
STATES = ["not_started", "draft", "returned", "sent", "certified", "accepted", "accepted", "accepted"]
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_BARE = """
SELECT c.round_id, sum(i.weight * c.score) / sum(i.weight)
FROM reporting_report c JOIN agreements_indicator i ON i.id = c.indicator_id
JOIN agreements_agreement a ON a.id = i.agreement_id
WHERE (%(year)s::int IS NULL OR a.fiscal_year = %(year)s) GROUP BY c.round_id
"""


@dataclass
class Sheet:
    """One round as it was thrown: everything a total needs, in plain values."""

    months: int
    decimals: int
    blank: Decimal
    state: str  # of the evaluation, "" where there is none
    leaves: list[dict[str, Any]] = field(default_factory=list)

    def own(self) -> Decimal | None:
        sent = [leaf["score"] if leaf["state"] in ("sent", "certified", "accepted") else None for leaf in self.leaves]
        return self._total(sent) if any(score is not None for score in self._counting(sent)) else None

    def given(self) -> Decimal | None:
        if self.state in ("", "scoring"):
            return None
        final = self.state == "final"
        appeals = [leaf["appeal"] if final else None for leaf in self.leaves]
        return self._total(
            [leaf["given"] if said is None else said for leaf, said in zip(self.leaves, appeals, strict=True)]
        )

    def _counting(self, scores: list[Decimal | None]) -> list[Decimal | None]:
        return [score for leaf, score in zip(self.leaves, scores, strict=True) if self._counts(leaf)]

    def _counts(self, leaf: dict[str, Any]) -> bool:
        begun = leaf["start"] is None or leaf["start"] <= self.months
        return begun and (leaf["cancelled"] is None or leaf["cancelled"] > self.months)

    def _total(self, scores: list[Decimal | None]) -> Decimal | None:
        """Round each score, count a blank as the year says, divide by the weights that count, round once."""
        whole = earned = Decimal(0)
        for leaf, score in zip(self.leaves, scores, strict=True):
            if self._counts(leaf):
                weight = leaf["round_weights"].get(self.months, leaf["weight"])
                counted = self.blank if score is None else self._rounded(score)
                whole, earned = whole + weight, _EXACT.add(earned, _EXACT.multiply(weight, counted))
        return self._rounded(_EXACT.divide(earned, whole)) if whole else None

    def _rounded(self, value: Decimal) -> Decimal:
        return value.quantize(Decimal(1).scaleb(-self.decimals), context=_EXACT)


def throw(die: random.Random, months: int) -> Sheet:
    """A random round. Some have two indicators of one weight, whose sums fall on halves: there rounding goes wrong."""
    points = die.choice([(1, 2, 3, 4, 5), (50, 75, 100)])
    decimals = die.choice([4, 4, 4, 3, 2])
    missing = die.choice(["lowest", "zero"])
    sheet = Sheet(months, decimals, Decimal(points[0]) if missing == "lowest" else Decimal(0),
                  die.choice(["", "scoring", "preliminary", "appealed", "final"]))  # fmt: skip
    for weight in _weights(die):
        sheet.leaves.append(_leaf(die, weight, points[-1]))
    return sheet


def _weights(die: random.Random) -> list[Decimal]:
    """Percent points with two decimals that sum to 100; now and then one is 0."""
    if die.random() < 0.3:
        return [Decimal(50), Decimal(50)]  # odd last digits make an exact half
    cuts = sorted(die.randint(0, 10_000) for _ in range(die.randint(1, 15)))
    return [Decimal(b - a) / 100 for a, b in zip([0, *cuts], [*cuts, 10_000], strict=True)]


def _leaf(die: random.Random, weight: Decimal, highest: int) -> dict[str, Any]:
    def score(blank: float) -> Decimal | None:
        return None if die.random() < blank else Decimal(die.randint(0, highest * 10_000)) / 10_000

    return {
        "weight": weight,
        "round_weights": {die.choice([6, 9, 12]): Decimal(die.randint(0, 3_000)) / 100} if die.random() < 0.2 else {},
        "start": die.choice([6, 9, 12]) if die.random() < 0.15 else None,
        "cancelled": die.choice([9, 12]) if die.random() < 0.15 else None,
        "state": die.choice(STATES),
        "score": score(0.2),
        "given": score(0.1),
        "appeal": score(0.8),
    }


def build(sheets: list[Sheet], *, by: Any, agency: Any, first_year: int) -> list[int]:
    """Write them down, three rounds an agreement, and give the rounds' ids in their order.

    Row history is left out: it is no part of a total.
    """
    import pgtrigger  # noqa: PLC0415 -- Django must be set up

    from benchmarks import national_rows  # noqa: PLC0415 -- as above

    with pgtrigger.ignore():
        return national_rows.write(sheets, by=by, agency=agency, first_year=first_year, moment=MOMENT)


def random_year_rounds(count: int, die: random.Random) -> list[Sheet]:
    """`count` rounds by threes: 6, 9 and 12 months of one agreement, on its own scale with its own indicators."""
    found: list[Sheet] = []
    while len(found) < count:
        first = throw(die, 6)
        found.append(first)
        found += [_later(die, first, months) for months in (9, 12)]
    return found[:count]


def _later(die: random.Random, first: Sheet, months: int) -> Sheet:
    highest = max(5, 100 if first.blank == 50 else 5)
    fresh = [_leaf(die, leaf["weight"], highest) for leaf in first.leaves]
    fixed = ("weight", "round_weights", "start", "cancelled")
    leaves = [{**new, **{name: old[name] for name in fixed}} for new, old in zip(fresh, first.leaves, strict=True)]
    state = die.choice(["", "scoring", "preliminary", "appealed", "final"])
    return Sheet(months, first.decimals, first.blank, state, leaves)


def differences(sheets: list[Sheet], rounds: list[int]) -> list[str]:
    """What the portal's statement says otherwise than the arithmetic above."""
    from reporting.looking import national  # noqa: PLC0415 -- Django must be set up

    said = {row.round_id: (row.own, row.given) for row in national.standings()}
    found = []
    for sheet, pk in zip(sheets, rounds, strict=True):
        expected = (sheet.own(), sheet.given())
        if said.get(pk, (None, None)) != expected:
            found.append(f"round {pk}: {said.get(pk)}, not {expected}: {sheet}")
    return found


def inside(count: int) -> int:
    """In the portal's own process: build, compare, time."""
    import django  # noqa: PLC0415 -- this process alone

    django.setup()
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    from kpiportal.models import Organization  # noqa: PLC0415

    agency = Organization.objects.filter(kind="agency").first()
    by = get_user_model().objects.get(email__startswith="evaluator@")
    die = random.Random(2558)
    sheets = random_year_rounds(count, die)
    wrong = differences(sheets, build(sheets, by=by, agency=agency, first_year=2600))
    print(f"{len(sheets)} random sheets, {sum(len(s.leaves) for s in sheets)} lines: {len(wrong)} differences")  # noqa: T201
    sys.stderr.writelines(f"{line}\n" for line in wrong[:5])
    return 1 if wrong or not _fast(by, agency) else 0


def _fast(by: Any, agency: Any) -> bool:
    """One year and twenty of 76 provinces × 40 indicators × 3 rounds; the page beside the bare SQL and the floor."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    die = random.Random(76)
    wide = [_forty(die, months) for _ in range(76 * YEARS) for months in (6, 9, 12)]
    build(wide, by=by, agency=agency, first_year=2800)
    client = Client(HTTP_HOST="portal.example", HTTP_X_FORWARDED_PROTO="https", REMOTE_ADDR="127.0.0.1")
    client.force_login(by)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def bare(year: int | None) -> Callable[[], Any]:
        def ask() -> None:
            with connection.cursor() as cursor:
                cursor.execute(_BARE, {"year": year})
                cursor.fetchall()

        return ask

    def look(address: str, query: dict[str, str] | None = None) -> Callable[[], Any]:
        def ask() -> None:
            answer = client.get(address, query, secure=True)
            if answer.status_code != 200 or not answer.content:
                raise RuntimeError(f"{address} answered {answer.status_code} {answer.headers.get('Location', '')}")

        return ask

    floor = _cpu_ms(look("/benchmarks/floor/"))
    held = True
    for label, year, query in [("1 year", 2800, {"round": "2800-12"}), (f"{YEARS} years", None, {"show": "years"})]:
        sql = _cpu_ms(bare(year))
        page = _cpu_ms(look("/reporting/overview/", query))
        ratio = page / (sql + floor)
        held &= ratio <= LIMIT
        print(f"{label}: bare SQL {sql:.1f} CPU-ms, floor {floor:.1f}, page {page:.1f}: {ratio:.2f} x")  # noqa: T201
    return held


def _forty(die: random.Random, months: int) -> Sheet:
    leaf = {"weight": Decimal("2.5"), "round_weights": {}, "start": None, "cancelled": None, "state": "accepted"}
    scores = [Decimal(die.randint(10_000, 50_000)) / 10_000 for _ in range(40)]
    leaves = [{**leaf, "score": score, "given": score, "appeal": None} for score in scores]
    return Sheet(months, 4, Decimal(1), "final" if months == 12 else "", leaves)


def _cpu_ms(ask: Callable[[], Any], times: int = 20) -> float:
    """Processor milliseconds of one asking, ours and the database's: what a loaded machine cannot stretch."""
    from django.db import connection  # noqa: PLC0415 -- Django must be set up

    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")  # one process to look at
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")

    def spent() -> float:
        ticks = sum(map(int, stat.read_text().rpartition(")")[2].split()[11:13]))
        return time.process_time() * 1000 + ticks * 1000 / os.sysconf("SC_CLK_TCK")

    ask()
    before = spent()
    for _ in range(times):
        ask()
    return (spent() - before) / times


def main(count: int) -> int:
    from benchmarks.portal import Portal  # noqa: PLC0415 -- only the outer process starts servers
    from kpiportal.embedded.trouble import Trouble  # noqa: PLC0415

    try:
        with Portal() as portal:
            command = [sys.executable, "-m", "benchmarks.national", "inside", str(count)]
            # The page is measured, not the setting up of a second factor.
            environment = {**portal.environment, "KPI_REQUIRE_SECOND_FACTOR": "0"}
            return subprocess.run(command, env=environment, check=False).returncode
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[:1] == ["inside"]:
        sys.exit(inside(int(arguments[1])))
    sys.exit(main(int(arguments[0]) if arguments else SHEETS))
