"""What the house forbids, found by syntax tree: unscoped look-ups in views, states written outside the engine."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("kpiportal", "agreements", "reporting", "meetings")
SOURCES = [
    path
    for app in APPS
    for path in sorted((ROOT / app).rglob("*.py"))
    if not {"tests", "testing", "migrations"} & set(path.parts) and path.name not in ("testing.py", "demo.py")
]
VIEWS = [path for path in SOURCES if path.stem == "views" or path.stem.endswith("_views")]
# The mail's own life (queued, sending, sent) is no workflow of people: its writer is the outbox alone.
WRITERS_OF_STATE = {"kpiportal/workflow.py", "kpiportal/outbox.py"}
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_VIEW, LONGEST_TEMPLATE = 400, 40, 25, 150


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def unscoped(module: ast.Module) -> Iterator[int]:
    """Lines where a row is fetched by key from a bare manager: Model.objects.get / get_object_or_404(Model)."""
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called.endswith((".objects.get", ".objects.all")) or (
            called == "get_object_or_404"
            and node.args
            and isinstance(node.args[0], ast.Name)
            and node.args[0].id[0].isupper()
        ):
            yield node.lineno


def states_written(module: ast.Module) -> Iterator[int]:
    """Lines that assign `.state`, or pass state= to update()."""
    for node in ast.walk(module):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            flat = [t for target in targets for t in (target.elts if isinstance(target, ast.Tuple) else [target])]
            if any(isinstance(t, ast.Attribute) and t.attr == "state" for t in flat):
                yield node.lineno
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".update", ".bulk_update")):
            yield from [node.lineno] if any(keyword.arg == "state" for keyword in node.keywords) else []


@pytest.mark.parametrize("path", VIEWS, ids=name)
def test_views_fetch_through_visible_to(path):
    assert list(unscoped(tree(path))) == []


@pytest.mark.parametrize("path", [p for p in SOURCES if name(p) not in WRITERS_OF_STATE], ids=name)
def test_only_the_engine_writes_a_state(path):
    assert list(states_written(tree(path))) == []


@pytest.mark.parametrize(
    "line",
    ["row.state = 'signed'", "row.state, row.revision = 'signed', 1", "Agreement.objects.update(state='signed')"],
)
def test_the_search_for_states_finds_them(line):
    assert list(states_written(ast.parse(line))) == [1]


@pytest.mark.parametrize("line", ["Report.objects.get(pk=1)", "get_object_or_404(Report, pk=1)"])
def test_the_search_for_bare_managers_finds_them(line):
    assert list(unscoped(ast.parse(line))) == [1]


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_files_stay_readable(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    assert longer_than(LONGEST_FUNCTION, ast.walk(tree(path))) == {}


def longer_than(most: int, nodes: Iterable[ast.AST]) -> dict[str, int]:
    """Lines of each function among these that has more than `most`, by its name."""
    return {
        node.name: lines
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := node.end_lineno - node.lineno + 1) > most
    }


@pytest.mark.parametrize("path", VIEWS, ids=name)
def test_views_stay_thin(path):
    assert longer_than(LONGEST_VIEW, tree(path).body) == {}


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=name)
def test_templates_stay_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_TEMPLATE


def test_no_room_is_called_utils():
    assert [name(p) for p in SOURCES if p.stem in ("utils", "helpers", "misc", "services", "common")] == []


def test_the_driver_is_psycopg2():
    """Django prefers psycopg 3 whenever it can be imported; production runs psycopg2."""
    assert importlib.util.find_spec("psycopg") is None
    assert importlib.util.find_spec("psycopg2") is not None
