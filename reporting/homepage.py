"""What stands on the home page beside a person's own tasks: how the open round is going, and who has the cards.

Each function answers with a part (template, data) of kpiportal.obligations.Owed. One read of the round's table feeds
the figures, the progress and the list of agencies.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from kpiportal import deadlines, thai
from kpiportal.models import Membership, Role, User
from kpiportal.onboarding import counts
from kpiportal.rules import duty_for_party
from reporting import sheet
from reporting.models import Report, Round
from reporting.states import EDITABLE, OWED_BY_AGENCY, ReportState, RoundState, SarState

Part = tuple[str, dict[str, Any]]
# Whose turn it is while a card stands in a state; what the province itself has to do is not "waiting for others".
_TURN = {state: Role.COLLECTOR for state in EDITABLE} | {ReportState.SENT: Role.OVERSEER}
_SPREAD = [ReportState.RETURNED, ReportState.NOT_STARTED, ReportState.DRAFT, ReportState.SENT]


def progress(round: Round, table: list[dict[str, Any]], *, by: User, at: dt.datetime) -> Part:
    """`to_review`: how many cards this person could pass at once in the year's grid."""
    reviews = duty_for_party(by, round.agreement.owner_id)
    to_review = sum(row["state"] == ReportState.CERTIFIED for row in table) if reviews else 0
    shown = {"round": round, "sheet": sheet.build(round, at=at, table=table), "to_review": to_review}
    return "reporting/_home_progress.html", shown


def _is_with_opdc(round: Round) -> bool:
    """Whether the SAR was sent, of a round read with it; one that came with a card has none sent (obligations)."""
    sar = getattr(round, "consolidation", None) if Round.consolidation.is_cached(round) else None
    return sar is not None and sar.state == SarState.SENT


def dates(rounds: Iterable[Round], *, at: dt.datetime) -> Part | None:
    """The days that matter in these rounds, earliest first, each once."""
    days = {}
    for round in rounds:
        if round.state != RoundState.CLOSED:  # nothing is due from the agencies any more, whatever the calendar says
            days[round.agency_due_at, f"หน่วยงานส่งรายงาน{round.name}"] = None
        if not _is_with_opdc(round):
            days[round.opdc_due_at, f"จังหวัดส่งรายงาน{round.name} ให้สำนักงาน ก.พ.ร."] = None
    lines = [
        {
            "when": thai.date_text(deadlines.last_day(due), short=True),
            "what": what,
            "past": not deadlines.in_time(at, due),
            "left": deadlines.days_left(at, due),
        }
        for due, what in sorted(days)
    ]
    return ("reporting/_home_dates.html", {"lines": lines}) if lines else None


def waiting(round: Round, table: list[dict[str, Any]], *, at: dt.datetime) -> Part | None:
    """Per host agency: what is still with it, in which states, with whom, since when. Longest wait first.

    Nobody is to be called for what a closed round went without: the agency could not send it. Nor for anything once
    OPDC has the SAR. `round` comes with its consolidation selected.
    """
    if _is_with_opdc(round):
        return None
    cards: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    turns = set(_TURN) if round.state == RoundState.OPEN else set(_TURN) - OWED_BY_AGENCY
    for row in table:
        if row["state"] in turns:
            cards[row["host_id"]].append(row)
    if not cards:
        return None
    today = thai.day_in_bangkok(at)
    people = _to_call(sorted(cards), today)
    rows = [_waiting_row(host, rows, people, today) for host, rows in cards.items()]
    rows.sort(key=lambda row: (-row["days"], row["host"]))
    return "reporting/_home_waiting.html", {"rows": rows, "url": reverse("reporting:round_summary", args=[round.pk])}


def _to_call(hosts: list[int], on: dt.date) -> Mapping[tuple[int, str], list[tuple[str, str]]]:
    """Name and telephone, by (agency, duty), at most a minute old and never older than the last action on people."""
    name = "-".join(str(part) for part in ("to_call", on, *hosts))
    return counts.kept(
        name,
        lambda: {
            seat: [(user.full_name, user.phone) for user in users] for seat, users in holders_by_duty(hosts, on).items()
        },
    )


def holders_by_duty(hosts: Iterable[int], on: dt.date) -> Mapping[tuple[int, str], list[User]]:
    """Whom to call, by (agency, duty): both duties of all agencies in one query."""
    duties = Membership.objects.in_force(on).filter(
        organization__in=hosts, role__in=set(_TURN.values()), user__is_active=True
    )
    found: dict[tuple[int, str], list[User]] = defaultdict(list)
    for duty in duties.select_related("user").order_by("pk"):
        found[duty.organization_id, duty.role].append(duty.user)
    return found


def _waiting_row(
    host: int, cards: list[Mapping[str, Any]], people: Mapping[tuple[int, str], list[tuple[str, str]]], today: dt.date
) -> dict[str, Any]:
    spread = [(state, sum(card["state"] == state for card in cards)) for state in _SPREAD]
    roles = dict.fromkeys(_TURN[state] for state, count in spread if count)
    turns = list(dict.fromkeys(person for role in roles for person in people.get((host, role), [])))
    since = min(thai.day_in_bangkok(card["state_since"]) for card in cards)
    return {
        "host": cards[0]["host"],
        "count": len(cards),
        "chips": [(sheet.TONES[s], f"{sheet.STATE_LABELS[s]} {n}") for s, n in spread if n],
        "who": turns[0][0] if turns else "",
        "phone": turns[0][1] if turns else "",
        "more": len(turns) - 1,
        "days": (today - since).days,
    }


def sent(cards: Iterable[Report]) -> Part | None:
    """An agency's own cards that are out of its hands: where each one is."""
    return _cards("sent", "ส่งแล้ว", cards)


def owed_by_agency(cards: Iterable[Report]) -> Part | None:
    """For the overseer who does not fill cards: what the agency still has to send."""
    return _cards("owed", "หน่วยงานยังไม่ได้ส่ง", cards)


def missed(cards: Iterable[Report]) -> Part | None:
    """An agency's cards of a round that closed without them; the card says who can open it again."""
    return _cards("missed", "ปิดรับแล้ว ยังไม่ได้ส่ง", cards)


def _cards(name: str, title: str, cards: Iterable[Report]) -> Part | None:
    rows = [
        {
            "title": str(card.indicator),
            "round": card.round.name,
            "url": reverse("reporting:report_detail", args=[card.pk]),
            "tone": sheet.TONES[ReportState(card.state)],
            "state": card.get_state_display(),
            "since": thai.date_text(card.state_since, short=True),
        }
        for card in cards
    ]
    return ("reporting/_home_cards.html", {"name": name, "title": title, "rows": rows}) if rows else None


def nationwide() -> Part | None:
    """For OPDC: every kind of round that is open now, with how many cards the provinces have accepted. One query."""
    rows = (
        Round.objects.filter(state=RoundState.OPEN)
        .values("agreement__fiscal_year", "months", "name")
        .annotate(
            parties=Count("pk", distinct=True),
            cards=Count("reports"),
            accepted=Count("reports", filter=Q(reports__state=ReportState.ACCEPTED)),
        )
        .order_by("-agreement__fiscal_year", "-months")
    )
    found = [{**row, "year": row["agreement__fiscal_year"]} for row in rows]
    return ("reporting/_home_nationwide.html", {"rows": found}) if found else None
