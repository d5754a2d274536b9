"""Reading the registers: what stands in one year, found by words, and as Excel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse

from kpiportal import thai, xlsx
from kpiportal.files import content_disposition
from kpiportal.models import HeldNumber, Letter, LetterSeries, Organization, ReceivedLetter, User
from kpiportal.models.people import Kind
from kpiportal.models.registry import WRITING_KINDS
from kpiportal.xlsx import Column, Sheet

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADS = {Kind.PROVINCE: "ผู้ว่าราชการ", Kind.CLUSTER: "หัวหน้า"}


def offices_of(user: User) -> QuerySet[Organization]:
    """The person's own offices that keep registers."""
    return Organization.objects.filter(pk__in=user.organization_ids, kind__in=WRITING_KINDS).in_thai_order()


def head_of(office: Organization) -> str:
    """Whom letters to the office are addressed to."""
    if office.kind == Kind.OPDC:
        return "เลขาธิการ ก.พ.ร."
    return f"{_HEADS[Kind(office.kind)]}{office.full_name}"


def holding(text: str, *columns: str) -> Q:
    """Rows in which every word stands in one of the columns; either digits, for stored text has both."""
    found = Q()
    for word in text.split():
        hit = Q()
        for form in {word, thai.to_arabic_digits(word), thai.to_thai_digits(word)}:
            for column in columns:
                hit |= Q(**{f"{column}__icontains": form})
        found &= hit
    return found


def received(
    office: Organization, query: dict[str, str], *, this_year: int
) -> tuple[QuerySet[ReceivedLetter], dict[str, Any]]:
    """(the letters of the year and words asked for, what the page shows of the question)."""
    years = sorted({this_year, *office.received_registers.values_list("year", flat=True)}, reverse=True)
    year = int(query["year"]) if query.get("year") in map(str, years) else this_year
    text = thai.clean_line(query.get("q", ""))[:100]
    rows = ReceivedLetter.objects.filter(register__organization=office, register__year=year)
    rows = rows.filter(holding(text, "subject", "sender", "number_text", "addressee"))
    return rows.order_by("-number"), {"years": years, "year": year, "text": text}


def received_workbook(office: Organization, year: int, rows: Iterable[ReceivedLetter], *, at: dt.datetime) -> bytes:
    columns = [
        Column("เลขทะเบียนรับ", 12, "number", 0), Column("รับเมื่อ", 14, "date"), Column("ที่", 22),
        Column("ลงวันที่", 14, "date"), Column("จาก", 34), Column("ถึง", 28), Column("เรื่อง", 60), Column("การปฏิบัติ", 34),
    ]  # fmt: skip
    lines = [
        [row.number, thai.day_in_bangkok(row.received_at), row.number_text, row.dated, row.sender, row.addressee,
         row.subject, row.action]
        for row in rows
    ]  # fmt: skip
    return xlsx.write_workbook([Sheet(f"หนังสือรับ {year}", columns, lines)], at=at)


def sent_workbook(office: Organization, year: int, *, at: dt.datetime) -> bytes:
    """Every number of the office's registers of that year, one sheet a register, whatever stands on it."""
    columns = [
        Column("เลขทะเบียนส่ง", 12, "number", 0), Column("ที่", 24), Column("ลงวันที่", 14, "date"), Column("จาก", 30),
        Column("ถึง", 34), Column("เรื่อง", 60), Column("หมายเหตุ", 20),
    ]  # fmt: skip
    sheets = [
        Sheet(f"{series.prefix} {'ว' if series.circular else 'ทั่วไป'} {year}", columns, _sent_lines(series, office))
        for series in LetterSeries.objects.filter(organization=office, year=year).order_by("prefix", "circular")
    ]
    return xlsx.write_workbook(sheets or [Sheet(f"หนังสือส่ง {year}", columns, [])], at=at)


def _sent_lines(series: LetterSeries, office: Organization) -> list[list[Any]]:
    letters = Letter.objects.filter(series=series, number__isnull=False).only(
        "number", "number_text", "dated", "addressee", "subject", "state"
    )
    lines = [
        [row.number, row.number_text, row.dated, office.full_name, row.addressee, row.subject,
         "ยกเลิก" if row.state == Letter.State.CANCELLED else ""]
        for row in letters
    ]  # fmt: skip
    lines += [
        [row.number, f"{series.prefix}/{'ว ' if series.circular else ''}{row.number}", row.dated, office.full_name,
         row.addressee, row.subject, row.get_why_display()]
        for row in HeldNumber.objects.filter(series=series, letter=None)
    ]  # fmt: skip
    return sorted(lines)


def download(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(data, TYPE, headers={"Content-Disposition": content_disposition(name)})
