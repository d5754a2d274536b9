"""The trail cannot be changed, emptied or written without a sentence; rows people edit keep every version."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from agreements import testing
from kpiportal import audit
from kpiportal.models import AuditEvent, Membership
from kpiportal.people import end_duty

pytestmark = pytest.mark.usefixtures("frozen")


def record(cast):
    return audit.record("people.duty_given", cast.coordinator, by=cast.director, at=testing.AUTUMN, reason="ทดสอบ")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kpiportal_auditevent SET actor_text = 'ผู้อื่น'",
        "DELETE FROM kpiportal_auditevent",
        "TRUNCATE kpiportal_auditevent CASCADE",
    ],
)
def test_the_database_refuses_to_change_the_trail(cast, statement):
    record(cast)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.get(verb="people.duty_given").actor_text == "นายdirector ทดสอบ"


def test_a_verb_without_a_sentence_is_refused(cast):
    with pytest.raises(LookupError):
        audit.record("people.unheard_of", cast.coordinator, by=None, at=testing.AUTUMN)


def test_a_deed_that_fails_leaves_no_trace(cast):
    with pytest.raises(RuntimeError), transaction.atomic():
        record(cast)
        raise RuntimeError
    assert not AuditEvent.objects.exists()


def test_history_tells_in_thai_newest_first(cast):
    agreement = testing.make_signed(cast)
    lines = audit.history(agreement)
    assert [line.text for line in lines] == [
        "จัดทำฉบับลงนาม",
        "ลงนามคำรับรองการปฏิบัติราชการ",
        "ตกลงตัวชี้วัดทั้งฉบับ",
        "ตกลงทั้งฉบับฝ่ายหนึ่ง",
        "ตกลงทั้งฉบับฝ่ายหนึ่ง",
        "รับข้อเสนอของอีกฝ่ายทุกรายการที่เหลือ",
        "เริ่มเจรจาตัวชี้วัด",
        "ส่งแบบฟอร์มให้สำนักงาน ก.พ.ร.",
        "เปิดแบบฟอร์มคำรับรองฯ",
    ]
    assert lines[1].who == "นายgovernor ทดสอบ (ผู้ว่าราชการจังหวัด จังหวัดเชียงใหม่)"
    assert lines[1].when == "26 ม.ค. 2558 เวลา 10.00 น."


def test_an_acting_head_is_told_as_acting(cast):
    duty = cast.overseer.memberships.get()
    duty.standing, duty.order_no = Membership.Standing.ACTING, "ชม 12/2558"
    assert audit.acting_text(duty) == ("ผู้กำกับดูแลตัวชี้วัด สำนักงานคลังจังหวัดเชียงใหม่ (รักษาราชการแทน ตามคำสั่ง ชม 12/2558)")


def test_row_history_keeps_bulk_updates_and_deletes_too(cast):
    events = apps.get_model("kpiportal", "MembershipEvent")
    duty = cast.viewer.memberships.get()
    Membership.objects.filter(pk=duty.pk).update(post="ผู้ตรวจสอบภายใน")
    Membership.objects.filter(pk=duty.pk).delete()
    kept = events.objects.filter(pgh_obj_id=duty.pk).order_by("pgh_id").values_list("pgh_label", "post")
    assert list(kept) == [("insert", ""), ("update", "ผู้ตรวจสอบภายใน"), ("delete", "ผู้ตรวจสอบภายใน")]


def test_ending_a_duty_is_recorded_and_in_force_to_its_last_day(cast):
    duty = cast.viewer.memberships.get()
    end_duty(duty, last_day=testing.WINTER.date(), by=cast.director, at=testing.WINTER)
    assert AuditEvent.objects.get(verb="people.duty_ended").data == {"last_day": "2015-01-26"}
    assert Membership.objects.in_force(testing.WINTER.date()).filter(pk=duty.pk).exists()
