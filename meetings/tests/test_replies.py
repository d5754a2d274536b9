"""Answers: by the office's own link, in the portal, from a paper slip; until the meeting begins, and of nobody else."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from kpiportal import sealed_links
from kpiportal.models import AuditEvent, Membership, OutgoingMail
from kpiportal.workflow import Stale
from meetings import changes, testing
from meetings.models import Attendee, Invitation
from meetings.replies import actions, links, pages
from meetings.replies.forms import ReplyForm
from meetings.testing import PLANNED, STARTS

COMES = {"answer": "attend", "name": "นางปราณี ทองสุข", "post": "", "phone": "", "people": 2, "reason": ""}
DEPUTY = {"answer": "deputy", "name": "นายสมชาย ใจดี", "post": "นักวิชาการคลัง", "phone": "", "people": 1, "reason": ""}


def invitation(meeting, office):
    return meeting.invitations.select_related("meeting", "organization").get(organization=office)


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"answer": ["กรุณาเลือกคำตอบ"]}),
        ({"answer": "deputy"}, {"name": ["กรุณาพิมพ์ชื่อผู้แทน"], "post": ["กรุณาพิมพ์ตำแหน่งผู้แทน"]}),
        ({"answer": "absent", "reason": " "}, {"reason": ["กรุณาพิมพ์เหตุที่มาไม่ได้"]}),
        ({"answer": "attend", "people": "0"}, {"people": ["ตัวเลข 1 ถึง 50"]}),
        ({"answer": "attend", "name": "ก" * 203}, {"name": ["ยาวเกินไป 3 ตัวอักษร (ไม่เกิน 200)"]}),
        ({"answer": "attend"}, {}),
    ],
)
def test_each_answer_asks_for_what_it_needs(typed, errors):
    assert ReplyForm(typed).errors == errors


def test_what_belongs_to_another_answer_is_left_out():
    form = ReplyForm({"answer": "absent", "name": "นาย ก", "people": "4", "reason": "ติดราชการ"})
    assert form.is_valid()
    assert form.facts == {"answer": "absent", "name": "", "post": "", "phone": "", "people": 0, "reason": "ติดราชการ"}


def test_a_stranger_with_the_link_answers_for_that_office_alone(cast, client, frozen):
    meeting = testing.make_called(cast)
    ours = invitation(meeting, cast.agency)
    page = f"/meetings/reply/{testing.link_token(ours)}/"
    said = client.get(page).content.decode()
    assert cast.agency.name in said
    assert cast.other_agency.name not in said
    assert client.post(page, {"answer": "deputy", "name": "นาย ก"}).status_code == 422
    assert client.post(page, {**DEPUTY}).headers["Location"] == f"{page}?done=1"
    ours.refresh_from_db()
    assert (ours.answer, ours.name, ours.answered_by) == ("deputy", "นายสมชาย ใจดี", None)
    assert invitation(meeting, cast.other_agency).answer == ""
    told = AuditEvent.objects.get(verb="meetings.reply")
    assert (told.actor_text, told.data["name"], told.before["answer"]) == ("ระบบ", cast.agency.name, "")
    seat = Attendee.objects.get(organization=cast.agency)
    assert (seat.name, seat.post, seat.stands_for) == (
        "นายสมชาย ใจดี", "นักวิชาการคลัง", "หัวหน้าสำนักงานคลังจังหวัดเชียงใหม่"
    )  # fmt: skip
    client.post(page, {"answer": "absent", "reason": "ติดราชการ"})
    ours.refresh_from_db()
    assert (ours.answer, ours.people, ours.name) == ("absent", 0, "")


def test_a_link_that_is_no_link_or_over_says_nothing(cast, client, frozen):
    meeting = testing.make_called(cast)
    token = testing.link_token(invitation(meeting, cast.agency))
    other = "y" if token.endswith("x") else "x"
    assert client.get(f"/meetings/reply/{token[:-1]}{other}/").status_code == 404
    frozen.move_to(STARTS)
    late = client.post(f"/meetings/reply/{token}/", COMES)
    assert late.status_code == 409
    assert "เลยเวลาเริ่มประชุมแล้ว" in late.content.decode()
    assert meeting.subject not in late.content.decode()
    assert invitation(meeting, cast.agency).answer == ""


def test_a_copy_of_the_database_opens_no_link(cast):
    row = invitation(testing.make_called(cast), cast.agency)
    token = testing.link_token(row)
    assert len(token) == 24
    assert token not in row.link_hidden
    assert row.link_digest == sealed_links.digest(token)
    assert links.shown(links.of_reply(row)) == f"http://testserver/meetings/reply/{token}/"


def test_who_may_answer_when_signed_in(cast):
    row = invitation(testing.make_called(cast), cast.agency)
    for person in (cast.collector, cast.overseer, cast.coordinator):
        actions.reply(row, by=person, at=PLANNED, **COMES)
    for person in (cast.other_overseer, cast.governor, cast.negotiator, cast.neighbour):
        with pytest.raises(PermissionDenied):
            actions.reply(row, by=person, at=PLANNED, **COMES)
    assert set(Invitation.objects.visible_to(cast.other_overseer)) == {invitation(row.meeting, cast.other_agency)}


def test_a_changed_day_asks_again_and_keeps_the_old_answer_in_the_trail(cast):
    meeting = testing.make_called(cast)
    actions.reply(invitation(meeting, cast.agency), by=cast.overseer, at=PLANNED, **COMES)
    later = STARTS + dt.timedelta(days=3)
    moved = changes.postpone_meeting(
        meeting, by=cast.coordinator, revision=meeting.revision, at=PLANNED, reason="ห้องไม่ว่าง", starts_at=later,
        ends_at=None, venue="ห้อง 5", video_link="",
    )  # fmt: skip
    with pytest.raises(Stale, match="กำลังเปลี่ยน"):
        actions.reply(invitation(meeting, cast.agency), by=cast.overseer, at=PLANNED, **COMES)
    testing.issue(moved, cast)
    assert invitation(meeting, cast.agency).answer == ""
    assert AuditEvent.objects.get(verb="meetings.ask_again").before["people"] == 2


def test_reminding_writes_once_a_day_to_whoever_is_silent(cast):
    meeting = testing.make_called(cast)
    actions.reply(invitation(meeting, cast.agency), by=cast.overseer, at=PLANNED, **COMES)
    OutgoingMail.objects.all().delete()
    assert actions.remind(meeting, by=cast.coordinator, at=PLANNED) == actions.Reminded(1, [])
    assert {mail.to_user for mail in OutgoingMail.objects.all()} == {cast.other_overseer, cast.other_collector}
    assert actions.remind(meeting, by=cast.coordinator, at=PLANNED).told == 0
    Membership.objects.filter(organization=cast.other_agency).update(valid_to=PLANNED.date())
    tomorrow = PLANNED + dt.timedelta(days=1)
    assert actions.remind(meeting, by=cast.coordinator, at=tomorrow).unreachable == [cast.other_agency.name]
    with pytest.raises(PermissionDenied):
        actions.remind(meeting, by=cast.governor, at=PLANNED)


def test_the_board_counts_and_its_workbook_holds_text_as_text(cast):
    meeting = testing.make_called(cast)
    actions.reply(invitation(meeting, cast.agency), by=cast.overseer, at=PLANNED, **{**COMES, "name": "=1+1"})
    board = pages.board(meeting, at=PLANNED, may_remind=True)
    assert board["counts"] == {
        "all": 2, "attend": 1, "deputy": 0, "absent": 0, "waiting": 1, "answered": 1, "people": 2
    }  # fmt: skip
    assert board["may_remind"]
    assert pages.workbook(meeting, at=PLANNED)[:2] == b"PK"
