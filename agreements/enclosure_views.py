"""Papers that go with the form: the list with its upload, one taken off, one read."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import enclosures, rules
from agreements.forms import EnclosureForm
from agreements.models import Agreement, Enclosure
from agreements.states import FORM_OPEN
from kpiportal import clock, files
from kpiportal.uploads import UploadRefused


@require_http_methods(["GET", "POST"])
def enclosure_list(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user).select_related("owner"), pk=pk)
    may_write = bool(rules.can_edit(request.user, agreement))
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    form, status = EnclosureForm(), 200
    if request.method == "POST":
        form, status = EnclosureForm(request.POST, request.FILES), 422
        if form.is_valid():
            try:
                enclosures.attach(agreement, by=request.user, at=clock.now(), **form.cleaned_data)
                messages.success(request, "แนบเอกสารแล้ว")
                return redirect("agreements:enclosure_list", pk=pk)
            except UploadRefused as refusal:
                form.add_error("upload", refusal.sentence)
                status = refusal.status
    rows = agreement.enclosures.filter(removed_at=None).select_related("file")
    open_ = may_write and agreement.state in FORM_OPEN
    context = {"agreement": agreement, "rows": rows, "form": form, "open": open_}
    context["max_bytes"] = settings.KPI_UPLOAD_MAX_BYTES
    return render(request, "agreements/enclosure_list.html", context, status=status)


@require_POST
def enclosure_remove(request: HttpRequest, pk: int) -> HttpResponse:
    enclosure = get_object_or_404(Enclosure.objects.visible_to(request.user).select_related("agreement"), pk=pk)
    enclosures.remove(enclosure, by=request.user, at=clock.now())
    messages.success(request, f"นำ{enclosure.title}ออกแล้ว")
    return redirect("agreements:enclosure_list", pk=enclosure.agreement_id)


@require_safe
def enclosure_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    enclosure = get_object_or_404(Enclosure.objects.visible_to(request.user).select_related("file"), pk=pk)
    return files.serve(enclosure.file, request)
