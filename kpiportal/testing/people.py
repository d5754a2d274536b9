"""The cast of the tests: one province with everybody, a neighbour province, OPDC. Real rows, no mocks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kpiportal.models import Membership, Organization, Role, User
from kpiportal.models.people import Kind
from kpiportal.testing.plugin import NOW
from kpiportal.thai import BANGKOK

__all__ = ["BANGKOK", "NOW", "Cast", "make_cast", "make_user", "give"]

SINCE = dt.date(2014, 10, 1)
PASSWORD = "ฝนแรกเดือนหก-2558"


def make_user(name: str, **facts) -> User:
    facts = {"title": "นาย", "first_name": name, "last_name": "ทดสอบ", **facts}
    return User.objects.create_user(email=f"{name}@example.go.th", password=PASSWORD, **facts)


def give(user: User, organization: Organization, role: str, **facts) -> Membership:
    return Membership.objects.create(user=user, organization=organization, role=role, **{"valid_from": SINCE, **facts})


@dataclass
class Cast:
    """Organizations and people by the part they play; `neighbour*` is the same shape in another province."""

    opdc: Organization
    province: Organization
    agency: Organization
    other_agency: Organization
    neighbour_province: Organization
    neighbour_agency: Organization
    coordinator: User
    office_head: User
    governor: User
    collector: User
    overseer: User
    other_collector: User
    other_overseer: User
    viewer: User
    neighbour: User
    neighbour_collector: User
    neighbour_overseer: User
    neighbour_governor: User
    negotiator: User
    evaluator: User
    director: User
    operator: User
    nobody: User

    @property
    def people(self) -> dict[str, User]:
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


def make_cast() -> Cast:
    opdc = Organization.objects.create(kind=Kind.OPDC, code="OPDC", name="สำนักงาน ก.พ.ร.")
    ours = Organization.objects.create(
        kind=Kind.PROVINCE,
        code="50",
        name="เชียงใหม่",
        abbreviation="ชม",
        office_code="0017.2",
        address="ศาลากลางจังหวัดเชียงใหม่\nถนนโชตนา ชม 50300",
        phone="0-5311-2345",
    )
    theirs = Organization.objects.create(
        kind=Kind.PROVINCE,
        code="51",
        name="ลำพูน",
        abbreviation="ลพ",
        office_code="0017.2",
        address="ศาลากลางจังหวัดลำพูน\nลพ 51000",
        phone="0-5351-1111",
    )
    agency = Organization.objects.create(kind=Kind.AGENCY, code="50-0003", name="สำนักงานคลังจังหวัดเชียงใหม่", parent=ours)
    other = Organization.objects.create(
        kind=Kind.AGENCY, code="50-0019", name="สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่", parent=ours
    )
    afar = Organization.objects.create(kind=Kind.AGENCY, code="51-0003", name="สำนักงานคลังจังหวัดลำพูน", parent=theirs)
    places = {
        "coordinator": (ours, Role.COORDINATOR),
        "office_head": (ours, Role.OFFICE_HEAD),
        "governor": (ours, Role.GOVERNOR),
        "collector": (agency, Role.COLLECTOR),
        "overseer": (agency, Role.OVERSEER),
        "other_collector": (other, Role.COLLECTOR),
        "other_overseer": (other, Role.OVERSEER),
        "viewer": (ours, Role.VIEWER),
        "neighbour": (theirs, Role.COORDINATOR),
        "neighbour_collector": (afar, Role.COLLECTOR),
        "neighbour_overseer": (afar, Role.OVERSEER),
        "neighbour_governor": (theirs, Role.GOVERNOR),
        "negotiator": (opdc, Role.NEGOTIATOR),
        "evaluator": (opdc, Role.EVALUATOR),
        "director": (opdc, Role.DIRECTOR),
        "operator": (opdc, Role.OPERATOR),
    }
    people = {"nobody": make_user("nobody")}
    for name, (organization, role) in places.items():
        people[name] = make_user(name)
        give(people[name], organization, role)
    return Cast(
        opdc=opdc,
        province=ours,
        agency=agency,
        other_agency=other,
        neighbour_province=theirs,
        neighbour_agency=afar,
        **people,
    )
