"""The security log as whoever runs the machine reads it: who came in, who did not, what was refused."""

from __future__ import annotations

from collections.abc import Iterable

from kpiportal import thai
from kpiportal.models import Membership, Role, SecurityLog, User
from kpiportal.rules import duty_at_opdc

TONES = {"failed": "due", "refused": "due", "held_up": "late"}


def can_read(user: User) -> Membership | None:
    """OPDC's operator and director: what is in it is about accounts, not about anybody's work."""
    return duty_at_opdc(user, Role.OPERATOR, Role.DIRECTOR)


def words(rows: Iterable[SecurityLog]) -> list[dict[str, str]]:
    """As the page shows them."""
    return [_words(row) for row in rows]


def _words(row: SecurityLog) -> dict[str, str]:
    """A name nobody here has is not shown: people type passwords into the wrong box."""
    return {
        "when": thai.datetime_text(row.at, short=True),
        "what": row.get_what_display(),
        "tone": TONES.get(row.what, ""),
        "who": f"{row.user.full_name} ({row.user.email})" if row.user else "ชื่อที่ไม่มีในระบบ" if row.unknown else "ไม่ทราบ",
        "door": f"{row.door} {row.status or ''}".strip(),
        "address": row.address or "",
    }
