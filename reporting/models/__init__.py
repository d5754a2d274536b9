"""Reporting: a round of an agreement, the report (SAR card) of each indicator, its evidence and decisions."""

from reporting.models.evaluation import (
    Appeal,
    AppealFile,
    AppealItem,
    Evaluation,
    EvaluationLine,
    EvaluationPolicy,
    SiteVisit,
)
from reporting.models.report import Contribution, Decision, Evidence, Report, ReportEntry, ReportVersion
from reporting.models.round import Round

__all__ = [
    "Appeal",
    "AppealFile",
    "AppealItem",
    "Contribution",
    "Decision",
    "Evaluation",
    "EvaluationLine",
    "EvaluationPolicy",
    "Evidence",
    "Report",
    "ReportEntry",
    "ReportVersion",
    "Round",
    "SiteVisit",
]
