"""Who is invited: the heads of the host agencies, by the posts they hold on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from agreements.models import Agreement
from kpiportal.letters import Receiver
from kpiportal.models import Membership, Organization, Role
from kpiportal.models.people import Kind
from meetings.models import Meeting


def hosts_of(agreement: Agreement) -> QuerySet[Organization]:
    """The agencies that answer for its indicators as host or co-host, in Thai order, each once."""
    hosting = Organization.objects.filter(assignments__indicator__agreement=agreement)
    return Organization.objects.filter(pk__in=hosting.values("pk")).in_thai_order()


def candidates(meeting: Meeting) -> QuerySet[Organization]:
    """Whoever a letter of this meeting may go to, `is_host` or not: the hosts, every agency of the province."""
    is_host = Q(pk__in=hosts_of(meeting.agreement).order_by().values("pk"))
    agencies = Q(kind=Kind.AGENCY, parent=meeting.organization_id)
    return Organization.objects.filter(agencies | is_host).annotate(is_host=is_host).in_thai_order()


def receivers(organizations: Iterable[Organization], *, on: dt.date) -> list[Receiver]:
    """Each office with the words for its head: the post printed on documents, else หัวหน้า + the office."""
    organizations = list(organizations)
    heads = (
        Membership.objects.in_force(on)
        .filter(organization__in=organizations, role=Role.OVERSEER, user__is_active=True)
        .select_related("user")
        .order_by("-valid_from", "pk")
    )
    posts: dict[int, str] = {}
    for duty in heads:
        if post := duty.post or duty.user.position:
            posts.setdefault(duty.organization_id, post)
    return [Receiver(o, posts.get(o.pk, f"หัวหน้า{o.full_name}")) for o in organizations]
