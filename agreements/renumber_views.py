"""เรียงเลขใหม่: old and new numbers side by side, then all of them at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from agreements import renumbering, rules
from agreements.models import Agreement
from kpiportal import clock
from kpiportal.workflow import Stale

PAGE = "agreements/form_renumber.html"


@require_http_methods(["GET", "POST"])
def form_renumber(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: what would change. POST: that very change, or 409 with what would change by now."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user).select_related("owner"), pk=pk)
    if not rules.can_edit(request.user, agreement):
        raise PermissionDenied
    if not renumbering.may_be_counted(agreement):
        raise Stale(renumbering.KNOWN_BY_NUMBER)
    more: dict[str, Any] = {}
    if request.method == "POST":
        try:
            seen = request.POST.get("seen", "")
            made = renumbering.renumber(agreement, seen=seen, by=request.user, at=clock.now())
            messages.success(request, f"เรียงเลขใหม่แล้ว {len(made)} ตัวชี้วัด")
            return redirect("agreements:form_sheet", pk=pk)
        except Stale as refusal:
            more = {"blockers": [refusal.text]}
    found = renumbering.changes(agreement)
    context = {"agreement": agreement, "changes": found, "seal": renumbering.seal(found), **more}
    return render(request, PAGE, context, status=409 if more else 200)
