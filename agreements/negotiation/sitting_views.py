"""Sessions of a negotiation: begin, tick who is there, end, and print the minutes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.models import Sitting, Table
from agreements.negotiation import actions, minutes, pages, rules, sittings
from agreements.negotiation.forms import AttendanceForm, SittingForm
from kpiportal import clock, files, wordfile
from kpiportal.workflow import Stale

LIST, ONE = "agreements/negotiation/sitting_list.html", "agreements/negotiation/sitting.html"


def _sitting(request: HttpRequest, pk: int) -> Sitting:
    rows = Sitting.objects.visible_to(request.user).select_related(
        "table__agreement__owner", "table__agreement__framework__scale", "opened_by"
    )
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def sitting_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All sessions of a table; the form begins one."""
    tables = Table.objects.visible_to(request.user).select_related("agreement__owner")
    table = get_object_or_404(tables, agreement=pk)
    form, status, speaks = SittingForm(), 200, pages.Viewer(request.user, table).speaks
    if request.method == "POST":
        actions.may_sit_at(table, request.user)
        form, status = SittingForm(request.POST), 422
        if form.is_valid():
            try:
                made = sittings.open_sitting(table, **form.cleaned_data, by=request.user, at=clock.now())
            except Stale as stale:
                form.add_error(None, stale.text)
                status = 409
            else:
                return redirect("agreements:sitting", pk=made.pk)
    context = {"agreement": table.agreement, "rows": table.sittings.all(), "form": form, "speaks": speaks}
    return render(request, LIST, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def sitting(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is there, and what was decided so far; posting saves who is there."""
    row = _sitting(request, pk)
    # Not Viewer.speaks: a session is noted and closed after the table has been agreed, too.
    may = rules.speaks_for(request.user, row.table.agreement)
    if not row.closed_at:
        row.attendance = sittings.attendance_of(row)
    form, status = AttendanceForm(attendance=row.attendance), 200
    if request.method == "POST":
        actions.may_sit_at(row.table, request.user)
        form, status = AttendanceForm(request.POST, attendance=row.attendance), 422
        if form.is_valid():
            sittings.note_attendance(row, **form.facts, by=request.user)
            messages.success(request, "บันทึกผู้เข้าร่วมแล้ว")
            return redirect("agreements:sitting", pk=pk)
    content = row.content if row.closed_at else sittings.content_of(row)
    context = {"sitting": row, "agreement": row.table.agreement, "content": content, "form": form, "speaks": may}
    return render(request, ONE, context, status=status)


@require_POST
def sitting_close(request: HttpRequest, pk: int) -> HttpResponse:
    row = _sitting(request, pk)
    sittings.close_sitting(row, by=request.user, at=clock.now())
    messages.success(request, "ปิดการประชุมและจัดทำบันทึกแล้ว")
    return redirect("agreements:sitting", pk=pk)


@require_safe
def minutes_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    row = _sitting(request, pk)
    response = HttpResponse(minutes.pdf(row), content_type="application/pdf")
    response["Content-Disposition"] = files.content_disposition(minutes.file_name(row))
    return response


@require_safe
def minutes_docx(request: HttpRequest, pk: int) -> HttpResponse:
    row = _sitting(request, pk)
    response = HttpResponse(minutes.docx(row), content_type=wordfile.TYPE)
    response["Content-Disposition"] = files.content_disposition(minutes.file_name(row).removesuffix(".pdf") + ".docx")
    return response
