"""The mails: one to each overseer of each invited office, with the facts and nothing else."""

from kpiportal.channels.email import written
from kpiportal.models import Membership, OutgoingMail
from kpiportal.testing import people
from meetings import testing
from meetings.replies import links


def test_the_mail_says_when_where_and_by_which_letter(cast):
    meeting = testing.make_called(cast)
    link = links.of_reply(meeting.invitations.get(organization=cast.agency))
    assert link.startswith("http://testserver/meetings/reply/[[hidden:")
    assert OutgoingMail.objects.get(to_user=cast.overseer).body == (
        f"โปรดตอบรับการประชุมก่อนวันศุกร์ที่ 30 ตุลาคม 2558 เวลา 13.30 น. (ไม่ต้องเข้าสู่ระบบ)\n{link}\n\n"
        "เรียน ผู้กำกับดูแลตัวชี้วัด สำนักงานคลังจังหวัดเชียงใหม่\n\n"
        "จังหวัดเชียงใหม่ ได้ออกหนังสือ ที่ ชม 0017.2/ว 101 ลงวันที่ 19 ตุลาคม 2558 เชิญหน่วยงานของท่านประชุม\n"
        "เรื่อง ติดตามผลตัวชี้วัด รอบ 12 เดือน\n\n"
        "วันและเวลา: วันศุกร์ที่ 30 ตุลาคม 2558 เวลา 13.30 น.\n"
        "สถานที่: ห้องประชุม 3 ชั้น 2 ศาลากลางจังหวัด\n\n"
        f"ดูรายละเอียด เพิ่มลงปฏิทิน และดาวน์โหลดหนังสือได้ที่ http://testserver/meetings/{meeting.pk}/\n"
    )


def test_the_mail_carries_the_event(cast):
    testing.make_called(cast)
    parts = written(OutgoingMail.objects.get(to_user=cast.overseer)).message().get_payload()
    (event,) = [part for part in parts if part.get_content_type() == "text/calendar"]
    assert event.get_filename() == "meeting.ics"
    assert b"DTSTART:20151030T063000Z" in event.get_payload(decode=True)


def test_every_overseer_of_an_office_is_told_and_nobody_whose_duty_ended(cast):
    second = people.make_user("second_overseer")
    people.give(second, cast.agency, "overseer")
    Membership.objects.filter(user=cast.other_overseer).update(valid_to="2015-10-18")
    testing.make_called(cast)
    assert {m.to_user for m in OutgoingMail.objects.all()} == {cast.overseer, second}


def test_what_a_person_typed_is_not_read_as_a_field(cast):
    """A subject with the mail's own notation in it stays as typed."""
    meeting = testing.make_draft(cast)
    meeting.subject = "ทดสอบ ${url} {0} %(x)s"
    meeting.save(update_fields=["subject"])
    testing.issue(meeting, cast)
    assert "เรื่อง ทดสอบ ${url} {0} %(x)s\n" in OutgoingMail.objects.first().body
