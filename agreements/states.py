"""State names of this app. Imports nothing of the project, so that every module can import it."""

from django.db.models import TextChoices


class FrameworkState(TextChoices):
    DRAFT = "draft", "ร่าง"
    PUBLISHED = "published", "ประกาศใช้"
    LOCKED = "locked", "ล็อก"
    ARCHIVED = "archived", "เก็บเข้าคลัง"


class AgreementState(TextChoices):
    DRAFT = "draft", "จังหวัดจัดทำ"
    SENT = "sent", "ส่งสำนักงาน ก.พ.ร. แล้ว"
    NEGOTIATING = "negotiating", "กำลังเจรจา"
    RETURNED = "returned", "ส่งกลับแก้ไข"
    AGREED = "agreed", "ตกลงแล้ว รอลงนาม"
    SIGNED = "signed", "ลงนามแล้ว"
    CLOSED = "closed", "ปิดปีงบประมาณ"
    CANCELLED = "cancelled", "ยกเลิก"


class AmendmentState(TextChoices):
    DRAFT = "draft", "ร่างคำขอ"
    ASKED = "asked", "รอสำนักงาน ก.พ.ร. พิจารณา"
    APPLIED = "applied", "อนุมัติ มีผลแล้ว"
    REFUSED = "refused", "ไม่เห็นชอบ"
    WITHDRAWN = "withdrawn", "ถอนคำขอ"


# The party may still write its form.
FORM_OPEN = frozenset({AgreementState.DRAFT, AgreementState.RETURNED})
