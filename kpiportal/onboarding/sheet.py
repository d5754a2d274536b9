"""The workbook of people: a template to fill in, and every mistake of a filled one by sheet, row and column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from kpiportal import thai, xlsx
from kpiportal.models import Membership, Organization, Role, User
from kpiportal.models.people import ROLES_OF_KIND, Kind
from kpiportal.onboarding import rules
from kpiportal.onboarding.invitations import Guest, Key, taken_at
from kpiportal.xlsx import Column, ReadSheet, Sheet

TITLE = "บุคคล"
PLACE, ROLE, PREFIX, FIRST, LAST, POSITION, EMAIL = HEADERS = (
    "หน่วยงาน", "หน้าที่", "คำนำหน้า", "ชื่อ", "นามสกุล", "ตำแหน่ง", "อีเมล",
)  # fmt: skip
WIDTHS = (44, 24, 12, 20, 24, 36, 34)
LONGEST = {PREFIX: 40, FIRST: 100, LAST: 100, POSITION: 200, EMAIL: 254}
MOST_ROWS = 5_000
GOOD_FOR = 3600  # seconds a checked workbook may wait for "invite all"
_SALT = "kpiportal.onboarding.sheet"


@dataclass(frozen=True)
class Checked:
    """A workbook looked through: whom to invite (worth something only without findings), every mistake, and how many
    rows are people who hold that duty or are invited to it already."""

    guests: list[Guest]
    findings: list[Finding]
    skipped: int = 0


@dataclass(frozen=True)
class Finding:
    """One mistake: where, what is wrong with it, what is allowed there. `row` as the spreadsheet counts, 1 on top."""

    sheet: str
    row: int
    column: str
    wrong: str
    allowed: str


def template(by: User, *, at: dt.datetime) -> bytes:
    """An empty form, and a second sheet with every place and duty that may stand in it."""
    return _workbook(by, [], at)


def current(by: User, *, on: dt.date, at: dt.datetime) -> bytes:
    """The same workbook with everybody who holds a duty now: add rows and send it back, who is there is left alone."""
    held = Membership.objects.visible_to(by).not_over(on).filter(user__is_active=True)
    rows = [
        (d.organization.full_name, d.get_role_display(), d.user.title, d.user.first_name, d.user.last_name,
         d.user.position, d.user.email)
        for d in held.select_related("user", "organization").order_by("organization__sort_key", "role", "pk")
    ]  # fmt: skip
    return _workbook(by, rows, at)


def _workbook(by: User, rows: Sequence[Sequence[str]], at: dt.datetime) -> bytes:
    given = [(place.full_name, role.label) for place, roles in _given(by).values() for role in Role if role in roles]
    columns = [Column(header, width) for header, width in zip(HEADERS, WIDTHS, strict=True)]
    allowed = Sheet("ค่าที่ใช้ได้", [Column(PLACE, WIDTHS[0]), Column(ROLE, WIDTHS[1])], given)
    return xlsx.write_workbook([Sheet(TITLE, columns, rows), allowed], at=at)


def _given(by: User) -> dict[str, tuple[Organization, set[Role]]]:
    """Places this person looks after by the name they have in the workbook, with the duties given out there."""
    places = Organization.objects.managed_by(by).in_thai_order()
    return {
        place.full_name: (place, {r for r in ROLES_OF_KIND[Kind(place.kind)] if rules.can_invite(by, place, r)})
        for place in places
    }


def check(sheets: Sequence[ReadSheet], *, by: User, on: dt.date) -> Checked:
    """Everybody in the first sheet, and every mistake in it."""
    sheet = sheets[0]
    head = [_text(cell) for cell in (sheet.rows[0] if sheet.rows else [])]
    if head[: len(HEADERS)] != list(HEADERS):
        allowed = "หัวตารางแถวที่ 1 ต้องเป็น " + ", ".join(HEADERS)
        return Checked([], [Finding(sheet.title, 1, "ทั้งแถว", "หัวตารางไม่ตรงกับแบบฟอร์ม", allowed)])
    rows = [(number, dict(zip(HEADERS, map(_text, row), strict=False))) for number, row in enumerate(sheet.rows, 1)]
    filled = [(number, cells) for number, cells in rows[1:] if any(cells.values())]
    if not filled or len(filled) > MOST_ROWS:
        wrong = f"มี {len(filled):,} คน" if filled else "ยังไม่มีใครในแผ่นงานนี้"
        return Checked([], [Finding(sheet.title, 2, "ทั้งแถว", wrong, f"1 ถึง {MOST_ROWS:,} คนต่อไฟล์")])
    given = _given(by)
    checker = _Checker(sheet.title, given, taken_at({place.pk for place, _ in given.values()}, on=on))
    for number, cells in filled:
        checker.take(number, {header: cells.get(header, "") for header in HEADERS})
    return Checked(checker.guests, sorted(checker.findings, key=_in_reading_order), checker.skipped)


def _text(cell: Any) -> str:
    return "" if cell is None else thai.clean_line(str(cell).replace("\x00", ""))


def _in_reading_order(found: Finding) -> tuple[int, int]:
    return found.row, HEADERS.index(found.column)


class _Checker:
    """Row after row; remembers who was named where, so that a double says which row it repeats."""

    def __init__(self, title: str, given: dict[str, tuple[Organization, set[Role]]], taken: Container[Key]):
        self.title, self.given, self.taken = title, given, taken
        self.roles = {role.label: role for role in Role}
        self.guests: list[Guest] = []
        self.skipped = 0
        self.findings: list[Finding] = []
        self.seen: dict[tuple[str, int, str], int] = {}
        self.names: dict[str, tuple[int, str]] = {}

    def _wrong(self, row: int, column: str, wrong: str, allowed: str) -> None:
        self.findings.append(Finding(self.title, row, column, wrong, allowed))

    def take(self, row: int, cells: dict[str, str]) -> None:
        if self._is_there(cells):
            self.skipped += 1
            return
        before = len(self.findings)
        self._words(row, cells)
        place, role = self._duty(row, cells)
        if len(self.findings) > before or place is None or role is None:
            return
        email = cells[EMAIL].lower()
        guest = Guest(place, role, email, cells[PREFIX], cells[FIRST], cells[LAST], cells[POSITION], row)
        if (first := self.seen.setdefault(guest.key, row)) != row:
            self._wrong(row, EMAIL, f"{email} มีหน้าที่นี้ในแถวที่ {first} แล้ว", "คนเดียวกัน หน้าที่เดียวกัน หนึ่งแถว")
        name = f"{cells[FIRST]} {cells[LAST]}"
        known_row, known = self.names.setdefault(email, (row, name))
        if known != name:
            self._wrong(row, EMAIL, f"{email} เป็นของ {known} ในแถวที่ {known_row}", "หนึ่งอีเมลต่อหนึ่งคน")
        self.guests.append(guest)

    def _is_there(self, cells: dict[str, str]) -> bool:
        """The row of somebody who has this duty, or an invitation to it: nothing to do, whatever else it says."""
        place, _ = self.given.get(cells[PLACE], (None, None))
        role = self.roles.get(cells[ROLE])
        return place is not None and role is not None and (cells[EMAIL].casefold(), place.pk, role) in self.taken

    def _words(self, row: int, cells: dict[str, str]) -> None:
        for column, longest in LONGEST.items():
            if (over := len(cells[column]) - longest) > 0:
                self._wrong(row, column, f"ยาวเกินไป {over} ตัวอักษร", f"ไม่เกิน {longest} ตัวอักษร")
        for column in (FIRST, LAST):
            if not cells[column]:
                self._wrong(row, column, "ว่าง", f"ต้องมี{column}")
        try:
            validate_email(cells[EMAIL])
        except ValidationError:
            wrong = f"“{cells[EMAIL][:60]}” ไม่ใช่อีเมล" if cells[EMAIL] else "ว่าง"
            self._wrong(row, EMAIL, wrong, "อีเมล เช่น somchai.j@chiangmai.go.th")

    def _duty(self, row: int, cells: dict[str, str]) -> tuple[Organization | None, Role | None]:
        place, given = self.given.get(cells[PLACE], (None, set()))
        role = self.roles.get(cells[ROLE])
        if place is None:
            wrong = f"ไม่พบ “{cells[PLACE][:60]}” ในหน่วยงานที่ท่านดูแล" if cells[PLACE] else "ว่าง"
            self._wrong(row, PLACE, wrong, "ชื่อเต็มตามแผ่นงาน “ค่าที่ใช้ได้”")
        elif role not in given:
            wrong = f"“{cells[ROLE][:60]}” ใช้กับ{place.full_name}ไม่ได้" if cells[ROLE] else "ว่าง"
            self._wrong(row, ROLE, wrong, ", ".join(r.label for r in Role if r in given))
        return place, role if role in given else None


def sealed(guests: Sequence[Guest], *, by: User) -> str:
    """The checked list as the preview carries it to "invite all": signed for this person, for an hour."""
    rows = [[g.organization.pk, g.role, g.email, g.title, g.first_name, g.last_name, g.position, g.row] for g in guests]
    return signing.dumps([by.pk, rows], salt=_SALT, compress=True)


def unsealed(text: str, *, by: User) -> list[Guest]:
    """Raises signing.BadSignature for a list of somebody else, changed, or older than an hour."""
    person, rows = signing.loads(text, salt=_SALT, max_age=GOOD_FOR)
    if person != by.pk:
        raise signing.BadSignature("somebody else's list")
    places = Organization.objects.managed_by(by).in_bulk({row[0] for row in rows})
    if any(row[0] not in places for row in rows):
        raise signing.BadSignature("a place this person no longer looks after")
    return [Guest(places[row[0]], *row[1:]) for row in rows]
