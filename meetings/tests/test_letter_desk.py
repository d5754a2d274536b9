"""The desk of letters as its people meet it: begin, see, enclose, address, approve, number, print."""

import io
import re

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import expect

from kpiportal.models import Letter, LetterRecipient, LetterTemplate, OutgoingMail, Salutation, Signatory
from kpiportal.testing import browser as browsing
from kpiportal.testing.people import make_cast
from meetings import testing
from meetings.letter_forms import LetterForm


def upload():
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(out)
    return SimpleUploadedFile("แบบรายงาน.pdf", out.getvalue(), content_type="application/pdf")


def text(response):
    return response.content.decode()


def begin(client, cast, **more):
    """A draft from the first template, by the page."""
    testing.make_series(cast)
    form = {"office": cast.province.pk, "template": "", "dated": "19/10/2558", **more}
    response = client.post("/meetings/letters/new/", form)
    assert response.status_code == 302, text(response)
    return Letter.objects.order_by("-pk").first()


def typed(letter, **more):
    words = {n: "\n".join(v) if isinstance(v, list) else v for n, v in LetterForm.initial_of(letter).items()}
    return {**words, "dated": "19/10/2558", "subject": "ส่งเอกสาร", "addressee": "คลังจังหวัด", "body": "จึงเรียนมาเพื่อทราบ",
            "signer": "นายฤกษ์ ธนาวิช", "signer_post": "ผู้ว่าราชการจังหวัด", "owner": "สำนักงานจังหวัด", **more}  # fmt: skip


def test_a_letter_without_a_meeting_from_template_to_register(cast, as_user):
    client = as_user(cast.coordinator)
    page = text(client.get("/meetings/letters/new/"))
    purpose = page.split(">เร่งรัดการรายงานผล")[0].rpartition('value="')[2].split('"')[0]
    letter = begin(client, cast, template=purpose)
    assert letter.body[1].startswith("ในการนี้ จังหวัดเชียงใหม่ตรวจสอบแล้ว ยังไม่ได้รับรายงานของ[หน่วยงานผู้รับ]")
    assert letter.subject.endswith("ประจำปีงบประมาณ พ.ศ. 2559")  # no year has a report to come: that of the day
    testing.make_meeting(cast)
    assert begin(client, cast, template=purpose).subject.endswith("ประจำปีงบประมาณ พ.ศ. 2558")
    at = f"/meetings/letters/{letter.pk}/"
    assert client.post(f"{at}edit/", typed(letter)).status_code == 302
    attached = client.post(f"{at}enclosures/", {"file": upload(), "name": "แบบรายงาน", "copies": "2", "unit": "ชุด"})
    assert attached.status_code == 302
    letter.refresh_from_db()
    chosen = {"revision": letter.revision, "lists": ["agencies"]}
    assert client.post(f"{at}receivers/", chosen).status_code == 302
    assert LetterRecipient.objects.filter(letter=letter).count() == 2
    letter.refresh_from_db()
    assert client.post(f"{at}issue/", {"letter_revision": letter.revision}).status_code == 302
    letter.refresh_from_db()
    assert (letter.number_text, letter.enclosures) == ("ชม 0017.2/ว 101", ["แบบรายงาน จำนวน 2 ชุด"])
    told = OutgoingMail.objects.filter(subject__startswith="หนังสือ ที่ ชม 0017.2/ว 101")
    assert sorted(told.values_list("to_user__first_name", flat=True)) == ["other_overseer", "overseer"]
    assert b"".join(client.get(f"{at}parts/bundle/").streaming_content).startswith(b"%PDF")


def test_a_new_letter_is_not_dated_in_the_past(cast, as_user):
    response = as_user(cast.coordinator).post(
        "/meetings/letters/new/", {"office": cast.province.pk, "template": "", "dated": "18/10/2558"}
    )
    assert response.status_code == 422
    assert "18 ตุลาคม 2558 ผ่านไปแล้ว" in text(response)


def test_an_office_without_a_register_is_told_so(cast, as_user):
    response = as_user(cast.coordinator).post(
        "/meetings/letters/new/", {"office": cast.province.pk, "template": "", "dated": "19/10/2558"}
    )
    assert response.status_code == 422
    assert "ยังไม่ได้เปิดทะเบียนหนังสือส่งของปี 2558" in text(response)
    assert Letter.objects.count() == 0


def test_tables_of_the_office_win_over_what_is_typed_beside_them(cast, as_user):
    client = as_user(cast.coordinator)
    letter = begin(client, cast)
    greeting = Salutation.objects.get(opening="กราบเรียน")
    signatory = Signatory.objects.create(
        organization=cast.province, name="นายดำรง ธรรม", rank="ว่าที่ร้อยตรี", post="รองผู้ว่าราชการจังหวัด",
        acting="รักษาราชการแทน", principal="ผู้ว่าราชการจังหวัดเชียงใหม่", order_text="คำสั่ง ที่ 9/2558",
        valid_from=letter.dated,
    )  # fmt: skip
    sent = typed(letter, greeting=greeting.pk, signatory=signatory.pk, signer="คนอื่น")
    assert client.post(f"/meetings/letters/{letter.pk}/edit/", sent).status_code == 302
    letter.refresh_from_db()
    assert (letter.salutation, letter.closing) == ("กราบเรียน", "ขอแสดงความนับถืออย่างยิ่ง")
    assert (letter.signer, letter.signer_rank, letter.acting_order) == ("นายดำรง ธรรม", "ว่าที่ร้อยตรี", "คำสั่ง ที่ 9/2558")
    assert letter.signer_post == ["รองผู้ว่าราชการจังหวัด รักษาราชการแทน", "ผู้ว่าราชการจังหวัดเชียงใหม่"]


def test_text_out_of_an_old_pdf_is_repaired_and_said_so(cast, as_user):
    client = as_user(cast.coordinator)
    letter = begin(client, cast)
    sent = typed(letter, body="ผ\uf70bู\uf705ว\uf70bาราชการจังหวัด จัดทําคํารับรอง")
    page = text(client.post(f"/meetings/letters/{letter.pk}/edit/", sent, follow=True))
    assert "ระบบซ่อมให้แล้ว โปรดอ่านทวนอีกครั้ง" in page
    assert "จัดทำคำรับรอง" in Letter.objects.get(pk=letter.pk).body[0]
    clean = typed(Letter.objects.get(pk=letter.pk), body="ข้อความปกติ ที่พิมพ์เอง")
    assert "ระบบซ่อมให้แล้ว" not in text(client.post(f"/meetings/letters/{letter.pk}/edit/", clean, follow=True))


def test_the_picture_shows_what_is_typed_and_saves_nothing(cast, as_user):
    client = as_user(cast.coordinator)
    letter = begin(client, cast)
    page = text(client.post(f"/meetings/letters/{letter.pk}/picture/", typed(letter)))
    assert page.count('src="data:image/png;base64,') == 1
    assert Letter.objects.get(pk=letter.pk).subject == ""
    half = text(client.post(f"/meetings/letters/{letter.pk}/picture/", typed(letter, dated="19/1")))
    assert "ยังแสดงตัวอย่างไม่ได้" in half


def test_a_refused_file_keeps_what_was_typed_beside_it(cast, as_user):
    client = as_user(cast.coordinator)
    letter = begin(client, cast)
    broken = SimpleUploadedFile("a.pdf", b"%PDF-1.4 x")
    response = client.post(
        f"/meetings/letters/{letter.pk}/enclosures/", {"file": broken, "name": "บัญชีแนบท้าย", "copies": "1", "unit": "ชุด"}
    )
    assert response.status_code in (415, 422)
    assert 'value="บัญชีแนบท้าย"' in text(response)


def test_greetings_by_receiver_keep_what_was_typed_and_are_out_of_the_table(cast, as_user):
    client = as_user(cast.coordinator)
    letter = begin(client, cast)
    at = f"/meetings/letters/{letter.pk}/"
    client.post(f"{at}receivers/", {"revision": letter.revision, "lists": ["agencies"]})
    letter.refresh_from_db()
    first, second = letter.recipients.order_by("order")
    high = Salutation.objects.get(opening="กราบเรียน")
    boxes = {"revision": letter.revision, f"text-{first.pk}": "ประธานศาลฎีกา", f"greeting-{first.pk}": high.pk,
             f"text-{second.pk}": " ", f"greeting-{second.pk}": "as-letter"}  # fmt: skip
    refused = client.post(f"{at}greetings/", boxes)
    assert (refused.status_code, "กรุณาพิมพ์ตำแหน่งผู้รับ" in text(refused)) == (422, True)
    assert 'value="ประธานศาลฎีกา"' in text(refused)
    assert client.post(f"{at}greetings/", {**boxes, f"text-{second.pk}": "ประธานรัฐสภา"}).status_code == 302
    page = text(client.get(at))
    assert "นายcollector" not in page
    assert page.count("นายoverseer ทดสอบ") == 1
    assert "“ประธานรัฐสภา” ตามตารางใช้คำขึ้นต้นว่า “กราบเรียน”" in page
    assert "“ประธานศาลฎีกา” ตามตาราง" not in page
    late = client.post(f"{at}greetings/", {**boxes, f"text-{second.pk}": "อีกคน"})
    assert (late.status_code, "อีกคน" in text(late)) == (409, True)


def test_an_office_words_its_own_template_and_goes_back(cast, as_user):
    client = as_user(cast.coordinator)
    at = f"/meetings/letters/templates/{cast.province.pk}/"
    common = LetterTemplate.objects.get(purpose="ส่งเอกสาร")
    words = {
        "purpose": "ส่งเอกสาร",
        "kind": "stamped",
        "subject": "ส่งสำเนาเอกสาร",
        "addressee": "",
        "body": "[หน่วยงาน]ขอส่ง",
    }
    refused = client.post(f"{at}{common.pk}/", {**words, "circular": "on", "body": "ถึง[ผู้รับ]"})
    assert (refused.status_code, "ถึง[ผู้รับ]" in text(refused)) == (422, True)
    assert "data:image/png" in text(client.post(f"{at}picture/", words))
    assert client.post(f"{at}{common.pk}/", words).status_code == 302
    own = LetterTemplate.objects.get(organization=cast.province)
    begun = begin(client, cast, template=own.pk)
    assert (begun.body, begun.letterhead) == (["จังหวัดเชียงใหม่ขอส่ง"], ["จังหวัดเชียงใหม่"])
    assert client.get(f"{at}{common.pk}/").status_code == 404  # replaced
    assert client.post(f"{at}{own.pk}/drop/").status_code == 302
    assert "ส่งสำเนาเอกสาร" not in text(client.get(at))


def test_a_draft_thrown_away_is_found_below_the_drafts(cast, as_user):
    client = as_user(cast.coordinator)
    letter = begin(client, cast)
    at = f"/meetings/letters/{letter.pk}/"
    assert client.post(f"{at}move/discard/", {"revision": letter.revision}).status_code == 302
    assert "ร่างที่ทิ้งแล้ว 1 ฉบับ" in text(client.get("/meetings/letters/"))
    page = text(client.get(at))
    assert ("นำร่างกลับมา" in page, "แก้ไขร่าง" in page, "ออกเลขและส่งหนังสือ" in page) == (True, False, False)


def test_the_governor_is_told_why_a_letter_in_another_s_name_is_not_theirs_to_sign(cast, as_user):
    letter = testing.make_draft(cast).letter
    Letter.objects.filter(pk=letter.pk).update(state="signing")
    page = text(as_user(cast.governor).get(f"/meetings/letters/{letter.pk}/"))
    assert "หนังสือนี้พิมพ์ชื่อผู้ลงนามว่า นายฤกษ์ ธนาวิช ท่านจึงลงนามไม่ได้" in page
    assert ("เห็นชอบและลงนาม" in page, "ส่งกลับแก้ไข" in page) == (False, True)
    Letter.objects.filter(pk=letter.pk).update(signer=cast.governor.full_name)
    page = text(as_user(cast.governor).get(f"/meetings/letters/{letter.pk}/"))
    assert ("เห็นชอบและลงนาม" in page, "ท่านจึงลงนามไม่ได้" in page) == (True, False)


@pytest.fixture(scope="module")
def chrome():
    with browsing.chromium() as made:
        yield made


@pytest.mark.django_db(transaction=True)
def test_the_desk_in_a_browser(chrome, live_server):
    """Type, see it on paper, find an earlier letter, save; every page sound on a desk and a phone."""
    cast = make_cast()
    letter = testing.make_called(cast).letter
    page = browsing.open_page(chrome)
    wrong = browsing.complaints(page)
    browsing.sign_in(page, live_server.url, cast.coordinator)
    base = f"{live_server.url}/meetings/letters/{letter.pk}/"
    office = f"{live_server.url}/letters/office/{cast.province.pk}/"
    received = f"{live_server.url}/letters/received/"
    for size in (browsing.DESK, browsing.PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for url in (base, office, received, f"{received}new/", f"{live_server.url}/meetings/letters/new/"):
            page.goto(url)
            assert (url, browsing.violations(page), browsing.overflow(page)) == (url, [], 0)
    series = letter.series
    draft = testing.make_draft(cast, series=series).letter
    page.goto(f"{live_server.url}/meetings/letters/{draft.pk}/edit/")
    page.wait_for_selector("#picture img")
    page.fill("#refer", "101")
    page.click("#found-references button")
    expect(page.locator("#id_references")).to_have_value(re.compile("ที่ ชม 0017.2/ว 101 ลงวันที่ 19 ตุลาคม 2558"))
    assert (browsing.violations(page), browsing.overflow(page)) == ([], 0)
    page.click("button:has-text('บันทึกร่าง')")
    page.wait_for_url(f"**/letters/{draft.pk}/")
    assert wrong == []
    draft.refresh_from_db()
    assert "101" in draft.references[0]
