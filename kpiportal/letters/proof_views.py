"""The page behind a letter's QR code: for whoever holds the paper, with or without an account."""

from __future__ import annotations

import re

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpiportal.models import Letter

_CODE = re.compile(r"(?P<letter>[\w-]{16})(?:\.(?P<copy>[0-9]{1,4}))?", re.ASCII)


@login_not_required
@require_safe
def proof(request: HttpRequest, code: str) -> HttpResponse:
    """Number, date, sender and hash of what was issued, and whether it was voided; not what it says or to whom."""
    found = _CODE.fullmatch(code)
    letters = Letter.objects.numbered().filter(proof_code=found["letter"]) if found else Letter.objects.none()
    letter = letters.select_related("organization", "file").first()
    file = letter.file if letter else None
    if letter and found and found["copy"]:
        copy = letter.recipients.filter(order=found["copy"], file__isnull=False).select_related("file").first()
        letter, file = (letter, copy.file) if copy else (None, None)
    return render(request, "letters/proof.html", {"letter": letter, "file": file}, status=200 if letter else 404)
