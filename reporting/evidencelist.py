"""The evidence of a card as its page shows it, and what earlier rounds have to offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from reporting import cardrows
from reporting.evidence import why_reason
from reporting.forms import EvidenceForm, LinkForm, RemovalForm, ReuseForm
from reporting.models import Evidence, Report


@dataclass(frozen=True)
class Whose:
    """Who looks: whether files may be attached by them now, and for which co-host (None: for the host)."""

    may_attach: bool
    supplier: int | None = None

    def may_touch(self, row: Evidence) -> bool:
        return self.may_attach and self.supplier in (None, row.supplier_id)


def context(
    report: Report,
    earlier: list[Report],
    *,
    whose: Whose,
    evidence_form: EvidenceForm | None = None,
    link_form: LinkForm | None = None,
    reuse_form: ReuseForm | None = None,
    removal: tuple[int, RemovalForm] | None = None,
) -> dict[str, Any]:
    """Files and links on the card, what was taken off after sending, what may be reused. One query.

    `whose`: for which agency the reader may attach now. The forms are those just refused; `removal`: the evidence's id
    with its form.
    """
    cards = {card.pk: card for card in (report, *reversed(earlier))}
    rows = cardrows.evidence_of(*cards.values())
    places = list(cards)  # the latest round first
    rows.sort(key=lambda row: places.index(row.report_id))
    for row in rows:
        row.report = cards[row.report_id]
    here = [row for row in rows if row.report_id == report.pk]
    present = [row for row in here if row.removed_at is None]
    offer = _to_reuse(rows, report, present, whose)
    return {
        "may_attach": whose.may_attach,
        "supplies": whose.supplier is not None,
        "evidence": [_item(row, cards, report, whose, removal) for row in present],
        "taken_off": [row for row in here if row.removed_at and row.removed_reason],
        "evidence_form": evidence_form,
        "link_form": link_form or LinkForm(),
        "reuse_form": reuse_form or (ReuseForm(earlier=offer) if offer else None),
        "upload_limit": settings.KPI_UPLOAD_MAX_BYTES,
        "held_bytes": sum(row.file.size for row in present if row.file),
        "held_limit": settings.KPI_CARD_MAX_BYTES,
    }


def _to_reuse(rows: list[Evidence], report: Report, present: list[Evidence], whose: Whose) -> list[Evidence]:
    """What stands on earlier cards and not on this one, each file or link once."""
    held = {row.file_id for row in present if row.file} | {row.link for row in present if row.link}
    offer: dict[Any, Evidence] = {}
    for row in rows:
        if row.report_id == report.pk or row.removed_at or not whose.may_touch(row):
            continue
        if (row.file_id or row.link) not in held:
            offer.setdefault(row.file_id or row.link, row)
    return list(offer.values())


def _item(
    row: Evidence, cards: dict[int, Report], report: Report, whose: Whose, removal: tuple[int, RemovalForm] | None
) -> dict[str, Any]:
    refused = removal[1] if removal and removal[0] == row.pk else None
    return {
        "row": row,
        "name": row.name,
        "source": cards[row.first_on].round.name if row.first_on in cards else "",
        "supplier": row.supplier.label if row.supplier else "",
        "removable": whose.may_touch(row),
        "why_reason": why_reason(row, report, whose.supplier),
        "reason": refused["reason"].value() if refused else "",
        "reason_error": refused.errors["reason"][0] if refused and refused.errors.get("reason") else "",
    }
