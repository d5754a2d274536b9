"""The demo's world: OPDC, 76 provinces, Chiang Mai's agencies and one account per role. All people are invented.

Only the demo calls this. Each app above adds its part in its own demo.py (`load(world)`), in the order of
INSTALLED_APPS, through the same actions its users use.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import F

from kpiportal import clock, geography, people
from kpiportal.models import Organization, OutgoingMail, Role, User
from kpiportal.models.people import Kind
from kpiportal.thai import BANGKOK

PASSWORD = "chiangmai-2558"  # demo accounts only: printed by `make run`, refused outside it (kpiportal/checks.py)
DOMAIN = "demo.example"
SINCE = dt.date(2014, 10, 1)

DATA = Path(__file__).parent / "data"


@dataclass
class World:
    """What the apps' demo loaders hand on: organizations by name, people by part, and later the agreement."""

    opdc: Organization
    province: Organization
    cluster: Organization
    officials: dict[str, User] = field(default_factory=dict)
    agencies: dict[str, Organization] = field(default_factory=dict)
    collectors: dict[str, User] = field(default_factory=dict)
    overseers: dict[str, User] = field(default_factory=dict)
    stage: str = "reporting"
    made: dict[str, Any] = field(default_factory=dict)


def moment(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=BANGKOK)


def load_world(stage: str) -> World:
    """Organizations and accounts; the province is Chiang Mai, the neighbour Lamphun."""
    at = moment(2014, 9, 1)
    provinces = geography.load_organizations()
    province = provinces["เชียงใหม่"]
    Organization.objects.filter(pk=province.pk).update(
        office_code="0017.2", address="ศาลากลางจังหวัดเชียงใหม่\nถนนโชตนา ชม 50300", phone="0-5389-052"
    )
    province.refresh_from_db()
    cluster = province.cluster_links.select_related("cluster").get(valid_from__lte=2559, valid_to__gte=2559).cluster
    world = World(Organization.objects.get(kind=Kind.OPDC), province, cluster, stage=stage)
    places = {"province": province, "opdc": world.opdc, "neighbour": provinces["ลำพูน"], "cluster": cluster}
    for row in _rows("demo_officials.csv"):
        name = (row["title"], row["first"], row["last"])
        world.officials[row["mail"]] = _person(row["mail"], name, row["post"], places[row["place"]], row["role"], at)
    for number, row in enumerate(_rows("demo_agencies.csv"), start=1):
        _agency(world, number, row, at)
    return world


def settle_in() -> None:
    """Leave the world as a working year does: people have signed in, but for one agency nobody chased yet, and what
    came before the last days was read when it came.

    Django itself writes last_login, by the machine's clock: pages move it to the demo's (`portal_time`)."""
    signed_in = moment(2015, 10, 12, 9) - clock.shift()
    User.objects.exclude(email__startswith="chonlaprathan").update(last_login=signed_in)
    old = OutgoingMail.objects.filter(queued_at__lt=moment(2015, 10, 14, 0))
    old.update(read_at=F("queued_at"))


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _agency(world: World, number: int, row: dict[str, str], at: dt.datetime) -> None:
    """One agency with its collector and its overseer."""
    name, province = row["name"], world.province
    agency = world.agencies[name] = Organization.objects.create(
        kind=Kind.AGENCY,
        code=f"{province.code}-{number:02}",
        name=name,
        short_name=name.replace("จังหวัดเชียงใหม่", "จังหวัด"),
        parent=province,
        abbreviation=province.abbreviation,
        office_code=row["office_code"],
        phone=f"0-5311-{1200 + number}",
    )
    collector = (row["collector_title"], row["collector_first"], row["collector_last"])
    post = f"เจ้าหน้าที่ผู้รับผิดชอบตัวชี้วัด {name}"
    world.collectors[name] = _person(row["mail"], collector, post, agency, Role.COLLECTOR, at)
    if row["overseer_account"]:  # the head of the provincial office holds both duties
        head = world.overseers[name] = world.officials[row["overseer_account"]]
        people.give_duty(head, agency, Role.OVERSEER, by=None, at=at, valid_from=SINCE, post=head.position)
        return
    overseer = (row["overseer_title"], row["overseer_first"], row["overseer_last"])
    world.overseers[name] = _person(f"{row['mail']}-head", overseer, row["overseer_post"], agency, Role.OVERSEER, at)


def _person(mail: str, name: tuple[str, str, str], post: str, place: Organization, role: str, at: dt.datetime) -> User:
    title, first, last = name
    user = people.give_account(
        email=f"{mail}@{DOMAIN}", password=PASSWORD, title=title, first_name=first, last_name=last,
        position=post, phone=place.phone, by=None, at=at,
    )  # fmt: skip
    people.give_duty(user, place, role, by=None, at=at, valid_from=SINCE, post=post)
    return user
