"""Reporting: a round of an agreement, the report (SAR card) of each indicator, its evidence and decisions."""

from reporting.models.report import Decision, Evidence, Report, ReportEntry, ReportVersion
from reporting.models.round import Round

__all__ = ["Decision", "Evidence", "Report", "ReportEntry", "ReportVersion", "Round"]
