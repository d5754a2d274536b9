"""ZIP containers read without trusting them: the directory first, then members in bounded pieces.

A 253 kB workbook can claim (or hide) gigabytes, and parsers that open it pay before they complain. So
`directory` reads at most 1 MB and judges what the archive says about itself; `pieces` then inflates a member
64 kB at a time and stops at the first byte more than it said. The standard library's reader is not used on
purpose: it builds an object per entry of a forged directory and cuts a member silently at its forged size.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

PIECE = 64 * 1024
LOCAL_HEADER, DIRECTORY_ENTRY, DIRECTORY_END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
# The kind of a Unix file stands in the four highest bits of a member's attributes: not said, folder, plain file.
_KIND, _KINDS = 28, {0, stat.S_IFDIR >> 12, stat.S_IFREG >> 12}
_ENTRY, _LOCAL, _END = struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s5H3L2H"), struct.Struct("<4s4H2LH")
_ENCRYPTED, _UTF8 = 0x0001 | 0x0040, 0x0800


@dataclass(frozen=True)
class Limits:
    """What an archive may claim. Sizes in bytes; a ratio is unpacked : packed."""

    members: int = 5_000
    unpacked: int = 150 * 2**20
    ratio: int = 100
    # Below this size a high ratio is harmless: an empty sheet packs 100 : 1 as well.
    ratio_from: int = 5 * 2**20
    directory: int = 2**20


@dataclass(frozen=True)
class Member:
    """One directory entry: where its packed bytes are and how many bytes it says it holds."""

    name: str
    method: int
    start: int
    packed: int
    unpacked: int
    crc: int


class BadArchive(Exception):
    """The container lies or is broken. code: "damaged", "bomb" or "encrypted"."""

    def __init__(self, code: str, why: str):
        super().__init__(why)
        self.code = code


def directory(file: BinaryIO, limits: Limits) -> list[Member]:
    """The members of a ZIP that fills the file exactly and stays within `limits`; else BadArchive.

    Reads the directory (at most limits.directory bytes) and the 30-byte header of each member, no content.
    """
    size = file.seek(0, 2)
    count, length, start = _end_record(file, size)
    if count > limits.members or length > limits.directory:
        raise BadArchive("bomb", f"{count} members in a directory of {length} bytes")
    file.seek(start)
    entries = _entries(file.read(length), count)
    unpacked = sum(member.unpacked for member in entries)
    too_dense = unpacked > limits.ratio_from and unpacked > limits.ratio * size
    if unpacked > limits.unpacked or too_dense:
        raise BadArchive("bomb", f"{unpacked} bytes out of {size}")
    if len({member.name.casefold() for member in entries}) < len(entries):
        raise BadArchive("damaged", "two members share a name")
    return _located(file, entries, start)


def pieces(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """The content of a member in pieces of at most 64 kB, checked against its stated size and CRC."""
    inflate = zlib.decompressobj(-15) if member.method == 8 else None
    position, left, total, crc = member.start, member.packed, 0, 0
    while left:
        file.seek(position)
        packed = file.read(min(PIECE, left))
        if not packed:
            raise BadArchive("damaged", f"{member.name} ends early")
        position, left = position + len(packed), left - len(packed)
        for piece in _inflated(inflate, packed, member):
            total, crc = total + len(piece), zlib.crc32(piece, crc)
            if total > member.unpacked:
                raise BadArchive("bomb", f"{member.name} holds more than it says")
            yield piece
    if inflate is not None and not inflate.eof:
        raise BadArchive("damaged", f"{member.name} ends early")
    if total != member.unpacked or crc != member.crc:
        raise BadArchive("damaged", f"{member.name} is not what it says")


def _inflated(inflate: zlib._Decompress | None, packed: bytes, member: Member) -> Iterator[bytes]:
    if inflate is None:
        yield packed
        return
    while True:
        try:
            piece = inflate.decompress(packed, PIECE)
        except zlib.error as error:
            raise BadArchive("damaged", f"{member.name}: {error}") from error
        if piece:
            yield piece
        if inflate.unused_data:
            raise BadArchive("damaged", f"{member.name} has bytes after its end")
        packed = inflate.unconsumed_tail
        # A full piece may leave more in the inflater although all input is taken: ask again with nothing.
        if not packed and len(piece) < PIECE:
            return


def _end_record(file: BinaryIO, size: int) -> tuple[int, int, int]:
    """(entries, directory length, directory start) of an archive with nothing before, between or after."""
    if size < _END.size:
        raise BadArchive("damaged", "too short")
    file.seek(max(0, size - _END.size - 20))
    tail = file.read()
    signature, disk, first_disk, here, count, length, start, comment = _END.unpack(tail[-_END.size :])
    if signature != DIRECTORY_END or comment:
        raise BadArchive("damaged", "the directory does not end the file")
    if tail[: -_END.size].startswith(_ZIP64_LOCATOR) or count == 0xFFFF or 0xFFFFFFFF in (length, start):
        raise BadArchive("bomb", "ZIP64 needs no file of this size")
    if disk or first_disk or here != count or not count or start + length != size - _END.size:
        raise BadArchive("damaged", "the directory is not where it says")
    return count, length, start


def _entries(raw: bytes, count: int) -> list[Member]:
    found, position = [], 0
    for _ in range(count):
        if position + _ENTRY.size > len(raw):
            raise BadArchive("damaged", "the directory ends early")
        (
            signature,
            _,
            _,
            flags,
            method,
            _,
            _,
            crc,
            packed,
            unpacked,
            name,
            extra,
            comment,
            disk,
            _,
            attributes,
            start,
        ) = _ENTRY.unpack_from(raw, position)
        if signature != DIRECTORY_ENTRY or disk:
            raise BadArchive("damaged", "not a directory entry")
        if flags & _ENCRYPTED:
            raise BadArchive("encrypted", "a member is encrypted")
        if method not in (0, 8) or (method == 0 and packed != unpacked):
            raise BadArchive("damaged", f"packing method {method}")
        if attributes >> _KIND not in _KINDS:
            raise BadArchive("damaged", "a member is a link or a device")
        title = raw[position + _ENTRY.size : position + _ENTRY.size + name]
        found.append(Member(_title(title, flags), method, start, packed, unpacked, crc))
        position += _ENTRY.size + name + extra + comment
    if position != len(raw):
        raise BadArchive("damaged", "more directory than entries")
    return found


def _title(raw: bytes, flags: int) -> str:
    try:
        name = raw.decode("utf-8" if flags & _UTF8 else "ascii")
    except UnicodeDecodeError:
        name = raw.decode("cp437")
    parts = name.split("/")
    if not name or "\\" in name or ":" in name or "\0" in name or parts[0] == "" or ".." in parts:
        raise BadArchive("damaged", "a member's name leaves the archive")
    return name


def _located(file: BinaryIO, entries: list[Member], end: int) -> list[Member]:
    """The same members with `start` moved from the local header to the packed bytes, overlaps refused."""
    found, free_from = [], 0
    for member in sorted(entries, key=lambda entry: entry.start):
        if member.start < free_from:
            raise BadArchive("bomb", "members overlap")
        _no_gap(free_from, member.start)
        file.seek(member.start)
        raw = file.read(_LOCAL.size)
        if len(raw) < _LOCAL.size:
            raise BadArchive("damaged", "a member lies outside the file")
        signature, _, flags, method, _, _, _, packed, unpacked, name, extra = _LOCAL.unpack(raw)
        same = _title(file.read(name), flags) == member.name and (method, flags & _ENCRYPTED) == (
            member.method,
            0,
        )
        # Bit 3: the sizes follow the content, the header holds zeros.
        sizes = flags & 0x0008 or (packed, unpacked) == (member.packed, member.unpacked)
        if signature != LOCAL_HEADER or not same or not sizes:
            raise BadArchive("damaged", "a member's header differs from the directory")
        start = member.start + _LOCAL.size + name + extra
        free_from = start + member.packed
        if free_from > end:
            raise BadArchive("damaged", "a member lies outside the file")
        found.append(Member(member.name, method, start, member.packed, member.unpacked, member.crc))
    _no_gap(free_from, end)
    return found


def _no_gap(taken_to: int, next_from: int) -> None:
    """Bytes no member owns could be another file. After a member its sizes may follow, 24 bytes at most."""
    if next_from - taken_to > (24 if taken_to else 0):
        raise BadArchive("damaged", "bytes between the members")
