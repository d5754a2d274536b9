"""Labels for envelopes: 24 on an A4 sheet (70 × 37 mm), in the order of the list of receivers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string

from kpiportal import letter_text, thai
from kpiportal.models import Letter, LetterRecipient
from kpiportal.models.people import Kind
from kpiportal.pdf import html_to_pdf
from kpiportal.pdf.markup import nobreak

STYLE, IN_A_ROW = "labels", 3


def of(letter: Letter) -> bytes:
    """PDF bytes: greeting, post, office and address of every receiver. A receiver without an address gets its name."""
    rows = letter.recipients.select_related("organization__parent")
    found = [
        {
            "greeting": f"{row.salutation or letter.salutation} ",
            "text": nobreak(thai.on_paper(row.text)),
            "lines": [nobreak(thai.on_paper(line)) for line in address_of(row)],
        }
        for row in rows
    ]
    urgency = letter_text.urgency_of(letter).replace("\n", " ")
    return html_to_pdf(sheets(found, urgency), stylesheets=(STYLE,), title=f"ป้ายจ่าหน้าซอง {letter.number_text}".strip())


def sheets(labels: Sequence[dict[str, Any]], urgency: str = "") -> str:
    """The page of these labels, three in a row."""
    rows = [labels[n : n + IN_A_ROW] for n in range(0, len(labels), IN_A_ROW)]
    return render_to_string("letters/labels.html", {"rows": rows, "urgency": urgency})


def address_of(row: LetterRecipient) -> list[str]:
    """What was typed for this receiver, else its office's, else that of the office's province; empty: none is known.

    A governor's post goes to the province hall, whether or not anybody has entered its street.
    """
    office = row.organization
    known = row.address or office.address or (office.parent.address if office.parent else "")
    if not known and office.kind == Kind.PROVINCE:
        known = f"ศาลากลาง{office.full_name}"
    return [line for line in known.splitlines() if line.strip()]
