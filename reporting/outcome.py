"""What has become of a round: its report and OPDC's result, as far as a person may open them."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse

from kpiportal.models import User
from kpiportal.models.people import Kind
from kpiportal.numbers import format_number
from reporting.evaluation.rules import link_to_evaluation
from reporting.evaluation.states import EvaluationState
from reporting.models import Consolidation, Evaluation, Round
from reporting.states import SarState


class End(NamedTuple):
    """A chip that leads there (templates/components/chip.html)."""

    url: str
    words: str
    tone: str


def of(round: Round, user: User) -> list[End]:
    """`round` comes with consolidation, evaluation and agreement.framework.scale selected; no query."""
    ends = []
    sar: Consolidation | None = getattr(round, "consolidation", None)
    if sar and _reads(sar, round, user):
        words = "SAR ส่งแล้ว" if sar.state == SarState.SENT else f"SAR {sar.get_state_display()}"
        tone = "ok" if sar.state == SarState.SENT else "wait"
        ends.append(End(reverse("reporting:sar_detail", args=[sar.pk]), words, tone))
    begun: Evaluation | None = getattr(round, "evaluation", None)
    if begun and (link := link_to_evaluation(round, user)):
        is_final = begun.state == EvaluationState.FINAL
        places = round.agreement.framework.scale.decimals
        total = f" {format_number(begun.total, decimals=places)}" if is_final and begun.total is not None else ""
        ends.append(End(link[0], f"{begun.get_state_display()}{total}", "ok" if is_final else "wait"))
    return ends


def _reads(sar: Consolidation, round: Round, user: User) -> bool:
    """As ConsolidationQuerySet.visible_to has it."""
    own = round.agreement.owner_id in user.organization_ids
    return own or (sar.state == SarState.SENT and user.sits_at(Kind.OPDC))
