"""Reporting: a round of an agreement, the report (SAR card) of each indicator, its evidence and decisions, and the
province's own report of the round."""

from reporting.models.consolidation import Chapter, Consolidation, CopyTick
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
    "Chapter",
    "Consolidation",
    "Contribution",
    "CopyTick",
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
