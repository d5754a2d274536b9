"""A person's own choices and data."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from kpiportal import access, audit, clock, hats
from kpiportal.files import content_disposition
from kpiportal.moves import unsaid
from kpiportal.onboarding import erasures, jobs, suspension
from kpiportal.onboarding import my_data as my_data_of
from kpiportal.onboarding.forms import WishForm
from kpiportal.workflow import Stale

audit.tells(**{"people.own_data_taken": "ดาวน์โหลดข้อมูลของตนเอง"})


@require_POST
def hat(request: HttpRequest) -> HttpResponse:
    """Put one of my duties on, or (empty) all of them; back to the page it was chosen on."""
    number = request.POST.get("duty", "")
    duty = next((d for d in request.user.duties if str(d.pk) == number), None)
    if number and duty is None:
        raise Http404
    hats.put_on(request, duty)
    messages.success(request, f"ขณะนี้ทำงานในฐานะ{audit.acting_text(duty)}" if duty else "ขณะนี้แสดงงานของทุกหน้าที่")
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "home")


@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    return _my_page(request)


def _my_page(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    """ข้อมูลของฉัน: what is kept, who looked as me, taking it along, asking for it to be erased."""
    person = request.user
    context = {
        "person": person,
        "held": suspension.held_by(person, on=clock.today()),
        "looked": my_data_of.looked_at_as(person),
        "erasure": person.erasure_requests.select_related("answered_by").first(),
        "days": access.days_kept(),
    }
    return render(request, "people/my_data.html", {**context, **more}, status=status)


@require_POST
def my_data_take(request: HttpRequest) -> HttpResponse:
    """A zip at once; by a worker when there is a lot. Taking it is an action of its own."""
    person, now = request.user, clock.now()
    audit.record("people.own_data_taken", person, by=person, at=now)
    if my_data_of.is_large(person):
        job = jobs.gather_own_data(by=person, at=now)
        return redirect("people:job_detail", pk=job.pk)
    made = my_data_of.as_zip(person, at=now)
    headers = {"Content-Disposition": content_disposition(my_data_of.NAME)}
    return HttpResponse(made, "application/zip", headers=headers)


@require_POST
def erasure_ask(request: HttpRequest) -> HttpResponse:
    form = WishForm(request.POST)
    if not form.is_valid():
        typed = {"reason": request.POST.get("reason", ""), "reason_error": form.errors["reason"][0]}
        return _my_page(request, 422, **typed)
    try:
        erasures.ask(request.user, at=clock.now(), **form.cleaned_data)
    except Stale as clash:
        return _my_page(request, 409, blockers=[clash.text, *unsaid(request.POST.get("reason", ""))])
    messages.success(request, "ยื่นคำขอลบข้อมูลแล้ว ระบบแจ้งผลทางอีเมลภายใน 30 วัน")
    return redirect("people:my_data")
