"""ถ้อยคำของอีเมล (OPDC's director) and the other system an office sends its reminders to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpiportal import audit, clock, mailtext, thai
from kpiportal.models import MailText, Organization, Role, Webhook
from kpiportal.reminding import rules, texts, wording
from kpiportal.reminding.forms import WebhookForm, WordsForm
from kpiportal.reminding.plan_views import YEARS
from kpiportal.workflow import Stale


@require_safe
def text_list(request: HttpRequest) -> HttpResponse:
    if not rules.can_word(request.user):
        raise PermissionDenied
    kept = list(MailText.objects.order_by("name", "-fiscal_year"))
    own = {name: [text.fiscal_year for text in kept if text.name == name] for name in texts.EDITABLE}
    year = thai.fiscal_year(clock.today())
    rows = [{"name": name, "label": label, "own": own[name]} for name, label in texts.EDITABLE.items()]
    return render(request, "reminding/text_list.html", {"rows": rows, "years": [year + 1, year]})


@require_http_methods(["GET", "HEAD", "POST"])
def text_edit(request: HttpRequest, name: str, year: int) -> HttpResponse:
    """`year` 0: for all years. What is tried is shown filled with an example; what is refused stays typed."""
    if not rules.can_word(request.user):
        raise PermissionDenied
    if name not in texts.EDITABLE or (year and year not in YEARS):
        raise Http404
    kept = MailText.objects.filter(name=name, fiscal_year=year or None).first()
    if request.method == "POST" and "reset" in request.POST:
        return _reset(request, kept)
    stands = texts.known(name).of(year or None)
    initial = {"subject": stands[0], "body": stands[1], "revision": kept.revision if kept else 0}
    form = WordsForm(request.POST if request.method == "POST" else None, initial=initial, name=name)
    status = 422 if form.is_bound and not form.is_valid() else 200
    if form.is_bound and form.is_valid() and "preview" not in request.POST:
        if _kept(request, name, year, form):
            return redirect("reminding:text_list")
        status = 409
    return render(request, "reminding/text_edit.html", _editing(name, year, kept, form, stands), status=status)


def _kept(request: HttpRequest, name: str, year: int, form: WordsForm) -> bool:
    """False, with the sentence on the form, when somebody else has saved meanwhile."""
    try:
        wording.word(name, year or None, **form.cleaned_data, by=request.user, at=clock.now())
    except Stale as clash:
        form.add_error(None, clash.text)
        return False
    messages.success(request, "บันทึกถ้อยคำแล้ว ใช้ตั้งแต่อีเมลฉบับถัดไป")
    return True


def _editing(name: str, year: int, kept: MailText | None, form: WordsForm, stands: tuple[str, str]) -> dict[str, Any]:
    allowed = texts.fields(name)
    tried = form.is_bound and form.is_valid()
    subject, body = (form.cleaned_data["subject"], form.cleaned_data["body"]) if tried else stands
    facts = texts.example(name)
    return {
        "label": texts.EDITABLE[name], "year": year, "kept": kept, "form": form, "tried": tried,
        "fields": [(f"${{{field}}}", texts.MEANS[field][0]) for field in sorted(allowed)],
        "subject": mailtext.fill_subject(subject, facts, allowed=allowed),
        "body": mailtext.fill(body, facts, allowed=allowed),
        "history": audit.history(kept) if kept else [],
    }  # fmt: skip


def _reset(request: HttpRequest, kept: MailText | None) -> HttpResponse:
    if kept:
        wording.reset(kept, by=request.user, at=clock.now())
        messages.success(request, "กลับไปใช้ถ้อยคำเดิมแล้ว")
    return redirect("reminding:text_list")


def _office(request: HttpRequest) -> Organization:
    """The office whose system this person keeps: the first of their duties that keeps one."""
    roles = (Role.COORDINATOR, Role.OFFICE_HEAD, Role.DIRECTOR)
    duty = next((held for held in request.user.duties if held.role in roles), None)
    if duty is None:
        raise PermissionDenied
    return duty.organization


@require_http_methods(["GET", "HEAD", "POST"])
def webhook_set(request: HttpRequest) -> HttpResponse:
    """The key is shown once, on the answer to the form."""
    office = _office(request)
    hook = Webhook.objects.visible_to(request.user).filter(organization=office).first()
    form = WebhookForm(request.POST if request.method == "POST" else None, initial={"url": hook.url if hook else ""})
    key = ""
    if form.is_bound and form.is_valid():
        key = wording.set_webhook(office, form.cleaned_data["url"], by=request.user, at=clock.now())
        hook = Webhook.objects.visible_to(request.user).get(organization=office)
    context = {"office": office, "hook": hook, "form": form, "key": key}
    return render(request, "reminding/webhook.html", context, status=422 if form.is_bound and not key else 200)


@require_POST
def webhook_remove(request: HttpRequest) -> HttpResponse:
    office = _office(request)
    hook = get_object_or_404(Webhook.objects.visible_to(request.user), organization=office)
    wording.remove_webhook(hook, by=request.user, at=clock.now())
    messages.success(request, "เลิกใช้ระบบปลายทางแล้ว")
    return redirect("reminding:webhook_set")
