"""A cluster's scores in its members' rounds (R31): one card there, a copy of its score here, never typed twice.

A member's copy is a card of its own round with the cluster as its host. It waits until the cluster's card has passed,
takes its score with the version it came from, and follows it from then on; so it stands in the member's table, totals,
SAR and everything else as any accepted card does.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from agreements.clusters import links_of
from agreements.models import AgreementVersion, Indicator
from agreements.scoring import is_active
from kpiportal import audit
from kpiportal.models import User
from kpiportal.workflow import advance
from reporting import workflow
from reporting.models import Report, ReportEntry, ReportVersion, Round
from reporting.states import ReportState


def open_copies(round: Round, version: AgreementVersion, *, by: User, at: dt.datetime) -> None:
    """Called when a member's round opens: a waiting copy for every indicator its cluster reports."""
    rows = round.agreement.indicators.exclude(cluster_source=None).select_related("cluster_source__agreement")
    for row in rows.order_by("order"):
        if not is_active(row.start_months, row.cancelled_months, round.months):
            continue
        copy, fresh = Report.objects.get_or_create(
            round=round,
            indicator=row,
            host_id=row.cluster_source.agreement.owner_id,
            defaults={"version": version, "due_at": round.agency_due_at, "state_since": at},
        )
        if fresh:
            audit.record("reporting.open_report", copy, by=by, at=at)
        if card := _cards_of(row.cluster_source, round.months).filter(state=ReportState.ACCEPTED).first():
            _take(copy, card, at)


def copy_out(card: Report, *, at: dt.datetime) -> None:
    """Called when a cluster's card has passed, or its score has moved since: every member's copy takes it.

    A province that was no member in the card's fiscal year takes nothing, whatever its rows say.
    """
    if card.state != ReportState.ACCEPTED:
        return
    agreement = card.round.agreement
    members = links_of(agreement.fiscal_year).filter(cluster=agreement.owner_id).values("province")
    copies = Report.objects.select_for_update(of=("self",)).filter(
        indicator__cluster_source=card.indicator_id,
        round__months=card.round.months,
        round__agreement__owner__in=members,
        round__agreement__fiscal_year=agreement.fiscal_year,
    )
    for copy in copies.select_related("round__agreement", "indicator").order_by("pk"):
        _take(copy, card, at)


def _cards_of(indicator: Indicator, months: int) -> QuerySet[Report]:
    return Report.objects.filter(indicator=indicator, round__months=months).select_related("round__agreement")


def _take(copy: Report, card: Report, at: dt.datetime) -> None:
    if copy.state == ReportState.NOT_STARTED:
        facts = {name: getattr(card, name) for name in ("score", "no_data", "no_data_reason", "filed_at")}
        copy = advance(copy, workflow.COPY, by=None, revision=copy.revision, at=at, state_since=at, **facts)
        _keep_answer(copy, card)
    elif copy.state == ReportState.ACCEPTED and copy.score != card.score:
        before, copy.score = copy.score, card.score
        copy.save(update_fields=["score"])
        facts = {"before": {"score": str(before)}, "after": {"score": str(card.score)}}
        audit.record("reporting.rescore", copy, by=None, at=at, **facts)


def _keep_answer(copy: Report, card: Report) -> None:
    """The figure beside the score, and the very version the cluster sent: its words, evidence and working."""
    if entry := card.entries.filter(indicator=card.indicator_id).first():
        names = ("value", "numerator", "denominator", "steps_done", "part", "sub_points", "answer")
        ReportEntry.objects.create(report=copy, indicator_id=copy.indicator_id, **{n: getattr(entry, n) for n in names})
    sent = card.versions.order_by("number").last()
    if sent:
        names = ("token", "content", "sha256", "score", "formula_version", "late", "sent_by", "sent_at")
        ReportVersion.objects.create(report=copy, number=1, **{name: getattr(sent, name) for name in names})
