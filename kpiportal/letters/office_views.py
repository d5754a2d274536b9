"""What an office sets up once for its letters: emblem, signers, greetings, numbers held, the register as Excel."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpiportal import clock, files, thai, xlsx
from kpiportal.dates import be_input_text
from kpiportal.letters import earlier, emblems, held, office, registers
from kpiportal.letters.office_forms import EmblemForm, ImportForm, ReserveForm, SalutationForm, SignatoryForm
from kpiportal.models import Emblem, LetterSeries, Organization, Salutation, Signatory
from kpiportal.rules import can_write_letters
from kpiportal.uploads import UploadRefused

PAGE, SIGNATORY, GREETINGS = "letters/office.html", "letters/signatory_form.html", "letters/salutations.html"


def own_office(request: HttpRequest, pk: int) -> Organization:
    """An office whose letters this person may set up or look at; 404 for others."""
    found: Organization = get_object_or_404(registers.offices_of(request.user), pk=pk)
    return found


def _written(request: HttpRequest, pk: int) -> Organization:
    found = own_office(request, pk)
    if not can_write_letters(request.user, found.pk):
        raise PermissionDenied
    return found


@require_safe
def office_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, own_office(request, pk))


def _page(request: HttpRequest, place: Organization, status: int = 200, **more: Any) -> HttpResponse:
    year, today = thai.be_year(clock.today().year), clock.today()
    signatories = list(place.signatories.select_related("user"))
    context = {
        "office": place,
        "year": year,
        "signatories": [{"row": row, "now": row.covers(today)} for row in signatories],
        "emblem": emblems.data_uri_of(place),
        "may_write": bool(can_write_letters(request.user, place.pk)),
        "may_give": bool(emblems.can_give(request.user, place)),
        "emblem_form": EmblemForm(),
        "series": list(LetterSeries.objects.filter(organization=place, year=year).order_by("prefix", "circular")),
        "reserve_form": ReserveForm(initial={"dated": be_input_text(today)}),
        "import_form": ImportForm(),
        "max_bytes": settings.KPI_UPLOAD_MAX_BYTES,
    }
    return render(request, PAGE, context | more, status=status)


@require_http_methods(["GET", "POST"])
def signatory_new(request: HttpRequest, pk: int) -> HttpResponse:
    return _signatory(request, _written(request, pk), None)


@require_http_methods(["GET", "POST"])
def signatory_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Signatory.objects.visible_to(request.user).select_related("organization")
    row = get_object_or_404(rows, pk=pk)
    return _signatory(request, _written(request, row.organization_id), row)


def _signatory(request: HttpRequest, place: Organization, row: Signatory | None) -> HttpResponse:
    choices = {"office": place, "people": office.people_of(place)}
    if request.method == "GET":
        names = SignatoryForm.base_fields
        start = {name: getattr(row, name) for name in names} if row else {"valid_from": clock.today()}
        return render(request, SIGNATORY, {"form": SignatoryForm(initial=start, **choices), "office": place})
    form = SignatoryForm(request.POST, **choices)
    if not form.is_valid():
        return render(request, SIGNATORY, {"form": form, "office": place}, status=422)
    made = office.keep_signatory(place, row=row, by=request.user, at=clock.now(), **form.cleaned_data)
    messages.success(request, f"บันทึกผู้ลงนาม {made.name} แล้ว")
    return redirect("letters:office_page", pk=place.pk)


@require_POST
def emblem_give(request: HttpRequest, pk: int) -> HttpResponse:
    place = own_office(request, pk)
    if not emblems.can_give(request.user, place):
        raise PermissionDenied
    form = EmblemForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            emblems.give(place, form.cleaned_data["file"], by=request.user, at=clock.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "ใส่ตราครุฑแล้ว หนังสือใหม่จะพิมพ์ตรานี้ในไฟล์")
            return redirect("letters:office_page", pk=pk)
    return _page(request, place, 422, emblem_form=form)


@require_safe
def emblem_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    newest = Emblem.objects.visible_to(request.user).filter(organization=pk).select_related("file")
    return files.serve(get_object_or_404(newest[:1]).file, request)


def _series(request: HttpRequest, pk: int) -> LetterSeries:
    rows = LetterSeries.objects.filter(organization__in=registers.offices_of(request.user))
    found: LetterSeries = get_object_or_404(rows.select_related("organization"), pk=pk)
    _written(request, found.organization_id)
    return found


@require_POST
def numbers_reserve(request: HttpRequest, pk: int) -> HttpResponse:
    series, form = _series(request, pk), ReserveForm(request.POST)
    if form.is_valid():
        try:
            made = held.reserve(series, by=request.user, at=clock.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            numbers = ", ".join(str(row.number) for row in made)
            messages.success(request, f"จองเลข {numbers} ในทะเบียน {series.prefix} แล้ว")
            return redirect("letters:office_page", pk=series.organization_id)
    return _page(request, series.organization, 422, reserve_form=form, open_series=series.pk)


@require_POST
def numbers_import(request: HttpRequest, pk: int) -> HttpResponse:
    """The register kept before the portal: all of its lines or none."""
    series, form, status = _series(request, pk), ImportForm(request.POST, request.FILES), 422
    if form.is_valid():
        try:
            lines = earlier.lines_of(xlsx.read_workbook(form.cleaned_data["file"]))
            count = held.take_over(series, lines, by=request.user, at=clock.now())
        except ValidationError as refusal:
            form.add_error("file", refusal.messages)
        except UploadRefused as refusal:
            form.add_error("file", refusal.sentence)
            status = refusal.status
        else:
            messages.success(request, f"นำเข้าทะเบียนเดิม {count} รายการแล้ว")
            return redirect("letters:office_page", pk=series.organization_id)
    return _page(request, series.organization, status, import_form=form, open_series=series.pk)


@require_safe
def sent_export(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    place = own_office(request, pk)
    made = registers.sent_workbook(place, year, at=clock.now())
    return registers.download(made, f"ทะเบียนหนังสือส่ง {place.full_name} {year}.xlsx")


@require_safe
def salutations(request: HttpRequest) -> HttpResponse:
    return _greetings(request)


def _greetings(request: HttpRequest, form: SalutationForm | None = None, status: int = 200) -> HttpResponse:
    context = {
        "rows": list(Salutation.objects.order_by("order", "pk")),
        "may_keep": bool(office.can_keep_salutations(request.user)),
        "form": form or SalutationForm(),
    }
    return render(request, GREETINGS, context, status=status)


@require_POST
def salutation_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one row; 0 adds one."""
    if not office.can_keep_salutations(request.user):
        raise PermissionDenied
    row = get_object_or_404(Salutation.objects.filter(pk=pk)) if pk else None
    form = SalutationForm(request.POST)
    if form.is_valid():
        try:
            office.keep_salutation(row=row, by=request.user, at=clock.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "บันทึกคำขึ้นต้นและคำลงท้ายแล้ว")
            return redirect("letters:salutations")
    return _greetings(request, form, 422)
