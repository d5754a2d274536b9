"""The deeds on a card's evidence: attach a file, reuse one of an earlier round, name a link, take one off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, QuerySet, Sum

from kpiportal import audit, files
from kpiportal.models import StoredFile, User
from kpiportal.numbers import format_number
from kpiportal.uploadhandler import OversizedUpload
from kpiportal.uploads import safe_name
from kpiportal.workflow import Blocker, NotReady, Stale
from reporting import parts, rules
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
    card = open_card(report, by, part=parts.EVIDENCE)
    if there := _same_file(card, upload):
        return there
    _refuse_too_much(card, upload.size or 0)
    stored = files.store(upload, by=by, organization=card.host, at=at, purpose=StoredFile.Purpose.EVIDENCE)
    return _add("reporting.attach", card, by, at, file=stored)


def earlier_evidence(report: Report) -> QuerySet[Evidence]:
    """Files and links of the same indicator's earlier rounds this year that are not on this card yet, newest first."""
    here = report.evidence.present()
    return (
        Evidence.objects.present()
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
    card = open_card(report, by, part=parts.EVIDENCE)
    wanted = list(earlier_evidence(card).filter(pk__in=list(chosen)))
    _refuse_too_much(card, sum(item.file.size for item in wanted if item.file))
    return [
        _add("reporting.reuse", card, by, at, file=item.file, link=item.link, title=item.title, copied_from=item)
        for item in wanted
    ]


@transaction.atomic
def add_link(report: Report, *, link: str, title: str, by: User, at: dt.datetime) -> Evidence:
    """Name a page or a shared file in place of an upload; what stands behind it is nobody's promise. Once a card."""
    card = open_card(report, by, part=parts.EVIDENCE)
    if there := card.evidence.present().filter(link=link, title=title).first():
        return _already(there)
    return _add("reporting.add_link", card, by, at, link=link, title=title)


@transaction.atomic
def remove_evidence(evidence: Evidence, *, by: User, at: dt.datetime, reason: str = "") -> Evidence:
    """Take a file off the card. The file and its number stay on record.

    Once it was part of something sent, a reason is owed (NotReady, field "reason"): others may have quoted it.
    """
    card = open_card(evidence.report, by, part=parts.EVIDENCE)
    evidence = Evidence.objects.select_for_update(of=("self",)).select_related("file").get(pk=evidence.pk)
    if evidence.removed_at:
        raise Stale("หลักฐานนี้ถูกนำออกไปแล้ว")
    if was_sent(evidence, card) and not reason.strip():
        raise NotReady([Blocker("หลักฐานนี้เคยส่งไปแล้ว กรุณาระบุเหตุผลที่นำออก", field="reason")])
    evidence.removed_at, evidence.removed_by, evidence.removed_reason = at, by, reason.strip()
    evidence.save(update_fields=["removed_at", "removed_by", "removed_reason"])
    duty = rules.can_file(by, card)
    more = {"reason": reason.strip()} if reason.strip() else {}
    audit.record(
        "reporting.remove_evidence", card, by=by, duty=duty, at=at, number=evidence.number, name=evidence.name, **more
    )
    return evidence


def was_sent(evidence: Evidence, card: Report) -> bool:
    """Whether it stood on the card when the card was last sent."""
    return bool(card.filed_at and evidence.added_at <= card.filed_at)


def _same_file(card: Report, upload: UploadedFile) -> Evidence | None:
    """Hashed only when a file of that name and length is on the card."""
    alike = card.evidence.present().filter(file__original_name=safe_name(upload.name or ""), file__size=upload.size)
    there = alike.select_related("file").first()
    if there is None or isinstance(upload, OversizedUpload) or there.file.sha256 != files.digest_of(upload):
        return None
    return _already(there)


def _already(evidence: Evidence) -> Evidence:
    evidence.is_there_already = True
    return evidence


def _add(verb: str, card: Report, by: User, at: dt.datetime, **facts) -> Evidence:
    last = card.evidence.aggregate(last=Max("number"))["last"] or 0
    item = Evidence.objects.create(report=card, number=last + 1, added_at=at, added_by=by, **facts)
    told = {"sha256": item.file.sha256} if item.file else {"link": item.link}
    duty = rules.can_file(by, card)
    audit.record(verb, card, by=by, duty=duty, at=at, number=item.number, name=item.name, **told)
    return item


def _refuse_too_much(card: Report, more: int) -> None:
    """The files of one card together stay under KPI_CARD_MAX_BYTES."""
    held = card.evidence.present().aggregate(sum=Sum("file__size"))["sum"] or 0
    if held + more > settings.KPI_CARD_MAX_BYTES:
        most, now = (format_number(size // MEGABYTE) for size in (settings.KPI_CARD_MAX_BYTES, held))
        text = f"ไฟล์ของรายงานนี้รวมกันเกิน {most} MB (มีแล้ว {now} MB) นำไฟล์ที่ไม่ใช้ออก หรือใช้ลิงก์แทน"
        raise NotReady([Blocker(text, field="file")])
