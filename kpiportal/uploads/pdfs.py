"""PDF: a whole document that starts and ends as one, shows pages, and does nothing by itself.

What a viewer would obey is a *name* (`/JavaScript`), and a name can be written with escapes (`/J#61vaScript`)
or packed inside an object stream. So the whole file is searched for the names in every spelling, and every
object stream is unpacked, bounded, and searched too. An object stream that is not packed the plain way real
programs pack them is refused: this module does not guess what another reader would make of it.
"""

from __future__ import annotations

import re
import zlib
from typing import Any

from kpiportal.uploads.refusals import Flaw
from kpiportal.uploads.signatures import EICAR, MARKUP

LARGEST_STREAM = 8 * 2**20
MOST_UNPACKED = 48 * 2**20
MOST_PACKED = 32 * 2**20
MOST_NAMES = 3_000_000
MOST_FINDS = 100_000
MOST_LISTS = 4_000
MOST_ATTACHMENTS = 50
REACH = 4096

_TAGS = [tag for tag in MARKUP if tag != b"<?xml"]
_BLANK = rb"[\x00\t\n\x0c\r ]"


def _spelled(*names: str) -> bytes:
    """A pattern for PDF names after the slash, in every spelling: each character plain or as #hh."""
    spelled = (b"".join(rb"(?:%s|#%s)" % (sign.encode(), _hex(ord(sign))) for sign in name) for name in names)
    return rb"(?:" + b"|".join(spelled) + rb")(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|\Z)"


def _hex(code: int) -> bytes:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in f"{code:02x}").encode()


_HEADER = re.compile(rb"%PDF-(1\.[0-7]|2\.0)(?=[\x00\t\n\x0c\r %])")
# One pass over the file for all of them. XFA and EF are short enough to occur by chance in a packed
# picture; in earnest they are followed by their value.
_NAMES = re.compile(
    rb"/(?=[EFJLORX#])(?:"
    + rb"(?P<encrypted>" + _spelled("Encrypt") + rb")"
    + rb"|(?P<active>" + _spelled("JavaScript", "Launch", "Rendition", "RichMedia")
    + rb"|" + _spelled("XFA") + _BLANK + rb"*+[\[\d])"
    + rb"|(?P<file>" + _spelled("EF") + _BLANK + rb"*+(?:<<|\d))"
    + rb"|(?P<attached>" + _spelled("EmbeddedFile") + rb")"
    + rb"|(?P<list>" + _spelled("ObjStm", "First") + rb"))"
)  # fmt: skip
_REFERENCE = re.compile(_BLANK + rb"*+\d++" + _BLANK + rb"++\d++" + _BLANK + rb"++R\b")
_STREAM = re.compile(rb">>" + _BLANK + rb"*+stream(?:\r\n|\n|\r)")
_BORDER = re.compile(rb"endobj|endstream|(?<=[\r\n])%%EOF")
_PLAIN_OBJECT = re.compile(
    rb"(?:%b|%%[^\r\n]*+[\r\n])*+\d++%b++\d++%b++obj%b*+<<[^()%%]*>>" % (_BLANK, _BLANK, _BLANK, _BLANK)
)
_PLAIN_FILTER = re.compile(rb"/Filter" + _BLANK + rb"*\[?" + _BLANK + rb"*/FlateDecode\b")
_FILTER = re.compile(rb"/(Filter\b|F[\x00\t\n\x0c\r \[/])")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def check(data: Any) -> None:
    """`data`: bytes or a memory map of the whole file. Raises Flaw."""
    _check_ends(data)
    names = _names(data)
    files = len(names["file"])
    unpacked = packed = 0
    for start, end in _packed_lists(data, names["list"]):
        inner = _unpacked(data[start:end])
        unpacked, packed = unpacked + len(inner), packed + end - start
        if unpacked > MOST_UNPACKED or packed > MOST_PACKED:
            raise Flaw("pdf_damaged")
        files += len(_names(inner)["file"])
    _check_attachments(data, files, names["attached"])


def _check_ends(data: Any) -> None:
    """The header is the first byte, the end mark the last: what comes before or after is another file."""
    if not _HEADER.match(data):
        raise Flaw("pdf_damaged")
    end = data.rfind(b"%%EOF")
    if end < 0 or data.rfind(b"startxref", max(0, end - REACH), end) < 0:
        raise Flaw("pdf_damaged")
    if data[end + 5 : end + 5 + REACH].strip(b"\0\t\n\x0c\r ") or len(data) > end + 5 + REACH:
        raise Flaw("polyglot")
    if data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000)) >= 0:
        raise Flaw("polyglot")
    # Not a page description but an attempt to keep the search below busy: a name every eight bytes.
    if len(data) > MOST_NAMES and _count(data, b"/") > MOST_NAMES:
        raise Flaw("pdf_damaged")
    start = data[:1024].lower()
    if any(tag in start for tag in _TAGS):
        raise Flaw("polyglot")


def _count(data: Any, sign: bytes) -> int:
    """How often `sign` occurs; a megabyte at a time because a memory map cannot count."""
    return sum(data[start : start + 2**20].count(sign) for start in range(0, len(data), 2**20))


def _names(text: Any) -> dict[str, list[int]]:
    """Where the names are that need a closer look: {"file" | "attached" | "list": [end of the name, ...]}.

    What runs or hides is refused at once.
    """
    found: dict[str, list[int]] = {"file": [], "attached": [], "list": []}
    for count, name in enumerate(_NAMES.finditer(text)):
        what = name.lastgroup or ""
        if what not in found or count > MOST_FINDS:
            raise Flaw({"encrypted": "pdf_encrypted", "active": "pdf_active"}.get(what, "pdf_damaged"))
        found[what].append(name.end())
    return found


def _packed_lists(data: Any, names: list[int]) -> list[tuple[int, int]]:
    """(start, end) of the packed bytes of every object stream; an unpacked one was searched with the file."""
    seen: set[int] = set()
    found = []
    for name_end in names:
        if _REFERENCE.match(data, name_end):
            continue  # /First 12 0 R: an outline names its first entry
        opening = _STREAM.search(data, name_end, name_end + REACH)
        if not opening or len(seen) > MOST_LISTS:
            raise Flaw("pdf_damaged")
        start = opening.end()
        if start not in seen and _is_packed(data, name_end, opening.start() + 2):
            found.append((start, _end_of(data, start)))
        seen.add(start)
    return found


def _is_packed(data: Any, name_at: int, dictionary_end: int) -> bool:
    """Whether the object around `name_at` is packed with Flate.

    From the end of the object before, it must read `n g obj << no strings, no comments >>`: nothing that two
    readers could understand differently.
    """
    reach = max(0, name_at - REACH)
    borders = [border.end() for border in _BORDER.finditer(data, reach, name_at)]
    start = borders[-1] if borders else 0
    line = max(data.rfind(b"\n", reach, start), data.rfind(b"\r", reach, start), reach - 1)
    in_comment = b"%" in data[line + 1 : start].removesuffix(b"%%EOF")
    if in_comment or not _PLAIN_OBJECT.fullmatch(data, start, dictionary_end):
        raise Flaw("pdf_damaged")
    text = _ESCAPE.sub(lambda code: bytes([int(code[1], 16)]), data[start:dictionary_end])
    filters = len(_FILTER.findall(text))
    # FlateDecode once, and no parameters: those would be "DecodeParms".
    if text.count(b"Decode") != filters or filters > 1 or (filters and not _PLAIN_FILTER.search(text)):
        raise Flaw("pdf_damaged")
    return bool(filters)


def _end_of(data: Any, start: int) -> int:
    end = int(data.find(b"endstream", start, start + LARGEST_STREAM))
    if end < 0:
        raise Flaw("pdf_damaged")
    return end


def _unpacked(packed: bytes) -> bytes:
    inflate = zlib.decompressobj()
    try:
        inner = inflate.decompress(packed, LARGEST_STREAM)
    except zlib.error as error:
        raise Flaw("pdf_damaged") from error
    if not inflate.eof:
        raise Flaw("pdf_damaged")
    return inner


def _check_attachments(data: Any, files: int, streams: list[int]) -> None:
    """XML beside the page (PDF/A-3, e-documents) is welcome; a file of any other kind belongs outside."""
    if files > len(streams) or len(streams) > MOST_ATTACHMENTS:
        raise Flaw("pdf_attachment")
    for name_end in streams:
        opening = _STREAM.search(data, name_end, name_end + REACH)
        if not opening or not _is_xml(data[opening.end() : opening.end() + 64 * 1024]):
            raise Flaw("pdf_attachment")


def _is_xml(packed: bytes) -> bool:
    try:
        text = zlib.decompressobj().decompress(packed, 64 * 1024)
    except zlib.error:
        text = packed
    head = text.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return bool(re.match(rb"<(\?xml|[a-z])", head)) and EICAR not in text and not any(tag in head for tag in _TAGS)
