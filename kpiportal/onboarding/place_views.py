"""Organizations: add an agency, change the words of one's own places."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kpiportal import audit, clock
from kpiportal.models import Organization
from kpiportal.onboarding import places, rules
from kpiportal.onboarding.place_forms import ManyPlacesForm, NewPlaceForm, PlaceForm

PAGE = "people/place_form.html"


@require_http_methods(["GET", "POST"])
def place_new(request: HttpRequest) -> HttpResponse:
    if not rules.can_add_places(request.user):
        raise PermissionDenied
    form, status = NewPlaceForm(request.POST or None, by=request.user), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                place = places.add(by=request.user, at=clock.now(), **form.cleaned_data)
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                messages.success(request, f"เพิ่ม{place.name}แล้ว เชิญบุคคลของหน่วยงานได้เลย")
                return redirect("people:people_list")
    return render(request, PAGE, {"form": form, "many": ManyPlacesForm(by=request.user)}, status=status)


@require_POST
def place_new_many(request: HttpRequest) -> HttpResponse:
    """Many agencies by name alone, all or none."""
    if not rules.can_add_places(request.user):
        raise PermissionDenied
    form = ManyPlacesForm(request.POST, by=request.user)
    if form.is_valid():
        try:
            made = places.add_many(by=request.user, at=clock.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"เพิ่ม {len(made)} หน่วยงานแล้ว เชิญบุคคลด้วยไฟล์ Excel ได้เลย")
            return redirect("people:people_list")
    return render(request, PAGE, {"form": NewPlaceForm(by=request.user), "many": form}, status=422)


@require_http_methods(["GET", "POST"])
def place_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = Organization.objects.managed_by(request.user).select_related("parent")
    place = get_object_or_404(found, pk=pk)
    if not rules.can_keep_place(request.user, place):
        raise PermissionDenied
    form, status = PlaceForm(request.POST if request.method == "POST" else None, place=place), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                places.change(place, by=request.user, at=clock.now(), **form.cleaned_data)
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                messages.success(request, f"บันทึกข้อมูลของ{place.full_name}แล้ว")
                return redirect("people:people_list")
    context = {"form": form, "place": place, "history": audit.history(place)}
    return render(request, PAGE, context, status=status)
