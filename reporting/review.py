"""What a certifier or reviewer sees first: the difference to what was sent before, and what was asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kpiportal import audit
from kpiportal.models import AuditEvent
from kpiportal.workflow import Transition
from reporting import freeze, parts, workflow
from reporting.forms import ReturnForm
from reporting.models import Report
from reporting.parts import EVIDENCE, NARRATIVE, PARTS, RESULT
from reporting.sheet import result_text
from reporting.states import EDITABLE, ReportState

_RETURNS = (workflow.REFUSE.verb, workflow.SEND_BACK.verb)


def context(
    report: Report,
    decisions: list[Transition],
    events: list[AuditEvent],
    *,
    decision: str = "",
    returning: ReturnForm | None = None,
) -> dict[str, Any]:
    """Keys of the card's page. One query for the two last versions, only of a card that was sent back before."""
    back = next((event for event in events if event.verb in _RETURNS), None)
    again = back is not None and report.state not in EDITABLE
    offered_now = any(step.slug == decision for step in decisions)
    returned = audit.line(back) if back and report.state == ReportState.RETURNED else None
    return {
        "decisions": decisions,
        "decision": decision,
        "returning": returning or ReturnForm(initial={"revision": report.revision}),
        "unsaid": [] if offered_now or returning is None else _typed(returning),
        "returned": returned,
        # What was said beside the parts: the recorded reason ends with them (reporting.actions._decide).
        "returned_general": returned.reason.removesuffix(parts.in_words(report.asked)).strip() if returned else "",
        "resent": _difference(report) if again else None,
    }


def _typed(form: ReturnForm) -> list[str]:
    """Reasons typed for a decision that is no longer offered, because somebody else went first."""
    names = ["reason", *(f"why_{part}" for part in PARTS)]
    return [text for name in names if (text := form[name].value())]


def _difference(report: Report) -> dict[str, Any] | None:
    """Per part that changed between the last two versions, both texts; what was asked for, with tick and answer."""
    versions = list(report.versions.order_by("-number")[:2])
    if len(versions) < 2:
        return None
    after, before = (version.content for version in versions)
    changed = freeze.changes(before, after)
    rows = [
        {"label": PARTS[part], "before": _text(before, part), "after": _text(after, part)}
        for part in PARTS
        if part in changed
    ]
    asked = [{**item, "label": PARTS[item["part"]]} for item in report.asked]
    return {"rows": rows, "asked": asked, "changed": changed, "before": versions[1], "after": versions[0]}


def _text(content: dict[str, Any], part: str) -> str:
    if part in NARRATIVE:
        return content["answers"].get(part) or "(ว่าง)"
    if part == EVIDENCE:
        return "\n".join(f"{item['number']}. {item['name']}" for item in content["evidence"]) or "(ไม่มี)"
    assert part == RESULT
    answers = content["answers"]
    if answers["no_data"]:
        return f"N/A: {answers['no_data_reason']}"
    lines = [(number, result_text(_facts(facts))) for number, facts in content["entries"].items()]
    said = [f"{number}: {text}" if len(lines) > 1 else text for number, text in lines]
    said += [f"{part['agency']}: {part['value'] or ''} {part['words']}" for part in content.get("contributions", [])]
    return "\n".join(said) or "(ว่าง)"


def _facts(frozen: dict[str, Any]) -> dict[str, Any]:
    """An entry of a frozen content as result_text reads it: its figures are kept as strings."""
    figures = {name: None if frozen.get(name) is None else Decimal(frozen[name]) for name in ("value", "part")}
    return {"no_data": False, **frozen, **figures}
