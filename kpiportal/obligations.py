"""What people owe, from one source: the home page and the reminders read the same rows, so they cannot disagree.

To add one, in <app>/obligations.py (imported in the app's `ready`):

    @source(Kind("sar.send", "รายงานของจังหวัดที่ต้องส่ง", hears=(Role.COORDINATOR, Role.OFFICE_HEAD)))
    def sars(at, whose):  # one query, for one person's places or for everybody's (whose.everybody)
        rows = Sar.objects.unsent().filter(whose.at("owner", Role.COORDINATOR, Role.OFFICE_HEAD))
        return [Duty("sar.send", row.pk, title=..., detail=..., url=reverse(...), action="ส่ง", since=row.since,
                     due_at=row.due_at, fiscal_year=row.fiscal_year, months=row.months, party_id=row.owner_id,
                     seats=(Seat(row.owner_id, Role.COORDINATOR), Seat(row.owner_id, Role.OFFICE_HEAD, from_step=-1)))
                for row in rows.select_related("owner")]

That is all: it stands on the home page of whoever holds a seat that acts, is reminded of by the plan (reminding/), and
ends for both the moment the row is no longer found. What has no day and no reminder may stay a `provider`'s Task.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from kpiportal import deadlines, thai
from kpiportal.models import User
from kpiportal.models.people import Kind as PlaceKind
from kpiportal.prepared import Given, Prepared
from kpiportal.reminders import STEPS

AT_OPDC = 0  # a seat's place: whichever organization is OPDC
Found = TypeVar("Found")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Task:
    """One thing to do, as templates/components/task.html shows it: what, on what, since or until when, one button.

    `kind` and `subject_id` are the key of the duty it shows; empty where it is none.
    """

    title: str
    detail: str
    url: str
    action: str
    chip_kind: str = ""
    chip_text: str = ""
    due_at: dt.datetime | None = None
    main: bool = False
    kind: str = ""
    subject_id: int = 0
    left: str = ""  # the days left, in words, where the day has not passed


@dataclass(frozen=True)
class Kind:
    """A kind of duty: its stable name, what a list of them is called, and when its people are told (reminders.py).

    `steps` count working days to the last day; those of a duty without one count from the day it began, so they are
    negative. `hears`: the roles of its seats, all that there may be; who holds none of them is asked nothing about it.
    """

    name: str
    label: str
    steps: tuple[int, ...] = STEPS
    hears: tuple[str, ...] = ()

    def reaches(self, user: User) -> bool:
        return any(held.role in self.hears for held in user.duties)


@dataclass(frozen=True)
class Seat:
    """Who must act, or hears of it: the holders of a role at a place, from a step on (None: from the first).

    `acts`: it is their own to do, and stands on their home page; otherwise they are told that somebody else is late.
    """

    organization_id: int
    role: str
    from_step: int | None = None
    acts: bool = True


@dataclass(frozen=True)
class Duty:
    """One thing owed. (`kind`, `subject_id`) is its key. `seats` stand in the order in which it climbs; none: it waits
    on nobody and is only there for the parts beside it.

    `told_at`: when a notice told whoever acts; steps reached by then are not told again. `barred`: people who may not
    do it though they hold the seat. `chip`: (kind, words) where they are not simply the days left.
    """

    kind: str
    subject_id: int
    title: str
    detail: str
    url: str
    action: str
    seats: tuple[Seat, ...]
    since: dt.datetime
    due_at: dt.datetime | None = None
    told_at: dt.datetime | None = None
    fiscal_year: int = 0
    months: int | None = None
    party_id: int | None = None
    barred: frozenset[int] = frozenset()
    chip: tuple[str, str] | None = None
    main: bool = False
    subject: Any = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, int]:
        return self.kind, self.subject_id

    def waits_on(self, user: User) -> bool:
        """Whether it is this person's to do."""
        return user.pk not in self.barred and any(
            seat.acts and seat.role == held.role and seat.organization_id in _names_of(held)
            for seat in self.seats
            for held in user.duties
        )

    def task(self, at: dt.datetime) -> Task:
        due = deadline_chip(self.due_at, at) if self.due_at else ("", "")
        kind, text = self.chip or (due if self.due_at else waiting_chip(self.since, at))
        return Task(
            title=self.title, detail=self.detail, url=self.url, action=self.action, chip_kind=kind, chip_text=text,
            due_at=self.due_at, main=self.main, kind=self.kind, subject_id=self.subject_id,
            left=due[1] if due[0] == "due" else "",
        )  # fmt: skip


def deadline_chip(due_at: dt.datetime, at: dt.datetime) -> tuple[str, str]:
    """(kind, words) for a chip: เหลือ 7 วัน · วันนี้วันสุดท้าย · เกินกำหนด 3 วัน."""
    if not deadlines.in_time(at, due_at):
        return "late", f"เกินกำหนด {deadlines.days_late(at, due_at)} วัน"
    left = deadlines.days_left(at, due_at)
    return "due", f"เหลือ {left} วัน" if left else "วันนี้วันสุดท้าย"


def waiting_chip(since: dt.datetime, at: dt.datetime) -> tuple[str, str]:
    """(kind, words) for a chip: รอมา 3 วัน · ส่งมาวันนี้."""
    days = (thai.day_in_bangkok(at) - thai.day_in_bangkok(since)).days
    return "wait", f"รอมา {days} วัน" if days else "ส่งมาวันนี้"


@dataclass(frozen=True)
class Whose:
    """Whose duties are asked for: one person's, by the (place, role) of their memberships; `held` None: everybody's.

    It lives for one reading of all sources, and so is where two of them keep what both are made of (`once`).
    """

    held: frozenset[tuple[int, str]] | None = None
    _read: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, read: Callable[[dt.datetime, Whose], Found], at: dt.datetime) -> Found:
        """What `read` gives, asked for the first time it is needed: sources that share rows share the query."""
        if read not in self._read:
            self._read[read] = read(at, self)
        found: Found = self._read[read]
        return found

    @property
    def everybody(self) -> bool:
        return self.held is None

    def at(self, path: str, *roles: str) -> Q:
        """Rows whose organization at `path` is one where the person holds one of the roles. Nobody there: no query."""
        return ~Q(pk__in=[]) if self.held is None else Q(**{f"{path}__in": self.places(*roles)})

    def places(self, *roles: str) -> list[int]:
        return sorted(place for place, role in self.held or () if role in roles and place)

    def holds(self, place: int, *roles: str) -> bool:
        return self.held is None or any((place, role) in self.held for role in roles)

    def at_opdc(self, *roles: str) -> bool:
        return self.holds(AT_OPDC, *roles)


class _Alike(Whose):
    """Stands for everybody who holds these roles, in a queryset prepared for all of them: the places are given when it
    is asked."""

    def at(self, path: str, *roles: str) -> Q:
        held = sorted({role for place, role in self.held or () if role in roles and place})
        return Q(**{f"{path}__among": Given(" ".join(held))}) if held else super().at(path)


class Rows(Generic[M]):
    """The queryset of a source, `build(whose, ...)`, put together once for all people of the same roles: a home page
    asks half a dozen of them, and Django's writing of the SQL was half of what the page cost."""

    def __init__(self, build: Callable[..., QuerySet[M]]):
        self._build = build
        self._by_roles: dict[frozenset[tuple[int, str]] | None, Prepared[M]] = {}

    def __call__(self, whose: Whose, **values: Any) -> list[M]:
        roles = None if whose.held is None else frozenset((min(place, 1), role) for place, role in whose.held)
        if roles not in self._by_roles:
            self._by_roles[roles] = Prepared(self._build, planned=False, whose=_Alike(roles))
        rows = self._by_roles[roles]
        places: dict[str, Any] = {name: whose.places(*name.split()) for name in rows.given if name not in values}
        return rows(**places, **values)


def _names_of(duty: Any) -> tuple[int, ...]:
    """The places a membership counts for in a seat: its organization, and OPDC by its name here."""
    at_opdc = duty.organization.kind == PlaceKind.OPDC
    return (duty.organization_id, AT_OPDC) if at_opdc else (duty.organization_id,)


def whose(user: User) -> Whose:
    return Whose(frozenset((place, held.role) for held in user.duties for place in _names_of(held)))


@dataclass
class Owed:
    """What one app says to one person: `mine` waits on them; `panels` and `sections` are parts of the
    page, each (template, data), beside and below."""

    mine: list[Task] = field(default_factory=list)
    panels: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    sections: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def nearest(self) -> Task | None:
        """The next day that matters, also of what says how long it has waited; what is overdue has its own line."""
        dated = {task.due_at: task for task in reversed(self.mine) if task.left and task.due_at}
        return dated[min(dated)] if dated else None


Source = Callable[[dt.datetime, Whose], Iterable[Duty]]
Provider = Callable[[User, dt.datetime], Owed]
Beside = Callable[[User, dt.datetime, list[Duty]], Owed]
KINDS: dict[str, Kind] = {}
_sources: list[Source] = []
_providers: list[Provider] = []
_besides: list[Beside] = []


def source(*kinds: Kind) -> Callable[[Source], Source]:
    """Register (decorator) where duties of these kinds are read."""

    def register(function: Source) -> Source:
        KINDS.update({kind.name: kind for kind in kinds})
        _sources.append(function)
        return function

    return register


def provider(function: Provider) -> Provider:
    """Register (decorator) tasks nobody is reminded of, panels and sections."""
    _providers.append(function)
    return function


def beside(function: Beside) -> Beside:
    """Register (decorator) parts of the page made from the person's duties, read once for both."""
    _besides.append(function)
    return function


def everywhere(*, at: dt.datetime) -> list[Duty]:
    """Every duty of everybody that waits on somebody: a query for each source or fewer, at any size."""
    asked = Whose()
    return [duty for read in _sources for duty in read(at, asked) if duty.seats]


def concerning(user: User, *, at: dt.datetime) -> list[Duty]:
    """The duties at this person's places, whether or not they are theirs to do."""
    asked = whose(user)
    return [duty for read in _sources for duty in read(at, asked)] if asked.held else []


def of(user: User, *, at: dt.datetime) -> Owed:
    """Everything, latest-due last; what has no date comes after what has."""
    duties = concerning(user, at=at)
    total = Owed(mine=[duty.task(at) for duty in duties if duty.waits_on(user)])
    for part in [*(say(user, at, duties) for say in _besides), *(provide(user, at) for provide in _providers)]:
        total.mine += part.mine
        total.panels += part.panels
        total.sections += part.sections
    total.mine.sort(key=lambda task: (task.due_at is None, task.due_at or at))
    begin = _where_to_begin(total.mine)
    total.mine = [replace(task, main=task is begin) for task in total.mine]  # one filled button
    return total


def _where_to_begin(tasks: list[Task]) -> Task | None:
    """What is overdue; else what was begun or sent back; else what is due first."""
    late = next((task for task in tasks if task.chip_kind == "late"), None)
    return late or next((task for task in tasks if task.main), tasks[0] if tasks else None)
