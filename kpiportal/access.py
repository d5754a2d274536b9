"""Access log: one row per viewed card, agreement, letter or file (who, what, when, from where).

The middleware `logged` decides by URL name (DOORS) and a 200 answer; views do nothing. The row is one INSERT when the
response is closed, so no page waits for it; a failing INSERT is logged and does not fail the page.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from kpiportal import clock
from kpiportal.models import AccessLog

log = logging.getLogger(__name__)
LEAST_DAYS = 90

# the door (URL name) -> what stands behind its `pk`, as AuditEvent.subject_type says it
DOORS = {
    "agreements:agreement_detail": "agreements.agreement",
    "agreements:indicator_detail": "agreements.indicator",
    "agreements:table": "agreements.agreement",
    "agreements:agreement_pdf": "agreements.agreement",
    "agreements:agreement_docx": "agreements.agreement",
    "agreements:hosts_pdf": "agreements.agreement",
    "agreements:workbook_download": "agreements.agreement",
    "agreements:signed_copy": "agreements.agreementversion",
    "agreements:enclosure_download": "agreements.enclosure",
    "agreements:amendment_scan": "agreements.amendment",
    "agreements:amendment_file": "agreements.amendmentfile",
    "agreements:sitting_minutes": "agreements.sitting",
    "agreements:sitting_minutes_docx": "agreements.sitting",
    "reporting:round_summary": "reporting.round",
    "reporting:round_summary_pdf": "reporting.round",
    "reporting:round_evidence_zip": "reporting.round",
    "reporting:report_detail": "reporting.report",
    "reporting:evidence_download": "reporting.evidence",
    "reporting:sar_detail": "reporting.consolidation",
    "reporting:sar_file": "reporting.consolidation",
    "reporting:sar_signed_copy": "reporting.consolidation",
    "reporting:evaluation": "reporting.evaluation",
    "reporting:result_pdf": "reporting.evaluation",
    "reporting:appeal": "reporting.evaluation",
    "reporting:appeal_file": "reporting.appealfile",
    "reporting:visit_file": "reporting.sitevisit",
    "meetings:letter_detail": "kpiportal.letter",
    "meetings:letter_download": "kpiportal.letter",
    "meetings:letter_docx": "kpiportal.letter",
    "meetings:letter_part": "kpiportal.letter",
    "meetings:letter_labels": "kpiportal.letter",
    "meetings:enclosure_file": "kpiportal.letterenclosure",
    "meetings:item_file": "meetings.agendaitem",
    "letters:received_scan": "kpiportal.receivedletter",
    "people:person_detail": "kpiportal.user",
}

_INSERT = """
INSERT INTO kpiportal_accesslog (at, actor_id, subject_type, subject_id, door, address)
VALUES (%(at)s, %(actor)s, %(type)s, %(id)s, %(door)s, %(address)s)
"""

Answer = Callable[[HttpRequest], HttpResponseBase]


def logged(get_response: Answer) -> Answer:
    """Middleware: record a successful view of a listed URL; the row is written when the response is closed."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        found = request.resolver_match
        kind = DOORS.get(found.view_name) if found else None
        if kind and request.method == "GET" and response.status_code == 200 and request.user.is_authenticated:
            look = {
                "at": clock.now(),
                "actor": getattr(request, "viewer", request.user).pk,  # who looks as another looks themselves
                "type": kind,
                "id": found.kwargs["pk"],
                "door": found.view_name,
                "address": request.META.get("REMOTE_ADDR") or None,
            }
            # Django calls what is in this list when the server closes the response: after the last byte.
            response._resource_closers.append(partial(_write, look))
        return response

    return middleware


def days_kept() -> int:
    """Days a row is kept: KPI_ACCESS_LOG_DAYS, but at least the 90 that the law asks for."""
    return max(settings.KPI_ACCESS_LOG_DAYS, LEAST_DAYS)


def purge(*, at: dt.datetime) -> int:
    """Delete rows older than `days_kept`; returns how many."""
    return AccessLog.objects.filter(at__lt=at - dt.timedelta(days=days_kept())).delete()[0]


def _write(look: dict[str, Any]) -> None:
    """Plain SQL: building and compiling a model's INSERT would be a tenth of the cost of the lightest pages."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, look)
    except DatabaseError:
        log.exception("the access log did not take %s %s", look["door"], look["id"])
