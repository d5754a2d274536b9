"""The cast of the tests: one province with everybody, a neighbour province, OPDC. Real rows, no mocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.db import models

from kpiportal.models import Membership, Organization, Role, User
from kpiportal.models.people import Kind
from kpiportal.testing.plugin import NOW
from kpiportal.thai import BANGKOK, sort_key

M = TypeVar("M", bound=models.Model)
__all__ = ["BANGKOK", "NOW", "Cast", "make_cast", "make_user", "give"]

SINCE = dt.date(2014, 10, 1)
PASSWORD = "ฝนแรกเดือนหก-2558"


CHIANG_MAI = {
    "abbreviation": "ชม",
    "office_code": "0017.2",
    "address": "ศาลากลางจังหวัดเชียงใหม่\nถนนโชตนา ชม 50300",
    "phone": "0-5311-2345",
}
LAMPHUN = {
    "abbreviation": "ลพ",
    "office_code": "0017.2",
    "address": "ศาลากลางจังหวัดลำพูน\nลพ 51000",
    "phone": "0-5351-1111",
}
# Who is in the cast, where and as what; `nobody` has no duty.
DUTIES = {
    "coordinator": ("ours", Role.COORDINATOR),
    "office_head": ("ours", Role.OFFICE_HEAD),
    "governor": ("ours", Role.GOVERNOR),
    "collector": ("agency", Role.COLLECTOR),
    "overseer": ("agency", Role.OVERSEER),
    "other_collector": ("other", Role.COLLECTOR),
    "other_overseer": ("other", Role.OVERSEER),
    "viewer": ("ours", Role.VIEWER),
    "neighbour": ("theirs", Role.COORDINATOR),
    "neighbour_collector": ("afar", Role.COLLECTOR),
    "neighbour_overseer": ("afar", Role.OVERSEER),
    "neighbour_governor": ("theirs", Role.GOVERNOR),
    "negotiator": ("opdc", Role.NEGOTIATOR),
    "evaluator": ("opdc", Role.EVALUATOR),
    "director": ("opdc", Role.DIRECTOR),
    "operator": ("opdc", Role.OPERATOR),
}


def make_user(name: str, **facts) -> User:
    return User.objects.create_user(**{**_facts(name), **facts}, password=PASSWORD)


def _facts(name: str) -> dict[str, str]:
    return {"email": f"{name.lower()}@example.go.th", "title": "นาย", "first_name": name, "last_name": "ทดสอบ"}


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


# Who and what is in the first cast of this process has the same key in every other: kpiportal/testing/rebuilt.py puts
# rows back that name them.
_keys: dict[tuple[type[models.Model], str], int] = {}


def make_cast() -> Cast:
    """In few statements, because nearly every test begins with this."""
    if _keys:
        _forget()
    opdc, ours, theirs = _places(
        _place(Kind.OPDC, "OPDC", "สำนักงาน ก.พ.ร."),
        _place(Kind.PROVINCE, "50", "เชียงใหม่", **CHIANG_MAI),
        _place(Kind.PROVINCE, "51", "ลำพูน", **LAMPHUN),
    )
    agency, other, afar = _places(
        _place(Kind.AGENCY, "50-0003", "สำนักงานคลังจังหวัดเชียงใหม่", parent=ours),
        _place(Kind.AGENCY, "50-0019", "สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่", parent=ours),
        _place(Kind.AGENCY, "51-0003", "สำนักงานคลังจังหวัดลำพูน", parent=theirs),
    )
    by_part = {"ours": ours, "theirs": theirs, "agency": agency, "other": other, "afar": afar, "opdc": opdc}
    password = make_password(PASSWORD)
    people = {name: User(**_facts(name), password=password) for name in ("nobody", *DUTIES)}
    _create(User, people)
    duties = {
        name: Membership(user=people[name], organization=by_part[place], role=role, valid_from=SINCE)
        for name, (place, role) in DUTIES.items()
    }
    _create(Membership, duties)
    return Cast(
        opdc=opdc,
        province=ours,
        agency=agency,
        other_agency=other,
        neighbour_province=theirs,
        neighbour_agency=afar,
        **people,
    )


def _place(kind: str, code: str, name: str, **facts) -> Organization:
    return Organization(kind=kind, code=code, name=name, sort_key=sort_key(name), **facts)


def _places(*places: Organization) -> list[Organization]:
    return _create(Organization, {place.code: place for place in places})


def _create(model: type[M], rows: Mapping[str, M]) -> list[M]:
    for name, row in rows.items():
        row.pk = _keys.get((model, name))
    made = model._default_manager.bulk_create(rows.values())
    _keys.update({(model, name): row.pk for name, row in rows.items()})
    return made


def _forget() -> None:
    """What the portal keeps in Redis goes by keys: nothing of an earlier cast is left. (Queues stay.)"""
    redis = cache._cache.get_client(write=True)
    if kept := redis.keys(cache.make_key("*")):
        redis.delete(*kept)
