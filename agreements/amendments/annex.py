"""A request on paper: what was asked, what was decided, and the changed indicators as they stand in the new version."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from agreements.amendments import fields, outcome
from agreements.models import Amendment, AmendmentRow
from agreements.signing import document
from agreements.signing.document import words
from kpiportal import thai
from kpiportal.pdf import html_to_pdf

D = AmendmentRow.Decision


def file_name(amendment: Amendment) -> str:
    agreement = amendment.agreement
    kind = f"แก้ไขฉบับที่ {amendment.version.number}" if amendment.version else f"คำขอเปลี่ยนแปลงครั้งที่ {amendment.number}"
    return f"คำรับรองการปฏิบัติราชการ {agreement.owner.full_name} ปี {agreement.fiscal_year} {kind}.pdf"


def pdf(amendment: Amendment) -> bytes:
    html = render_to_string("agreements/amendments/annex_print.html", words_of(amendment))
    sheets = ("agreement",) if amendment.version else ("agreement", "draft")
    return html_to_pdf(html, stylesheets=sheets, title=file_name(amendment).removesuffix(".pdf"))


def words_of(amendment: Amendment) -> dict[str, Any]:
    """Every printed word, in Thai digits."""
    agreement, version = amendment.agreement, amendment.version
    rows = list(amendment.rows.all())
    plan = agreement.framework.round_plans.filter(months=amendment.effective_months).first()
    return {
        "title": "รายละเอียดตัวชี้วัดที่แก้ไข" if version else "คำขอเปลี่ยนแปลงรายละเอียดตัวชี้วัด",
        "owner": words(agreement.owner.full_name),
        "year": words(str(agreement.fiscal_year)),
        "number": words(str(amendment.number)),
        "effective": words(plan.name if plan else f"รอบ {amendment.effective_months} เดือน"),
        "letter": words(_letter(amendment)),
        "reason": words(f"{amendment.reason_kind}: {amendment.reason}" if amendment.reason else amendment.reason_kind),
        "asked": words(amendment.asked_by_text),
        "decided": words(amendment.decided_by_text),
        "decided_on": words(thai.date_text(amendment.decided_at)) if amendment.decided_at else "",
        "rows": [_row(row) for row in rows],
        "templates": _templates(amendment, rows) if version else [],
        **document.proof(version),
    }


def _letter(amendment: Amendment) -> str:
    if not amendment.letter_no or not amendment.letter_date:
        return ""
    return f"{amendment.letter_no} ลงวันที่ {thai.date_text(amendment.letter_date)}"


def _row(row: AmendmentRow) -> dict[str, Any]:
    texts = (row.before, row.after, row.granted)
    before, after, granted = ([_line(line) for line in fields.shown(row.field, one)] for one in texts)
    return {
        "indicator": words(f"{row.indicator.number} {row.indicator.name}"),
        "field": words(fields.LABELS[row.field]),
        "before": before,
        "after": after,
        "decision": row.get_decision_display() if row.decision else "",
        "granted": granted if row.decision == D.PART else [],
        "answer": words(row.answer),
    }


def _line(line: dict[str, str]) -> Any:
    return words(f"{line['label']}: {line['text']}" if line["label"] else line["text"])


def _templates(amendment: Amendment, rows: list[AmendmentRow]) -> list[dict[str, Any]]:
    """The indicators that changed, block by block, as the version has them."""
    changed = {row.indicator.number for row in rows if row.indicator_id in outcome.granted(rows)}
    return document.templates(amendment.version.content, only=changed)
