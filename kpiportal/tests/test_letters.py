"""The register's promise: no number without a letter, no letter without a number, nothing issued ever changes."""

import datetime as dt
import hashlib
import io
import threading
import unicodedata

import pypdf
import pypdfium2
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InternalError, close_old_connections, connection, transaction

from kpiportal import files, letter_text, letters
from kpiportal.models import AuditEvent, Letter, LetterSeries, Organization, StoredFile
from kpiportal.pdf.letter import render_letter
from kpiportal.testing.people import BANGKOK
from kpiportal.workflow import NotReady, Stale

AT = dt.datetime(2015, 10, 9, 10, 0, tzinfo=BANGKOK)
UNPRINTABLE = "ขอเชิญประชุม 😀"


def words(**more):
    return {
        "letterhead": ["ศาลากลางจังหวัดเชียงใหม่", "ถนนโชตนา ชม 50300"],
        "dated": dt.date(2015, 10, 9),
        "subject": "ขอเชิญประชุมติดตามผลการดำเนินงาน ประจำปีงบประมาณ พ.ศ. 2558",
        "addressee": "หัวหน้าส่วนราชการผู้กำกับดูแลตัวชี้วัด ทุกแห่ง",
        "references": ["หนังสือจังหวัดเชียงใหม่ ที่ ชม 0017.2/2739 ลงวันที่ 22 มกราคม 2558"],
        "body": ["ตามหนังสือที่อ้างถึง จังหวัดกำหนดประชุมในวันศุกร์ที่ 16 ตุลาคม 2558 เวลา 13.30 น. นั้น", "จึงเรียนมาเพื่อทราบ"],
        "signer": "นายฤกษ์ ธนาวิช",
        "signer_post": ["รองผู้ว่าราชการจังหวัด ปฏิบัติราชการแทน", "ผู้ว่าราชการจังหวัดเชียงใหม่"],
        "owner": ["สำนักงานจังหวัด", "โทร./โทรสาร 0-5389-0520"],
        **more,
    }


def open_series(cast, **more):
    facts = {"prefix": "ชม 0017.2", "circular": True, "year": 2558, "start_after": 75274, **more}
    return letters.open_series(cast.province, by=cast.coordinator, at=AT, **facts)


def draft(cast, series=None, **more):
    series = series or LetterSeries.objects.first() or open_series(cast)
    receivers = [letters.Receiver(cast.agency, "คลังจังหวัดเชียงใหม่")]
    return letters.draft_letter(
        cast.province, recipients=receivers, series=series, by=cast.coordinator, at=AT, **words(**more)
    )


def issue(letter, cast, **more):
    return letters.issue_letter(letter, **{"by": cast.coordinator, "revision": letter.revision, "at": AT, **more})


def event(verb):
    return AuditEvent.objects.get(verb=verb)


# --- registers ---------------------------------------------------------------------------------


def test_a_register_is_opened_and_told(cast):
    series = open_series(cast, prefix="ชม ๐๐๑๗.๒/")
    assert (series.prefix, series.circular, series.year, series.last_number) == ("ชม 0017.2", True, 2558, 75274)
    assert event("letters.open_series").data == {"start_after": 75274}
    assert event("letters.open_series").acting_as == "ผู้ประสานงาน จังหวัดเชียงใหม่"


@pytest.mark.parametrize(
    ("prefix", "sentence"),
    [
        ("เชียงใหม่", "อ่านหัวเลขหนังสือ “เชียงใหม่” ไม่ได้ โปรดพิมพ์ เช่น ชม 0017.2"),
        ("ลพ 0017.2", "หัวเลขหนังสือของหน่วยงานนี้ต้องขึ้นต้นด้วย “ชม”"),
        ("ชม 0017.2", "ทะเบียนหนังสือเวียน (ว) ชม 0017.2 ปี 2558 เปิดไว้แล้ว"),
    ],
)
def test_a_register_is_refused_in_words(cast, prefix, sentence):
    open_series(cast)
    with pytest.raises(ValidationError) as refusal:
        open_series(cast, prefix=prefix)
    assert refusal.value.message_dict == {"prefix": [sentence]}
    assert LetterSeries.objects.count() == 1


def test_ordinary_and_circular_letters_count_apart(cast):
    circular, ordinary = open_series(cast), open_series(cast, circular=False, start_after=2738)
    assert issue(draft(cast, circular), cast).number_text == "ชม 0017.2/ว 75275"
    assert issue(draft(cast, ordinary), cast).number_text == "ชม 0017.2/2739"


@pytest.mark.parametrize("who", ["governor", "viewer", "overseer", "collector", "neighbour", "negotiator", "operator"])
def test_only_the_offices_writers_may(cast, who):
    letter, person = draft(cast), getattr(cast, who)
    with pytest.raises(PermissionDenied):
        letters.open_series(cast.province, prefix="ชม 0017.3", circular=False, year=2558, by=person, at=AT)
    with pytest.raises(PermissionDenied):
        letters.draft_letter(cast.province, series=letter.series, by=person, at=AT, **words())
    with pytest.raises(PermissionDenied):
        letters.save_letter(letter, by=person, revision=0, at=AT, subject="อื่น")
    with pytest.raises(PermissionDenied):
        letters.address_letter(letter, recipients=[], by=person, revision=0, at=AT)
    with pytest.raises(PermissionDenied):
        issue(letter, cast, by=person)
    assert Letter.objects.get().revision == 0
    issued = issue(letter, cast)
    with pytest.raises(PermissionDenied):
        letters.cancel_letter(issued, by=person, revision=1, at=AT, reason="ผิด")
    assert Letter.objects.get().state == "issued"


def test_another_offices_register_is_not_written_in(cast):
    theirs = letters.open_series(
        cast.neighbour_province, prefix="ลพ 0017.2", circular=True, year=2558, by=cast.neighbour, at=AT
    )
    with pytest.raises(PermissionDenied):
        draft(cast, theirs)
    letter = draft(cast, open_series(cast))
    with pytest.raises(PermissionDenied):
        letters.save_letter(letter, by=cast.coordinator, revision=0, at=AT, series=theirs)


# --- drafts --------------------------------------------------------------------------------------


def test_a_draft_takes_no_number(cast):
    letter = draft(cast)
    assert (letter.state, letter.number, letter.number_text) == ("draft", None, "")
    assert (letter.file, letter.frozen) == (None, None)
    assert LetterSeries.objects.get().last_number == 75274
    assert event("letters.draft").data == {"recipients": 1}


def test_saving_keeps_what_is_typed_and_says_which_fields(cast):
    typed = words(subject="เรื่องใหม่", body=["ก"])
    letter = letters.save_letter(draft(cast), by=cast.office_head, revision=0, at=AT, **typed)
    letter.refresh_from_db()
    assert (letter.subject, letter.body, letter.revision) == ("เรื่องใหม่", ["ก"], 1)
    assert event("letters.save").data == {"fields": ["body", "subject"]}
    assert event("letters.save").actor == cast.office_head


def test_saving_the_same_words_is_no_deed(cast):
    letter = letters.save_letter(draft(cast), by=cast.coordinator, revision=0, at=AT, **words())
    assert letter.revision == 0
    assert not AuditEvent.objects.filter(verb="letters.save").exists()


def test_two_people_on_one_draft(cast):
    letter = draft(cast)
    letters.save_letter(letter, by=cast.coordinator, revision=0, at=AT, subject="ของคนแรก")
    with pytest.raises(Stale):
        letters.save_letter(letter, by=cast.office_head, revision=0, at=AT, subject="ของคนที่สอง")
    with pytest.raises(Stale):
        letters.address_letter(letter, recipients=[], by=cast.office_head, revision=0, at=AT)
    with pytest.raises(Stale):
        issue(letter, cast, revision=0)
    letter.refresh_from_db()
    assert (letter.subject, letter.state) == ("ของคนแรก", "draft")


def test_receivers_are_replaced_in_order_and_told(cast):
    letter = draft(cast)
    receivers = [letters.Receiver(cast.other_agency, "พัฒนาการจังหวัด"), letters.Receiver(cast.agency, "คลังจังหวัด")]
    letters.address_letter(letter, recipients=receivers, by=cast.coordinator, revision=0, at=AT)
    assert [(r.order, r.text) for r in letter.recipients.all()] == [(1, "พัฒนาการจังหวัด"), (2, "คลังจังหวัด")]
    told = event("letters.address")
    assert told.before == {"recipients": ["คลังจังหวัดเชียงใหม่"]}
    assert told.after == {"recipients": ["พัฒนาการจังหวัด", "คลังจังหวัด"]}


def test_a_preview_takes_no_number_and_keeps_nothing(cast):
    letter = draft(cast)
    text = text_of(letters.preview_letter(letter))
    assert "ที่ชม๐๐๑๗.๒/วศาลากลาง" in text
    assert "๗๕๒๗" not in text
    assert LetterSeries.objects.get().last_number == 75274
    assert Letter.objects.get().state == "draft"
    assert not StoredFile.objects.exists()
    assert not AuditEvent.objects.filter(verb="letters.issue").exists()


# --- issue -----------------------------------------------------------------------------------------


def text_of(pdf: bytes) -> str:
    """Everything pdfium reads from the pages, without white space."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    finally:
        document.close()


def bytes_of(letter: Letter) -> bytes:
    with files.open_stored(letter.file) as file:
        return file.read()


def test_issue_numbers_freezes_prints_and_tells(cast):
    letter = issue(draft(cast), cast)
    assert (letter.state, letter.number, letter.number_text) == ("issued", 75275, "ชม 0017.2/ว 75275")
    assert letter.issued_at == AT
    assert LetterSeries.objects.get().last_number == 75275
    assert letter.file.original_name == "ชม 0017.2-ว 75275.pdf"
    assert (letter.file.purpose, letter.file.organization) == ("letter", cast.province)
    data = bytes_of(letter)
    assert hashlib.sha256(data).hexdigest() == letter.file.sha256
    archive = pypdf.PdfReader(io.BytesIO(data)).trailer["/Root"]["/Metadata"].get_data()
    assert b'pdfaid:part="2"' in archive
    assert b'pdfaid:conformance="U"' in archive
    told = event("letters.issue")
    assert told.subject_text == "ชม 0017.2/ว 75275 ขอเชิญประชุมติดตามผลการดำเนินงาน ประจำปีงบประมาณ พ.ศ. 2558"
    assert (told.before, told.after) == ({"state": "draft"}, {"state": "issued"})


def test_the_printed_text_is_the_frozen_words(cast):
    letter = issue(draft(cast), cast)
    text = letter.frozen["text"]
    assert text["number"] == "ชม ๐๐๑๗.๒/ว ๗๕๒๗๕"
    assert text["references"] == ["หนังสือจังหวัดเชียงใหม่ ที่ ชม ๐๐๑๗.๒/๒๗๓๙ ลงวันที่ ๒๒ มกราคม ๒๕๕๘"]
    assert letter.frozen["recipients"] == ["คลังจังหวัดเชียงใหม่"]
    parts = [
        "ที่", text["number"], *text["sender_lines"], text["date"], "เรื่อง", text["subject"], "เรียน", text["recipient"],
        "อ้างถึง", *text["references"], *text["body"], text["closing"], f"({text['signer']})", *text["position_lines"],
        *text["owner_lines"],
    ]  # fmt: skip
    expected = "".join("".join(parts).split())
    assert text_of(bytes_of(letter)) == unicodedata.normalize("NFC", expected)
    assert "๑๖ตุลาคม๒๕๕๘เวลา๑๓.๓๐น." in expected


def test_frozen_words_typeset_the_same_bytes_again(cast):
    letter = issue(draft(cast), cast)
    assert render_letter(letter_text.thaw(letter.frozen)) == bytes_of(letter)


def test_an_issued_letter_never_changes(cast):
    letter = issue(draft(cast), cast)
    data, frozen, sha256 = bytes_of(letter), letter.frozen, letter.file.sha256
    Organization.objects.filter(pk=cast.province.pk).update(name="เวียงพิงค์", address="ที่อื่น", office_code="9999")
    with pytest.raises(Stale, match="ออกเลขแล้ว"):
        letters.save_letter(letter, by=cast.coordinator, revision=1, at=AT, subject="อื่น")
    with pytest.raises(Stale):
        letters.address_letter(letter, recipients=[], by=cast.coordinator, revision=1, at=AT)
    with pytest.raises(Stale):
        issue(letter, cast)
    letters.cancel_letter(letter, by=cast.coordinator, revision=1, at=AT, reason="พิมพ์วันประชุมผิด")
    kept = Letter.objects.get(pk=letter.pk)
    assert (bytes_of(kept), kept.frozen, kept.file.sha256) == (data, frozen, sha256)
    assert hashlib.sha256(data).hexdigest() == sha256


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "อื่น"}, {"body": ["อื่น"]}, {"frozen": {}}, {"number": 1}, {"number_text": "ชม 0017.2/ว 1"},
        {"dated": dt.date(2015, 10, 10)}, {"signer": "อื่น"}, {"issued_at": AT + dt.timedelta(days=1)},
        {"state": "draft", "number": None, "file": None, "issued_at": None},
    ],
)  # fmt: skip
def test_the_database_itself_refuses_to_change_an_issued_letter(cast, change):
    letter = issue(draft(cast), cast)
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(**change)
    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        Letter.objects.filter(pk=letter.pk)._raw_delete("default")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"body": []}, "ยังไม่ได้กรอก “ข้อความ”"),
        ({"signer": ""}, "ยังไม่ได้กรอก “ชื่อผู้ลงนาม”"),
        ({"dated": dt.date(2016, 1, 4)}, "หนังสือลงวันที่ 4 มกราคม 2559 แต่เลือกทะเบียนของปี 2558 ต้องใช้ทะเบียนของปี 2559"),
        ({"body": ["วันพฤหัสบดีที่ 16 ตุลาคม 2558"]},
         "ช่อง “ข้อความ”: “วันพฤหัสบดีที่ 16 ตุลาคม 2558” ไม่ถูกต้อง 16 ตุลาคม 2558 เป็นวันศุกร์ ไม่ใช่วันพฤหัสบดี"),
        ({"body": [UNPRINTABLE]}, "อักขระ “😀” (U+1F600) ไม่มีในแบบอักษรของเอกสาร"),
    ],
)  # fmt: skip
def test_a_letter_not_ready_takes_no_number(cast, change, sentence):
    letter = draft(cast, **change)
    with pytest.raises(NotReady) as refusal:
        issue(letter, cast)
    assert [blocker.text for blocker in refusal.value.blockers] == [sentence]
    assert LetterSeries.objects.get().last_number == 75274
    assert Letter.objects.get().state == "draft"
    assert not StoredFile.objects.exists()
    assert not AuditEvent.objects.filter(verb="letters.issue").exists()


def test_a_cancelled_letter_keeps_its_number(cast):
    first = issue(draft(cast), cast)
    with pytest.raises(NotReady):
        letters.cancel_letter(first, by=cast.coordinator, revision=1, at=AT, reason="  ")
    cancelled = letters.cancel_letter(first, by=cast.coordinator, revision=1, at=AT, reason="พิมพ์วันประชุมผิด")
    assert (cancelled.state, cancelled.number, cancelled.number_text) == ("cancelled", 75275, "ชม 0017.2/ว 75275")
    assert event("letters.cancel").data == {"reason": "พิมพ์วันประชุมผิด"}
    assert issue(draft(cast), cast).number == 75276
    with pytest.raises(Stale):
        letters.cancel_letter(cancelled, by=cast.coordinator, revision=2, at=AT, reason="อีกครั้ง")


def test_a_draft_is_not_cancelled_for_it_has_no_number(cast):
    with pytest.raises(Stale):
        letters.cancel_letter(draft(cast), by=cast.coordinator, revision=0, at=AT, reason="ไม่ใช้แล้ว")


# --- who sees --------------------------------------------------------------------------------------


def seen(person):
    return Letter.objects.visible_to(type(person).objects.get(pk=person.pk)).count()


def test_who_sees_a_draft_and_who_an_issued_letter(cast, frozen):
    letter = draft(cast)
    own = ["coordinator", "office_head", "governor", "viewer"]
    assert {name: seen(user) for name, user in cast.people.items() if seen(user)} == dict.fromkeys(own, 1)
    letter = issue(letter, cast)
    receivers = ["collector", "overseer", "negotiator", "evaluator", "director"]
    expected = dict.fromkeys([*own, *receivers], 1)
    assert {name: seen(user) for name, user in cast.people.items() if seen(user)} == expected
    letters.cancel_letter(letter, by=cast.coordinator, revision=1, at=AT, reason="ผิด")
    assert {name: seen(user) for name, user in cast.people.items() if seen(user)} == expected
    issue(draft(cast, letter.series, kind="memo"), cast)  # stays inside: not for OPDC to look through
    counted = {name: seen(user) for name, user in cast.people.items() if seen(user)}
    assert counted == expected | dict.fromkeys([*own, "collector", "overseer"], 2)


# --- many at once ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_six_at_once_get_six_consecutive_numbers_and_a_failure_leaves_no_gap(cast):
    series = open_series(cast, start_after=100)
    drafts = [draft(cast, series, subject=UNPRINTABLE if n == 3 else f"เรื่องที่ {n}") for n in range(7)]
    start, numbers, refused = threading.Barrier(7), [], []

    def press(letter):
        close_old_connections()
        try:
            start.wait()
            numbers.append(issue(letter, cast).number)
        except NotReady:
            refused.append(letter.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[letter]) for letter in drafts]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(numbers) == [101, 102, 103, 104, 105, 106]
    assert refused == [drafts[3].pk]
    assert LetterSeries.objects.get().last_number == 106
    assert Letter.objects.filter(state="issued").count() == 6
    assert AuditEvent.objects.filter(verb="letters.issue").count() == 6


@pytest.mark.django_db(transaction=True)
def test_one_letter_pressed_six_times_takes_one_number(cast):
    letter = draft(cast, open_series(cast, start_after=100))
    start, results = threading.Barrier(6), []

    def press():
        close_old_connections()
        try:
            start.wait()
            results.append(issue(letter, cast).number)
        except Stale:
            results.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(results, key=str) == [101, "stale", "stale", "stale", "stale", "stale"]
    assert LetterSeries.objects.get().last_number == 101
    assert StoredFile.objects.count() == 1
