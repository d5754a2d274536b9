"""Letters: the register, one letter, its draft, preview, number, voiding and download."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpiportal import clock, files, letters, thai
from kpiportal.http import refuse
from kpiportal.models import Letter
from kpiportal.moves import unsaid
from kpiportal.pdf import PdfError
from kpiportal.rules import can_write_letters
from kpiportal.workflow import Blocker, NotReady, Stale
from meetings import actions, guests, letter_moves, letter_pages, pages, reach, register
from meetings.forms import RecipientsForm, SeriesForm
from meetings.letter_forms import IssueForm, LetterForm
from meetings.models import Meeting

DETAIL = "meetings/letter_detail.html"
FORM = "meetings/letter_form.html"
REGISTER = "meetings/letter_register.html"
# A browser draws a PDF in a page of its own, whose styles the portal's own policy would forbid.
IN_A_TAB = {
    "Content-Disposition": 'inline; filename="draft.pdf"',
    "Content-Security-Policy": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}


def find(request: HttpRequest, pk: int) -> tuple[Letter, Meeting | None]:
    """The letter and the meeting it calls; most letters call none."""
    found = Letter.objects.visible_to(request.user).annotate(**letter_pages.BESIDE).select_related(
        "series", "organization", "file", "bundle", "signed_copy", "signatory", "meeting__agreement__owner",
        "meeting__organization",
    )  # fmt: skip
    found = found.prefetch_related(Prefetch("recipients", pages.RECEIVERS), "files__file")
    letter = get_object_or_404(found, pk=pk)
    meeting = getattr(letter, "meeting", None)
    if meeting:
        meeting.letter = letter
    return letter, meeting


def mine(request: HttpRequest, pk: int) -> tuple[Letter, Meeting | None]:
    """The same for its writers: 403 to whoever only reads."""
    letter, meeting = find(request, pk)
    if not can_write_letters(request.user, letter.organization_id):
        raise PermissionDenied
    return letter, meeting


def must_be_open(letter: Letter, meeting: Meeting | None) -> None:
    """409 with a page of its own where there is no form to come back to."""
    if letter.state != Letter.State.DRAFT or (meeting and meeting.state != Meeting.State.DRAFT):
        raise Stale("หนังสือนี้เสนอหรือออกเลขแล้ว หรือการประชุมยกเลิกแล้ว แก้ไขไม่ได้")


@require_safe
def letter_register(request: HttpRequest) -> HttpResponse:
    return _register(request)


def _register(request: HttpRequest, *, form: SeriesForm | None = None, status: int = 200) -> HttpResponse:
    this_year = thai.be_year(clock.today().year)
    context = register.page(request.user, request.GET.dict(), this_year=this_year)
    office = context["office"]
    prefix = f"{office.abbreviation} {office.office_code}".strip() if office else ""
    context["form"] = form or SeriesForm(initial={"prefix": prefix, "year": this_year})
    return render(request, REGISTER, context, status=status)


@require_POST
def series_open(request: HttpRequest, office: int) -> HttpResponse:
    """Open a register of that office; the list comes back with it."""
    organization = get_object_or_404(register.own_offices(request.user), pk=office)
    form = SeriesForm(request.POST)
    if form.is_valid():
        try:
            series = letters.open_series(organization, by=request.user, at=clock.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"เปิดทะเบียน {series.prefix} ปี {series.year} แล้ว")
            return redirect(register.address(organization, series.year))
    return _register(request, form=form, status=422)


@require_safe
def letter_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return detail(request, pk)


def detail(
    request: HttpRequest, pk: int, *, blockers: list[Blocker] | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    letter, meeting = find(request, pk)
    context = letter_pages.letter(letter, meeting, by=request.user, at=clock.now(), blockers=blockers)
    return render(request, DETAIL, {**context, **more}, status=status)


@require_http_methods(["GET", "POST"])
def letter_edit(request: HttpRequest, pk: int) -> HttpResponse:
    letter, meeting = mine(request, pk)
    must_be_open(letter, meeting)
    if request.method == "GET":
        form = LetterForm(initial=LetterForm.initial_of(letter), office=letter.organization)
        return render(request, FORM, {"form": form, "letter": letter, "meeting": meeting})
    form, context, status = LetterForm(request.POST, office=letter.organization), {}, 422
    if form.is_valid():
        try:
            revision = form.cleaned_data["revision"]
            letter_moves.save(letter, meeting, by=request.user, revision=revision, at=clock.now(), words=form.words)
        except Stale as clash:
            letter, meeting = mine(request, pk)
            must_be_open(letter, meeting)
            form, status = form.renewed(letter), 409
            context = {"clash": clash.text, "theirs": form.differences(letter)}
        else:
            messages.success(request, "บันทึกร่างหนังสือแล้ว" + (letter_moves.REPAIRED if form.repaired else ""))
            return redirect("meetings:letter_detail", pk=pk)
    return render(request, FORM, {"form": form, "letter": letter, "meeting": meeting, **context}, status=status)


@require_http_methods(["GET", "POST"])
def letter_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft on paper: as saved, or (POST) as typed and not saved. Watermark, no number."""
    letter, _ = mine(request, pk) if request.method == "POST" else find(request, pk)
    if letter.state in Letter.NUMBERED:
        raise Stale("หนังสือนี้ออกเลขแล้ว ดาวน์โหลดฉบับจริงได้จากหน้าหนังสือ")
    if request.method == "POST":
        form = LetterForm(request.POST, office=letter.organization)
        if not form.is_valid():
            return refuse(request, 422, blockers=[text for errors in form.errors.values() for text in errors])
        for name, value in form.words.items():
            setattr(letter, name, value)
    try:
        data = letters.preview_letter(letter)
    except PdfError as error:
        return refuse(request, 422, blockers=list(error.reasons))
    return HttpResponse(data, content_type="application/pdf", headers=IN_A_TAB)


@require_POST
def letter_recipients(request: HttpRequest, pk: int) -> HttpResponse:
    _, meeting = mine(request, pk)
    if meeting is None:
        raise Http404  # such a letter chooses from lists: letter_receivers
    form = RecipientsForm(request.POST, candidates=guests.candidates(meeting))
    if not form.is_valid():
        return refuse(request, 400)
    try:
        actions.invite(meeting, by=request.user, at=clock.now(), **form.cleaned_data)
    except NotReady as refusal:
        return detail(request, pk, recipient_error=refusal.blockers[0].text, status=422)
    except Stale as clash:
        return detail(request, pk, blockers=[Blocker(clash.text)], status=409)
    messages.success(request, "บันทึกรายชื่อผู้รับแล้ว")
    return redirect(reverse("meetings:letter_detail", args=[pk]) + "#recipients")


@require_POST
def letter_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the number, print, tell who receives; a meeting's letter calls it as well."""
    letter, meeting = mine(request, pk)
    form = IssueForm(request.POST, letter=letter)
    if not form.is_valid():
        return refuse(request, 400, blockers=[Blocker(text) for text in form.errors.get("reserved", [])])
    try:
        letter = letter_moves.issue(letter, meeting, by=request.user, at=clock.now(), **form.cleaned_data)
    except NotReady as refusal:
        return detail(request, pk, blockers=refusal.blockers, status=422)
    except Stale as clash:
        return detail(request, pk, blockers=[Blocker(clash.text)], status=409)
    told = reach.told(letter_pages.receivers(letter, meeting, at=clock.now()))
    messages.success(request, f"ออกเลข {letter.number_text} แล้ว {told}".strip())
    return redirect("meetings:letter_detail", pk=pk)


@require_POST
def letter_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Void the letter; its number stays in the register. A meeting it called goes back to preparation."""
    letter, meeting = mine(request, pk)
    form = IssueForm(request.POST, letter=letter)
    if not form.is_valid():
        if form.errors.keys() - {"reason"}:
            return refuse(request, 400)
        return detail(request, pk, status=422, **form.typed)
    reason = form.cleaned_data["reason"]
    try:
        letter_moves.cancel(letter, meeting, by=request.user, at=clock.now(), **form.cleaned_data)
    except NotReady as refusal:
        return detail(request, pk, reason_error=refusal.blockers[0].text, status=422)
    except Stale as clash:
        return detail(request, pk, blockers=[Blocker(clash.text), *unsaid(reason)], reason=reason, status=409)
    messages.success(request, "ยกเลิกหนังสือแล้ว เลขยังคงอยู่ในทะเบียน")
    return redirect("meetings:letter_detail", pk=pk)


@require_safe
def letter_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The issued bytes, always as a download."""
    letter, _ = find(request, pk)
    if letter.file is None:
        raise Http404
    return files.serve(letter.file, request)
