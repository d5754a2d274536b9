"""A workbook that came back, compared with what was given out: every mistake by sheet, row and column, or the plan of
what it changes. Reads only; workbook_actions.py writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from agreements import clusters, criteria_draft, form_cells, scoring, workbook
from agreements.criteria import KINDS_OF_CHILDREN, K, as_scale
from agreements.models import Agreement, Dimension
from agreements.workbook import CO_HOSTS, DIMENSION, FORM, GIVEN, HOST, KEYS, MOST_ROWS, PARENT, PK, WEIGHT, Field
from kpiportal.numbers import InvalidNumber, parse_number
from kpiportal.thai import clean_line, clean_text
from kpiportal.xlsx import ReadCell, ReadSheet

NUMBER_ALLOWED = "ตัวเลข เช่น 82.35 หรือเว้นว่าง"


@dataclass(frozen=True)
class Finding:
    """One mistake: where, what is wrong with it, what is allowed there. `row` as the spreadsheet counts."""

    sheet: str
    row: int
    column: str
    wrong: str
    allowed: str


@dataclass
class Row:
    """One indicator of the workbook: texts by column, now and as given out (empty for a new one)."""

    at: int
    pk: int | None
    texts: dict[str, str]
    given: dict[str, str]
    boxes: dict[str, tuple[str, str]] = field(default_factory=dict)  # box -> (was, new)

    def changed(self, header: str) -> bool:
        return self.texts[header] != self.given.get(header, "")


@dataclass
class Plan:
    """What applying would do: JSON values only, so that the preview can carry it, sealed."""

    edits: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)  # pk -> box -> (was, new)
    adds: list[dict[str, Any]] = field(default_factory=list)  # boxes, dimension, parent (number), host
    moves: dict[str, int] = field(default_factory=dict)  # pk -> dimension
    hosts: dict[str, int] = field(default_factory=dict)  # pk -> organization
    co_hosts: dict[str, list[int]] = field(default_factory=dict)  # pk -> organizations
    removes: list[int] = field(default_factory=list)

    @property
    def count(self) -> int:
        touched = {*self.edits, *self.moves, *self.hosts, *self.co_hosts}
        return len(touched) + len(self.adds) + len(self.removes)


def check(sheets: Sequence[ReadSheet], agreement: Agreement) -> tuple[Plan, list[Row], list[Finding]]:
    """The plan is worth something only without findings. `agreement` comes with owner and framework.scale."""
    checker = _Checker(agreement)
    form = checker.sheet(sheets)
    if form is None:
        return Plan(), [], checker.findings
    rows = checker.rows(form, next(sheet for sheet in sheets if sheet.title == GIVEN))
    for row in rows:
        checker.take(row)
    checker.numbers(rows)
    plan = checker.plan(rows) if not checker.findings else Plan()
    order = [f.header for f in checker.fields]
    place = {header: n for n, header in enumerate(order)}
    return plan, rows, sorted(checker.findings, key=lambda found: (found.row, place.get(found.column, 0)))


class _Checker:
    """Row after row; remembers what was said where, so that a double names the row it repeats."""

    def __init__(self, agreement: Agreement):
        self.agreement = agreement
        self.fields = workbook.fields(agreement)
        self.scale = as_scale(agreement.framework.scale)
        points = tuple(agreement.framework.scale.points)
        year = agreement.fiscal_year
        self.cells = {c: form_cells.cells(points, year, is_child=c) for c in (False, True)}
        self.dimensions = {d.name: d.pk for d in Dimension.objects.filter(framework=agreement.framework, children=None)}
        self.agencies = dict(clusters.agencies(agreement).values_list("name", "pk"))
        self.kinds = {label: kind for kind, label in workbook.KINDS.items()}
        self.directions = {label: way for way, label in workbook.DIRECTIONS.items()}
        self.findings: list[Finding] = []
        self.given: dict[int, dict[str, str]] = {}

    def wrong(self, row: int, column: str, wrong: str, allowed: str, sheet: str = FORM) -> None:
        self.findings.append(Finding(sheet, row, column, wrong, allowed))

    # ---- the file ----
    def sheet(self, sheets: Sequence[ReadSheet]) -> ReadSheet | None:
        """The form itself, once the file is known to be this party's of this year and untouched in its build."""
        by_title = {sheet.title: sheet for sheet in sheets}
        for title in (FORM, GIVEN, KEYS):
            if title not in by_title:
                have = ", ".join(f"“{name}”" for name in by_title) or "ไม่มีแผ่นงาน"
                allowed = "ใช้ไฟล์ที่ดาวน์โหลดจากหน้านี้ และไม่เปลี่ยนชื่อแผ่นงาน"
                self.wrong(1, "ทั้งแผ่นงาน", f"ไม่พบแผ่นงานนี้ ในไฟล์มี {have}", allowed, title)
                return None
        keys = {str(row[0]): _text(row[1]) for row in by_title[KEYS].rows[1:] if len(row) > 1}
        year, wanted = keys.get("fiscal_year", ""), str(self.agreement.fiscal_year)
        if year != wanted:
            self.wrong(1, "ทั้งแผ่นงาน", f"เป็นแบบฟอร์มของปีงบประมาณ พ.ศ. {year or '(ไม่ระบุ)'}", f"แบบฟอร์มของปี {wanted}")
        elif keys.get("agreement") != str(self.agreement.pk):
            whose = keys.get("owner") or "หน่วยงานอื่น"
            self.wrong(1, "ทั้งแผ่นงาน", f"เป็นแบบฟอร์มของ{whose}", f"แบบฟอร์มของ{self.agreement.owner.full_name}")
        elif keys.get("version") != workbook.VERSION:
            self.wrong(1, "ทั้งแผ่นงาน", "เป็นแบบฟอร์มรุ่นเก่า", "ดาวน์โหลดใหม่จากหน้านี้")
        form = by_title[FORM]
        if not self.findings:
            self._build(form)
        return None if self.findings else form

    def _build(self, form: ReadSheet) -> None:
        head = [_text(cell) for cell in (form.rows[0] if form.rows else [])]
        wanted = [f.header for f in self.fields]
        for n, header in enumerate(wanted):
            if (found := head[n] if n < len(head) else "") != header:
                self.wrong(
                    1, header, f"หัวตารางคอลัมน์ที่ {n + 1} เป็น “{found[:40]}”", f"ต้องเป็น “{header}” ห้ามแทรกหรือลบคอลัมน์"
                )
                break
        for cells in form.merged:
            self.wrong(_row_of(cells), cells, "ผสานเซลล์ไว้", "ยกเลิกการผสานเซลล์ แล้วกรอกทุกแถว")
        for cell in form.formulas:
            header = self._header_at(cell)
            self.wrong(_row_of(cell), header, f"ช่อง {cell} เป็นสูตร", "คัดลอกแล้ววางเป็นค่า (Paste Values)")
        if len(form.rows) - 1 > MOST_ROWS and (filled := sum(1 for row in form.rows[1:] if any(row))) > MOST_ROWS:
            self.wrong(MOST_ROWS + 2, "ทั้งแถว", f"มี {filled:,} แถว", f"ไม่เกิน {MOST_ROWS:,} ตัวชี้วัดต่อไฟล์")

    def _header_at(self, cell: str) -> str:
        place = 0
        for letter in cell.rstrip("0123456789"):
            place = place * 26 + ord(letter) - 64
        return self.fields[place - 1].header if place <= len(self.fields) else cell

    def rows(self, form: ReadSheet, given: ReadSheet) -> list[Row]:
        self.given = {int(row[PK]): row for row in map(self._texts, given.rows[1:]) if row[PK].isdigit()}
        found: list[Row] = []
        seen: set[int] = set()
        for at, cells in enumerate(form.rows[1:], start=2):
            texts = self._texts(cells, at)
            if not any(text for header, text in texts.items() if header != PK):
                continue
            key = int(texts[PK]) if texts[PK].isdigit() else None
            # A row copied within the sheet brings its key along: the first keeps it, the copy is a new row.
            pk = key if key in self.given and key not in seen else None
            if pk is not None:
                seen.add(pk)
            found.append(Row(at, pk, texts, self.given.get(pk, {}) if pk else {}))
        return found

    def _texts(self, cells: Sequence[ReadCell], at: int = 0) -> dict[str, str]:
        texts = {}
        for n, one in enumerate(self.fields):
            cell = cells[n] if n < len(cells) else None
            if at and isinstance(cell, dt.date | bool):
                what = "วันที่" if isinstance(cell, dt.date) else "ค่าจริง/เท็จ"
                self.wrong(at, one.header, f"Excel เก็บช่องนี้เป็น{what}", "จัดรูปแบบช่องเป็นข้อความหรือตัวเลข แล้วพิมพ์ใหม่")
            texts[one.header] = _text(cell, lines=one.box in form_cells_of_words)
        return texts

    # ---- one row ----
    def take(self, row: Row) -> None:
        """Every column on its own, then the criteria as a whole; `row.boxes` is filled."""
        self._listed(row, DIMENSION, self.dimensions, needed=True)
        self._listed(row, HOST, self.agencies)
        self._co_hosts(row)
        kind = self._listed(row, "ประเภทเกณฑ์", self.kinds, needed=True)
        self._listed(row, "ทิศทาง (เป็นช่วง/ผสม)", self.directions)
        cells = self.cells[bool(row.texts[PARENT])]
        holder = form_cells.Holder(_Nothing(), _draft(kind or K.HIGHER, self.scale), {})
        steps = _steps_of(row, self.fields) if kind == K.MIXED else 0
        if kind == K.MIXED:
            holder.draft.step_count = steps
        for one in self.fields:
            if one.box and not (one.box == "direction" and not row.texts[one.header]):
                self._box(row, one, cells, holder, kind or K.HIGHER, steps)
        if kind and not any(found.row == row.at for found in self.findings):
            self._criteria(row, holder)

    def _listed(self, row: Row, header: str, values: Mapping[str, Any], *, needed: bool = False) -> Any:
        text = row.texts[header]
        if text in values:
            return values[text]
        if text or needed:
            allowed = ", ".join(list(values)[:12]) or "ยังไม่มีในระบบ"
            self.wrong(row.at, header, f"“{text[:60]}” ไม่มีในรายการ" if text else "ว่าง", allowed)
        return None

    def _co_hosts(self, row: Row) -> list[int]:
        """Agencies named one after the other; each must be one of the list, and none the host itself."""
        found = []
        for name in filter(None, (part.strip() for part in row.texts[CO_HOSTS].replace("\n", ";").split(";"))):
            if name not in self.agencies:
                allowed = "ชื่อตามแผ่นงานค่าที่ใช้ได้ คั่นด้วย ;"
                self.wrong(row.at, CO_HOSTS, f"“{name[:60]}” ไม่มีในรายการ", allowed)
            elif name == row.texts[HOST]:
                self.wrong(row.at, CO_HOSTS, f"“{name[:60]}” เป็นเจ้าภาพหลักอยู่แล้ว", "หน่วยงานอื่น หรือเว้นว่าง")
            else:
                found.append(self.agencies[name])
        if found and not row.texts[HOST]:
            self.wrong(row.at, HOST, "มีเจ้าภาพร่วมแต่ไม่มีเจ้าภาพหลัก", "เลือกเจ้าภาพหลักหนึ่งหน่วยงาน")
        return found

    def _box(self, row: Row, one: Field, cells: dict[str, form_cells.Cell], holder: Any, kind: str, steps: int) -> None:
        box = one.box
        if box.startswith("level_"):
            box = workbook.level_box(box, kind, steps)
            if kind in KINDS_OF_CHILDREN and kind != K.PERCENT_OF_TARGET or kind == K.YES_NO:
                return
        if one.header == WEIGHT and row.texts[PARENT]:
            box = "inner_weight"
        new = row.texts[one.header]
        if box == "kind":
            new = kind
        elif box == "direction":
            new = self.directions.get(new, "")
        was = self._was(row, one, box)
        try:
            value = cells[box].clean(new)
            same = row.pk is not None and value == cells[box].clean(was)  # ๓๐ typed over 30 is no change
        except ValidationError as error:
            allowed = NUMBER_ALLOWED if one.number or box.startswith("level_") else "ดูหัวตาราง"
            self.wrong(row.at, one.header, f"“{new[:40]}”: {' '.join(error.messages)}", allowed)
            return
        cells[box].put(holder, value)
        if not same:
            row.boxes[box] = (was, new)

    def _was(self, row: Row, one: Field, box: str) -> str:
        """What the box held when the workbook was given out."""
        given = row.given.get(one.header, "")
        if one.box == "kind":
            return self.kinds.get(given, "")
        if one.box == "direction":
            return self.directions.get(given, "")
        if one.box.startswith("level_") and row.given:
            kind = self.kinds.get(row.given["ประเภทเกณฑ์"], K.HIGHER)
            steps = _steps_of(row, self.fields, given=True) if kind == K.MIXED else 0
            return given if workbook.level_box(one.box, kind, steps) == box else ""
        return given

    def _criteria(self, row: Row, holder: form_cells.Holder) -> None:
        """40/50/60/60/70: what is wrong in the row of levels, told of its very columns. Blanks may wait."""
        criteria = criteria_draft.engine(holder.draft)
        if criteria is None:
            return
        headers = {one.box: one.header for one in self.fields}
        for problem in scoring.check_criteria(criteria, self.scale):
            if problem.code in criteria_draft.NOT_YET or problem.field not in ("levels", "band"):
                continue
            names = [headers.get(name.replace("step_", "level_"), name) for name in criteria_draft.boxes(problem)]
            self.wrong(row.at, names[0], f"{problem.text} ({' และ '.join(names)})", "แต่ละระดับต่างกันและเรียงไปทางเดียว")

    # ---- the rows together ----
    def numbers(self, rows: Sequence[Row]) -> None:
        """No number twice; a child stands under a row that is scored by its children."""
        first: dict[str, Row] = {}
        for row in rows:
            number = row.texts["ตัวชี้วัดที่"]
            if not number:
                self.wrong(row.at, "ตัวชี้วัดที่", "ว่าง", "เลขที่ตัวชี้วัด เช่น 1.1")
            elif number in first:
                self.wrong(row.at, "ตัวชี้วัดที่", f"เลขที่ {number} ซ้ำกับแถวที่ {first[number].at}", "แต่ละตัวชี้วัดมีเลขที่ของตน")
            first.setdefault(number, row)
        for row in rows:
            if not (parent := row.texts[PARENT]):
                continue
            above = first.get(parent)
            if above is None or above is row or above.texts[PARENT]:
                self.wrong(row.at, PARENT, f"ไม่มีตัวชี้วัดหลักเลขที่ {parent}", "เลขที่ของตัวชี้วัดหลักในแผ่นงานนี้ หรือเว้นว่าง")
            elif self.kinds.get(above.texts["ประเภทเกณฑ์"]) not in KINDS_OF_CHILDREN:
                allowed = f"ให้ประเภทเกณฑ์ของแถวที่ {above.at} เป็นร้อยละเฉลี่ยถ่วงน้ำหนักหรือเทียบร้อยละของเป้าหมาย"
                self.wrong(row.at, PARENT, f"ตัวชี้วัด {parent} ไม่ได้ให้คะแนนจากตัวชี้วัดย่อย", allowed)
            if row.pk and row.changed(PARENT) and (not row.given[PARENT] or above is None or above.pk is None):
                self.wrong(row.at, PARENT, "ย้ายตัวชี้วัดเข้าเป็นตัวชี้วัดย่อยในไฟล์ไม่ได้", "เพิ่มแถวใหม่แทน หรือแก้ในหน้าเว็บ")

    def plan(self, rows: Sequence[Row]) -> Plan:
        plan = Plan()
        for row in rows:
            place, host = self.dimensions[row.texts[DIMENSION]], self.agencies.get(row.texts[HOST])
            if row.pk is None:
                boxes = {box: new for box, (_, new) in row.boxes.items()}
                add = {"boxes": boxes, "dimension": place, "parent": row.texts[PARENT], "host": host}
                plan.adds.append({**add, "co_hosts": self._co_hosts(row)})
                continue
            if row.boxes:
                plan.edits[str(row.pk)] = row.boxes
            if row.changed(DIMENSION) and not row.texts[PARENT]:
                plan.moves[str(row.pk)] = place
            if row.changed(HOST) and host:
                plan.hosts[str(row.pk)] = host
            if row.changed(CO_HOSTS) and host:
                plan.co_hosts[str(row.pk)] = self._co_hosts(row)
        kept = {row.pk for row in rows}
        plan.removes = [pk for pk in self.given if pk not in kept]
        return plan


class _Nothing:
    """Takes whatever boxes put into an indicator."""


form_cells_of_words = frozenset(
    {"definition", "formula", "source", "method", "conditions", "reason", *(f"parts_{n}" for n in range(1, 11))}
)


def _draft(kind: str, scale: scoring.Scale) -> criteria_draft.Draft:
    size = len(scale.points)
    return criteria_draft.Draft(kind, "higher", [None] * size, [""] * size, [[] for _ in range(size)])


def _steps_of(row: Row, fields: Sequence[Field], *, given: bool = False) -> int:
    """Of a mixed row: how many of its level columns, from the first, hold words."""
    texts = row.given if given else row.texts
    count = 0
    for one in fields:
        if one.box.startswith("level_"):
            try:
                if isinstance(parse_number(texts[one.header]), Decimal):
                    break
            except InvalidNumber:
                pass
            count += 1
    return max(1, min(count, sum(1 for one in fields if one.box.startswith("level_")) - 1))


def _text(cell: ReadCell, *, lines: bool = False) -> str:
    """A cell as a person reads it: numbers plain, words repaired."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return form_cells.shown(cell)
    text = str(cell).replace("\x00", "")
    return clean_text(text) if lines else "\n".join(clean_line(line) for line in text.splitlines()).strip()


def _row_of(cells: str) -> int:
    first = cells.partition(":")[0]
    return int("".join(sign for sign in first if sign.isdigit()) or 1)
