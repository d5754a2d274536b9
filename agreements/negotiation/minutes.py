"""The minutes of a session on paper: every printed word as plain values, then made into a PDF."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from agreements.models import Sitting
from agreements.negotiation import sittings
from kpiportal import thai, wordfile
from kpiportal.pdf import html_to_pdf
from kpiportal.pdf.markup import nobreak
from kpiportal.wordfile import WordFile

_SIDES = {"party": "ฝ่ายจังหวัด", "opdc": "สำนักงาน ก.พ.ร."}
_DOTS = "." * 40


def title_of(sitting: Sitting) -> str:
    agreement = sitting.table.agreement
    return (
        f"บันทึกการเจรจาตัวชี้วัด {agreement.owner.full_name} "
        f"ประจำปีงบประมาณ พ.ศ. {agreement.fiscal_year} ครั้งที่ {sitting.number}"
    )


def file_name(sitting: Sitting) -> str:
    return f"{title_of(sitting)}.pdf"


def pdf(sitting: Sitting) -> bytes:
    """A4 landscape, Thai digits. An open session is printed as it stands and says so."""
    html = render_to_string("agreements/negotiation/minutes_print.html", words_of(sitting))
    return html_to_pdf(html, stylesheets=("report", "minutes"), title=title_of(sitting))


def docx(sitting: Sitting) -> bytes:
    """The same words for Word."""
    words = wordfile.without_markup(words_of(sitting))
    file = WordFile(title_of(sitting))
    file.lying_page()
    file.heading(words["title"])
    file.line(f"{words['when']} ณ {words['place']}", align=wordfile.CENTRE)
    for label, sides in (("ผู้มาประชุม", words["present"]), ("ผู้ไม่มาประชุม", words["absent"])):
        file.heading(label, level=2)
        for side in sides:
            file.line(side["label"], bold=True)
            for one in side["people"]:
                file.line(one, first=1)
    file.heading("สิ่งที่เสนอและตกลงตามลำดับเวลา", level=2)
    rows = [[r["at"], f"{r['number']} {r['name']}", r["side"], f"{r['deed']} {r['cells']}"] for r in words["decisions"]]
    file.table([["เวลา", "ตัวชี้วัด", "ฝ่าย", "เรื่อง"], *rows], widths=[2.2, 10, 2.5, 12])
    file.heading("เรื่องที่พักไว้", level=2)
    rows = [[f"{r['number']} {r['name']}", r["reason"], r["owner"], r["until"]] for r in words["parked"]]
    file.table([["ตัวชี้วัด", "เรื่องที่ต้องทำ", "ผู้รับไปดำเนินการ", "ภายในวันที่"], *rows], widths=[9, 8, 6, 3.7])
    file.heading("ผลการเจรจารายตัวชี้วัด", level=2)
    rows = [
        [f"{line['number']} {line['name']}", line["state"], *row]
        for line in words["lines"]
        for row in line["rows"] or [["" for _ in range(3 + len(words["points"]))]]
    ]
    head = ["ตัวชี้วัด", "ผล", "ฝ่าย", "น้ำหนัก", "เป้าหมาย", *words["points"]]
    level = 11.2 / max(len(words["points"]), 1)
    file.table([head, *rows], widths=[7, 2, 2.5, 2, 2, *(level for _ in words["points"])])
    file.line(words["summary"], before=6, bold=True)
    file.signs([[f"ลงชื่อ {_DOTS}", f"({_DOTS})", label] for label in _SIDES.values()])
    return file.to_bytes()


def words_of(sitting: Sitting) -> dict[str, Any]:
    """Everything printed; numbers in Thai digits, phrases that stay on one line marked."""
    content = sitting.content if sitting.closed_at else sittings.content_of(sitting)
    day = thai.weekday_date_text(thai.day_in_bangkok(sitting.opened_at))
    ended = thai.time_text(sitting.closed_at).removeprefix("เวลา ") if sitting.closed_at else ""
    return {
        "title": _words(title_of(sitting)),
        "when": _words(f"{day} {thai.time_text(sitting.opened_at)}"
                       + (f" ถึง {ended}" if ended else " (ยังไม่เลิกประชุม)")),
        "place": _words(sitting.place),
        "present": _people(sitting, present=True),
        "absent": _people(sitting, present=False),
        "decisions": [
            {key: _words(value if isinstance(value, str) else " · ".join(value)) for key, value in row.items()}
            for row in content["decisions"]
        ],
        "parked": [{key: _words(value) for key, value in row.items()} for row in content["parked"]],
        "lines": [_line(row) for row in content["lines"]],
        "summary": _words(f"ตกลงแล้ว {content['agreed']} จาก {content['count']} ตัวชี้วัด "
                          + " ".join(f"{label}เสนอน้ำหนักรวม {weight}" for label, weight in content["weights"])),
        "blockers": [_words(text) for text in content["blockers"]],
        "points": [_words(n) for n in map(str, range(1, _points(content) + 1))],
    }  # fmt: skip


def _points(content: dict[str, Any]) -> int:
    """Columns of levels: what a printed row holds besides side, weight and target."""
    return next((len(row) - 3 for line in content["lines"] for row in line["rows"]), 0)


def _line(row: dict[str, Any]) -> dict[str, Any]:
    state = "ตัดออก" if row["goes"] else "ตกลง" if row["agreed"] else "ยังไม่ตกลง"
    return {
        "number": _words(row["number"]),
        "name": _words(f"{row['name']} ({row['unit']})"),
        "state": state,
        "rows": [["ตรงกัน" if row["agreed"] else side, *map(_words, figures)] for side, *figures in row["rows"]],
        "span": len(row["rows"]) or 1,
    }


def _people(sitting: Sitting, *, present: bool) -> list[dict[str, Any]]:
    rows = [row for row in sitting.attendance if bool(row["present"]) is present]
    return [
        {"label": label, "people": [_words(f"{r['name']} {r['post']}") for r in rows if r["side"] == side]}
        for side, label in _SIDES.items()
        if any(r["side"] == side for r in rows)
    ]


def _words(text: str) -> Any:
    return nobreak(thai.to_thai_digits(text))
