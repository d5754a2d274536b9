"""Letters on their way to a signature: whose turn it is."""

from __future__ import annotations

import datetime as dt
from textwrap import shorten

from django.urls import reverse

from kpiportal.models import Letter, Membership, Role
from kpiportal.obligations import Duty, Kind, Seat, Whose, source

S = Letter.State
LONGEST_DETAIL = 90
# Nobody sets a letter a day, but paper that lies about is asked after.
CHECK = Kind("letter.check", "หนังสือรออนุมัติ", steps=(-2, -5))
SIGN = Kind("letter.sign", "หนังสือรอลงนาม", steps=(-2, -5))
NUMBER = Kind("letter.number", "หนังสือที่เห็นชอบแล้ว รอออกเลข", steps=(-2, -5))
_HEADS = (Role.OFFICE_HEAD, Role.CLUSTER_HEAD, Role.DIRECTOR)
_LEADS = (Role.GOVERNOR, Role.CLUSTER_HEAD, Role.DIRECTOR)
_CLERKS = (Role.COORDINATOR, Role.NEGOTIATOR)
# state -> kind of duty, its title, the button, who acts
_TURNS = {
    S.CHECKING: (CHECK, "หนังสือรออนุมัติ", "ตรวจหนังสือ", _HEADS),
    S.SIGNING: (SIGN, "หนังสือรอลงนาม", "อ่านและลงนาม", _LEADS),
    S.APPROVED: (NUMBER, "หนังสือรอออกเลข", "ออกเลข", _CLERKS),
}
_ANYBODY = tuple(sorted({*_HEADS, *_LEADS, *_CLERKS, Role.VIEWER}))


@source(CHECK, SIGN, NUMBER)
def waiting(at: dt.datetime, whose: Whose) -> list[Duty]:
    """One query; the named signer's own duty at the office comes with it."""
    offices = whose.at("organization", *_ANYBODY)
    rows = Letter.objects.filter(offices, state__in=list(_TURNS)).select_related("organization", "signatory")
    found = list(rows.order_by("moved_at", "pk"))
    named = [row.signatory.user_id for row in found if row.signatory and row.signatory.user_id]
    held = Membership.objects.filter(user__in=named).values_list("user", "organization", "role") if named else []
    return [_duty(row, at, list(held)) for row in found]


def _duty(row: Letter, at: dt.datetime, held: list[tuple[int, int, str]]) -> Duty:
    kind, title, action, roles = _TURNS[S(row.state)]
    signer = row.signatory.user_id if row.signatory and row.state == S.SIGNING else None
    if signer:
        roles = tuple(role for user, office, role in held if (user, office) == (signer, row.organization_id))
    return Duty(
        kind.name,
        row.pk,
        title=title,
        detail=shorten(f"{row.organization.full_name} · {row.subject}", LONGEST_DETAIL, placeholder=" …"),
        url=reverse("meetings:letter_detail", args=[row.pk]),
        action=action,
        seats=tuple(Seat(row.organization_id, role) for role in roles),
        since=row.moved_at or at,
        party_id=row.organization_id,
        subject=row,
    )
