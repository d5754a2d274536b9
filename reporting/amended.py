"""What an amendment of the agreement would do to the cards of its rounds, and what it does to them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from agreements import scoring
from agreements.amendments import above
from agreements.amendments.above import CardEffect, RoundEffect
from agreements.models import Agreement, AgreementVersion, Indicator
from agreements.versions import Difference, differences
from kpiportal import audit
from kpiportal.models import User
from kpiportal.workflow import advance
from reporting import clusters, notices, sheet, workflow
from reporting.models import Report, Round
from reporting.scorecard import score_card
from reporting.states import EDITABLE, ReportState, RoundState


def closed(agreement: Agreement) -> dict[int, str]:
    """Rounds that take no change any more, by months."""
    return dict(agreement.rounds.filter(state=RoundState.CLOSED).values_list("months", "name"))


def effects(
    agreement: Agreement, after: Mapping[int, Indicator], changed: list[int], from_months: int
) -> list[RoundEffect]:
    """Every begun round from `from_months` on, scored as it stands and as it would stand. Nothing is written."""
    tops = {after[pk].parent_id or pk for pk in changed}
    rounds = agreement.rounds.filter(months__gte=from_months).exclude(state=RoundState.SCHEDULED)
    found = []
    for round in rounds.order_by("months"):
        round.agreement = agreement
        cards = _cards(round, tops)
        table = sheet.read(round)
        scores = {pk: _score(card, after[pk], agreement) for pk, card in cards.items()}
        then = [_as_would_stand(row, after, scores) if row["id"] in tops else row for row in table]
        scale = sheet.as_scale(agreement.framework.scale)
        effect = scoring.effect_of(*(sheet.rolled_up(rows, scale, round.months) for rows in (table, then)))
        moved = {one.key: one for one in effect.moved}
        lines = [
            CardEffect(
                indicator=after[pk],
                state=card.get_state_display(),
                filed=card.state not in EDITABLE,
                before=card.score,
                after=scores[pk],
                weight_before=_weight(moved[f"i{pk}"].before),
                weight_after=_weight(moved[f"i{pk}"].after),
            )
            for pk, card in cards.items()
            if f"i{pk}" in moved
        ]
        found.append(RoundEffect(round.months, round.name, effect, lines))
    return found


def _cards(round: Round, indicators: Iterable[int]) -> dict[int, Report]:
    """The round's cards of these indicators with their answers, in the order of the sheet."""
    cards = round.reports.filter(indicator__in=indicators).prefetch_related("entries")
    return {card.indicator_id: card for card in cards.order_by("indicator__order")}


def _score(card: Report, indicator: Indicator, agreement: Agreement) -> Decimal | None:
    """What the card's answers earn under `indicator`; None where they earn nothing there (yet)."""
    entries = {entry.indicator_id: entry for entry in card.entries.all()}
    reason = (card.no_data_reason or "ไม่มีข้อมูล") if card.no_data else ""
    try:
        return score_card(indicator, agreement.framework.scale, entries, no_data_reason=reason).raw
    except (scoring.ResultError, scoring.CriteriaError):  # of another kind, or not filled in yet
        return None


def _as_would_stand(
    row: dict[str, Any], after: Mapping[int, Indicator], scores: Mapping[int, Decimal | None]
) -> dict[str, Any]:
    indicator = after[row["id"]]
    return {
        **row,
        "weight": indicator.weight,
        "round_weights": json.dumps(indicator.round_weights),
        "cancelled_months": indicator.cancelled_months,
        "score": scores.get(row["id"], row["score"]),
    }


def _weight(row: scoring.Row | None) -> Decimal:
    return row.shown_weight if row else Decimal(0)


above.provide(closed, effects)


def follow(
    sender: Any,
    *,
    agreement: Agreement,
    version: AgreementVersion,
    changed: list[int],
    by: User,
    at: dt.datetime,
    **_: Any,
) -> None:
    """Cards of the rounds it counts for stand on the new version: scored again, cancelled ones taken out, people told.

    What was sent stays as it was sent (ReportVersion); only the working score moves, and the trail says from what.
    """
    rows = {
        row.pk: row for row in agreement.indicators.select_related("criteria").prefetch_related("children__criteria")
    }
    tops = {rows[pk].parent_id or pk for pk in changed}
    before = agreement.versions.get(number=version.number - 1)
    said: dict[str, list[Difference]] = {}
    for one in differences(before.content, version.content):
        said.setdefault(one.number, []).append(one)
    for round in agreement.rounds.filter(months__gte=version.effective_months):
        round.reports.update(version=version)
        for pk, card in _cards(round, tops).items():
            lines = _said_of(rows[pk], said)
            _follow(card, rows[pk], agreement, version, by=by, at=at)
            clusters.copy_out(card, at=at)  # only of a cluster's card, and only what has been copied already
            notices.card_amended(card, version, lines, at=at)


def _said_of(indicator: Indicator, said: Mapping[str, list[Difference]]) -> list[Difference]:
    numbers = [indicator.number, *(child.number for child in indicator.children.all())]
    return [line for number in numbers for line in said.get(number, [])]


def _follow(
    card: Report, indicator: Indicator, agreement: Agreement, version: AgreementVersion, *, by: User, at: dt.datetime
) -> None:
    if indicator.cancelled_months is not None and indicator.cancelled_months <= card.round.months:
        if card.state != ReportState.CANCELLED:
            advance(card, workflow.CANCEL, by=None, revision=card.revision, at=at, state_since=at)
        return
    score, before = _score(card, indicator, agreement), card.score
    card.score = score
    card.revision += 1  # a page opened before shows the new criteria before anything is sent on it
    card.save(update_fields=["score", "revision"])
    if score != before:
        facts = {"before": {"score": str(before)}, "after": {"score": str(score)}, "version": version.number}
        audit.record("reporting.rescore", card, by=by, at=at, **facts)
