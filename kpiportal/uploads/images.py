"""PNG and JPG: one whole picture, of a size a viewer can open, with nothing behind it."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable
from typing import Any

from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from kpiportal.uploads.refusals import Flaw
from kpiportal.uploads.signatures import JPEG, PNG

# 80 million pixels: above every phone's usual setting (50), below where Pillow itself starts to warn (89).
MOST_PIXELS = 80_000_000
MOST_PARTS = 20_000
MOST_METADATA = 8 * 2**20

_TAGS = re.compile(rb"<(script|html|!doctype|svg|iframe|\?php|body|object)", re.IGNORECASE)
_SCRIPT = re.compile(rb"<(script|iframe)[\s>]", re.IGNORECASE)
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def check_png(data: Any) -> None:
    """`data`: bytes or a memory map of the whole file. Raises Flaw."""
    position, parts, width_seen = len(PNG), 0, False
    while True:
        head = data[position : position + 8]
        if len(head) < 8:
            raise Flaw("image_damaged")
        length, kind = struct.unpack(">L4s", head)
        end = position + 12 + length
        if end > len(data) or (parts := parts + 1) > MOST_PARTS:
            raise Flaw("image_damaged")
        if kind == b"IHDR":
            _check_pixels(*struct.unpack(">LL", data[position + 8 : position + 16]))
            width_seen = True
        elif kind != b"IDAT":
            _check_metadata(data[position + 8 : min(end, position + MOST_METADATA)])
        position = end
        if kind == b"IEND":
            break
    if position != len(data):
        raise Flaw("polyglot")
    if not width_seen:
        raise Flaw("image_damaged")
    _check_whole(data)
    _check_opens(PngImageFile, data)


def check_jpg(data: Any) -> None:
    """`data`: bytes or a memory map of the whole file. Raises Flaw.

    Phones put more JPGs behind the first (gain map, preview) and Samsung a small list of facts: these stay
    welcome. Anything else after the end of the picture is refused.
    """
    # A segment whose length bytes read "/*" is the known trick to make a JPG run as a script.
    if data[4:6] == b"/*":
        raise Flaw("polyglot")
    position = 0
    for _ in range(12):
        position = _walk(data, position)
        while data[position : position + 1] == b"\0":
            position = _skip_zeros(data, position)
        if data[position : position + 3] != JPEG:
            break
    _check_tail(data[position:])
    _check_whole(data)
    _check_opens(JpegImageFile, data)


def _walk(data: Any, position: int) -> int:
    """From the start of one JPG to the byte after its end marker."""
    position, framed = position + 2, False
    for _ in range(MOST_PARTS):
        found = _NEXT_MARKER.match(data, position)
        if not found:
            raise Flaw("image_damaged")
        marker, position = found[0][-1], found.end()
        if marker == 0xD9:
            if not framed:
                raise Flaw("image_damaged")
            return position
        if marker == 0x01:
            continue
        head = data[position : position + 7]
        length = int.from_bytes(head[:2], "big")
        if marker == 0xD8 or len(head) < 7 or length < 2 or position + length > len(data):
            raise Flaw("image_damaged")
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", head[3:7])
            _check_pixels(width, height)
            framed = True
        elif marker != 0xDA:
            _check_metadata(data[position + 2 : position + length])
        position += length
        if marker == 0xDA:
            scan_end = _NEXT_MARKER.search(data, position)
            position = scan_end.start() if scan_end else len(data)
    raise Flaw("image_damaged")


def _skip_zeros(data: Any, position: int) -> int:
    end = position
    while end < len(data) and not any(data[end : end + 4096]):
        end += 4096
    while end < len(data) and data[end] == 0:
        end += 1
    return min(end, len(data))


def _check_tail(tail: bytes) -> None:
    if not tail:
        return
    if b"ftyp" in tail[:64] or b"MotionPhoto" in tail[:256]:
        raise Flaw("image_motion")
    samsung = tail.endswith(b"SEFT") and b"SEFH" in tail and len(tail) <= 64 * 1024
    if samsung and b"ftyp" in tail:
        raise Flaw("image_motion")
    if not samsung or b"PK\x05\x06" in tail:
        raise Flaw("polyglot")
    _check_metadata(tail)


def _check_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise Flaw("image_damaged")
    if width * height > MOST_PIXELS:
        raise Flaw("image_too_big", "80 ล้านจุด")


def _check_metadata(data: bytes) -> None:
    if _TAGS.search(data):
        raise Flaw("polyglot")


def _check_whole(data: Any) -> None:
    if _SCRIPT.search(data) or data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000)) >= 0:
        raise Flaw("polyglot")


def _check_opens(reader: Callable[[io.BytesIO], Any], data: Any) -> None:
    """The library a viewer would use must agree. It reads headers and checksums; no pixel is unpacked."""
    try:
        with reader(io.BytesIO(data)) as picture:
            picture.verify()
    except Exception as error:  # Pillow has no common base class for what a broken file raises
        raise Flaw("image_damaged") from error
