"""The chapters as the portal proposes them: only what was filed, in words. Pure function of the facts.

Nothing is judged and nothing is made up; who signs the report writes the judgement. Digits are Arabic here, as people
type them; the paper turns them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from kpiportal import thai
from kpiportal.numbers import format_number
from reporting.sar.facts import day_of, number

Facts = dict[str, Any]
_TEXTS = {"factors": "supporting_factors", "obstacles": "obstacles", "suggestions": "suggestions"}
_NOTHING = {
    "factors": "ไม่มีหน่วยงานรายงานปัจจัยสนับสนุนในรอบนี้",
    "obstacles": "ไม่มีหน่วยงานรายงานปัญหาอุปสรรคในรอบนี้",
    "suggestions": "ไม่มีหน่วยงานรายงานข้อเสนอแนะในรอบนี้",
}
_SAYS_NOTHING = {"", "-", "ไม่มี", "n/a", "na"}
MOST_NAMED = 3  # indicators named as highest and lowest


def draft(kind: str, facts: Facts) -> str:
    """The text of one chapter (Chapter.Kind), as the form would clean it: an untouched box equals its draft."""
    if kind == "summary":
        return thai.clean_text(_summary(facts))
    if kind == "results":
        return thai.clean_text(_results(facts))
    return thai.clean_text(_filed_words(facts, _TEXTS[kind]) or _NOTHING[kind])


def difference(before: str, after: str) -> list[tuple[str, str]]:
    """Lines of two texts as ("", both) · ("-", only before) · ("+", only after), in reading order."""
    compared = difflib.ndiff(before.splitlines(), after.splitlines())
    return [(line[0].strip(), line[2:]) for line in compared if line[0] != "?"]


def _summary(facts: Facts) -> str:
    totals = facts["totals"]
    parts = [
        f"{facts['owner']}รายงานผลการปฏิบัติราชการตามคำรับรองการปฏิบัติราชการ ประจำปีงบประมาณ พ.ศ. {facts['fiscal_year']} "
        f"{facts['round']} โดยใช้ข้อมูลสะสมถึงวันที่ {thai.date_text(day_of(facts))}",
        f"ตัวชี้วัดที่ใช้ในรอบนี้มี {totals['count']} ตัวชี้วัด น้ำหนักรวม {_shown(totals['weight'])} "
        f"ผ่านการรับรองของหัวหน้าหน่วยงานและการตรวจของจังหวัดแล้ว {totals['accepted']} ตัวชี้วัด",
        _totals(facts),
        *_extremes(facts),
    ]
    if facts["lacking"]:
        names = ", ".join(item["number"] for item in facts["lacking"])
        parts.append(f"ตัวชี้วัดที่ยังไม่ผ่านการตรวจมี {len(facts['lacking'])} ตัวชี้วัด ได้แก่ ตัวชี้วัดที่ {names}")
    return "\n".join(part for part in parts if part)


def _totals(facts: Facts) -> str:
    totals, highest = facts["totals"], format_number(Decimal(facts["points"][-1]))
    if totals["score"] is None:
        return "รอบนี้ยังไม่มีตัวชี้วัดที่นับคะแนนได้"
    text = f"คะแนนรวมนับทุกตัวชี้วัดของรอบ {_score(facts, totals['score'])} จากคะแนนเต็ม {highest}"
    if totals["passed"] is not None and totals["passed"] != totals["score"]:
        text += f" คะแนนเฉพาะตัวชี้วัดที่ผ่านการตรวจแล้ว {_score(facts, totals['passed'])}"
    return text


def _extremes(facts: Facts) -> Iterable[str]:
    scored = [line for line in _indicators(facts) if line["score"] is not None]
    marks = sorted({number(line["score"]) for line in scored})
    if len(marks) < 2:
        return
    for word, mark in (("สูงสุด", marks[-1]), ("ต่ำสุด", marks[0])):
        those = [line for line in scored if number(line["score"]) == mark]
        named = " ".join(f"ตัวชี้วัดที่ {line['number']} {line['name']}" for line in those[:MOST_NAMED])
        more = f" และอีก {len(those) - MOST_NAMED} ตัวชี้วัด" if len(those) > MOST_NAMED else ""
        yield f"ตัวชี้วัดที่ได้คะแนน{word} ({_score(facts, str(mark))}) ได้แก่ {named}{more}"


def _results(facts: Facts) -> str:
    """A heading per dimension with its subtotal, a line per indicator."""
    lines = []
    for line in facts["lines"]:
        if line["kind"] == "indicator":
            lines.append(_result(facts, line))
        elif line["score"] is not None:
            lines.append(
                f"{line['name']} น้ำหนัก {_shown(line['weight'])} ได้คะแนน {_score(facts, line['score'])} "
                f"คิดเป็นคะแนนถ่วงน้ำหนัก {_score(facts, line['weighted'])}"
            )
    return "\n".join(lines)


def _result(facts: Facts, line: Facts) -> str:
    head = f"ตัวชี้วัดที่ {line['number']} {line['name']}"
    if line["score"] is None:
        return f"{head}: {line['remarks'][0] if line['remarks'] else 'ไม่มีผลการดำเนินงานในรอบนี้'}"
    target = f" (เป้าหมาย {_shown(line['target'])})" if line["target"] is not None else ""
    unit = f" {line['unit']}" if line["value"] is not None else ""  # "ขั้น 1-4" says what it counts
    result = f"ผล {line['result']}{unit}{target} " if line["result"] else ""
    return f"{head}: {result}คะแนน {_score(facts, line['score'])}"


def _filed_words(facts: Facts, name: str) -> str:
    """What the agencies wrote, the same words once with all their indicators."""
    said: dict[str, list[str]] = {}
    for row in facts["words"]:
        text = row[name].strip()
        if text.lower() not in _SAYS_NOTHING:
            said.setdefault(text, []).append(row["indicator__number"])
    return "\n".join(f"ตัวชี้วัดที่ {', '.join(numbers)}: {text}" for text, numbers in said.items())


def _indicators(facts: Facts) -> list[Facts]:
    return [line for line in facts["lines"] if line["kind"] == "indicator"]


def _score(facts: Facts, value: str) -> str:
    return format_number(Decimal(value), decimals=facts["decimals"])


def _shown(value: str) -> str:
    return format_number(Decimal(value))
