"""Packages whose container lies: bombs, forged sizes, overlaps, second files. Part of the upload corpus."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from kpiportal.tests.good_files import office

Case = tuple[str, str, bytes, str]


def archives() -> Iterator[Case]:
    yield from bombs()
    yield from lies()


def bombs() -> Iterator[Case]:
    one = packed_blanks(100)
    four = packed_blanks(400)
    sheet = "xl/worksheets/sheet1.xml"
    yield "100 MB in 100 kB", "b.xlsx", with_member("xlsx", sheet, one, 100 * 2**20), "office_bomb"
    yield "400 MB in 400 kB", "b.xlsx", with_member("xlsx", sheet, four, 400 * 2**20), "office_bomb"
    yield "100 MB that says 1 kB", "b.xlsx", with_member("xlsx", sheet, one, 1000), "office_bomb"
    yield "400 MB that says 4 MB", "b.docx", with_member("docx", "word/a.xml", four, 4 * 2**20), "office_bomb"
    many = {f"xl/m{number}.xml": b"<a/>" for number in range(10_001)}
    yield "10,001 members", "b.xlsx", office("xlsx", many), "office_bomb"
    yield "60,000 members", "b.xlsx", office("xlsx", {f"x/{n}.xml": b"" for n in range(60_000)}), "office_bomb"
    long_names = {f"xl/{'n' * 900}{number}.xml": b"" for number in range(1_500)}
    yield "long directory", "b.xlsx", office("xlsx", long_names), "office_bomb"
    yield "overlapping members", "b.docx", overlapping(), "office_bomb"
    yield "ZIP64 size", "b.docx", patched_end(office("docx"), 12, b"\xff\xff\xff\xff"), "office_bomb"
    yield "ZIP64 locator", "b.docx", before_end(office("docx"), b"PK\x06\x07" + b"\0" * 16), "office_bomb"


def lies() -> Iterator[Case]:
    good = office("docx")
    yield "bytes before", "l.docx", b"PK\x03\x04" + b"\0" * 20 + good, "office_damaged"
    yield "bytes behind", "l.docx", good + b"<html>", "office_damaged"
    yield "a comment", "l.docx", good[:-2] + b"\x06\x00<html>", "office_damaged"
    yield "cut off", "l.docx", good[:-30], "office_damaged"
    yield "no directory", "l.docx", good[: good.index(b"PK\x01\x02")], "office_damaged"
    yield "too many announced", "l.docx", patched_end(good, 8, b"\x09\x00\x09\x00"), "office_damaged"
    yield "file between the members", "l.docx", before_directory(good, b"\x89PNG" + b"\0" * 600), "office_damaged"
    yield "bad checksum", "l.docx", patched_entry(good, 16, b"\0\0\0\0"), "office_damaged"
    yield "encrypted member", "l.docx", patched_entry(good, 8, b"\x01\x00"), "office_old"
    yield "unknown packing", "l.docx", patched_entry(good, 10, b"\x0c\x00"), "office_damaged"
    yield "stored with two sizes", "l.docx", patched_entry(good, 10, b"\x00\x00"), "office_damaged"
    other_name = good.replace(b"_rels/.rels", b"_rels/.xxxx", 1)
    yield "header names another member", "l.docx", other_name, "office_damaged"
    for label, mode in {"link": stat.S_IFLNK, "device": stat.S_IFCHR, "pipe": stat.S_IFIFO}.items():
        yield f"member that is a {label}", "l.docx", of_kind(mode), "office_damaged"
    yield "same name twice", "l.docx", office("docx", {"Word/Document.xml": b"<a/>"}), "office_damaged"
    for name in ("../../x.xml", "/etc/x.xml", "C:/x.xml", "a\\..\\x.xml", "word/../../x.xml"):
        # A backslash would be made a slash by the library: written as another sign and put back.
        data = office("docx", {name.replace("\\", "~"): b"<a/>"}).replace(b"a~..~x.xml", b"a\\..\\x.xml")
        yield f"member {name}", "l.docx", data, "office_damaged"


def packed_blanks(megabytes: int) -> tuple[bytes, int]:
    """(raw deflate of so many megabytes of blanks, their CRC). One block repeated: made in no time."""
    piece = b" " * 2**20
    pack, crc = zlib.compressobj(9, zlib.DEFLATED, -15), 0
    block = pack.compress(piece) + pack.flush(zlib.Z_FULL_FLUSH)
    for _ in range(megabytes):
        crc = zlib.crc32(piece, crc)
    return block * megabytes + pack.flush(), crc


def with_member(extension: str, name: str, packed: tuple[bytes, int], says: int) -> bytes:
    """A package with one more member whose sizes say `says`, wherever a size is written."""
    data, crc = packed
    marker = b"\1" * len(data)
    package = bytearray(office(extension))
    out = io.BytesIO(bytes(package))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), marker)
    package = bytearray(out.getvalue())
    place = package.index(marker)
    header = place - 30 - len(name)
    package[place : place + len(marker)] = data
    package[header + 8 : header + 10] = b"\x08\x00"
    package[header + 14 : header + 26] = struct.pack("<LLL", crc, len(data), says)
    entry = package.rindex(name.encode()) - 46
    package[entry + 10 : entry + 12] = b"\x08\x00"
    package[entry + 16 : entry + 28] = struct.pack("<LLL", crc, len(data), says)
    return bytes(package)


def overlapping() -> bytes:
    """Two directory entries for one member's bytes: the second copy costs 60 bytes and unpacks in full."""
    data = bytearray(office("docx", {"word/a.xml": b"<a/>", "word/b.xml": b"<a/>"}))
    first, second = data.rindex(b"word/a.xml") - 46, data.rindex(b"word/b.xml") - 46
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def of_kind(mode: int) -> bytes:
    """A package with a member that, unpacked by an obliging program, would be a link, a device or a pipe."""
    member, out = zipfile.ZipInfo("word/x.xml"), io.BytesIO(office("docx"))
    member.create_system, member.external_attr = 3, (mode | 0o777) << 16
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(member, "/etc/passwd")
    return out.getvalue()


def patched_entry(data: bytes, at: int, value: bytes) -> bytes:
    """`value` written at offset `at` of the last directory entry."""
    place = data.rindex(b"PK\x01\x02") + at
    return data[:place] + value + data[place + len(value) :]


def patched_end(data: bytes, at: int, value: bytes) -> bytes:
    place = len(data) - 22 + at
    return data[:place] + value + data[place + len(value) :]


def before_end(data: bytes, piece: bytes) -> bytes:
    return data[:-22] + piece + data[-22:]


def before_directory(data: bytes, piece: bytes) -> bytes:
    """`piece` hidden between the last member and the directory, whose stated start is corrected."""
    start = struct.unpack("<L", data[-6:-2])[0]
    moved = data[:start] + piece + data[start:]
    return moved[:-6] + struct.pack("<L", start + len(piece)) + moved[-2:]
