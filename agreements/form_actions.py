"""Actions of whoever fills the negotiation form: edit, add, move, remove. Audited, one transaction each.

Nothing is overwritten unseen: an edit says what stood in the box when it was typed over (`was`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from agreements import criteria_draft, form_cells, form_locks, freeze, rules, tree_order
from agreements.criteria import KINDS_OF_CHILDREN, K, as_scale
from agreements.form_cells import Holder
from agreements.models import Agreement, Baseline, Criteria, Dimension, Indicator
from agreements.states import FORM_OPEN, AgreementState
from kpiportal import audit
from kpiportal.models import AuditEvent, Membership, User
from kpiportal.prepared import Call, Prepared, saving
from kpiportal.workflow import Blocker, NotReady, Stale

EDIT = "agreements.edit_indicator"
# Columns an edit may change, beside the criteria's and the baselines'.
_COLUMNS = frozenset(
    {"number", "name", "strategic_issue", "objective", "unit", "weight", "inner_weight", "target", "definition",
     "formula", "source", "method", "conditions", "reason"}
)  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """One box: the value that stood there when the person typed, and the value typed."""

    was: Any
    new: Any


@dataclass
class Saved:
    """The row after an edit, and the boxes whose value changed, the carried-through ones included."""

    indicator: Indicator
    holder: Holder
    changed: list[str] = field(default_factory=list)


class Clash(Stale):
    """Somebody else changed the very box since: `stored` is what stands in each now. Nothing was saved."""

    def __init__(self, stored: Mapping[str, Any], by_text: str):
        self.stored, self.by_text = dict(stored), by_text
        super().__init__(f"{by_text or 'มีผู้อื่น'} แก้ไขช่องเดียวกันไปก่อนแล้ว")


def may_write(agreement: Agreement, by: User) -> Membership:
    """The duty, of a locked agreement. 403 to others, 409 once the form is out of the party's hands."""
    duty = rules.can_edit(by, agreement)
    if not duty:
        raise PermissionDenied
    if agreement.state not in FORM_OPEN:
        state = AgreementState(agreement.state).label
        raise Stale(f"คำรับรองฯ อยู่ในสถานะ “{state}” แก้ไขแบบฟอร์มไม่ได้แล้ว")
    return duty


def locked(agreement: Agreement) -> Agreement:
    """Weights, numbers and order are of the whole sheet: whoever changes it takes the sheet's row first."""
    rows = Agreement.objects.select_related("framework__scale").select_for_update(no_key=True, of=("self",))
    return rows.get(pk=agreement.pk)


# Sheet, row and criteria, locked in this order and read as they stand once all three locks are held.
_row = Prepared(
    lambda pk: (
        Indicator.objects.select_for_update(no_key=True, of=("agreement", "self", "criteria"))
        .select_related("agreement", "criteria")
        .filter(pk=pk)
    )
)


def _locked_indicator(indicator: Indicator, by: User) -> tuple[Indicator, Membership]:
    """The sheet and the row, locked and read again. The year's framework and scale never change and are taken as they
    came: joining them once more is a good part of what saving a box costs."""
    row = _row.first(pk=indicator.pk)
    if row is None:
        raise Stale("ตัวชี้วัดนี้ถูกนำออกไปแล้ว")
    row.agreement.framework = indicator.agreement.framework
    return row, may_write(row.agreement, by)


def holder_of(indicator: Indicator, *, with_past: bool = True) -> Holder:
    """The boxes of a stored indicator. `indicator` comes with criteria and agreement.framework.scale."""
    size = len(indicator.agreement.framework.scale.points)
    past = {b.fiscal_year: b.value for b in indicator.baselines.all()} if with_past else {}
    return Holder(indicator, criteria_draft.from_row(indicator.criteria, size), past)


def cells_of(indicator: Indicator) -> dict[str, form_cells.Cell]:
    agreement = indicator.agreement
    points = tuple(agreement.framework.scale.points)
    return form_cells.cells(points, agreement.fiscal_year, is_child=indicator.parent_id is not None)


@transaction.atomic
def edit_indicator(
    indicator: Indicator, edits: Mapping[str, Edit], *, by: User, at: dt.datetime, as_typed: bool = False
) -> Saved:
    """Write the boxes typed in and what follows from them (levels from target and interval).

    `as_typed`: part of a whole sheet already checked: levels stay as they are there, and numbers may be taken for a
    moment by rows that change theirs next. Raises Clash when a box no longer holds what the person saw,
    ValidationError by box name.
    """
    row, duty = _locked_indicator(indicator, by)
    cells = cells_of(row)
    holder = holder_of(row, with_past=any(name.startswith("base_") for name in edits))
    stored = {name: cells[name].get(holder) for name in edits}
    if clash := {n: stored[n] for n, edit in edits.items() if stored[n] not in (edit.was, edit.new)}:
        last = AuditEvent.objects.filter(subject_type="agreements.indicator", subject_id=row.pk).last()
        raise Clash(clash, last.actor_text if last else "")
    before = _facts(cells, holder)
    kept = criteria_draft.columns(holder.draft)
    touched = {name for name, edit in edits.items() if edit.new != stored[name]}
    for name in touched:
        cells[name].put(holder, edits[name].new)
    _check(row, holder, touched - {"number"} if as_typed else touched)
    if "kind" in touched and not as_typed:
        _recall(row, holder)
    by_hand = {"level_1"} if as_typed else set()
    criteria_draft.fill(holder.draft, row.target, touched | by_hand, as_scale(row.agreement.framework.scale))
    after = _facts(cells, holder)
    changed = [name for name in cells if before[name] != after[name]]
    if changed:
        row_saved = _store(row, holder, changed, kept)
        told = {"before": before, "after": after}
        told = {side: {name: freeze.plain(values[name]) for name in changed} for side, values in told.items()}
        if "kind" in changed:
            told["before"]["criteria"] = freeze.plain(kept)
        audit.record(EDIT, row, by=by, duty=duty, at=at, ahead=[row_saved], **told)
    return Saved(row, holder, changed)


def _facts(cells: Mapping[str, form_cells.Cell], holder: Holder) -> dict[str, Any]:
    return {name: cell.get(holder) for name, cell in cells.items()}


def _check(row: Indicator, holder: Holder, touched: set[str]) -> None:
    wrong = form_locks.refused(row, touched)
    if "number" in touched:
        same = Indicator.objects.filter(agreement=row.agreement_id, number=row.number).exclude(pk=row.pk).first()
        if not row.number:
            wrong["number"] = "ตัวชี้วัดต้องมีเลขที่ เช่น 1.1"
        elif same:
            wrong["number"] = f"เลขที่ {row.number} เป็นของตัวชี้วัด “{same.name[:60]}” แล้ว"
    if "kind" in touched and holder.draft.kind not in KINDS_OF_CHILDREN and row.children.exists():
        wrong["kind"] = "ตัวชี้วัดนี้มีตัวชี้วัดย่อย นำตัวชี้วัดย่อยออกก่อนจึงเปลี่ยนประเภทได้"
    if touched & {"band_low", "band_high"}:
        low, high = holder.draft.band_low, holder.draft.band_high
        if low is not None and high is not None and low > high:
            wrong["band_high"] = f"ต้องไม่น้อยกว่า {form_cells.shown(low)}"
    if wrong:
        raise ValidationError(wrong)


def _recall(row: Indicator, holder: Holder) -> None:
    """Back to a kind it had before: the history gives back what was typed under it, so trying kinds loses nothing."""
    draft = holder.draft
    events = AuditEvent.objects.filter(subject_type="agreements.indicator", subject_id=row.pk, verb=EDIT)
    event = events.filter(before__criteria__kind=draft.kind).last()
    if event is None:
        return
    kept = event.before["criteria"]
    old = Criteria(**{**kept, "levels": [None if level is None else Decimal(level) for level in kept["levels"]]})
    recalled = criteria_draft.from_row(old, draft.size)
    if not any(draft.steps):
        draft.steps, draft.parts = recalled.steps, recalled.parts
    if all(level is None for level in draft.levels):
        draft.levels = recalled.levels
        draft.interval = None if kept["interval"] is None else Decimal(kept["interval"])


def _store(row: Indicator, holder: Holder, changed: list[str], kept: dict[str, Any]) -> Call:
    """Write criteria and past results; the row itself is left to the statement of the trail."""
    columns = criteria_draft.columns(holder.draft)
    if new := {name: value for name, value in columns.items() if value != kept[name]}:
        for name, value in new.items():
            setattr(row.criteria, name, value)
        row.criteria.save(update_fields=list(new))
    for year in (int(name[5:]) for name in changed if name.startswith("base_")):
        Baseline.objects.update_or_create(indicator=row, fiscal_year=year, defaults={"value": holder.past[year]})
    row.revision += 1
    return saving(row, {"revision", *(name for name in changed if name in _COLUMNS)})


@transaction.atomic
def add_blank(
    agreement: Agreement, *, dimension: Dimension, parent: Indicator | None, name: str, by: User, at: dt.datetime
) -> Indicator:
    """A new last row under a dimension, or under a composite; its number continues the row before it."""
    agreement = locked(agreement)
    duty = may_write(agreement, by)
    if parent is not None and parent.criteria.kind not in KINDS_OF_CHILDREN:
        raise NotReady([Blocker("เพิ่มตัวชี้วัดย่อยได้เมื่อประเภทเกณฑ์เป็นร้อยละเฉลี่ยถ่วงน้ำหนักหรือเทียบร้อยละของเป้าหมาย")])
    if dimension.framework_id != agreement.framework_id or dimension.children.exists():
        raise NotReady([Blocker("เลือกประเด็นการประเมินผลที่อยู่ในกรอบของปีนี้")])
    rows = list(agreement.indicators.order_by("order").values_list("number", "dimension_id", "parent_id", "order"))
    share = {"inner_weight": Decimal(0)} if parent else {"weight": Decimal(0)}
    indicator = Indicator.objects.create(
        agreement=agreement,
        dimension=dimension,
        parent=parent,
        number=tree_order.next_number(rows, dimension, parent),
        order=max((row[3] for row in rows), default=0) + 1,
        name=name,
        criteria=Criteria.objects.create(kind=K.HIGHER, target_level=min(3, len(agreement.framework.scale.points))),
        **share,
    )
    audit.record("agreements.add_indicator", indicator, by=by, duty=duty, at=at)
    return indicator


@transaction.atomic
def place_indicator(
    indicator: Indicator,
    *,
    by: User,
    at: dt.datetime,
    to: str = "",
    before: int | None = None,
    dimension: int | None = None,
) -> None:
    """Move a row with its children: `to` "up" or "down" among its likes, or into `dimension` before the row `before`
    (None: at its end). Raises Stale when the neighbour it should stand before is gone."""
    row, duty = _locked_indicator(indicator, by)
    rows = list(row.agreement.indicators.order_by("dimension__order", "order"))
    was = tree_order.place_text(rows, row)
    target = Dimension.objects.filter(framework=row.agreement.framework_id, children=None, pk=dimension).first()
    if dimension is not None and target is None:
        raise Stale("ไม่มีประเด็นการประเมินผลนี้ในกรอบของปีแล้ว")
    moved = tree_order.moved(rows, row, to=to, before=before, dimension=target)
    if moved is None:
        return
    for place, one in enumerate(moved, start=1):
        one.order = place
    Indicator.objects.bulk_update(moved, ["order", "dimension"])
    now = tree_order.place_text(moved, next(one for one in moved if one.pk == row.pk))
    audit.record("agreements.move_indicator", row, by=by, duty=duty, at=at, before={"place": was}, after={"place": now})


@transaction.atomic
def remove_indicator(indicator: Indicator, *, by: User, at: dt.datetime, reason: str = "") -> Agreement:
    """Take a row and its children off the form. Once OPDC has seen the form a reason is asked; the history keeps every
    word and number. Raises NotReady without the reason, or where the table's ledger still speaks of the row."""
    row, duty = _locked_indicator(indicator, by)
    if needs_reason(row.agreement) and not reason.strip():
        raise NotReady([Blocker("กรุณาระบุเหตุผลที่นำตัวชี้วัดออก เพราะสำนักงาน ก.พ.ร. เคยเห็นแบบฟอร์มนี้แล้ว", field="reason")])
    family = [*row.children.select_related("criteria", "parent", "dimension"), row]
    facts = [freeze.plain(freeze.indicator_facts(one)) for one in reversed(family)]
    data = {"reason": reason.strip()} if reason.strip() else {}
    audit.record(
        "agreements.remove_indicator",
        row.agreement,
        by=by,
        duty=duty,
        at=at,
        before={"indicators": facts},
        name=str(row),
        **data,
    )
    try:
        for one in family:
            one.baselines.all().delete()
            one.assignments.all().delete()
            one.delete()
            one.criteria.delete()
    except ProtectedError as error:
        raise NotReady([Blocker("ตัวชี้วัดนี้มีบันทึกการเจรจาแล้ว เสนอตัดออกที่โต๊ะเจรจาแทน")]) from error
    return row.agreement


def needs_reason(agreement: Agreement) -> bool:
    """Whether the form has ever left the party's hands."""
    return agreement.state != AgreementState.DRAFT
