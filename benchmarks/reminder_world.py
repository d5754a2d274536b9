"""A country to remind: provinces, agencies, one collector and one overseer each, a card of every round. Written in
bulk, because it is the reminders that are looked at, not how cards come to be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reporting.models import Report

SINCE = dt.date(2000, 1, 1)
OPENED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def build(provinces: int, agencies: int, last_days: Sequence[dt.date]) -> list[Report]:
    """Open rounds with these last days, `agencies` cards in each of `provinces`. Returns the cards: by province, round,
    agency.

    People are told apart by their address: collector-P-A, overseer-P-A, coordinator-P, office-P, all @example.go.th.
    """
    from django.db import transaction  # noqa: PLC0415 -- models are there only after django.setup()

    with transaction.atomic():
        return _build(provinces, agencies, last_days)


def _build(provinces: int, agencies: int, last_days: Sequence[dt.date]) -> list[Report]:
    from agreements import models as a  # noqa: PLC0415 -- as above
    from kpiportal import deadlines  # noqa: PLC0415
    from kpiportal.models import Organization, Role  # noqa: PLC0415
    from reporting import models as r  # noqa: PLC0415

    places = [
        Organization(kind="province", code=f"P{p}", name=f"จังหวัดที่ {p}", sort_key=f"{p:03}") for p in range(provinces)
    ]
    places = Organization.objects.bulk_create(places)
    hosts = Organization.objects.bulk_create(
        Organization(kind="agency", code=f"P{p}-{n}", name=f"หน่วยงานที่ {n}", parent=place, sort_key=f"{p:03}{n:03}")
        for p, place in enumerate(places)
        for n in range(agencies)
    )
    keeper = _people(places, hosts, agencies, Role)
    scale = a.Scale.objects.create(name="ทดลอง", points=[1, 2, 3, 4, 5])
    framework = a.Framework.objects.create(
        fiscal_year=2570, party_kind="province", name="กรอบ", scale=scale, state="published"
    )
    dimension = a.Dimension.objects.create(framework=framework, order=1, name="มิติ", weight=100)
    plans = a.RoundPlan.objects.bulk_create(
        a.RoundPlan(
            framework=framework, months=3 * n, name=f"รอบ {3 * n} เดือน", period_end=day, agency_due=day, opdc_due=day
        )
        for n, day in enumerate(last_days, start=1)
    )
    agreements = a.Agreement.objects.bulk_create(
        a.Agreement(framework=framework, owner=place, fiscal_year=2570, state="signed", signed_on=SINCE)
        for place in places
    )
    criteria = iter(a.Criteria.objects.bulk_create(a.Criteria(kind="yes_no") for _ in hosts))
    indicators = a.Indicator.objects.bulk_create(
        a.Indicator(agreement=agreements[n // agencies], dimension=dimension, number=f"1.{n % agencies + 1}",
                    order=n % agencies + 1, name="งาน", unit="ร้อยละ", weight=Decimal(100) / agencies,
                    criteria=next(criteria))
        for n in range(len(hosts))
    )  # fmt: skip
    versions = a.AgreementVersion.objects.bulk_create(
        a.AgreementVersion(
            agreement=one, number=1, effective_months=3, content={}, sha256="", frozen_by=keeper, frozen_at=OPENED
        )
        for one in agreements
    )
    rounds = r.Round.objects.bulk_create(
        r.Round(agreement=one, plan=plan, months=plan.months, name=plan.name, period_end=plan.period_end, state="open",
                agency_due_at=deadlines.due_instant(plan.agency_due), opdc_due_at=deadlines.due_instant(plan.opdc_due))
        for one in agreements
        for plan in plans
    )  # fmt: skip
    return r.Report.objects.bulk_create(
        r.Report(round=round, indicator=indicators[p * agencies + n], host=hosts[p * agencies + n], version=versions[p],
                 due_at=round.agency_due_at, state_since=OPENED)
        for p in range(provinces)
        for round in rounds[p * len(plans) : (p + 1) * len(plans)]
        for n in range(agencies)
    )  # fmt: skip


def _people(places: list[Any], hosts: list[Any], agencies: int, role: Any) -> Any:
    """Everybody's account and duty; gives one of them."""
    from kpiportal.models import Membership, User  # noqa: PLC0415 -- as above

    posts = [(f"coordinator-{p}", place, role.COORDINATOR) for p, place in enumerate(places)]
    posts += [(f"office-{p}", place, role.OFFICE_HEAD) for p, place in enumerate(places)]
    for n, host in enumerate(hosts):
        where = f"{n // agencies}-{n % agencies}"
        posts += [(f"collector-{where}", host, role.COLLECTOR), (f"overseer-{where}", host, role.OVERSEER)]
    users = User.objects.bulk_create(
        User(email=f"{name}@example.go.th", first_name=name, last_name="ทดลอง", password="!") for name, _, _ in posts
    )
    Membership.objects.bulk_create(
        Membership(user=user, organization=place, role=held, valid_from=SINCE)
        for user, (_, place, held) in zip(users, posts, strict=True)
    )
    return users[0]
