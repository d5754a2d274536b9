"""A round's calendar of reminders: what goes to whom on which morning, what went already, whom nobody can reach."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.urls import reverse

from agreements import scoring
from agreements.models import Assignment
from kpiportal import audit, outbox, thai
from kpiportal.models import OutgoingMail, ReminderSent, Role, User
from kpiportal.obligations import Duty, Seat
from kpiportal.reminding import digest, foresight, hours, plans, texts
from kpiportal.reminding.foresight import Foresight, Sending
from kpiportal.workflow import Stale
from reporting import obligations
from reporting.models import Report, Round
from reporting.states import RoundState

KINDS = (obligations.FILE, obligations.FIX, obligations.PART, obligations.CERTIFY, obligations.REVIEW)
Entry = tuple[str, int, int, dt.date, int, dt.datetime, str]  # foresight.Told, when, how its mail stands
SAMPLE = "[ตัวอย่าง] "

audit.tells(**{"reporting.try_reminder": "ขอดูตัวอย่างอีเมลเตือน"})


def duties(round: Round, *, at: dt.datetime) -> list[Duty]:
    """What the round's agencies and its party owe now; before it opens, what its agencies will owe. One query."""
    return _to_come(round) if round.state == RoundState.SCHEDULED else obligations.of_round(round, at=at)


def _to_come(round: Round) -> list[Duty]:
    rows = Assignment.objects.filter(
        indicator__agreement=round.agreement_id, part=Assignment.Part.HOST, indicator__parent=None
    ).select_related("indicator", "organization")
    return [
        Duty(
            obligations.FILE.name, -row.indicator_id, title=str(row.indicator),
            detail=f"{round.name} ปีงบประมาณ พ.ศ. {round.agreement.fiscal_year} · {row.organization.label}",
            url=reverse("home"), action="เริ่มกรอก",
            seats=(
                Seat(row.organization_id, Role.COLLECTOR),
                Seat(row.organization_id, Role.OVERSEER, obligations.OVERSEER_FROM, acts=False),
                Seat(round.agreement.owner_id, Role.COORDINATOR, obligations.COORDINATOR_FROM, acts=False),
            ),
            since=round.agency_due_at, due_at=round.agency_due_at, fiscal_year=round.agreement.fiscal_year,
            months=round.months, party_id=round.agreement.owner_id, subject=row,
        )
        for row in rows.order_by("indicator__order")
        if scoring.is_active(row.indicator.start_months, row.indicator.cancelled_months, round.months)
    ]  # fmt: skip


def context(round: Round, *, at: dt.datetime) -> dict[str, Any]:
    laid_down, owed, entries = plans.known(), duties(round, at=at), _entries(round)
    found = _ahead(owed, entries, at=at, laid_down=laid_down)
    year, party = round.agreement.fiscal_year, round.agreement.owner_id
    first = next((sendings[0] for _, sendings in found.days), None)
    places = _places(round, owed)
    return {
        "days": [_day(day, sendings, places) for day, sendings in found.days],
        "deaf": _deaf(found, places),
        "sample": words(first) if first else None,
        "sent": _sent(entries),
        "morning": hours.morning_text(),
        "rows": [plans.line(kind.name, year, round.months, party, laid_down) for kind in KINDS],
    }


def _ahead(
    owed: list[Duty], entries: list[Entry], *, at: dt.datetime, laid_down: dict[plans.Scope, tuple[int, ...]]
) -> Foresight:
    told = [entry[:5] for entry in entries]
    return foresight.ahead(owed, on=thai.day_in_bangkok(at), laid_down=laid_down, told=told)


def _entries(round: Round) -> list[Entry]:
    """What was told about the round's cards. One query."""
    cards = Report.objects.filter(round=round).values("pk")
    rows = ReminderSent.objects.filter(kind__in=[kind.name for kind in KINDS], subject_id__in=cards)
    return list(rows.values_list("kind", "subject_id", "step", "counted_to", "user", "at", "mail__state"))


def _places(round: Round, owed: list[Duty]) -> dict[int, str]:
    """What every place of the page is called."""
    owner = round.agreement.owner
    found = {owner.pk: owner.label}
    for duty in owed:
        subject = duty.subject
        if duty.kind == obligations.PART.name:
            found[subject.co_host] = subject.co_host_label
        host = subject.organization if isinstance(subject, Assignment) else subject.host
        found[host.pk] = host.label
    return found


def _day(day: dt.date, sendings: list[Sending], places: dict[int, str]) -> dict[str, Any]:
    people = [
        {
            "name": sending.user.full_name,
            "place": places[sending.items[0].hearing.seat.organization_id],
            "pk": sending.user.pk,
            "email": sending.user.email,
            "headline": digest.facts(sending.user, sending.items, on=day)["headline"],
        }
        for sending in sendings
    ]
    return {"on": day, "iso": day.isoformat(), "people": sorted(people, key=lambda one: (one["place"], one["name"]))}


def _deaf(found: Foresight, places: dict[int, str]) -> list[dict[str, Any]]:
    """Per place and role: what nobody who acts will hear of, and who is told instead."""
    by_seat: dict[tuple[int, str], list[tuple[Duty, list[User]]]] = defaultdict(list)
    for duty, instead in found.deaf:
        by_seat[duty.seats[0].organization_id, duty.seats[0].role].append((duty, instead))
    return [
        {
            "place": places[place],
            "role": Role(role).label,
            "count": len(rows),
            "instead": ", ".join(dict.fromkeys(user.full_name for _, users in rows for user in users)),
        }
        for (place, role), rows in by_seat.items()
    ]


def _sent(entries: list[Entry]) -> list[dict[str, Any]]:
    """The mornings that were, newest first: people, and those a message could not be delivered to."""
    people: dict[dt.date, dict[bool, set[int]]] = defaultdict(lambda: {True: set(), False: set()})
    for *_, user, at, state in entries:
        people[thai.day_in_bangkok(at)][state == OutgoingMail.State.FAILED].add(user)
    return [
        {"on": day, "people": len(people[day][False]), "failed": len(people[day][True])}
        for day in sorted(people, reverse=True)
    ]


def words(sending: Sending) -> dict[str, str]:
    """The mail as that person will get it."""
    year = max(item.duty.fiscal_year for item in sending.items)
    facts = digest.facts(sending.user, sending.items, on=sending.on)
    subject, body = texts.filled(texts.standing(digest.NAME), year, facts)
    return {"subject": subject, "body": body, "to": sending.user.full_name}


def send_sample(round: Round, *, on: dt.date, person: int, by: User, at: dt.datetime) -> None:
    """The mail that person will get that morning, to whoever asks. Stale when nothing would be sent any more."""
    found = _ahead(duties(round, at=at), _entries(round), at=at, laid_down=plans.known())
    sending = next((s for s in found.sendings.get(on, []) if s.user.pk == person), None)
    if sending is None:
        raise Stale("แผนการเตือนเพิ่งเปลี่ยน เปิดหน้านี้ใหม่แล้วเลือกอีกครั้ง")
    sample = words(sending)
    outbox.post([outbox.letter(SAMPLE + sample["subject"], sample["body"], to=by, at=at)])
    audit.record("reporting.try_reminder", round, by=by, at=at, name=sending.user.full_name, on=on.isoformat())
