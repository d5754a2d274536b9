"""Agreement-making: the year's framework, the agreement of a party, its indicators."""

from agreements.models.agreement import Agreement, AgreementVersion
from agreements.models.framework import Dimension, Framework, RoundPlan, Scale
from agreements.models.indicator import Assignment, Baseline, Criteria, Indicator

__all__ = [
    "Agreement",
    "AgreementVersion",
    "Assignment",
    "Baseline",
    "Criteria",
    "Dimension",
    "Framework",
    "Indicator",
    "RoundPlan",
    "Scale",
]
