"""What a form still lacks before it may be sent: every sentence with the very box it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse

from agreements import criteria_draft, scoring
from agreements.criteria import KINDS_OF_NUMBER, K, problems_of
from agreements.states import FORM_OPEN
from kpiportal.workflow import Blocker

if TYPE_CHECKING:
    from agreements.models import Agreement, Indicator, Scale


def lacking(indicator: Indicator, scale: Scale) -> list[scoring.Problem]:
    """Facts not filled in and everything wrong with the criteria (DOMAIN.md 3, validation at set-up).

    `indicator` comes with criteria and, for one scored by its children, those with theirs.
    """
    project = indicator.parent_id is not None and indicator.parent.criteria.kind == K.PERCENT_OF_TARGET
    found = list(_facts(indicator))
    # A project is scored on its parent's percent levels (R14): it has no criteria of its own to be checked.
    return found if project else [*found, *problems_of(indicator, scale)]


def _facts(indicator: Indicator) -> Sequence[scoring.Problem]:
    is_child = indicator.parent_id is not None
    wanted = {"name": "ชื่อตัวชี้วัด", "unit": "หน่วยวัด"}
    if not is_child:
        wanted["source"] = "แหล่งข้อมูล"
        if indicator.criteria.kind in KINDS_OF_NUMBER:
            wanted["formula"] = "สูตรการคำนวณ"
    found = [
        scoring.Problem(f"{name}_missing", name, f"ยังไม่ได้ระบุ{label}")
        for name, label in wanted.items()
        if not getattr(indicator, name).strip()
    ]
    if not is_child and not indicator.weight:
        found.append(scoring.Problem("weight_missing", "weight", "ยังไม่ได้กำหนดน้ำหนัก"))
    return found


def blockers(agreement: Agreement) -> list[Blocker]:
    """Everything lacking in the rows of a form, each with the link to its box. Three queries."""
    scale = agreement.framework.scale
    rows = agreement.indicators.select_related("criteria", "parent__criteria").prefetch_related("children__criteria")
    return compulsory_missing(agreement) + [
        Blocker(
            f"ตัวชี้วัด {row.number}: {problem.text}", box_url(row, agreement, problem),
            about=f"{row.number} {row.name or '(ยังไม่ได้ตั้งชื่อ)'}", brief=problem.text,
        )
        for row in rows
        for problem in lacking(row, scale)
        if not problem.key  # of a child: said of the child itself
    ]  # fmt: skip


def compulsory_missing(agreement: Agreement) -> list[Blocker]:
    """Indicators the framework asks of everybody that the form has not, each with the link to the library."""
    there = agreement.indicators.exclude(library=None).values("library")
    rules = agreement.framework.compulsory.exclude(library__in=there).select_related("library")
    url = reverse("agreements:form_take", args=[agreement.pk])
    return [Blocker(f"ยังไม่มีตัวชี้วัดบังคับ {rule.library.name}", url=url) for rule in rules]


def box_url(indicator: Indicator, agreement: Agreement, problem: scoring.Problem) -> str:
    """The box in the editor while the form is open; afterwards the page that shows the indicator."""
    if agreement.state not in FORM_OPEN:
        return reverse("agreements:indicator_detail", args=[indicator.pk])
    return f"{reverse('agreements:indicator_edit', args=[indicator.pk])}#id_{criteria_draft.boxes(problem)[0]}"
