"""A year's rules of evaluation as the scoring engine reads them (R26, R27, R29)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from agreements import scoring

if TYPE_CHECKING:
    from agreements.models import Framework
    from reporting.models import Evaluation, EvaluationPolicy


def policy_of(framework: Framework) -> EvaluationPolicy:
    """Its own, or what counts until OPDC has set one: nothing is taken off, fifteen days, the scale's bands."""
    from reporting.models import EvaluationPolicy  # noqa: PLC0415 -- the models import this package's querysets

    return EvaluationPolicy.objects.filter(framework=framework).first() or EvaluationPolicy(framework=framework)


def rule_of(evaluation: Evaluation) -> scoring.DeductionRule:
    """The rule as it was when scoring began."""
    return scoring.DeductionRule(evaluation.per_missed_report, evaluation.floor)


def bands(rows: Iterable[Mapping[str, str]]) -> tuple[scoring.Band, ...]:
    """Scale.bands or EvaluationPolicy.grades for the engine: [{"from": "4.50", "word": "ดีเยี่ยม", "light": "green"}]."""
    return tuple(scoring.Band(row["word"], Decimal(str(row["from"])), tone=row.get("light", "")) for row in rows)


def grades_of(framework: Framework, policy: EvaluationPolicy) -> tuple[scoring.Band, ...]:
    return bands(policy.grades or framework.scale.bands)
