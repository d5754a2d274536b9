"""Files behind a letter, its emblem, its Word file, its proof, numbers held and letters received."""

import datetime as dt
import io
import zipfile

import pypdf
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from docx.shared import Pt
from PIL import Image

from kpiportal import files, letters
from kpiportal.letters import docx, earlier, emblems, enclosures, held, labels, received
from kpiportal.letters.tests.conftest import AT
from kpiportal.models import HeldNumber, Letter, LetterSeries, ReceivedLetter
from kpiportal.pdf.engine import lay_out
from kpiportal.tests.pdf.letters import CHIANG_MAI
from kpiportal.uploads import UploadRefused
from kpiportal.workflow import NotReady, Stale
from kpiportal.xlsx import ReadSheet


def pdf(pages=1, password="", height=842):
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, height)
    if password:
        writer.encrypt(password, algorithm="AES-128")
    out = io.BytesIO()
    writer.write(out)
    return SimpleUploadedFile("แบบ.pdf", out.getvalue(), content_type="application/pdf")


def content(stored):
    with files.open_stored(stored) as file:
        return file.read()


# --- enclosures ------------------------------------------------------------------------------------


def test_enclosures_are_named_counted_and_merged_behind_the_letter(cast, make, issue):
    letter = make()
    first = pdf(2, height=700)
    row = enclosures.enclose(letter, first, name="แบบรายงาน", copies=1, unit="ชุด", by=cast.coordinator, at=AT)
    row = enclosures.enclose(row.letter, pdf(1, height=500), name="กำหนดการ", by=cast.coordinator, at=AT)
    issued = issue(row.letter)
    assert issued.enclosures == ["แบบรายงาน จำนวน 1 ชุด", "กำหนดการ จำนวน 1 ฉบับ"]
    assert len(pypdf.PdfReader(io.BytesIO(content(issued.file))).pages) == 1
    whole = content(issued.bundle)
    assert [round(page.mediabox.height) for page in pypdf.PdfReader(io.BytesIO(whole)).pages] == [842, 700, 700, 500]
    again = enclosures.gather(issued)
    assert content(enclosures.bundle(issued, issued.file, again, "x", by=cast.coordinator, at=AT)) == whole
    assert b"pdfaid" not in whole  # what others made is no archive file because ours lies before it
    with pytest.raises(Stale):
        enclosures.unenclose(row, by=cast.coordinator, at=AT)


def test_a_damaged_enclosure_is_found_before_anybody_waits_for_the_register(cast, make, issue):
    row = enclosures.enclose(make(), pdf(), name="แบบรายงาน", by=cast.coordinator, at=AT)
    files._place(row.file.path).write_bytes(b"%PDF-")
    with CaptureQueriesContext(connection) as asked, pytest.raises(NotReady, match="รวมไฟล์สิ่งที่ส่งมาด้วยไม่ได้"):
        issue(row.letter)
    locked = [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    assert locked
    assert not any("letterseries" in sql for sql in locked)


@pytest.mark.parametrize(
    ("upload", "error"),
    [
        (lambda: pdf(password="x"), UploadRefused),
        (lambda: SimpleUploadedFile("a.pdf", b"%PDF-1.4\nbroken"), UploadRefused),
        (lambda: SimpleUploadedFile("a.csv", "ก,ข\n1,2\n".encode()), (UploadRefused, ValidationError)),
    ],
)
def test_a_locked_broken_or_other_file_is_refused_and_nothing_is_kept(cast, make, upload, error):
    letter = make()
    with pytest.raises(error):
        enclosures.enclose(letter, upload(), name="แบบ", by=cast.coordinator, at=AT)
    letter.refresh_from_db()
    assert (letter.enclosures, letter.files.count()) == ([], 0)


def test_a_file_taken_off_takes_its_line_with_it(cast, make):
    row = enclosures.enclose(make(), pdf(), name="แบบ", by=cast.coordinator, at=AT)
    enclosures.unenclose(row, by=cast.office_head, at=AT)
    row.letter.refresh_from_db()
    assert (row.letter.enclosures, row.letter.files.count()) == ([], 0)


# --- emblem ----------------------------------------------------------------------------------------

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{}</svg>'
HOSTILE = [
    SVG.format("<script>x</script>"),
    SVG.format('<image href="file:///etc/passwd"/>'),
    SVG.format('<use href="http://127.0.0.1/x#a"/>'),
    SVG.format('<rect width="9" height="9" onload="x()"/>'),
    SVG.format('<rect width="9" height="9" style="fill: url(http://127.0.0.1/a)"/>'),
    SVG.format("<style>@import url(http://127.0.0.1/a)</style>"),
    SVG.format("<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>"),
    '<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("<title>&a;</title>"),
    '<!DOCTYPE svg SYSTEM "http://127.0.0.1/a.dtd">' + SVG.format(""),
    SVG.format("<g>"),
]


def sent(text, name="ครุฑ.svg"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize("text", HOSTILE)
def test_a_drawing_that_could_do_something_is_refused(cast, text):
    with pytest.raises(ValidationError, match="SVG"):
        emblems.give(cast.province, sent(text), by=cast.office_head, at=AT)
    assert cast.province.emblems.count() == 0


def test_an_emblem_is_drawn_once_at_300_dots_and_printed_by_letters_after_it(cast, make, issue):
    made = emblems.give(cast.province, sent(SVG.format('<circle cx="5" cy="5" r="4"/>')), by=cast.office_head, at=AT)
    with Image.open(io.BytesIO(content(made.file))) as picture:
        assert (picture.size, picture.mode) == ((354, 354), "L")
        assert (picture.getpixel((177, 177)), picture.getpixel((2, 2))) == (0, 255)
    letter = issue(make())
    assert letter.emblem_paper is False
    assert len(pypdf.PdfReader(io.BytesIO(content(letter.file))).pages[0].images) == 2  # the emblem, the QR code


def test_only_the_head_of_the_office_gives_an_emblem(cast):
    with pytest.raises(PermissionDenied):
        emblems.give(cast.province, sent(SVG.format("")), by=cast.coordinator, at=AT)
    with pytest.raises(ValidationError, match="ภาพเล็กเกินไป"):
        small = io.BytesIO()
        Image.new("L", (50, 50), 200).save(small, "PNG")
        emblems.give(cast.province, sent(small.getvalue(), "a.png"), by=cast.office_head, at=AT)


def test_a_letter_with_a_printed_emblem_waits_for_one(make, issue):
    with pytest.raises(NotReady) as refusal:
        issue(make(emblem_paper=False))
    assert [(found.field, "ยังไม่ได้ใส่ตราครุฑ" in found.text) for found in refusal.value.blockers] == [
        ("emblem_paper", True)
    ]


# --- proof and Word --------------------------------------------------------------------------------


def test_the_proof_says_four_things_and_nothing_more(client, cast, make, issue):
    letter = issue(make())
    page = client.get(f"/letters/proof/{letter.proof_code}/").content.decode()
    for shown in ("ชม 0017.2/ว 101", "9 ตุลาคม 2558", "จังหวัดเชียงใหม่", letter.file.sha256):
        assert shown in page
    for hidden in ("การรายงานผล", "ฤกษ์", "คลังจังหวัด", "0-5311"):
        assert hidden not in page
    letters.cancel_letter(letter, by=cast.coordinator, revision=1, at=AT, reason="พิมพ์ผิด")
    assert "ยกเลิกแล้ว" in client.get(f"/letters/proof/{letter.proof_code}/").content.decode()
    for wrong in ("x" * 16, "a", f"{letter.proof_code}.7"):
        assert client.get(f"/letters/proof/{wrong}/").status_code == 404


@pytest.mark.parametrize("kind", ["external", "memo", "stamped"])
def test_word_has_every_word_and_the_thai_font_for_complex_script(make, kind):
    data = docx.of(make(kind=kind, urgency="ด่วน"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        document, styles = archive.read("word/document.xml").decode(), archive.read("word/styles.xml").decode()
    for word in ("ตามที่จังหวัดได้กำหนดรอบรายงาน นั้น", "หัวหน้าส่วนราชการ ทุกแห่ง", "๙ ตุลาคม ๒๕๕๘", "สำนักงานจังหวัด", "ด่วน"):
        assert word in document
    assert 'w:cs="TH SarabunPSK"' in styles
    assert 'w:szCs w:val="32"' in document


def test_a_sheet_holds_twenty_four_labels_in_three_columns():
    """As such sheets are sold: 25 receivers need a second one."""
    lines = ["ศาลากลางจังหวัด", "ถนนโชตนา 50300"]
    found = [{"greeting": "เรียน ", "text": f"ผู้รับที่ {n}", "lines": lines} for n in range(25)]
    found[1]["lines"] = lines * 4  # more than a label holds moves no other
    sheet = lay_out(labels.sheets(found), stylesheets=(labels.STYLE,))
    names = [line for line in sheet.lines() if line.text.startswith("เรียน")]
    assert [line.page for line in names] == [1] * 24 + [2]
    assert [round(line.left / 72 * 25.4) for line in names[:4]] == [5, 75, 145, 5]
    assert round((names[3].top - names[0].top) / 72 * 25.4, 1) == 37.1


def test_a_full_page_has_two_lines_to_spare_in_word():
    """Its own line height whatever the font, a lower foot, and less room above the owner: 33 points in all."""
    word = Document(io.BytesIO(docx.write(CHIANG_MAI)))
    assert {line.paragraph_format.line_spacing for line in word.paragraphs[1:]} == {Pt(18)}
    assert round(word.sections[0].bottom_margin.cm, 1) == 1.5
    owner = next(line for line in word.paragraphs if line.text == CHIANG_MAI.owner_lines[0])
    assert owner.paragraph_format.space_before == Pt(12)


# --- numbers held ----------------------------------------------------------------------------------


def test_reserved_numbers_leave_no_gap_and_one_is_given_to_a_letter(cast, make, issue):
    letter = make()
    facts = {"count": 2, "dated": AT.date(), "subject": "ขอเลขไว้", "by": cast.coordinator, "at": AT}
    first, second = held.reserve(letter.series, **facts)
    assert (first.number, second.number) == (101, 102)
    assert issue(make()).number == 103
    assert issue(letter, reserved=second).number_text == "ชม 0017.2/ว 102"
    assert [row["number"] for row in Letter.objects.annotate(free=held.FREE).get(pk=letter.pk).free] == [101]
    with pytest.raises(Stale):
        issue(make(), reserved=second)
    assert LetterSeries.objects.get().last_number == 103
    with pytest.raises(ValidationError):
        held.reserve(letter.series, **{**facts, "count": 21})


def test_an_earlier_register_is_taken_over_whole_or_not_at_all(cast, make, issue):
    series = issue(make()).series
    day = dt.date(2015, 1, 5)
    sheet = [["เลข", "วันที่", "ถึง", "เรื่อง"], ["๑", day, "นาย ก", "เรื่อง ก"], ["2", "6 มกราคม 2558", "", "เรื่อง ข"]]
    lines = earlier.lines_of([ReadSheet("ก", sheet, [], [])])
    assert [(line.number, line.dated.day, line.subject) for line in lines] == [(1, 5, "เรื่อง ก"), (2, 6, "เรื่อง ข")]
    wrong = [*lines, held.Earlier(2, day, "", "ซ้ำ", 9), held.Earlier(101, day, "", "ทับ", 10)]
    with pytest.raises(ValidationError) as refusal:
        held.take_over(series, wrong, by=cast.coordinator, at=AT)
    assert refusal.value.messages == ["แถว 9: เลข 2 ซ้ำกันในไฟล์", "แถว 10: เลข 101 เป็นเลขที่ระบบออก นำเข้าได้เฉพาะเลขก่อน 101"]
    assert HeldNumber.objects.count() == 0
    assert held.take_over(series, lines, by=cast.coordinator, at=AT) == 2
    with pytest.raises(ValidationError, match="แถว 2: อ่านเลขทะเบียนส่ง “ก” ไม่ได้"):
        earlier.lines_of([ReadSheet("ก", [sheet[0], ["ก", day, "", "x"]], [], [])])
    [typed] = earlier.lines_of([ReadSheet("ก", [sheet[0], ["3", dt.date(2558, 1, 7), "", "x"]], [], [])])
    assert typed.dated == dt.date(2015, 1, 7)  # a year of พ.ศ. in a date cell
    with pytest.raises(ValidationError, match="แถว 2: วันที่ไม่ถูกต้อง ปี 2560 ไม่มีวันที่ 29 กุมภาพันธ์"):
        earlier.lines_of([ReadSheet("ก", [sheet[0], ["3", dt.date(2560, 2, 29), "", "x"]], [], [])])


# --- letters received ------------------------------------------------------------------------------


def came(**more):
    return {"received_at": AT, "number_text": "นร 1207/1", "dated": AT.date(), "sender": "สำนักงาน ก.พ.ร.",
            "addressee": "ผู้ว่าราชการจังหวัด", "subject": "แจ้งกรอบ", "action": "", **more}  # fmt: skip


def test_letters_received_count_by_office_and_year(cast):
    by = {"by": cast.coordinator, "at": AT}
    numbers = [received.receive(cast.province, **by, **came()).number for _ in range(2)]
    last_year = AT.replace(year=2014)
    old = received.receive(cast.province, **by, **came(received_at=last_year, dated=last_year.date()))
    theirs = received.receive(cast.neighbour_province, by=cast.neighbour, at=AT, **came())
    assert (numbers, old.number, theirs.number) == ([1, 2], 1, 1)
    row = received.correct(
        old, revision=0, **by, **came(received_at=last_year, dated=last_year.date(), action="มอบงาน")
    )
    assert (row.number, row.action, row.revision) == (1, "มอบงาน", 1)
    with pytest.raises(Stale):
        received.correct(old, revision=0, **by, **came(received_at=last_year, dated=last_year.date()))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"received_at": AT + dt.timedelta(hours=1)}, "วันเวลาที่รับยังมาไม่ถึง"),
        ({"dated": AT.date() + dt.timedelta(days=1)}, "หนังสือลงวันที่หลังวันที่รับ"),
        ({"subject": "ลับมาก"}, "ชั้นความลับ"),
    ],
)
def test_a_letter_that_cannot_have_come_takes_no_number(cast, more, sentence):
    with pytest.raises(ValidationError, match=sentence):
        received.receive(cast.province, by=cast.coordinator, at=AT, **came(**more))
    assert ReceivedLetter.objects.count() == 0


def test_a_number_is_reserved_for_today_unless_another_day_is_typed(as_user, cast, make):
    make()
    client, page = as_user(cast.coordinator), f"/letters/office/{cast.province.pk}/"
    assert 'name="dated" value="19/10/2558"' in client.get(page).content.decode()
