"""The deeds of reporting. Each owns its transaction, checks in the engine, and is told in the history."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from agreements import scoring
from agreements.models import Assignment
from kpiportal import audit, deadlines, files
from kpiportal.audit import acting_text
from kpiportal.models import StoredFile, User
from kpiportal.workflow import Stale, Transition, advance
from reporting import freeze, notices, rules, workflow
from reporting.models import Decision, Evidence, Report, ReportEntry, ReportVersion, Round
from reporting.scorecard import score_card
from reporting.states import EDITABLE, ReportState, RoundState


@transaction.atomic
def open_round(round: Round, *, by: User, revision: int, at: dt.datetime) -> Round:
    """Open the round and its cards: one per active indicator, due at the round's stored instant."""
    round = advance(round, workflow.OPEN, by=by, revision=revision, at=at)
    version = round.agreement.versions.latest("number")
    hosts = Assignment.objects.filter(
        indicator__agreement=round.agreement, indicator__parent=None, part=Assignment.Part.HOST
    ).select_related("indicator")
    for assignment in hosts:
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
    return round


@transaction.atomic
def close_round(round: Round, *, by: User, revision: int, at: dt.datetime) -> Round:
    return advance(round, workflow.CLOSE, by=by, revision=revision, at=at)


@transaction.atomic
def reopen_round(round: Round, *, by: User, revision: int, at: dt.datetime, reason: str) -> Round:
    """Let the agencies fill and mend again; cards and due instants stay as they are."""
    return advance(round, workflow.REOPEN, by=by, revision=revision, at=at, reason=reason)


def _open_card(report: Report, by: User) -> Report:
    """Lock the card for a change by its collector. 403 to others, 409 when it is no longer open."""
    card = Report.objects.select_for_update(of=("self",)).select_related("round__agreement").get(pk=report.pk)
    if not rules.can_file(by, card):
        raise PermissionDenied
    if card.round.state != RoundState.OPEN:
        raise Stale("รอบนี้ปิดรับรายงานแล้ว หากต้องแก้ไขกรุณาติดต่อผู้ประสานงานจังหวัด")
    if card.state not in EDITABLE:
        raise Stale(f"รายงานนี้อยู่ในสถานะ “{card.get_state_display()}” แก้ไขไม่ได้ในขณะนี้")
    return card


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
    card = _open_card(report, by)
    if card.revision != revision:
        raise Stale
    if card.state == ReportState.NOT_STARTED:
        card = advance(card, workflow.START, by=by, revision=revision, at=at, state_since=at)
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


@transaction.atomic
def send_report(report: Report, *, by: User, revision: int, at: dt.datetime, token: uuid.UUID) -> ReportVersion:
    """Hand the card to the overseer and freeze what was sent. The same token again returns the same receipt."""
    card = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if done := card.versions.filter(token=token).first():
        if not rules.can_file(by, card):
            raise PermissionDenied
        return done
    _open_card(card, by)
    card = advance(card, workflow.SEND, by=by, revision=revision, at=at, state_since=at, filed_at=at, filed_by=by)
    content = freeze.content_of(card)
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


def _decide(
    report: Report,
    transition: Transition,
    step: str,
    *,
    by: User,
    revision: int,
    at: dt.datetime,
    reason: str = "",
) -> Report:
    passed = not transition.asks_reason
    report = advance(report, transition, by=by, revision=revision, at=at, reason=reason, state_since=at)
    duty = transition.allowed(by, report)
    Decision.objects.create(
        version=report.versions.latest("number"),
        step=step,
        passed=passed,
        comment=reason.strip(),
        by=by,
        by_text=f"{by.full_name} {acting_text(duty)}",
        at=at,
    )
    notices.report_decided(report, passed=passed, reason=reason, by=by, at=at)
    return report


@transaction.atomic
def certify_report(report: Report, *, by: User, revision: int, at: dt.datetime) -> Report:
    return _decide(report, workflow.CERTIFY, Decision.Step.CERTIFY, by=by, revision=revision, at=at)


@transaction.atomic
def refuse_report(report: Report, *, by: User, revision: int, at: dt.datetime, reason: str) -> Report:
    return _decide(report, workflow.REFUSE, Decision.Step.CERTIFY, by=by, revision=revision, at=at, reason=reason)


@transaction.atomic
def accept_report(report: Report, *, by: User, revision: int, at: dt.datetime) -> Report:
    return _decide(report, workflow.ACCEPT, Decision.Step.REVIEW, by=by, revision=revision, at=at)


@transaction.atomic
def send_back_report(report: Report, *, by: User, revision: int, at: dt.datetime, reason: str) -> Report:
    return _decide(report, workflow.SEND_BACK, Decision.Step.REVIEW, by=by, revision=revision, at=at, reason=reason)


@transaction.atomic
def attach_evidence(report: Report, upload: UploadedFile, *, by: User, at: dt.datetime) -> Evidence:
    """Add one numbered file. Raises uploads.UploadRefused with a Thai sentence; nothing is kept then."""
    card = _open_card(report, by)
    stored = files.store(upload, by=by, organization=card.host, at=at, purpose=StoredFile.Purpose.EVIDENCE)
    last = card.evidence.aggregate(last=Max("number"))["last"] or 0
    evidence = Evidence.objects.create(report=card, number=last + 1, file=stored)
    audit.record(
        "reporting.attach",
        card,
        by=by,
        duty=rules.can_file(by, card),
        at=at,
        number=evidence.number,
        name=stored.original_name,
        sha256=stored.sha256,
    )
    return evidence


@transaction.atomic
def remove_evidence(evidence: Evidence, *, by: User, at: dt.datetime) -> Evidence:
    """Take a file off the card. The file and its number stay on record."""
    card = _open_card(evidence.report, by)
    evidence = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if evidence.removed_at:
        raise Stale("หลักฐานนี้ถูกนำออกไปแล้ว")
    evidence.removed_at, evidence.removed_by = at, by
    evidence.save(update_fields=["removed_at", "removed_by"])
    audit.record(
        "reporting.remove_evidence",
        card,
        by=by,
        duty=rules.can_file(by, card),
        at=at,
        number=evidence.number,
        name=evidence.file.original_name,
    )
    return evidence


# verb -> action, for the page that offers the decisions on one card
OF_VERB = {
    workflow.CERTIFY.verb: certify_report,
    workflow.REFUSE.verb: refuse_report,
    workflow.ACCEPT.verb: accept_report,
    workflow.SEND_BACK.verb: send_back_report,
}
OF_ROUND_VERB = {
    workflow.OPEN.verb: open_round,
    workflow.CLOSE.verb: close_round,
    workflow.REOPEN.verb: reopen_round,
}
