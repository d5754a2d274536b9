"""What is of one round only, kept from the editor of an indicator."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from agreements import form_page, form_rounds, rules
from agreements.form_rounds import RoundsForm
from agreements.models import Indicator
from kpiportal import clock
from kpiportal.workflow import Stale


@require_POST
def indicator_rounds(request: HttpRequest, pk: int) -> HttpResponse:
    indicators = form_page.with_everything(Indicator.objects.visible_to(request.user))
    indicator = get_object_or_404(indicators, pk=pk)
    if not rules.can_edit(request.user, indicator.agreement):
        raise PermissionDenied
    form, status = RoundsForm(request.POST, indicator=indicator), 422
    if form.is_valid():
        facts = {"start_months": form.cleaned_data["start_months"], "was": form.cleaned_data["was"]}
        try:
            form_rounds.set_rounds(indicator, form.weights, by=request.user, at=clock.now(), **facts)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        except Stale as clash:
            form.add_error(None, clash.text)
            status = 409
        else:
            messages.success(request, "บันทึกน้ำหนักเฉพาะรอบแล้ว")
            return redirect("agreements:indicator_edit", pk=pk)
    context = {**form_page.context(indicator), "hosts": form_page.hosts(indicator), "rounds_form": form}
    return render(request, "agreements/indicator_edit.html", context, status=status)
