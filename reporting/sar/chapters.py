"""Writing the chapters: kept box by box as they are typed, two versions shown on a clash, drafted again on request.

The protocol is that of all pages that save as you type (kpiportal/keeping.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import QueryDict

from kpiportal import audit
from kpiportal.keeping import Kept, sort_out
from kpiportal.models import Membership, User
from kpiportal.workflow import Stale
from reporting.models import Chapter, Consolidation
from reporting.sar import drafting, rules
from reporting.sar.forms import ChaptersForm
from reporting.states import SarState

LOCKED = "รายงานอยู่ระหว่างเสนอหรืออนุมัติแล้ว แก้บทไม่ได้จนกว่าจะส่งกลับไปรวบรวม"

_PASSED = {
    SarState.PROPOSED: "เสนอหัวหน้าสำนักงานแล้ว",
    SarState.APPROVED: "อนุมัติแล้ว",
    SarState.SIGNED: "ลงนามแล้ว",
}


@transaction.atomic
def keep(sar: Consolidation, data: QueryDict, *, by: User, at: dt.datetime) -> Kept:
    """Write what can be written and say what became of the rest. Stale when nothing is taken any more."""
    rows, duty = _open(sar, by)
    kept, fields = Kept(0, at), ChaptersForm().fields
    changed = sort_out(
        data,
        {kind: row.text for kind, row in rows.items()},
        kept,
        clean=lambda kind, text: fields[kind].clean(text),
        label=lambda kind: str(Chapter.Kind(kind).label),
    )
    others = [rows[clash["name"]].saved_by for clash in kept.clashes]
    kept.by = next((person.full_name for person in others if person != by), "")
    for kind, text in changed.items():
        rows[kind].text = text
    _write(sar, [rows[kind] for kind in changed], by=by, at=at, duty=duty)
    kept.saved += sorted(changed)
    kept.revision = revision_of(rows.values())
    kept.tell({kind: row.text for kind, row in rows.items()})
    return kept


@dataclass(frozen=True)
class Clash:
    """A chapter somebody else saved since the page was opened; what they wrote stands beside what was typed."""

    kind: str
    title: str
    text: str
    who: str


@transaction.atomic
def save(sar: Consolidation, texts: Mapping[str, str], *, by: User, revision: int, at: dt.datetime) -> list[Clash]:
    """The whole page at once, by its button. Nothing is written when somebody saved since `revision`: what differs
    comes back, to be shown beside what was typed."""
    rows, duty = _open(sar, by)
    changed = [row for kind, row in rows.items() if texts[kind] != row.text]
    clashes = []
    if revision != revision_of(rows.values()):
        clashes = [Clash(row.kind, row.get_kind_display(), row.text, row.saved_by.full_name) for row in changed]
    if not clashes:
        for row in changed:
            row.text = texts[row.kind]
        _write(sar, changed, by=by, at=at, duty=duty)
    return clashes


@transaction.atomic
def redraft(
    sar: Consolidation, kind: str, *, choice: str, revision: int, facts: Mapping[str, Any], by: User, at: dt.datetime
) -> Chapter:
    """Take the draft of today's data in. choice: "new" instead of what stands, "both" under it, "mine" keeps what
    stands and only notes that the difference was seen. Stale when the chapter was saved since `revision`."""
    rows, duty = _open(sar, by)
    row, new = rows[kind], drafting.draft(kind, dict(facts))
    if row.revision != revision:
        raise Stale
    before, row.drafted = row.text, new
    if choice == "new":
        row.text = new
    elif choice == "both":
        row.text = f"{row.text}\n{new}".strip()
    row.revision, row.saved_at, row.saved_by = row.revision + 1, at, by
    row.save()
    facts_told = {"before": {"text": before}, "after": {"text": row.text}, "name": row.get_kind_display()}
    audit.record("reporting.redraft_sar", sar, by=by, duty=duty, at=at, **facts_told)
    return row


def what_happened(sar: Consolidation) -> str:
    """What a page of chapters that shows another state is told, in Thai (kpiportal/news.py)."""
    if sar.state == SarState.DRAFT:
        return "รายงานถูกส่งกลับมารวบรวมแล้ว แก้บทได้อีก"
    if sar.state == SarState.SENT:
        return "รายงานส่งสำนักงาน ก.พ.ร. แล้ว แก้บทไม่ได้อีก"
    return f"รายงาน{_PASSED[SarState(sar.state)]} แก้บทไม่ได้จนกว่าจะส่งกลับไปรวบรวม"


def revision_of(rows: Iterable[Chapter]) -> int:
    """One number for all chapters: it grows with every save of any."""
    return sum(row.revision for row in rows)


def _open(sar: Consolidation, by: User) -> tuple[dict[str, Chapter], Membership]:
    """Lock the report for writing: its chapters by kind."""
    duty = rules.can_write(by, sar)
    if not duty:
        raise PermissionDenied
    row = Consolidation.objects.select_for_update(of=("self",)).get(pk=sar.pk)
    if row.state != SarState.DRAFT:
        raise Stale(LOCKED)
    return {chapter.kind: chapter for chapter in row.chapters.select_related("saved_by")}, duty


def _write(sar: Consolidation, rows: list[Chapter], *, by: User, at: dt.datetime, duty: Membership) -> None:
    for row in rows:
        row.revision, row.saved_at, row.saved_by = row.revision + 1, at, by
        row.save()
    if rows:
        name = ", ".join(row.get_kind_display() for row in rows)
        audit.record("reporting.write_sar", sar, by=by, duty=duty, at=at, name=name)
