"""Who answers for what: the table of hosts, its clashes, its paper, and the letter that appoints them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from agreements import rules
from agreements.models import Agreement, Assignment
from agreements.pages import people_of
from kpiportal import thai
from kpiportal.letters import Receiver, draft_letter
from kpiportal.letters.enclosures import enclose
from kpiportal.models import Letter, User
from kpiportal.pdf import html_to_pdf
from kpiportal.pdf.markup import nobreak
from kpiportal.workflow import Blocker

HOST = Assignment.Part.HOST


def table(agreement: Agreement, *, on: dt.date) -> list[dict[str, Any]]:
    """Every indicator with its host, co-hosts, overseers and collectors in force on that day. Three queries."""
    tops = agreement.indicators.filter(parent=None, cancelled_months=None).order_by("dimension__order", "order")
    tops = list(tops.prefetch_related("assignments__organization").select_related("cluster_source__agreement__owner"))
    people = people_of({one.organization_id for top in tops for one in top.assignments.all()}, on)
    return [_row(top, people) for top in tops]


def _row(top: Any, people: dict[int, list[dict[str, str]]]) -> dict[str, Any]:
    host = next((one.organization for one in top.assignments.all() if one.part == HOST), None)
    theirs = people.get(host.pk, []) if host else []
    return {
        "number": top.number,
        "name": top.name,
        "url": f"{reverse('agreements:indicator_detail', args=[top.pk])}#hosts",
        "host": host,
        "cluster": top.cluster_source.agreement.owner.full_name if top.cluster_source else "",
        "co_hosts": [one.organization for one in top.assignments.all() if one.part != HOST],
        "overseers": [one for one in theirs if one["is_overseer"]],
        "collectors": [one for one in theirs if not one["is_overseer"]],
    }


def clashes(rows: list[dict[str, Any]]) -> list[Blocker]:
    """What would stop the first report: nobody to fill, nobody to certify, one person for both."""
    found: list[Blocker] = []
    people = reverse("people:people_list")
    for row in rows:
        where = f"ตัวชี้วัด {row['number']}"
        if row["host"] is None:
            found += [] if row["cluster"] else [Blocker(f"{where}: ยังไม่มีเจ้าภาพหลัก", row["url"])]
            continue
        for who, label in ((row["collectors"], "ผู้จัดเก็บข้อมูล"), (row["overseers"], "ผู้กำกับดูแลตัวชี้วัด")):
            if not who:
                found.append(Blocker(f"{where}: {row['host'].name} ยังไม่มี{label}ในระบบ", people))
        both = {one["name"] for one in row["overseers"]} & {one["name"] for one in row["collectors"]}
        if both and len(row["overseers"]) == 1:
            words = f"{both.pop()} เป็นทั้งผู้จัดเก็บข้อมูลและผู้กำกับดูแลเพียงคนเดียว จึงรับรองรายงานของตนไม่ได้"
            found.append(Blocker(f"{where}: {words}", people))
    return list(dict.fromkeys(found))


def title(agreement: Agreement) -> str:
    return f"บัญชีมอบหมายเจ้าภาพตัวชี้วัด {agreement.owner.full_name} ประจำปีงบประมาณ พ.ศ. {agreement.fiscal_year}"


def pdf(agreement: Agreement, *, on: dt.date) -> bytes:
    """The table on lying paper, Thai digits: the enclosure of the appointment."""
    rows = [
        {
            "number": row["number"], "name": row["name"],
            "host": row["host"].name if row["host"] else row["cluster"],
            "co_hosts": [one.name for one in row["co_hosts"]],
            "overseers": [_contact(one) for one in row["overseers"]],
            "collectors": [_contact(one) for one in row["collectors"]],
        }
        for row in table(agreement, on=on)
    ]  # fmt: skip
    words = _thai({"title": title(agreement), "rows": rows})
    html = render_to_string("agreements/signing/hosts_print.html", words)
    return html_to_pdf(html, stylesheets=("report", "minutes"), title=title(agreement))


def _contact(one: dict[str, str]) -> str:
    phone = f" โทร. {one['phone']}" if one["phone"] else ""
    return f"{one['name']} {one['post']}{phone}"


def _thai(value: Any) -> Any:
    if isinstance(value, str):
        return nobreak(thai.to_thai_digits(value))
    if isinstance(value, dict):
        return {name: _thai(inner) for name, inner in value.items()}
    return [_thai(inner) for inner in value]


@transaction.atomic
def draft_appointment(agreement: Agreement, *, by: User, at: dt.datetime) -> Letter:
    """One letter to every host and co-host agency. PermissionDenied to others, NotReady without a register."""
    if not rules.can_appoint_hosts(by, agreement):
        raise PermissionDenied
    rows = table(agreement, on=thai.day_in_bangkok(at))
    hosted = Counter(row["host"] for row in rows if row["host"])
    agencies = [*hosted, *(one for row in rows for one in row["co_hosts"] if one not in hosted)]
    agencies = sorted(dict.fromkeys(agencies), key=lambda one: one.sort_key)
    receivers = [Receiver(one, f"หัวหน้า{one.name}") for one in agencies]
    letter = draft_letter(agreement.owner, recipients=receivers, by=by, at=at, **_words(agreement, len(rows)))
    paper = SimpleUploadedFile(f"{title(agreement)}.pdf", pdf(agreement, on=thai.day_in_bangkok(at)))
    enclose(letter, paper, name=title(agreement), unit="ชุด", by=by, at=at)
    return letter


def _words(agreement: Agreement, count: int) -> dict[str, Any]:
    owner, year = agreement.owner.full_name, agreement.fiscal_year
    signed = f" ซึ่งลงนามแล้วเมื่อวันที่ {thai.date_text(agreement.signed_on)}" if agreement.signed_on else ""
    return {
        "subject": f"การมอบหมายเจ้าภาพตัวชี้วัดตามคำรับรองการปฏิบัติราชการของ{owner} ประจำปีงบประมาณ พ.ศ. {year}",
        "addressee": "หัวหน้าส่วนราชการเจ้าภาพตัวชี้วัดทุกแห่ง",
        "enclosures": [],
        "body": [
            f"ตามที่ {owner}ได้จัดทำคำรับรองการปฏิบัติราชการกับสำนักงาน ก.พ.ร. ประจำปีงบประมาณ พ.ศ. {year}{signed} "
            f"จำนวน {count} ตัวชี้วัด นั้น",
            f"{owner}จึงขอมอบหมายให้หน่วยงานของท่านเป็นเจ้าภาพตัวชี้วัด กำกับดูแล จัดเก็บข้อมูล "
            "และรายงานผลการดำเนินงานตามรอบที่กำหนดในระบบคำรับรองการปฏิบัติราชการ รายละเอียดปรากฏตามสิ่งที่ส่งมาด้วย",
            "จึงเรียนมาเพื่อทราบและดำเนินการ",
        ],
    }
