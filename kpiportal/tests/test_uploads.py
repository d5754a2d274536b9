"""The upload check: everything in the hostile corpus is refused, cheaply; honest files pass."""

import hashlib
import io
import json
import re
import subprocess
import sys
import zlib
from collections import Counter

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from kpiportal.tests import good_files, hostile_files
from kpiportal.uploads import UploadRefused, inspect, safe_name

MAX = 25 * 2**20
REFUSAL_END = (
    " แนบได้เฉพาะไฟล์ PDF, รูปภาพ PNG หรือ JPG, Word (.docx), Excel (.xlsx) และ PowerPoint (.pptx) ขนาดไม่เกิน 25 MB"
)


@pytest.fixture(scope="module")
def corpus():
    """Made once: some of it is large. Tests go through it in a loop and report every case that went wrong."""
    return list(hostile_files.corpus(MAX))


def named(name, data):
    """An upload with exactly this name: Django cuts a path off on the way, the check must not rely on it."""
    upload = SimpleUploadedFile("x", data)
    upload._name = name
    return upload


def refusal(name, data):
    """(code, status, sentence) of a refused upload, or None when it was accepted."""
    try:
        inspect(named(name, data), max_bytes=MAX)
    except UploadRefused as refused:
        return refused.code, refused.status, refused.sentence
    return None


def test_the_corpus_is_large_and_has_no_case_twice(corpus):
    assert len(corpus) >= 60
    seen = Counter((name, hashlib.sha256(data).digest()) for _, name, data, _ in corpus)
    assert [name for (name, _), times in seen.items() if times > 1] == []


def test_every_hostile_file_is_refused_for_its_reason(corpus):
    wrong = {}
    for label, name, data, code in corpus:
        got = refusal(name, data)
        if got is None or got[:2] != (code, 413 if code == "too_large" else 422):
            wrong[label, name] = got and got[0], code
    assert wrong == {}


def test_every_refusal_is_one_thai_sentence_that_says_what_is_allowed(corpus):
    sentences = {code: refusal(name, data)[2] for _, name, data, code in corpus}
    assert len(sentences) == 20
    for sentence in sentences.values():
        assert sentence.endswith(REFUSAL_END)
        assert re.match("[ก-๙]", sentence)
        assert not re.search(r"[\n{}]", sentence)
    assert sentences["empty"] == "ไฟล์นี้ว่างเปล่า (0 ไบต์)" + REFUSAL_END


def test_the_whole_corpus_costs_little(corpus, tmp_path):
    """Each file at most one second and 64 MB, in a process of their own."""
    cases = corpus + adversaries(MAX)
    for number, (_, _, data, _) in enumerate(cases):
        (tmp_path / str(number)).write_bytes(data)
    (tmp_path / "names.json").write_text(json.dumps([case[1] for case in cases]), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "kpiportal.tests.inspect_files", str(tmp_path), str(MAX)],
        capture_output=True, text=True, check=True, cwd=settings.BASE_DIR, timeout=300,
    )  # fmt: skip
    results = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [result["code"] for result in results] == [case[3] for case in cases]
    seconds = {case[0]: result["seconds"] for case, result in zip(cases, results, strict=True)}
    assert {label: spent for label, spent in seconds.items() if spent > 1} == {}
    grown = {case[0]: result["grown"] for case, result in zip(cases, results, strict=True)}
    assert {label: size for label, size in grown.items() if size > 64 * 2**20} == {}
    # The measure itself works: a mapped file of 25 MB is seen.
    assert max(grown.values()) > 20 * 2**20


def adversaries(size: int) -> list[hostile_files.Case]:
    """Full-size files made to make the check slow, whatever it answers."""
    pieces = {
        "slashes": (b"/", "pdf_damaged"),
        "escapes": (b"/#4a#61", "pdf_damaged"),
        "almost names": (b"/#4a#61#76", "accepted"),
        "outlines": (b"/First 1 0 R ", "pdf_damaged"),
        "lists": (b"4 0 obj <</ObjStm 1>>stream\nendstream endobj ", "pdf_damaged"),
        "borders": (b"endobj ", "accepted"),
        "brackets": (b">>" + b" " * 400, "accepted"),
        "blanks": (b" ", "accepted"),
    }
    room = size - 1000
    return [
        (f"25 MB of {label}", "slow.pdf", good_files.pdf(piece * (room // len(piece))), code)
        for label, (piece, code) in pieces.items()
    ] + [
        ("25 MB of markers", "slow.jpg", b"\xff\xd8" + b"\xff" * (size - 10), "image_damaged"),
        ("25 MB of zeros behind", "slow.jpg", good_files.jpg() + b"\0" * (size - 2000), "accepted"),
        (
            "25 MB of small chunks",
            "slow.png",
            good_files.png(chunks=b"\0\0\0\0tEXtabcd" * (size // 13)),
            "image_damaged",
        ),
    ]


THAI_NAMES = [
    ("รายงานผลการดำเนินงาน รอบ ๑๒ เดือน.pdf", "รายงานผลการดำเนินงาน รอบ ๑๒ เดือน.pdf"),
    ("น้ำหนัก ตัวชี้วัดที่ 1.1 (แก้ไข).PDF", "น้ำหนัก ตัวชี้วัดที่ 1.1 (แก้ไข).PDF"),
    ("C:\\Users\\สมชาย\\Desktop\\คำรับรองฯ ปี 2558.pdf", "คำรับรองฯ ปี 2558.pdf"),
    ("กพร-2558_final[1].pdf", "กพร-2558_final[1].pdf"),
]


@pytest.mark.parametrize(("name", "kept"), THAI_NAMES)
def test_a_thai_name_is_kept(name, kept):
    data = good_files.pdf()
    accepted = inspect(named(name, data), max_bytes=MAX)
    assert accepted.name == kept
    assert accepted.content_type == "application/pdf"
    assert accepted.extension == "pdf"
    assert accepted.size == len(data)
    assert accepted.sha256 == hashlib.sha256(data).hexdigest()


def good_cases():
    pdf, png, jpg, office = good_files.pdf, good_files.png, good_files.jpg, good_files.office
    file = b"4 0 obj\n<</Type/Filespec/F(data.xml)/EF<</F 5 0 R>>>>\nendobj\n"
    xml = zlib.compress(b'<?xml version="1.0"?><letter><no>1</no></letter>')
    e_document = pdf(file, good_files.stream(5, b"/Type/EmbeddedFile/Filter/FlateDecode", xml))
    outline = b"4 0 obj\n<</Type/Outlines/First 5 0 R/Last 5 0 R/Count 1>>\nendobj\n"
    links = good_files.relationships(
        ("hyperlink", "https://www.opdc.go.th/", "External"),
        ("attachedTemplate", "file:///C:/Users/a/Normal.dotm", "External"),
        ("image", "media/image1.png", "Internal"),
    )
    samsung = jpg() + b"\x00\x00\x01\x0a\x0e\x00\x00\x00Image_UTC_Data1444984200000SEFHk\x00\x00\x00" + b"\0" * 12
    svg = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><svg xmlns="http://www.w3.org/2000/svg"/>'
    return {
        "a.pdf": pdf(),
        "packed.pdf": pdf(good_files.object_list(4, b"<</A(plain)>>"), good_files.object_list(5, b"[1 2]", pack=False)),
        "outline.pdf": pdf(outline),
        "e-document.pdf": e_document,
        "ended.pdf": pdf() + b"\r\n\0",
        "updated.pdf": pdf() + good_files.object_list(8, b"<</A 1>>") + b"startxref\n9\n%%EOF",
        "word.pdf": pdf(good_files.stream(4, b"", b"BT (/JS /Launcher /JavaScripts) Tj ET")),
        "a.png": png(),
        "large.png": png((4000, 3000)),
        "noted.png": png(chunks=good_files.png_chunk(b"tEXt", "Title\0รูป".encode())),
        "a.jpg": jpg(),
        "a.JPEG": jpg(progressive=True),
        "phone.jpg": jpg() + jpg((4, 4)),
        "padded.jpg": jpg() + b"\0" * 5000,
        "samsung.jpg": samsung + b"\x18\x00\x00\x00SEFT",
        "a.docx": office("docx"),
        "a.xlsx": office("xlsx"),
        "a.pptx": office("pptx"),
        "links.docx": office("docx", {"word/_rels/document.xml.rels": links, "word/media/image1.png": png()}),
        "equation.docx": office("docx", {"word/embeddings/oleObject1.bin": hostile_files.OLE + b"Equation"}),
        "chart.pptx": office("pptx", {"ppt/embeddings/Microsoft_Excel_Sheet1.xlsx": office("xlsx")}),
        "icon.pptx": office("pptx", {"ppt/media/image1.svg": svg}),
        "sheet.xlsx": office("xlsx", {"xl/worksheets/sheet1.xml": b"<c><v>1</v></c>" * 250_000}),
    }  # fmt: skip


@pytest.mark.parametrize(("name", "data"), good_cases().items(), ids=good_cases())
def test_an_honest_file_is_accepted(name, data):
    accepted = inspect(SimpleUploadedFile(name, data), max_bytes=25 * 2**20)
    assert (accepted.name, accepted.size) == (name, len(data))


def test_a_file_on_disk_is_checked_in_place_and_rewound():
    with TemporaryUploadedFile("รายงาน.pdf", "text/html", 0, None) as upload:
        upload.write(good_files.pdf())
        upload.flush()
        upload.size = upload.tell()
        assert inspect(upload, max_bytes=MAX).content_type == "application/pdf"
        assert upload.read(5) == b"%PDF-"


def test_a_size_that_is_not_true_does_not_help():
    upload = SimpleUploadedFile("a.pdf", good_files.pdf(good_files.stream(4, b"", b"\0" * MAX)))
    upload.size = 100
    with pytest.raises(UploadRefused) as refused:
        inspect(upload, max_bytes=MAX)
    assert refused.value.code == "too_large"
    assert refused.value.sentence.startswith("ไฟล์นี้ใหญ่เกินไป แนบได้เฉพาะ")


def test_the_limit_comes_from_the_settings(settings):
    settings.KPI_UPLOAD_MAX_BYTES = 100
    with pytest.raises(UploadRefused):
        inspect(SimpleUploadedFile("a.pdf", good_files.pdf()))


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("a.pdf", good_files.png(), "แต่เนื้อไฟล์เป็น รูปภาพ PNG"),
        ("a.docx", good_files.office("xlsx"), "แต่เนื้อไฟล์เป็น .xlsx"),
        ("a.png", b"GIF89a" + b"\0" * 40, "แต่เนื้อไฟล์เป็น GIF"),
        ("a.pdf", b"<!DOCTYPE html><p>", "แต่เนื้อไฟล์เป็น HTML หรือ XML"),
        ("a.pdf", b"\xef\xbb\xbf" + good_files.pdf(), "แต่เนื้อไฟล์ขึ้นต้นไม่เหมือนไฟล์ .pdf"),
        ("a.jpg", b"hello", "แต่เนื้อไฟล์ขึ้นต้นไม่เหมือนไฟล์ .jpg"),
    ],
)
def test_a_mismatch_says_what_was_found(name, data, found):
    assert refusal(name, data)[2] == f"ชื่อไฟล์ลงท้ายด้วย .{name[2:]} {found}" + REFUSAL_END


@pytest.mark.parametrize("name", ["IMG_0001.HEIC", "a.heif", "a.jpg"])
def test_a_photograph_of_an_iphone_is_refused_with_the_way_to_set_its_camera(name):
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40
    assert "ตั้งค่า > กล้อง > รูปแบบ > เข้ากันได้มากที่สุด" in refusal(name, heic)[2]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("รายงาน.pdf", "รายงาน.pdf"),
        ("../../../etc/รายงาน.pdf", "รายงาน.pdf"),
        ("..\\..\\windows\\รายงาน.pdf", "รายงาน.pdf"),
        ("รายงาน\u202efdp.exe", "รายงานfdp.exe"),
        ("\u2066ก\u2069\u200b\ufeffข.pdf", "กข.pdf"),
        ("ก\x00ข.pdf", "กข.pdf"),
        ("ก\r\nSet-Cookie: x=1.pdf", "ก Set-Cookie_ x=1.pdf"),
        ("ก\u2028ข\x1b[31m.pdf", "กข[31m.pdf"),
        ("...ซ่อน.pdf", "ซ่อน.pdf"),
        (" . ก . .pdf. ", "ก.pdf"),
        ('a"b<c>d|e?f*.pdf', "a_b_c_d_e_f_.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("aux", "_aux"),
        ("com1.tar.pdf", "_com1.tar.pdf"),
        ("console.pdf", "console.pdf"),
        ("cafe\u0301.pdf", "caf\u00e9.pdf"),
        ("กำ.pdf", "กำ.pdf"),
        ("\uf700ก\U000e0001.pdf", "ก.pdf"),
        ("ก\u00a0\u3000ข.pdf", "ก ข.pdf"),
        (".pdf", "pdf"),
        ("///", "ไฟล์"),
        ("", "ไฟล์"),
        ("\u202e.pdf", "pdf"),
    ],
)
def test_a_safe_name(given, expected):
    assert safe_name(given) == expected
    assert safe_name(expected) == expected


def test_a_long_name_keeps_its_extension_and_whole_letters():
    name = safe_name("ที่" * 100 + ".pdf")
    assert name == "ที่" * 48 + ".pdf"
    assert safe_name("ก" * 300 + ".pdf") == "ก" * 146 + ".pdf"
    assert safe_name("x" * 145 + "น้ำ.pdf") == "x" * 145 + ".pdf"
    assert safe_name("con" + "\u0e34" * 400 + ".pdf").endswith(".pdf")
    assert len(safe_name("ก" + "\u0e34" * 400)) <= 150


def test_reading_nothing_but_the_upload(monkeypatch):
    """The check opens no file and no connection of its own: a document cannot make it fetch anything."""
    opened = []
    sys.addaudithook(lambda event, args: opened.append((event, args)) if event in {"open", "socket.connect"} else None)
    upload = SimpleUploadedFile("a.docx", good_files.office("docx"))
    opened.clear()
    inspect(upload, max_bytes=MAX)
    assert opened == []
    assert isinstance(upload.file, io.BytesIO)
