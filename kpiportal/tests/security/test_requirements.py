"""docs/security.md says only what is there: its files exist, its states are four words, its counts add up (S4)."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| (.+) \|$", TEXT, re.MULTILINE)
STATES = ["met", "partly", "no", "not applicable"]


def test_every_requirement_is_there_once_and_in_order():
    numbers = [tuple(map(int, number.split("."))) for number, *_ in ROWS]
    assert len(set(numbers)) == len(numbers) >= 250
    assert numbers == sorted(numbers)
    assert {number[0] for number in numbers} == set(range(1, 18))


def test_every_state_is_one_of_four_words():
    assert {state for _, _, state, _ in ROWS} <= set(STATES)


def test_every_file_it_names_exists():
    named = set(re.findall(r"`([\w./-]+/[\w.-]+\.\w+)`", TEXT))
    assert len(named) > 60
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_what_is_met_says_where():
    """A few words or a file; never just the claim."""
    assert [number for number, _, state, where in ROWS if len(where.strip()) < 4 and state != "not applicable"] == []


def test_the_counts_on_top_are_the_tables_own():
    for level in "12":
        counts = Counter(state for _, one, state, _ in ROWS if one == level)
        told = re.search(rf"^\| L{level} \| (.+) \|$", TEXT, re.MULTILINE)[1].split(" | ")
        assert [int(number) for number in told] == [counts.total(), *(counts[state] for state in STATES)]


def test_the_figures_of_the_table(figure):
    applicable = [(level, state, where) for _, level, state, where in ROWS if state != "not applicable"]
    by_test = sum("/test" in where for _, _, where in applicable)
    met = Counter(level for level, state, _ in applicable if state == "met")
    whole = Counter(level for level, _, _ in applicable)
    figure(
        "S4",
        f"ASVS 5.0: L1 {met['1']} of {whole['1']} met, L2 {met['2']} of {whole['2']}; "
        f"{by_test} of {len(applicable)} by a test",
    )
    assert by_test / len(applicable) >= 0.6
