"""The day of the demo's meeting: agenda, answers, who came, the minutes that went round and what was resolved.

All of it is invented, through the actions users use; the two resolutions wait on two home pages on the demo's today.
"""

from __future__ import annotations

import datetime as dt

from kpiportal.demo import World, moment
from kpiportal.models import User
from meetings.agenda import actions as agenda
from meetings.attendance import actions as attendance
from meetings.minutes import actions as minutes
from meetings.models import Meeting, Minutes
from meetings.models.agenda import Section
from meetings.replies import actions as replies
from meetings.resolutions import actions as resolutions

WRITTEN = moment(2015, 10, 9, 11)
HELD = moment(2015, 10, 16, 16, 40)
ROUND = moment(2015, 10, 19, 8, 30)
FIRST, YEAR = Section.CHAIR, Section.PROPOSED
AGENDA = [
    (FIRST, "วัตถุประสงค์ของการประชุม", "", "ติดตามผลการดำเนินงานและซักซ้อมการรายงานรอบ 12 เดือน"),
    (YEAR, "ผลการดำเนินงานตามคำรับรองการปฏิบัติราชการ ประจำปีงบประมาณ พ.ศ. 2558 รอบ 12 เดือน", "สำนักงานจังหวัดเชียงใหม่", ""),
    (YEAR, "กรอบการประเมินผลและแนวทางการจัดทำคำรับรองการปฏิบัติราชการ ประจำปีงบประมาณ พ.ศ. 2559", "สำนักงานจังหวัดเชียงใหม่", ""),
]  # fmt: skip
SAID = {
    "วัตถุประสงค์": ("ประธานแจ้งว่าเหลือเวลา 10 วันก่อนครบกำหนดส่งรายงานรอบ 12 เดือน "
                     "ขอให้ทุกหน่วยงานส่งรายงานพร้อมหลักฐานภายในวันที่ 26 ตุลาคม 2558",
                     "ที่ประชุมรับทราบ"),
    "ผลการดำเนินงาน": ("ฝ่ายเลขานุการรายงานสถานะการรายงานของแต่ละหน่วยงาน และชี้แจงวิธีกรอกผลการดำเนินงานพร้อมหลักฐานอ้างอิง",
                       "ที่ประชุมรับทราบ และมอบหน่วยงานดำเนินการดังนี้"),
    "กรอบการประเมินผล": ("ฝ่ายเลขานุการชี้แจงกรอบการประเมินผล ปฏิทิน และการเจรจากับสำนักงาน ก.พ.ร. "
                          "ประมาณเดือนพฤศจิกายน - ธันวาคม 2558",
                          "ที่ประชุมรับทราบ และมอบสำนักงานจังหวัดดำเนินการดังนี้"),
}  # fmt: skip


def load(world: World, meeting: Meeting) -> None:
    by = world.officials["coordinator"]
    for section, title, presenter, note in AGENDA:
        agenda.add_item(meeting, section=section, title=title, presenter=presenter, note=note, by=by, at=WRITTEN)
    _answers(world, meeting)
    _came(meeting, by)
    written = minutes.hold_meeting(meeting, by=by, revision=meeting.revision, at=HELD)
    _said(written)
    _resolved(world, written, by)
    written.refresh_from_db()
    minutes.circulate(written, by=by, revision=written.revision, at=ROUND)


def _answers(world: World, meeting: Meeting) -> None:
    """Most come themselves, every third sends a deputy, one cannot; two never answered."""
    rows = list(meeting.invitations.select_related("organization").order_by("pk"))
    for number, row in enumerate(rows[:-2]):
        collector, head = world.collectors[row.organization.name], world.overseers[row.organization.name]
        if number == 4:
            facts = {"answer": "absent", "name": "", "post": "", "people": 0, "reason": "ติดราชการต่างจังหวัด"}
        elif number % 3 == 1:
            facts = {"answer": "deputy", "name": collector.full_name, "post": "เจ้าหน้าที่ผู้รับผิดชอบตัวชี้วัด", "people": 1,
                     "reason": ""}  # fmt: skip
        else:
            facts = {"answer": "attend", "name": head.full_name, "post": "", "people": 2, "reason": ""}
        at = moment(2015, 10, 12 + number % 4, 9 + number % 7, 7 * number % 60)
        replies.reply(row, by=head, at=at, phone=row.organization.phone, **facts)


def _came(meeting: Meeting, by: User) -> None:
    """Whoever said so, and one of the two who never answered."""
    seats = list(meeting.attendees.all())
    silent = [seat for seat in seats if seat.organization_id][-1:]
    for number, seat in enumerate(seats):
        came = seat not in silent and not seat.reason and bool(seat.name)
        attendance.mark(seat, by=by, at=meeting.starts_at + dt.timedelta(minutes=number - 20), came=came)
    attendance.add(meeting, by=by, at=meeting.starts_at, name="นางสาวดารณี คำมูล", post="นักวิเคราะห์นโยบายและแผนชำนาญการ")


def _said(written: Minutes) -> None:
    """What the secretary typed into the boxes."""
    for part in written.parts.exclude(title=""):
        key = next(key for key in SAID if part.title.startswith(key))
        part.discussion, part.decision = SAID[key]
        part.save(update_fields=["discussion", "decision"])


def _resolved(world: World, written: Minutes, by: User) -> None:
    treasury = next(office for name, office in world.agencies.items() if name.startswith("สำนักงานคลัง"))
    for title, words, owner, due in (
        ("ผลการดำเนินงาน", "ส่งผลการเบิกจ่ายงบประมาณ ณ วันที่ 30 กันยายน 2558 ให้สำนักงานจังหวัด", treasury, (2015, 10, 23)),
        ("กรอบการประเมินผล", "จัดทำปฏิทินการจัดทำคำรับรองการปฏิบัติราชการ ประจำปีงบประมาณ พ.ศ. 2559 แจ้งทุกหน่วยงาน",
         world.province, (2015, 10, 30)),
    ):  # fmt: skip
        part = written.parts.get(title__startswith=title)
        resolutions.record(part, words=words, owner=owner, person="", due_on=dt.date(*due), by=by, at=HELD)
