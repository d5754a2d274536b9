"""Which words a mail is written in: OPDC's own for the fiscal year, OPDC's own for all years, else the shipped ones.

The door for words people edit is kpiportal/mailtext.py; here is only which wording stands and what may be edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.core.cache import cache as kept
from django.db import transaction

from kpiportal import mailtext
from kpiportal.models import MailText

# Mails whose words OPDC may change. Those about accounts and proofs of who one is are not among them.
EDITABLE = {
    "reminder": "สรุปการเตือนตอนเช้า",
    "round_opened": "แจ้งเปิดรอบรายงาน",
    "due_extended": "แจ้งขยายกำหนดส่ง",
    "report_sent": "รายงานรอท่านรับรอง",
    "report_to_review": "รายงานรอจังหวัดตรวจ",
    "report_returned": "รายงานส่งกลับแก้ไข",
    "report_decided": "ผลการพิจารณารายงาน",
    "part_supplied": "เจ้าภาพร่วมส่งข้อมูลแล้ว",
}
# What the reader acts by: a wording without them would tell nobody where to go.
NEEDED = frozenset({"items", "url"})
KEPT_FOR = 60  # seconds


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


@cache
def fields(name: str) -> frozenset[str]:
    """What the shipped wording fills in, and so may a changed one."""
    return frozenset(mailtext.fields(" ".join(shipped(name))))


def needed(name: str) -> frozenset[str]:
    return NEEDED & frozenset(mailtext.fields(shipped(name)[1]))


def known(name: str) -> Known:
    """One query."""
    rows = MailText.objects.filter(name=name).values_list("fiscal_year", "subject", "body")
    return Known(name, {year: (subject, body) for year, subject, body in rows})


def standing(name: str) -> Known:
    """The same for single mails, at most a minute old: a notice to twenty people asks no twenty times."""
    found: Known = kept.get_or_set(_key(name), lambda: known(name), KEPT_FOR)
    return found


def forget(name: str) -> None:
    """After a change of its words, once it is committed."""
    transaction.on_commit(lambda: kept.delete(_key(name)), robust=True)


def _key(name: str) -> str:
    return f"mail_text.{name}"


def load(name: str, facts: Mapping[str, str]) -> tuple[str, str]:
    """(subject, body) of any mail, in the words that stand for the fiscal year its facts name."""
    if name not in EDITABLE:
        return mailtext.load(name, facts)
    year = facts.get("fiscal_year", "")
    return filled(standing(name), int(year) if year.isdigit() else None, facts)


def filled(words: Known, year: int | None, facts: Mapping[str, str]) -> tuple[str, str]:
    """(subject, body). A wording that can no longer be filled gives way to the shipped one: people hear anyway."""
    allowed = frozenset(facts)
    subject, body = words.of(year)
    if mailtext.check_subject(subject, allowed) or mailtext.check(body, allowed):
        subject, body = shipped(words.name)
    return mailtext.fill_subject(subject, facts, allowed=allowed), mailtext.fill(body, facts, allowed=allowed)


# What each field stands for, beside the box where words are edited, and what it looks like in a preview: invented.
MEANS = {
    "name": ("ชื่อผู้รับ", "นางสาวตัวอย่าง ใจดี"),
    "headline": ("สรุปสั้นของทั้งฉบับ", "รอท่านดำเนินการ 2 เรื่อง เหลือ 7 วัน"),
    "count": ("จำนวนเรื่อง", "2"),
    "date": ("วันที่ส่ง", "วันจันทร์ที่ 19 ตุลาคม 2569"),
    "items": ("รายการเรื่อง", "- 1.1 ระดับความสำเร็จของการพัฒนา\n- 2.3 ร้อยละของการเบิกจ่ายงบประมาณ"),
    "url": ("ลิงก์ไปยังหน้าที่ต้องทำ", f"{settings.BASE_URL}/reporting/cards/1/"),
    "indicator": ("ตัวชี้วัด", "1.1 ระดับความสำเร็จของการพัฒนา"),
    "round": ("ชื่อรอบ", "รอบ 12 เดือน"),
    "fiscal_year": ("ปีงบประมาณ พ.ศ.", "2569"),
    "host": ("หน่วยงานเจ้าภาพ", "สำนักงานตัวอย่างจังหวัด"),
    "agency": ("หน่วยงาน", "สำนักงานตัวอย่างจังหวัด"),
    "province": ("จังหวัด", "จังหวัดตัวอย่าง"),
    "due": ("กำหนดส่ง", "26 ต.ค. 2569 เวลา 23.59 น."),
    "period_end": ("วันสุดท้ายของข้อมูล", "30 กันยายน 2569"),
    "state": ("สถานะปัจจุบัน", "ผ่านการตรวจ"),
    "by": ("ผู้ดำเนินการ", "นายตัวอย่าง รอบคอบ"),
    "reason": ("เหตุผล", "ขอหลักฐานเพิ่ม"),
}


def example(name: str) -> dict[str, str]:
    """Facts for a preview."""
    return {field: MEANS[field][1] for field in fields(name)}
