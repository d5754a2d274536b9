"""The demo's year before the portal: fiscal year 2557 of every province, taken over from paper, final, with its grade.

No action of a person stands behind these rows, so they are written as rows: in one piece, by OPDC, told once in the
trail. Chiang Mai's results are the baselines of its agreement of 2558; all others are thrown, the same at each start.
"""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from agreements import freeze, scoring
from agreements.criteria import as_criteria, as_scale
from agreements.demo import read
from agreements.models import Agreement, AgreementVersion, Criteria, Dimension, Framework, Indicator, RoundPlan
from agreements.states import AgreementState, FrameworkState
from kpiportal import audit, deadlines
from kpiportal.demo import World, moment
from kpiportal.models import Organization
from kpiportal.models.people import Kind
from reporting.evaluation import policy
from reporting.evaluation.states import EvaluationState
from reporting.models import Appeal, AppealItem, Evaluation, EvaluationLine, Report, ReportEntry, Round
from reporting.states import ReportState, RoundState

YEAR = 2557
SIGNED, CLOSED, ANNOUNCED, FINAL = dt.date(2014, 1, 24), moment(2014, 10, 20), moment(2014, 12, 15), moment(2015, 1, 20)
# Numbers of one agreement that every province of the demo has, with the weight each had in 2557.
WEIGHTS = {"1.1.1": 10, "1.1.2": 15, "1.2.1": 15, "1.2.2": 10, "1.3.1": 10, "2.1": 10, "3.1.1": 15, "4.2": 15}
CHANGED = "หลักฐานไม่ครอบคลุมทั้งปีงบประมาณ จึงใช้ผลตามรายงานของหน่วยงานส่วนกลาง"


def load(world: World, framework_after: Framework) -> None:
    rows = [row for row in read("chiang_mai_2558.json")["indicators"] if row["number"] in WEIGHTS]
    framework, dimensions = _framework(framework_after)
    provinces = list(Organization.objects.filter(kind=Kind.PROVINCE).order_by("code"))
    agreements = Agreement.objects.bulk_create(
        Agreement(
            framework=framework, owner=province, fiscal_year=YEAR, state=AgreementState.CLOSED, signed_on=SIGNED
        )
        for province in provinces
    )  # fmt: skip
    indicators = _indicators(agreements, rows, dimensions)
    versions = _versions(agreements, world)
    plan = framework.round_plans.get()
    rounds = Round.objects.bulk_create(_round(agreement, plan) for agreement in agreements)
    values = _values(world, agreements, rows)
    cards = _cards(rounds, indicators, versions, values, framework)
    _evaluate(world, rounds, cards, framework)
    audit.record("reporting.take_over", framework, by=world.officials["director"], at=FINAL)


def _framework(after: Framework) -> tuple[Framework, dict[str, Dimension]]:
    """The next year's tree and scale, one round."""
    framework = Framework.objects.create(
        fiscal_year=YEAR, party_kind=Kind.PROVINCE, scale=after.scale, state=FrameworkState.LOCKED,
        name=f"กรอบการประเมินผลการปฏิบัติราชการของจังหวัด ปีงบประมาณ พ.ศ. {YEAR}",
    )  # fmt: skip
    made: dict[str, Dimension] = {}
    for one in after.dimensions.select_related("parent").order_by("order"):
        parent = made[one.parent.name] if one.parent else None
        made[one.name] = Dimension.objects.create(
            framework=framework, parent=parent, order=one.order, name=one.name, weight=one.weight
        )
    RoundPlan.objects.create(
        framework=framework, months=12, name="รอบ 12 เดือน", period_end=dt.date(2014, 9, 30),
        agency_due=dt.date(2014, 10, 20), opdc_due=dt.date(2014, 10, 31), asks=["explanation"],
    )  # fmt: skip
    return framework, made


def _indicators(
    agreements: list[Agreement], rows: list[dict[str, Any]], dimensions: dict[str, Dimension]
) -> dict[int, list[Indicator]]:
    """By agreement, each with criteria of its own."""
    wanted = [(agreement, row) for agreement in agreements for row in rows]
    criteria = Criteria.objects.bulk_create(
        Criteria(kind=row["kind"], direction=row["kind"], levels=list(map(Decimal, row["criteria"])), target_level=3)
        for _, row in wanted
    )
    made = Indicator.objects.bulk_create(
        Indicator(
            agreement=agreement, dimension=dimensions[row["sub_dimension"]], number=row["number"], name=row["name"],
            order=list(WEIGHTS).index(row["number"]) + 1, unit=row["unit"], weight=WEIGHTS[row["number"]],
            target=Decimal(row["criteria"][2]), criteria=its, strategic_issue=row.get("strategic_issue", ""),
            objective=row.get("objective", ""),
        )
        for (agreement, row), its in zip(wanted, criteria, strict=True)
    )  # fmt: skip
    found: dict[int, list[Indicator]] = {}
    for indicator in made:
        found.setdefault(indicator.agreement_id, []).append(indicator)
    return found


def _versions(agreements: list[Agreement], world: World) -> dict[int, AgreementVersion]:
    content = freeze.content_of(agreements[0])  # they differ in the owner alone
    contents = {agreement.pk: {**content, "owner": agreement.owner.full_name} for agreement in agreements}
    made = AgreementVersion.objects.bulk_create(
        AgreementVersion(
            agreement=agreement, number=1, effective_months=0, content=contents[agreement.pk],
            sha256=freeze.sha256_of(contents[agreement.pk]), frozen_by=world.officials["director"],
            frozen_at=moment(2014, 1, 24),
        )
        for agreement in agreements
    )  # fmt: skip
    return {version.agreement_id: version for version in made}


def _round(agreement: Agreement, plan: RoundPlan) -> Round:
    return Round(
        agreement=agreement, plan=plan, months=plan.months, name=plan.name, period_end=plan.period_end,
        agency_due_at=deadlines.due_instant(plan.agency_due), opdc_due_at=deadlines.due_instant(plan.opdc_due),
        state=RoundState.CLOSED,
    )  # fmt: skip


def _values(world: World, agreements: list[Agreement], rows: list[dict[str, Any]]) -> dict[tuple[int, str], Decimal]:
    """The result of every indicator: Chiang Mai's own baseline, else thrown from a little under the levels to above."""
    die, found = random.Random(YEAR), {}
    for agreement in agreements:
        luck = die.uniform(-0.6, 1.0)  # a province does well or badly at most things
        for row in rows:
            worst, best = Decimal(row["criteria"][0]), Decimal(row["criteria"][-1])
            share = Decimal(round(min(max(die.gauss(0.55 + luck * 0.3, 0.2), -0.05), 1.1), 3))
            value = (worst + (best - worst) * share).quantize(Decimal("0.01"))
            if agreement.owner_id == world.province.pk:
                value = Decimal(row["baselines"][str(YEAR)])
            found[agreement.pk, row["number"]] = value
    return found


def _cards(
    rounds: list[Round], indicators: dict[int, list[Indicator]], versions: dict[int, AgreementVersion],
    values: dict[tuple[int, str], Decimal], framework: Framework,
) -> dict[int, list[Report]]:  # fmt: skip
    """By round: every card accepted, its score by the engine."""
    scale, filed = as_scale(framework.scale), moment(2014, 10, 16)
    cards = []
    for round in rounds:
        for one in indicators[round.agreement_id]:
            value = values[round.agreement_id, one.number]
            scored = scoring.score(as_criteria(one), scoring.Measured(value), scale)
            cards.append(
                Report(
                    round=round, indicator=one, host_id=round.agreement.owner_id, due_at=round.agency_due_at,
                    version=versions[round.agreement_id], state=ReportState.ACCEPTED, state_since=CLOSED,
                    filed_at=filed, explanation="ผลตามรายงานฉบับที่ส่งสำนักงาน ก.พ.ร.", score=scored.raw,
                )
            )  # fmt: skip
    found: dict[int, list[Report]] = {}
    for card in Report.objects.bulk_create(cards):
        found.setdefault(card.round_id, []).append(card)
    ReportEntry.objects.bulk_create(
        ReportEntry(report=c, indicator=c.indicator, value=values[c.round.agreement_id, c.indicator.number])
        for c in cards
    )
    return found


def _evaluate(world: World, rounds: list[Round], cards: dict[int, list[Report]], framework: Framework) -> None:
    """One score in six was lowered by OPDC; Chiang Mai appealed against its own, and was heard in part."""
    die, evaluator = random.Random(YEAR + 1), world.officials["evaluator"]
    made = Evaluation.objects.bulk_create(
        Evaluation(
            round=round, state=EvaluationState.FINAL, per_missed_report=0, begun_at=moment(2014, 11, 3),
            begun_by=evaluator, published_at=ANNOUNCED,
            appeal_due_at=deadlines.due_instant(dt.date(2014, 12, 30)), final_at=FINAL, total=0,
        )
        for round in rounds
    )  # fmt: skip
    lines = [
        _line(evaluation, card, die, is_ours=card.host_id == world.province.pk)
        for evaluation, round in zip(made, rounds, strict=True)
        for card in cards[round.pk]
    ]
    EvaluationLine.objects.bulk_create(lines)
    ours = next(line for line in lines if line.appeal_score is not None)
    appeal = Appeal.objects.create(
        evaluation=ours.evaluation, filed_at=moment(2014, 12, 26), filed_by=world.officials["governor"],
        filed_by_text=f"{world.officials['governor'].full_name} (ผู้ว่าราชการจังหวัดเชียงใหม่)",
    )  # fmt: skip
    AppealItem.objects.create(
        appeal=appeal, line=ours, disputed="การใช้ผลของหน่วยงานส่วนกลางแทนผลของจังหวัด", grounds="ข้อมูลของจังหวัดตัดยอดวันเดียวกัน",
        asked_score=ours.self_score, outcome=AppealItem.Outcome.PARTLY, decided_at=FINAL, decided_by=evaluator,
        decision="รับข้อมูลของจังหวัดเฉพาะไตรมาสที่ 4", revision=1,
    )  # fmt: skip
    _total(made, lines, framework)


def _line(evaluation: Evaluation, card: Report, die: random.Random, *, is_ours: bool) -> EvaluationLine:
    lowered = card.indicator.number == "1.1.2" if is_ours else die.random() < 1 / 6
    own = card.score or Decimal(1)
    given = max(own - Decimal("0.5"), Decimal(1)) if lowered else own
    return EvaluationLine(
        evaluation=evaluation, indicator=card.indicator, report=card, self_score=card.score,
        verdict="changed" if lowered else "accepted", raw=given if lowered else None, reason=CHANGED if lowered else "",
        score=given, appeal_score=given + Decimal("0.25") if is_ours and lowered else None,
    )  # fmt: skip


def _total(made: list[Evaluation], lines: list[EvaluationLine], framework: Framework) -> None:
    scale, bands = as_scale(framework.scale), policy.bands(framework.scale.bands)
    for evaluation in made:
        leaves = [
            scoring.Leaf(f"i{line.indicator_id}", Decimal(line.indicator.weight), raw=line.appeal_score or line.score)
            for line in lines
            if line.evaluation_id == evaluation.pk
        ]
        evaluation.total = scoring.roll_up(leaves, scale).all_active.score
        grade = scoring.band_of(evaluation.total, bands)
        evaluation.grade = grade.name if grade else ""
    Evaluation.objects.bulk_update(made, ["total", "grade"])
