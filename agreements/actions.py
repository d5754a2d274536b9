"""Actions of agreement-making. Each opens its own transaction, is checked by the workflow engine and audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from agreements import notices, rules, versions, workflow
from agreements.models import (
    Agreement,
    Assignment,
    Baseline,
    Criteria,
    Dimension,
    Framework,
    Indicator,
    RoundPlan,
    Scale,
)
from agreements.negotiation import closing, opening
from agreements.signals import agreement_signed
from agreements.states import AgreementState, FrameworkState
from kpiportal import audit
from kpiportal.models import Organization, User
from kpiportal.onboarding import counts
from kpiportal.workflow import Stale, advance


@transaction.atomic
def create_framework(
    *,
    fiscal_year: int,
    party_kind: str,
    name: str,
    scale: Scale,
    dimensions: Iterable[Mapping[str, Any]],
    rounds: Iterable[Mapping[str, Any]],
    by: User,
    at: dt.datetime,
) -> Framework:
    """A draft framework with its tree (`{"name", "weight", "subs": [...]}`) and its rounds (RoundPlan's fields)."""
    duty = rules.can_shape_framework(by)
    if not duty:
        raise PermissionDenied
    framework = Framework.objects.create(fiscal_year=fiscal_year, party_kind=party_kind, name=name, scale=scale)
    order = 0
    for top in dimensions:
        order += 1
        parent = Dimension.objects.create(framework=framework, order=order, name=top["name"], weight=top["weight"])
        for sub in top.get("subs", []):
            order += 1
            Dimension.objects.create(
                framework=framework, parent=parent, order=order, name=sub["name"], weight=sub["weight"]
            )
    RoundPlan.objects.bulk_create(RoundPlan(framework=framework, **facts) for facts in rounds)
    audit.record("agreements.create_framework", framework, by=by, duty=duty, at=at)
    return framework


@transaction.atomic
def publish_framework(framework: Framework, *, by: User, revision: int, at: dt.datetime) -> Framework:
    counts.forget()  # every province's home page now asks for its form
    return advance(framework, workflow.PUBLISH, by=by, revision=revision, at=at)


@transaction.atomic
def lock_framework(framework: Framework, *, by: User, revision: int, at: dt.datetime) -> Framework:
    return advance(framework, workflow.LOCK, by=by, revision=revision, at=at)


@transaction.atomic
def open_agreement(framework: Framework, owner: Organization, *, by: User, at: dt.datetime) -> Agreement:
    """The party's empty form under a published framework of its kind; one live form a year."""
    if framework.state not in (FrameworkState.PUBLISHED, FrameworkState.LOCKED):
        raise Stale
    if framework.party_kind != owner.kind:
        raise ValidationError("กรอบนี้ไม่ได้ใช้กับหน่วยงานประเภทนี้")
    agreement = Agreement(framework=framework, owner=owner, fiscal_year=framework.fiscal_year)
    duty = rules.can_edit(by, agreement)
    if not duty:
        raise PermissionDenied
    agreement.save()
    audit.record("agreements.open", agreement, by=by, duty=duty, at=at)
    counts.forget()  # the home page no longer asks for it
    return agreement


@transaction.atomic
def add_indicator(
    agreement: Agreement,
    *,
    dimension: Dimension,
    criteria: Mapping[str, Any],
    baselines: Mapping[int, Decimal] | None = None,
    parent: Indicator | None = None,
    by: User,
    at: dt.datetime,
    **facts: Any,
) -> Indicator:
    """One more row of the draft form; `facts` are Indicator's own fields, `criteria` those of Criteria."""
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    duty = rules.can_edit(by, agreement)
    if not duty:
        raise PermissionDenied
    if agreement.state not in (AgreementState.DRAFT, AgreementState.RETURNED):
        raise Stale
    last = agreement.indicators.order_by("-order").values_list("order", flat=True).first() or 0
    indicator = Indicator.objects.create(
        agreement=agreement,
        dimension=dimension,
        parent=parent,
        order=last + 1,
        criteria=Criteria.objects.create(**criteria),
        **facts,
    )
    Baseline.objects.bulk_create(
        Baseline(indicator=indicator, fiscal_year=year, value=value) for year, value in (baselines or {}).items()
    )
    audit.record("agreements.add_indicator", indicator, by=by, duty=duty, at=at)
    return indicator


@transaction.atomic
def appoint_hosts(
    indicator: Indicator,
    *,
    host: Organization,
    co_hosts: Iterable[Organization] = (),
    by: User,
    at: dt.datetime,
) -> None:
    """Name who answers for an indicator; earlier appointments not named again are ended (history keeps them)."""
    agreement = Agreement.objects.select_for_update().get(pk=indicator.agreement_id)
    duty = rules.can_appoint_hosts(by, agreement)
    if not duty:
        raise PermissionDenied
    if agreement.state in (AgreementState.CLOSED, AgreementState.CANCELLED):
        raise Stale
    wanted = {host.pk: Assignment.Part.HOST} | {o.pk: Assignment.Part.CO_HOST for o in co_hosts if o.pk != host.pk}
    before = {a.organization_id: a for a in indicator.assignments.select_related("organization")}
    indicator.assignments.exclude(organization__in=wanted).delete()
    # Co-hosts first: an agency that steps down from host must do so before the new one takes the single place.
    for organization_id, part in sorted(wanted.items(), key=lambda pair: pair[1] == Assignment.Part.HOST):
        Assignment.objects.update_or_create(
            indicator=indicator, organization_id=organization_id, defaults={"part": part}
        )
    audit.record(
        "agreements.appoint_hosts",
        indicator,
        by=by,
        duty=duty,
        at=at,
        before={"hosts": [f"{a.get_part_display()} {a.organization}" for a in before.values()]},
        after={"hosts": [str(a) for a in indicator.assignments.select_related("organization")]},
    )


@transaction.atomic
def submit_agreement(agreement: Agreement, *, by: User, revision: int, at: dt.datetime) -> Agreement:
    """Hand the form to OPDC."""
    agreement = advance(agreement, workflow.SUBMIT, by=by, revision=revision, at=at)
    notices.submitted(agreement, by=by, at=at)
    return agreement


@transaction.atomic
def open_table(agreement: Agreement, *, by: User, revision: int, at: dt.datetime) -> Agreement:
    """Sit down: the form becomes the party's first offer on the table."""
    agreement = advance(agreement, workflow.OPEN_TABLE, by=by, revision=revision, at=at)
    opening.lay(agreement, by=by, at=at)
    return agreement


@transaction.atomic
def return_agreement(agreement: Agreement, *, by: User, revision: int, at: dt.datetime, reason: str) -> Agreement:
    agreement = advance(agreement, workflow.RETURN, by=by, revision=revision, at=at, reason=reason)
    notices.returned(agreement, by=by, at=at, reason=reason)
    return agreement


# "ตกลงทั้งฉบับ", each side once, and what takes both back to the table.
agree_agreement, rescind_agreement = closing.agree, closing.rescind


@transaction.atomic
def sign_agreement(agreement: Agreement, *, by: User, revision: int, at: dt.datetime, signed_on: dt.date) -> Agreement:
    """Sign, freeze version 1, and tell the apps above (rounds are opened from it)."""
    agreement = advance(agreement, workflow.SIGN, by=by, revision=revision, at=at, signed_on=signed_on)
    first_round = agreement.framework.round_plans.order_by("months").values_list("months", flat=True).first()
    version = versions.freeze_next(agreement, effective_months=first_round, by=by, at=at)
    notices.signed(agreement, by=by, at=at)
    agreement_signed.send(sender=Agreement, agreement=agreement, version=version, by=by, at=at)
    return agreement


# verb -> action, for the page that offers the transitions of one agreement
OF_VERB = {
    workflow.SUBMIT.verb: submit_agreement,
    workflow.OPEN_TABLE.verb: open_table,
    workflow.RETURN.verb: return_agreement,
    workflow.RESCIND.verb: rescind_agreement,
    workflow.SIGN.verb: sign_agreement,
}
