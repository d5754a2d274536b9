"""Account requests: the stranger's three pages, and the office's list and decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpiportal import clock, sealed_links
from kpiportal.models import AccountRequest
from kpiportal.moves import unsaid
from kpiportal.onboarding import requests, rules
from kpiportal.onboarding.forms import ApproveForm, CodeForm, RefusalForm, RequestForm
from kpiportal.throttle import HOUR, MINUTE, Door, Limit
from kpiportal.workflow import NotReady, Stale

PER_PAGE = 25
# Every try counts: each sends a mail to an address somebody else may own.
ASK = Door(
    "ask",
    lambda request: request.POST.get("email", ""),
    Limit(3, HOUR),
    Limit(20, HOUR),
    Limit(5, HOUR),
    every_try=True,
)
CODE = Door("ask-code", lambda asked: "", Limit(20, 5 * MINUTE), Limit(20, 5 * MINUTE), Limit(10**6, HOUR))
UNKNOWN = "ลิงก์หรือรหัสนี้ใช้ไม่ได้ อาจคัดลอกมาไม่ครบ หรือท่านกรอกคำขอใหม่แล้ว ใช้ลิงก์ในอีเมลฉบับล่าสุด"


@login_not_required
@require_http_methods(["GET", "POST"])
def request_new(request: HttpRequest) -> HttpResponse:
    """Ask for an account. The answer is the same for every address."""
    form = RequestForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return render(request, "people/request_new.html", {"form": form}, status=422 if form.is_bound else 200)
    requests.ask(requests.Wish(**form.cleaned_data), at=clock.now())
    return redirect("people:request_sent")


@login_not_required
@require_safe
def request_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "people/request_sent.html")


@sensitive_post_parameters("code")
@login_not_required
@require_http_methods(["GET", "POST"])
def request_confirm(request: HttpRequest) -> HttpResponse:
    """The link of the mail: fills the code in (static/js/join.js), the person presses."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    page = "people/request_confirm.html"
    if request.method == "GET" or not form.is_valid():
        return render(request, page, {"form": form}, status=422 if form.is_bound else 200)
    found = requests.of_digest(sealed_links.digest(form.cleaned_data["code"]))
    if found is None:
        return render(request, page, {"form": CodeForm(), "closed": UNKNOWN}, status=422)
    try:
        requests.confirm(found, at=clock.now())
    except Stale as clash:
        return render(request, page, {"form": CodeForm(), "closed": clash.text}, status=409)
    return render(request, page, {"done": found})


@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    """Requests to my offices, those that wait first."""
    if not rules.can_see_people(request.user):
        raise PermissionDenied
    rows = AccountRequest.objects.visible_to(request.user).select_related("office").order_by("-state", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.tone = {"waiting": "wait", "approved": "ok", "refused": "none"}[row.state]
        row.waits = requests.waiting_text(row, on=clock.today()) if row.state == "waiting" else ""
    return render(request, "people/request_list.html", {"page": page})


def find(request: HttpRequest, pk: int) -> AccountRequest:
    rows = AccountRequest.objects.visible_to(request.user).select_related("office", "decided_by", "invitation")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at a request; posting invites the person."""
    found, status = find(request, pk), 200
    form = ApproveForm(request.POST or None, by=request.user, request=found)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            facts: dict[str, Any] = {"by": request.user, "revision": form.cleaned_data["revision"], "at": clock.now()}
            try:
                requests.approve(found, form.guest, **facts)
            except ValidationError as refusal:
                form.add_error(None, refusal)
            except Stale as clash:
                return _page(request, find(request, pk), form, 409, blockers=[clash.text])
            else:
                messages.success(request, f"อนุมัติแล้ว ส่งคำเชิญไปที่ {found.email} แล้ว")
                return redirect("people:request_list")
    return _page(request, found, form, status)


def _page(request: HttpRequest, found: AccountRequest, form: ApproveForm, status: int, **more: Any) -> HttpResponse:
    return render(request, "people/request_detail.html", {"asked": found, "form": form, **more}, status=status)


@require_POST
def request_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = find(request, pk), RefusalForm(request.POST)
    approve = ApproveForm(by=request.user, request=found)
    typed = {"reason": request.POST.get("reason", "")}
    if not form.is_valid():
        sentence = next(iter(form.errors.get("reason", ["กรุณาลองใหม่"])))
        return _page(request, found, approve, 422, **typed, reason_error=sentence)
    try:
        requests.refuse(found, by=request.user, at=clock.now(), **form.cleaned_data)
    except NotReady as refusal:
        return _page(request, found, approve, 422, **typed, blockers=refusal.blockers)
    except Stale as clash:
        return _page(request, find(request, pk), approve, 409, blockers=[clash.text, *unsaid(typed["reason"])])
    messages.success(request, f"ไม่อนุมัติคำขอของ {found.full_name} แล้ว และแจ้งเหตุผลทางอีเมลแล้ว")
    return redirect("people:request_list")
