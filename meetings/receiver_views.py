"""Who a letter goes to, and the copies for them: chosen from lists, printed in the background, labels."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpiportal import clock, files, letters
from kpiportal.http import refuse
from kpiportal.letters import labels, printing
from kpiportal.models import Organization
from kpiportal.pdf import PdfError
from kpiportal.workflow import Blocker, NotReady, Stale
from meetings import letter_pages, receiver_lists
from meetings.forms import RecipientsForm
from meetings.letter_forms import GreetingsForm
from meetings.letter_views import detail, mine, must_be_open

PAGE, GREETINGS = "meetings/letter_receivers.html", "meetings/letter_greetings.html"
ON_A_PAGE = 100


@require_http_methods(["GET", "POST"])
def letter_receivers(request: HttpRequest, pk: int) -> HttpResponse:
    """Whole lists, or single offices of them. Of a meeting's letter: the meeting's own list (letter_recipients)."""
    letter, meeting = mine(request, pk)
    must_be_open(letter, meeting)
    lists = receiver_lists.lists_of(letter.organization)
    if request.method == "GET":
        ticked = {row.organization_id for row in letter.recipients.all()}
        return render(request, PAGE, {"letter": letter, "lists": lists, "ticked": ticked})
    known = {office.pk: office for one in lists for office in one.offices}
    form = RecipientsForm(request.POST, candidates=Organization.objects.filter(pk__in=known))
    if not form.is_valid():
        return refuse(request, 400)
    chosen = _chosen(request, lists, form)
    try:
        if len(chosen) > receiver_lists.MOST:
            raise NotReady([Blocker(f"หนังสือหนึ่งฉบับมีผู้รับได้ไม่เกิน {receiver_lists.MOST} ราย")])
        found = receiver_lists.receivers([known[key] for key in chosen], on=letter.dated)
        revision = form.cleaned_data["revision"]
        letters.address_letter(letter, recipients=found, by=request.user, revision=revision, at=clock.now())
    except (NotReady, Stale) as refusal:
        sentence = refusal.text if isinstance(refusal, Stale) else refusal.blockers[0].text
        context = {"letter": letter, "lists": lists, "ticked": set(chosen), "error": sentence}
        return render(request, PAGE, context, status=409 if isinstance(refusal, Stale) else 422)
    messages.success(request, f"บันทึกผู้รับ {len(chosen)} รายแล้ว")
    return redirect(reverse("meetings:letter_detail", args=[pk]) + "#recipients")


@require_http_methods(["GET", "POST"])
def letter_greetings(request: HttpRequest, pk: int) -> HttpResponse:
    """The words for each receiver, a page of them at a time: its post, and its greeting out of the table."""
    letter, meeting = mine(request, pk)
    must_be_open(letter, meeting)
    page = Paginator(letter.recipients.select_related("organization__parent").order_by("order"), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    data, error, status = request.POST if request.method == "POST" else None, "", 200
    form = GreetingsForm(data, receivers=list(page), initial={"revision": letter.revision})
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                revision = form.cleaned_data["revision"]
                letters.greet(letter, form.greetings, by=request.user, revision=revision, at=clock.now())
            except (NotReady, Stale) as refusal:
                error = refusal.text if isinstance(refusal, Stale) else refusal.blockers[0].text
                status = 409 if isinstance(refusal, Stale) else 422
            else:
                messages.success(request, "บันทึกคำขึ้นต้นและที่อยู่รายผู้รับแล้ว")
                return redirect(reverse("meetings:letter_detail", args=[pk]) + "#recipients")
    return render(request, GREETINGS, {"letter": letter, "form": form, "page": page, "error": error}, status=status)


def _chosen(request: HttpRequest, lists: list[Any], form: RecipientsForm) -> list[int]:
    """Keys of every office ticked, alone or with its list, each once and in the order of the page."""
    whole = set(request.POST.getlist("lists"))
    ticked = {office.pk for office in form.cleaned_data["organizations"]}
    keys = [office.pk for one in lists for office in one.offices if one.slug in whole or office.pk in ticked]
    return list(dict.fromkeys(keys))


@require_POST
def letter_print(request: HttpRequest, pk: int) -> HttpResponse:
    """A copy for each receiver; a number for each where the words differ."""
    letter, _ = mine(request, pk)
    try:
        jobs = printing.order(letter, by=request.user, at=clock.now())
    except NotReady as refusal:
        return detail(request, pk, blockers=refusal.blockers, status=422)
    except Stale as clash:
        return detail(request, pk, blockers=[Blocker(clash.text)], status=409)
    if jobs:
        messages.success(request, "สั่งจัดพิมพ์แล้ว ดูความคืบหน้าในหน้านี้ ปิดหน้าได้ ระบบทำต่อเอง")
    return redirect(reverse("meetings:letter_detail", args=[pk]) + "#copies")


@require_safe
def letter_labels(request: HttpRequest, pk: int) -> HttpResponse:
    letter, _ = mine(request, pk)
    try:
        data = labels.of(letter)
    except PdfError as error:
        return refuse(request, 422, blockers=list(error.reasons))
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = files.content_disposition(f"ป้ายจ่าหน้าซอง {letter.pk}.pdf")
    return response


@require_safe
def letter_copies(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the copies are: the part of the page that asks for itself every two seconds."""
    letter, _ = mine(request, pk)
    context = {"letter": letter, **letter_pages.copies(letter, by=request.user)}
    return render(request, "meetings/letter_copies.html", context)
