"""A card as it was sent: one canonical JSON with everything the score and the words stood on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agreements import scoring
from agreements.criteria import leaves_of
from agreements.freeze import indicator_facts, plain, sha256_of
from reporting import dressed
from reporting.models import Evidence, Report, ReportEntry
from reporting.parts import EVIDENCE, NARRATIVE, RESULT
from reporting.scorecard import score_card

__all__ = ["changes", "content_of", "sha256_of"]

_ANSWERS = (
    "no_data",
    "no_data_reason",
    "explanation",
    "supporting_factors",
    "obstacles",
    "suggestions",
    "score",
)
_ENTRY = ("value", "numerator", "denominator", "steps_done", "part", "sub_points", "answer")


def content_of(report: Report, *, confirmed: Sequence[str] = ()) -> dict[str, Any]:
    """`confirmed`: what the sender was asked about and said is right."""
    indicator = dressed.dress(report).indicator
    entries = {e.indicator_id: e for e in report.entries.all()}
    numbers = {leaf.pk: leaf.number for leaf in leaves_of(indicator)}
    reason = report.no_data_reason if report.no_data else ""
    score = score_card(indicator, report.round.agreement.framework.scale, entries, no_data_reason=reason)
    return plain(
        {
            "round": report.round.name,
            "indicator": indicator_facts(indicator),
            "agreement_version": report.version.number,
            "answers": {name: getattr(report, name) for name in _ANSWERS},
            "entries": {numbers.get(pk) or e.indicator.number: _answer(e) for pk, e in entries.items()},
            "working": [step.text for step in score.working],
            "formula_version": scoring.FORMULA_VERSION,
            "evidence": [_evidence(item) for item in report.present_evidence],
            "contributions": [
                {"agency": c.organization.full_name, "value": c.value, "words": c.words}
                for c in report.contributions.all()
            ],
            "asked": report.asked,
            "confirmed": list(confirmed),
        }
    )


def _answer(entry: ReportEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _ENTRY}


def _evidence(item: Evidence) -> dict[str, Any]:
    facts = {"number": item.number, "name": item.name}
    if item.supplier:
        facts["agency"] = item.supplier.full_name
    return {**facts, "sha256": item.file.sha256} if item.file else {**facts, "link": item.link}


def changes(before: dict[str, Any], after: dict[str, Any]) -> frozenset[str]:
    """The parts (reporting/parts.py) in which two contents differ; what co-hosts supply belongs to the result."""
    found = {name for name in NARRATIVE if before["answers"].get(name) != after["answers"].get(name)}
    if _result(before) != _result(after) or before.get("contributions", []) != after.get("contributions", []):
        found.add(RESULT)
    if before["evidence"] != after["evidence"]:
        found.add(EVIDENCE)
    return frozenset(found)


def _result(content: dict[str, Any]) -> Any:
    """What was measured, or why it was not; columns that came later are as if they had been empty."""
    entries = {
        number: {k: v for k, v in facts.items() if v is not None} for number, facts in content["entries"].items()
    }
    return entries, content["answers"]["no_data"], content["answers"]["no_data_reason"]
