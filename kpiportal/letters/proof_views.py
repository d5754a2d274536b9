"""The page behind a letter's QR code: for whoever holds the paper, with or without an account."""

from __future__ import annotations

import re

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpiportal.models import Letter

_CODE = re.compile(r"[\w-]{16}", re.ASCII)


@login_not_required
@require_safe
def proof(request: HttpRequest, code: str) -> HttpResponse:
    """Number, date, sender and hash of what was issued, and whether it was voided; not what it says or to whom."""
    letters = Letter.objects.numbered().filter(proof_code=code).select_related("organization", "file")
    letter = letters.first() if _CODE.fullmatch(code) else None
    return render(request, "letters/proof.html", {"letter": letter}, status=200 if letter else 404)
