"""Permission rules: each returns the membership under which something is allowed, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from kpiportal.models import Membership, Role, User
from kpiportal.models.people import Kind
from kpiportal.rules import duty_at, duty_at_opdc, duty_for_party
from reporting.evaluation.states import PUBLISHED
from reporting.states import RoundState

if TYPE_CHECKING:
    from agreements.models import Framework
    from reporting.models import Evaluation, Round


def can_score(user: User, evaluation: Evaluation | None = None) -> Membership | None:
    """OPDC's evaluators begin, give scores and note visits."""
    return duty_at_opdc(user, Role.EVALUATOR)


def can_publish(user: User, evaluation: Evaluation) -> Membership | None:
    """Who gave the scores does not announce them: the director does."""
    return duty_at_opdc(user, Role.DIRECTOR)


def can_decide(user: User, evaluation: Evaluation) -> Membership | None:
    """What an appeal says of one indicator is judged by evaluators and director; the result is the director's."""
    return duty_at_opdc(user, Role.EVALUATOR, Role.DIRECTOR)


def can_write_appeal(user: User, evaluation: Evaluation) -> Membership | None:
    """The party's office writes it."""
    return duty_for_party(user, evaluation.round.agreement.owner_id)


def can_sign_for_party(user: User, evaluation: Evaluation) -> Membership | None:
    """The governor, or the head of the cluster, files the appeal or accepts the result."""
    return duty_at(user, evaluation.round.agreement.owner_id, Role.GOVERNOR, Role.CLUSTER_HEAD)


def can_set_policy(user: User, framework: Framework | None = None) -> Membership | None:
    return duty_at_opdc(user, Role.DIRECTOR)


def link_to_evaluation(round: Round, user: User) -> tuple[str, str] | None:
    """(address, words) of what this person may open of the round's evaluation; `round` comes with it selected."""
    begun: Evaluation | None = getattr(round, "evaluation", None)
    if begun is None:
        begins = round.state == RoundState.CLOSED and can_score(user)
        return (reverse("reporting:evaluation_begin", args=[round.pk]), "ให้คะแนน") if begins else None
    reads = begun.state in PUBLISHED and round.agreement.owner_id in user.organization_ids
    if not (reads or user.sits_at(Kind.OPDC)):
        return None
    return reverse("reporting:evaluation", args=[begun.pk]), "ผลการประเมิน"


def nobody(user: User, evaluation: Evaluation) -> None:
    """Of what only the clock does."""
    return
