"""The security log as whoever runs the machine reads it: who came in, who did not, what was refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from kpiportal import thai
from kpiportal.fields import BEDateField
from kpiportal.models import Membership, Role, SecurityLog, User
from kpiportal.rules import duty_at_opdc
from kpiportal.thai import BANGKOK, clean_line

PER_PAGE = 50
TONES = {"failed": "due", "refused": "due", "held_up": "late"}
_TOO_LONG = "ยาวเกิน 100 ตัวอักษร โปรดค้นด้วยคำที่สั้นลง"


def can_read(user: User) -> Membership | None:
    """OPDC's operator and director: what is in it is about accounts, not about anybody's work."""
    return duty_at_opdc(user, Role.OPERATOR, Role.DIRECTOR)


class LookForSignIns(forms.Form):
    """Filters, each optional; `found()` gives what fits. Days are whole days in Thailand."""

    what = forms.ChoiceField(
        label="เหตุการณ์",
        choices=[("", "ทั้งหมด"), *SecurityLog.What.choices],
        required=False,
        error_messages={"invalid_choice": "ไม่รู้จักเหตุการณ์นี้ โปรดเลือกจากรายการ"},
    )
    person = forms.CharField(
        label="ชื่อหรืออีเมล", max_length=100, required=False, error_messages={"max_length": _TOO_LONG}
    )
    address = forms.GenericIPAddressField(
        label="ที่อยู่เครือข่าย", required=False, error_messages={"invalid": "ไม่ใช่ที่อยู่เครือข่าย โปรดพิมพ์ เช่น 203.0.113.7"}
    )
    since = BEDateField(label="ตั้งแต่วันที่", help_text="", required=False)
    until = BEDateField(label="ถึงวันที่", help_text="", required=False)

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if asked.get("since") and asked.get("until") and asked["until"] < asked["since"]:
            raise ValidationError("วันสิ้นสุดต้องไม่ก่อนวันเริ่มต้น")
        return asked

    def found(self) -> QuerySet[SecurityLog]:
        """Whoever may read this log reads all of it: it belongs to no province."""
        asked, rows = self.cleaned_data, SecurityLog.objects.all()
        if asked["what"]:
            rows = rows.filter(what=asked["what"])
        for word in clean_line(asked["person"]).split():
            named = Q(user__first_name__icontains=word) | Q(user__last_name__icontains=word)
            rows = rows.filter(named | Q(user__email__icontains=word))
        if asked["address"]:
            rows = rows.filter(address=asked["address"])
        if asked["since"]:
            rows = rows.filter(at__gte=dt.datetime.combine(asked["since"], dt.time(), BANGKOK))
        if asked["until"]:
            rows = rows.filter(at__lt=dt.datetime.combine(asked["until"] + dt.timedelta(days=1), dt.time(), BANGKOK))
        return rows


def before(rows: QuerySet[SecurityLog], key: str) -> tuple[list[dict[str, str]], int | None]:
    """A page of what is older than `key` (a row's number; "" for the newest), and the key of the next page."""
    if key.isascii() and key.isdigit() and len(key) < 19:
        rows = rows.filter(pk__lt=int(key))
    found = list(rows.select_related("user").order_by("-pk")[: PER_PAGE + 1])
    older = found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None
    return [_words(row) for row in found[:PER_PAGE]], older


def _words(row: SecurityLog) -> dict[str, str]:
    """A name nobody here has is not shown: people type passwords into the wrong box."""
    return {
        "when": thai.datetime_text(row.at, short=True),
        "what": row.get_what_display(),
        "tone": TONES.get(row.what, ""),
        "who": f"{row.user.full_name} ({row.user.email})" if row.user else "ชื่อที่ไม่มีในระบบ" if row.unknown else "ไม่ทราบ",
        "door": f"{row.door} {row.status or ''}".strip(),
        "address": row.address or "",
    }
