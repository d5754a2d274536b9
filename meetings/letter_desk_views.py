"""Writing a letter: begin one, see it while typing, enclose files, have it approved, take it away in other shapes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpiportal import clock, files, thai
from kpiportal.letters import docx, enclosures, scans
from kpiportal.models import Letter, LetterEnclosure
from kpiportal.moves import press
from kpiportal.pdf import PdfError
from kpiportal.uploads import UploadRefused
from kpiportal.workflow import Blocker, NotReady
from meetings import letter_desk, register
from meetings.letter_forms import EncloseForm, LetterForm, ScanForm, StartForm
from meetings.letter_views import detail, find, mine, must_be_open

START = "meetings/letter_start.html"
PICTURE = "meetings/letter_picture.html"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_http_methods(["GET", "POST"])
def letter_start(request: HttpRequest) -> HttpResponse:
    """A draft from a template, or from blank paper."""
    offices = register.writing_offices(request.user)
    if not offices.exists():
        raise PermissionDenied
    choices = {"offices": offices, "templates": letter_desk.templates_for(offices)}
    form = StartForm(request.POST or None, initial={"dated": clock.today()}, **choices)
    blockers: list[Blocker] = []
    if request.method == "POST" and form.is_valid():
        try:
            letter = letter_desk.begin(**form.cleaned_data, by=request.user, at=clock.now())
        except NotReady as refusal:
            blockers = refusal.blockers
        else:
            return redirect("meetings:letter_edit", pk=letter.pk)
    status = 200 if request.method == "GET" else 422
    return render(request, START, {"form": form, "blockers": blockers}, status=status)


@require_POST
def letter_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """What is being typed, as pictures of its pages; nothing is saved, and a half-typed word is no mistake."""
    letter, meeting = mine(request, pk)
    must_be_open(letter, meeting)
    form = LetterForm(request.POST, office=letter.organization)
    if not form.is_valid():
        return render(request, PICTURE, {"reasons": [text for found in form.errors.values() for text in found]})
    for name, value in form.words.items():
        setattr(letter, name, value)
    try:
        pages = letter_desk.pictures_of(letter)
    except PdfError as error:
        return render(request, PICTURE, {"reasons": error.reasons})
    return render(request, PICTURE, {"pages": pages, "number": thai.to_arabic_digits(str(len(pages)))})


@require_safe
def letter_docx(request: HttpRequest, pk: int) -> HttpResponse:
    """The words in Word, to go on with elsewhere; what is issued stays the PDF."""
    letter, _ = find(request, pk)
    response = HttpResponse(docx.of(letter), content_type=DOCX)
    name = letter.number_text.replace("/", "-") or f"ร่างหนังสือ {letter.pk}"
    response["Content-Disposition"] = files.content_disposition(f"{name}.docx")
    return response


@require_POST
def letter_move(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One arrow of the chain: hand on, approve, give back, take back."""
    refused = press(request, find(request, pk)[0], letter_desk.CHAIN, slug, letter_desk.OF_VERB)
    if refused is None:
        return redirect("meetings:letter_detail", pk=pk)
    typed = {"reason": refused.reason, "reason_error": " ".join(refused.form.errors.get("reason", []))}
    return detail(request, pk, blockers=refused.blockers, status=refused.status, **typed)


@require_POST
def enclosure_add(request: HttpRequest, pk: int) -> HttpResponse:
    letter, meeting = mine(request, pk)
    must_be_open(letter, meeting)
    form, status = EncloseForm(request.POST, request.FILES), 422
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = enclosures.enclose(letter, data.pop("file"), **data, by=request.user, at=clock.now())
        except UploadRefused as refusal:
            form.add_error("file", refusal.sentence)
            status = refusal.status
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"แนบ “{made.line}” แล้ว {made.pages} หน้า")
            return redirect("meetings:letter_detail", pk=pk)
    return detail(request, pk, enclose_form=form, status=status)


def _enclosure(request: HttpRequest, pk: int) -> LetterEnclosure:
    """Whoever sees the letter sees what goes with it."""
    letters = Letter.objects.visible_to(request.user)
    rows = LetterEnclosure.objects.filter(letter__in=letters).select_related("letter", "file")
    return get_object_or_404(rows, pk=pk)


@require_POST
def enclosure_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = _enclosure(request, pk)
    mine(request, row.letter_id)
    enclosures.unenclose(row, by=request.user, at=clock.now())
    messages.success(request, f"นำ “{row.line}” ออกแล้ว")
    return redirect("meetings:letter_detail", pk=row.letter_id)


@require_safe
def enclosure_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    return files.serve(_enclosure(request, pk).file, request)


@require_POST
def scan_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """The scan of the paper that was signed by hand."""
    letter, _ = mine(request, pk)
    form, status = ScanForm(request.POST, request.FILES), 422
    if form.is_valid():
        try:
            scans.attach(letter, form.cleaned_data["file"], by=request.user, at=clock.now())
        except UploadRefused as refusal:
            form.add_error("file", refusal.sentence)
            status = refusal.status
        else:
            messages.success(request, "เก็บสำเนาฉบับลงนามแล้ว")
            return redirect("meetings:letter_detail", pk=pk)
    return detail(request, pk, scan_form=form, status=status)


@require_safe
def letter_part(request: HttpRequest, pk: int, part: str) -> HttpResponseBase:
    """The letter with its enclosures in one file, or the scan of the signed paper."""
    letter, _ = find(request, pk)
    stored = {"bundle": letter.bundle, "scan": letter.signed_copy}.get(part)
    if stored is None:
        raise Http404
    return files.serve(stored, request)


@require_safe
def reference_find(request: HttpRequest, pk: int) -> HttpResponse:
    """Earlier letters of the office, sent and received, that hold these words: the line to put under อ้างถึง."""
    letter, _ = mine(request, pk)
    text = thai.clean_line(request.GET.get("refer", ""))[:100]
    context: dict[str, Any] = {"lines": letter_desk.references(letter, text), "text": text}
    return render(request, "meetings/letter_references.html", context)
