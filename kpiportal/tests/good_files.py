"""Small honest files of every kind the portal takes, made by the libraries people's programs resemble."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image

TYPES = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "docx": ("word/document.xml", TYPES + "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", TYPES + "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", TYPES + "presentationml.presentation.main+xml"),
}


def pdf(*objects: bytes, head: bytes = b"", trailer: bytes = b"") -> bytes:
    """A one-page PDF 1.7 with further whole objects; the cross-reference table is right."""
    body = [
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
        b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n",
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n",
        *objects,
    ]
    out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + head
    places = []
    for piece in body:
        places.append(len(out))
        out += piece
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(body) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(body) + 1, trailer, len(out))
    return out + table + end


def stream(number: int, dictionary: bytes, content: bytes) -> bytes:
    """A whole stream object; `dictionary` without its brackets and Length."""
    return b"%d 0 obj\n<<%s/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        number,
        dictionary,
        len(content),
        content,
    )


def object_list(number: int, content: bytes, *, extra: bytes = b"", pack: bool = True) -> bytes:
    """An object stream holding one object, packed as Word and pdfTeX pack it."""
    inner = b"9 0 " + content
    packing = b"/Filter/FlateDecode" if pack else b""
    return stream(number, b"/Type/ObjStm/N 1/First 4" + packing + extra, zlib.compress(inner) if pack else inner)


def png(size: tuple[int, int] = (8, 6), chunks: bytes = b"") -> bytes:
    """A PNG; `chunks` are put before the picture data."""
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, "PNG")
    data = out.getvalue()
    return data[:33] + chunks + data[33:]


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))


def jpg(size: tuple[int, int] = (8, 6), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (30, 200, 30)).save(out, "JPEG", **options)
    return out.getvalue()


def office(extension: str, parts: dict[str, bytes] | None = None, *, types: str = "", main_type: str = "") -> bytes:
    """A package with its three necessary parts and `parts` more; `main_type`: another type for the main part."""
    main, content_type = MAIN[extension]
    content_type = main_type or content_type
    listed = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}'
        f'<Override PartName="/{main}" ContentType="{content_type}"/></Types>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", listed)
        package.writestr("_rels/.rels", relationships(("officeDocument", main, "Internal")))
        package.writestr(main, f'<?xml version="1.0"?><root>{extension}</root>')
        for name, content in (parts or {}).items():
            package.writestr(name, content)
    return out.getvalue()


def relationships(*links: tuple[str, str, str]) -> bytes:
    """A .rels part of (kind, target, mode)."""
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    listed = "".join(
        f'<Relationship Id="r{number}" Type="{kinds}{kind}" Target="{target}" TargetMode="{mode}"/>'
        for number, (kind, target, mode) in enumerate(links)
    )
    names = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    return f"<Relationships {names}>{listed}</Relationships>".encode()
