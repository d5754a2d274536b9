"""OPDC's view over all parties of a year and round: filtered, sorted, ranked; the same rows as map, table, workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.safestring import SafeString

from agreements import scoring
from agreements.models import Framework, RoundPlan
from kpiportal import deadlines, thai, xlsx
from kpiportal.models import Organization
from kpiportal.models.people import Kind
from kpiportal.numbers import format_number
from reporting.evaluation import policy
from reporting.evaluation.states import EvaluationState
from reporting.looking import lights, tilemap
from reporting.looking.national import Standing
from reporting.models import Round
from reporting.states import RoundState

STATES = dict(EvaluationState.choices)
NOT_BEGUN = "ยังไม่เริ่มให้คะแนน"
_KEYS: dict[str, Callable[[Line], Any]] = {
    "name": lambda line: line.row.sort_key,
    "cluster": lambda line: (thai.sort_key(line.row.cluster or ""), line.row.sort_key),
    "complete": lambda line: (line.row.accepted * 10_000 // max(line.row.cards, 1), line.row.accepted),
    "late": lambda line: line.days,
    "own": lambda line: line.row.own,
    "given": lambda line: line.row.given,
    "place": lambda line: line.row.place,
}
SORTS = {"name": "ชื่อ", "cluster": "กลุ่มจังหวัด", "complete": "ความครบถ้วน", "late": "ความทันเวลา",
         "own": "ประเมินตนเอง", "given": "ก.พ.ร. ให้", "place": "อันดับ"}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One party as the table prints it. `days`: late by so many; 0 in time, −1 not yet due and not sent."""

    row: Standing
    owner: str
    url: str
    complete: str
    days: int
    time: lights.Light
    own: str
    given: str
    gap: str
    light: lights.Light
    state: str
    place: str


@dataclass(frozen=True)
class Asked:
    """What the address asks for, already made sane: anything unknown is as if it were not there."""

    fiscal_year: int | None
    months: int | None
    cluster: str = ""
    grade: str = ""
    kind: str = ""
    sort: str = "name"
    down: bool = False

    @property
    def round(self) -> tuple[int, int]:
        """(year, months), where there is any."""
        return self.fiscal_year or 0, self.months or 0


def years_and_rounds() -> list[tuple[int, int, str]]:
    """(year, months, name) of every kind of round that anybody opened, the latest first. Asked of the plans: there are
    a few a year, of rounds a few hundred. One query."""
    opened = Round.objects.filter(plan=OuterRef("pk")).exclude(state=RoundState.SCHEDULED)
    rows = RoundPlan.objects.filter(Exists(opened)).values_list("framework__fiscal_year", "months", "name")
    return sorted(set(rows), reverse=True)


def last_rounds(known: Iterable[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """The last round of every year."""
    return list({year: months for year, months, _ in sorted(known)}.items())


def asked(query: Any, known: Sequence[tuple[int, int, str]]) -> Asked:
    """From the address; without a year the latest, without a round the year's latest."""
    rounds = [(year, months) for year, months, _ in known]
    named = {f"{year}-{months}": (year, months) for year, months in rounds}
    found = named.get(query.get("round", ""), next(iter(rounds), (None, None)))
    sort = query.get("sort", "")
    return Asked(
        found[0],
        found[1],
        cluster=query.get("cluster", ""),
        grade=query.get("grade", ""),
        kind=query.get("kind", "") if query.get("kind") in (Kind.PROVINCE, Kind.CLUSTER) else "",
        sort=sort if sort in SORTS else "name",
        down=query.get("down") == "1",
    )


def bands_by_framework(rows: Iterable[Standing]) -> dict[int, tuple[Framework, tuple[scoring.Band, ...]]]:
    """Scale and bands of the rows' frameworks. One query."""
    frameworks = Framework.objects.filter(pk__in={row.framework_id for row in rows}).select_related("scale")
    return {one.pk: (one, policy.bands(one.scale.bands)) for one in frameworks}


def lines(rows: Sequence[Standing], *, at: dt.datetime) -> list[Line]:
    known, board = bands_by_framework(rows), _pattern("reporting:dashboard")
    return [_line(row, *known[row.framework_id], at, board % row.agreement_id) for row in rows]


def _line(row: Standing, framework: Framework, bands: tuple[scoring.Band, ...], at: dt.datetime, url: str) -> Line:
    places = framework.scale.decimals

    def number(value: Decimal | None) -> str:
        return "" if value is None else format_number(value, decimals=places)

    days = _days(row, at)
    light = lights.light(row.score, bands)
    gap = row.given - row.own if row.given is not None and row.own is not None else Decimal(0)
    return Line(
        row=row,
        owner=row.owner,
        url=url,
        complete=f"{row.accepted} จาก {row.cards}",
        days=days,
        time=_time(row, days, at),
        own=number(row.own),
        given=number(row.given),
        gap=f"{'+' if gap > 0 else '−'}{number(abs(gap))}" if gap else "",
        light=lights.Light(row.grade, light.tone) if row.grade else light,
        state=STATES.get(row.evaluation or "", NOT_BEGUN),
        place="" if row.place is None else str(row.place),
    )


class Printed(NamedTuple):
    """A line as {% rows %} joins it: strings all, what this module wrote itself marked safe."""

    kind: str
    owner: str
    url: SafeString
    cluster: str
    complete: SafeString
    late_tone: SafeString
    late: SafeString
    own: SafeString
    given: SafeString
    gap: SafeString
    place: SafeString
    tone: SafeString
    word: str
    state_url: SafeString
    state: SafeString


def printed(found: Iterable[Line]) -> list[Printed]:
    evaluation, summary = _pattern("reporting:evaluation"), _pattern("reporting:round_summary")
    return [
        Printed(
            kind="party",
            owner=line.owner,
            url=SafeString(line.url),
            cluster=line.row.cluster or "",
            complete=SafeString(line.complete),
            late_tone=SafeString(line.time.tone),
            late=SafeString(line.time.word),
            own=SafeString(line.own),
            given=SafeString(line.given),
            gap=SafeString(line.gap),
            place=SafeString(line.place),
            tone=SafeString(line.light.tone),
            word=line.light.word,
            state_url=SafeString(
                evaluation % line.row.evaluation_id if line.row.evaluation_id else summary % line.row.round_id
            ),
            state=SafeString(line.state),
        )
        for line in found
    ]


def _pattern(name: str) -> str:
    """An address with %d for its number: resolved once, not per row."""
    return reverse(name, args=[0]).replace("/0/", "/%d/")


def _days(row: Standing, at: dt.datetime) -> int:
    moment = row.sent_at or at
    if row.evaluation and not row.sent_at:
        return 0
    if deadlines.in_time(moment, row.opdc_due_at):
        return 0 if row.sent_at else -1
    return deadlines.days_late(moment, row.opdc_due_at)


def _time(row: Standing, days: int, at: dt.datetime) -> lights.Light:
    if days > 0:
        return lights.Light(f"ช้า {days} วัน" if row.sent_at else f"ยังไม่ส่ง ช้า {days} วัน", "late")
    if row.sent_at:
        return lights.Light("ทันเวลา", "ok")
    if row.evaluation:  # a year taken over from paper: when it was sent nobody wrote down
        return lights.Light("ส่งแล้ว", "none")
    return lights.Light(f"ยังไม่ส่ง เหลือ {deadlines.days_left(at, row.opdc_due_at)} วัน", "wait")


def chosen(found: Iterable[Line], wanted: Asked) -> list[Line]:
    """Filtered and sorted; what has no figure stands last in either direction."""
    kept = [
        line
        for line in found
        if (not wanted.cluster or str(line.row.cluster_id) == wanted.cluster)
        and (not wanted.grade or line.light.word == wanted.grade)
        and (not wanted.kind or line.row.kind == wanted.kind)
    ]
    key = _KEYS[wanted.sort]
    known = sorted((line for line in kept if key(line) is not None), key=key, reverse=wanted.down)
    return known + [line for line in kept if key(line) is None]


def filters(found: Sequence[Line]) -> dict[str, Any]:
    """What there is to choose from, with how many of each."""
    clusters = {(str(line.row.cluster_id), line.row.cluster) for line in found if line.row.cluster_id}
    words = [line.light.word for line in found if line.light.word]
    return {
        "clusters": sorted(clusters, key=lambda one: thai.sort_key(one[1] or "")),
        "grades": [(word, words.count(word)) for word in dict.fromkeys(words)],
        "kinds": len({line.row.kind for line in found}) > 1,
    }


def head(found: Sequence[Line]) -> dict[str, Any]:
    """The figures on top: how many, how complete, how they stand."""
    own = [line.row.own for line in found if line.row.own is not None]
    given = [line.row.given for line in found if line.row.given is not None]
    tones = {"ok": 0, "due": 0, "late": 0, "none": 0}
    for line in found:
        tones[line.light.tone] += 1
    return {
        "count": len(found),
        "sent": sum(bool(line.row.sent_at or line.row.evaluation) for line in found),
        "late": sum(line.days > 0 for line in found),
        "final": sum(line.row.is_final for line in found),
        "own": _mean(own),
        "given": _mean(given),
        "tones": tones,
        "key": _key(found),
    }


def _key(found: Sequence[Line]) -> list[tuple[str, str]]:
    """What the tones of the map mean, the best first."""
    order = ["ok", "due", "late", "none"]
    return sorted({(line.light.tone, line.light.word) for line in found}, key=lambda one: order.index(one[0]))


def _mean(values: Sequence[Decimal]) -> str:
    return format_number(scoring.half_up(sum(values, Decimal(0)) / len(values), 4), decimals=4) if values else ""


def country(found: Iterable[Line]) -> tilemap.Map:
    """Every province as a tile; those not among the lines are empty and lead nowhere. One query."""
    of_code = {line.row.code: line for line in found if line.row.kind == Kind.PROVINCE}
    provinces = Organization.objects.filter(kind=Kind.PROVINCE).values_list("code", "name", "abbreviation")
    return tilemap.draw(_tile(code, name, short, of_code.get(code)) for code, name, short in provinces)


def _tile(code: str, name: str, short: str, line: Line | None) -> tilemap.Province:
    if line is None:
        return tilemap.Province(code, short, "", "none", f"{short} {name} ไม่อยู่ในรายการ")
    figure = "" if line.row.score is None else format_number(line.row.score, decimals=2)
    words = " ".join(filter(None, [short, figure, name, line.light.word]))
    return tilemap.Province(code, short, figure, line.light.tone, words, line.url)


def by_year(rows: Iterable[Standing]) -> list[dict[str, Any]]:
    """The country year by year, from rows of the years' last rounds: how many, and the means."""
    of_year: dict[int, list[Standing]] = {}
    for row in rows:
        of_year.setdefault(row.fiscal_year, []).append(row)
    return [
        {
            "year": year,
            "count": len(these),
            "final": sum(row.is_final for row in these),
            "own": _mean([row.own for row in these if row.own is not None]),
            "given": _mean([row.given for row in these if row.given is not None]),
        }
        for year, these in sorted(of_year.items())
    ]


_COLUMNS = (
    xlsx.Column("อันดับ", 8, "number", 0), xlsx.Column("จังหวัดหรือกลุ่มจังหวัด", 26), xlsx.Column("กลุ่มจังหวัด", 26),
    xlsx.Column("ผ่านการตรวจ", 12, "number", 0), xlsx.Column("ตัวชี้วัด", 10, "number", 0),
    xlsx.Column("กำหนดส่ง", 14, "date"), xlsx.Column("ส่งเมื่อ", 14, "date"), xlsx.Column("ช้า (วัน)", 10, "number", 0),
    xlsx.Column("ประเมินตนเอง", 14, "number", 4), xlsx.Column("ก.พ.ร. ให้", 14, "number", 4),
    xlsx.Column("ระดับ", 20), xlsx.Column("สถานะ", 24),
)  # fmt: skip


def workbook(found: Iterable[Line], *, title: str, at: dt.datetime) -> bytes:
    """The table as it is filtered and sorted, for a reader's own spreadsheet."""
    cells = [
        (
            line.row.place, line.owner, line.row.cluster or "", line.row.accepted, line.row.cards,
            deadlines.last_day(line.row.opdc_due_at), line.row.sent_at, max(line.days, 0), line.row.own, line.row.given,
            line.light.word, line.state,
        )
        for line in found
    ]  # fmt: skip
    return xlsx.write_workbook([xlsx.Sheet(title, _COLUMNS, cells)], at=at)
