"""Random rounds as rows: many, quickly, around the actions. For benchmarks/national.py, which knows the sums."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from agreements.models import Agreement, AgreementVersion, Criteria, Dimension, Framework, Indicator, RoundPlan, Scale
from kpiportal import geography
from reporting.models import Evaluation, EvaluationLine, Report, Round

BATCH = 5_000
DAY = dt.date(2015, 10, 31)


def write(sheets: list[Any], *, by: Any, agency: Any, first_year: int, moment: dt.datetime) -> list[int]:
    """The rounds' ids in the sheets' order. Three sheets are one agreement; one framework serves every province whose
    sheets are on the same scale in that year."""
    provinces = list(geography.load_organizations().values())
    by_threes = [sheets[i : i + 3] for i in range(0, len(sheets), 3)]
    rounds: list[int] = []
    for year, first in enumerate(range(0, len(by_threes), len(provinces)), start=first_year):
        rounds += _one_year(by_threes[first : first + len(provinces)], provinces, year, by, agency, moment)
    return rounds


def _one_year(
    years: list[list[Any]], provinces: list[Any], year: int, by: Any, agency: Any, moment: dt.datetime
) -> list[int]:
    frameworks = _frameworks(years, year)
    agreements = Agreement.objects.bulk_create(
        Agreement(framework=frameworks[_scale(sheets[0])][0], owner=owner, fiscal_year=year)
        for sheets, owner in zip(years, provinces, strict=False)
    )
    versions = AgreementVersion.objects.bulk_create(
        AgreementVersion(
            agreement=one, number=1, effective_months=0, content={}, sha256="0" * 64, frozen_by=by, frozen_at=moment
        )
        for one in agreements
    )
    indicators = _indicators(years, agreements, frameworks)
    rounds = [
        Round(
            agreement=agreement, plan=frameworks[_scale(sheet)][2][sheet.months], months=sheet.months,
            name=f"รอบ {sheet.months} เดือน", period_end=DAY, agency_due_at=moment, opdc_due_at=moment, state="closed",
        )
        for sheets, agreement in zip(years, agreements, strict=True)
        for sheet in sheets
    ]  # fmt: skip
    Round.objects.bulk_create(rounds, BATCH)
    flat = [sheet for sheets in years for sheet in sheets]
    version_of = {version.agreement_id: version for version in versions}
    Report.objects.bulk_create(_reports(flat, rounds, indicators, version_of, agency, moment), BATCH)
    _evaluations(flat, rounds, indicators, by, moment)
    return [round.pk for round in rounds]


def _scale(sheet: Any) -> tuple[int, Any]:
    """What the sums know of the scale: decimals, and what a blank counts."""
    return sheet.decimals, sheet.blank


def _frameworks(years: list[list[Any]], year: int) -> dict[Any, Any]:
    """One live framework a year and kind is the rule; the others of a year are archived ones."""
    found: dict[Any, Any] = {}
    for sheets in years:
        key = _scale(sheets[0])
        if key in found:
            continue
        decimals, blank = key
        points = [50, 75, 100] if blank == 50 else [1, 2, 3, 4, 5]
        scale = Scale.objects.create(
            name=f"{year} {decimals} {blank}", points=points, decimals=decimals, missing="lowest" if blank else "zero"
        )
        framework = Framework.objects.create(
            fiscal_year=year, party_kind="province", name=f"{year}", scale=scale, state="archived"
        )
        dimension = Dimension.objects.create(framework=framework, order=1, name="มิติ", weight=100)
        plans = {
            months: RoundPlan.objects.create(
                framework=framework, months=months, name=f"รอบ {months}", period_end=DAY, agency_due=DAY, opdc_due=DAY
            )
            for months in (6, 9, 12)
        }
        found[key] = (framework, dimension, plans)
    return found


def _indicators(years: list[list[Any]], agreements: list[Any], frameworks: dict[Any, Any]) -> dict[int, list[Any]]:
    """By agreement."""
    rows = []
    for sheets, agreement in zip(years, agreements, strict=True):
        for number, leaf in enumerate(sheets[0].leaves, start=1):
            weights = {str(months): str(weight) for months, weight in leaf["round_weights"].items()}
            rows.append(
                Indicator(
                    agreement=agreement, dimension=frameworks[_scale(sheets[0])][1], number=str(number), order=number,
                    name="ตัวชี้วัด", unit="ร้อยละ", weight=leaf["weight"], round_weights=weights,
                    start_months=leaf["start"], cancelled_months=leaf["cancelled"],
                )
            )  # fmt: skip
    criteria = Criteria.objects.bulk_create((Criteria(kind="higher", levels=[1, 2, 3, 4, 5]) for _ in rows), BATCH)
    for row, its in zip(rows, criteria, strict=True):
        row.criteria = its
    found: dict[int, list[Any]] = {}
    for row in Indicator.objects.bulk_create(rows, BATCH):
        found.setdefault(row.agreement_id, []).append(row)
    return found


def _reports(
    sheets: list[Any], rounds: list[Any], indicators: dict[int, Any], versions: Any, agency: Any, moment: dt.datetime
) -> Iterator[Report]:
    for sheet, round in zip(sheets, rounds, strict=True):
        for indicator, leaf in zip(indicators[round.agreement_id], sheet.leaves, strict=True):
            yield Report(
                round=round, indicator=indicator, host=agency, version=versions[round.agreement_id], due_at=moment,
                state=leaf["state"], state_since=moment, score=leaf["score"],
            )  # fmt: skip


def _evaluations(
    sheets: list[Any], rounds: list[Any], indicators: dict[int, Any], by: Any, moment: dt.datetime
) -> None:
    judged = [(sheet, round) for sheet, round in zip(sheets, rounds, strict=True) if sheet.state]
    evaluations = Evaluation.objects.bulk_create(
        (
            Evaluation(
                round=round, state=sheet.state, per_missed_report=0, begun_at=moment, begun_by=by, published_at=moment,
                appeal_due_at=moment, final_at=moment if sheet.state == "final" else None, total=sheet.given() or 0,
            )
            for sheet, round in judged
        ),
        BATCH,
    )  # fmt: skip
    lines = (
        EvaluationLine(
            evaluation=evaluation, indicator=indicator, self_score=leaf["score"], verdict="accepted",
            score=leaf["given"], appeal_score=leaf["appeal"],
        )
        for evaluation, (sheet, round) in zip(evaluations, judged, strict=True)
        for indicator, leaf in zip(indicators[round.agreement_id], sheet.leaves, strict=True)
    )  # fmt: skip
    EvaluationLine.objects.bulk_create(lines, BATCH)
