"""The whole report as one JSON: the facts, the chapters, and every card as it was sent. PDF, Word, Excel and the copy
sheet are all made of it, so that they cannot differ. From the approval on it is the fixed one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch

from agreements.freeze import plain, sha256_of
from agreements.models import Assignment, Criteria, Indicator
from reporting import sheet
from reporting.models import Consolidation, Decision, Evidence, Report, ReportVersion, Round
from reporting.sar.facts import FILED, facts_of, mark_of
from reporting.scorecard import score_card

_KINDS = dict(Criteria.Kind.choices)
_CRITERIA = ("kind", "levels", "steps", "band_low", "band_high")


def content_of(consolidation: Consolidation) -> dict[str, Any]:
    """The fixed content of an approved report; before that, what would be approved now. About a dozen queries."""
    return consolidation.content if consolidation.is_fixed else gathered(consolidation)


def gathered(consolidation: Consolidation) -> dict[str, Any]:
    facts = facts_of(consolidation.round)
    chapters = texts_of(consolidation)
    return plain(
        {
            **facts,
            "lacking_reason": consolidation.lacking_reason,
            "chapters": [{"kind": kind, "title": title, "text": text} for kind, title, text in chapters],
            "criteria": _criteria(consolidation.round),
            "cards": [_card(card) for card in _cards(consolidation.round)],
            "mark": mark_of(facts, [(kind, text) for kind, _, text in chapters]),
        }
    )


def texts_of(consolidation: Consolidation) -> list[tuple[str, str, str]]:
    """(kind, title, text) of each chapter in order."""
    return [(row.kind, row.get_kind_display(), row.text) for row in consolidation.chapters.all()]


def sha256(content: dict[str, Any]) -> str:
    return sha256_of(content)


def is_unchanged(consolidation: Consolidation) -> bool:
    """Whether what was approved is still what the round says (its chapters are locked)."""
    fixed = consolidation.content
    chapters = [(chapter["kind"], chapter["text"]) for chapter in fixed["chapters"]]
    return mark_of(facts_of(consolidation.round), chapters) == fixed["mark"]


def _criteria(round: Round) -> dict[str, dict[str, Any]]:
    rows = Indicator.objects.filter(agreement=round.agreement_id, parent=None).order_by("order")
    return {
        row["number"]: {name: row[f"criteria__{name}"] for name in _CRITERIA}
        for row in rows.values("number", *(f"criteria__{name}" for name in _CRITERIA))
    }


def _cards(round: Round) -> Iterable[Report]:
    hosts = Prefetch("indicator__assignments", Assignment.objects.select_related("organization"))
    said = Prefetch("decisions", Decision.objects.select_related("by"))
    cards = Report.objects.filter(round=round, state__in=FILED)
    return (
        cards.select_related(
            "indicator__criteria", "indicator__dimension", "host", "filed_by", "round__agreement__framework__scale"
        )
        .prefetch_related(
            hosts,
            "entries__indicator",
            "contributions__organization",
            Prefetch("indicator__children", Indicator.objects.select_related("criteria")),
            Prefetch("evidence", Evidence.objects.present().select_related("file", "supplier")),
            Prefetch("versions", ReportVersion.objects.defer("content").prefetch_related(said)),
        )
        .order_by("indicator__order", "pk")
    )


def _card(card: Report) -> dict[str, Any]:
    """DOMAIN.md 4.3, block by block."""
    indicator, entries = card.indicator, {entry.indicator_id: entry for entry in card.entries.all()}
    reason = (card.no_data_reason or "ไม่มีข้อมูล") if card.no_data else ""
    score = score_card(indicator, card.round.agreement.framework.scale, entries, no_data_reason=reason)
    version = list(card.versions.all())[-1]
    return {
        "number": indicator.number,
        "name": indicator.name,
        "dimension": indicator.dimension.name,
        "unit": indicator.unit,
        "target": indicator.target,
        "definition": indicator.definition,
        "formula": indicator.formula,
        "issue": indicator.strategic_issue,
        "objective": indicator.objective,
        "host": card.host.full_name,
        "co_hosts": [a.organization.full_name for a in indicator.assignments.all() if a.part == "co_host"],
        "collector": card.filed_by.full_name if card.filed_by else "",
        "collector_phone": card.filed_by.phone if card.filed_by else "",
        "no_data_reason": card.no_data_reason if card.no_data else "",
        "children": [_child(child, entries) for child in indicator.children.all()],
        "working": [step.text for step in score.working],
        "explanation": card.explanation,
        "supporting_factors": card.supporting_factors,
        "obstacles": card.obstacles,
        "suggestions": card.suggestions,
        "parts": [_part(part) for part in card.contributions.all()],
        "evidence": [_evidence(item) for item in card.evidence.all()],
        "sent": {"number": version.number, "at": version.sent_at.isoformat(), "late": version.late},
        "decisions": [_decision(decision) for decision in standing(version.decisions.all())],
    }


def _child(child: Indicator, entries: dict[int, Any]) -> dict[str, Any]:
    entry = entries.get(child.pk)
    facts = {"no_data": False} | {
        name: getattr(entry, name, None) for name in ("value", "steps_done", "part", "sub_points", "answer")
    }
    return {
        "number": child.number,
        "name": child.name,
        "weight": child.inner_weight,
        "target": child.target,
        "result": sheet.result_text(facts),
    }


def _part(part: Any) -> dict[str, Any]:
    return {"agency": part.organization.full_name, "value": part.value, "words": part.words}


def _evidence(item: Evidence) -> dict[str, Any]:
    name = f"{item.name} ({item.supplier.full_name})" if item.supplier else item.name
    facts = {"number": item.number, "name": name, "link": item.link}
    return facts | ({"size": item.file.size, "sha256": item.file.sha256} if item.file else {})


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """Those that nobody took back."""
    said = list(decisions)
    undone = max((row.turn for row in said if row.step == Decision.Step.TAKE_BACK), default=0)
    return [row for row in said if row.turn > undone]


def _decision(decision: Any) -> dict[str, Any]:
    return {
        "step": decision.step,
        "passed": decision.passed,
        "by": decision.by_text,
        "phone": decision.by.phone,
        "at": decision.at.isoformat(),
        "comment": decision.comment,
    }


def criteria_words(content: dict[str, Any], number: str) -> str:
    """The kind of an indicator's criteria, in Thai."""
    return str(_KINDS[content["criteria"][number]["kind"]])
