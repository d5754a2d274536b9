"""OPDC's circular to the governors: what it says, from the framework and its calendar; the writer may change all of it.

Modelled on the letter that opened fiscal year 2551: why, what is asked, by when, what is enclosed.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from agreements import clusters
from agreements.calendar import page
from agreements.models import CalendarDay, Framework
from kpiportal import thai
from kpiportal.letters import Receiver, draft_letter
from kpiportal.letters.enclosures import enclose
from kpiportal.models import Letter, Organization, Role, User
from kpiportal.models.people import Kind
from kpiportal.rules import duty_at_opdc
from kpiportal.workflow import Blocker, NotReady

Step = CalendarDay.Step


@transaction.atomic
def draft(framework: Framework, *, by: User, at: dt.datetime) -> Letter:
    """A circular draft to every governor (of clusters: to every cluster's head). Raises NotReady without a register,
    or when the letter would ask for the form by a day that has passed."""
    duty = duty_at_opdc(by, Role.DIRECTOR, Role.NEGOTIATOR)
    if not duty:
        raise PermissionDenied
    _must_be_ahead(framework, thai.day_in_bangkok(at))
    letter = draft_letter(
        duty.organization,
        recipients=receivers(framework),
        circular=True,
        by=by,
        at=at,
        enclosures=[],
        **words(framework, on=thai.day_in_bangkok(at)),
    )
    for name, unit, made in (
        (page.framework_title(framework), "ชุด", page.framework_pdf(framework)),
        (page.title(framework), "แผ่น", page.pdf(framework)),
    ):
        enclose(letter, SimpleUploadedFile(f"{name}.pdf", made), name=name, unit=unit, by=by, at=at)
    return letter


def receivers(framework: Framework) -> list[Receiver]:
    """Every party of this kind that exists in the framework's year, in Thai order."""
    if framework.party_kind == Kind.CLUSTER:
        there = clusters.links_of(framework.fiscal_year).values("cluster")
        parties = Organization.objects.filter(kind=Kind.CLUSTER, pk__in=there)
        return [Receiver(one, f"หัวหน้า{one.full_name}") for one in parties.in_thai_order()]
    known = clusters.links_of(framework.fiscal_year).values("province")
    parties = Organization.objects.filter(Q(pk__in=known) | Q(cluster_links=None), kind=Kind.PROVINCE)
    return [Receiver(one, f"ผู้ว่าราชการ{one.full_name}") for one in parties.distinct().in_thai_order()]


def _must_be_ahead(framework: Framework, on: dt.date) -> None:
    due = framework.calendar_days.filter(step=Step.FORM_DUE, last_day__lt=on).first()
    if due:
        url = reverse("agreements:framework_year", args=[framework.pk]) + f"?day={due.pk}#day"
        text = f"วันส่งแบบฟอร์ม {thai.date_text(due.last_day)} ผ่านไปแล้ว แก้วันในปฏิทินก่อนร่างหนังสือ"
        raise NotReady([Blocker(text, url)])


def words(framework: Framework, *, on: dt.date) -> dict[str, Any]:
    """เรื่อง, เรียน and the body of a letter of that day. Dates come from the calendar; what it has not is left out."""
    days = {day.step: day for day in framework.calendar_days.exclude(step=Step.OTHER)}
    of_cluster = framework.party_kind == Kind.CLUSTER
    party, year = ("กลุ่มจังหวัด" if of_cluster else "จังหวัด"), framework.fiscal_year
    return {
        "subject": f"การจัดทำคำรับรองการปฏิบัติราชการและการประเมินผลการปฏิบัติราชการของ{party} ประจำปีงบประมาณ พ.ศ. {year}",
        "addressee": "หัวหน้ากลุ่มจังหวัดทุกกลุ่มจังหวัด" if of_cluster else "ผู้ว่าราชการจังหวัดทุกจังหวัด",
        "body": [_why(party, year, days.get(Step.BRIEFING), on), _what(party, year, days), "จึงเรียนมาเพื่อโปรดพิจารณา"],
    }


def _why(party: str, year: int, briefing: CalendarDay | None, on: dt.date) -> str:
    text = f"ตามที่ สำนักงาน ก.พ.ร. ได้ประกาศใช้กรอบการประเมินผลการปฏิบัติราชการของ{party} ประจำปีงบประมาณ พ.ศ. {year}"
    if briefing and briefing.last_day < on:
        text += f" และได้ประชุมชี้แจงกรอบดังกล่าวเมื่อ{thai.weekday_date_text(briefing.last_day)} แล้ว"
    elif briefing:
        text += f" และกำหนดการประชุมชี้แจงกรอบดังกล่าวใน{thai.weekday_date_text(briefing.last_day)}"
    return f"{text} นั้น"


def _what(party: str, year: int, days: dict[str, CalendarDay]) -> str:
    text = (
        f"เพื่อให้การเจรจาความเหมาะสมของตัวชี้วัด ค่าเป้าหมาย น้ำหนัก และเกณฑ์การให้คะแนนเป็นไปตามแผนปฏิบัติราชการของ{party} "
        f"สำนักงาน ก.พ.ร. ขอให้{party}กรอกแบบฟอร์มสำหรับการเจรจาและแนบแผนปฏิบัติราชการประจำปีงบประมาณ พ.ศ. {year} "
        "ในระบบคำรับรองการปฏิบัติราชการ"
    )
    if form := days.get(Step.FORM_DUE):
        text += f" ภายใน{thai.weekday_date_text(form.last_day)}"
    if table := days.get(Step.TABLE):
        begins = f"ระหว่างวันที่ {thai.date_text(table.first_day)} ถึงวันที่ " if table.first_day else "ภายในวันที่ "
        text += f" ทั้งนี้ กำหนดการเจรจาไว้{begins}{thai.date_text(table.last_day)}"
    if sign := days.get(Step.SIGN_DUE):
        text += f" และลงนามคำรับรองการปฏิบัติราชการภายในวันที่ {thai.date_text(sign.last_day)}"
    return f"{text} รายละเอียดปรากฏตามสิ่งที่ส่งมาด้วย"
