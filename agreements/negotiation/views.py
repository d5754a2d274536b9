"""The table, its changes since a version, and the actions on one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.models import Line, Table
from agreements.negotiation import actions, closing, drawn, line_pages, pages, sheet
from agreements.negotiation.actions import Clash
from agreements.negotiation.forms import AddForm, AgreeForm, OfferForm, ParkForm, RemarkForm, SeenForm
from kpiportal import clock
from kpiportal.http import refuse
from kpiportal.prepared import PreparedFor
from kpiportal.sessions import unattended
from kpiportal.workflow import Blocker, NotReady, Stale

PAGE = "agreements/negotiation/table.html"


def _table(request: HttpRequest, pk: int) -> Table:
    tables = Table.objects.visible_to(request.user).select_related("agreement__owner", "agreement__framework__scale")
    return get_object_or_404(tables, agreement=pk)


_line_for_a_deed = PreparedFor(lambda user, pk: Line.objects.visible_to(user).for_a_deed().filter(pk=pk))


def _line(request: HttpRequest, pk: int) -> Line:
    """The line with what an action looks at."""
    return _line_for_a_deed.or_404(request.user, pk=pk)


def _line_to_show(request: HttpRequest, pk: int) -> Line:
    return get_object_or_404(Line.objects.visible_to(request.user).for_a_page(), pk=pk)


def _page(request: HttpRequest, table: Table, *, status: int = 200, **more: Any) -> HttpResponse:
    found, viewer = sheet.read(table), pages.Viewer(request.user, table)
    context = {
        "table": table,
        "agreement": table.agreement,
        "lines": drawn.lines(found, viewer),
        "head": drawn.head(found, viewer),
        "is_open": viewer.is_open,
        "points": found.scale.points,
        "first": next(iter(found.lines)).pk if found.lines else None,
        # One line's address and one token for all their forms: asked for once, not once a line.
        "line_url": reverse("agreements:line", args=[0]).removesuffix("0/"),
        "token": _token(request),
        "speaks": viewer.speaks,
        "sitting": table.sittings.filter(closed_at=None).first(),
        **more,
    }
    return render(request, PAGE, context, status=status)


def _token(request: HttpRequest) -> SafeString:
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))


@require_safe
def table(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _table(request, pk))


_table_for_a_look = PreparedFor(lambda user, pk: Table.objects.visible_to(user).for_a_look().filter(agreement=pk))


@require_safe
@unattended
def table_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed since the version the page stands at: 204 when nothing did, else the lines drawn anew."""
    found = _table_for_a_look.or_404(request.user, pk=pk)
    try:
        since = int(request.GET.get("since", ""))
    except ValueError:
        return refuse(request, 400)
    if since == found.version:
        return HttpResponse(status=204)
    if not 0 <= since < found.version:  # of a table since restored from a backup: all of it, again
        since = -1
    news = drawn.news(found, pages.Viewer(request.user, found), since)
    return HttpResponse(news, content_type="application/json")


def _back(line: Line) -> str:
    return f"{reverse('agreements:table', args=[line.table.agreement_id])}#line-{line.pk}"


def _of_table(request: HttpRequest) -> bool:
    """Asked by table.js, which stays on its page; a browser without it is led on."""
    return request.headers.get("X-Table") == "1"


@require_POST
def line_offer(request: HttpRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    actions.may_sit(line, request.user)
    form = OfferForm(request.POST, line=line)
    if not form.is_valid():
        return refuse(request, 400) if "seen" in form.errors else _retry(request, line, form, status=422)
    seen = form.cleaned_data["seen"]
    try:
        actions.offer(line, typed=form.said, seen=seen, by=request.user, at=clock.now())
    except Clash as clash:
        return _retry(request, line, form, clash=clash, status=409)
    except Stale as stale:
        return _retry(request, line, form, says=stale.text, status=409)
    return _done(request, line)


@require_POST
def line_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the other side says: the whole line, or the cells named by `cell`."""
    names = request.POST.getlist("cell") or None
    return _deed(request, pk, lambda line, seen: actions.accept(
        line, seen=seen, names=names, by=request.user, at=clock.now()
    ))  # fmt: skip


@require_POST
def line_keep(request: HttpRequest, pk: int) -> HttpResponse:
    stays = request.POST.get("stays") == "yes"
    return _deed(request, pk, lambda line, seen: actions.propose_keeping(
        line, stays=stays, seen=seen, by=request.user, at=clock.now()
    ))  # fmt: skip


def _deed(request: HttpRequest, pk: int, do: Callable[[Line, int], Any]) -> HttpResponse:
    line = _line(request, pk)
    form = SeenForm(request.POST)
    actions.may_sit(line, request.user)
    if not form.is_valid():
        return refuse(request, 400)
    try:
        do(line, form.cleaned_data["seen"])
    except Clash as clash:
        return _retry(request, line, clash=clash, status=409)
    except Stale as stale:
        return _retry(request, line, says=stale.text, status=409)
    return _done(request, line)


def _done(request: HttpRequest, line: Line) -> HttpResponse:
    return JsonResponse({"version": line.version}) if _of_table(request) else redirect(_back(line))


def _retry(
    request: HttpRequest,
    line: Line,
    form: OfferForm | None = None,
    *,
    clash: Clash | None = None,
    says: str = "",
    status: int,
) -> HttpResponse:
    """What stands in the way, both values where two people typed, and everything typed ready to be sent again."""
    context = line_pages.retry(line, form, clash, says or (clash.text if clash else ""))
    if _of_table(request):
        facts = {"box": render_to_string("agreements/negotiation/_retry.html", context, request)}
        return JsonResponse({**facts, "cells": context["cells"], "seen": context["seen"]}, status=status)
    return render(request, "agreements/negotiation/line_retry.html", context, status=status)


@require_safe
def line(request: HttpRequest, pk: int) -> HttpResponse:
    return _line_page(request, _line_to_show(request, pk))


def _line_page(request: HttpRequest, row: Line, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = line_pages.detail(row, pages.Viewer(request.user, row.table))
    context |= {"park_form": ParkForm(), "remark_form": RemarkForm(), **forms}
    return render(request, "agreements/negotiation/line.html", context, status=status)


@require_POST
def line_park(request: HttpRequest, pk: int) -> HttpResponse:
    row = _line(request, pk)
    actions.may_sit(row, request.user)
    form = ParkForm(request.POST)
    if not form.is_valid():
        return _line_page(request, _line_to_show(request, pk), park_form=form, status=422)
    actions.park(row, **form.cleaned_data, by=request.user, at=clock.now())
    messages.success(request, "พักรายการนี้ไว้แล้ว")
    return redirect(_back(row))


@require_POST
def line_unpark(request: HttpRequest, pk: int) -> HttpResponse:
    row = _line(request, pk)
    actions.unpark(row, by=request.user, at=clock.now())
    return redirect(_back(row))


@require_POST
def line_remark(request: HttpRequest, pk: int) -> HttpResponse:
    row = _line(request, pk)
    actions.may_sit(row, request.user)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return _line_page(request, _line_to_show(request, pk), remark_form=form, status=422)
    shared = form.cleaned_data["shared"] == "yes"
    actions.remark(row, words=form.cleaned_data["words"], shared=shared, by=request.user, at=clock.now())
    return redirect("agreements:line", pk=row.pk)


@require_POST
def table_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """One side's yes to all; the second one closes the table."""
    found = _table(request, pk)
    actions.may_sit_at(found, request.user)
    form = AgreeForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400)
    try:
        agreement = closing.agree(found.agreement, by=request.user, at=clock.now(), **form.cleaned_data)
    except NotReady as refusal:
        return _page(request, found, blockers=refusal.blockers, status=422)
    except Stale as stale:
        return _page(request, _table(request, pk), blockers=[Blocker(stale.text)], status=409)
    closed = agreement.state != found.agreement.state
    messages.success(request, "ทั้งสองฝ่ายตกลงครบแล้ว รอลงนาม" if closed else "ฝ่ายของท่านตกลงทั้งฉบับแล้ว รออีกฝ่าย")
    return redirect("agreements:agreement_detail" if closed else "agreements:table", pk=pk)


@require_POST
def table_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = _table(request, pk)
    try:
        closing.take_back(found.agreement, by=request.user, at=clock.now())
    except Stale as stale:
        return _page(request, found, blockers=[Blocker(stale.text)], status=409)
    messages.success(request, "ถอนการตกลงทั้งฉบับแล้ว")
    return redirect("agreements:table", pk=pk)


@require_POST
def table_accept_rest(request: HttpRequest, pk: int) -> HttpResponse:
    found = _table(request, pk)
    actions.may_sit_at(found, request.user)
    form = SeenForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400)
    try:
        count = actions.accept_rest(found, seen=form.cleaned_data["seen"], by=request.user, at=clock.now())
    except Stale as stale:
        return _page(request, _table(request, pk), blockers=[Blocker(stale.text)], status=409)
    messages.success(request, f"รับตามอีกฝ่าย {count} รายการแล้ว")
    return redirect("agreements:table", pk=pk)


@require_http_methods(["GET", "POST"])
def line_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer one more indicator."""
    found = _table(request, pk)
    actions.may_sit_at(found, request.user)
    form = AddForm(request.POST or None, table=found)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = actions.add_typed(found, **form.cleaned_data, by=request.user, at=clock.now())
            except NotReady as refusal:
                form.add_error("number", refusal.blockers[0].text)
            else:
                return redirect(_back(made))
    context = {"form": form, "table": found, "agreement": found.agreement}
    return render(request, "agreements/negotiation/line_add.html", context, status=status)


@require_safe
def line_show(request: HttpRequest, pk: int) -> HttpResponse:
    """One indicator for the projector."""
    row = _line_to_show(request, pk)
    context = line_pages.show(row, pages.Viewer(request.user, row.table))
    return render(request, "agreements/negotiation/show.html", context)
