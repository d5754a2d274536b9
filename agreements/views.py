"""Agreements: the list, the tree, one indicator, and the buttons of the workflow."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from agreements import actions, form_page, new_year, pages, rules, tree, workflow
from agreements.forms import MoveForm
from agreements.models import Agreement, AgreementVersion, Indicator
from agreements.signing import document
from agreements.states import FORM_OPEN, AgreementState
from kpiportal import audit, clock, moves
from kpiportal.prepared import Prepared, PreparedFor
from kpiportal.workflow import Blocker, offered

DETAIL = "agreements/agreement_detail.html"


@require_safe
def agreement_list(request: HttpRequest) -> HttpResponse:
    agreements = Agreement.objects.visible_to(request.user).with_counts().select_related("owner")
    agreements = agreements.order_by("-fiscal_year", "owner__sort_key")
    to_open = new_year.forms_to_open(request.user, clock.today())
    return render(request, "agreements/agreement_list.html", {"agreements": agreements, "to_open": to_open})


_agreement_to_show = PreparedFor(lambda user, pk: Agreement.objects.visible_to(user).for_a_page().filter(pk=pk))
_versions = Prepared(lambda agreement: AgreementVersion.objects.filter(agreement=agreement).defer("content"))
_indicator_to_show = PreparedFor(lambda user, pk: Indicator.objects.visible_to(user).for_a_page().filter(pk=pk))


def _agreement(request: HttpRequest, pk: int) -> Agreement:
    return _agreement_to_show.or_404(request.user, pk=pk)


def _moves(request: HttpRequest, agreement: Agreement, tried: MoveForm | None) -> list[MoveForm]:
    """A form per step this person may take; the one just refused comes back with what was typed."""
    steps = offered(agreement, workflow.AGREEMENT, by=request.user)
    asked = {"revision": agreement.revision, "signed_on": clock.today()}
    return [
        tried.renewed(agreement.revision)
        if tried and tried.transition is step
        else MoveForm(initial=asked, transition=step, auto_id=f"id_{step.slug}_%s")
        for step in steps
    ]


def _detail(
    request: HttpRequest,
    agreement: Agreement,
    *,
    form: MoveForm | None = None,
    blockers: list[Blocker] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "agreement": agreement,
        "tree": tree.build(agreement),
        "versions": _versions(agreement=agreement.pk),
        "moves": _moves(request, agreement, form),
        "history": audit.history(agreement),
        "blockers": blockers or [],
        "today": clock.today(),
        "blanks": _blanks(request, agreement),
        "may_write": agreement.state in FORM_OPEN and bool(rules.can_edit(request.user, agreement)),
    }
    return render(request, DETAIL, context, status=status)


def _blanks(request: HttpRequest, agreement: Agreement) -> list[Blocker]:
    if agreement.state != AgreementState.AGREED:
        return []
    return document.blanks(agreement, by=request.user, on=clock.today())


@require_safe
def agreement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _agreement(request, pk))


@require_POST
def agreement_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One step of the workflow: send, open the table, return, agree, sign."""
    make = partial(MoveForm, auto_id=f"id_{verb}_%s")
    refused = moves.press(request, _agreement(request, pk), workflow.AGREEMENT, verb, actions.OF_VERB, make=make)
    if refused is None:
        return redirect("agreements:agreement_detail", pk=pk)
    found = refused.form.take(refused.blockers)
    return _detail(request, _agreement(request, pk), blockers=found, form=refused.form, status=refused.status)


@require_safe
def indicator_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return indicator_page(request, _indicator_to_show.or_404(request.user, pk=pk))


def indicator_page(
    request: HttpRequest, indicator: Indicator, *, hosts_error: Any = None, status: int = 200
) -> HttpResponse:
    """One indicator to read; for the party's office, with who answers for it to be appointed once the form is sent."""
    context = pages.indicator(indicator, on=clock.today())
    settled = indicator.agreement.state not in (*FORM_OPEN, AgreementState.CLOSED, AgreementState.CANCELLED)
    is_own = not indicator.parent_id and not indicator.cluster_source_id
    if settled and is_own and rules.can_appoint_hosts(request.user, indicator.agreement):
        context |= {"hosts": form_page.hosts(indicator), "hosts_error": hosts_error, "appoints": True}
    return render(request, "agreements/indicator_detail.html", context, status=status)
