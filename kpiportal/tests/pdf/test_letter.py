"""The official letter: its words come back, it stands where the manual says, it fits its pages."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from PIL import Image, ImageChops

from kpiportal.pdf import PdfError
from kpiportal.pdf.letter import EMBLEM_ON_PAPER, first_words, lay_out_letter, render_letter
from kpiportal.tests.pdf.letters import CHIANG_MAI, TWO_PAGES, words
from kpiportal.tests.pdf.reading import (
    by_pdfium,
    by_poppler,
    cut_words,
    data_uri,
    fonts_of,
    pages_of,
    picture_of,
    without_space,
)

BENCHMARK = Path(__file__).parent / "chiang-mai-2558.png"
CM = 72 / 2.54


@pytest.fixture(scope="module")
def invitation():
    return render_letter(CHIANG_MAI)


@pytest.fixture(scope="module")
def two_pages():
    return render_letter(TWO_PAGES)


READERS = {
    "pdfium": by_pdfium,
    "poppler raw": lambda pdf: by_poppler(pdf, "-raw"),
    "poppler default": by_poppler,
}


@pytest.mark.parametrize("reader", READERS)
def test_every_word_comes_back_in_order_and_uncut(invitation, reader):
    """Poppler's default mode is held to the same: with one glyph per cluster it reorders and cuts nothing."""
    read = READERS[reader](invitation)
    written = words(CHIANG_MAI)
    assert written.count("ำ") >= 20
    assert without_space(read) == without_space(written)
    assert cut_words(written, read) == []


def test_the_words_of_two_pages_come_back(two_pages):
    read = by_poppler(two_pages, "-raw")
    for mark in ("/ในระหว่างเดือน...", "- ๒ -"):
        assert read.count(mark) == 1
        read = read.replace(mark, "")
    assert without_space(read) == without_space(words(TWO_PAGES))


def test_fonts_are_ours(tmp_path, invitation):
    (tmp_path / "letter.pdf").write_bytes(invitation)
    assert fonts_of(tmp_path / "letter.pdf") == {"KPI-Letter"}


def test_the_same_letter_is_the_same_bytes(invitation, two_pages):
    assert render_letter(CHIANG_MAI) == invitation
    assert render_letter(TWO_PAGES) == two_pages


def test_the_letter_looks_as_approved(invitation):
    """Against a picture a person has looked at.  After a wanted change: look, then write the new picture."""
    seen = picture_of(invitation)
    with Image.open(BENCHMARK) as approved:
        assert seen.size == approved.size
        difference = ImageChops.difference(seen, approved)
    assert _changed_pixels(difference) <= TOLERATED_PIXELS


def test_the_comparison_sees_one_changed_digit(invitation):
    other = picture_of(render_letter(replace(CHIANG_MAI, number="ชม ๐๐๑๗.๒/ว ๗๕๒๗๖")))
    assert _changed_pixels(ImageChops.difference(picture_of(invitation), other)) > TOLERATED_PIXELS


TOLERATED_PIXELS = 30
"""Of 1.2 million; one digit changed makes 51."""


def _changed_pixels(difference):
    """Pixels that differ by more than a quarter of the way from black to white."""
    return sum(difference.histogram()[65:])


def test_parts_stand_where_the_manual_puts_them():
    laid_out = lay_out_letter(CHIANG_MAI)
    first = {name: laid_out.lines(name)[0] for name in ("head", "date", "meta", "body", "sign", "owner")}
    left, top = 3 * CM, 1.5 * CM
    number, sender = laid_out.lines("head")[0], laid_out.lines("head")[1]
    assert number.left == pytest.approx(left, abs=0.2)
    assert number.bottom == pytest.approx(top + 3 * CM, abs=0.5)  # the line of the emblem's feet
    assert (sender.left, sender.top) == pytest.approx((left + 9.6 * CM, number.top), abs=0.3)
    assert first["date"].left == pytest.approx(left + 8 * CM, abs=0.2)  # the axis of the emblem
    assert laid_out.lines("body")[0].left == pytest.approx(left + 2.5 * CM, abs=0.2)
    assert laid_out.lines("body")[1].left == pytest.approx(left, abs=0.2)
    closing, *name_and_post = laid_out.lines("sign")
    assert closing.left == pytest.approx(left + 8 * CM, abs=1)
    for line in name_and_post:
        assert (line.left + line.right) / 2 == pytest.approx((closing.left + closing.right) / 2, abs=1)
    assert name_and_post[0].top - closing.bottom == pytest.approx(54.3, abs=0.3)  # three blank lines
    assert closing.top - laid_out.lines("body")[-1].bottom == pytest.approx(12, abs=0.3)
    pitch = laid_out.lines("body")[1].top - laid_out.lines("body")[0].top
    assert pitch == pytest.approx(18.1, abs=0.05)


def test_a_full_page_puts_the_owner_at_its_foot_beside_the_signature(invitation):
    laid_out = lay_out_letter(CHIANG_MAI)
    assert laid_out.page_count == 1
    assert laid_out.lines("owner")[-1].bottom == pytest.approx((29.7 - 2) * CM, abs=0.3)
    assert len(pages_of(invitation)) == 1


def test_a_short_letter_puts_the_owner_under_the_position():
    laid_out = lay_out_letter(replace(CHIANG_MAI, body=CHIANG_MAI.body[2:]))
    gap = laid_out.lines("owner")[0].top - laid_out.lines("sign")[-1].bottom
    assert gap == pytest.approx(54.3, abs=0.3)


def test_a_long_owner_block_does_not_print_over_the_signature():
    owner = tuple(f"กลุ่มงานยุทธศาสตร์และข้อมูลเพื่อการพัฒนาจังหวัด ฝ่ายที่ {n}" for n in "๑๒๓๔๕๖๗")
    laid_out = lay_out_letter(replace(CHIANG_MAI, owner_lines=owner))
    assert laid_out.page_count == 2
    signature = laid_out.lines("sign")[-1]
    assert all(line.page == signature.page and line.top > signature.bottom for line in laid_out.lines("owner"))


def test_two_pages_have_number_and_continuation_word(two_pages):
    first, second = pages_of(two_pages)
    assert first.rstrip().endswith("/ในระหว่างเดือน...")
    assert "- ๑ -" not in first
    assert "- ๒ -" in second
    assert "..." not in second
    assert without_space(second).replace("-๒-", "").startswith("ในระหว่างเดือน")


FILLER = "จังหวัดเชียงใหม่จึงขอให้หน่วยงานเจ้าภาพรายงานผลการดำเนินงานตามตัวชี้วัดที่รับผิดชอบให้ครบถ้วน "


@pytest.mark.parametrize("repeats", range(11, 34))
def test_at_least_two_lines_of_the_text_go_over_with_the_signature(repeats):
    body = (CHIANG_MAI.body[0], (FILLER * repeats).strip(), CHIANG_MAI.body[2])
    laid_out = lay_out_letter(replace(CHIANG_MAI, body=body))
    signature = laid_out.lines("sign")
    assert {line.page for line in signature} == {laid_out.page_count}
    assert {line.page for line in laid_out.lines("owner")} == {laid_out.page_count}
    carried = [line for line in laid_out.lines("body") if line.page == laid_out.page_count]
    assert laid_out.page_count == 1 or len(carried) >= 2
    assert laid_out.page_count <= 2


def test_three_pages_name_each_next_one():
    pages = pages_of(render_letter(replace(CHIANG_MAI, body=(CHIANG_MAI.body[1],) * 8)))
    assert len(pages) == 3
    for page, following in zip(pages, pages[1:], strict=False):
        mark = re.search(r"/(\S[^/]*)\.\.\.\s*$", page)[1]
        assert re.sub(r"- [๐-๙] -", "", following).strip().startswith(mark)
    assert "- ๓ -" in pages[2]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("จังหวัดเชียงใหม่จึงขอให้", "จังหวัด"),
        ("ก.พ.ร. ได้กำหนดให้มี", "ก.พ.ร. ได้"),
        ("นั้น", "นั้น"),
        ("พระนครศรีอยุธยาและ", "พระนครศรีอยุธยา"),
    ],
)
def test_continuation_words(line, expected):
    assert first_words(line) == expected


def test_all_optional_parts_are_printed_in_order():
    letter = replace(
        CHIANG_MAI,
        body=CHIANG_MAI.body[2:],
        urgency="ด่วนที่สุด",
        salutation="กราบเรียน",
        recipient="ประธานองคมนตรี",
        closing="ขอแสดงความนับถืออย่างยิ่ง",
        references=("หนังสือ ก", "หนังสือ ข"),
        enclosures=("แบบรายงาน จำนวน ๑ ชุด", "กำหนดการ จำนวน ๑ ฉบับ"),
        signer_rank="ว่าที่ร้อยตรี",
        copies_to=("สำนักงาน ก.พ.ร.", "สำนักงานคลังจังหวัดเชียงใหม่"),
    )
    text = without_space(by_pdfium(render_letter(letter)))
    order = [
        "ด่วนที่สุด", "ที่ชม๐๐๑๗.๒/ว๗๕๒๗๕", "ศาลากลางจังหวัดเชียงใหม่", "๙ตุลาคม๒๕๕๘", "เรื่อง", "กราบเรียนประธานองคมนตรี",
        "อ้างถึง๑.หนังสือก๒.หนังสือข", "สิ่งที่ส่งมาด้วย๑.แบบรายงานจำนวน๑ชุด๒.กำหนดการจำนวน๑ฉบับ", "จึงเรียนมา",
        "ขอแสดงความนับถืออย่างยิ่ง", "ว่าที่ร้อยตรี", "(นายฤกษ์ธนาวิช)", "ผู้ว่าราชการจังหวัดเชียงใหม่", "โทร./โทรสาร",
        "สำเนาส่ง๑.สำนักงานก.พ.ร.๒.สำนักงานคลังจังหวัดเชียงใหม่",
    ]  # fmt: skip
    places = [text.find(part) for part in order]
    assert -1 not in places
    assert places == sorted(places)


def test_a_draft_is_marked_on_every_page_and_its_text_is_the_same(two_pages):
    draft = render_letter(replace(TWO_PAGES, draft=True))
    assert pages_of(draft) == pages_of(two_pages)
    for page in (0, 1):
        plain, marked = picture_of(two_pages, page), picture_of(draft, page)
        assert sum(ImageChops.difference(plain, marked).histogram()[10:]) > 20_000


def test_emblem_given_placeholder_or_on_the_paper(invitation):
    pictures = [
        len(pypdf.PdfReader(io.BytesIO(render_letter(replace(CHIANG_MAI, emblem=emblem)))).pages[0].images)
        for emblem in (data_uri("PNG", (354, 378)), EMBLEM_ON_PAPER)
    ]
    assert pictures == [1, 0]
    blank = picture_of(render_letter(replace(CHIANG_MAI, emblem=EMBLEM_ON_PAPER)))
    box = [round(length * 110 / 2.54) for length in (9.3, 1.4, 12.5, 4.6)]
    assert blank.crop(box).getextrema() == (255, 255)
    assert picture_of(invitation).crop(box).getextrema()[0] < 140
    assert "ตราครุฑ" not in by_pdfium(invitation)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"emblem": "data:image/svg+xml;base64,PHN2Zy8+"}, "ตราครุฑต้องเป็นภาพ PNG หรือ JPEG"),
        ({"emblem": "file:///etc/passwd"}, "ตราครุฑต้องเป็นภาพ PNG หรือ JPEG"),
        ({"subject": " ", "body": ()}, "หนังสือยังไม่มี เรื่อง, ข้อความ"),
        ({"subject": "ประชุม 😀"}, "U+1F600"),
    ],
)
def test_a_letter_that_cannot_be_right_is_refused(change, reason):
    with pytest.raises(PdfError) as refusal:
        render_letter(replace(CHIANG_MAI, **change))
    assert reason in str(refusal.value)


HOSTILE = (
    '<img src="http://127.0.0.1:{port}/a.png">',
    "<link rel=attachment href=file:///etc/passwd>",
    "<style>@import url(http://127.0.0.1:{port}/a.css);</style>",
    '"}} @page {{ background: url(http://127.0.0.1:{port}/b.png) }} .x {{ content: "',
    "{{% include 'letters/external.v1.html' %}} {{{{ letter.emblem }}}} {{0.__class__}} %(x)s ${{x}}",
    "<object data='http://127.0.0.1:{port}/c.svg'></object><svg><image href='file:///etc/hosts'/></svg>",
    "</p></div></body></html><script>x</script><!-- ]]>",
)


def test_hostile_words_are_printed_as_they_are_and_reach_nothing(listener):
    address, seen = listener
    port = address.split(":")[1]
    texts = tuple(text.format(port=port) for text in HOSTILE)
    everywhere = " ".join(texts)
    letter = replace(
        CHIANG_MAI, subject=everywhere, recipient=texts[0], references=texts, enclosures=texts, body=texts * 8,
        signer=texts[2], position_lines=texts[:1], owner_lines=texts[:2], copies_to=texts[:2], names=texts,
        number=texts[0], sender_lines=texts[:1], date=texts[1], closing=texts[1], salutation="เรียน</div>",
        urgency=texts[0], signer_rank=texts[1], draft=True,
    )  # fmt: skip
    pdf = render_letter(letter)
    read = without_space(by_pdfium(pdf))
    for text in texts:
        assert without_space(text) in read
    assert seen == []
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.attachments == {}
    assert b"root:" not in pdf
    assert not any("/Annots" in page for page in reader.pages)
