"""State names of this app. Imports nothing of the project, so that every module can import it."""

from django.db.models import TextChoices


class RoundState(TextChoices):
    SCHEDULED = "scheduled", "ยังไม่เปิดรอบ"
    OPEN = "open", "เปิดรับรายงาน"
    CLOSED = "closed", "ปิดรับจากหน่วยงาน"


class ReportState(TextChoices):
    NOT_STARTED = "not_started", "ยังไม่เริ่ม"
    DRAFT = "draft", "ร่าง"
    SENT = "sent", "รอหัวหน้ารับรอง"
    CERTIFIED = "certified", "รอจังหวัดตรวจ"
    RETURNED = "returned", "ส่งกลับแก้ไข"
    ACCEPTED = "accepted", "ผ่านการตรวจ"
    CANCELLED = "cancelled", "ตัวชี้วัดยกเลิก"


# What the collector may still change; everything else is locked, and the page says by whom.
EDITABLE = frozenset({ReportState.NOT_STARTED, ReportState.DRAFT, ReportState.RETURNED})
# What nobody waits for any more.
DONE = frozenset({ReportState.ACCEPTED, ReportState.CANCELLED})
# What still owes the agency's filing: reminders and "งานของฉัน" read the same set.
OWED_BY_AGENCY = EDITABLE


class SarState(TextChoices):
    """The province's report of a round (reporting/sar/)."""

    DRAFT = "draft", "กำลังรวบรวม"
    PROPOSED = "proposed", "รอหัวหน้าสำนักงานอนุมัติ"
    APPROVED = "approved", "รอลงนาม"
    SIGNED = "signed", "ลงนามแล้ว รอส่ง"
    SENT = "sent", "ส่งสำนักงาน ก.พ.ร. แล้ว"
