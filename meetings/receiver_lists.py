"""Who a letter may go to, by lists people know: heads of the host agencies of a year, all governors, a cluster."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from agreements.models import Agreement
from kpiportal.letters import Receiver
from kpiportal.models import ClusterMembership, Organization
from kpiportal.models.people import Kind
from meetings import guests

MOST = 500  # receivers of one letter
_HEAD = {Kind.PROVINCE: "ผู้ว่าราชการ", Kind.CLUSTER: "หัวหน้า"}


@dataclass(frozen=True)
class ReceiverList:
    """One list to choose: its name in the form, what people call it, who is on it."""

    slug: str
    label: str
    offices: list[Organization]


def lists_of(office: Organization) -> list[ReceiverList]:
    """What this office may choose from, empty lists left out: six queries at most, at any size."""
    if office.kind == Kind.OPDC:
        found = _of_opdc()
    elif office.kind == Kind.CLUSTER:
        found = [ReceiverList("members", "จังหวัดในกลุ่ม", list(_provinces_of(office)))]
    else:
        found = [*_hosts(office), ReceiverList("agencies", "ส่วนราชการของจังหวัด ทุกแห่ง", list(_agencies_of(office)))]
    if office.kind != Kind.OPDC:
        found.append(ReceiverList("opdc", "สำนักงาน ก.พ.ร.", list(Organization.objects.filter(kind=Kind.OPDC))))
    return [one for one in found if one.offices]


def _of_opdc() -> list[ReceiverList]:
    provinces = list(Organization.objects.filter(kind=Kind.PROVINCE).in_thai_order())
    clusters = list(Organization.objects.filter(kind=Kind.CLUSTER).in_thai_order())
    by_key = {province.pk: province for province in provinces}
    members: dict[int, list[Organization]] = {}
    for cluster, province in ClusterMembership.objects.values_list("cluster", "province").order_by(
        "province__sort_key"
    ):
        members.setdefault(cluster, []).append(by_key[province])
    return [
        ReceiverList("provinces", "ผู้ว่าราชการจังหวัด ทุกจังหวัด", provinces),
        ReceiverList("clusters", "หัวหน้ากลุ่มจังหวัด ทุกกลุ่ม", clusters),
        *(ReceiverList(f"cluster-{c.pk}", f"จังหวัดใน{c.full_name}", members.get(c.pk, [])) for c in clusters),
    ]


def _hosts(office: Organization) -> list[ReceiverList]:
    """The host agencies of each year that has an agreement, the newest first."""
    agreements = Agreement.objects.filter(owner=office).order_by("-fiscal_year")[:3]
    return [
        ReceiverList(
            f"hosts-{one.pk}", f"หัวหน้าส่วนราชการเจ้าภาพตัวชี้วัด ปีงบประมาณ {one.fiscal_year}", list(guests.hosts_of(one))
        )
        for one in agreements
    ]


def _agencies_of(office: Organization) -> QuerySet[Organization]:
    return Organization.objects.filter(kind=Kind.AGENCY, parent=office).select_related("parent").in_thai_order()


def _provinces_of(cluster: Organization) -> QuerySet[Organization]:
    return (
        Organization.objects.filter(cluster_links__cluster=cluster, cluster_links__valid_to=None)
        .distinct()
        .in_thai_order()
    )


def receivers(offices: Iterable[Organization], *, on: dt.date) -> list[Receiver]:
    """Each office with the words for its head and the address for its envelope."""
    offices = list(offices)
    agencies = {
        r.organization.pk: r.text for r in guests.receivers([o for o in offices if o.kind == Kind.AGENCY], on=on)
    }
    return [Receiver(o, _words_for(o, agencies), address=_address(o)) for o in offices]


def _words_for(office: Organization, agencies: dict[int, str]) -> str:
    if office.kind == Kind.OPDC:
        return "เลขาธิการ ก.พ.ร."
    return agencies.get(office.pk) or f"{_HEAD.get(Kind(office.kind), 'หัวหน้า')}{office.full_name}"


def _address(office: Organization) -> str:
    """Its own; an agency without one is reached at its province's."""
    return (office.address or (office.parent.address if office.parent else ""))[:300]
