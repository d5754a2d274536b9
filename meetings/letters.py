"""The words of an invitation: what the portal proposes from the meeting's facts; the writer may change all of it.

The years, the due date and the weekday come from the rows, so they cannot be mistyped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agreements.models import Agreement, RoundPlan
from kpiportal import deadlines, thai
from kpiportal.letters import STANDING, standing_words  # noqa: F401 -- the rooms of meetings ask for them here
from kpiportal.models import Letter, Organization
from meetings.models import Meeting


def _is_ahead(last_day: dt.date, on: dt.date) -> bool:
    """Whether a report due on that day can still be in time on `on`."""
    return deadlines.days_late(on, deadlines.due_instant(last_day)) == 0


@dataclass(frozen=True)
class _Year:
    """What the wording needs of an agreement: its office, its rounds, and the round that falls due next."""

    office: str
    noun: str
    number: int
    plans: list[RoundPlan]
    coming: RoundPlan | None

    @classmethod
    def of(cls, agreement: Agreement, *, on: dt.date) -> _Year:
        plans = list(agreement.framework.round_plans.order_by("months"))
        last = plans[-1] if plans else None
        coming = next((plan for plan in plans if _is_ahead(plan.agency_due, on)), last)
        owner = agreement.owner
        return cls(owner.full_name, _kind(owner) or "หน่วยงาน", agreement.fiscal_year, plans, coming)

    @property
    def closes(self) -> bool:
        """The last round of the year: its meeting also opens the next year's agreement."""
        return bool(self.plans) and self.coming == self.plans[-1]


def proposed_subject(agreement: Agreement, *, on: dt.date) -> str:
    """What such a meeting is about, for the box of a new meeting."""
    year = _Year.of(agreement, on=on)
    subject = f"ติดตามผลการดำเนินงานตามคำรับรองการปฏิบัติราชการของ{year.noun} ประจำปีงบประมาณ พ.ศ. {year.number}"
    if year.closes:
        subject += (
            " และชี้แจงกรอบการประเมินผลและแนวทางการจัดทำคำรับรองการปฏิบัติราชการ"
            f"ของ{year.noun} ประจำปีงบประมาณ พ.ศ. {year.number + 1}"
        )
    return subject


def compose(meeting: Meeting, *, dated: dt.date, references: Sequence[str]) -> dict[str, Any]:
    """เรื่อง, เรียน, and the body in three parts: why we write, what we want, how we close."""
    year = _Year.of(meeting.agreement, on=dated)
    subject = meeting.subject.removeprefix("ขอเชิญประชุม").removeprefix("เชิญประชุม")
    return {
        "subject": f"ขอเชิญประชุม{subject}",
        "addressee": f"หัวหน้าส่วนราชการผู้กำกับดูแลตัวชี้วัดตามคำรับรองการปฏิบัติราชการของ{year.office} ทุกแห่ง",
        "body": [
            _why(year, dated=dated, referring=bool(references)),
            _what(year, meeting),
            "จึงเรียนมาเพื่อโปรดพิจารณาเข้าร่วมประชุม",
        ],
    }


def _why(year: _Year, *, dated: dt.date, referring: bool) -> str:
    """ภาคเหตุ: an earlier matter begins with ตาม... and ends with นั้น."""
    text = (
        f"{'ตามหนังสือที่อ้างถึง' if referring else 'ตามที่'} {year.office}ได้มอบหมายให้หน่วยงานเป็นเจ้าภาพรับผิดชอบตัวชี้วัด"
        f"ตามกรอบการประเมินผลการปฏิบัติราชการของ{year.noun} ประจำปีงบประมาณ พ.ศ. {year.number} "
        "และขอให้รายงานผลการดำเนินงานตามแบบที่กำหนด"
    )
    if year.coming:
        names = _joined([plan.name for plan in year.plans])
        text += f" จำนวน {len(year.plans)} ครั้ง คือ {names} เพื่อรวบรวมส่งสำนักงาน ก.พ.ร."
        if _is_ahead(year.coming.agency_due, dated):
            due = thai.weekday_date_text(year.coming.agency_due)
            text += f" โดยรายงาน{year.coming.name} ต้องส่งถึง{year.office}ภายใน{due}"
    return text + " นั้น"


def _what(year: _Year, meeting: Meeting) -> str:
    """ภาคความประสงค์: day, time and place as the meeting has them."""
    report = "รายงานผลการดำเนินงาน"
    if year.coming:
        report = f"รายงานการประเมินผลตนเอง (Self-Assessment Report) {year.coming.name} "
    text = (
        f"เพื่อให้การจัดทำ{report}ของ{year.office}ถูกต้อง ครบถ้วน และทันตามกำหนด "
        f"{year.office}จึงกำหนดจัดการประชุมเรื่องดังกล่าว ใน{thai.weekday_date_text(meeting.starts_at)} "
        f"{thai.time_text(meeting.starts_at)} ณ {meeting.venue} เพื่อติดตามความก้าวหน้า รับทราบปัญหาอุปสรรค "
        "และซักซ้อมแนวทางการรายงานผลตัวชี้วัด"
    )
    if year.closes:
        text += (
            " พร้อมทั้งชี้แจงกรอบการประเมินผล แนวทาง และปฏิทินการจัดทำคำรับรองการปฏิบัติราชการ "
            f"ประจำปีงบประมาณ พ.ศ. {year.number + 1}"
        )
    return text + (
        " จึงขอให้ท่านเข้าร่วมประชุม หรือมอบหมายหัวหน้ากลุ่มงาน หัวหน้าฝ่าย หรือเจ้าหน้าที่ผู้รับผิดชอบตัวชี้วัด"
        " เข้าร่วมประชุมตามวัน เวลา และสถานที่ดังกล่าว"
    )


def warnings_of(meeting: Meeting, letter: Letter, *, hosts: set[int], invited: set[int]) -> list[str]:
    """Where letter and meeting may have drifted apart; the writer decides."""
    text = thai.to_arabic_digits(" ".join(letter.body))
    found = []
    clock = thai.time_text(meeting.starts_at).removeprefix("เวลา ").removesuffix(" น.")
    if letter.body and clock not in text.replace(":", "."):
        found.append(f"ข้อความไม่ได้กล่าวถึงเวลาประชุม คือ {clock} น.")
    if letter.body and thai.to_arabic_digits(meeting.venue) not in text:
        found.append(f"ข้อความไม่ได้กล่าวถึงสถานที่ประชุม คือ {meeting.venue}")
    if "ทุกแห่ง" in letter.addressee and hosts - invited:
        found.append(f"คำขึ้นต้นเขียนว่า “ทุกแห่ง” แต่มีหน่วยงานเจ้าภาพ {len(hosts - invited)} แห่งที่ไม่ได้อยู่ในรายชื่อผู้รับ")
    return found


def _kind(organization: Organization) -> str:
    return {"province": "จังหวัด", "cluster": "กลุ่มจังหวัด"}.get(organization.kind, "")


def _joined(names: list[str]) -> str:
    """รอบ 6 เดือน รอบ 9 เดือน และรอบ 12 เดือน."""
    return names[0] if len(names) == 1 else f"{' '.join(names[:-1])} และ{names[-1]}"


def compose_change(meeting: Meeting, old: Letter, *, before: dt.datetime, at_place: str, reason: str) -> dict[str, Any]:
    """The letter that moves a meeting: the old number and date, the old day, why, the new day and place."""
    office = meeting.organization.full_name
    matter = _matter_of(meeting)
    was = f"{thai.weekday_date_text(before)} {thai.time_text(before)} ณ {at_place}"
    now = f"{thai.weekday_date_text(meeting.starts_at)} {thai.time_text(meeting.starts_at)} ณ {meeting.venue}"
    return {
        "subject": f"ขอเปลี่ยนกำหนดการประชุม{matter}",
        "references": [reference_of(old)],
        "body": [
            f"ตามหนังสือที่อ้างถึง {office}ได้ขอเชิญท่านเข้าร่วมประชุม{matter} ใน{was} นั้น",
            f"เนื่องจาก{reason} {office}จึงขอเปลี่ยนกำหนดการประชุมดังกล่าวเป็น{now} และขอให้ท่านตอบรับการเข้าร่วมประชุมอีกครั้ง",
            "จึงเรียนมาเพื่อโปรดทราบและเข้าร่วมประชุม",
        ],
    }


def compose_cancellation(meeting: Meeting, old: Letter, *, reason: str) -> dict[str, Any]:
    """The letter that calls a meeting off."""
    office = meeting.organization.full_name
    matter = _matter_of(meeting)
    was = f"{thai.weekday_date_text(meeting.starts_at)} {thai.time_text(meeting.starts_at)} ณ {meeting.venue}"
    return {
        "subject": f"ขอยกเลิกการประชุม{matter}",
        "references": [reference_of(old)],
        "body": [
            f"ตามหนังสือที่อ้างถึง {office}ได้ขอเชิญท่านเข้าร่วมประชุม{matter} ใน{was} นั้น",
            f"เนื่องจาก{reason} {office}จึงขอยกเลิกการประชุมดังกล่าว",
            "จึงเรียนมาเพื่อโปรดทราบ",
        ],
    }


def reference_of(letter: Letter) -> str:
    """หนังสือจังหวัดเชียงใหม่ ที่ ชม 0017.2/ว 75275 ลงวันที่ 9 ตุลาคม 2558."""
    return f"หนังสือ{letter.organization.full_name} ที่ {letter.number_text} ลงวันที่ {thai.date_text(letter.dated)}"


def _matter_of(meeting: Meeting) -> str:
    return meeting.subject.removeprefix("ขอเชิญประชุม").removeprefix("เชิญประชุม")
