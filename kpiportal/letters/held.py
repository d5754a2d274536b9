"""Numbers of a register without a letter of the portal: reserved by hand for paper, or used before the portal came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from kpiportal import audit, rules, thai
from kpiportal.models import HeldNumber, Letter, LetterSeries, User
from kpiportal.workflow import Blocker, NotReady, Stale

MOST_AT_ONCE = 20  # reserved in one press: more is a mistyped figure
MOST_EARLIER = 5_000  # rows of one workbook

# Numbers reserved in a letter's register that no letter has yet, lowest first, beside the letter: no question more.
FREE = ArraySubquery(
    HeldNumber.objects.filter(series=OuterRef("series"), why=HeldNumber.Why.RESERVED, letter=None)
    .order_by("number")
    .values(row=JSONObject(pk="pk", number="number", subject="subject"))
)

audit.tells(
    **{
        "letters.reserve": "จองเลขหนังสือ",
        "letters.import": "นำเข้าทะเบียนหนังสือส่งเดิม",
    }
)


@dataclass(frozen=True)
class Earlier:
    """A line of the register kept before the portal. `row`: where it stands in the workbook."""

    number: int
    dated: dt.date
    addressee: str
    subject: str
    row: int = 0


@transaction.atomic
def reserve(
    series: LetterSeries, *, count: int, dated: dt.date, subject: str, by: User, at: dt.datetime
) -> list[HeldNumber]:
    """The next `count` numbers, kept for letters written outside the portal or later on. Gapless like a letter's own.

    Raises PermissionDenied; ValidationError for a count out of bounds or a date of another year.
    """
    row, duty = _locked(series, by)
    if not 1 <= count <= MOST_AT_ONCE:
        raise ValidationError({"count": f"จองได้ครั้งละ 1 ถึง {MOST_AT_ONCE} เลข"})
    _same_year(row, dated)
    first = row.last_number + 1
    row.last_number += count
    row.save(update_fields=["last_number"])
    made = HeldNumber.objects.bulk_create(
        HeldNumber(
            series=row, number=number, why=HeldNumber.Why.RESERVED, dated=dated, subject=subject,
            written_by=by, written_at=at,
        )
        for number in range(first, first + count)
    )  # fmt: skip
    audit.record("letters.reserve", row, by=by, duty=duty, at=at, first=first, last=row.last_number)
    return made


@transaction.atomic
def take_over(series: LetterSeries, rows: Sequence[Earlier], *, by: User, at: dt.datetime) -> int:
    """Write the register kept before the portal into this one; returns how many lines.

    Raises PermissionDenied; ValidationError naming every line whose number is not below the register's first own one,
    stands there already, or comes twice. Then none is written.
    """
    row, duty = _locked(series, by)
    if found := _faults(row, rows):
        raise ValidationError({"file": found[:20]})
    HeldNumber.objects.bulk_create(
        HeldNumber(
            series=row, number=line.number, why=HeldNumber.Why.EARLIER, dated=line.dated, addressee=line.addressee,
            subject=line.subject, written_by=by, written_at=at,
        )
        for line in rows
    )  # fmt: skip
    audit.record("letters.import", row, by=by, duty=duty, at=at, lines=len(rows))
    return len(rows)


def _locked(series: LetterSeries, by: User) -> tuple[LetterSeries, object]:
    row = LetterSeries.objects.select_for_update().get(pk=series.pk)
    duty = rules.can_write_letters(by, row.organization_id)
    if not duty:
        raise PermissionDenied
    return row, duty


def _same_year(series: LetterSeries, dated: dt.date) -> None:
    if thai.be_year(dated.year) != series.year:
        raise ValidationError({"dated": f"ทะเบียนนี้เป็นของปี {series.year} วันที่ต้องอยู่ในปีเดียวกัน"})


def _faults(series: LetterSeries, rows: Sequence[Earlier]) -> list[str]:
    letters = Letter.objects.filter(series=series, number__isnull=False).order_by("number")
    first_own = letters.values_list("number", flat=True).first() or series.last_number + 1
    taken = set(HeldNumber.objects.filter(series=series).values_list("number", flat=True))
    found, seen = [], set()
    for line in rows:
        where = f"แถว {line.row}: เลข {line.number}"
        if line.number >= first_own:
            found.append(f"{where} เป็นเลขที่ระบบออก นำเข้าได้เฉพาะเลขก่อน {first_own}")
        elif line.number in taken:
            found.append(f"{where} อยู่ในทะเบียนแล้ว")
        elif line.number in seen:
            found.append(f"{where} ซ้ำกันในไฟล์")
        elif thai.be_year(line.dated.year) != series.year:
            found.append(f"{where} ลงวันที่ในปีอื่น ทะเบียนนี้เป็นของปี {series.year}")
        seen.add(line.number)
    return found


def use(reserved: HeldNumber, letter: Letter, series: LetterSeries) -> int:
    """Give a reserved number to a letter; the series is locked. Raises Stale when another took it, NotReady when it
    is of another register."""
    row = HeldNumber.objects.select_for_update().get(pk=reserved.pk)
    if row.series_id != series.pk or row.why != HeldNumber.Why.RESERVED:
        raise NotReady([Blocker("เลขที่จองไว้เป็นของทะเบียนอื่น", field="series")])
    if row.letter_id:
        raise Stale("เลขที่จองไว้นี้ใช้กับหนังสือฉบับอื่นแล้ว")
    row.letter = letter
    row.save(update_fields=["letter"])
    return row.number
