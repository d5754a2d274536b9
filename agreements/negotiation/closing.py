"""Saying yes to all, taking it back, and what a yes of both sides does to the agreement's rows."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agreements import freeze, notices, workflow
from agreements.models import Agreement, Assent, Criteria, Indicator, Line, Table
from agreements.negotiation import cells, ledger, rules, sheet
from agreements.negotiation.sheet import Sheet
from kpiportal import audit
from kpiportal.models import User
from kpiportal.workflow import NotReady, Stale, advance


@transaction.atomic
def agree(agreement: Agreement, *, by: User, revision: int, at: dt.datetime, seen: int | None = None) -> Agreement:
    """One side says yes to all. When the other has, too, the figures go into the form and it waits for its signature.

    `seen`: the version of the table the person looked at (None: whatever stands there now). Raises NotReady with what
    is missing, Stale when the table moved on or this side has said yes already.
    """
    table = ledger.lock(agreement)
    side = rules.speaks_for(by, table.agreement)
    if not side:
        raise PermissionDenied
    table.refresh_from_db(fields=["version"])
    if table.agreement.revision != revision or (seen is not None and not _as_seen(table, seen)):
        raise Stale("ตารางเจรจาเพิ่งเปลี่ยน ตรวจข้อเสนอล่าสุดแล้วกดอีกครั้ง")
    found = sheet.read(table)
    if found.blockers:
        raise NotReady(found.blockers)
    _, fresh = Assent.objects.get_or_create(
        table=table, side=side, defaults={"version": table.version, "by": by, "at": at}
    )
    if not fresh:
        raise Stale("ฝ่ายของท่านตกลงทั้งฉบับแล้ว รออีกฝ่าย")
    ledger.raise_version(table, takes_back_assents=False)  # every open page shows it
    duty = rules.can_speak_for(by, table.agreement, side)
    audit.record("agreements.assent", table.agreement, by=by, duty=duty, at=at, side=side, version=table.version)
    if table.assents.count() < len(sheet.SIDES):
        return table.agreement
    _take_over(found, by=by, at=at)
    agreement = advance(table.agreement, workflow.AGREE, by=by, revision=revision, at=at)
    notices.agreed(agreement, by=by, at=at)
    return agreement


def _as_seen(table: Table, seen: int) -> bool:
    """Whether nothing happened since `seen` but the other side's yes: two people who press in the same second have
    said it to the same table."""
    if table.version == seen:
        return True
    return table.version == seen + 1 and table.assents.filter(version=seen).exists()


@transaction.atomic
def take_back(agreement: Agreement, *, by: User, at: dt.datetime) -> None:
    """One side's yes, before the other has said its own."""
    table = ledger.lock(agreement)
    side = rules.speaks_for(by, table.agreement)
    if not side:
        raise PermissionDenied
    if not table.assents.filter(side=side).delete()[0]:
        raise Stale("ไม่มีการตกลงของฝ่ายท่านให้ถอนแล้ว")
    ledger.raise_version(table)
    duty = rules.can_speak_for(by, table.agreement, side)
    audit.record("agreements.take_back_assent", table.agreement, by=by, duty=duty, at=at, side=side)


@transaction.atomic
def rescind(agreement: Agreement, *, by: User, revision: int, at: dt.datetime, reason: str) -> Agreement:
    """Back to the table after both had said yes, as long as nobody has signed."""
    agreement = advance(agreement, workflow.RESCIND, by=by, revision=revision, at=at, reason=reason)
    ledger.raise_version(Table.objects.locked().get(agreement=agreement))
    notices.rescinded(agreement, by=by, at=at, reason=reason)
    return agreement


def _take_over(found: Sheet, *, by: User, at: dt.datetime) -> None:
    """What is agreed goes into the indicators and their criteria; what both sides dropped leaves the form."""
    lines = {line.indicator: line for line in found.lines}
    staying = {line.indicator for line in found.living}
    indicators = list(Indicator.objects.filter(pk__in=lines).select_related("criteria", "dimension", "parent"))
    changed = []
    for indicator in indicators:
        if indicator.pk in staying:
            cells.into_rows(indicator, indicator.criteria, lines[indicator.pk].shape, lines[indicator.pk].said["party"])
            changed.append(indicator)
    Indicator.objects.bulk_update(changed, ["weight", "inner_weight", "target"])
    fields = ["levels", "steps", "interval", "band_low", "band_high"]
    Criteria.objects.bulk_update([indicator.criteria for indicator in changed], fields)
    going = [indicator for indicator in indicators if indicator.pk not in staying]
    for indicator in sorted(going, key=lambda row: row.parent_id is None):  # children before their parent
        _drop(indicator, by=by, at=at)


def _drop(indicator: Indicator, *, by: User, at: dt.datetime) -> None:
    """The row goes; the trail keeps every word of it, the ledger every offer."""
    facts = freeze.plain(freeze.indicator_facts(indicator))
    audit.record("agreements.drop_indicator", indicator, by=by, at=at, before=facts)
    Line.objects.filter(indicator=indicator).delete()
    indicator.baselines.all().delete()
    indicator.assignments.all().delete()
    criteria = indicator.criteria
    indicator.delete()
    criteria.delete()
