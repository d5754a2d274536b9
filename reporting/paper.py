"""Printed pages of reporting: plain dicts of every printed word, then made into a PDF."""

from __future__ import annotations

import datetime as dt

from django.template.loader import render_to_string
from django.utils.http import content_disposition_header

from kpiportal import thai
from kpiportal.pdf import html_to_pdf
from reporting.models import Round
from reporting.sheet import Sheet


def summary_pdf(round: Round, sheet: Sheet, *, at: dt.datetime) -> bytes:
    """ตารางสรุปผลการปฏิบัติราชการตามคำรับรองฯ: A4 landscape, Thai digits, the screen's own figures."""
    agreement = round.agreement
    title = (
        f"สรุปผลการปฏิบัติราชการตามคำรับรองการปฏิบัติราชการ {agreement.owner.full_name} "
        f"ประจำปีงบประมาณ พ.ศ. {agreement.fiscal_year} {round.name}"
    )
    html = render_to_string(
        "reporting/round_summary_print.html",
        {"title": title, "round": round, "sheet": sheet, "printed": thai.datetime_text(at)},
    )
    return html_to_pdf(html, stylesheets=("report",), title=title)


def disposition(round: Round) -> str:
    """A download with a Thai name (RFC 6266)."""
    agreement = round.agreement
    name = f"สรุปผล {round.name} {agreement.owner.full_name} ปี {agreement.fiscal_year}.pdf"
    return content_disposition_header(as_attachment=True, filename=name)
