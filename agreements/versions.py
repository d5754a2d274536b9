"""Versions of a signed agreement: frozen one after the other, kept permanently, compared field by field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Max

from agreements import freeze
from agreements.models import Agreement, AgreementVersion, Criteria
from kpiportal import audit
from kpiportal.models import Membership, User
from kpiportal.numbers import format_number

LABELS = {
    "name": "ชื่อตัวชี้วัด", "unit": "หน่วยวัด", "weight": "น้ำหนัก", "inner_weight": "น้ำหนักภายใน", "target": "ค่าเป้าหมาย",
    "criteria": "เกณฑ์การให้คะแนน", "round_weights": "น้ำหนักเฉพาะรอบ", "definition": "คำอธิบาย", "formula": "สูตรการคำนวณ",
    "source": "แหล่งข้อมูล", "method": "วิธีการจัดเก็บข้อมูล", "conditions": "เงื่อนไข",
    "strategic_issue": "ประเด็นยุทธศาสตร์", "objective": "เป้าประสงค์", "start_months": "เริ่มที่รอบ (เดือน)",
    "cancelled_months": "ยกเลิกตั้งแต่รอบ (เดือน)",
}  # fmt: skip
_KINDS = dict(Criteria.Kind.choices)
_NUMBERS = frozenset({"weight", "inner_weight", "target"})


def freeze_next(
    agreement: Agreement, *, effective_months: int, by: User, at: dt.datetime, duty: Membership | None = None
) -> AgreementVersion:
    """The agreement as it stands now becomes its next version. The caller holds the agreement's lock."""
    last = agreement.versions.aggregate(last=Max("number"))["last"] or 0
    content = freeze.content_of(agreement)
    agreement.versions.update(is_replaced=True)
    version = AgreementVersion.objects.create(
        agreement=agreement,
        number=last + 1,
        effective_months=effective_months,
        content=content,
        sha256=freeze.sha256_of(content),
        frozen_by=by,
        frozen_at=at,
    )
    facts = {"number": version.number, "sha256": version.sha256}
    audit.record("agreements.freeze_version", agreement, by=by, duty=duty, at=at, **facts)
    return version


def in_force(agreement: Agreement, months: int) -> AgreementVersion:
    """The version a round is reported under: the newest that has begun to count by then."""
    begun = agreement.versions.filter(effective_months__lte=months).order_by("-number").first()
    return begun or agreement.versions.earliest("number")


@dataclass(frozen=True)
class Difference:
    """One field of one indicator in two versions, as a person reads it."""

    number: str
    name: str
    label: str
    before: str
    after: str


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """What two contents say differently, indicator by indicator; one that is only in one of them is said so."""
    old, new = ({one["number"]: one for one in content["indicators"]} for content in (before, after))
    found: list[Difference] = []
    for number in [*old, *(number for number in new if number not in old)]:
        name = (new.get(number) or old[number])["name"]
        if number not in old or number not in new:
            words = ("ไม่มี", "มี") if number not in old else ("มี", "ไม่มี")
            found.append(Difference(number, name, "ตัวชี้วัด", *words))
            continue
        found += [Difference(number, name, *line) for line in _fields(old[number], new[number])]
    return found


def _fields(old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for field, label in LABELS.items():
        was, now = old.get(field), new.get(field)
        if was != now:
            yield label, text_of(field, was), text_of(field, now)


def text_of(field: str, value: Any) -> str:
    """A frozen value in words."""
    if field == "criteria":
        return criteria_text(value)
    if field == "round_weights":
        return " · ".join(f"รอบ {m} เดือน {format_number(Decimal(w), decimals=2)}" for m, w in value.items()) or "–"
    if value is None or value == "":
        return "–"
    return format_number(Decimal(value)) if field in _NUMBERS else str(value)


def criteria_text(criteria: dict[str, Any]) -> str:
    """ยิ่งมากยิ่งดี: 70 · 75 · 80 · 85 · 90."""
    levels = [format_number(Decimal(level)) if level is not None else "–" for level in criteria["levels"]]
    band = [criteria["band_low"], criteria["band_high"]]
    words = [f"ช่วง {band[0]} ถึง {band[1]}"] if band[0] is not None else []
    steps = [f"ขั้น {n} {step}" for n, step in enumerate(criteria["steps"], start=1)]
    return f"{_KINDS[criteria['kind']]}: " + " · ".join([*words, *steps, *levels])
