"""The result of an evaluation on paper: plain words, then made into a PDF."""

from __future__ import annotations

import datetime as dt

from django.template.loader import render_to_string

from kpiportal import thai
from kpiportal.pdf import html_to_pdf
from reporting.evaluation.page import Heading, Row, Scoring
from reporting.evaluation.states import EvaluationState
from reporting.models import Evaluation

TITLES = {
    EvaluationState.SCORING: "ร่างผลการประเมิน",
    EvaluationState.PRELIMINARY: "ผลการประเมินเบื้องต้น",
    EvaluationState.APPEALED: "ผลการประเมินเบื้องต้น",
    EvaluationState.FINAL: "ผลการประเมินที่สุด",
}


def title_of(evaluation: Evaluation) -> str:
    agreement = evaluation.round.agreement
    return (
        f"{TITLES[EvaluationState(evaluation.state)]}การปฏิบัติราชการตามคำรับรองการปฏิบัติราชการ "
        f"{agreement.owner.full_name} ประจำปีงบประมาณ พ.ศ. {agreement.fiscal_year} {evaluation.round.name}"
    )


def file_name(evaluation: Evaluation) -> str:
    agreement = evaluation.round.agreement
    title = TITLES[EvaluationState(evaluation.state)]
    return f"{title} {evaluation.round.name} {agreement.owner.full_name} ปี {agreement.fiscal_year}.pdf"


def result_pdf(scored: Scoring, *, at: dt.datetime) -> bytes:
    """A4 landscape, Thai digits: self | deduction | OPDC | appeal | final, total and grade, then how each was made."""
    evaluation, rows = scored.evaluation, scored.rows()
    explained = [row for row in rows if isinstance(row, Row) and _has_story(row)]
    total = scored.totals.final if scored.final_shown else scored.totals.given
    html = render_to_string(
        "reporting/evaluation/result_print.html",
        {
            "title": title_of(evaluation),
            "rows": rows,
            "head": scored.head,
            "grade": evaluation.grade,
            "final_shown": scored.final_shown,
            "explained": explained,
            "working": [step.text for step in total.all_active.working] if scored.is_complete else [],
            "printed": thai.datetime_text(at),
        },
    )
    sheets = ("report", "draft") if evaluation.state == EvaluationState.SCORING else ("report",)
    return html_to_pdf(html, stylesheets=sheets, title=title_of(evaluation))


def _has_story(row: Row | Heading) -> bool:
    """Whether OPDC's score is anything but the self score taken over."""
    return isinstance(row, Row) and bool(row.gap or row.off or row.line.reason or row.appealed)
