"""Who is told what about a SAR: writes outbox rows, sends nothing."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse

from kpiportal import deadlines, outbox, thai
from kpiportal.models import Membership, Role, User
from kpiportal.models.people import Kind
from kpiportal.recipients import holders
from reporting.models import Consolidation
from reporting.states import SarState


def _facts(sar: Consolidation) -> dict[str, str]:
    agreement = sar.round.agreement
    return {
        "owner": agreement.owner.full_name,
        "round": sar.round.name,
        "fiscal_year": str(agreement.fiscal_year),
        "due": deadlines.due_text(sar.round.opdc_due_at),
        "url": settings.BASE_URL + reverse("reporting:sar_detail", args=[sar.pk]),
    }


def waits_on_you(sar: Consolidation, *, what: str, by: User, at: dt.datetime) -> None:
    """Whose turn it is now hears of it. what: อนุมัติ, ลงนาม, ส่งสำนักงาน ก.พ.ร."""
    cluster = sar.round.agreement.owner.kind == Kind.CLUSTER
    roles = {
        SarState.PROPOSED: [Role.CLUSTER_HEAD if cluster else Role.OFFICE_HEAD],
        SarState.APPROVED: [Role.GOVERNOR, Role.CLUSTER_HEAD],
        SarState.SIGNED: [Role.COORDINATOR],
    }[SarState(sar.state)]
    for user in holders(sar.round.agreement.owner_id, *roles, on=thai.day_in_bangkok(at)):
        if user.pk != by.pk:
            outbox.queue("sar_waits", to=user, facts={**_facts(sar), "what": what, "by": by.full_name}, at=at)


def returned(sar: Consolidation, *, reason: str, by: User, at: dt.datetime) -> None:
    for user in holders(sar.round.agreement.owner_id, Role.COORDINATOR, on=thai.day_in_bangkok(at)):
        if user.pk != by.pk:
            facts = {**_facts(sar), "by": by.full_name, "reason": reason.strip()}
            outbox.queue("sar_returned", to=user, facts=facts, at=at)


def sent(sar: Consolidation, *, at: dt.datetime) -> None:
    """OPDC's evaluators have a report to score."""
    here = Membership.objects.in_force(thai.day_in_bangkok(at)).filter(
        organization__kind=Kind.OPDC, role=Role.EVALUATOR, user__is_active=True
    )
    for duty in here.select_related("user").order_by("user_id"):
        outbox.queue("sar_sent", to=duty.user, facts=_facts(sar), at=at)
