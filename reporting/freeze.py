"""A card as it was sent: one canonical JSON with everything the score and the words stood on."""

from __future__ import annotations

from typing import Any

from agreements import scoring
from agreements.freeze import indicator_facts, plain, sha256_of
from reporting.models import Report
from reporting.scorecard import score_card

__all__ = ["content_of", "sha256_of"]

_ANSWERS = (
    "no_data",
    "no_data_reason",
    "explanation",
    "supporting_factors",
    "obstacles",
    "suggestions",
    "score",
)
_ENTRY = ("value", "steps_done", "part", "sub_points", "answer")


def content_of(report: Report) -> dict[str, Any]:
    indicator, entries = (
        report.indicator,
        {e.indicator_id: e for e in report.entries.select_related("indicator")},
    )
    reason = report.no_data_reason if report.no_data else ""
    score = score_card(indicator, report.round.agreement.framework.scale, entries, no_data_reason=reason)
    return plain(
        {
            "round": report.round.name,
            "indicator": indicator_facts(indicator),
            "agreement_version": report.version.number,
            "answers": {name: getattr(report, name) for name in _ANSWERS},
            "entries": {e.indicator.number: {n: getattr(e, n) for n in _ENTRY} for e in entries.values()},
            "working": [step.text for step in score.working],
            "formula_version": scoring.FORMULA_VERSION,
            "evidence": [
                {"number": e.number, "name": e.file.original_name, "sha256": e.file.sha256}
                for e in report.evidence.present().select_related("file")
            ],
        }
    )
