"""Every kind of letter: its words come back exactly, in order, in the letter font alone; the same bytes again; and
the demanding letters (three pages, forty receivers, twelve lines of subject, long names, Latin) keep together."""

import re
from dataclasses import replace

import pytest

from kpiportal.pdf import letter as fitting
from kpiportal.pdf.engine import memory
from kpiportal.pdf.letter import MEMO, STAMPED, lay_out_letter, render_letter
from kpiportal.tests.pdf.letters import CHIANG_MAI
from kpiportal.tests.pdf.reading import by_pdfium, by_poppler, cut_words, fonts_of, pages_of, without_space
from kpiportal.tests.pdf.test_letter import HOSTILE

SHORT = replace(CHIANG_MAI, body=CHIANG_MAI.body[:1], urgency="ด่วนมาก", enclosures=("บัญชี จำนวน ๑ ฉบับ",))
MEMO_LETTER = replace(SHORT, template=MEMO, owner_lines=("สำนักงานจังหวัดเชียงใหม่",), reached="โทร. ๐ ๕๓๘๙ ๐๕๒๐")
STAMPED_LETTER = replace(SHORT, template=STAMPED, salutation="ถึง")
KINDS = {"memo": MEMO_LETTER, "stamped": STAMPED_LETTER}


def printed(letter):
    """Every word in the order of its form."""
    listed = ["อ้างถึง", *letter.references, "สิ่งที่ส่งมาด้วย", *letter.enclosures]
    middle = [letter.salutation, letter.recipient, *listed, *letter.body]
    if letter.template == MEMO:
        head = ["บันทึกข้อความ", letter.urgency, "ส่วนราชการ", *letter.owner_lines, letter.reached, "ที่", letter.number,
                "วันที่", letter.date, "เรื่อง", letter.subject]  # fmt: skip
        return " ".join([*head, *middle, f"({letter.signer})", *letter.position_lines])
    head = [letter.urgency, "ที่", letter.number]
    return " ".join([*head, *middle, letter.sender_lines[0], letter.date, *letter.owner_lines])


@pytest.mark.parametrize("kind", KINDS)
def test_the_words_of_every_kind_come_back(kind, tmp_path):
    letter = KINDS[kind]
    pdf = render_letter(letter)
    for read in (by_pdfium(pdf), by_poppler(pdf, "-raw"), by_poppler(pdf)):
        assert without_space(read) == without_space(printed(letter))
        assert cut_words(printed(letter), read) == []
    assert render_letter(letter) == pdf
    (tmp_path / "a.pdf").write_bytes(pdf)
    assert fonts_of(tmp_path / "a.pdf") <= {"KPI-Letter", "KPI-Letter-Bold"}


@pytest.mark.parametrize("template", [MEMO, STAMPED])
def test_hostile_words_in_every_template_are_only_words(template, listener):
    address, seen = listener
    texts = tuple(text.format(port=address.split(":")[1]) for text in HOSTILE)
    letter = replace(
        CHIANG_MAI, template=template, subject=" ".join(texts), recipient=texts[0], references=texts, enclosures=texts,
        body=texts, signer=texts[2], position_lines=texts[:1], owner_lines=texts[:2], copies_to=texts[:2],
        reached=texts[0], number=texts[0], sender_lines=texts[:1], date=texts[1], salutation="เรียน</div>",
        urgency=texts[0],
    )  # fmt: skip
    read = without_space(by_pdfium(render_letter(letter)))
    assert all(without_space(text) in read for text in texts)
    assert seen == []


def test_a_proof_is_a_picture_on_every_page_and_no_word():
    long = replace(CHIANG_MAI, body=(CHIANG_MAI.body[1],) * 4)
    plain = pages_of(render_letter(long))
    proved = render_letter(replace(long, proof="https://kpi.example.go.th/letters/proof/abcdefghijklmnop/"))
    assert pages_of(proved) == plain
    assert len(plain) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"body": (CHIANG_MAI.body[1],) * 8},
        {"copies_to": tuple(f"นายอำเภอที่ {n}" for n in range(1, 41)), "body": CHIANG_MAI.body[2:]},
        {"subject": CHIANG_MAI.subject * 7, "body": CHIANG_MAI.body[2:]},
        {"signer": "นายกขคงจฉชซ" + "ณ" * 25 + " พงศ์พิพัฒน์ไพบูลย์วัฒนากุลชัย", "body": CHIANG_MAI.body[2:]},
        {"body": ("ใช้ระบบ e-SAR ของ OPDC (https://www.opdc.go.th/) รุ่น 2.1 ร้อยละ ๙๕.๕ ภายใน ๓ วัน",)},
    ],
    ids=["three pages", "forty copies", "twelve lines of subject", "a name of sixty letters", "Latin and figures"],
)
def test_demanding_letters_lose_nothing(change):
    letter = replace(CHIANG_MAI, **change)
    read = without_space(re.sub(r"/\S[^/]*\.\.\.\s*\n|- [๐-๙] -", "", by_poppler(render_letter(letter), "-raw")))
    for text in (*letter.body, letter.subject, letter.signer, *letter.copies_to):
        assert without_space(text) in read


@pytest.mark.parametrize("body", [CHIANG_MAI.body, (CHIANG_MAI.body[1],) * 3], ids=["one page", "two pages"])
def test_a_copy_fitted_like_the_first_is_the_copy_fitted_by_itself(body):
    """Receivers of one line, greeted otherwise, of two lines: put into the first one's layout, no byte is another."""
    names = ("ผู้ว่าราชการจังหวัดลำพูน", "ผู้ว่าราชการจังหวัดแม่ฮ่องสอน", CHIANG_MAI.recipient * 2)
    copies = [
        replace(CHIANG_MAI, body=body, recipient=name, salutation=salutation, proof=f"https://kpi.example/l/{name}/")
        for name, salutation in zip(names, ("เรียน", "กราบเรียน", "เรียน"), strict=True)
    ]
    alone = []
    for copy in copies:
        memory().clear()
        alone.append(render_letter(copy))
    memory().clear()
    assert [render_letter(copy) for copy in copies] == alone


@pytest.mark.parametrize("letter", [CHIANG_MAI, MEMO_LETTER, STAMPED_LETTER], ids=["external", "memo", "stamped"])
def test_a_letter_laid_out_under_one_number_is_under_another_the_letter_laid_out_by_itself(letter):
    """What lets a letter wait for its number typeset: no byte hangs on the number it was laid out under."""
    numbered = replace(letter, number="ชม ๐๐๑๗.๒/ว ๑๐๐๐๘", proof="https://kpi.example/l/abc/")
    memory().clear()
    alone = render_letter(numbered)
    memory().clear()
    lay_out_letter(replace(numbered, number="ชม ๐๐๑๗.๒/ว ๙"))
    (known,) = memory().values()
    assert fitting._copy_of(known, numbered)
    assert render_letter(numbered) == alone


def test_urgent_within_a_time_stands_above_the_number_and_moves_nothing():
    laid_out = lay_out_letter(replace(CHIANG_MAI, urgency="ด่วนภายใน\n๒๐ ต.ค. ๒๕๕๘\n๑๒.๐๐ น."))
    lines = laid_out.lines("urgency")
    assert [line.text for line in lines] == ["ด่วนภายใน", "๒๐ ต.ค. ๒๕๕๘", "๑๒.๐๐ น."]
    (number,) = laid_out.lines("number")
    assert lines[-1].bottom <= number.top + 1
    assert number.top == lay_out_letter(CHIANG_MAI).lines("number")[0].top


def test_only_the_receiver_of_a_copy_is_laid_out_where_nothing_else_moves():
    memory().clear()
    one_line = replace(CHIANG_MAI, recipient="ผู้ว่าราชการจังหวัดลำพูน")
    render_letter(one_line)
    (known,) = memory().values()
    assert fitting._copy_of(known, replace(one_line, recipient="ผู้ว่าราชการจังหวัดแพร่"))
    assert fitting._copy_of(known, replace(one_line, salutation="กราบเรียน"))
    assert fitting._copy_of(known, replace(one_line, recipient=CHIANG_MAI.recipient * 2)) is None
    assert fitting._copy_of(known, replace(one_line, number="ชม ๐๐๑๗.๒/ว ๑"))
    assert fitting._copy_of(known, replace(one_line, proof="https://kpi.example/l/abc.1/")) is None


OF_CHIANG_MAI = (
    "เมืองเชียงใหม่ จอมทอง แม่แจ่ม เชียงดาว ดอยสะเก็ด แม่แตง แม่ริม สะเมิง ฝาง แม่อาย "
    "พร้าว สันป่าตอง สันกำแพง สันทราย หางดง ฮอด ดอยเต่า อมก๋อย สารภี เวียงแหง ไชยปราการ แม่วาง "
    "แม่ออน ดอยหล่อ กัลยาณิวัฒนา"
)
DISTRICTS = OF_CHIANG_MAI.split()


@pytest.mark.parametrize("shift", ["", "และ ", "รวมทั้ง อำเภออื่น "])
def test_no_date_name_or_district_is_cut_at_three_widths(shift):
    """A shift of the text moves every line's end: what is kept together must be so wherever it falls."""
    dates = [f"วันศุกร์ที่ ๑๖ ตุลาคม ๒๕๕๘ เวลา ๑๓.๓๐ น. จำนวน {n} ครั้ง" for n in "๑๒๓๔๕"]
    parts = [f"อำเภอ{name} {dates[n % 5]}" for n, name in enumerate(DISTRICTS)]
    laid_out = lay_out_letter(replace(CHIANG_MAI, body=(shift + " ".join(parts),)))
    lines = [line.text for line in laid_out.lines("body")]
    text = "\n".join(lines)
    for whole in ("๑๖ ตุลาคม ๒๕๕๘", "๑๓.๓๐ น."):
        assert text.count(whole) == 25
    assert [name for name in DISTRICTS if name not in text] == []
