"""The year's dates in one list: steps of agreement-making and the rounds, as a page, on paper, and for calendars."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from agreements.models import Framework
from kpiportal import holidays, thai
from kpiportal.numbers import format_number
from kpiportal.pdf import html_to_pdf
from kpiportal.pdf.markup import nobreak
from kpiportal.workflow import Blocker

SATURDAY = 5


def rows(framework: Framework) -> list[dict[str, Any]]:
    """Every date in order of its last day; three queries. `pk`: of a day OPDC may change, None for a round's; `off`:
    what kind of holiday something falls due on, "" on a working day."""
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
    found.sort(key=lambda one: one["last"])
    closed = holidays.between(found[0]["last"], found[-1]["last"]) if found else frozenset()
    return [{**row, "when": _when(row["first"], row["last"]), "off": _off(row, closed)} for row in found]


def _off(row: dict[str, Any], closed: frozenset[dt.date]) -> str:
    """A plan moved on by a year lands on weekends. Where data merely end, or over weeks, nobody has to come."""
    if row["first"] or not row["who"]:
        return ""
    if row["last"].weekday() >= SATURDAY:
        return "วันหยุดสุดสัปดาห์"
    return "วันหยุดราชการ" if row["last"] in closed else ""


def _when(first: dt.date | None, last: dt.date) -> str:
    if first is None:
        return thai.weekday_date_text(last)
    return f"{thai.date_text(first, short=True)} ถึง {thai.date_text(last, short=True)}"


def wanting(framework: Framework) -> list[Blocker]:
    """What OPDC should still see to in this year; none of it keeps a framework from being published."""
    url, days = reverse("agreements:framework_year", args=[framework.pk]), rows(framework)
    found = [Blocker(f"{row['name']} {row['when']} ตรงกับ{row['off']}", url) for row in days if row["off"]]
    if not any(row["pk"] for row in days):
        found.append(Blocker("ยังไม่มีปฏิทินการจัดทำคำรับรองฯ", url))
    if not framework.receivers:
        found.append(Blocker("ยังไม่ได้ระบุผู้รับคำรับรอง คำรับรองฯ ที่ลงนามจะเว้นชื่อไว้ให้เขียน", url))
    return found


def title(framework: Framework) -> str:
    return f"ปฏิทินการจัดทำคำรับรองการปฏิบัติราชการ ประจำปีงบประมาณ พ.ศ. {framework.fiscal_year}"


def pdf(framework: Framework) -> bytes:
    """One upright page or a few, Thai digits."""
    printed = [{name: row[name] for name in ("name", "who", "when")} for row in rows(framework)]
    words = _thai({"title": title(framework), "name": framework.name, "rows": printed})
    html = render_to_string("agreements/calendar/calendar_print.html", words)
    return html_to_pdf(html, stylesheets=("report", "minutes"), title=title(framework))


def framework_title(framework: Framework) -> str:
    return f"กรอบการประเมินผลการปฏิบัติราชการ ประจำปีงบประมาณ พ.ศ. {framework.fiscal_year}"


def framework_pdf(framework: Framework) -> bytes:
    """Dimensions with their weights, the scale, and what every form must carry."""
    points = " ".join(format_number(point) for point in framework.scale.points)
    words = {
        "title": framework_title(framework),
        "name": framework.name,
        "scale": f"คะแนนของแต่ละระดับ {points}",
        "dimensions": [
            {"name": one.name, "weight": format_number(one.weight, decimals=2), "sub": "ย่อย" if one.parent_id else ""}
            for one in framework.dimensions.all()
        ],
        "compulsory": [
            {"name": one.library.name, "unit": one.library.unit, "dimension": one.dimension.name}
            for one in framework.compulsory.select_related("library", "dimension")
        ],
    }
    html = render_to_string("agreements/calendar/framework_print.html", _thai(words))
    return html_to_pdf(html, stylesheets=("report", "minutes"), title=framework_title(framework))


def _thai(value: Any) -> Any:
    if isinstance(value, str):
        return nobreak(thai.to_thai_digits(value))
    if isinstance(value, dict):
        return {name: _thai(inner) for name, inner in value.items()}
    return [_thai(inner) for inner in value]
