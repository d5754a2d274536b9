"""What looking after people asks of a coordinator and of OPDC's director, on their home page."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from kpiportal import deadlines, thai
from kpiportal.models import (
    AccountInvitation,
    AccountRequest,
    ErasureRequest,
    Membership,
    Organization,
    OutgoingMail,
    Role,
    User,
)
from kpiportal.obligations import AT_OPDC, Duty, Kind, Owed, Seat, Task, Whose, provider, source
from kpiportal.onboarding import chasing, counts, roster, rules

MOST_ENDING = 5  # duties named one by one
ANSWERED_WITHIN = dt.timedelta(days=30)  # as the person was told (templates/people)
ERASURE = Kind("people.erasure", "คำขอลบข้อมูลส่วนบุคคล", (7, 3, 1, 0, -1), (Role.DIRECTOR, Role.OPERATOR))


@source(ERASURE)
def erasures(at: dt.datetime, whose: Whose) -> list[Duty]:
    """One query for those who decide, none for others. Nobody decides on their own."""
    if not whose.at_opdc(Role.DIRECTOR, Role.OPERATOR):
        return []
    waiting = ErasureRequest.objects.open().select_related("person").order_by("asked_at", "pk")
    return [_erasure(request) for request in waiting]


def _erasure(request: ErasureRequest) -> Duty:
    last = thai.day_in_bangkok(request.asked_at) + ANSWERED_WITHIN
    return Duty(
        ERASURE.name,
        request.pk,
        title=f"คำขอลบข้อมูลส่วนบุคคลของ{request.person.full_name}",
        detail=f"ตอบภายใน {ANSWERED_WITHIN.days} วัน (พ.ร.บ.คุ้มครองข้อมูลส่วนบุคคล)",
        url=reverse("people:erasure_list"),
        action="พิจารณา",
        seats=(Seat(AT_OPDC, Role.DIRECTOR), Seat(AT_OPDC, Role.OPERATOR)),
        since=request.asked_at,
        due_at=deadlines.due_instant(last),
        told_at=request.asked_at,
        barred=frozenset({request.person_id}),
    )


@provider
def of(user: User, at: dt.datetime) -> Owed:
    if not rules.can_open_accounts(user):
        return Owed()
    name = "-".join(str(part) for part in (user.pk, at.date(), *(duty.pk for duty in user.duties)))
    return Owed(mine=list(counts.kept(f"owed.{name}", lambda: _count(user, at))))


def _count(user: User, at: dt.datetime) -> list[Task]:
    if not rules.can_see_people(user):
        return []
    today = thai.day_in_bangkok(at)
    people = [*_beginning(user, today), *_requests(user), *_never(user, at), *_ending(user, today)]
    return [*people, *_undelivered(user)]


def _beginning(user: User, on: dt.date) -> list[Task]:
    """A province that has just come in: agencies first, then somebody in each who files."""
    offices = [duty.organization_id for duty in user.duties if rules.office_for(user, duty.organization) == duty]
    if not offices:
        return []
    filing = Membership.objects.not_over(on).filter(organization=OuterRef("pk"), role=Role.COLLECTOR)
    asked = AccountInvitation.objects.waiting().filter(organization=OuterRef("pk"), role=Role.COLLECTOR)
    agencies = Organization.objects.filter(parent__in=offices)
    found = agencies.aggregate(all=Count("pk"), empty=Count("pk", filter=~Exists(filing) & ~Exists(asked)))
    if not found["all"]:
        return [
            Task(
                title="เริ่มต้น: เพิ่มหน่วยงานของจังหวัด",
                detail="หน่วยงานที่เป็นเจ้าภาพตัวชี้วัด วางชื่อทั้งหมดในครั้งเดียวได้",
                url=reverse("people:place_new"),
                action="เพิ่มหน่วยงาน",
                main=True,
            )
        ]
    if not found["empty"]:
        return []
    return [
        Task(
            title=f"ยังไม่มีผู้จัดเก็บข้อมูล {found['empty']:,} หน่วยงาน",
            detail="เชิญทีละคน หรือทั้งหมดด้วยไฟล์ Excel",
            url=reverse("people:sheet_upload"),
            action="เชิญ",
        )
    ]


def _requests(user: User) -> list[Task]:
    if not (number := AccountRequest.objects.waiting().visible_to(user).count()):
        return []
    return [
        Task(
            title=f"คำขอเข้าใช้ระบบ {number:,} ราย",
            detail="ผู้ขอยืนยันอีเมลแล้ว รอท่านพิจารณา",
            url=reverse("people:request_list"),
            action="พิจารณา",
            chip_kind="wait",
            chip_text="รอพิจารณา",
        )
    ]


def _never(user: User, at: dt.datetime) -> list[Task]:
    if not (number := chasing.counted(user, at=at)):
        return []
    return [
        Task(
            title=f"ยังไม่เคยเข้าใช้ระบบ {number:,} คน",
            detail="ส่งคำเชิญอีกครั้งก่อนเปิดรอบรายงาน",
            url=reverse("people:chase"),
            action="ดูรายชื่อ",
        )
    ]


def _undelivered(user: User) -> list[Task]:
    """Mail that was given up: an address to put right, or nobody there hears of anything."""
    failed = OutgoingMail.objects.visible_to(user).filter(state=OutgoingMail.State.FAILED)
    if not (number := failed.values("to_email").distinct().count()):
        return []
    return [
        Task(
            title=f"อีเมลส่งไม่ถึง {number:,} ที่อยู่",
            detail="แก้ที่อยู่ของผู้รับแล้วส่งอีกครั้ง ระหว่างนี้เขาเห็นเฉพาะข้อความในระบบ",
            url=reverse("machine:mail_list"),
            action="ดูรายการ",
            chip_kind="late",
            chip_text="ส่งไม่ถึง",
        )
    ]


def _ending(user: User, on: dt.date) -> list[Task]:
    """Duties that end soon and that nobody goes on with."""
    same = Membership.objects.filter(organization=OuterRef("organization"), role=OuterRef("role"), user__is_active=True)
    goes_on = same.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("valid_to"))).exclude(pk=OuterRef("pk"))
    soon = on + dt.timedelta(days=roster.SOON)
    found = Membership.objects.visible_to(user).in_force(on).filter(valid_to__lte=soon, user__is_active=True)
    found = found.filter(~Exists(goes_on)).select_related("user", "organization").order_by("valid_to", "pk")
    mine = [duty for duty in found if rules.can_end(user, duty)]
    rest = len(mine) - MOST_ENDING
    return [*(_task(duty, on) for duty in mine[:MOST_ENDING]), *([_the_rest(rest)] if rest > 0 else [])]


def _task(duty: Membership, on: dt.date) -> Task:
    tone, words = roster.chip(duty, on=on)
    return Task(
        title=f"หน้าที่ของ{duty.user.full_name} {words}",
        detail=f"{duty.get_role_display()} {duty.organization.label} ยังไม่มีผู้รับช่วง",
        url=reverse("people:duty_detail", args=[duty.pk]),
        action="ส่งมอบหน้าที่",
        chip_kind=tone,
        chip_text=f"ถึง {thai.date_text(duty.valid_to, short=True)}",
    )


def _the_rest(number: int) -> Task:
    return Task(
        title=f"หน้าที่ที่ใกล้สิ้นสุดอีก {number:,} คน",
        detail="ยังไม่มีผู้รับช่วง",
        url=reverse("people:people_list"),
        action="ดูรายชื่อ",
    )
