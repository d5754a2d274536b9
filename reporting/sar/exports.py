"""The makers of a SAR's documents (kpiportal/documents.py): woken by a job, allowed as its owner still is."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from kpiportal.documents import Document, Progress, maker
from kpiportal.models import User
from kpiportal.models.people import Kind
from kpiportal.uploads import EXTENSIONS
from reporting.models import Consolidation
from reporting.sar import book, paper
from reporting.sar.content import content_of
from reporting.states import SarState

_WITH = ("round__agreement__owner", "round__agreement__framework__scale", "letter")


def annex_rows(sar: Consolidation, by: User) -> QuerySet[Consolidation]:
    """What OPDC has been sent in the same round of the same framework, in the order of the alphabet."""
    alike = {"round__agreement__framework": sar.round.agreement.framework_id, "round__months": sar.round.months}
    found = Consolidation.objects.visible_to(by).filter(state=SarState.SENT, **alike)
    return found.order_by("round__agreement__owner__sort_key")


def annex_title(sar: Consolidation) -> str:
    return f"ตารางสรุปผลทุกจังหวัด {sar.round.name} ปี {sar.round.agreement.fiscal_year}"


def _found(pk: int, by: User) -> Consolidation:
    sar = Consolidation.objects.visible_to(by).select_related(*_WITH).filter(pk=pk).first()
    if sar is None:
        raise PermissionDenied
    return sar


def _document(sar: Consolidation, extension: str, data: bytes, mark: str) -> Document:
    owner = sar.round.agreement.owner
    return Document(paper.file_name(sar, extension), EXTENSIONS[extension], data, owner, mark)


@maker("sar.pdf")
def make_pdf(pk: int, by: User, at: dt.datetime, progress: Progress) -> Document:
    sar = _found(pk, by)
    content = content_of(sar)
    return _document(sar, "pdf", paper.sar_pdf(sar, progress, content=content), content["mark"])


@maker("sar.docx")
def make_docx(pk: int, by: User, at: dt.datetime, progress: Progress) -> Document:
    from reporting.sar import word  # noqa: PLC0415 -- loads a library of megabytes, for whoever asks for Word

    sar = _found(pk, by)
    content, title = content_of(sar), paper.file_name(sar, "docx").removesuffix(".docx")
    return _document(sar, "docx", word.write(content, title=title, draft=not sar.is_fixed, at=at), content["mark"])


@maker("sar.xlsx")
def make_xlsx(pk: int, by: User, at: dt.datetime, progress: Progress) -> Document:
    sar = _found(pk, by)
    content = content_of(sar)
    return _document(sar, "xlsx", book.write(content, at=at), content["mark"])


@maker("sar.annex")
def make_annex(pk: int, by: User, at: dt.datetime, progress: Progress) -> Document:
    """The tables of every province whose report has come, one content in memory at a time."""
    opdc = next((duty.organization for duty in by.duties if duty.organization.kind == Kind.OPDC), None)
    if opdc is None:
        raise PermissionDenied
    sar = _found(pk, by)
    title, rows = annex_title(sar), annex_rows(sar, by)
    contents = rows.values_list("content", flat=True).iterator(chunk_size=1)
    data = paper.annex_pdf(contents, title=title, progress=progress, whole=rows.count())
    return Document(f"{title}.pdf", EXTENSIONS["pdf"], data, opdc, annex_mark(sar, by))


def annex_mark(sar: Consolidation, by: User) -> str:
    """Another once another report has come."""
    return sha256("".join(annex_rows(sar, by).values_list("sha256", flat=True)).encode()).hexdigest()
