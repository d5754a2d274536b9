"""The agreement's papers: the document, the scanned signed copy, and the page anybody may ask for the proof."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from agreements import rules
from agreements.models import Agreement, AgreementVersion
from agreements.signing import actions, document, word
from agreements.signing.forms import SignedCopyForm
from kpiportal import clock, files, wordfile
from kpiportal.uploads import UploadRefused

_CODE = re.compile(f"[0-9a-f]{{{document.SHOWN_OF_HASH},64}}")


def _agreement(request: HttpRequest, pk: int) -> Agreement:
    agreements = Agreement.objects.visible_to(request.user).select_related("owner", "framework__scale")
    return get_object_or_404(agreements, pk=pk)


@require_safe
def agreement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest signed version; before the signature, the draft of it."""
    agreement = _agreement(request, pk)
    version = agreement.versions.order_by("-number").first()
    response = HttpResponse(document.pdf(agreement, version), content_type="application/pdf")
    response["Content-Disposition"] = files.content_disposition(document.file_name(agreement, version))
    return response


@require_safe
def agreement_docx(request: HttpRequest, pk: int) -> HttpResponse:
    """The same words for Word."""
    agreement = _agreement(request, pk)
    version = agreement.versions.order_by("-number").first()
    response = HttpResponse(word.docx(agreement, version), content_type=wordfile.TYPE)
    response["Content-Disposition"] = files.content_disposition(word.file_name(agreement, version))
    return response


def _papers(request: HttpRequest, agreement: Agreement, form: SignedCopyForm, status: int = 200) -> HttpResponse:
    versions = agreement.versions.select_related("signed_copy").order_by("-number")
    context = {
        "agreement": agreement,
        "versions": [{"row": row, "proof": document.proof_url(row)} for row in versions],
        "form": form,
        "max_bytes": settings.KPI_UPLOAD_MAX_BYTES,
        "blanks": document.blanks(agreement, by=request.user, on=clock.today()),
        "may_attach": bool(versions) and bool(rules.can_edit(request.user, agreement)),
    }
    return render(request, "agreements/signing/papers.html", context, status=status)


@require_safe
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    return _papers(request, _agreement(request, pk), SignedCopyForm())


@require_POST
def signed_copy_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """The scan of the signed paper, to the newest version."""
    agreement = _agreement(request, pk)
    if not rules.can_edit(request.user, agreement):
        raise PermissionDenied
    form, status = SignedCopyForm(request.POST, request.FILES), 422
    if form.is_valid():
        try:
            actions.attach_signed_copy(agreement, form.cleaned_data["file"], by=request.user, at=clock.now())
        except UploadRefused as refusal:
            form.add_error("file", refusal.sentence)
            status = refusal.status
        else:
            messages.success(request, "แนบฉบับลงนามแล้ว")
            return redirect("agreements:papers", pk=pk)
    return _papers(request, agreement, form, status)


@require_safe
def signed_copy(request: HttpRequest, pk: int) -> HttpResponseBase:
    versions = AgreementVersion.objects.visible_to(request.user).exclude(signed_copy=None).select_related("signed_copy")
    return files.serve(get_object_or_404(versions, pk=pk).signed_copy, request)


@login_not_required
@require_safe
def proof(request: HttpRequest, code: str) -> HttpResponse:
    """For whoever holds the paper: whether the portal knows such a version, and its whole hash. No name of a person."""
    versions = AgreementVersion.objects.select_related("agreement__owner", "signed_copy")
    version = versions.filter(sha256__startswith=code).first() if _CODE.fullmatch(code) else None
    context = {"version": version, "code": code}
    return render(request, "agreements/signing/proof.html", context, status=200 if version else 404)
