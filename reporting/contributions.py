"""What co-hosts supply for a card: their own part only. Reading, supplying, and how the page shows it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction

from agreements.models import Assignment
from kpiportal import audit, thai
from kpiportal.fields import ResultNumberField, WordsField
from kpiportal.models import Membership, Organization, Role, User
from kpiportal.numbers import format_number
from kpiportal.rules import duty_at
from kpiportal.workflow import Stale
from reporting import notices, parts
from reporting.models import Contribution, Report
from reporting.states import EDITABLE, RoundState


class ContributionForm(forms.Form):
    """A co-host's figure and words; the figure may stay empty where the part is words only."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    value = ResultNumberField(label="ผลในส่วนของหน่วยงาน", required=False, no_data=False)
    words = WordsField(
        label="คำชี้แจงของหน่วยงาน",
        longest=20_000,
        required=True,
        error_messages={"required": "กรุณาพิมพ์คำชี้แจง เช่น ที่มาของตัวเลข หรือสิ่งที่ดำเนินการ"},
    )


def context(report: Report, *, by: User, may_supply: bool, form: ContributionForm | None = None) -> dict[str, Any]:
    """Each co-host with its part, and the form of the one whose collector is looking."""
    supplied = {row["host"]: row for row in report.supplied}
    duty = duty_of(by, report)
    mine = duty.organization_id if duty else None
    if may_supply and mine and form is None:
        row = supplied.get(mine)
        stored = {"revision": row["revision"], "value": _value(row), "words": row["words"]} if row else {"revision": 0}
        form = ContributionForm(initial=stored)
    return {
        "co_hosts": [_line(host, supplied.get(host["id"]), host["id"] == mine) for host in report.co_hosts],
        "contribution": form if may_supply and mine else None,
    }


def duty_of(user: User, report: Report) -> Membership | None:
    """The duty under which this person supplies a co-host's part: rules.can_supply, read off the page's own card."""
    hosts = {host["id"] for host in report.co_hosts}
    return next((duty for duty in user.duties if duty.role == Role.COLLECTOR and duty.organization_id in hosts), None)


def _value(row: dict[str, Any]) -> Decimal | None:
    return None if row["value"] is None else Decimal(row["value"])


def _line(host: dict[str, Any], row: dict[str, Any] | None, mine: bool) -> dict[str, Any]:
    line = {"name": host["short"] or host["name"], "mine": mine, "there": row is not None}
    if row is None:
        return line
    value = _value(row)
    return {
        **line,
        "value": "" if value is None else format_number(value),
        "words": row["words"],
        "who": f"{row['first']} {row['last']}",
        "when": thai.datetime_text(dt.datetime.fromisoformat(row["at"]), short=True),
    }


@transaction.atomic
def supply(
    report: Report, host: Organization, *, by: User, revision: int, at: dt.datetime, value: Decimal | None, words: str
) -> Contribution:
    """Write the co-host's own part while the host's card is open. 403 to anybody but that agency's collector, Stale
    when a colleague wrote first or the card has gone."""
    card = Report.objects.select_for_update(of=("self",)).select_related("round").get(pk=report.pk)
    duty = duty_at(by, host.pk, Role.COLLECTOR)
    named = Assignment.objects.filter(indicator=card.indicator_id, organization=host, part=Assignment.Part.CO_HOST)
    if not duty or not named.exists():
        raise PermissionDenied
    if card.round.state != RoundState.OPEN or card.state not in EDITABLE:
        raise Stale("เจ้าภาพหลักส่งรายงานไปแล้ว หรือรอบนี้ปิดรับแล้ว ข้อมูลส่วนนี้จึงแก้ไขไม่ได้")
    if parts.RESULT in parts.locked(card):
        raise Stale("รายงานถูกส่งกลับให้แก้ส่วนอื่น ผลการดำเนินงานไม่ได้ถูกส่งกลับ ข้อมูลส่วนนี้จึงแก้ไขไม่ได้")
    part = Contribution.objects.filter(report=card, organization=host).first()
    if (part.revision if part else 0) != revision:
        raise Stale
    part = part or Contribution(report=card, organization=host)
    part.value, part.words, part.revision = value, words, revision + 1
    part.supplied_at, part.supplied_by = at, by
    part.save()
    audit.record("reporting.contribute", card, by=by, duty=duty, at=at, agency=host.full_name)
    notices.part_supplied(card, host, at=at)
    return part
