"""Who is told what about an evaluation: writes outbox rows, sends nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings

from kpiportal import deadlines, outbox, thai
from kpiportal.models import Organization, Role
from kpiportal.models.people import Kind
from kpiportal.numbers import format_number
from kpiportal.recipients import holders_of

if TYPE_CHECKING:
    from reporting.models import Evaluation

_PARTY = (Role.COORDINATOR, Role.OFFICE_HEAD, Role.GOVERNOR, Role.CLUSTER_HEAD)


def _facts(evaluation: Evaluation) -> dict[str, str]:
    from reporting.evaluation.workflow import evaluation_url  # noqa: PLC0415 -- the workflow's own texts need no mail

    agreement = evaluation.round.agreement
    return {
        "round": evaluation.round.name,
        "fiscal_year": str(agreement.fiscal_year),
        "party": agreement.owner.full_name,
        "url": settings.BASE_URL + evaluation_url(evaluation),
    }


def _result(evaluation: Evaluation) -> dict[str, str]:
    places = evaluation.round.agreement.framework.scale.decimals
    total = format_number(evaluation.total, decimals=places) if evaluation.total is not None else "-"
    return {"total": total, "grade": evaluation.grade or "-"}


def _tell(
    name: str, organization_ids: list[int], roles: tuple[Role, ...], facts: dict[str, str], at: dt.datetime
) -> None:
    people = holders_of(organization_ids, roles, on=thai.day_in_bangkok(at))
    told = {user.pk: user for users in people.values() for user in users}
    outbox.post([outbox.compose(name, to=user, facts=facts, at=at) for user in told.values()])


def _tell_party(name: str, evaluation: Evaluation, facts: dict[str, str], at: dt.datetime) -> None:
    _tell(name, [evaluation.round.agreement.owner_id], _PARTY, facts, at)


def published(evaluation: Evaluation, *, at: dt.datetime) -> None:
    """The party hears its preliminary result, and until when it may appeal."""
    assert evaluation.appeal_due_at  # noqa: S101 -- the database refuses a published one without
    due = deadlines.due_text(evaluation.appeal_due_at)
    _tell_party("evaluation_published", evaluation, {**_facts(evaluation), **_result(evaluation), "due": due}, at)


def recalled(evaluation: Evaluation, *, reason: str, at: dt.datetime) -> None:
    _tell_party("evaluation_recalled", evaluation, {**_facts(evaluation), "reason": reason.strip()}, at)


def appealed(evaluation: Evaluation, *, at: dt.datetime) -> None:
    """OPDC's evaluators and directors have an appeal to decide."""
    offices = list(Organization.objects.filter(kind=Kind.OPDC).values_list("pk", flat=True))
    _tell("evaluation_appealed", offices, (Role.EVALUATOR, Role.DIRECTOR), _facts(evaluation), at)


def final(evaluation: Evaluation, *, at: dt.datetime) -> None:
    _tell_party("evaluation_final", evaluation, {**_facts(evaluation), **_result(evaluation)}, at)
