"""Rounds: the list, the summary table on screen and on paper, opening and closing."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from kpiportal import audit, clock, files, moves
from kpiportal.models import User
from kpiportal.prepared import PreparedFor
from kpiportal.workflow import Blocker, NotReady, offered
from reporting import actions, evidencezip, outcome, paper, round_actions, roundcontrol, rules, sheet, workflow
from reporting.evaluation.rules import link_to_evaluation
from reporting.forms import ExtensionForm
from reporting.models import Report, Round
from reporting.sar.rules import is_over
from reporting.states import RoundState

PAGE = "reporting/round_summary.html"


_rounds = PreparedFor(
    lambda user, pk: (
        Round.objects.visible_to(user)
        .filter(pk=pk)
        .select_related("agreement__framework__scale", "agreement__owner", "evaluation", "consolidation")
        .defer("consolidation__content")
    )
)


def _round(request: HttpRequest, pk: int) -> Round:
    return _rounds.or_404(request.user, pk=pk)


@require_safe
def round_list(request: HttpRequest) -> HttpResponse:
    rounds = Round.objects.visible_to(request.user).with_progress()
    rounds = rounds.select_related("agreement__framework__scale", "agreement__owner", "evaluation", "consolidation")
    rounds = rounds.defer("consolidation__content")
    rounds = rounds.order_by("-agreement__fiscal_year", "agreement__owner__sort_key", "-months")
    rows = [(round, outcome.of(round, request.user)) for round in rounds]
    return render(request, "reporting/round_list.html", {"rows": rows, "any_end": any(ends for _, ends in rows)})


@require_safe
def round_summary(request: HttpRequest, pk: int) -> HttpResponse:
    return _summary(request, _round(request, pk))


def _summary(
    request: HttpRequest, round: Round, *, blockers: Iterable[Blocker] = (), reason: str = "", status: int = 200
) -> HttpResponse:
    """What stands in the way is listed on top; a sentence about the reason stands beside its box."""
    now, table = clock.now(), sheet.read(round)
    context = {
        "round": round,
        "sheet": sheet.build(round, at=now, table=table, open_cards=_open_cards(request.user, round)),
        "closing": roundcontrol.closing_question(round, table, at=now),
        "blockers": [blocker for blocker in blockers if blocker.field != "reason"],
        "reason": reason,
        "reason_error": next((blocker.text for blocker in blockers if blocker.field == "reason"), ""),
        "transitions": offered(round, workflow.ROUND, by=request.user),
        "evaluation": link_to_evaluation(round, request.user),
        "has_sar": round.state != RoundState.SCHEDULED and not is_over(round),
        # The busiest page of a deadline day tells its history only when asked.
        "history": audit.history(round) if "history" in request.GET else None,
    }
    return render(request, PAGE, context, status=status)


def _open_cards(user: User, round: Round) -> frozenset[int] | None:
    """The cards this person may open; None for the party's own office, which opens them all."""
    if round.agreement.owner_id in user.organization_ids:
        return None
    return frozenset(Report.objects.visible_to(user).filter(round=round).values_list("pk", flat=True))


@require_safe
def round_summary_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same table as the screen, landscape, Thai digits."""
    round, now = _round(request, pk), clock.now()
    pdf = paper.summary_pdf(round, sheet.build(round, at=now), at=now)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = paper.disposition(round)
    return response


@require_POST
def round_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Open the round, close it, open it again."""
    refused = moves.press(request, _round(request, pk), workflow.ROUND, verb, actions.OF_ROUND_VERB)
    if refused is None:
        return redirect("reporting:round_summary", pk=pk)
    facts = {"blockers": refused.said, "reason": refused.reason, "status": refused.status}
    return _summary(request, _round(request, pk), **facts)


def _run_by(request: HttpRequest, pk: int) -> Round:
    """The round, for whoever runs it."""
    round = _round(request, pk)
    if not rules.can_run_round(request.user, round):
        raise PermissionDenied
    return round


@require_safe
def round_control(request: HttpRequest, pk: int) -> HttpResponse:
    """Before opening, the checklist; afterwards, every agency with what it owes."""
    return _control(request, _run_by(request, pk))


def _control(
    request: HttpRequest, round: Round, *, form: ExtensionForm | None = None, host: int = 0, status: int = 200
) -> HttpResponse:
    more = {"round": round, "transitions": offered(round, workflow.ROUND, by=request.user), "form": form, "host": host}
    context = roundcontrol.context(round, by=request.user, at=clock.now()) | more
    return render(request, "reporting/round_control.html", context, status=status)


@require_POST
def round_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """More time for one agency, with a reason."""
    round = _run_by(request, pk)
    form = ExtensionForm(request.POST, round=round)
    if not form.is_valid():
        chosen = form.data.get("host", "")
        return _control(request, round, form=form, host=int(chosen) if chosen.isdigit() else 0, status=422)
    host = form.cleaned_data["host"]
    try:
        round_actions.extend_agency(round, by=request.user, at=clock.now(), **form.cleaned_data)
    except NotReady as refusal:
        for blocker in refusal.blockers:
            form.add_error(blocker.field, blocker.text)
        return _control(request, round, form=form, host=host.pk, status=422)
    messages.success(request, f"ขยายกำหนดให้{host.full_name}แล้ว")
    return redirect("reporting:round_control", pk=pk)


@require_safe
def round_evidence_zip(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every file of the round this person may see, with an index; sent while it is made."""
    round = _round(request, pk)
    response = StreamingHttpResponse(
        evidencezip.stream(evidencezip.evidence_of(round, request.user)), content_type="application/zip"
    )
    agreement = round.agreement
    name = f"หลักฐาน {round.name} {agreement.owner.full_name} ปี {agreement.fiscal_year}.zip"
    response["Content-Disposition"] = files.content_disposition(name)
    return response
