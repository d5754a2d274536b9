"""Two provinces of the same shape, and OPDC: every URL of the table finds its subject in each of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.test.client import ClientHandler

from agreements import actions as agreement_actions
from agreements import testing as agreements
from agreements.models import Agreement, Framework, Indicator
from kpiportal.testing import people
from kpiportal.testing.people import Cast
from kpiportal.tests.matrix import (
    amendments_table,
    evaluation_table,
    letters_table,
    meetings_table,
    negotiation_table,
    people_table,
)
from kpiportal.tests.matrix.library_table import made as made_library
from kpiportal.tests.matrix.sar_table import made as made_sar
from meetings import testing as meetings
from reporting import actions, testing
from reporting.models import Evidence, Report, Round


@dataclass
class Place:
    """One province with something in every state the table's URLs need."""

    agreement: Agreement
    draft: Agreement
    sent: Agreement
    negotiating: Agreement
    agreed: Agreement
    indicator: Indicator
    round: Round
    scheduled: Round
    closed: Round
    open_card: Report
    sent_card: Report
    certified_card: Report
    accepted_card: Report
    evidence: Evidence
    more: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["more"][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def answers(self) -> dict[str, Any]:
        """A complete card as a browser posts it."""
        return {
            "revision": Report.objects.get(pk=self.open_card.pk).revision,
            "token": str(uuid.uuid4()),
            f"value_{self.open_card.indicator_id}": "82.35",
            "explanation": "ดำเนินการแล้ว",
            "obstacles": "ไม่มี",
        }

    @staticmethod
    def upload() -> Any:
        return testing.upload()


@dataclass
class World:
    cast: Cast
    ours: Place
    theirs: Place
    keys: dict[str, Any] = field(default_factory=dict)  # each person's session, opened once
    footprint: tuple[int, ...] = ()  # how much there is before anybody knocks
    handler: ClientHandler = field(default_factory=lambda: Client().handler)  # every browser's: loaded once


def build() -> World:
    cast = people.make_cast()
    return World(cast, place(cast), place(mirrored(cast)))


def mirrored(cast: Cast) -> Cast:
    """The neighbour's people in the parts ours play."""
    return Cast(
        **{
            **vars(cast),
            "province": cast.neighbour_province,
            "agency": cast.neighbour_agency,
            "other_agency": cast.neighbour_agency,
            "coordinator": cast.neighbour,
            "collector": cast.neighbour_collector,
            "overseer": cast.neighbour_overseer,
            "governor": cast.neighbour_governor,
        }
    )


def _framework(cast: Cast, year: int) -> Framework:
    return Framework.objects.filter(fiscal_year=year).first() or agreements.make_framework(cast, fiscal_year=year)


def place(cast: Cast) -> Place:
    years = {state: 2558 + n for n, state in enumerate(["signed", "draft", "sent", "negotiating", "agreed"])}
    made = {
        state: agreements.make_draft(cast, framework=_framework(cast, year), per_dimension=2)
        for state, year in years.items()
    }
    for state in ("sent", "negotiating", "agreed", "signed"):
        made[state] = agreement_actions.submit_agreement(
            made[state], by=cast.coordinator, revision=0, at=agreements.AUTUMN
        )
    for state in ("negotiating", "agreed", "signed"):
        made[state] = agreement_actions.open_table(made[state], by=cast.negotiator, revision=1, at=agreements.AUTUMN)
    for state in ("agreed", "signed"):
        made[state] = agreements.agree(made[state], cast)
    signed = agreement_actions.sign_agreement(
        made.pop("signed"), by=cast.governor, revision=3, at=agreements.WINTER, signed_on=agreements.WINTER.date()
    )
    cards = _cards(cast, signed)
    more = together(
        _meetings(cast, signed),
        letters_table.made(cast),
        people_table.made(cast),
        amendments_table.made(cast, signed),
        made_library(cast),
        negotiation_table.made(cast, made["negotiating"], signed),
        evaluation_table.made(cast),
        made_sar(cast, cards["closed"], cards["round"]),
    )
    return Place(agreement=signed, indicator=signed.indicators.first(), **made, **cards, more=more)


def together(*parts: dict[str, Any]) -> dict[str, Any]:
    """What each table made, under one roof: a name two of them give would hide one thing behind the other."""
    found: dict[str, Any] = {}
    for part in parts:
        assert not found.keys() & part.keys(), f"made twice: {sorted(found.keys() & part.keys())}"
        found |= part
    return found


def _meetings(cast: Cast, agreement: Agreement) -> dict[str, Any]:
    called = meetings.make_called(cast, agreement=agreement)
    return {
        "plain_meeting": meetings.make_meeting(cast, agreement=agreement),
        "draft_meeting": meetings.make_draft(cast, agreement=agreement),
        "called_meeting": called,
        **meetings_table.made(cast, called),
    }


def _cards(cast: Cast, agreement: Agreement) -> dict[str, Any]:
    round = testing.make_round(cast, agreement=agreement)
    cards = list(round.reports.filter(host=cast.agency).order_by("indicator__order"))
    open_card, sent, certified, accepted = cards[:4]
    testing.fill(open_card, cast)
    testing.send(sent, cast)
    testing.certify(certified, cast)
    testing.accept(accepted, cast)
    for card in cards[:4]:
        card.refresh_from_db()
    return {
        "round": round,
        "scheduled": agreement.rounds.get(months=6),
        "closed": _closed_round(cast),
        "open_card": open_card,
        "sent_card": sent,
        "certified_card": certified,
        "accepted_card": accepted,
        "evidence": open_card.evidence.get(),
    }


def _closed_round(cast: Cast) -> Round:
    """Of an agreement of its own: every round of the other one is needed as it is."""
    agreement = agreements.sign(agreements.make_draft(cast, framework=_framework(cast, 2563)), cast)
    round = testing.make_round(cast, agreement=agreement)
    return actions.close_round(round, by=cast.coordinator, revision=round.revision, at=testing.OCTOBER)
