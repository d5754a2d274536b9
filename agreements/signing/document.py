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

from agreements import freeze, rules
from agreements.models import Agreement, AgreementVersion, Criteria
from kpiportal import thai
from kpiportal.models import User
from kpiportal.numbers import format_number
from kpiportal.pdf import html_to_pdf
from kpiportal.pdf.markup import nobreak
from kpiportal.pdf.qr import qr_svg
from kpiportal.workflow import Blocker

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


def blanks(agreement: Agreement, *, by: User, on: dt.date) -> list[Blocker]:
    """Whose name would be missing if it were signed now, and who puts it right; nothing once it is signed."""
    found = []
    if agreement.signed_on is None and not agreement.framework.receivers:
        url = reverse("agreements:framework_year", args=[agreement.framework_id]) + "#id_receivers"
        text = "ยังไม่ได้ระบุผู้รับคำรับรองของปีนี้ เอกสารจะเว้นชื่อไว้ให้เขียน"
        if rules.can_negotiate(by, agreement):
            found.append(Blocker(f"{text} ระบุชื่อและตำแหน่ง", url))
        else:
            found.append(Blocker(f"{text} แจ้งสำนักงาน ก.พ.ร. ให้ระบุก่อนลงนาม"))
    if agreement.signed_on is None and not freeze.makers(agreement, on):
        text = f"ยังไม่มี{_maker(agreement.owner.full_name)}ในระบบ จึงยังไม่มีผู้ลงนาม เชิญได้ที่หน้าบุคคล"
        found.append(Blocker(text, reverse("people:people_list")))
    return found


def words_of(content: dict[str, Any], version: AgreementVersion | None) -> dict[str, Any]:
    """Every printed word, in Thai digits."""
    year = content["fiscal_year"]
    begins, ends = thai.fiscal_year_bounds(year)
    points = [_number(point) for point in content["scale"]]
    signed_on = dt.date.fromisoformat(content["signed_on"]) if content["signed_on"] else None
    term = (thai.date_text(begins), thai.date_text(ends - dt.timedelta(days=1)))
    return {
        "owner": words(content["owner"]),
        "year": words(str(year)),
        "clauses": [words(clause) for clause in _clauses(content, *term)],
        "signs": [[words(line) for line in block] for block in _signs(content, signed_on)],
        "points": points,
        "groups": list(_groups(content)),
        "templates": templates(content),
        "total": _number(
            sum((Decimal(row["weight"]) for row in content["indicators"] if row["weight"]), Decimal(0)), 2
        ),
        **proof(version),
    }


def _clauses(content: dict[str, Any], first_day: str, last_day: str) -> list[str]:
    """The six clauses (DOMAIN.md 4.5). A receiver who was not named is left to be written by hand."""
    receivers = [f"{one['name']} {one['post']}".strip() for one in content.get("receivers", [])]
    head = _maker(content["owner"])
    makers = [f"{one['name']} {one['post'] or head}" for one in content.get("makers", [])]
    takes = f"{_joined(receivers) or _DOTS} ผู้รับคำรับรอง"
    gives = _joined(makers) or head
    return [
        f"1. คำรับรองนี้ทำขึ้นระหว่าง {takes} กับ {gives} ผู้ทำคำรับรอง",
        f"2. คำรับรองนี้เป็นคำรับรองฝ่ายเดียว มิใช่สัญญา และใช้สำหรับระยะเวลา 1 ปี ตั้งแต่วันที่ {first_day} ถึงวันที่ {last_day}",
        "3. รายละเอียดของคำรับรอง ได้แก่ กรอบการประเมินผล ประเด็นการประเมิน น้ำหนัก ตัวชี้วัด ค่าเป้าหมาย "
        f"และเกณฑ์การให้คะแนน เป็นไปตามเอกสารแนบท้ายคำรับรองนี้ ตาม{content['framework']}",
        "4. ผู้รับคำรับรองได้พิจารณาและเห็นชอบกับรายละเอียดตามข้อ 3 แล้ว และยินดีให้คำแนะนำ กำกับ "
        "และตรวจสอบผลการปฏิบัติราชการตามคำรับรองที่จัดทำขึ้น",
        "5. ผู้ทำคำรับรองได้ทำความเข้าใจรายละเอียดตามข้อ 3 แล้ว ขอให้คำรับรองว่าจะมุ่งมั่นปฏิบัติราชการให้เกิดผลงานที่ดี"
        "ตามเป้าหมายของตัวชี้วัดในระดับสูงสุด เพื่อให้เกิดประโยชน์สุขแก่ประชาชนตามที่ให้คำรับรองไว้",
        "6. ผู้รับคำรับรองและผู้ทำคำรับรองได้เข้าใจคำรับรองการปฏิบัติราชการและเห็นพ้องกันแล้ว จึงได้ลงลายมือชื่อไว้เป็นสำคัญ",
    ]


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{' '.join(names[:-1])} และ {names[-1]}" if names else ""


_DOTS = "." * 50


def _signs(content: dict[str, Any], signed_on: dt.date | None) -> list[list[str]]:
    """Signature blocks, receivers first; each is its lines from the dotted one to the day."""
    blank = [{"name": "", "post": ""}]
    day = f"วันที่ {thai.date_text(signed_on)}" if signed_on else f"วันที่ {_DOTS}"
    blocks = [
        [_DOTS, f"({one['name'] or _DOTS})", one["post"] or f"ตำแหน่ง {_DOTS}", "ผู้รับคำรับรอง", f"วันที่ {_DOTS}"]
        for one in content.get("receivers") or blank
    ]
    for one in content.get("makers") or blank:
        blocks.append([_DOTS, f"({one['name'] or _DOTS})", one["post"] or _maker(content["owner"]), "ผู้ทำคำรับรอง", day])
    return blocks


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
