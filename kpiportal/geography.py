"""OPDC, the provinces and the clusters, loaded from data/provinces.csv. Idempotent: only what is missing is added.

Codes are those of กรมการปกครอง (ISO 3166-2:TH); clusters of 2552 and of 2560.
"""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from kpiportal.models import ClusterMembership, Organization
from kpiportal.models.people import Kind

PROVINCES = Path(__file__).parent / "data" / "provinces.csv"
# The 2552 clusters served fiscal years 2552-2560; those of Nov 2560 are in force from fiscal year 2561.
LAST_YEAR_OF_2552 = 2560


@transaction.atomic
def load_organizations() -> dict[str, Organization]:
    """Make sure OPDC, 76 provinces and both generations of 18 clusters exist. Returns provinces by Thai name."""
    _ensure(Kind.OPDC, "OPDC", name="สำนักงาน ก.พ.ร.", abbreviation="นร", office_code="1200")
    with PROVINCES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    clusters = _load_clusters(rows)
    provinces = {}
    for row in rows:
        province = provinces[row["name_th"]] = _ensure(
            Kind.PROVINCE,
            row["dopa_code"],
            name=row["name_th"],
            name_en=row["name_en"],
            abbreviation=row["abbr_th"],
        )
        _join(province, clusters[2552, row["cluster_th_2552"]], 2552, LAST_YEAR_OF_2552, centre=False)
        _join(
            province,
            clusters[2560, row["cluster_th_2560"]],
            LAST_YEAR_OF_2552 + 1,
            None,
            centre=row["is_cluster_centre"] == "1",
        )
    return provinces


def _load_clusters(rows: list[dict[str, str]]) -> dict[tuple[int, str], Organization]:
    clusters = {}
    for year, column in ((2552, "cluster_th_2552"), (2560, "cluster_th_2560")):
        for number, name in enumerate(sorted({row[column] for row in rows}), start=1):
            clusters[year, name] = _ensure(Kind.CLUSTER, f"{year}-{number:02}", name=name)
    return clusters


def _ensure(kind: str, code: str, **facts: str) -> Organization:
    organization, _ = Organization.objects.get_or_create(kind=kind, code=code, defaults=facts)
    return organization


def _join(province: Organization, cluster: Organization, start: int, end: int | None, *, centre: bool) -> None:
    ClusterMembership.objects.get_or_create(
        province=province,
        valid_from=start,
        defaults={"cluster": cluster, "valid_to": end, "is_centre": centre},
    )
