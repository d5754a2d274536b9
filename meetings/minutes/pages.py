"""What the minutes' page shows, gathered with a fixed number of queries."""

from __future__ import annotations

from typing import Any

from kpiportal import audit
from kpiportal.keeping import Kept
from kpiportal.models import User
from kpiportal.workflow import offered
from meetings import rules
from meetings.minutes import boxes, workflow
from meetings.minutes.forms import AdoptForm
from meetings.models import Minutes, MinutesPart
from meetings.models.agenda import Section

S = Minutes.State
TONES = {S.DRAFT: "due", S.CIRCULATED: "wait", S.ADOPTED: "ok"}


def minutes(row: Minutes, *, by: User, kept: Kept | None = None, typed: Any = None) -> dict[str, Any]:
    """The parts with their boxes, and what may be done. `kept`, `typed`: after a save without a script."""
    parts = list(row.parts.prefetch_related("resolutions__owner"))
    may_call = bool(rules.can_call(by, row.meeting))
    may_edit = may_call and row.state == S.DRAFT
    inside = row.meeting.organization_id in by.organization_ids
    stored = boxes.stored(row, parts)
    shown = {name: _Box(name, text, kept, typed) for name, text in stored.items()}
    for part in parts:
        part.boxes = {name: shown[f"{name}-{part.pk}"] for name in boxes.PART_BOXES}
    moves = {t.slug: t for t in offered(row, workflow.MINUTES, by=by)}
    corrections = list(row.corrections.select_related("organization", "by"))
    return {
        "minutes": row,
        "meeting": row.meeting,
        "tone": TONES[S(row.state)],
        "heads": [shown[name] for name in (*boxes.TIMES, *boxes.LINES)],
        "sections": [_section(section, parts) for section in Section],
        "stored": {name: [text] for name, text in stored.items()} if may_call else None,
        "may_edit": may_edit,
        "inside": inside,
        "moves": moves,
        "blockers_ahead": workflow.complete(row) if may_edit else [],
        "adopt": AdoptForm(minutes=row, initial={"revision": row.revision}) if "adopt" in moves else None,
        "corrections": corrections,
        "may_correct": None if may_call else _office_that_corrects(row, by),
        "history": audit.history(row) if inside else [],
    }


class _Box:
    """One box: what stands in it, what the server holds, and what was wrong with it."""

    def __init__(self, name: str, text: str, kept: Kept | None, typed: Any):
        self.name, self.stored, self.label = name, text, boxes.label(name)
        self.text = typed.get(name, text) if typed is not None else text
        self.error = kept.errors.get(name, "") if kept else ""
        self.clash = bool(kept) and any(clash["name"] == name for clash in kept.clashes)
        self.by = kept.by if kept else ""


def _section(section: Section, parts: list[MinutesPart]) -> dict[str, Any]:
    own = [part for part in parts if part.section == section]
    titled = [part for part in own if part.title]
    for part in own:
        part.number = f"{section.value}.{titled.index(part) + 1}" if part in titled else ""
    return {"value": section.value, "label": section.label, "parts": own}


def _office_that_corrects(row: Minutes, by: User) -> Any:
    """The invited office this person may ask for."""
    invited = set(row.meeting.invitations.values_list("organization", flat=True)) if row.state == S.CIRCULATED else ()
    return next((d.organization for d in by.duties if d.organization_id in invited
                 and rules.can_correct(by, row, d.organization_id)), None)  # fmt: skip
