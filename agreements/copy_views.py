"""Taking rows over from another form: choose whose, tick which, copy."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from agreements import copying, rules
from agreements.models import Agreement
from agreements.states import FORM_OPEN
from kpiportal import clock
from kpiportal.workflow import Stale

PAGE = "agreements/copy.html"


@require_http_methods(["GET", "POST"])
def form_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """`?from=` names the form to take from; without it the party's last one, with `?whose=others` somebody else's."""
    agreements = Agreement.objects.visible_to(request.user).select_related("owner", "framework__scale")
    agreement = get_object_or_404(agreements, pk=pk)
    if not rules.can_edit(request.user, agreement):
        raise PermissionDenied
    if agreement.state not in FORM_OPEN:
        raise Stale(f"แบบฟอร์มอยู่ในสถานะ “{agreement.get_state_display()}” แก้ไขไม่ได้ในขณะนี้")
    context = _sources(request, agreement)
    source = context["source"]
    wanted = [int(text) for text in request.POST.getlist("row") if text.isdigit()]
    if request.method == "POST" and source and wanted:
        count = copying.copy_rows(agreement, source, wanted, by=request.user, at=clock.now())
        messages.success(request, f"คัดลอก {count} ตัวชี้วัดจาก{source} แล้ว")
        return redirect("agreements:form_sheet", pk=pk)
    refused = request.method == "POST"
    context |= {"rows": copying.offered(agreement, source) if source else [], "refused": refused}
    return render(request, PAGE, context, status=422 if refused else 200)


def _sources(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """The forms of one tab, the party's own or the others', and the one chosen: a form named is on its own tab."""
    seen = copying.sources(agreement, request.user)
    chosen = request.POST.get("from") or request.GET.get("from") or ""
    named = next((one for one in seen if str(one.pk) == chosen), None)
    own = named.owner_id == agreement.owner_id if named else request.GET.get("whose") != "others"
    sources = [one for one in seen if (one.owner_id == agreement.owner_id) == own]
    source = named or (sources[0] if sources and not chosen else None)
    return {"agreement": agreement, "at": "last" if own else "others", "sources": sources, "source": source}
