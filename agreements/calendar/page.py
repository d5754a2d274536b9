"""The year's dates in one list: steps of agreement-making and the rounds, as a page, on paper, and for calendars."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.template.loader import render_to_string

from agreements.models import Framework
from kpiportal import thai
from kpiportal.pdf import html_to_pdf
from kpiportal.pdf.markup import nobreak


def rows(framework: Framework) -> list[dict[str, Any]]:
    """Every date in order of its last day; two queries. `pk`: of a day OPDC may take out, None for a round's."""
    found = [
        {"pk": day.pk, "name": day.name, "who": day.who, "first": day.first_day, "last": day.last_day}
        for day in framework.calendar_days.all()
    ]
    for plan in framework.round_plans.all():
        for name, who, day in (
            (f"สิ้นสุดข้อมูล{plan.name}", "", plan.period_end),
            (f"หน่วยงานส่งรายงาน{plan.name}", "หน่วยงานเจ้าภาพ", plan.agency_due),
            (f"ส่งรายงานการประเมินผลตนเอง{plan.name}ถึงสำนักงาน ก.พ.ร.", "จังหวัด", plan.opdc_due),
        ):
            found.append({"pk": None, "name": name, "who": who, "first": None, "last": day})
    return [{**row, "when": _when(row["first"], row["last"])} for row in sorted(found, key=lambda one: one["last"])]


def _when(first: dt.date | None, last: dt.date) -> str:
    if first is None:
        return thai.weekday_date_text(last)
    return f"{thai.date_text(first, short=True)} ถึง {thai.date_text(last, short=True)}"


def title(framework: Framework) -> str:
    return f"ปฏิทินการจัดทำคำรับรองการปฏิบัติราชการ ประจำปีงบประมาณ พ.ศ. {framework.fiscal_year}"


def pdf(framework: Framework) -> bytes:
    """One upright page or a few, Thai digits."""
    printed = [
        {name: nobreak(thai.to_thai_digits(row[name])) for name in ("name", "who", "when")} for row in rows(framework)
    ]
    words = {
        "title": nobreak(thai.to_thai_digits(title(framework))),
        "name": nobreak(thai.to_thai_digits(framework.name)),
        "rows": printed,
    }
    html = render_to_string("agreements/calendar/calendar_print.html", words)
    return html_to_pdf(html, stylesheets=("report", "minutes"), title=title(framework))
