"""The trail as rows: on the screen by key, and as a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from django.apps import apps
from django.db import models
from django.urls import reverse

from kpiportal import audit, csvout, thai, xlsx
from kpiportal.models import AccessLog, AuditEvent, User

Entry = TypeVar("Entry", bound=models.Model)
PER_PAGE = 50
MOST_LOOKS = 100
MOST_EXPORTED = 20_000
HEADER = ("เมื่อ", "ผู้กระทำ", "ในฐานะ", "การกระทำ", "เรื่อง", "เหตุผล", "จากที่อยู่เครือข่าย", "เลขประวัติ")
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
# What has a page of its own: subject_type -> the page's URL name. Its manager has `visible_to`.
PLACES = {
    "agreements.agreement": "agreements:agreement_detail",
    "agreements.indicator": "agreements:indicator_detail",
    "agreements.framework": "agreements:framework_detail",
    "reporting.round": "reporting:round_summary",
    "reporting.report": "reporting:report_detail",
    "reporting.consolidation": "reporting:sar_detail",
    "reporting.evaluation": "reporting:evaluation",
    "meetings.meeting": "meetings:meeting_detail",
    "kpiportal.letter": "meetings:letter_detail",
}
# Seen through the page it belongs to, yet opened by a door of its own.
WITHOUT_PAGE = {"reporting.evidence", "reporting.appealfile", "reporting.sitevisit"}


@dataclass(frozen=True)
class Row:
    """One action on the page. `link`: its own audit page, "" where there is nothing this person may open."""

    pk: int
    line: audit.Line
    subject: str
    address: str
    link: str


@dataclass(frozen=True)
class Look:
    who: str
    when: str
    what: str
    address: str


def before(
    rows: models.QuerySet[Entry], key: str, asked: Mapping[str, str] | None = None
) -> tuple[list[Entry], dict[str, str]]:
    """A page of what is older than `key` (a row's number; "" for the newest), and the addresses of the pages around it,
    with what was `asked` for: "newest" and "older", "" where there is none. A page deep in the past costs what the
    first does.
    """
    if key.isascii() and key.isdigit() and len(key) < 19:
        rows = rows.filter(pk__lt=int(key))
    found = list(rows.order_by("-pk")[: PER_PAGE + 1])
    asked = dict(asked or {})
    older = {**asked, "before": found[PER_PAGE - 1].pk} if len(found) > PER_PAGE else {}
    return found[:PER_PAGE], {
        "newest": f"?{urlencode(asked)}" if key else "",
        "older": f"?{urlencode(older)}" if older else "",
    }


def rows(events: Iterable[AuditEvent], user: User) -> list[Row]:
    """One query for each kind of object on the page, however many actions."""
    events = list(events)
    seen = _visible({(event.subject_type, event.subject_id) for event in events}, user)
    return [
        Row(
            event.pk,
            audit.line(event),
            event.subject_text,
            event.address or "",
            _audit_page(event.subject_type, event.subject_id) if (event.subject_type, event.subject_id) in seen else "",
        )
        for event in events
    ]


def find(kind: str, pk: int, user: User) -> models.Model | None:
    """The object of an audit page, or None when it is not there for this person."""
    if kind not in PLACES and kind not in WITHOUT_PAGE:
        return None
    found: models.Model | None = apps.get_model(kind)._default_manager.visible_to(user).filter(pk=pk).first()
    return found


def of(subject: models.Model) -> models.QuerySet[AuditEvent]:
    """Every action on an object: whoever may see the object has its history on its own page too."""
    return AuditEvent.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)


def place(subject: models.Model) -> str:
    name = PLACES.get(subject._meta.label_lower)
    return reverse(name, args=[subject.pk]) if name else ""


def looks(subject: models.Model) -> list[Look]:
    """The latest looks at an object, newest first."""
    found = AccessLog.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    return [
        Look(
            look.actor.full_name,
            thai.datetime_text(look.at, short=True),
            "ดาวน์โหลดไฟล์" if look.door.endswith(("_download", "_pdf")) else "เปิดหน้า",
            look.address or "",
        )
        for look in found.select_related("actor").order_by("-pk")[:MOST_LOOKS]
    ]


def as_file(events: models.QuerySet[AuditEvent], form: str, *, at: dt.datetime) -> bytes:
    """The newest actions, at most MOST_EXPORTED, as an XLSX or CSV."""
    cells = [_cells(event) for event in events.order_by("-pk")[:MOST_EXPORTED]]
    if form == "csv":
        return csvout.write_csv(HEADER, cells)
    widths = (22, 28, 40, 28, 50, 40, 18, 12)
    columns = [xlsx.Column(name, width) for name, width in zip(HEADER, widths, strict=True)]
    return xlsx.write_workbook([xlsx.Sheet("ประวัติการใช้งาน", columns, cells)], at=at)


def _cells(event: AuditEvent) -> tuple[str, ...]:
    line = audit.line(event)
    when = thai.datetime_text(event.at)
    return (when, event.actor_text, event.acting_as, line.text, event.subject_text, line.reason, event.address or "",
            str(event.pk))  # fmt: skip


def _visible(subjects: set[tuple[str, int]], user: User) -> set[tuple[str, int]]:
    by_kind: dict[str, list[int]] = {}
    for kind, pk in subjects:
        if kind in PLACES:
            by_kind.setdefault(kind, []).append(pk)
    return {
        (kind, pk)
        for kind, ids in by_kind.items()
        for pk in apps.get_model(kind)._default_manager.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
    }


def _audit_page(kind: str, pk: int) -> str:
    return reverse("trail:subject", args=[kind, pk])
