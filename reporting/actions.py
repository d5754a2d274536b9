"""Actions of reporting. Each opens its own transaction, is checked by the workflow engine and audited."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agreements import scoring, versions
from agreements.models import Assignment
from kpiportal import audit, deadlines
from kpiportal.audit import acting_text
from kpiportal.models import User
from kpiportal.workflow import Blocker, NotReady, Stale, Transition, advance
from reporting import cardrows, clusters, freeze, notices, parts, plausible, rules, workflow
from reporting.evidence import attach_evidence as attach_evidence
from reporting.evidence import remove_evidence as remove_evidence
from reporting.models import Decision, Report, ReportEntry, ReportVersion, Round
from reporting.opening import check_open, lock, open_card
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
    cardrows.load_entries(card)
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
    cardrows.load_entries(card)
    facts = merge(card)
    return card if facts is None else _write(card, by, at, *facts)


def _write(
    card: Report, by: User, at: dt.datetime, answers: Mapping[str, Any], entries: Mapping[int, Mapping[str, Any]]
) -> Report:
    """The first writing begins the card. `card` is locked, and has its entries with it."""
    kept = _write_entries(card, entries)
    facts = {**answers, "saved_at": at, "saved_by": by}
    no_data, why = (answers.get(name, getattr(card, name)) for name in ("no_data", "no_data_reason"))
    reason = (why or "ไม่มีข้อมูล") if no_data else ""
    facts["score"] = score_card(card.indicator, card.round.agreement.framework.scale, kept, no_data_reason=reason).raw
    if card.state == ReportState.NOT_STARTED:
        return advance(card, workflow.START, by=by, revision=card.revision, at=at, held=True, state_since=at, **facts)
    card.revision += 1
    for name, value in facts.items():
        setattr(card, name, value)
    card.save(update_fields=["revision", *facts])
    return card


def _write_entries(card: Report, entries: Mapping[int, Mapping[str, Any]]) -> dict[int, ReportEntry]:
    """All answers of the card by indicator id, after those of `entries`; only what is another one is written."""
    kept = {entry.indicator_id: entry for entry in card.entries.all()}
    new: list[ReportEntry] = []
    for indicator_id, facts in entries.items():
        entry = kept.setdefault(indicator_id, ReportEntry(report=card, indicator_id=indicator_id))
        changed = [name for name, value in facts.items() if getattr(entry, name) != value]
        for name in changed:
            setattr(entry, name, facts[name])
        if entry.pk is None:
            new.append(entry)
        elif changed:
            entry.save(update_fields=changed)
    ReportEntry.objects.bulk_create(new)
    # Whoever asks the card next reads them as they are stored.
    getattr(card, "_prefetched_objects_cache", {}).pop("entries", None)
    return kept


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
        card = lock(report)
        done, number = _sent_before(card, by, token)
        if done:
            return done
        if check_open(card, by).revision != revision:
            raise Stale
        cardrows.load_entries(card)
        card = cardrows.load_facts(_write(card, by, at, answers, entries))
        asked = plausible.questions(card, {entry.indicator_id: entry for entry in card.entries.all()})
        asked += plausible.without_their_part(card)
        try:
            if asked and sure != plausible.mark(asked):
                raise NotReady([*workflow.card_complete(card), *(Blocker(text, field="sure") for text in asked)])
            return _send(card, by=by, revision=card.revision, at=at, token=token, number=number, confirmed=asked)
        except NotReady as found:
            refusal = found
    raise refusal


def _sent_before(card: Report, by: User, token: uuid.UUID) -> tuple[ReportVersion | None, int]:
    """What this very page has sent already, and the number of the next version. The card's lock makes a second press
    wait for the first."""
    sent = cardrows.versions_of(card)
    done = next((version for version in sent if version.token == token), None)
    if done and not rules.can_file(by, card):
        raise PermissionDenied
    return done, sent[-1].number + 1 if sent else 1


@transaction.atomic
def send_report(
    report: Report, *, by: User, revision: int, at: dt.datetime, token: uuid.UUID, confirmed: Sequence[str] = ()
) -> ReportVersion:
    """Hand the card to the overseer and freeze what was sent. The same token again returns the same receipt."""
    card = lock(report)
    done, number = _sent_before(card, by, token)
    if done:
        return done
    card = cardrows.load_facts(check_open(card, by))
    return _send(card, by=by, revision=revision, at=at, token=token, number=number, confirmed=confirmed)


def _send(
    card: Report,
    *,
    by: User,
    revision: int,
    at: dt.datetime,
    token: uuid.UUID,
    number: int,
    confirmed: Sequence[str],
) -> ReportVersion:
    sent: dict[str, Any] = {"state_since": at, "filed_at": at, "filed_by": by}
    card = advance(card, workflow.SEND, by=by, revision=revision, at=at, held=True, **sent)
    content = freeze.content_of(card, confirmed=confirmed)
    version = ReportVersion.objects.create(
        report=card,
        number=number,
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
