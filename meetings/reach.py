"""Receivers the portal cannot reach: nobody there to mail, no address for the envelope. One sentence for each kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

NAMED = 3  # receivers a sentence names; of more it says how many


def sentences(recipients: Sequence[dict[str, Any]]) -> list[str]:
    """What to do about rows of `pages.recipients` that no mail will reach; empty when everybody is told."""
    untold = [row for row in recipients if not row["told"]]
    by_post = [row["text"] for row in untold if row["has_address"]]
    nowhere = [row["text"] for row in untold if not row["has_address"]]
    found = []
    if by_post:
        found.append(f"ไม่มีผู้รับอีเมลในระบบ ต้องส่งหนังสือเป็นกระดาษ {len(by_post)} แห่ง: {named(by_post)}")
    if nowhere:
        found.append(
            f"ไม่มีทั้งผู้รับอีเมลในระบบและที่อยู่บนซอง {len(nowhere)} แห่ง: {named(nowhere)} "
            "เติมที่อยู่ได้ที่ “คำขึ้นต้นและที่อยู่รายผู้รับ” หรือเชิญผู้ใช้ของหน่วยงานที่เมนู “บุคคล”"
        )
    return found


def named(texts: Sequence[str]) -> str:
    """`ก, ข, ค และอีก 4 แห่ง`."""
    more = len(texts) - NAMED
    return ", ".join(texts[:NAMED]) + (f" และอีก {more} แห่ง" if more > 0 else "")


def told(recipients: Sequence[dict[str, Any]]) -> str:
    """What is said once the letter is out: how many offices were told by mail, how many wait for paper."""
    count = sum(bool(row["told"]) for row in recipients)
    paper = len(recipients) - count
    found = [f"แจ้งหน่วยงานผู้รับทางอีเมล {count} แห่ง"] if count else []
    if paper:
        found.append(f"ต้องส่งเป็นกระดาษ {paper} แห่ง เพราะไม่มีผู้รับอีเมลในระบบ")
    return " ".join(found)
