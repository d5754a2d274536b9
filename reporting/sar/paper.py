"""The SAR on paper: its parts are laid out one after the other, bound, and given their contents at the end.

Each card begins a page, so a part costs what its pages cost, and other documents get through between two parts.
"""

from __future__ import annotations

import gc
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from pypdf import PdfWriter

from kpiportal import thai
from kpiportal.pdf import bind, lay_out
from kpiportal.pdf.engine import LaidOut
from reporting.models import Consolidation
from reporting.sar import printed
from reporting.sar.content import content_of

SHOWN_OF_HASH = 16  # hexadecimal digits in the address of the proof, as on an agreement
CARDS_AT_ONCE = 8
LINES_AT_ONCE = 120
TABLES_AT_ONCE = 8
Progress = Callable[[int, int], None]


def _nobody_waits(done: int, whole: int) -> None:
    """Progress that nobody looks at."""


def file_name(sar: Consolidation, extension: str) -> str:
    agreement = sar.round.agreement
    draft = "" if sar.is_fixed else " ร่าง"
    return f"SAR {sar.round.name} {agreement.owner.full_name} ปี {agreement.fiscal_year}{draft}.{extension}"


def proof_url(sar: Consolidation) -> str:
    return settings.BASE_URL + reverse("reporting:sar_proof", args=[sar.sha256[:SHOWN_OF_HASH]])


def sar_pdf(sar: Consolidation, progress: Progress = _nobody_waits, *, content: dict[str, Any] | None = None) -> bytes:
    """The report as PDF, marked as a draft on every page until it is approved. Raises PdfError."""
    content = content_of(sar) if content is None else content
    title = file_name(sar, "pdf").removesuffix(".pdf")
    standing = {"title": title, **_proof_line(sar)}
    sheets = ("sar",) if sar.is_fixed else ("sar", "draft")
    parts, contents, page = [], [], 1
    waiting = [("chapters", {**printed.chapters(content), **_signatures(sar)}), *_body(content)]
    for done, (template, words) in enumerate(waiting):
        progress(done, len(waiting) + 1)
        part = _laid_out(template, standing | words, sheets, page)
        places = part.places()
        contents += [entry | {"page": page - 1 + places[entry["anchor"]]} for entry in words["contents"]]
        parts.append(part)
        page += part.page_count
    listed = [entry | {"page": thai.to_thai_digits(entry["page"])} for entry in contents]
    front = _laid_out("front", {**standing, **printed.front(content), "contents": listed}, sheets, 1)
    data = bind([front, *parts]).to_pdf(title=title)
    progress(len(waiting) + 1, len(waiting) + 1)
    return data


def annex_pdf(
    contents: Iterable[dict[str, Any]], *, title: str, whole: int, progress: Progress = _nobody_waits
) -> bytes:
    """The summary tables of many parties in one file, its pages numbered through. A few are written at a time: memory
    grows with the file, not with the layout of a country."""
    out, page = PdfWriter(), 1
    parts: list[LaidOut] = []
    for done, content in enumerate(contents, start=1):
        for template, words in tables(content, wide=False):
            part = _laid_out(template, {"title": title, "proof_line": words["running"], **words}, ("sar",), page)
            page += part.page_count
            parts.append(part)
        if done % TABLES_AT_ONCE == 0 or done == whole:
            out.append(io.BytesIO(bind(parts).to_pdf(variant=None, title=title)), import_outline=False)
            parts = []
            gc.collect()  # the engine's boxes refer to one another: unless looked for, those of a country pile up
            progress(done, whole)
    out.add_metadata({"/Title": title})
    written = io.BytesIO()
    out.write(written)
    return written.getvalue()


def _laid_out(template: str, words: dict[str, Any], sheets: tuple[str, ...], first_page: int) -> LaidOut:
    html = render_to_string(f"reporting/sar/print/{template}.html", words)
    return lay_out(html, stylesheets=sheets, extra_css=f"@page :first {{ counter-reset: page {first_page} }}")


def _body(content: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every part after the chapters: the table, the cards, the evidence."""
    yield from tables(content)
    for some in _some_at_a_time(content["cards"], CARDS_AT_ONCE):
        yield "cards", printed.cards(content, some)
    yield "evidence", printed.evidence(content)


def tables(content: dict[str, Any], *, wide: bool = True) -> Iterator[tuple[str, dict[str, Any]]]:
    """The round's table, in parts when it is long."""
    pieces = list(_some_at_a_time(content["lines"], LINES_AT_ONCE)) or [[]]
    for number, lines in enumerate(pieces):
        yield "table", printed.table(content, lines, first=not number, last=number == len(pieces) - 1, wide=wide)


def _some_at_a_time(rows: Sequence[Any], count: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), count):
        yield rows[start : start + count]


def _proof_line(sar: Consolidation) -> dict[str, str]:
    shown = f"sha256 {sar.sha256[:SHOWN_OF_HASH]}" if sar.is_fixed else "ร่าง ยังไม่อนุมัติ"
    return {"proof_line": shown}


def _signatures(sar: Consolidation) -> dict[str, Any]:
    address = proof_url(sar) if sar.is_fixed else ""
    return {**printed.signatures(sar), **printed.proof(address, sar.sha256)}
