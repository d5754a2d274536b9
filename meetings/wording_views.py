"""Letter templates by purpose: OPDC's are everybody's until an office words its own."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpiportal import clock
from kpiportal.letter_fields import OF_LETTER, OF_RECEIVER
from kpiportal.letters import office as keeping
from kpiportal.letters.office_views import own_office
from kpiportal.models import LetterTemplate, Organization
from kpiportal.pdf import PdfError
from meetings import letter_desk
from meetings.letter_forms import WordingForm

LIST, FORM, PICTURE = "meetings/wording_list.html", "meetings/wording_form.html", "meetings/letter_picture.html"


def _worded(request: HttpRequest, office: int) -> Organization:
    place = own_office(request, office)
    if not keeping.can_word(request.user, place):
        raise PermissionDenied
    return place


@require_safe
def wording_list(request: HttpRequest, office: int) -> HttpResponse:
    place = own_office(request, office)
    rows = LetterTemplate.objects.used_by(place)
    may_word = bool(keeping.can_word(request.user, place))
    return render(request, LIST, {"office": place, "rows": rows, "may_word": may_word})


@require_http_methods(["GET", "POST"])
def wording_edit(request: HttpRequest, office: int, pk: int) -> HttpResponse:
    """Change one; 0 begins one. An office that changes a common one gets its own."""
    place = _worded(request, office)
    row = get_object_or_404(LetterTemplate.objects.used_by(place), pk=pk) if pk else None
    start = {name: getattr(row, name) for name in keeping.TEMPLATE_WORDS} if row else {}
    form = WordingForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid():
        made = keeping.word_template(place, row=row, by=request.user, at=clock.now(), **form.cleaned_data)
        messages.success(request, f"บันทึกแบบ “{made.purpose}” แล้ว")
        return redirect("meetings:wording_list", office=place.pk)
    context = {"office": place, "row": row, "form": form, "fields": {**OF_LETTER, **OF_RECEIVER}}
    return render(request, FORM, context, status=422 if form.is_bound else 200)


@require_POST
def wording_picture(request: HttpRequest, office: int) -> HttpResponse:
    """A letter that begins with what is being typed; nothing is saved."""
    place, form = _worded(request, office), WordingForm(request.POST)
    if not form.is_valid():
        return render(request, PICTURE, {"reasons": [text for found in form.errors.values() for text in found]})
    template = LetterTemplate(**form.cleaned_data)
    try:
        pages = letter_desk.pictures_of(letter_desk.example_of(template, office=place, dated=clock.today()))
    except PdfError as error:
        return render(request, PICTURE, {"reasons": error.reasons})
    return render(request, PICTURE, {"pages": pages})


@require_POST
def wording_drop(request: HttpRequest, office: int, pk: int) -> HttpResponse:
    """Back to the common words; of a purpose of its own: no longer offered."""
    place = _worded(request, office)
    row = get_object_or_404(LetterTemplate.objects.filter(organization=place), pk=pk)
    keeping.drop_template(row, by=request.user, at=clock.now())
    messages.success(request, f"{'กลับไปใช้แบบกลางของ' if row.replaces_id else 'เลิกใช้แบบ'} “{row.purpose}” แล้ว")
    return redirect("meetings:wording_list", office=place.pk)
