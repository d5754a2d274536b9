"""DOCX, XLSX and PPTX: packages of XML and pictures, nothing that runs and nothing that calls out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from kpiportal.uploads.archive import LOCAL_HEADER, BadArchive, Limits, Member, directory, pieces
from kpiportal.uploads.refusals import Flaw
from kpiportal.uploads.signatures import EICAR, OLE

LIMITS = Limits()
# Charts in a presentation carry their data as a whole workbook: one level, each small.
NESTED_LIMITS = Limits(members=500, unpacked=30 * 2**20)
NESTED_LARGEST = 8 * 2**20
LARGEST_LIST = 4 * 2**20
OVERLAP = 128

_MAIN_PART = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
_CONTENT_TYPES = "[content_types].xml"
_MACRO_TYPES = re.compile(r"macroEnabled|vbaProject|macrosheet|dialogsheet|activeX", re.IGNORECASE)
_MACRO_PARTS = re.compile(r"(^|/)(vba[^/]*\.(bin|xml)|(intl)?macrosheets/.*|dialogsheets/.*|activex/.*)$")
_PARTS = re.compile(
    r"\.(xml|rels|vml|png|jpe?g|jpe|jfif|gif|bmp|tiff?|emf|wmf|emz|wmz|wdp|hdp|svg|webp|ico|bin|odttf|fntdata|ttf"
    r"|docx|xlsx|pptx|wav|mp3|m4a|wma|mp4|m4v|mov|avi|wmv|mpe?g|dat|tmp)$|/$"
)
_NESTED = re.compile(r"(^|/)embeddings/[^/]+\.(docx|xlsx|pptx)$")

_FOREIGN_STARTS = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!",  # programs
    LOCAL_HEADER, b"Rar!", b"7z\xbc\xaf", b"MSCF", b"%PDF-",
)  # fmt: skip
# An OLE part is an equation or an old chart; these streams make it a program, a macro or a hidden package.
_OLE_DANGERS = [word.encode("utf-16-le") for word in ("Ole10Native", "_VBA_PROJECT", "EncryptedPackage")]
_CODES = ("ascii", "utf-16-le", "utf-16-be")
_ENTITY = [("<!ENTITY").encode(code) for code in _CODES]
_DOCTYPE = [("<!DOCTYPE").encode(code) for code in _CODES]
_CALLS_OUT = [b"DDEAUTO", b"<ddeLink", b":ddeLink"]
_REMOTE = re.compile(r"\s*(https?:|ftps?:|file:/*[^/.:]+\.[^/:]+/|\\\\|//|mhtml:|ms-)", re.IGNORECASE)
_AUTO_LOADED = ("/attachedTemplate", "/oleObject", "/frame", "/subDocument", "/mailMergeSource")


def check(file: BinaryIO, extension: str, limits: Limits = LIMITS) -> None:
    """Raise Flaw unless the package is an ordinary document of the named kind. Memory: a few MB, always."""
    try:
        _check_package(file, extension, limits, nested=False)
    except BadArchive as bad:
        raise Flaw({"bomb": "office_bomb", "encrypted": "office_old"}.get(bad.code, "office_damaged")) from bad


def _check_package(file: BinaryIO, extension: str, limits: Limits, *, nested: bool) -> None:
    members = directory(file, limits)
    names = {member.name.casefold() for member in members}
    if any(_MACRO_PARTS.search(name) for name in names):
        raise Flaw("office_macro")
    if _CONTENT_TYPES not in names:
        raise Flaw("mismatch", "ไม่ใช่เอกสาร Office")
    if not all(_PARTS.search(name) for name in names):
        raise Flaw("office_content")
    for member in members:
        _check_member(file, member, extension, nested=nested)


def _check_member(file: BinaryIO, member: Member, extension: str, *, nested: bool) -> None:
    name = member.name.casefold()
    if _NESTED.search(name):
        if nested or member.unpacked > NESTED_LARGEST:
            raise Flaw("office_bomb")
        inner = io.BytesIO(b"".join(pieces(file, member)))
        _check_package(inner, name.rpartition(".")[2], NESTED_LIMITS, nested=True)
    elif name == _CONTENT_TYPES:
        _check_content_types(_whole(file, member), extension)
    elif name.endswith(".rels"):
        _check_relationships(_whole(file, member))
    else:
        _check_stream(file, member)


def _whole(file: BinaryIO, member: Member) -> bytes:
    if member.unpacked > LARGEST_LIST:
        raise Flaw("office_bomb")
    data = b"".join(pieces(file, member))
    _refuse_words(data, [EICAR, *_ENTITY, *_DOCTYPE])
    return data


def _attributes(data: bytes) -> list[dict[str, str]]:
    """The attributes of every element, with escapes and encodings resolved as an office program does."""
    found: list[dict[str, str]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _, attributes: found.append(attributes)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Flaw("office_damaged") from error
    return found


def _check_content_types(data: bytes, extension: str) -> None:
    types = {attributes.get("ContentType", "") for attributes in _attributes(data)}
    if any(_MACRO_TYPES.search(name) for name in types):
        raise Flaw("office_macro")
    if _MAIN_PART[extension] not in types:
        other = next((kind for kind, part in _MAIN_PART.items() if part in types), None)
        raise Flaw("mismatch", f"เป็น .{other}" if other else "ไม่ใช่เอกสาร Office แบบปกติ")


def _check_relationships(data: bytes) -> None:
    """Hyperlinks may point anywhere; a template, object or frame fetched by opening the file may not."""
    for link in _attributes(data):
        fetched = link.get("Type", "").endswith(_AUTO_LOADED) and link.get("TargetMode") == "External"
        if fetched and _REMOTE.match(link.get("Target", "")):
            raise Flaw("office_external")


def _check_stream(file: BinaryIO, member: Member) -> None:
    words: list[bytes] = []
    for window in _windows(pieces(file, member)):
        if not words:
            if window.startswith(_FOREIGN_STARTS):
                raise Flaw("office_content")
            if window.startswith(OLE):
                _check_ole(file, member)
            words = _words_for(member.name.casefold(), window)
        _refuse_words(window, words)


def _words_for(name: str, start: bytes) -> list[bytes]:
    """What this part must not contain. XML by name or by looks; drawings people insert keep their DOCTYPE."""
    if name.endswith(".svg"):
        return [EICAR, *_ENTITY]
    looks = start.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<")
    if looks or name.endswith((".xml", ".vml")):
        return [EICAR, *_ENTITY, *_DOCTYPE, *_CALLS_OUT]
    return [EICAR]


def _check_ole(file: BinaryIO, member: Member) -> None:
    for window in _windows(pieces(file, member)):
        if any(danger in window for danger in _OLE_DANGERS):
            raise Flaw("office_content")


def _windows(stream: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces with the end of the one before in front, so that no word hides on a border."""
    tail = b""
    for piece in stream:
        window = tail + piece
        yield window
        tail = window[-OVERLAP:]


def _refuse_words(data: bytes, words: list[bytes]) -> None:
    for word in words:
        if word in data:
            calls_out = word in _CALLS_OUT
            raise Flaw("virus" if word == EICAR else "office_external" if calls_out else "office_content")
