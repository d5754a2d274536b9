"""The year's grid, and accepting many cards at once after looking at what that changes."""

from __future__ import annotations

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from agreements.models import Agreement
from kpiportal import clock
from kpiportal.numbers import format_number
from kpiportal.rules import duty_for_party
from kpiportal.workflow import NotReady, Stale
from reporting import actions, grid
from reporting.models import Report

_PICK = re.compile(r"[1-9][0-9]{0,17}:[0-9]{1,9}")  # grid.Cell.pick


def _agreement(request: HttpRequest, pk: int) -> Agreement:
    return get_object_or_404(Agreement.objects.visible_to(request.user).select_related("owner"), pk=pk)


@require_safe
def agreement_grid(request: HttpRequest, pk: int) -> HttpResponse:
    agreement, show = _agreement(request, pk), request.GET.get("show", "")
    table = grid.build(agreement, by=request.user, at=clock.now(), show=show if show in grid.SHOWS else "")
    return render(request, "reporting/agreement_grid.html", {"agreement": agreement, "grid": table})


@require_POST
def cards_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """First what accepting the ticked cards changes; with the answer "yes", each of them as if pressed alone."""
    agreement = _agreement(request, pk)
    if not duty_for_party(request.user, agreement.owner_id):
        raise PermissionDenied
    picked = _picked(request, agreement)
    if not picked:
        messages.warning(request, "ยังไม่ได้เลือกรายงานที่จะตรวจผ่าน")
        return redirect("reporting:agreement_grid", pk=pk)
    if "sure" not in request.POST:
        cards = [{"card": card, "revision": revision, "score": _score(card)} for card, revision in picked]
        return render(request, "reporting/cards_accept.html", {"agreement": agreement, "cards": cards})
    done, stale = _accept(request, picked)
    if done:
        messages.success(request, f"ตรวจผ่านแล้ว {done} รายการ")
    for card in stale:
        messages.warning(request, f"{card} มีผู้ดำเนินการไปก่อนหรือเปลี่ยนไปแล้ว จึงยังไม่ได้ตรวจผ่าน")
    return redirect("reporting:agreement_grid", pk=pk)


def _picked(request: HttpRequest, agreement: Agreement) -> list[tuple[Report, int]]:
    """(card, the revision that was looked at) of each ticked box; what is no card of this agreement drops out."""
    wanted = dict(box.split(":") for box in request.POST.getlist("card") if _PICK.fullmatch(box))
    cards = Report.objects.visible_to(request.user).filter(round__agreement=agreement, pk__in=wanted)
    cards = cards.select_related("indicator", "round__agreement__framework__scale", "host")
    cards = cards.order_by("round__months", "indicator__order")
    return [(card, int(wanted[str(card.pk)])) for card in cards]


def _score(card: Report) -> str:
    decimals = card.round.agreement.framework.scale.decimals
    return "N/A" if card.score is None else format_number(card.score, decimals=decimals)


def _accept(request: HttpRequest, picked: list[tuple[Report, int]]) -> tuple[int, list[Report]]:
    """Each card in its own transaction: one that somebody changed meanwhile does not undo the others."""
    done, stale = 0, []
    for card, revision in picked:
        try:
            actions.accept_report(card, by=request.user, revision=revision, at=clock.now())
            done += 1
        except (Stale, NotReady, PermissionDenied):
            stale.append(card)
    return done, stale
