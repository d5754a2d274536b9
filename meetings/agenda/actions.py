"""Actions on an agenda: whoever calls the meeting writes it, until the meeting is held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from kpiportal import audit, files
from kpiportal.models import Membership, StoredFile, User
from kpiportal.workflow import Stale
from meetings import rules
from meetings.agenda import matters
from meetings.models import AgendaItem, Meeting

WORDS = ("title", "presenter", "note")


@transaction.atomic
def add_item(meeting: Meeting, *, section: int, by: User, at: dt.datetime, **words: Any) -> AgendaItem:
    """At the end of its section. `words`: of WORDS."""
    row, duty = _open(meeting, by)
    item = AgendaItem.objects.create(meeting=row, section=section, order=_last(row, section) + 1, **words)
    audit.record("meetings.add_item", row, by=by, duty=duty, at=at, name=item.title)
    return item


@transaction.atomic
def fill(meeting: Meeting, *, sources: Collection[str], groups: Collection[str] = (), by: User, at: dt.datetime) -> int:
    """Draft items from the chosen matters, single ones or whole groups; how many.

    One that is on the agenda already is left as it was edited.
    """
    row, duty = _open(meeting, by)
    there = set(row.agenda.values_list("source", flat=True))
    new = [matter for matter in matters.of(row, at=at) if matter.source not in there]
    chosen = [matter for matter in new if matter.source in sources or matter.group in groups]
    for matter in chosen:
        AgendaItem.objects.create(
            meeting=row, section=matter.section, order=_last(row, matter.section) + 1, source=matter.source,
            title=matter.title[:500], presenter=matter.presenter[:200], note=matter.note,
        )  # fmt: skip
    if chosen:
        audit.record("meetings.fill_agenda", row, by=by, duty=duty, at=at, items=len(chosen))
    return len(chosen)


@transaction.atomic
def edit_item(
    item: AgendaItem, *, by: User, revision: int, at: dt.datetime, section: int,
    upload: UploadedFile[Any] | None = None, **words: Any,
) -> AgendaItem:  # fmt: skip
    """Other words, another section, a paper. Raises Stale when somebody saved since `revision`, UploadRefused."""
    meeting, duty = _open(item.meeting, by)
    row = AgendaItem.objects.select_for_update().get(pk=item.pk)
    if row.revision != revision:
        raise Stale
    before = {name: getattr(row, name) for name in WORDS}
    if section != row.section:
        row.section, row.order = section, _last(meeting, section) + 1
    for name in WORDS:
        setattr(row, name, words[name])
    if upload:
        purpose = StoredFile.Purpose.EVIDENCE
        row.file = files.store(upload, by=by, organization=meeting.organization, at=at, purpose=purpose)
    row.revision += 1
    row.save()
    audit.record("meetings.edit_item", meeting, by=by, duty=duty, at=at, name=row.title, before=before,
                 after={name: getattr(row, name) for name in WORDS})  # fmt: skip
    return row


@transaction.atomic
def remove_item(item: AgendaItem, *, by: User, at: dt.datetime) -> None:
    """Take it off; its words stay in the trail."""
    meeting, duty = _open(item.meeting, by)
    before = {name: getattr(item, name) for name in (*WORDS, "section", "source")}
    item.delete()
    audit.record("meetings.remove_item", meeting, by=by, duty=duty, at=at, name=item.title, before=before)


@transaction.atomic
def move_item(item: AgendaItem, *, section: int, before: int | None, by: User, at: dt.datetime) -> None:
    """Put it before that item of the section, or at its end."""
    meeting, duty = _open(item.meeting, by)
    others = list(meeting.agenda.filter(section=section).exclude(pk=item.pk))
    place = next((n for n, other in enumerate(others) if other.pk == before), len(others))
    row = AgendaItem.objects.get(pk=item.pk)
    row.section = section
    others.insert(place, row)
    for order, other in enumerate(others, start=1):
        other.order = order
    AgendaItem.objects.bulk_update(others, ["section", "order"])
    audit.record("meetings.order_agenda", meeting, by=by, duty=duty, at=at, name=row.title)


def _last(meeting: Meeting, section: int) -> int:
    return meeting.agenda.filter(section=section).aggregate(last=Max("order"))["last"] or 0


def _open(meeting: Meeting, by: User) -> tuple[Meeting, Membership]:
    row = Meeting.objects.select_for_update(of=("self",)).select_related("agreement", "organization").get(pk=meeting.pk)
    duty = rules.can_call(by, row)
    if not duty:
        raise PermissionDenied
    if row.state not in (Meeting.State.DRAFT, Meeting.State.CALLED):
        raise Stale(f"การประชุมนี้{row.get_state_display()} ระเบียบวาระแก้ไขไม่ได้")
    return row, duty


audit.tells(
    **{
        "meetings.add_item": "เพิ่มระเบียบวาระ",
        "meetings.fill_agenda": "เติมระเบียบวาระจากข้อมูล",
        "meetings.edit_item": "แก้ไขระเบียบวาระ",
        "meetings.remove_item": "นำระเบียบวาระออก",
        "meetings.order_agenda": "จัดลำดับระเบียบวาระ",
    }
)
