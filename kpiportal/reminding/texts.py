"""Which words a mail is written in: OPDC's own for the fiscal year, OPDC's own for all years, else the shipped ones.

The door for words people edit is kpiportal/mailtext.py; here is only which wording stands and what may be edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from kpiportal import mailtext
from kpiportal.models import MailText

# Mails whose words OPDC may change, with what each is called and the fields it has.
EDITABLE: dict[str, tuple[str, frozenset[str]]] = {
    "reminder": ("สรุปการเตือนตอนเช้า", frozenset({"name", "headline", "count", "date", "items", "url"})),
}


@dataclass(frozen=True)
class Known:
    """A mail's wordings by fiscal year; None: for all years. The shipped wording is always there."""

    name: str
    by_year: Mapping[int | None, tuple[str, str]]

    def of(self, year: int | None) -> tuple[str, str]:
        return self.by_year.get(year) or self.by_year.get(None) or shipped(self.name)


@cache
def shipped(name: str) -> tuple[str, str]:
    return mailtext.read(name)


def known(name: str) -> Known:
    """One query."""
    rows = MailText.objects.filter(name=name).values_list("fiscal_year", "subject", "body")
    return Known(name, {year: (subject, body) for year, subject, body in rows})


def filled(words: Known, year: int | None, facts: Mapping[str, str]) -> tuple[str, str]:
    """(subject, body). A wording that can no longer be filled gives way to the shipped one: people hear anyway."""
    allowed = frozenset(facts)
    subject, body = words.of(year)
    if mailtext.check_subject(subject, allowed) or mailtext.check(body, allowed):
        subject, body = shipped(words.name)
    return mailtext.fill_subject(subject, facts, allowed=allowed), mailtext.fill(body, facts, allowed=allowed)


# What each field stands for, beside the box where words are edited.
MEANS = {
    "name": "ชื่อผู้รับ",
    "headline": "สรุปสั้น เช่น รอท่านดำเนินการ 2 เรื่อง เหลือ 7 วัน",
    "count": "จำนวนเรื่อง",
    "date": "วันที่ส่ง",
    "items": "รายการเรื่อง กำหนดส่ง และลิงก์",
    "url": "ลิงก์หน้างานของฉัน",
}


def example(name: str) -> dict[str, str]:
    """Facts for a preview: invented, and looking as they do in a mail."""
    items = (
        "เรื่องที่ท่านต้องดำเนินการ 2 เรื่อง\n\n"
        "- 1.1 ระดับความสำเร็จของการพัฒนา\n  รอบ 12 เดือน ปีงบประมาณ พ.ศ. 2569 · สำนักงานตัวอย่างจังหวัด\n"
        f"  ภายในวันที่ 26 ตุลาคม 2569 (เหลือ 7 วัน)\n  {settings.BASE_URL}/reporting/cards/1/\n\n"
        "- 2.3 ร้อยละของการเบิกจ่ายงบประมาณ\n  รอบ 12 เดือน ปีงบประมาณ พ.ศ. 2569 · สำนักงานตัวอย่างจังหวัด\n"
        f"  ภายในวันที่ 26 ตุลาคม 2569 (เหลือ 7 วัน)\n  {settings.BASE_URL}/reporting/cards/2/"
    )
    facts = {
        "name": "นางสาวตัวอย่าง ใจดี",
        "headline": "รอท่านดำเนินการ 2 เรื่อง เหลือ 7 วัน",
        "count": "2",
        "date": "วันจันทร์ที่ 19 ตุลาคม 2569",
        "items": items,
        "url": f"{settings.BASE_URL}/",
    }
    return {field: facts[field] for field in EDITABLE[name][1]}
