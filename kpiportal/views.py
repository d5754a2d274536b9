"""The kernel's own pages: the home page with a person's tasks, and the health checks."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpiportal import access, clock, hats, obligations
from kpiportal.machine import state


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """งานของฉัน: what waits on me first, what waits on others second."""
    now = clock.now()
    owed = obligations.of(hats.worn(request.user), at=now)
    narrowed = hats.on(request.user) is not None and len(request.user.duties) > 1
    return render(request, "home.html", {"owed": owed, "today": clock.today(), "now": now, "narrowed": narrowed})


@require_safe
@login_not_required
def healthz_live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"ok": True})


@require_safe
@login_not_required
def healthz_ready(request: HttpRequest) -> HttpResponse:
    """The stores answer: else 503, which takes this node out of the balancer. No detail for strangers.

    `late` names what is behind the pages and does not keep up ("beat", "mail"). Pages work without it, so it is 503
    only for a monitor who asks with ?all.
    """
    if not state.stores_answer():
        return JsonResponse({"ok": False}, status=503)
    late = state.late(at=clock.now())
    ok = not late or "all" not in request.GET
    return JsonResponse({"ok": ok, "late": late}, status=200 if ok else 503)


@require_safe
@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    """ประกาศความเป็นส่วนตัว: what is kept about a person, why, how long, and which cookies there are."""
    return render(request, "privacy.html", {"days": access.days_kept()})


# The words on the chips of a report, for those who meet them for the first time. Kept here: this app knows no reports.
STATES = [
    ("ยังไม่เริ่ม", "หน่วยงานยังไม่ได้กรอก"),
    ("ร่าง", "หน่วยงานกรอกอยู่ ยังไม่ได้ส่ง"),
    ("รอหัวหน้ารับรอง", "ส่งแล้ว รอผู้กำกับดูแลตัวชี้วัดของหน่วยงาน"),
    ("รอจังหวัดตรวจ", "หัวหน้าหน่วยงานรับรองแล้ว รอผู้ประสานงานของจังหวัด"),
    ("ส่งกลับแก้ไข", "มีส่วนที่ต้องแก้ อยู่ที่หน่วยงาน"),
    ("ผ่านการตรวจ", "เสร็จแล้ว นับในคะแนนของรอบ"),
]


@require_safe
@login_not_required
def how_to(request: HttpRequest) -> HttpResponse:
    """วิธีใช้ระบบ: what each role does here; the reader's own part stands open."""
    mine = {duty.role for duty in request.user.duties} if request.user.is_authenticated else set()
    return render(request, "help.html", {"mine": mine, "words": STATES})
