"""The pages of meetings as each role meets them."""

import pytest

from agreements.testing import make_draft, make_framework
from kpiportal.models import AuditEvent
from meetings import actions, testing
from meetings.models import Meeting
from meetings.testing import PLANNED, VENUE

PARTY_READERS = ["governor", "viewer"]
WRITERS = ["coordinator", "office_head"]
INVITED = ["overseer", "collector", "other_overseer"]
OPDC = ["negotiator", "director"]
STRANGERS = ["neighbour", "neighbour_overseer", "operator", "nobody"]


def typed(**more):
    return {"subject": "ซักซ้อมการรายงาน", "date": "30/10/2558", "time": "13.30", "venue": "ห้อง 9", **more}


def text(response):
    return response.content.decode()


# --- list and page -----------------------------------------------------------------------------------


def test_the_list_says_when_where_by_which_letter(cast, as_user):
    testing.make_called(cast)
    page = text(as_user(cast.overseer).get("/meetings/"))
    for words in ("30 ต.ค. 2558 เวลา 13.30 น.", VENUE, "จังหวัดเชียงใหม่", "ชม 0017.2/ว 101", "ออกหนังสือเชิญแล้ว"):
        assert words in page
    assert "กำหนดการประชุม</a>" not in page


@pytest.mark.parametrize("who", ["neighbour", "nobody", "operator"])
def test_an_empty_list_says_so(cast, as_user, who):
    testing.make_called(cast)
    page = text(as_user(getattr(cast, who)).get("/meetings/"))
    assert "ยังไม่มีการประชุม" in page
    assert "ติดตามผลตัวชี้วัด" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_at_one_and_three_rows(cast, as_user, django_assert_num_queries, rows):
    for _ in range(rows):
        testing.make_called(cast)
    client = as_user(cast.coordinator)
    client.get("/meetings/")
    with django_assert_num_queries(3):  # person with duties, count, rows
        assert client.get("/meetings/").status_code == 200


@pytest.mark.parametrize("who", [*WRITERS, *PARTY_READERS, *INVITED, *OPDC])
def test_a_called_meeting_is_read_by(cast, as_user, who):
    meeting = testing.make_called(cast)
    page = text(as_user(getattr(cast, who)).get(f"/meetings/{meeting.pk}/"))
    assert "วันศุกร์ที่ 30 ตุลาคม 2558 เวลา 13.30 น." in page
    assert f"/meetings/letters/{meeting.letter_id}/file/" in page
    assert ("<h2>ประวัติ</h2>" in page) == (who in [*WRITERS, *PARTY_READERS])
    assert ("ยกเลิกการประชุม" in page) == (who in WRITERS)


@pytest.mark.parametrize("who", STRANGERS)
def test_others_get_404_everywhere(cast, as_user, who):
    meeting = testing.make_called(cast)
    client, pk = as_user(getattr(cast, who)), meeting.pk
    assert [client.get(f"/meetings/{pk}/{page}").status_code for page in ("", "edit/", "letter/")] == [404, 404, 404]
    assert client.post(f"/meetings/{pk}/cancel/", {"revision": 2, "reason": "ก"}).status_code == 404
    assert client.post(f"/meetings/{pk}/edit/", typed(revision=2)).status_code == 404
    assert Meeting.objects.get().state == "called"


@pytest.mark.parametrize("who", [*INVITED, *OPDC])
def test_a_meeting_in_preparation_is_hidden_from(cast, as_user, who):
    meeting = testing.make_draft(cast)
    assert as_user(getattr(cast, who)).get(f"/meetings/{meeting.pk}/").status_code == 404


@pytest.mark.parametrize("who", [*PARTY_READERS, *INVITED, *OPDC])
def test_readers_change_nothing(cast, as_user, who):
    meeting = testing.make_called(cast)
    before = AuditEvent.objects.count()
    client, pk = as_user(getattr(cast, who)), meeting.pk
    answers = [
        client.get("/meetings/new/"),
        client.post("/meetings/new/", typed(agreement=meeting.agreement_id)),
        client.get(f"/meetings/{pk}/edit/"),
        client.post(f"/meetings/{pk}/edit/", typed(revision=2)),
        client.get(f"/meetings/{pk}/letter/"),
        client.post(f"/meetings/{pk}/letter/", {"revision": 2}),
        client.post(f"/meetings/{pk}/cancel/", {"revision": 2, "reason": "ก"}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 7
    assert AuditEvent.objects.count() == before
    assert Meeting.objects.get().revision == 2


def test_a_stranger_is_sent_to_sign_in(client, cast):
    assert client.get("/meetings/").headers["Location"] == "/accounts/login/?next=/meetings/"


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_costs_the_same_for_one_and_three_receivers(cast, as_user, django_assert_num_queries, rows):
    meeting = testing.make_draft(cast)
    offices = [cast.agency, cast.other_agency, cast.neighbour_agency][:rows]
    actions.invite(meeting, organizations=offices, by=cast.coordinator, revision=0, at=PLANNED)
    client = as_user(cast.coordinator)
    client.get(f"/meetings/{meeting.pk}/")
    with django_assert_num_queries(7):  # person with duties, meeting, receivers, overseers, agenda, answers, history
        assert client.get(f"/meetings/{meeting.pk}/").status_code == 200


# --- planning and changing ------------------------------------------------------------------------------


def test_the_new_form_comes_with_the_years_filled_in(cast, as_user):
    testing.make_meeting(cast)
    page = text(as_user(cast.coordinator).get("/meetings/new/"))
    assert "ประจำปีงบประมาณ พ.ศ. 2558 และชี้แจงกรอบการประเมินผล" in page
    assert "ประจำปีงบประมาณ พ.ศ. 2559</textarea>" in page


def test_without_an_agreement_there_is_nothing_to_call_for(cast, as_user):
    assert "ยังไม่มีคำรับรองฯ" in text(as_user(cast.coordinator).get("/meetings/new/"))


def test_the_year_proposed_is_the_one_that_reports_and_its_words_follow_the_choice(cast, as_user):
    """A newer year that is still negotiated is offered, not proposed; chosen, the portal's subject names that year."""
    testing.make_meeting(cast)
    newer = make_draft(cast, framework=make_framework(cast, fiscal_year=2559))
    client = as_user(cast.coordinator)
    page = client.get("/meetings/new/")
    assert page.context["form"].initial["agreement"].fiscal_year == 2558
    subject = page.context["form"].initial["subject"]
    client.post("/meetings/new/", typed(agreement=newer.pk, subject=subject))
    assert Meeting.objects.latest("pk").subject == (
        "ติดตามผลการดำเนินงานตามคำรับรองการปฏิบัติราชการของจังหวัด ประจำปีงบประมาณ พ.ศ. 2559 "
        "และชี้แจงกรอบการประเมินผลและแนวทางการจัดทำคำรับรองการปฏิบัติราชการของจังหวัด ประจำปีงบประมาณ พ.ศ. 2560"
    )


def test_planning_leads_to_the_meeting(cast, as_user):
    agreement = testing.make_meeting(cast).agreement
    response = as_user(cast.office_head).post("/meetings/new/", typed(agreement=agreement.pk), follow=True)
    assert "บันทึกกำหนดการประชุมแล้ว" in text(response)
    meeting = Meeting.objects.latest("pk")
    assert response.redirect_chain == [(f"/meetings/{meeting.pk}/", 302)]
    assert (meeting.subject, meeting.venue) == ("ซักซ้อมการรายงาน", "ห้อง 9")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"date": "30/10/58"}, "โปรดพิมพ์ปี พ.ศ. เต็มสี่หลัก เช่น 2569 (ที่พิมพ์คือ 58)"),
        ({"date": "16/10/2558"}, "16 ตุลาคม 2558 เวลา 13.30 น. ผ่านไปแล้ว กำหนดวันประชุมในอนาคต"),
        ({"time": "บ่ายโมงครึ่ง"}, "อ่านเวลาไม่ได้ โปรดพิมพ์ชั่วโมงและนาที เช่น 13.30"),
        ({"agreement": "999999"}, "เลือกคำรับรองฯ ของท่านเท่านั้น"),
    ],
)
def test_what_cannot_be_planned_is_said_beside_the_field_and_kept(cast, as_user, wrong, sentence):
    agreement = testing.make_meeting(cast).agreement
    response = as_user(cast.coordinator).post("/meetings/new/", typed(**{"agreement": agreement.pk, **wrong}))
    assert response.status_code == 422
    assert sentence in text(response)
    assert "ซักซ้อมการรายงาน" in text(response)
    assert 'value="ห้อง 9"' in text(response)
    assert Meeting.objects.count() == 1


def test_changing_a_meeting(cast, as_user):
    meeting = testing.make_meeting(cast)
    client = as_user(cast.coordinator)
    assert 'value="30/10/2558"' in text(client.get(f"/meetings/{meeting.pk}/edit/"))
    response = client.post(f"/meetings/{meeting.pk}/edit/", typed(revision=0, time="๙.๐๐"))
    assert response.headers["Location"] == f"/meetings/{meeting.pk}/"
    assert "เวลา 09.00 น." in text(client.get(f"/meetings/{meeting.pk}/"))


def test_somebody_went_first(cast, as_user):
    meeting = testing.make_meeting(cast)
    actions.change_meeting(meeting, by=cast.office_head, revision=0, at=PLANNED, venue="ของคนแรก")
    response = as_user(cast.coordinator).post(f"/meetings/{meeting.pk}/edit/", typed(revision=0))
    assert response.status_code == 409
    assert "มีผู้อื่นดำเนินการไปก่อนแล้ว" in text(response)
    assert 'value="ห้อง 9"' in text(response)
    assert Meeting.objects.get().venue == "ของคนแรก"


def test_a_past_day_is_refused_beside_its_field_when_changing(cast, as_user):
    meeting = testing.make_meeting(cast)
    response = as_user(cast.coordinator).post(f"/meetings/{meeting.pk}/edit/", typed(revision=0, date="1/10/2558"))
    assert response.status_code == 422
    assert "ผ่านไปแล้ว" in text(response)
    assert 'value="1/10/2558"' in text(response)


# --- cancelling -------------------------------------------------------------------------------------------


def test_cancelling_asks_a_reason(cast, as_user):
    meeting = testing.make_called(cast)
    client = as_user(cast.coordinator)
    refused = client.post(f"/meetings/{meeting.pk}/cancel/", {"revision": 2, "reason": "  "})
    assert refused.status_code == 422
    assert "กรุณาระบุเหตุผล" in text(refused)
    assert client.post(f"/meetings/{meeting.pk}/cancel/", {"revision": 2, "reason": "น้ำท่วม"}).status_code == 302
    for who in (cast.coordinator, cast.overseer):
        assert "เหตุผล: น้ำท่วม" in text(as_user(who).get(f"/meetings/{meeting.pk}/"))
    client = as_user(cast.coordinator)
    again = client.post(f"/meetings/{meeting.pk}/cancel/", {"revision": 2, "reason": "อีกครั้ง"})
    assert again.status_code == 409
    assert client.post(f"/meetings/{meeting.pk}/cancel/", {"reason": "ก"}).status_code == 400


# --- the first draft ---------------------------------------------------------------------------------------


def test_drafting_in_the_browser(cast, as_user):
    meeting, series = testing.make_meeting(cast), testing.make_series(cast)
    client, url = as_user(cast.coordinator), f"/meetings/{meeting.pk}/letter/"
    assert 'value="19/10/2558"' in text(client.get(url))
    sent = {"revision": 0, "series": series.pk, "dated": "19/10/2558", "references": "หนังสือ ก\nหนังสือ ข"}
    response = client.post(url, sent)
    letter = Meeting.objects.get().letter
    assert response.headers["Location"] == f"/meetings/letters/{letter.pk}/edit/"
    assert letter.references == ["หนังสือ ก", "หนังสือ ข"]
    assert letter.body[0].startswith("ตามหนังสือที่อ้างถึง")
    twice = client.post(url, sent)
    assert twice.status_code == 409
    assert "มีผู้อื่นดำเนินการไปก่อนแล้ว" in text(twice)


def test_a_two_digit_year_on_the_letter(cast, as_user):
    meeting, series = testing.make_meeting(cast), testing.make_series(cast)
    sent = {"revision": 0, "series": series.pk, "dated": "19/10/58", "references": "หนังสือ ก"}
    response = as_user(cast.coordinator).post(f"/meetings/{meeting.pk}/letter/", sent)
    assert response.status_code == 422
    assert "โปรดพิมพ์ปี พ.ศ. เต็มสี่หลัก" in text(response)
    assert "หนังสือ ก</textarea>" in text(response)
    assert Meeting.objects.get().letter is None


def test_without_a_register_the_way_to_one_is_shown(cast, as_user):
    meeting = testing.make_meeting(cast)
    page = text(as_user(cast.coordinator).get(f"/meetings/{meeting.pk}/letter/"))
    assert "ยังไม่ได้เปิดทะเบียนหนังสือส่ง" in page
    assert 'href="/meetings/letters/"' in page


@pytest.mark.parametrize("what", ["meeting", "letter"])
def test_a_reason_too_long_is_told_beside_its_box_and_kept(cast, as_user, what):
    meeting = testing.make_called(cast)
    address = (
        f"/meetings/{meeting.pk}/cancel/" if what == "meeting" else f"/meetings/letters/{meeting.letter_id}/cancel/"
    )
    typed = "ก" * 4_005
    facts = {"revision": meeting.revision, "letter_revision": meeting.letter.revision, "reason": typed}
    answer = as_user(cast.coordinator).post(address, facts)
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "ยาวเกินไป 5 ตัวอักษร (ไม่เกิน 4,000)" in said
    assert typed in said
    meeting.refresh_from_db()
    assert meeting.state == "called"
