"""Actions on a card's evidence: attach a file, reuse one of an earlier round, name a link, take one off.

The host's collectors do all of it. A co-host's put their own files beside and take their own off again: the numbers run
through the whole card, each row says whose it is, and the host alone answers for what is sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet

from kpiportal import audit, files
from kpiportal.models import Membership, StoredFile, User
from kpiportal.numbers import format_number
from kpiportal.uploadhandler import OversizedUpload
from kpiportal.uploads import safe_name
from kpiportal.workflow import Blocker, NotReady, Stale
from reporting import cardrows, parts, rules
from reporting.models import Evidence, Report
from reporting.opening import open_card

MEGABYTE = 2**20


@transaction.atomic
def attach_evidence(report: Report, upload: UploadedFile, *, by: User, at: dt.datetime) -> Evidence:
    """Add one numbered file. Raises uploads.UploadRefused, or NotReady when the card would hold too much: nothing is
    kept then.

    The same file under the same name again (a second press, a browser that tries once more after a lost answer) is the
    one that is there: its row comes back, `is_there_already` set.
    """
    card, duty = _open(report, by)
    cardrows.load_evidence(card)
    if there := _same_file(card, upload):
        return there
    _refuse_too_much(card, upload.size or 0)
    stored = files.store(upload, by=by, organization=duty.organization, at=at, purpose=StoredFile.Purpose.EVIDENCE)
    return _add("reporting.attach", card, by, duty, at, file=stored)


def _open(report: Report, by: User) -> tuple[Report, Membership]:
    card = open_card(report, by, part=parts.EVIDENCE, allowed=rules.can_attach)
    duty = rules.can_attach(by, card)
    assert duty is not None  # open_card has just asked
    return card, duty


def supplier_of(report: Report, duty: Membership) -> int | None:
    """The agency for which a file is put on the card, None for the host itself."""
    return None if duty.organization_id == report.host_id else duty.organization_id


def earlier_evidence(report: Report, duty: Membership) -> QuerySet[Evidence]:
    """Files and links of the same indicator's earlier rounds this year that are not on this card yet, newest first: for
    the host all of them, for a co-host its own."""
    here = report.evidence.present()
    supplier = supplier_of(report, duty)
    return (
        Evidence.objects.present()
        .filter(Q() if supplier is None else Q(supplier=supplier))
        .filter(
            report__indicator=report.indicator_id,
            report__host=report.host_id,
            report__round__agreement=report.round.agreement_id,
            report__round__months__lt=report.round.months,
        )
        .exclude(file__in=here.exclude(file=None).values("file"))
        .exclude(link__in=here.exclude(link="").values("link"))
        .select_related("file", "report__round")
        .order_by("-report__round__months", "number")
    )


@transaction.atomic
def reuse_evidence(report: Report, chosen: Iterable[int], *, by: User, at: dt.datetime) -> list[Evidence]:
    """Put files of earlier rounds on this card, too: the same bytes, a number of this card's own.

    `chosen`: ids of earlier_evidence; others are passed over, they are not this card's to take.
    """
    card, duty = _open(report, by)
    wanted = list(earlier_evidence(card, duty).filter(pk__in=list(chosen)))
    _refuse_too_much(card, sum(item.file.size for item in wanted if item.file))
    return [_again(item, card, by, duty, at) for item in wanted]


def _again(item: Evidence, card: Report, by: User, duty: Membership, at: dt.datetime) -> Evidence:
    facts = {"file": item.file, "link": item.link, "title": item.title, "supplier_id": item.supplier_id}
    return _add("reporting.reuse", card, by, duty, at, copied_from=item, **facts)


@transaction.atomic
def add_link(report: Report, *, link: str, title: str, by: User, at: dt.datetime) -> Evidence:
    """Name a page or a shared file in place of an upload; what stands behind it is nobody's promise. Once a card."""
    card, duty = _open(report, by)
    for there in card.present_evidence:
        if (there.link, there.title) == (link, title):
            return _already(there)
    return _add("reporting.add_link", card, by, duty, at, link=link, title=title)


@transaction.atomic
def remove_evidence(evidence: Evidence, *, by: User, at: dt.datetime, reason: str = "") -> Evidence:
    """Take a file off the card. The file and its number stay on record. The host may take off any, a co-host its own.

    A reason is owed (NotReady, field "reason") for what was part of something sent, which others may have quoted, and
    for what another agency put there.
    """
    card, duty = _open(evidence.report, by)
    evidence = Evidence.objects.select_for_update(of=("self",)).select_related("file").get(pk=evidence.pk)
    own = supplier_of(card, duty)
    if own is not None and evidence.supplier_id != own:
        raise PermissionDenied
    if evidence.removed_at:
        raise Stale("หลักฐานนี้ถูกนำออกไปแล้ว")
    if (why := why_reason(evidence, card, own)) and not reason.strip():
        raise NotReady([Blocker(f"หลักฐานนี้{why} กรุณาระบุเหตุผลที่นำออก", field="reason")])
    evidence.removed_at, evidence.removed_by, evidence.removed_reason = at, by, reason.strip()
    evidence.save(update_fields=["removed_at", "removed_by", "removed_reason"])
    more = {"reason": reason.strip()} if reason.strip() else {}
    audit.record(
        "reporting.remove_evidence", card, by=by, duty=duty, at=at, number=evidence.number, name=evidence.name, **more
    )
    return evidence


def why_reason(evidence: Evidence, card: Report, own: int | None) -> str:
    """Why it is not taken off without a word; "" where it is. `own`: as supplier_of says of who asks."""
    if card.filed_at and evidence.added_at <= card.filed_at:
        return "เคยส่งไปแล้ว"
    return "เป็นของเจ้าภาพร่วม" if evidence.supplier_id not in (None, own) else ""


def _same_file(card: Report, upload: UploadedFile) -> Evidence | None:
    """Hashed only when a file of that name and length is on the card."""
    mine = (safe_name(upload.name or ""), upload.size)
    alike = (one for one in card.present_evidence if one.file and (one.file.original_name, one.file.size) == mine)
    there = next(alike, None)
    if there is None or isinstance(upload, OversizedUpload) or there.file.sha256 != files.digest_of(upload):
        return None
    return _already(there)


def _already(evidence: Evidence) -> Evidence:
    evidence.is_there_already = True
    return evidence


def _add(verb: str, card: Report, by: User, duty: Membership, at: dt.datetime, **facts: Any) -> Evidence:
    facts = {"supplier_id": supplier_of(card, duty), **facts}
    number = max((one.number for one in card.all_evidence), default=0) + 1
    item = Evidence.objects.create(report=card, number=number, added_at=at, added_by=by, **facts)
    card.all_evidence.append(item)
    told = {"sha256": item.file.sha256} if item.file else {"link": item.link}
    audit.record(verb, card, by=by, duty=duty, at=at, number=item.number, name=item.name, **told)
    return item


def _refuse_too_much(card: Report, more: int) -> None:
    """The files of one card together stay under KPI_CARD_MAX_BYTES."""
    held = sum(item.file.size for item in card.present_evidence if item.file)
    if held + more > settings.KPI_CARD_MAX_BYTES:
        most, now = (format_number(size // MEGABYTE) for size in (settings.KPI_CARD_MAX_BYTES, held))
        text = f"ไฟล์ของรายงานนี้รวมกันเกิน {most} MB (มีแล้ว {now} MB) นำไฟล์ที่ไม่ใช้ออก หรือใช้ลิงก์แทน"
        raise NotReady([Blocker(text, field="file")])
