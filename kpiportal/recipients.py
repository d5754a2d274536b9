"""Who receives: people by the duty they hold on a day, never by name."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from kpiportal.models import Membership, Organization, Role, User
from kpiportal.prepared import Given, Prepared

# Nearly every notice of an action asks this.
_holding = Prepared(
    lambda organization, roles, on: (
        Membership.objects.in_force(on)
        .filter(organization=organization, role__in=roles, user__is_active=True)
        .select_related("user")
        .order_by("user_id")
    ),
    roles=Given("roles", "::text[]"),
)


def holders(organization_id: int, *roles: str, on: dt.date) -> list[User]:
    """The people holding one of these roles there on that day, each once."""
    duties = _holding(organization=organization_id, roles=[str(role) for role in roles], on=on)
    return list(dict.fromkeys(duty.user for duty in duties))


def holders_of(organization_ids: Iterable[int], roles: Iterable[str], *, on: dt.date) -> dict[int, list[User]]:
    """The same for many organizations in one query."""
    rows = (
        Membership.objects.in_force(on)
        .filter(organization__in=organization_ids, role__in=list(roles), user__is_active=True)
        .select_related("user")
        .order_by("user_id")
    )
    found: dict[int, list[User]] = defaultdict(list)
    for duty in rows:
        if duty.user not in found[duty.organization_id]:
            found[duty.organization_id].append(duty.user)
    return found


def posts_of_heads(organizations: Iterable[Organization], *, on: dt.date) -> dict[int, str]:
    """Each office's head by the post printed on documents, else หัวหน้า + the office. One query."""
    organizations = list(organizations)
    heads = Membership.objects.in_force(on).filter(
        organization__in=organizations, role=Role.OVERSEER, user__is_active=True
    )
    posts: dict[int, str] = {}
    for duty in heads.select_related("user").order_by("-valid_from", "pk"):
        if post := duty.post or duty.user.position:
            posts.setdefault(duty.organization_id, post)
    return {office.pk: posts.get(office.pk, f"หัวหน้า{office.full_name}") for office in organizations}
