"""Best runs, ratios, marks and goals, from runs written by hand."""

from dataclasses import replace

import pytest

from benchmarks.table import Letters, Results, page
from benchmarks.trials import Measure, Run, best_of


def run(cpu_ms, *, p50=20.0, p95=30.0, others=0.02):
    return Run(cpu_ms, 100.0, p50, p95, others)


FLOOR = run(2.0)


def measure(key, *runs, floors=(FLOOR,)):
    return Measure(key, key, lambda: None, list(runs), list(floors))


@pytest.fixture
def results():
    return Results(
        floor=measure("floor", run(2.0)),
        measures=[
            measure("summary", run(11.0), run(10.0), run(14.0)),
            measure("admin", run(40.0)),
            measure("summary_pdf", run(500.0, p50=900.0)),
            measure("django", run(2.0)),
            measure("agreement", run(11.0)),
            measure("form", run(15.0)),
            measure("box", run(3.9, p50=4.5)),
            measure("offer", run(3.8, p50=3.0)),
        ],
        letters=[Letters(25.0, 1.5, 0.01), Letters(21.0, 2.5, 0.01)],
    )


def test_the_best_is_the_cheapest_quiet_run():
    assert best_of([run(12.0), run(9.0, others=0.4), run(11.0)]) == run(11.0)
    assert best_of([run(12.0, others=0.3), run(9.0, others=0.4)]) == run(9.0, others=0.4)


def test_a_ratio_is_taken_to_the_best_floor_beside_it():
    summary = measure("summary", run(13.0), run(12.0), floors=[run(2.5), run(2.0), run(1.0, others=0.5)])
    assert summary.ratio == 6.0
    assert not summary.disturbed
    assert measure("summary", run(12.0, others=0.1)).disturbed
    assert measure("summary", run(12.0), floors=[run(2.0, others=0.5)]).disturbed


def test_goals_are_held(results):
    assert [goal.held for goal in results.goals] == [True] * 14
    assert results.all_held
    of_pages, of_saving = [5.0, 0.25, 1.0, 21.0, 900.0, 2.5, 5.5, 7.5], [1.95, 3.9, 4.5, 1.9, 3.8, 3.0]
    assert [goal.value for goal in results.goals] == of_pages + of_saving


@pytest.mark.parametrize(
    ("key", "worse", "missed"),
    [
        ("summary", run(12.1), [0]),
        ("summary", run(10.0, p95=186.0), [2]),
        ("admin", run(29.0), [1]),
        ("summary_pdf", run(500.0, p50=3001.0), [4]),
        ("form", run(16.1), [7]),
        ("box", run(4.8, p50=5.1), [8, 9, 10]),
        ("offer", run(3.8, p50=5.1), [13]),
    ],
)
def test_a_goal_that_is_missed_in_a_quiet_run_fails(results, key, worse, missed):
    results.of(key).runs = [worse]
    assert [n for n, goal in enumerate(results.goals) if not goal.held] == missed
    assert not results.all_held
    assert "MISSED\n" in page(results, machine="", minutes=1) + "\n"


def test_a_goal_that_is_missed_in_a_disturbed_run_is_told_and_fails_nothing(results):
    results.of("summary").runs = [run(20.0, others=0.8)]
    text = page(results, machine="", minutes=1)
    assert "P1 summary <= 6 x F0: 10, MISSED (disturbed)" in text
    assert "20.00*" in text
    assert results.all_held


def test_letters_that_make_the_worker_grow_fail(results):
    results = replace(results, letters=[Letters(21.0, 6.0, 0.5)])
    assert not results.all_held


def test_the_table_has_ratios_first(results):
    lines = page(results, machine="2 cores", minutes=2.5).splitlines()
    assert lines[1].endswith("2 cores; 2.5 minutes. * = others used the machine.")
    assert lines[3].split() == ["x", "F0", "CPU-ms", "a", "second", "p50", "ms", "p95", "ms"]
    assert lines[5].split() == ["summary", "5.00", "10.00", "100", "20.0", "30.0"]
    assert lines[13].split()[-2:] == ["10.50", "21.00"]
