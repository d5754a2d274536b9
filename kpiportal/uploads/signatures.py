"""What kind of file the first bytes are, whatever the name says."""

from __future__ import annotations

import filetype

from kpiportal.uploads.archive import LOCAL_HEADER

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
PDF = b"%PDF-"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The industry's harmless test pattern, written in two halves so that this source is not itself reported.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

_STARTS = {PDF: "pdf", PNG: "png", JPEG: "jpg", LOCAL_HEADER: "zip", OLE: "ole"}
_SHOWN = {
    "pdf": "PDF",
    "png": "รูปภาพ PNG",
    "jpg": "รูปภาพ JPG",
    "zip": "ZIP",
    "ole": "Office แบบเก่าหรือมีรหัสผ่าน",
}
MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<iframe", b"<?xml", b"<?php")


def kind(head: bytes) -> str | None:
    """ "pdf", "png", "jpg", "zip" or "ole" when `head` starts exactly so; None for everything else."""
    return next((name for start, name in _STARTS.items() if head.startswith(start)), None)


def is_heic(head: bytes) -> bool:
    """A photograph as telephones of one maker take it, whatever its name says."""
    return bool(filetype.guess_extension(head) == "heic")


def describe(head: bytes, extension: str) -> str:
    """What the content looks like, in Thai, to finish the sentence "ชื่อไฟล์ลงท้ายด้วย .pdf แต่เนื้อไฟล์…"."""
    if found := kind(head):
        return f"เป็น {_SHOWN[found]}"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP):
        return "เป็น HTML หรือ XML"
    guess = filetype.guess_extension(head)
    # The library is more lenient than a reader: "%PDF" anywhere near the start is a PDF to it.
    return f"เป็น {guess.upper()}" if guess and guess != extension else f"ขึ้นต้นไม่เหมือนไฟล์ .{extension}"
