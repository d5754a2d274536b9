"""The e-SAR copy sheet and its ticks, each person's own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from kpiportal.http import refuse
from reporting.models import CopyTick
from reporting.sar import copysheet
from reporting.sar.forms import TickForm
from reporting.sar.views import find_sar


@require_safe
def sar_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Of an approved report; what may still change is not worth copying."""
    sar = find_sar(request, pk)
    sections = copysheet.sections(sar.content) if sar.is_fixed else []
    ticked = set(CopyTick.objects.filter(consolidation=sar, person=request.user).values_list("field", flat=True))
    for section in sections:
        for field in section["fields"]:
            field["ticked"] = field["key"] in ticked
    count = sum(len(section["fields"]) for section in sections)
    context = {"sar": sar, "round": sar.round, "sections": sections, "count": count, "ticked": len(ticked)}
    return render(request, "reporting/sar/sar_copy.html", context)


@require_POST
def sar_tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Remember that this person has copied a field, or has not; JSON to the page's script."""
    sar, form = find_sar(request, pk), TickForm(request.POST)
    if not form.is_valid() or not sar.is_fixed or form.cleaned_data["field"] not in copysheet.keys(sar.content):
        return refuse(request, 400)
    row = {"consolidation": sar, "person": request.user, "field": form.cleaned_data["field"]}
    if form.cleaned_data["on"]:
        CopyTick.objects.get_or_create(**row)
    else:
        CopyTick.objects.filter(**row).delete()
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"ticked": CopyTick.objects.filter(consolidation=sar, person=request.user).count()})
    return redirect(f"{request.path.removesuffix('tick/')}#{form.cleaned_data['field']}")
