"""May this person? Each answer is the membership it is allowed under, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpiportal.models import Membership, Role, User
from kpiportal.rules import duty_at, duty_at_opdc, duty_for_party

if TYPE_CHECKING:
    from agreements.models import Framework
    from reporting.models import Evaluation


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


def nobody(user: User, evaluation: Evaluation) -> None:
    """Of what only the clock does."""
    return
