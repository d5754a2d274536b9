"""เรียงเลขใหม่: the numbers of a draft counted anew through its tree, after rows were moved and taken away."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db import transaction

from agreements import form_actions, tree_order
from agreements.models import Agreement, Dimension, Indicator
from agreements.states import AgreementState
from kpiportal import audit
from kpiportal.models import User
from kpiportal.workflow import Stale

KNOWN_BY_NUMBER = "สำนักงาน ก.พ.ร. เห็นแบบฟอร์มนี้แล้วและเรียกตัวชี้วัดตามเลขเดิม จึงเรียงเลขใหม่ทั้งฉบับไม่ได้ แก้เลขทีละตัวได้ที่หน้าตัวชี้วัด"
MOVED_ON = "ตัวชี้วัดเปลี่ยนไปหลังจากเปิดหน้านี้ ยังไม่ได้เรียงเลข กรุณาดูเลขใหม่อีกครั้ง"


class Change(NamedTuple):
    """One row that would get another number."""

    pk: int
    name: str
    before: str
    after: str


def changes(agreement: Agreement) -> list[Change]:
    """The rows whose number is not that of their place, in the order of the sheet. Two queries."""
    leaves = Dimension.objects.filter(framework=agreement.framework_id, children=None).order_by("order")
    places = {pk: place for place, pk in enumerate(leaves.values_list("pk", flat=True), start=1)}
    rows = list(agreement.indicators.order_by("dimension__order", "order"))
    numbers = tree_order.counted_through(rows, places)
    return [Change(r.pk, r.name, r.number, numbers[r.pk]) for r in rows if r.number != numbers[r.pk]]


def seal(found: list[Change]) -> str:
    """What a person looked at before pressing: the same text only while the very same numbers would change."""
    return " ".join(f"{one.pk}:{one.before}>{one.after}" for one in found)


def may_be_counted(agreement: Agreement) -> bool:
    """Only before OPDC has seen the form: from then on people call an indicator by its number."""
    return agreement.state == AgreementState.DRAFT


@transaction.atomic
def renumber(agreement: Agreement, *, seen: str, by: User, at: dt.datetime) -> list[Change]:
    """Give every row the number of its place. Raises Stale once the form was sent, or when `seen` (seal) is not what
    would change now."""
    agreement = form_actions.locked(agreement)
    if not may_be_counted(agreement):
        raise Stale(KNOWN_BY_NUMBER)
    duty = form_actions.may_write(agreement, by)
    found = changes(agreement)
    if seal(found) != seen:
        raise Stale(MOVED_ON)
    if found:
        Indicator.objects.bulk_update([Indicator(pk=one.pk, number=one.after) for one in found], ["number"])
        told = {"before": [one.before for one in found], "after": [one.after for one in found]}
        told = {side: {"numbers": ", ".join(numbers)} for side, numbers in told.items()}
        audit.record("agreements.renumber", agreement, by=by, duty=duty, at=at, **told)
    return found
