"""Taking rows over from another form: choose whose, tick which, copy."""

from __future__ import annotations

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
    """`?from=` names the form to take from; without it the party's last one."""
    agreements = Agreement.objects.visible_to(request.user).select_related("owner", "framework__scale")
    agreement = get_object_or_404(agreements, pk=pk)
    if not rules.can_edit(request.user, agreement):
        raise PermissionDenied
    if agreement.state not in FORM_OPEN:
        raise Stale(f"แบบฟอร์มอยู่ในสถานะ “{agreement.get_state_display()}” แก้ไขไม่ได้ในขณะนี้")
    sources = copying.sources(agreement, request.user)
    chosen = request.POST.get("from") or request.GET.get("from") or ""
    source = next((one for one in sources if str(one.pk) == chosen), sources[0] if sources and not chosen else None)
    context = {"agreement": agreement, "sources": sources, "source": source}
    wanted = [int(text) for text in request.POST.getlist("row") if text.isdigit()]
    if request.method == "POST" and source and wanted:
        count = copying.copy_rows(agreement, source, wanted, by=request.user, at=clock.now())
        messages.success(request, f"คัดลอก {count} ตัวชี้วัดจาก{source} แล้ว")
        return redirect("agreements:form_sheet", pk=pk)
    refused = request.method == "POST"
    context |= {"rows": copying.offered(agreement, source) if source else [], "refused": refused}
    return render(request, PAGE, context, status=422 if refused else 200)
