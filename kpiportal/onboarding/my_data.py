"""What the portal keeps about a person, put together for that person (พ.ร.บ.คุ้มครองข้อมูลส่วนบุคคล มาตรา 30).

`gathered` gives parts, each (title, header, rows of texts): the same parts stand in the JSON and in the readable page.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q
from django.template.loader import render_to_string

from kpiportal import access, audit, files, thai
from kpiportal.models import (
    AccessLog,
    AccountInvitation,
    AccountRequest,
    AuditEvent,
    ErasureRequest,
    LineLink,
    Membership,
    NoticeChoice,
    Organization,
    OutgoingMail,
    SecurityLog,
    StoredFile,
    User,
)
from kpiportal.models.people import Kind
from kpiportal.obligations import KINDS
from kpiportal.templatetags.devices import portal_time

NAME = "ข้อมูลของฉัน.zip"
LARGE = 5_000  # lines of history: about two seconds of work, more is left to a worker


@dataclass(frozen=True)
class Part:
    """One table of the answer."""

    key: str
    title: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]


def is_large(person: User) -> bool:
    deeds = AuditEvent.objects.filter(actor=person).count()
    return deeds + AccessLog.objects.filter(actor=person).count() > LARGE


def as_zip(person: User, *, at: dt.datetime) -> bytes:
    """data.json for machines and data.html for people, the same facts in both."""
    parts = gathered(person)
    facts = {"person": person.full_name, "made_at": at.isoformat(), **{part.key: _as_dicts(part) for part in parts}}
    page = render_to_string(
        "people/my_data_print.html", {"person": person, "at": at, "parts": parts, "days": access.days_kept()}
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(facts, ensure_ascii=False, indent=1))
        archive.writestr("data.html", page)
    return out.getvalue()


def as_stored_file(person: User, *, at: dt.datetime) -> StoredFile:
    """The same, kept for its owner to fetch (Job.file)."""
    duty = person.memberships.select_related("organization").order_by("-pk").first()
    place = duty.organization if duty else Organization.objects.filter(kind=Kind.OPDC).earliest("pk")
    return files.store_bytes(
        as_zip(person, at=at), name=NAME, content_type="application/zip", organization=place, at=at,
        purpose=StoredFile.Purpose.EXPORT, by=person,
    )  # fmt: skip


def looked_at_as(person: User) -> list[audit.Line]:
    """Who saw the portal as this person, newest first, and why."""
    found = AuditEvent.objects.filter(
        verb="people.view_as_began", subject_type=person._meta.label_lower, subject_id=person.pk
    )
    return [audit.line(event) for event in found.order_by("-pk")[:50]]


def gathered(person: User) -> list[Part]:
    return [
        Part("account", "บัญชี", ("รายการ", "ข้อมูล"), _account(person)),
        Part("duties", "หน้าที่", ("หน้าที่", "หน่วยงาน", "ฐานะ", "เลขที่คำสั่ง", "ตั้งแต่", "ถึง"), _duties(person)),
        Part("invitations", "คำเชิญและคำขอเข้าใช้", ("วันที่", "เรื่อง", "สถานะ"), _invitations(person)),
        Part("devices", "อุปกรณ์ที่เข้าใช้อยู่", ("ล่าสุด", "ที่อยู่เครือข่าย", "โปรแกรม"), _devices(person)),
        Part("deeds", "สิ่งที่ท่านทำ", _HISTORY, _deeds(AuditEvent.objects.filter(actor=person))),
        Part("about", "สิ่งที่ผู้อื่นทำกับบัญชีและหน้าที่ของท่าน", _HISTORY, _deeds(_about(person))),
        Part("seen_by", "ผู้ที่เปิดดูบัญชีของท่าน", ("เมื่อ", "ผู้เปิดดู"), _seen_by(person)),
        Part("looks", "เอกสารที่ท่านเปิดดู", ("เมื่อ", "หน้า", "ที่อยู่เครือข่าย"), _looks(person)),
        Part("sign_ins", "การเข้าสู่ระบบและสิ่งที่ระบบไม่อนุญาต", ("เมื่อ", "เหตุการณ์", "ที่อยู่เครือข่าย"), _sign_ins(person)),
        Part("mail", "จดหมายที่ระบบส่งถึงท่าน", ("เมื่อ", "เรื่อง"), _mail(person)),
        Part("reminders", "การเตือนที่ท่านเลือก", ("รายการ", "ข้อมูล"), _reminders(person)),
        Part("erasure", "คำขอลบข้อมูล", ("เมื่อ", "เหตุผล", "คำตอบ"), _erasures(person)),
    ]


_HISTORY = ("เมื่อ", "ผู้กระทำ", "การกระทำ", "เรื่อง", "เหตุผล", "ที่อยู่เครือข่าย")


def _as_dicts(part: Part) -> list[dict[str, str]]:
    return [dict(zip(part.header, row, strict=True)) for row in part.rows]


def _when(moment: dt.datetime | None) -> str:
    return thai.datetime_text(moment) if moment else ""


def _account(person: User) -> list[tuple[str, ...]]:
    factors = Authenticator.objects.filter(user=person).order_by("pk").values_list("type", flat=True)
    facts = {
        "ชื่อ": person.full_name,
        "ตำแหน่ง": person.position,
        "อีเมล": person.email,
        "โทรศัพท์": person.phone,
        "เริ่มใช้": _when(person.date_joined),
        "เข้าใช้ล่าสุด": _when(person.last_login and portal_time(person.last_login)),
        "การยืนยันตัวตนขั้นที่สอง": ", ".join(factors),
    }
    return [(name, value) for name, value in facts.items() if value]


def _duties(person: User) -> list[tuple[str, ...]]:
    return [
        (
            duty.get_role_display(),
            duty.organization.full_name,
            duty.get_standing_display(),
            duty.order_no,
            thai.date_text(duty.valid_from),
            thai.date_text(duty.valid_to) if duty.valid_to else "",
        )
        for duty in person.memberships.select_related("organization").order_by("pk")
    ]


def _invitations(person: User) -> list[tuple[str, ...]]:
    sent = AccountInvitation.objects.filter(email__iexact=person.email).select_related("organization").order_by("pk")
    asked = AccountRequest.objects.filter(email__iexact=person.email).select_related("office").order_by("pk")
    return [
        *((_when(row.invited_at), f"คำเชิญเป็น{row}", row.get_state_display()) for row in sent),
        *((_when(row.asked_at), f"คำขอเข้าใช้: {row}", row.get_state_display()) for row in asked),
    ]


def _devices(person: User) -> list[tuple[str, ...]]:
    found = UserSession.objects.filter(user=person).order_by("-last_seen_at")
    return [(_when(portal_time(row.last_seen_at)), str(row.ip), row.user_agent) for row in found]


def _about(person: User) -> Iterable[AuditEvent]:
    duties = list(Membership.objects.filter(user=person).values_list("pk", flat=True))
    mine = Q(subject_type=person._meta.label_lower, subject_id=person.pk)
    mine |= Q(subject_type=Membership._meta.label_lower, subject_id__in=duties)
    return AuditEvent.objects.filter(mine).exclude(actor=person)


def _deeds(events: Iterable[AuditEvent]) -> list[tuple[str, ...]]:
    found = []
    for event in events:
        line = audit.line(event)
        found.append((line.when, line.who, line.text, event.subject_text, line.reason, event.address or ""))
    return found


def _seen_by(person: User) -> list[tuple[str, ...]]:
    found = AccessLog.objects.filter(subject_type=person._meta.label_lower, subject_id=person.pk).order_by("pk")
    return [(_when(look.at), look.actor.full_name) for look in found.select_related("actor")]


def _looks(person: User) -> list[tuple[str, ...]]:
    found = AccessLog.objects.filter(actor=person).order_by("pk")
    return [(_when(look.at), f"{look.door} {look.subject_id}", look.address or "") for look in found]


def _sign_ins(person: User) -> list[tuple[str, ...]]:
    found = SecurityLog.objects.filter(user=person).order_by("pk")
    return [(_when(row.at), row.get_what_display(), row.address or "") for row in found]


def _mail(person: User) -> list[tuple[str, ...]]:
    found = OutgoingMail.objects.filter(Q(to_user=person) | Q(to_email__iexact=person.email)).order_by("pk")
    return [(_when(mail.queued_at), mail.subject) for mail in found]


def _reminders(person: User) -> list[tuple[str, ...]]:
    """What they do without, and the LINE account that is theirs."""
    line = LineLink.objects.filter(user=person).exclude(line_id="").first()
    linked = [("บัญชี LINE", f"{line.line_id} ผูกเมื่อ {_when(line.linked_at)}")] if line else []
    refused = NoticeChoice.objects.filter(user=person).order_by("kind", "channel")
    kinds = {name: kind.label for name, kind in KINDS.items()}
    return [
        *linked,
        *((f"ไม่รับ: {kinds.get(row.kind, row.kind)}", OutgoingMail.Channel(row.channel).label) for row in refused),
    ]


def _erasures(person: User) -> list[tuple[str, ...]]:
    found = ErasureRequest.objects.filter(person=person).order_by("pk")
    return [(_when(row.asked_at), row.reason, row.answer) for row in found]
