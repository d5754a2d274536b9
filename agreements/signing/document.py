"""The agreement on paper, from its content as frozen (agreements/freeze.py) and nothing else.

Signed, it is typeset from the version's own JSON: whatever changes in the portal later, the same words come out. Before
that it is typeset from the rows as they stand, says that it is a draft on every page, and proves nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from agreements import freeze
from agreements.models import Agreement, AgreementVersion, Criteria
from kpiportal import thai
from kpiportal.numbers import format_number
from kpiportal.pdf import html_to_pdf
from kpiportal.pdf.markup import nobreak
from kpiportal.pdf.qr import qr_svg

SHOWN_OF_HASH = 16  # hexadecimal digits in the address of the proof: nobody finds another content with the same ones
_KINDS = dict(Criteria.Kind.choices)


def proof_url(version: AgreementVersion) -> str:
    return settings.BASE_URL + reverse("agreements:proof", args=[version.sha256[:SHOWN_OF_HASH]])


def file_name(agreement: Agreement, version: AgreementVersion | None) -> str:
    state = f"ฉบับที่ {version.number}" if version else "ร่าง"
    return f"คำรับรองการปฏิบัติราชการ {agreement.owner.full_name} ปี {agreement.fiscal_year} {state}.pdf"


def pdf(agreement: Agreement, version: AgreementVersion | None) -> bytes:
    """The version's document, or the draft of what would be signed."""
    content = version.content if version else freeze.content_of(agreement)
    html = render_to_string("agreements/signing/agreement_print.html", words_of(content, version))
    sheets = ("agreement",) if version else ("agreement", "draft")
    return html_to_pdf(html, stylesheets=sheets, title=file_name(agreement, version).removesuffix(".pdf"))


def words_of(content: dict[str, Any], version: AgreementVersion | None) -> dict[str, Any]:
    """Every printed word, in Thai digits."""
    year = content["fiscal_year"]
    begins, ends = thai.fiscal_year_bounds(year)
    points = [_number(point) for point in content["scale"]]
    signed_on = dt.date.fromisoformat(content["signed_on"]) if content["signed_on"] else None
    return {
        "owner": words(content["owner"]),
        "year": words(str(year)),
        "first_day": words(thai.date_text(begins)),
        "last_day": words(thai.date_text(ends - dt.timedelta(days=1))),
        "maker_post": words(_maker(content["owner"])),
        "signed_on": words(thai.date_text(signed_on)) if signed_on else "",
        "framework": words(content["framework"]),
        "points": points,
        "groups": list(_groups(content)),
        "templates": templates(content),
        "total": _number(
            sum((Decimal(row["weight"]) for row in content["indicators"] if row["weight"]), Decimal(0)), 2
        ),
        **proof(version),
    }


def _maker(owner: str) -> str:
    """ผู้ว่าราชการจังหวัดเชียงใหม่; หัวหน้ากลุ่มจังหวัดภาคเหนือตอนบน 1."""
    return f"ผู้ว่าราชการ{owner}" if owner.startswith("จังหวัด") else f"หัวหน้า{owner}"


def proof(version: AgreementVersion | None) -> dict[str, Any]:
    if version is None:
        return {"qr": "", "address": "", "sha256": "", "version": ""}
    address = proof_url(version)
    return {
        "qr": qr_svg(address),
        "address": address,
        "sha256": version.sha256,
        "version": words(f"ฉบับที่ {version.number}"),
    }


def _groups(content: dict[str, Any]) -> Any:
    """Annex 1: dimensions in their order, each with its indicators."""
    for dimension in content["dimensions"]:
        rows = [row for row in content["indicators"] if row["dimension"] == dimension["name"]]
        yield {
            "name": words(dimension["name"]),
            "weight": _number(dimension["weight"], 2),
            "is_top": dimension["parent"] is None,
            "rows": [_row(row) for row in rows],
        }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": words(row["number"]),
        "name": words(row["name"]),
        "unit": words(row["unit"]),
        "weight": _number(row["weight"], 2) if row["weight"] else f"({_number(row['inner_weight'])})",
        "target": _number(row["target"]),
        "levels": _levels(row["criteria"], short=True),
        "kind": words(_KINDS[row["criteria"]["kind"]]),
        "hosts": words(", ".join(name for part, name in row["hosts"] if part == "host")),
    }


def templates(content: dict[str, Any], *, only: Container[str] | None = None) -> list[dict[str, Any]]:
    """Annex 2: the indicators of a frozen content, or those with the numbers `only`, block by block."""
    points = [_number(point) for point in content["scale"]]
    return [_template(row, points) for row in content["indicators"] if only is None or row["number"] in only]


def _template(row: dict[str, Any], points: list[str]) -> dict[str, Any]:
    """Annex 2: one indicator, block by block (empty ones left out)."""
    share = f"{_plain(row['inner_weight'])} ของตัวชี้วัด {row['parent']}"
    blocks = [
        ("หน่วยวัด", row["unit"]),
        ("น้ำหนัก", _plain(row["weight"], 2) if row["weight"] else share),
        ("ประเด็นยุทธศาสตร์", row["strategic_issue"]),
        ("เป้าประสงค์", row["objective"]),
        ("คำอธิบาย", row["definition"]),
        ("สูตรการคำนวณ", row["formula"]),
        ("ข้อมูลพื้นฐาน", " ".join(f"ปี {year}: {_plain(value)}" for year, value in row["baselines"].items() if value)),
        ("ค่าเป้าหมาย", _plain(row["target"])),
        ("แหล่งข้อมูล", row["source"]),
        ("วิธีการจัดเก็บข้อมูล", row["method"]),
        ("เงื่อนไข", row["conditions"]),
        ("ผู้รับผิดชอบ", ", ".join(f"{name} ({_PARTS[part]})" for part, name in row["hosts"])),
    ]  # fmt: skip
    levels = _levels(row["criteria"], short=False)
    return {
        "title": words(f"ตัวชี้วัดที่ {row['number']} {row['name']}"),
        "blocks": [(label, words(text)) for label, text in blocks if text],
        "kind": words(_KINDS[row["criteria"]["kind"]]),
        "levels": list(zip(points, levels, strict=False)),
    }


_PARTS = {"host": "เจ้าภาพหลัก", "co_host": "เจ้าภาพร่วม"}


def _levels(criteria: dict[str, Any], *, short: bool) -> list[Any]:
    steps = [f"ขั้น {n}" if short else text for n, text in enumerate(criteria["steps"], start=1)]
    return [*map(words, steps), *(_number(level) for level in criteria["levels"])]


def _plain(value: str | None, decimals: int | None = None) -> str:
    return "" if value is None else format_number(Decimal(value), decimals=decimals)


def _number(value: Any, decimals: int | None = None) -> str:
    return thai.to_thai_digits(_plain(None if value is None else str(value), decimals))


def words(text: str) -> Any:
    return nobreak(thai.to_thai_digits(text))
