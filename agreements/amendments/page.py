"""What the pages of a request show, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Prefetch
from django.db.models.functions import JSONObject

from agreements import versions, weights
from agreements.amendments import above, fields, outcome, rules, workflow
from agreements.amendments.forms import AddRowForm, DecisionForm, PaperForm, RequestForm
from agreements.models import Agreement, AgreementVersion, Amendment, AmendmentRow, Indicator, RoundPlan
from agreements.pages import number
from agreements.states import AgreementState, AmendmentState
from kpiportal import audit
from kpiportal.models import Letter, User
from kpiportal.numbers import format_number
from kpiportal.workflow import Blocker, offered

TONES = {
    AmendmentState.DRAFT: "wait",
    AmendmentState.ASKED: "due",
    AmendmentState.APPLIED: "ok",
    AmendmentState.REFUSED: "late",
    AmendmentState.WITHDRAWN: "none",
}
D = AmendmentRow.Decision
_DECISION_TONES = {D.APPROVE: "ok", D.PART: "due", D.REFUSE: "late"}


MOST_LETTERS = 50  # of the register, newest first


def with_everything(amendments: Any) -> Any:
    """With its rows, and as JSON what its form offers: `plans` of the year, `letters` the party has issued."""
    rows = Prefetch("rows", AmendmentRow.objects.select_related("indicator").order_by("indicator__order", "pk"))
    plans = RoundPlan.objects.filter(framework=OuterRef("agreement__framework")).order_by("months")
    letters = Letter.objects.filter(organization=OuterRef("agreement__owner"), state=Letter.State.ISSUED)
    letters = letters.order_by("-dated", "-number")[:MOST_LETTERS]
    return (
        amendments.select_related(
            "agreement__owner", "agreement__framework__scale", "opened_by", "base", "version", "signed_copy", "letter"
        )
        .annotate(
            plans=ArraySubquery(plans.values(plan=JSONObject(months="months", name="name"))),
            letters=ArraySubquery(
                letters.values(letter=JSONObject(pk="pk", number="number_text", dated="dated", subject="subject"))
            ),
        )
        .prefetch_related(rows)
    )


def pairs(amendment: Amendment, live: dict[int, Indicator] | None = None) -> list[tuple[AmendmentRow, Indicator]]:
    """Every row with its indicator as it stands now."""
    live = outcome.load(amendment.agreement) if live is None else live
    return [(row, live[row.indicator_id]) for row in amendment.rows.all()]


def context(
    amendment: Amendment,
    *,
    by: User,
    form: RequestForm | None = None,
    decision: DecisionForm | None = None,
    add: AddRowForm | None = None,
    paper: PaperForm | None = None,
    blockers: list[Blocker] | None = None,
    reason_error: str = "",
) -> dict[str, Any]:
    """Everything the page shows. The forms are what was just refused, with what was typed."""
    live = outcome.load(amendment.agreement)
    rows, state = pairs(amendment, live), AmendmentState(amendment.state)
    writing = state == AmendmentState.DRAFT and bool(rules.can_write(by, amendment))
    deciding = state == AmendmentState.ASKED and bool(rules.can_decide(by, amendment))
    if writing and form is None:
        form = RequestForm(initial=RequestForm.initial_of(amendment), amendment=amendment, rows=rows)
    if deciding and decision is None:
        decision = DecisionForm(initial={"revision": amendment.revision}, rows=rows)
    shown_form, shown_decision = (form if writing else None), (decision if deciding else None)
    return {
        "amendment": amendment,
        "agreement": amendment.agreement,
        "tone": TONES[state],
        "form": shown_form,
        "decision": shown_decision,
        "rows": [_row(row, indicator, state, shown_form, shown_decision) for row, indicator in rows],
        "add": (add or AddRowForm(indicators=list(live.values()))) if writing else None,
        "paper": (paper or PaperForm()) if writing else None,
        "files": amendment.files.filter(removed_at=None).select_related("file"),
        "moves": offered(amendment, workflow.MOVES, by=by),
        "blockers": blockers or [],
        "reason_error": reason_error,
        "history": audit.history(amendment),
        **_outcome(amendment, state, rows, live),
    }


def _row(
    row: AmendmentRow, indicator: Indicator, state: str, form: RequestForm | None, decision: DecisionForm | None
) -> dict[str, Any]:
    open_ = state in (AmendmentState.DRAFT, AmendmentState.ASKED)
    live = fields.read(indicator, row.field) if open_ else row.before
    found: dict[str, Any] = {
        "row": row,
        "label": fields.LABELS[row.field],
        "before": fields.shown(row.field, row.before),
        "after": fields.shown(row.field, row.after),
        "live": fields.shown(row.field, live) if live != row.before else [],
        "granted": fields.shown(row.field, row.granted) if row.decision == D.PART else [],
        "tone": _DECISION_TONES.get(D(row.decision), "none") if row.decision else "",
        "boxes": form.boxes(row, "r") if form else [],
    }
    if decision:
        pk = row.pk
        found["decide"] = {
            "choice": decision[f"decision_{pk}"],
            "boxes": decision.boxes(row, "g"),
            "answer": decision[f"answer_{pk}"],
            "saw": decision[f"saw_{pk}"],
            "sure": decision[f"sure_{pk}"] if f"sure_{pk}" in decision.fields else None,
        }
    return found


def _outcome(
    amendment: Amendment, state: str, rows: Iterable[tuple[AmendmentRow, Indicator]], live: dict[int, Indicator]
) -> dict[str, Any]:
    """How the agreement and its begun rounds would stand; nothing once it is decided."""
    if state not in (AmendmentState.DRAFT, AmendmentState.ASKED) or not rows:
        return {"effects": [], "panel": None, "notes": [], "cannot": []}
    months = amendment.effective_months
    try:
        asked, rounds = outcome.asked(row for row, _ in rows), [plan["months"] for plan in amendment.plans]
        after = outcome.of(amendment.agreement, asked, from_months=months, live=live, rounds=rounds)
    except ValidationError as error:
        return {"effects": [], "panel": None, "notes": [], "cannot": error.messages}
    touches_weight = any(row.field in (fields.WEIGHT, fields.CANCEL) for row, _ in rows)
    parts = (weights.Weighed(d.name, held, d.weight) for d, held in after.by_dimension())
    found = above.effects(amendment.agreement, after.rows, after.changed, from_months=months)
    return {
        "effects": [_effect(one, amendment.agreement.framework.scale.decimals) for one in found],
        "panel": weights.panel(parts) if touches_weight else None,
        "notes": after.notes() if touches_weight else [],
        "cannot": [blocker.text for blocker in after.blockers()],
    }


def _effect(found: above.RoundEffect, places: int) -> dict[str, Any]:
    effect = found.effect
    return {
        "name": found.name,
        "before": number(effect.before.score, places),
        "after": number(effect.after.score, places),
        "difference": _signed(effect.difference, places),
        "filed": sum(card.filed for card in found.cards),
        "cards": [
            {
                "indicator": card.indicator,
                "state": card.state,
                "before": number(card.before, places) or "–",
                "after": number(card.after, places) or "–",
                "weights": (number(card.weight_before, 2), number(card.weight_after, 2)),
            }
            for card in found.cards
        ],
    }


def _signed(value: Decimal | None, places: int) -> str:
    """+0.6000, −0.2500; 0.0000 for nothing."""
    if value is None:
        return "–"
    text = format_number(abs(value), decimals=places)
    return f"+{text}" if value > 0 else f"−{text}" if value else text


def listing(agreement: Agreement, by: User) -> dict[str, Any]:
    amendments = Amendment.objects.visible_to(by).filter(agreement=agreement).select_related("opened_by", "version")
    rows = amendments.prefetch_related("rows").order_by("-number")
    return {
        "agreement": agreement,
        "rows": [{"row": row, "tone": TONES[AmendmentState(row.state)], "count": len(row.rows.all())} for row in rows],
        "may_open": agreement.state == AgreementState.SIGNED and bool(rules.can_open(by, agreement)),
        "versions": agreement.versions.defer("content").order_by("-number"),
    }


def version(row: AgreementVersion) -> dict[str, Any]:
    """One version as it was frozen, and what it says otherwise than the one before it."""
    before = row.agreement.versions.filter(number=row.number - 1).first()
    content = row.content
    return {
        "version": row,
        "agreement": row.agreement,
        "before": before,
        "differences": versions.differences(before.content, content) if before else [],
        "indicators": [
            {
                "number": one["number"],
                "name": one["name"],
                "unit": one["unit"],
                "weight": versions.text_of("weight", one["weight"] or one["inner_weight"]),
                "target": versions.text_of("target", one["target"]),
                "criteria": versions.criteria_text(one["criteria"]),
                "child": one["parent"] is not None,
                "cancelled": one["cancelled_months"],
            }
            for one in content["indicators"]
        ],
        "others": row.agreement.versions.defer("content").order_by("number"),
    }
