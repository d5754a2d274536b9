"""The makers of a SAR's documents (kpiportal/documents.py): woken by a job, allowed as its owner still is."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied

from kpiportal.documents import Document, Progress, maker
from kpiportal.models import User
from kpiportal.uploads import EXTENSIONS
from reporting.models import Consolidation
from reporting.sar import book, paper
from reporting.sar.content import content_of

_WITH = ("round__agreement__owner", "round__agreement__framework__scale", "letter")


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
