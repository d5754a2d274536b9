"""Every printed word of a SAR, in Thai digits and escaped, from its content: plain dicts for the print templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.html import escape

from kpiportal import thai
from kpiportal.numbers import format_number
from kpiportal.pdf.markup import nobreak
from kpiportal.pdf.qr import qr_svg
from kpiportal.pdf.signs import printable
from reporting.models import Consolidation
from reporting.sar.content import criteria_words
from reporting.sar.cover import referred_to
from reporting.sar.facts import day_of
from reporting.sheet import STATE_LABELS

Content = dict[str, Any]
_LINE = "." * 50
_PEOPLE = ("หน่วยงานเจ้าภาพ", "หน่วยงานร่วม", "ผู้กำกับดูแลตัวชี้วัด", "ผู้จัดเก็บข้อมูล", "หน่วยวัด")
LONG_CARD = 1_600  # characters: about a page
_STEPS = {"certify": "หัวหน้าหน่วยงาน", "review": "จังหวัด"}


def words(text: str) -> Any:
    return nobreak(printable(thai.on_paper(text)))


def figure(value: str | None, decimals: int | None = None, *, empty: str = "") -> str:
    if value is None:
        return empty
    return thai.to_thai_digits(format_number(Decimal(value), decimals=decimals))


def plain_figure(value: str) -> str:
    return format_number(Decimal(value))


def plain_words(text: str) -> str:
    """Words of a table or a card, line by line. Nothing in them is held together: that costs half as much again."""
    return escape("\n".join(printable(thai.on_paper(line)) for line in text.splitlines() if line.strip()))


def paragraphs(text: str) -> list[Any]:
    return [words(line) for line in text.splitlines() if line.strip()]


def front(content: Content) -> Content:
    owner = content["owner"]
    cluster = owner.startswith("กลุ่ม")
    return {
        "owner": words(owner),
        "office": words(f"สำนักงาน{owner}" if not cluster else owner),
        "year": figure_of_year(content),
        "round": words(content["round"]),
        "period_end": words(thai.date_text(day_of(content))),
    }


def figure_of_year(content: Content) -> str:
    return thai.to_thai_digits(content["fiscal_year"])


def running(content: Content) -> Any:
    return words(f"รายงานการประเมินผลตนเอง {_whose(content)}")


def _whose(content: Content) -> str:
    return f"{content['owner']} ปีงบประมาณ พ.ศ. {content['fiscal_year']} {content['round']}"


def chapters(content: Content) -> Content:
    shown = [
        {"anchor": f"chapter-{c['kind']}", "title": words(f"{n}. {c['title']}"), "paragraphs": paragraphs(c["text"])}
        for n, c in enumerate(content["chapters"], start=1)
    ]
    totals, places = content["totals"], content["decimals"]
    lacking = [_lacking(item) for item in content["lacking"]]
    contents = [{"kind": "", "anchor": c["anchor"], "title": c["title"]} for c in shown]
    if lacking:
        contents.append({"kind": "", "anchor": "lacking", "title": words("ตัวชี้วัดที่ยังไม่ผ่านการตรวจ")})
    contents.append({"kind": "", "anchor": "signatures", "title": words("การอนุมัติและลงนาม")})
    return {
        "running": running(content),
        "chapters": shown,
        "score": figure(totals["score"], places, empty="-"),
        "passed": figure(totals["passed"], places, empty="-"),
        "accepted": words(f"{totals['accepted']} จาก {totals['count']} ตัวชี้วัด"),
        "working": words(explained(content)),
        "lacking": lacking,
        "lacking_sentence": words(lacking_sentence(content)),
        "lacking_reason": words(content["lacking_reason"] or "-"),
        "contents": contents,
    }


def explained(content: Content) -> str:
    """How the total came about, and why it is divided by what it is (R23)."""
    totals = content["totals"]
    text = "; ".join(totals["working"]) or "ไม่มีตัวชี้วัดที่นับคะแนนได้"
    if Decimal(totals["weight"]) != 100:
        text += (
            f" น้ำหนักของตัวชี้วัดที่ใช้ในรอบนี้รวม {format_number(Decimal(totals['weight']))} จึงหารด้วยน้ำหนักนั้น"
            f" คิดบนน้ำหนักเต็มปี 100 ได้ {format_number(Decimal(totals['on_100']), decimals=content['decimals'])}"
        )
    return text


def lacking_sentence(content: Content) -> str:
    lowest = format_number(Decimal(content["missing"]), decimals=content["decimals"])
    return (
        f"รายงานฉบับนี้มีตัวชี้วัดที่ยังไม่ผ่านการตรวจ {len(content['lacking'])} ตัวชี้วัด ในคะแนนรวมนับทุกตัวชี้วัดของรอบ "
        f"ตัวที่ยังไม่มีรายงานนับเป็น {lowest} ตามหลักเกณฑ์ของปี ตัวที่ส่งรายงานแล้วนับตามคะแนนที่รายงาน "
        "ส่วนคะแนนเฉพาะตัวชี้วัดที่ผ่านการตรวจแล้วไม่นับตัวชี้วัดเหล่านี้"
    )


def _lacking(item: Content) -> Content:
    return {
        "name": words(f"{item['number']} {item['name']}"),
        "host": words(item["host"]),
        "state": STATE_LABELS[item["state"]],
    }


def signatures(sar: Consolidation) -> Content:
    """Who approved and signed in the portal; where nobody has yet, room for a pen."""
    with_pen = not sar.signed_on or sar.signed_copy_id
    return {
        "approver": _signature(sar.approver, sar.approver_post, sar.approved_at, "อนุมัติในระบบ"),
        "signer": _signature(sar.signer, sar.signer_post, sar.signed_on, "" if with_pen else "ลงนามในระบบ"),
        "letter": words(referred_to(sar)),
    }


def _signature(name: str, post: str, when: dt.date | dt.datetime | None, done: str) -> Content:
    return {
        "line": done if done and name else _LINE,
        "name": words(name) if name else _LINE,
        "post": words(post) if post else f"ตำแหน่ง {_LINE}",
        "when": words(f"วันที่ {thai.date_text(when)}") if when else f"วันที่ {_LINE}",
    }


def proof(address: str, sha256: str) -> Content:
    return {"qr": qr_svg(address) if address else "", "address": address, "sha256": sha256}


def table(
    content: Content, lines: Sequence[Content], *, first: bool = True, last: bool = True, wide: bool = True
) -> Content:
    """The round's table; `first` gets the heading and its place in the contents, `last` the totals."""
    totals, places = content["totals"], content["decimals"]
    heading = f"ตารางสรุปผลการปฏิบัติราชการตามคำรับรองการปฏิบัติราชการ {_whose(content)}"
    sums = {
        "weight": figure(totals["weight"], 2),
        "score": figure(totals["score"], places),
        "passed_weight": figure(totals["passed_weight"], 2),
        "passed": figure(totals["passed"], places),
    }
    return {
        "running": running(content),
        "anchor": "table" if first else "table-more",
        "heading": words(heading if first else f"{heading} (ต่อ)"),
        "points": [figure(point) for point in content["points"]],
        "wide": wide,
        "head": 2 if wide else 1,
        "lines": [_line(content, line) for line in lines],
        "sum": sums if last else None,
        "contents": [{"kind": "", "anchor": "table", "title": words("ตารางสรุปผลการปฏิบัติราชการ")}] if first else [],
    }


def _line(content: Content, line: Content) -> Content:
    places = content["decimals"]
    shown = {
        "weight": figure(line["weight"], 2),
        "score": figure(line["score"], places),
        "weighted": figure(line["weighted"], places),
    }
    if line["kind"] != "indicator":
        return {**shown, "kind": line["kind"], "name": plain_words(line["name"]), "levels": None}
    criteria = content["criteria"][line["number"]]
    passed = line["state"] == "accepted"
    return {
        **shown,
        "name": plain_words(f"{line['number']} {line['name']}"),
        "unit": plain_words(line["unit"]),
        "target": figure(line["target"]),
        "levels": [figure(level) for level in criteria["levels"]] if _is_plain(content, criteria) else [],
        "criteria": criteria_words(content, line["number"]),
        "result": plain_words(line["result"]),
        "note": "" if passed else words(" ".join(line["remarks"]) or STATE_LABELS[line["state"]]),
    }


def _is_plain(content: Content, criteria: Content) -> bool:
    """Whether the criteria are one number per point of the scale."""
    return not criteria["steps"] and len(criteria["levels"]) == len(content["points"])


def cards(content: Content, some: Sequence[Content]) -> Content:
    lines = {line["number"]: line for line in content["lines"] if line["kind"] == "indicator"}
    shown = [_card(content, card, lines[card["number"]]) for card in some]
    contents = [{"kind": "inner", "anchor": card["anchor"], "title": card["listed"]} for card in shown]
    if some and some[0] is content["cards"][0]:
        heading = {"kind": "", "anchor": shown[0]["anchor"], "title": words("รายงานผลรายตัวชี้วัด (SAR card)")}
        contents.insert(0, heading)
    return {"cards": shown, "contents": contents}


def _card(content: Content, card: Content, line: Content) -> Content:
    places = content["decimals"]
    name = f"ตัวชี้วัดที่ {card['number']} {card['name']}"
    blocks = [(label, plain_words(text)) for label, text in _rows(blocks_of(content, card))]
    return {
        "anchor": f"card-{card['number']}",
        "title": words(name),
        "listed": plain_words(name),
        "running": words(f"ตัวชี้วัดที่ {card['number']} {content['owner']} {content['round']}"),
        "weight": figure(line["weight"], 2),
        "target": figure(line["target"], empty="-"),
        "result": words(line["result"] or "N/A"),
        "score": figure(line["score"], places, empty="-"),
        "weighted": figure(line["weighted"], places, empty="-"),
        "blocks": blocks,
        # Only what may run over a page has rows to be kept whole: looking costs, too.
        "long": sum(len(text) for _, text in blocks) > LONG_CARD,
        "children": [_child(child) for child in card["children"]],
    }


def _rows(blocks: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The blocks that say something, who answers for what in one row: on sixty pages a row each would be felt."""
    told = [(label, text) for label, text in blocks if text]
    people = "\n".join(f"{label}: {text}" for label, text in told if label in _PEOPLE)
    return [("ผู้รับผิดชอบ", people), *(block for block in told if block[0] not in _PEOPLE)]


def blocks_of(content: Content, card: Content) -> list[tuple[str, str]]:
    """The card's rows as (label, text), empty ones among them; Word and the copy sheet use the same."""
    decided = {decision["step"]: decision for decision in card["decisions"] if decision["passed"]}
    return [
        ("หน่วยงานเจ้าภาพ", card["host"]),
        ("หน่วยงานร่วม", ", ".join(card["co_hosts"])),
        ("ผู้กำกับดูแลตัวชี้วัด", _person(decided.get("certify"))),
        ("ผู้จัดเก็บข้อมูล", " ".join(filter(None, [card["collector"], _phone(card["collector_phone"])]))),
        ("หน่วยวัด", card["unit"]),
        ("คำอธิบาย", card["definition"]),
        ("สูตรการคำนวณ", card["formula"]),
        ("เกณฑ์การให้คะแนน", criteria_text(content, card["number"])),
        ("วิธีคิดคะแนน", "\n".join(card["working"])),
        ("เหตุผลที่ไม่มีข้อมูล", card["no_data_reason"]),
        ("คำชี้แจงการปฏิบัติงาน/มาตรการที่ได้ดำเนินการ", card["explanation"]),
        ("ข้อมูลจากหน่วยงานร่วม", "\n".join(_part(part) for part in card["parts"])),
        ("ปัจจัยสนับสนุน", card["supporting_factors"]),
        ("ปัญหาอุปสรรค", card["obstacles"]),
        ("ข้อเสนอแนะ", card["suggestions"]),
        ("หลักฐานอ้างอิง", "\n".join(f"{item['number']}. {item['name']}" for item in card["evidence"])),
        ("การรับรอง", "\n".join(decision_text(decision) for decision in card["decisions"])),
    ]


def criteria_text(content: Content, number: str) -> str:
    criteria = content["criteria"][number]
    points = content["points"]
    levels = [*criteria["steps"], *(format_number(Decimal(level)) for level in criteria["levels"])]
    if len(levels) != len(points):
        return "\n".join([criteria_words(content, number), *levels])
    marks = [f"{format_number(Decimal(point))} คะแนน: {level}" for point, level in zip(points, levels, strict=True)]
    if not criteria["steps"]:
        marks = [" · ".join(marks)]
    return "\n".join([criteria_words(content, number), *marks])


def decision_text(decision: Content) -> str:
    day = thai.date_text(dt.datetime.fromisoformat(decision["at"]))
    passed = "ผ่าน" if decision["passed"] else f"ไม่ผ่าน: {decision['comment']}"
    return f"{_STEPS[decision['step']]} {passed} {decision['by']} วันที่ {day}"


def _person(decision: Content | None) -> str:
    return " ".join(filter(None, [decision["by"], _phone(decision["phone"])])) if decision else ""


def _phone(phone: str) -> str:
    return f"โทร. {phone}" if phone else ""


def _part(part: Content) -> str:
    value = f" ผล {format_number(Decimal(part['value']))}" if part["value"] is not None else ""
    return f"{part['agency']}{value}: {part['words']}"


def _child(child: Content) -> Content:
    return {
        "name": words(f"{child['number']} {child['name']}"),
        "weight": figure(child["weight"]),
        "target": figure(child["target"]),
        "result": words(child["result"] or "N/A"),
    }


def evidence(content: Content) -> Content:
    rows = [
        {
            "indicator": plain_words(card["number"]),
            "number": figure(str(item["number"])),
            "name": plain_words(item["name"]),
            "link": item["link"],
            "host": plain_words(card["host"]),
        }
        for card in content["cards"]
        for item in card["evidence"]
    ]
    listed = [{"kind": "", "anchor": "evidence", "title": words("บัญชีหลักฐานอ้างอิง")}]
    return {"running": running(content), "evidence": rows, "contents": listed}
