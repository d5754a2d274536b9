"""Read from the source: one module compares with due dates, one module reads the clock.

A rule that finds nothing proves nothing: each has its planted offenders here, and near misses that must pass.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("kpiportal", "agreements", "reporting", "meetings")

# The launcher works out the demo's shift, so it alone must see the machine's clock beside kpiportal.clock.
MAY_READ_THE_CLOCK = {"kpiportal/clock.py", "kpiportal/embedded/run.py"}
MAY_COMPARE_DUE = {"kpiportal/deadlines.py"}

DUE_NAME = re.compile(r"(?:\w*_)?(?:due|deadline)(?:_(?:at|on|date|day|instant))?")
DUE_LOOKUP = re.compile(r"(?:\w*_)?(?:due|deadline)(?:_\w+?)?__(?:date__|year__)?(?:lt|lte|gt|gte|exact|range|date)")
DUE_COLUMN = r"(?:\w+\.)?(?:\w+_)?due(?:_at|_on)?"
DUE_SQL = re.compile(rf"\b{DUE_COLUMN}\s*(?:<|>|between\b)|(?:<|>)=?\s*{DUE_COLUMN}\b", re.IGNORECASE)
CLOCK_READS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "timezone": {"now", "localdate", "localtime"},
}


def sources():
    """(path from the root, syntax tree) of every module of the project that is not a test or a migration."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            inside = path.relative_to(ROOT)
            if not {"tests", "testing", "migrations"} & set(inside.parts):
                yield inside.as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def clock_reads(tree):
    """Lines that call or hand over (default=timezone.now) a clock of Python, Django or the database."""
    names = imported_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and last_name(node.value) is not None:
            owner = names.get(last_name(node.value), last_name(node.value)).rpartition(".")[2]
            if node.attr in CLOCK_READS.get(owner, ()):
                yield node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            module, _, name = names.get(node.id, "").rpartition(".")
            if name in CLOCK_READS.get(module.rpartition(".")[2], ()) or name == "Now":
                yield node.lineno
        elif isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            yield node.value.lineno


def imported_names(tree):
    """Local name -> dotted origin, for `import x as y` and `from x import y as z`, at any depth."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def last_name(node):
    """`due_at` of report.due_at, row["due_at"], due_at and due_at(); None for what has no name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return last_name(node.func) if isinstance(node, ast.Call) else None


def says_due(node):
    if isinstance(node, ast.BinOp):
        return says_due(node.left) or says_due(node.right)
    if isinstance(node, ast.Attribute) and not DUE_NAME.fullmatch(node.attr):
        return says_due(node.value) if isinstance(node.value, ast.BinOp | ast.Call) else False
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return says_due(node.func) or says_due(node.func.value)  # due.date(), due_at.astimezone(...)
    return bool(DUE_NAME.fullmatch(last_name(node) or ""))


def due_comparisons(tree):
    """Lines that decide early or late by themselves: in Python, in a queryset, or in SQL."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            yield from compared_by_hand(node)
        elif isinstance(node, ast.keyword) and node.arg and DUE_LOOKUP.fullmatch(node.arg):
            if last_name(node.value) != "F":  # a constraint between two columns is no decision about a moment
                yield node.value.lineno
        elif isinstance(node, ast.Constant) and id(node) not in docs and DUE_SQL.search(str(node.value)):
            yield node.lineno


def compared_by_hand(node):
    sides = [node.left, *node.comparators]
    for operator, left, right in zip(node.ops, sides, sides[1:], strict=False):
        if isinstance(operator, ast.Is | ast.IsNot | ast.In | ast.NotIn):
            continue
        if says_due(left) and says_due(right):  # two due dates in order: data, not a decision
            continue
        waiting = "monotonic" in {last_name(left), last_name(right)}  # patience with a child process
        if (says_due(left) or says_due(right)) and not waiting:
            yield node.lineno


def test_only_the_deadline_module_compares_with_due_dates():
    found = [
        f"{path}:{line}" for path, tree in sources() if path not in MAY_COMPARE_DUE for line in due_comparisons(tree)
    ]
    assert found == [], "ask kpiportal.deadlines (in_time, days_left, days_late) instead"


def test_only_the_clock_module_reads_the_clock():
    found = [
        f"{path}:{line}" for path, tree in sources() if path not in MAY_READ_THE_CLOCK for line in clock_reads(tree)
    ]
    assert found == [], "ask kpiportal.clock.now() or today() instead, in a view or a task"


def test_the_scan_sees_the_project():
    paths = {path for path, _ in sources()}
    assert paths >= {"kpiportal/clock.py", "kpiportal/deadlines.py", "kpiportal/thai/calendar.py"}
    assert {path.split("/")[0] for path in paths} == set(PACKAGES)


@pytest.mark.parametrize(
    "line",
    [
        "late = at > report.due_at",
        "late = report.due_at <= clock.now()",
        "ok = at.date() <= plan.agency_due",
        "ok = now <= deadline",
        "ok = row['due_at'] >= now",
        "step = due == today + timedelta(days=3)",
        "soon = (report.due_at - now).days < 3",
        "soon = report.due_at - now < timedelta(days=3)",
        "soon = timedelta(days=3) > due - now",
        "same = report.due_at.date() == today",
        "ok = start <= at < due",
        "ok = at < deadlines.due_instant(day)",
        "Report.objects.filter(due_at__lt=at)",
        "Report.objects.filter(round__agency_due_at__gte=at)",
        "Report.objects.filter(due_at__date=today)",
        "Report.objects.exclude(Q(due_at__range=(a, b)))",
        "cursor.execute('select 1 from report where due_at < %s', [at])",
        "SQL = f'select 1 from report r where r.due_at >= {at}'",
        "SQL = 'select 1 from report r where %s <= r.due_at'",
        "SQL = 'select 1 from report r where agency_due_at between %s and %s'",
    ],
)
def test_planted_comparisons_are_found(line):
    assert list(due_comparisons(ast.parse(line))) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "late = not in_time(at, report.due_at)",
        "has = report.due_at is not None",
        "many = len(due_reports) > 0",
        "ok = plan.agency_due <= plan.opdc_due",
        "Q(opdc_due__gte=F('agency_due'))",
        "rows.order_by('due_at')",
        "text = due_text(due) == 'x'",
        "while time.monotonic() < deadline: pass",
        "left = days_left(at, due) < 3",
        "SQL = 'select r.due_at, r.state from report r'",
        "SQL = 'update report set due_at = %s where id = %s'",
        "'''Late when due_at <= at.'''",
    ],
)
def test_near_misses_pass_for_comparisons(line):
    assert list(due_comparisons(ast.parse(line))) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import date; x = date.today()",
        "from datetime import datetime; x = datetime.now(UTC)",
        "from datetime import datetime as moment; x = moment.utcnow()",
        "import datetime; x = datetime.datetime.now()",
        "import datetime as dt; x = dt.date.today()",
        "import datetime as dt; x = dt.datetime.today()",
        "from django.utils import timezone; x = timezone.now()",
        "from django.utils import timezone as tz; x = tz.localdate()",
        "from django.utils.timezone import now; x = now()",
        "from django.utils.timezone import localdate as day; x = day()",
        "from django.utils import timezone; f = DateTimeField(default=timezone.now)",
        "f = DateTimeField(auto_now_add=True)",
        "from django.db.models.functions import Now; q = Now()",
    ],
)
def test_planted_clock_reads_are_found(source):
    assert list(clock_reads(ast.parse(source))) == [1]


@pytest.mark.parametrize(
    "source",
    [
        "from kpiportal import clock; x = clock.now(); y = clock.today()",
        "import time; x = time.monotonic()",
        "from datetime import date; x = date(2015, 10, 26)",
        "def act(*, now): return now",
        "from datetime import timezone; x = timezone.utc",
    ],
)
def test_near_misses_pass_for_clock_reads(source):
    assert list(clock_reads(ast.parse(source))) == []
