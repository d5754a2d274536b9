"""Cards to file, where they would be: in agreements of sixty indicators, one a province, hosted by its two agencies.

Built inside benchmarks/prepare.py, in a portal's environment.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from benchmarks.prepare import PER_DIMENSION
from kpiportal.models import Organization, Role, User
from kpiportal.models.people import Kind
from kpiportal.testing import people
from reporting import testing

if TYPE_CHECKING:
    from kpiportal.testing.people import Cast

OF_A_PROVINCE = 4 * PER_DIMENSION
Card = tuple[int, int]  # primary keys of (report, indicator)


def build(cast: Cast, *, cards: int, filers: int) -> tuple[dict[str, User], dict[str, list[Card]]]:
    """The people `filer0` and so on, and what each has to file: `cards` in all, each person's own agency's. ValueError
    when an agency would be left without anybody."""
    provinces = [_province(cast, number) for number in range(-(-cards // OF_A_PROVINCE))]
    agencies = [agency for province in provinces for agency in (province.agency, province.other_agency)]
    if filers < len(agencies):
        raise ValueError(f"{len(agencies)} agencies have cards to file, and {filers} people are too few for them")
    crews: list[list[str]] = [[] for _ in agencies]
    persons = {}
    for n in range(filers):
        name, place = f"filer{n}", n % len(agencies)
        persons[name] = people.make_user(name)
        people.give(persons[name], agencies[place], Role.COLLECTOR)
        crews[place].append(name)
    per_dimension = min(PER_DIMENSION, -(-cards // 4))
    open_cards = [card for province in provinces for card in _open_cards(province, per_dimension)]
    hands = {}
    for agency, crew in zip(agencies, crews, strict=True):
        mine = [(pk, indicator) for pk, indicator, host in open_cards[:cards] if host == agency.pk]
        hands |= {name: mine[n :: len(crew)] for n, name in enumerate(crew)}
    return persons, hands


def _open_cards(cast: Cast, per_dimension: int) -> list[tuple[int, int, int]]:
    round = testing.make_round(cast, per_dimension=per_dimension)
    return list(round.reports.order_by("indicator__order").values_list("pk", "indicator", "host"))


def _province(cast: Cast, number: int) -> Cast:
    """One more province with two agencies and those who sign and oversee; OPDC's people are the cast's."""
    code = f"9{number:02}"
    province = Organization.objects.create(kind=Kind.PROVINCE, code=code, name=f"ที่ {number + 1}")
    first, second = (
        Organization.objects.create(
            kind=Kind.AGENCY, code=f"{code}-{n}", name=f"หน่วยงานที่ {n} จังหวัดที่ {number + 1}", parent=province
        )
        for n in (1, 2)
    )
    places = {
        "coordinator": (province, Role.COORDINATOR),
        "governor": (province, Role.GOVERNOR),
        "overseer": (first, Role.OVERSEER),
        "other_overseer": (second, Role.OVERSEER),
    }
    staff = {}
    for name, (organization, role) in places.items():
        staff[name] = people.make_user(f"{name}{number}")
        people.give(staff[name], organization, role)
    return dataclasses.replace(cast, province=province, agency=first, other_agency=second, **staff)
