"""The pages of letters as each role meets them."""

import io

import pypdfium2
import pytest

from kpiportal import files, letters
from kpiportal.models import AuditEvent, Letter, LetterSeries
from meetings import actions, testing
from meetings.letter_forms import LetterForm
from meetings.models import Meeting
from meetings.testing import PLANNED

WRITERS = ["coordinator", "office_head"]
PARTY_READERS = ["governor", "viewer"]
INVITED = ["overseer", "collector", "other_overseer"]
OPDC = ["negotiator", "director"]
STRANGERS = ["neighbour", "neighbour_overseer", "operator", "nobody"]


def text(response):
    return response.content.decode()


def url(meeting, page=""):
    return f"/meetings/letters/{meeting.letter_id}/{page}"


def typed(letter, **more):
    """The whole form as a browser posts it."""
    words = {n: "\n".join(v) if isinstance(v, list) else v for n, v in LetterForm.initial_of(letter).items()}
    return {**words, "series": letter.series_id, "dated": "19/10/2558", **more}


def press(client, meeting, **more):
    return client.post(url(meeting, "issue/"), {"revision": meeting.revision, "letter_revision": 0, **more})


# --- reading ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [*WRITERS, *PARTY_READERS, *INVITED, *OPDC])
def test_an_issued_letter_is_read_and_downloaded_by(cast, as_user, who):
    meeting = testing.make_called(cast)
    client = as_user(getattr(cast, who))
    page = text(client.get(url(meeting)))
    assert "หนังสือ ที่ ชม 0017.2/ว 101" in page
    assert ("ยกเลิกหนังสือฉบับนี้" in page) == (who in WRITERS)
    assert ("<h2>ประวัติ</h2>" in page) == (who in [*WRITERS, *PARTY_READERS])
    assert ("แจ้งทางอีเมลถึง" in page) == (who in [*WRITERS, *PARTY_READERS])
    file = client.get(url(meeting, "file/"))
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.headers["Content-Disposition"] == (
        "attachment; filename=\"0017.2-_ 101.pdf\"; filename*=UTF-8''%E0%B8%8A%E0%B8%A1%200017.2-%E0%B8%A7%20101.pdf"
    )
    with files.open_stored(meeting.letter.file) as stored:
        assert b"".join(file.streaming_content) == stored.read()


@pytest.mark.parametrize("who", STRANGERS)
def test_others_get_404_everywhere(cast, as_user, who):
    meeting = testing.make_called(cast)
    client = as_user(getattr(cast, who))
    pages = ["", "edit/", "preview/", "file/"]
    assert [client.get(url(meeting, page)).status_code for page in pages] == [404] * 4
    for page in ("edit/", "preview/", "recipients/", "issue/", "cancel/"):
        assert client.post(url(meeting, page), {"revision": 2, "letter_revision": 1}).status_code == 404
    assert Letter.objects.get().state == "issued"


@pytest.mark.parametrize("who", [*INVITED, *OPDC])
def test_a_draft_is_hidden_from(cast, as_user, who):
    meeting = testing.make_draft(cast)
    client = as_user(getattr(cast, who))
    assert [client.get(url(meeting, page)).status_code for page in ("", "preview/", "file/")] == [404] * 3


@pytest.mark.parametrize("who", PARTY_READERS)
def test_the_governor_reads_a_draft_and_changes_nothing(cast, as_user, who):
    meeting = testing.make_draft(cast)
    before = AuditEvent.objects.count()
    client = as_user(getattr(cast, who))
    page = text(client.get(url(meeting)))
    assert "ร่างหนังสือเชิญ" in page
    assert "ออกเลขและส่งหนังสือ" not in page
    assert client.get(url(meeting, "preview/")).headers["Content-Type"] == "application/pdf"
    answers = [
        client.get(url(meeting, "edit/")),
        client.post(url(meeting, "edit/"), typed(meeting.letter)),
        client.post(url(meeting, "preview/"), typed(meeting.letter)),
        client.post(url(meeting, "recipients/"), {"revision": 0, "organizations": [cast.agency.pk]}),
        press(client, meeting),
        client.post(url(meeting, "cancel/"), {"revision": 1, "letter_revision": 0, "reason": "ก"}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 6
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("who", [*INVITED, *OPDC])
def test_the_invited_change_nothing_of_an_issued_letter(cast, as_user, who):
    meeting = testing.make_called(cast)
    client = as_user(getattr(cast, who))
    sent = {"revision": 2, "letter_revision": 1, "reason": "ก", "organizations": [cast.agency.pk]}
    for page in ("edit/", "preview/", "recipients/", "issue/", "cancel/"):
        assert client.post(url(meeting, page), sent).status_code == 403
    assert Letter.objects.get().state == "issued"


def test_a_draft_has_no_file(cast, as_user):
    assert as_user(cast.coordinator).get(url(testing.make_draft(cast), "file/")).status_code == 404


@pytest.mark.parametrize("rows", [1, 2])
def test_an_issued_letter_costs_the_same_for_one_and_two_receivers(cast, as_user, django_assert_num_queries, rows):
    meeting = testing.make_draft(cast)
    offices = [cast.agency, cast.other_agency][:rows]
    actions.invite(meeting, organizations=offices, by=cast.coordinator, revision=0, at=PLANNED)
    meeting = testing.issue(meeting, cast)
    client = as_user(cast.coordinator)
    client.get(url(meeting))
    # person with duties, letter, receivers, files, overseers, history; copies missing, printing, archives; who looked
    with django_assert_num_queries(10):
        assert client.get(url(meeting)).status_code == 200


# --- writing ----------------------------------------------------------------------------------------------


def test_a_draft_shows_what_is_missing_and_where(cast, as_user):
    meeting = testing.make_draft(cast, signer="", owner=["โทร. 0-5389-052"])
    page = text(as_user(cast.coordinator).get(url(meeting)))
    assert f'<a href="{url(meeting, "edit/")}#id_signer">ยังไม่ได้กรอก “ชื่อผู้ลงนาม”</a>' in page
    assert "หมายเลข “0-5389-052” มีเพียง 8 หลัก" in page
    assert "ออกเลขและส่งหนังสือ" not in page


def test_saving_a_draft(cast, as_user):
    meeting = testing.make_draft(cast)
    client = as_user(cast.office_head)
    assert "ศาลากลางจังหวัดเชียงใหม่\nถนนโชตนา ชม 50300</textarea>" in text(client.get(url(meeting, "edit/")))
    body = "วันที่ 30 ตุลาคม 2558\n\nย่อหน้าสอง"
    response = client.post(url(meeting, "edit/"), typed(meeting.letter, subject="เรื่องใหม่", body=body))
    assert response.headers["Location"] == url(meeting)
    letter = Letter.objects.get()
    assert (letter.subject, letter.body) == ("เรื่องใหม่", ["วันที่ 30 ตุลาคม 2558", "ย่อหน้าสอง"])
    assert letter.revision == 1


def test_a_two_digit_year_keeps_everything_typed(cast, as_user):
    meeting = testing.make_draft(cast)
    sent = typed(meeting.letter, dated="19/10/58", subject="พิมพ์ไว้แล้ว", body="ก\nข")
    response = as_user(cast.coordinator).post(url(meeting, "edit/"), sent)
    assert response.status_code == 422
    assert "โปรดพิมพ์ปี พ.ศ. เต็มสี่หลัก เช่น 2569 (ที่พิมพ์คือ 58)" in text(response)
    assert "พิมพ์ไว้แล้ว</textarea>" in text(response)
    assert "ก\nข</textarea>" in text(response)
    assert Letter.objects.get().revision == 0


def test_two_people_on_one_draft_see_both_texts(cast, as_user):
    meeting = testing.make_draft(cast)
    letters.save_letter(meeting.letter, by=cast.office_head, revision=0, at=PLANNED, subject="ของคนแรก")
    client = as_user(cast.coordinator)
    response = client.post(url(meeting, "edit/"), typed(meeting.letter, subject="ของคนที่สอง", revision=0))
    assert response.status_code == 409
    page = text(response)
    assert "มีผู้อื่นดำเนินการไปก่อนแล้ว" in page
    assert "<dt>เรื่อง</dt><dd>ของคนแรก</dd>" in page
    assert "ของคนที่สอง</textarea>" in page
    assert '<input type="hidden" name="revision" value="1" id="id_revision">' in page
    assert Letter.objects.get().subject == "ของคนแรก"
    assert client.post(url(meeting, "edit/"), typed(meeting.letter, subject="ของคนที่สอง", revision=1)).status_code == 302
    assert Letter.objects.get().subject == "ของคนที่สอง"


def test_an_empty_body_is_kept_as_a_draft_and_stops_the_issue(cast, as_user):
    meeting = testing.make_draft(cast)
    client = as_user(cast.coordinator)
    assert client.post(url(meeting, "edit/"), typed(meeting.letter, body="  \n ")).status_code == 302
    response = press(client, meeting, letter_revision=1)
    assert response.status_code == 422
    assert "ยังไม่ได้กรอก “ข้อความ”" in text(response)
    assert LetterSeries.objects.get().last_number == 100


def test_what_was_typed_is_never_markup(cast, as_user):
    meeting = testing.make_draft(cast, subject="<script>alert(1)</script>", body=["<b>30 ตุลาคม 2558</b>"])
    page = text(as_user(cast.coordinator).get(url(meeting)))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;30 ตุลาคม 2558&lt;/b&gt;" in page


# --- preview ----------------------------------------------------------------------------------------------


def words_of(response):
    document = pypdfium2.PdfDocument(io.BytesIO(response.content))
    try:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    finally:
        document.close()


def test_the_preview_is_what_is_typed_saved_or_not(cast, as_user):
    meeting = testing.make_draft(cast)
    client = as_user(cast.coordinator)
    saved = client.get(url(meeting, "preview/"))
    assert saved.headers["Content-Disposition"] == 'inline; filename="draft.pdf"'
    assert "ขอเชิญประชุมติดตามผลตัวชี้วัดรอบ๑๒เดือน" in words_of(saved)
    as_typed = client.post(url(meeting, "preview/"), typed(meeting.letter, subject="เรื่องที่ยังไม่บันทึก 7"))
    assert "เรื่องที่ยังไม่บันทึก๗" in words_of(as_typed)
    assert "๑๐๑" not in words_of(as_typed)
    assert Letter.objects.get().subject == "ขอเชิญประชุมติดตามผลตัวชี้วัด รอบ 12 เดือน"
    assert LetterSeries.objects.get().last_number == 100


def test_a_preview_of_what_cannot_be_printed_says_why(cast, as_user):
    meeting = testing.make_draft(cast)
    client = as_user(cast.coordinator)
    emoji = client.post(url(meeting, "preview/"), typed(meeting.letter, subject="ประชุม 😀"))
    assert emoji.status_code == 422
    assert "อักขระ “😀” (U+1F600) ไม่มีในแบบอักษรของเอกสาร" in text(emoji)
    year = client.post(url(meeting, "preview/"), typed(meeting.letter, dated="19/10/58"))
    assert year.status_code == 422
    assert "โปรดพิมพ์ปี พ.ศ. เต็มสี่หลัก" in text(year)


def test_an_issued_letter_has_no_preview_and_no_form(cast, as_user):
    meeting = testing.make_called(cast)
    client = as_user(cast.coordinator)
    assert client.get(url(meeting, "preview/")).status_code == 409
    assert client.get(url(meeting, "edit/")).status_code == 409
    assert client.post(url(meeting, "edit/"), typed(meeting.letter, subject="อื่น")).status_code == 409


def test_the_draft_of_a_meeting_called_off_is_left_alone(cast, as_user):
    meeting = testing.make_draft(cast)
    actions.cancel_meeting(meeting, by=cast.coordinator, revision=1, at=PLANNED, reason="ไม่จำเป็น")
    client = as_user(cast.coordinator)
    assert client.get(url(meeting, "edit/")).status_code == 409
    assert client.post(url(meeting, "edit/"), typed(meeting.letter, subject="อื่น")).status_code == 409
    sent = {"revision": 0, "organizations": [cast.agency.pk]}
    assert client.post(url(meeting, "recipients/"), sent).status_code == 409
    assert press(client, meeting, revision=2).status_code == 409
    assert "แก้ไขร่าง" not in text(client.get(url(meeting)))
    assert (Letter.objects.get().revision, Letter.objects.get().recipients.count()) == (0, 2)


# --- receivers --------------------------------------------------------------------------------------------


def test_receivers_are_ticked_and_kept(cast, as_user):
    meeting = testing.make_draft(cast)
    client = as_user(cast.coordinator)
    sent = {"revision": 0, "organizations": [cast.other_agency.pk]}
    response = client.post(url(meeting, "recipients/"), sent)
    assert response.headers["Location"] == url(meeting) + "#recipients"
    page = text(client.get(url(meeting)))
    assert f'value="{cast.other_agency.pk}" id="office-{cast.other_agency.pk}" checked' in page
    assert f'value="{cast.agency.pk}" id="office-{cast.agency.pk}">' in page
    assert "มีหน่วยงานเจ้าภาพ 1 แห่งที่ไม่ได้อยู่ในรายชื่อผู้รับ" in page
    assert client.post(url(meeting, "recipients/"), sent).status_code == 409
    nobody = client.post(url(meeting, "recipients/"), {"revision": 1})
    assert nobody.status_code == 422
    assert "ต้องมีผู้รับหนังสืออย่างน้อย 1 หน่วยงาน" in text(nobody)
    foreign = {"revision": 1, "organizations": [cast.neighbour_agency.pk]}
    assert client.post(url(meeting, "recipients/"), foreign).status_code == 400
    assert [r.organization for r in meeting.letter.recipients.all()] == [cast.other_agency]


def test_a_receiver_nobody_reads_mail_for_is_marked(cast, as_user):
    meeting = testing.make_draft(cast)
    cast.other_overseer.memberships.all().delete()
    assert "จะไม่มีผู้ได้รับแจ้ง" in text(as_user(cast.coordinator).get(url(meeting)))


# --- issue and void ---------------------------------------------------------------------------------------


def test_issue_in_the_browser(cast, as_user):
    meeting = testing.make_draft(cast)
    client = as_user(cast.coordinator)
    assert '<b class="keep">ชม 0017.2/ว 101</b>' in text(client.get(url(meeting)))
    response = press(client, meeting)
    assert response.headers["Location"] == url(meeting)
    assert "ออกเลข ชม 0017.2/ว 101 แล้ว" in text(client.get(url(meeting)))
    assert Meeting.objects.get().state == "called"
    again = press(client, meeting)
    assert again.status_code == 409
    assert "มีผู้อื่นดำเนินการไปก่อนแล้ว" in text(again)
    assert LetterSeries.objects.get().last_number == 101


def test_issue_without_revisions_is_a_bad_request(cast, as_user):
    meeting = testing.make_draft(cast)
    client = as_user(cast.coordinator)
    assert client.post(url(meeting, "issue/"), {"revision": 1}).status_code == 400
    assert client.post(url(meeting, "issue/"), {"revision": "x", "letter_revision": 0}).status_code == 400
    assert client.get(url(meeting, "issue/")).status_code == 405


def test_a_wrong_weekday_stops_the_issue_and_is_named(cast, as_user):
    meeting = testing.make_draft(cast, body=["ประชุมวันพฤหัสบดีที่ 30 ตุลาคม 2558 นั้น"])
    response = press(as_user(cast.coordinator), meeting)
    assert response.status_code == 422
    assert "30 ตุลาคม 2558 เป็นวันศุกร์ ไม่ใช่วันพฤหัสบดี" in text(response)
    assert Letter.objects.get().state == "draft"


def test_voiding_in_the_browser(cast, as_user):
    meeting = testing.make_called(cast)
    client = as_user(cast.coordinator)
    sent = {"revision": 2, "letter_revision": 1}
    refused = client.post(url(meeting, "cancel/"), {**sent, "reason": " "})
    assert refused.status_code == 422
    assert "กรุณาระบุเหตุผล" in text(refused)
    assert client.post(url(meeting, "cancel/"), {**sent, "reason": "ห้องไม่ว่าง"}).status_code == 302
    page = text(client.get(url(meeting)))
    assert "หนังสือฉบับนี้ยกเลิกแล้ว เลข ชม 0017.2/ว 101 ยังอยู่ในทะเบียน" in page
    assert "ห้องไม่ว่าง" in page
    assert b"".join(client.get(url(meeting, "file/")).streaming_content).startswith(b"%PDF-1.7")
    assert client.post(url(meeting, "cancel/"), {**sent, "reason": "อีก"}).status_code == 409
    invited = as_user(cast.overseer)
    page = text(invited.get(url(meeting)))
    assert "ยกเลิกแล้ว" in page
    assert "เหตุผล: ห้องไม่ว่าง" in page
    assert invited.get(f"/meetings/{meeting.pk}/").status_code == 404


def test_a_letter_voided_meanwhile_keeps_the_reason_typed(cast, as_user):
    meeting = testing.make_called(cast)
    sent = {"revision": 1, "letter_revision": 1, "reason": "เหตุผลที่พิมพ์ไว้"}
    response = as_user(cast.coordinator).post(url(meeting, "cancel/"), sent)
    assert response.status_code == 409
    assert "เหตุผลที่พิมพ์ไว้</textarea>" in text(response)
