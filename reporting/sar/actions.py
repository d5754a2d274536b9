"""Actions on a SAR. Each opens its own transaction, is checked by the workflow engine and audited."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from kpiportal import audit, files, letters, thai
from kpiportal.models import Letter, Membership, Organization, StoredFile, User
from kpiportal.models.people import Kind
from kpiportal.pdf import PdfError
from kpiportal.workflow import Blocker, NotReady, Stale, advance
from reporting.models import Chapter, Consolidation, Round
from reporting.sar import content, drafting, notices, paper, rules, workflow
from reporting.sar.cover import cover_words
from reporting.sar.facts import facts_of
from reporting.states import RoundState, SarState


@transaction.atomic
def begin_sar(round: Round, *, by: User, at: dt.datetime) -> Consolidation:
    """Begin the report of a round, its chapters drafted from what was filed. Begun twice, the first one is meant."""
    duty = rules.can_begin(by, round)
    if not duty:
        raise PermissionDenied
    if round.state == RoundState.SCHEDULED:
        raise Stale("รอบนี้ยังไม่เปิดรับรายงาน จึงยังไม่มีข้อมูลให้รวบรวม")
    if rules.is_over(round):
        raise Stale("สำนักงาน ก.พ.ร. ประเมินรอบนี้แล้วตามรายงานที่ส่งเป็นเอกสาร จึงไม่ต้องรวบรวมในระบบ")
    sar, fresh = Consolidation.objects.get_or_create(round=round, defaults={"state_since": at})
    if fresh:
        facts = facts_of(round)
        for order, kind in enumerate(Chapter.Kind.values, start=1):
            text = drafting.draft(kind, facts)
            written = {"text": text, "drafted": text, "saved_at": at, "saved_by": by}
            Chapter.objects.create(consolidation=sar, kind=kind, order=order, **written)
        audit.record("reporting.begin_sar", sar, by=by, duty=duty, at=at)
    return sar


def _with_reason(sar: Consolidation, reason: str) -> None:
    """Keep why cards are lacking before the engine asks; whoever may not, rolls it back again."""
    if reason.strip():
        Consolidation.objects.filter(pk=sar.pk, state__in=[SarState.DRAFT, SarState.PROPOSED]).update(
            lacking_reason=reason.strip()
        )


@transaction.atomic
def propose_sar(sar: Consolidation, *, by: User, revision: int, at: dt.datetime, reason: str = "") -> Consolidation:
    """`reason`: why it goes without the cards that have not passed, where there are any."""
    _with_reason(sar, reason)
    sar = advance(sar, workflow.PROPOSE, by=by, revision=revision, at=at, state_since=at)
    notices.waits_on_you(sar, what="อนุมัติ", by=by, at=at)
    return sar


@transaction.atomic
def approve_sar(sar: Consolidation, *, by: User, revision: int, at: dt.datetime, reason: str = "") -> Consolidation:
    """Fix the whole content: what is approved now is what will be signed and sent."""
    _with_reason(sar, reason)

    def fixed(row: Consolidation) -> dict[str, Any]:
        gathered = content.gathered(row)
        name, post = _named(by, workflow.APPROVE.allowed(by, row))
        return {"content": gathered, "sha256": content.sha256(gathered), "approver": name, "approver_post": post}

    sar = advance(sar, workflow.APPROVE, by=by, revision=revision, at=at, prepare=fixed, approved_at=at, state_since=at)
    notices.waits_on_you(sar, what="ลงนาม", by=by, at=at)
    return sar


@transaction.atomic
def sign_sar(sar: Consolidation, *, by: User, revision: int, at: dt.datetime) -> Consolidation:
    def signed(row: Consolidation) -> dict[str, Any]:
        name, post = _named(by, workflow.SIGN.allowed(by, row))
        return {"signer": name, "signer_post": post, "signed_on": thai.day_in_bangkok(at), "state_since": at}

    sar = advance(sar, workflow.SIGN, by=by, revision=revision, at=at, prepare=signed)
    notices.waits_on_you(sar, what="ส่งสำนักงาน ก.พ.ร.", by=by, at=at)
    return sar


@transaction.atomic
def sign_sar_on_paper(
    sar: Consolidation,
    upload: UploadedFile,
    *,
    signer: str,
    signer_post: str,
    signed_on: dt.date,
    by: User,
    revision: int,
    at: dt.datetime,
) -> Consolidation:
    """Keep the scan of what was signed with a pen. uploads.UploadRefused with a Thai sentence keeps nothing."""

    def kept(row: Consolidation) -> dict[str, Any]:
        owner, purpose = row.round.agreement.owner, StoredFile.Purpose.EVIDENCE
        return {"signed_copy": files.store(upload, by=by, organization=owner, at=at, purpose=purpose)}

    signed = {"signer": signer, "signer_post": signer_post, "signed_on": signed_on, "state_since": at}
    sar = advance(sar, workflow.SIGN_ON_PAPER, by=by, revision=revision, at=at, prepare=kept, **signed)
    notices.waits_on_you(sar, what="ส่งสำนักงาน ก.พ.ร.", by=by, at=at)
    return sar


@transaction.atomic
def return_sar(sar: Consolidation, *, by: User, revision: int, at: dt.datetime, reason: str) -> Consolidation:
    """Back to writing: approval and signature fall, an earlier scan stays among the files and in the trail."""
    nothing = {
        "content": None, "sha256": "", "approver": "", "approver_post": "", "approved_at": None, "signer": "",
        "signer_post": "", "signed_on": None, "signed_copy": None, "state_since": at,
    }  # fmt: skip
    sar = advance(sar, workflow.RETURN, by=by, revision=revision, at=at, reason=reason, **nothing)
    notices.returned(sar, reason=reason, by=by, at=at)
    return sar


@transaction.atomic
def send_sar(sar: Consolidation, *, by: User, revision: int, at: dt.datetime) -> Consolidation:
    """Hand the report to OPDC: the document is typeset once more, kept, and never changes. NotReady with the
    typesetter's own reasons when it cannot be."""

    def typeset(row: Consolidation) -> dict[str, Any]:
        row.sent_at = at
        try:
            data = paper.sar_pdf(row)
        except PdfError as error:
            raise NotReady([Blocker(reason) for reason in error.reasons]) from error
        kept = files.store_bytes(
            data,
            name=paper.file_name(row, "pdf"),
            content_type="application/pdf",
            purpose=StoredFile.Purpose.EXPORT,
            organization=row.round.agreement.owner,
            by=by,
            at=at,
        )
        return {"file": kept, "sent_at": at, "state_since": at}

    sar = advance(sar, workflow.SEND, by=by, revision=revision, at=at, prepare=typeset)
    notices.sent(sar, at=at)
    return sar


@transaction.atomic
def draft_cover_letter(sar: Consolidation, *, by: User, at: dt.datetime) -> Letter:
    """The letter that goes with the report, to OPDC, as a draft in the register; asked for twice, the one there is.

    NotReady when the office has opened no register. Stale once the report is sent.
    """
    duty = rules.can_write(by, sar)
    if not duty:
        raise PermissionDenied
    sar = Consolidation.objects.select_for_update(of=("self",)).select_related("letter").get(pk=sar.pk)
    if sar.letter and sar.letter.state not in (Letter.State.CANCELLED, Letter.State.DISCARDED):
        return sar.letter
    if sar.state == SarState.SENT:
        raise Stale("ส่งรายงานไปแล้ว")
    opdc = Organization.objects.filter(kind=Kind.OPDC).order_by("pk").first()
    receivers = [letters.Receiver(opdc, "เลขาธิการ ก.พ.ร.")] if opdc else []
    owner = sar.round.agreement.owner
    sar.letter = letters.draft_letter(owner, recipients=receivers, by=by, at=at, **cover_words(sar))
    sar.save(update_fields=["letter"])
    audit.record("reporting.draft_sar_letter", sar, by=by, duty=duty, at=at)
    return sar.letter


def _named(by: User, duty: Membership | None) -> tuple[str, str]:
    """Name and post as they stand on paper; who acts for somebody says so."""
    if duty is None:
        raise PermissionDenied
    post = duty.post or by.position or duty.get_role_display()
    if duty.standing != Membership.Standing.SUBSTANTIVE:
        post += f" ({duty.get_standing_display()})"
    return by.full_name, post


OF_VERB: dict[str, Any] = {
    workflow.PROPOSE.verb: propose_sar,
    workflow.APPROVE.verb: approve_sar,
    workflow.SIGN.verb: sign_sar,
    workflow.SEND.verb: send_sar,
    workflow.RETURN.verb: return_sar,
}
TAKES_REASON = frozenset({workflow.PROPOSE.verb, workflow.APPROVE.verb, workflow.RETURN.verb})
