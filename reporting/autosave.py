"""Keeping a card as it is typed, box by box, with the protocol of kpiportal/keeping.py: no save button.

Boxes that mean something only together (a numerator and its denominator) are kept together or not at all, and a result
only where the scoring engine takes it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import QueryDict

from agreements import scoring
from kpiportal.keeping import BASE, Kept
from kpiportal.models import User
from reporting import actions, cardrows
from reporting.forms import CardForm, as_posted, shown
from reporting.models import Report, ReportEntry
from reporting.scorecard import score_card
from reporting.sheet import TONES
from reporting.states import ReportState

NOT_ASKED = "ส่วนนี้ไม่ได้ถูกส่งกลับให้แก้ไข"


def keep(report: Report, data: QueryDict, *, by: User, at: dt.datetime) -> Kept:
    """Write what can be written of `data` and say what became of the rest.

    Raises Stale when the card takes nothing any more (409), PermissionDenied for anybody but its collector.
    """
    kept = Kept(report.revision, at)
    card = actions.merge_report(report, by=by, at=at, merge=lambda card: _merged(card, data, by, kept))
    cardrows.load_entries(card)
    kept.revision = card.revision
    kept.fresh = stored_boxes(card)
    kept.chip = card.get_state_display(), TONES[ReportState(card.state)]
    return kept


def stored_boxes(card: Report) -> dict[str, list[str]]:
    """Every box of the card as stored: what a page must have known to change it."""
    return {name: as_posted(value) for name, value in CardForm.initial_of(card).items() if name != "revision"}


def _merged(card: Report, data: QueryDict, by: User, kept: Kept) -> dict[str, Any] | None:
    """The whole card's values after this request, or None when nothing of it is to be written."""
    saved = CardForm.initial_of(card)
    form = _form(card, data, saved, prefix="")
    known = _form(card, data, saved, prefix=BASE)
    touched = [name for name in data.getlist("dirty") if name in form.fields and not form.fields[name].disabled]
    if form.said_no_data.intersection(touched):
        touched.append("no_data")
    changed = set()
    shut = {name for name in data.getlist("dirty") if name in form.fields and form.fields[name].disabled}
    kept.errors |= dict.fromkeys(sorted(shut), NOT_ASKED)
    for group in form.boxes:
        mine = [name for name in group if name in touched]
        wrong = {name: form.errors[name][0] for name in group if name in form.errors}
        if "no_data_reason" in form.errors:  # "-" in a box is not kept before its reason is there
            wrong |= dict.fromkeys(form.said_no_data.intersection(group), form.errors["no_data_reason"][0])
        if mine and wrong:
            kept.errors |= wrong
            continue
        for name in mine:
            if form.is_stored(name, saved):
                kept.saved.append(name)
            elif name not in known.errors and known.is_stored(name, saved):
                changed.add(name)
            else:
                kept.clashes.append(_clash(form, name, saved))
    kept.by = "" if card.saved_by_id in (None, by.pk) else card.saved_by.full_name
    changed -= _without_score(card, form, saved, changed, kept)
    kept.saved += sorted(changed)
    return form.facts({**saved, **{name: form.cleaned_data[name] for name in changed}}) if changed else None


def _form(card: Report, data: QueryDict, saved: dict[str, Any], *, prefix: str) -> CardForm:
    """The card with the boxes that were sent; all others as stored."""
    filled = QueryDict(mutable=True)
    for name in CardForm(report=card).fields:
        sent = prefix + name in data or name in data.getlist("dirty")
        filled.setlist(name, data.getlist(prefix + name) if sent else as_posted(saved.get(name)))
    filled["revision"], filled["token"] = "0", "00000000-0000-0000-0000-000000000000"
    form = CardForm(filled, report=card)
    form.is_valid()
    return form


def _without_score(card: Report, form: CardForm, saved: dict[str, Any], changed: set[str], kept: Kept) -> set[str]:
    """Changed result boxes the scoring engine refuses together: they stay in the browser, its sentence beside them."""
    results = [name for group in form.boxes for name in group if name in changed and form.is_result(name)]
    if not results:
        return set()
    values = {**saved, **{name: form.cleaned_data[name] for name in changed}}
    _, entries = form.facts(values)
    rows = {pk: ReportEntry(indicator_id=pk, **facts) for pk, facts in entries.items()}
    try:
        score_card(card.indicator, card.round.agreement.framework.scale, rows)
    except scoring.ResultError as refusal:
        kept.errors[results[0]] = str(refusal)
        return set(results)
    return set()


def _clash(form: CardForm, name: str, saved: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "label": str(form.fields[name].label),
        "stored": shown(saved.get(name)),
        "values": as_posted(saved.get(name)),
    }
