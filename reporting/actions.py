"""Actions of reporting. Each opens its own transaction, is checked by the workflow engine and audited."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from agreements import scoring, versions
from agreements.models import Assignment
from kpiportal import audit, deadlines
from kpiportal.audit import acting_text
from kpiportal.models import User
from kpiportal.workflow import Blocker, NotReady, Stale, Transition, advance
from reporting import clusters, freeze, notices, parts, plausible, rules, workflow
from reporting.evidence import attach_evidence as attach_evidence
from reporting.evidence import remove_evidence as remove_evidence
from reporting.models import Decision, Report, ReportEntry, ReportVersion, Round
from reporting.opening import open_card
from reporting.scorecard import score_card
from reporting.states import ReportState


@transaction.atomic
def open_round(round: Round, *, by: User, revision: int, at: dt.datetime, tell: bool = True) -> Round:
    """Open the round and its cards: one per active indicator, due at the round's stored instant.

    `tell`: the host agencies hear of it by mail; False for rounds entered after the fact.
    """
    round = advance(round, workflow.OPEN, by=by, revision=revision, at=at)
    version = versions.in_force(round.agreement, round.months)
    hosts = Assignment.objects.filter(
        indicator__agreement=round.agreement, indicator__parent=None, part=Assignment.Part.HOST
    ).select_related("indicator")
    cards = []
    for assignment in hosts.order_by("indicator__order"):
        indicator = assignment.indicator
        if not scoring.is_active(indicator.start_months, indicator.cancelled_months, round.months):
            continue
        report, fresh = Report.objects.get_or_create(
            round=round,
            indicator=indicator,
            host_id=assignment.organization_id,
            defaults={"version": version, "due_at": round.agency_due_at, "state_since": at},
        )
        if fresh:
            audit.record("reporting.open_report", report, by=by, duty=rules.can_run_round(by, round), at=at)
        cards.append(report)
    clusters.open_copies(round, version, by=by, at=at)
    if tell:
        notices.round_opened(round, cards, at=at)
    return round


@transaction.atomic
def close_round(round: Round, *, by: User, revision: int, at: dt.datetime) -> Round:
    return advance(round, workflow.CLOSE, by=by, revision=revision, at=at)


@transaction.atomic
def reopen_round(round: Round, *, by: User, revision: int, at: dt.datetime, reason: str) -> Round:
    """Let the agencies fill and mend again; cards and due instants stay as they are."""
    return advance(round, workflow.REOPEN, by=by, revision=revision, at=at, reason=reason)


@transaction.atomic
def save_report(
    report: Report,
    *,
    by: User,
    revision: int,
    at: dt.datetime,
    answers: Mapping[str, Any],
    entries: Mapping[int, Mapping[str, Any]],
) -> Report:
    """Keep what is typed: `answers` are Report's fields, `entries` ReportEntry's by indicator id.

    Raises Stale when another person (or tab) saved since `revision`: nothing is overwritten unseen.
    """
    card = open_card(report, by)
    if card.revision != revision:
        raise Stale
    return _write(card, by, at, answers, entries)


@transaction.atomic
def merge_report(
    report: Report,
    *,
    by: User,
    at: dt.datetime,
    merge: Callable[[Report], tuple[dict[str, Any], dict[int, Any]] | None],
) -> Report:
    """Keep what `merge(card)` says of the locked card: (answers, entries) as save_report takes them, or None.

    No revision is compared: `merge` compares box by box and leaves out what somebody else has changed.
    """
    card = open_card(report, by)
    card.indicator = report.indicator  # with its criteria and children, as the caller has read them
    facts = merge(card)
    return card if facts is None else _write(card, by, at, *facts)


def _write(
    card: Report, by: User, at: dt.datetime, answers: Mapping[str, Any], entries: Mapping[int, Mapping[str, Any]]
) -> Report:
    if card.state == ReportState.NOT_STARTED:
        indicator = card.indicator
        card = advance(card, workflow.START, by=by, revision=card.revision, at=at, state_since=at)
        card.indicator = indicator
    else:
        card.revision += 1
    for name, value in answers.items():
        setattr(card, name, value)
    kept = {entry.indicator_id: entry for entry in card.entries.all()}
    for indicator_id, facts in entries.items():
        kept[indicator_id], _ = ReportEntry.objects.update_or_create(
            report=card, indicator_id=indicator_id, defaults=facts
        )
    reason = (card.no_data_reason or "ไม่มีข้อมูล") if card.no_data else ""
    card.score = score_card(card.indicator, card.round.agreement.framework.scale, kept, no_data_reason=reason).raw
    card.saved_at, card.saved_by = at, by
    card.save(update_fields=["revision", "score", "saved_at", "saved_by", *answers])
    return card


def file_report(
    report: Report,
    *,
    by: User,
    revision: int,
    at: dt.datetime,
    token: uuid.UUID,
    answers: Mapping[str, Any],
    entries: Mapping[int, Mapping[str, Any]],
    sure: str = "",
) -> ReportVersion:
    """Save and send in one step under one lock: however often and at once a page is sent, all get the same receipt.

    NotReady (422) keeps what was saved. `sure` answers plausible.questions: without it they are asked, as blockers of
    the field "sure".
    """
    with transaction.atomic():
        if done := _receipt(report, by, token):
            return done
        card = save_report(report, by=by, revision=revision, at=at, answers=answers, entries=entries)
        asked = plausible.questions(card, {entry.indicator_id: entry for entry in card.entries.all()})
        asked += plausible.without_their_part(card)
        refusal = NotReady([*workflow.card_complete(card), *(Blocker(text, field="sure") for text in asked)])
        if not asked or sure == plausible.mark(asked):
            try:
                return send_report(card, by=by, revision=card.revision, at=at, token=token, confirmed=asked)
            except NotReady as found:
                refusal = found
    raise refusal


def _receipt(report: Report, by: User, token: uuid.UUID) -> ReportVersion | None:
    """What this very page has sent already; locks the card, so that a second press waits for the first."""
    card = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    done: ReportVersion | None = card.versions.filter(token=token).first()
    if done and not rules.can_file(by, card):
        raise PermissionDenied
    return done


@transaction.atomic
def send_report(
    report: Report, *, by: User, revision: int, at: dt.datetime, token: uuid.UUID, confirmed: Sequence[str] = ()
) -> ReportVersion:
    """Hand the card to the overseer and freeze what was sent. The same token again returns the same receipt."""
    if done := _receipt(report, by, token):
        return done
    card = open_card(report, by)
    card = advance(card, workflow.SEND, by=by, revision=revision, at=at, state_since=at, filed_at=at, filed_by=by)
    content = freeze.content_of(card, confirmed=confirmed)
    version = ReportVersion.objects.create(
        report=card,
        number=(card.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        token=token,
        content=content,
        sha256=freeze.sha256_of(content),
        score=card.score,
        formula_version=scoring.FORMULA_VERSION,
        late=not deadlines.in_time(at, card.due_at),
        sent_by=by,
        sent_at=at,
    )
    notices.report_sent(card, at=at)
    return version


@transaction.atomic
def withdraw_report(report: Report, *, by: User, revision: int, at: dt.datetime) -> Report:
    """Take a card back before its overseer has looked; what was sent stays on record as a version."""
    return advance(report, workflow.WITHDRAW, by=by, revision=revision, at=at, state_since=at)


def _decide(
    report: Report,
    transition: Transition,
    step: str,
    *,
    by: User,
    revision: int,
    at: dt.datetime,
    reason: str = "",
    parts_asked: Mapping[str, str] | None = None,
) -> Report:
    """`parts_asked`: reason by part (reporting/parts.py); only these open again, none of them named: the whole card."""
    passed = not transition.asks_reason
    asked = parts.asking(dict(parts_asked or {}))
    reason = "\n".join(filter(None, [reason.strip(), parts.in_words(asked)]))
    changes = {} if passed else {"asked": asked}
    report = advance(report, transition, by=by, revision=revision, at=at, reason=reason, state_since=at, **changes)
    _write_decision(report, transition, step, by=by, at=at, passed=passed, comment=reason.strip(), asked=asked)
    notices.report_decided(report, passed=passed, reason=reason, by=by, at=at)
    return report


def _write_decision(
    report: Report, transition: Transition, step: str, *, by: User, at: dt.datetime, **facts: Any
) -> None:
    version = report.versions.latest("number")
    turn = version.decisions.filter(step=Decision.Step.TAKE_BACK).count() + 1
    said_by = f"{by.full_name} {acting_text(transition.allowed(by, report))}"
    Decision.objects.create(version=version, step=step, turn=turn, by=by, by_text=said_by, at=at, **facts)


@transaction.atomic
def certify_report(report: Report, *, by: User, revision: int, at: dt.datetime) -> Report:
    return _decide(report, workflow.CERTIFY, Decision.Step.CERTIFY, by=by, revision=revision, at=at)


@transaction.atomic
def take_back_certification(report: Report, *, by: User, revision: int, at: dt.datetime) -> Report:
    """Undo a certification before the coordinator has decided; that it was given and taken back stays readable."""
    report = advance(report, workflow.TAKE_BACK, by=by, revision=revision, at=at, state_since=at)
    _write_decision(report, workflow.TAKE_BACK, Decision.Step.TAKE_BACK, by=by, at=at, passed=True)
    notices.certification_taken_back(report, by=by, at=at)
    return report


@transaction.atomic
def refuse_report(
    report: Report,
    *,
    by: User,
    revision: int,
    at: dt.datetime,
    reason: str = "",
    parts_asked: Mapping[str, str] | None = None,
) -> Report:
    facts = {"reason": reason, "parts_asked": parts_asked}
    return _decide(report, workflow.REFUSE, Decision.Step.CERTIFY, by=by, revision=revision, at=at, **facts)


@transaction.atomic
def accept_report(report: Report, *, by: User, revision: int, at: dt.datetime) -> Report:
    report = _decide(report, workflow.ACCEPT, Decision.Step.REVIEW, by=by, revision=revision, at=at)
    clusters.copy_out(report, at=at)
    return report


@transaction.atomic
def send_back_report(
    report: Report,
    *,
    by: User,
    revision: int,
    at: dt.datetime,
    reason: str = "",
    parts_asked: Mapping[str, str] | None = None,
) -> Report:
    facts = {"reason": reason, "parts_asked": parts_asked}
    return _decide(report, workflow.SEND_BACK, Decision.Step.REVIEW, by=by, revision=revision, at=at, **facts)


# verb -> action, for the page that offers the decisions on one card
OF_VERB = {
    workflow.CERTIFY.verb: certify_report,
    workflow.REFUSE.verb: refuse_report,
    workflow.ACCEPT.verb: accept_report,
    workflow.SEND_BACK.verb: send_back_report,
    workflow.WITHDRAW.verb: withdraw_report,
    workflow.TAKE_BACK.verb: take_back_certification,
}
OF_ROUND_VERB = {
    workflow.OPEN.verb: open_round,
    workflow.CLOSE.verb: close_round,
    workflow.REOPEN.verb: reopen_round,
}
