"""Frameworks: the list, one to read, and OPDC's pages of one being made; and the party's door to its new form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import actions, calendar_file, framework_actions, framework_plans, pages, rules, workflow
from agreements.calendar.page import wanting
from agreements.framework_forms import Editor, NewForm
from agreements.models import Framework
from agreements.states import FrameworkState
from kpiportal import clock, moves, thai
from kpiportal.files import content_disposition
from kpiportal.http import refuse
from kpiportal.models import Organization
from kpiportal.workflow import Blocker, NotReady, Stale, offered

EDITOR = "agreements/framework_edit.html"
NEW = "agreements/framework_new.html"


def _framework(request: HttpRequest, pk: int) -> Framework:
    frameworks = Framework.objects.visible_to(request.user).select_related("scale")
    framework = get_object_or_404(frameworks.prefetch_related("dimensions", "round_plans"), pk=pk)
    if not rules.can_shape_framework(request.user, framework):
        raise PermissionDenied
    return framework


@require_safe
def framework_list(request: HttpRequest) -> HttpResponse:
    frameworks = Framework.objects.visible_to(request.user).select_related("scale").order_by("-fiscal_year")
    context = {"frameworks": frameworks, "may_shape": bool(rules.can_shape_framework(request.user))}
    return render(request, "agreements/framework_list.html", context)


@require_safe
def framework_detail(request: HttpRequest, pk: int) -> HttpResponse:
    frameworks = Framework.objects.visible_to(request.user).select_related("scale")
    return _detail(request, get_object_or_404(frameworks.prefetch_related("dimensions", "round_plans"), pk=pk))


def _detail(
    request: HttpRequest, framework: Framework, *, tried: list[Blocker] | None = None, status: int = 200
) -> HttpResponse:
    may_shape = bool(rules.can_shape_framework(request.user, framework))
    context = {
        **pages.framework(framework),
        "moves": offered(framework, workflow.FRAMEWORK, by=request.user),
        "may_shape": may_shape,
        "tried": tried or [],
        "wanting": wanting(framework) if may_shape and framework.state == FrameworkState.PUBLISHED else [],
    }
    return render(request, "agreements/framework_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
def framework_new(request: HttpRequest) -> HttpResponse:
    """A new fiscal year from last year's framework or from one that comes with the portal."""
    if not rules.can_shape_framework(request.user):
        raise PermissionDenied
    known = list(Framework.objects.visible_to(request.user).select_related("scale").order_by("-fiscal_year"))
    year = max([thai.fiscal_year(clock.today()), *(one.fiscal_year + 1 for one in known)])
    form = NewForm(request.POST or None, frameworks=known, initial={"fiscal_year": str(year)})
    if not form.is_valid():
        return render(request, NEW, {"form": form}, status=422 if form.is_bound else 200)
    try:
        made = _start(request, known, **form.cleaned_data)
    except ValidationError as refusal:
        form.add_error("fiscal_year", refusal.messages)
        return render(request, NEW, {"form": form}, status=422)
    return redirect("agreements:framework_edit", pk=made.pk)


def _start(
    request: HttpRequest, known: list[Framework], *, fiscal_year: Any, party_kind: str, source: str
) -> Framework:
    year, (sort, _, key) = int(fiscal_year), source.partition("-")
    if sort == "shipped":
        plan, told = framework_plans.of_shipped(key, year), framework_plans.shipped()[key]["label"]
    else:
        old = next(one for one in known if str(one.pk) == key)
        plan = framework_plans.in_year(framework_plans.of_framework(old), year - old.fiscal_year)
        told = old.name
    whom = dict(Framework._meta.get_field("party_kind").choices)[party_kind]
    name = f"กรอบการประเมินผลการปฏิบัติราชการของ{whom} ปีงบประมาณ พ.ศ. {year}"
    return framework_actions.start_year(
        fiscal_year=year, party_kind=party_kind, name=name, plan=plan, source=told, by=request.user, at=clock.now()
    )


@require_http_methods(["GET", "POST"])
def framework_edit(request: HttpRequest, pk: int) -> HttpResponse:
    framework = _framework(request, pk)
    if request.method == "GET" and framework.state != FrameworkState.DRAFT:
        return redirect("agreements:framework_detail", pk=pk)
    editor = Editor(framework, framework_plans.of_framework(framework), request.POST or None)
    if request.method == "GET":
        return _editor(request, framework, editor)
    if not editor.is_valid():
        return refuse(request, 400) if editor.is_broken else _editor(request, framework, editor, status=422)
    facts = {"name": editor.form.cleaned_data["name"], "revision": editor.form.cleaned_data["revision"]}
    try:
        framework_actions.save_framework(framework, plan=editor.plan(), by=request.user, at=clock.now(), **facts)
    except Stale as clash:
        blockers = [Blocker(clash.text)]
        return _editor(request, framework, editor, tried=blockers, status=409)
    except NotReady as refusal:
        return _editor(request, framework, editor, tried=refusal.blockers, status=422)
    messages.success(request, "บันทึกกรอบแล้ว")
    return redirect("agreements:framework_edit", pk=pk)


def _editor(
    request: HttpRequest, framework: Framework, editor: Editor, *, tried: list[Blocker] | None = None, status: int = 200
) -> HttpResponse:
    """With the checklist of what publishing still needs, said before anybody presses."""
    context = {
        "framework": framework,
        "editor": editor,
        "tried": tried or [],
        "lacking": workflow.framework_complete(framework),
        "wanting": wanting(framework),
        "moves": offered(framework, workflow.FRAMEWORK, by=request.user),
    }
    return render(request, EDITOR, context, status=status)


@require_POST
def framework_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Publish, then lock."""
    refused = moves.press(request, _framework(request, pk), workflow.FRAMEWORK, verb, OF_VERB)
    if refused is None:
        return redirect("agreements:framework_detail", pk=pk)
    framework, found = _framework(request, pk), {"tried": refused.said, "status": refused.status}
    if framework.state != FrameworkState.DRAFT:
        return _detail(request, framework, **found)
    return _editor(request, framework, Editor(framework, framework_plans.of_framework(framework)), **found)


OF_VERB = {
    workflow.PUBLISH.verb: actions.publish_framework,
    workflow.LOCK.verb: actions.lock_framework,
}


@require_safe
def framework_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Its dates for a calendar program."""
    framework = get_object_or_404(Framework.objects.visible_to(request.user), pk=pk)
    made = calendar_file.build(framework, host=request.get_host().partition(":")[0], at=clock.now())
    name = f"ปฏิทินปีงบประมาณ {framework.fiscal_year}.ics"
    return HttpResponse(made, calendar_file.TYPE, headers={"Content-Disposition": content_disposition(name)})


@require_POST
def agreement_open(request: HttpRequest, pk: int, owner: int) -> HttpResponse:
    """The party's empty form under a published framework."""
    framework = get_object_or_404(Framework.objects.visible_to(request.user), pk=pk)
    party = get_object_or_404(Organization.objects.visible_to(request.user), pk=owner)
    if framework.agreements.filter(owner=party).exclude(state="cancelled").exists():
        raise Stale("เปิดแบบฟอร์มของปีนี้แล้ว")
    agreement = actions.open_agreement(framework, party, by=request.user, at=clock.now())
    messages.success(request, "เปิดแบบฟอร์มแล้ว เริ่มจากคัดลอกปีก่อน กรอกในตาราง หรือกรอกด้วย Excel ก็ได้")
    return redirect("agreements:form_sheet", pk=agreement.pk)
