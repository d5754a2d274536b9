"""Whom a step reaches: the holders of the duty's seats, in the order in which it climbs."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from kpiportal.models import Membership, OutgoingMail, User
from kpiportal.models.people import Kind
from kpiportal.obligations import AT_OPDC, Duty, Seat


@dataclass(frozen=True)
class Hearing:
    """A person hears of a duty, from this seat. `stands_in`: nobody who should act can be reached."""

    user: User
    seat: Seat
    stands_in: bool = False


@dataclass(frozen=True)
class Directory:
    """Who holds which seat on a day (substitutes hold it too), and whose address is known to fail."""

    holders: Mapping[tuple[int, str], list[User]]
    unreachable: frozenset[int] = frozenset()

    def at(self, seat: Seat, duty: Duty) -> list[User]:
        return [u for u in self.holders.get((seat.organization_id, seat.role), []) if u.pk not in duty.barred]

    def reachable(self, seat: Seat, duty: Duty) -> list[User]:
        return [user for user in self.at(seat, duty) if user.pk not in self.unreachable]

    def hear(self, duty: Duty, step: int) -> list[Hearing]:
        """Each person once, from the first seat they hold. While nobody who acts can be reached it climbs on at once:
        the next seat that has somebody stands in."""
        found: dict[int, Hearing] = {}
        acted = stood_in = False
        for seat in duty.seats:
            people = self.at(seat, duty)
            due = seat.from_step is None or step <= seat.from_step
            reachable = self.reachable(seat, duty)
            stands_in = not due and not acted and not stood_in and bool(reachable)
            if due or stands_in:
                for user in people:
                    found.setdefault(user.pk, Hearing(user, seat, stands_in=stands_in))
            acted = acted or (due and seat.acts and bool(reachable))
            stood_in = stood_in or stands_in
        return list(found.values())

    def deaf(self, duty: Duty) -> bool:
        """Whether nobody who acts from the first step on can be reached: the red line of the plan."""
        first = [seat for seat in duty.seats if seat.acts and seat.from_step is None]
        return not any(self.reachable(seat, duty) for seat in first)


def directory(duties: Iterable[Duty], *, on: dt.date) -> Directory:
    """Everybody these duties may concern. One query."""
    seats = {seat for duty in duties for seat in duty.seats}
    places = {seat.organization_id for seat in seats}
    rows = Membership.objects.in_force(on).filter(
        Q(organization__in=places) | Q(organization__kind=Kind.OPDC),
        role__in={seat.role for seat in seats},
        user__is_active=True,
    )
    rows = rows.annotate(deaf=ExpressionWrapper(Q(user__in=unreachable()), BooleanField()))
    holders: dict[tuple[int, str], list[User]] = defaultdict(list)
    deaf = set()
    for duty in rows.select_related("user", "organization").order_by("user_id", "pk"):
        deaf |= {duty.user_id} if duty.deaf else set()
        at_opdc = duty.organization.kind == Kind.OPDC
        for place in (duty.organization_id, AT_OPDC) if at_opdc else (duty.organization_id,):
            if duty.user not in holders[place, duty.role]:
                holders[place, duty.role].append(duty.user)
    return Directory(holders, frozenset(deaf))


def unreachable() -> QuerySet:
    """People whose address, as it is now, was refused for good and has taken nothing since."""
    state, channel = OutgoingMail.State, OutgoingMail.Channel
    mails = OutgoingMail.objects.filter(channel=channel.EMAIL, to_email=F("to_user__email"))
    since = OutgoingMail.objects.filter(
        to_email=OuterRef("to_email"), channel=channel.EMAIL, state=state.SENT, pk__gt=OuterRef("pk")
    )
    failed = mails.filter(~Exists(since), state=state.FAILED)
    return failed.values_list("to_user", flat=True)
