"""Letters on their way to a signature: whose turn it is."""

from __future__ import annotations

import datetime as dt
from textwrap import shorten

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.urls import reverse

from kpiportal.letters.signers import LEADS, roles_of
from kpiportal.models import Letter, Membership, Role
from kpiportal.obligations import Duty, Kind, Rows, Seat, Whose, source

S = Letter.State
LONGEST_DETAIL = 90
_HEADS = (Role.OFFICE_HEAD, Role.CLUSTER_HEAD, Role.DIRECTOR)
_CLERKS = (Role.COORDINATOR, Role.NEGOTIATOR)
_ANYBODY = tuple(sorted({*_HEADS, *LEADS, *_CLERKS, Role.VIEWER}))
# Nobody sets a letter a day, but paper that lies about is asked after.
CHECK = Kind("letter.check", "หนังสือรออนุมัติ", (-2, -5), _HEADS)
SIGN = Kind("letter.sign", "หนังสือรอลงนาม", (-2, -5), _ANYBODY)  # the named signer's own roles
NUMBER = Kind("letter.number", "หนังสือที่เห็นชอบแล้ว รอออกเลข", (-2, -5), _CLERKS)
# state -> kind of duty, its title, the button, who acts
_TURNS = {
    S.CHECKING: (CHECK, "หนังสือรออนุมัติ", "ตรวจหนังสือ", _HEADS),
    S.SIGNING: (SIGN, "หนังสือรอลงนาม", "อ่านและลงนาม", LEADS),
    S.APPROVED: (NUMBER, "หนังสือรอออกเลข", "ออกเลข", _CLERKS),
}


@source(CHECK, SIGN, NUMBER)
def waiting(at: dt.datetime, whose: Whose) -> list[Duty]:
    """One query; the named signer's own duty at the office comes with it."""
    return [_duty(row, at) for row in _letters(whose)]


@Rows
def _letters(whose: Whose) -> QuerySet[Letter]:
    offices = whose.at("organization", *_ANYBODY)
    held = Membership.objects.filter(user=OuterRef("signatory__user"), organization=OuterRef("organization"))
    heads = Membership.objects.filter(organization=OuterRef("organization"), role__in=(*LEADS, Role.OFFICE_HEAD))
    heads = heads.annotate(printed=ExpressionWrapper(OuterRef("signer"), CharField()))
    named = Q(printed__contains=F("user__first_name")) & Q(printed__contains=F("user__last_name"))
    rows = Letter.objects.filter(offices, state__in=list(_TURNS)).select_related("organization", "signatory")
    rows = rows.annotate(
        signs_as=ArraySubquery(held.order_by("pk").values("role")),
        # As signers.is_name_of, near enough for a home page: nobody signs in another's name.
        others=ArraySubquery(heads.exclude(named).order_by("user").values("user")),
    )
    return rows.order_by("moved_at", "pk")


def _duty(row: Letter, at: dt.datetime) -> Duty:
    kind, title, action, roles = _TURNS[S(row.state)]
    barred: frozenset[int] = frozenset()
    if row.state == S.SIGNING and row.signatory and row.signatory.user_id:
        roles = tuple(row.signs_as)
    elif row.state == S.SIGNING and row.kind != Letter.Kind.STAMPED:
        roles, barred = roles_of(row), frozenset(row.others)
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
        barred=barred,
        subject=row,
    )
