"""Reports of a round for tests, through the actions users use."""

from __future__ import annotations

import datetime as dt

from kpiportal.testing.people import BANGKOK, Cast
from reporting import actions as card_actions
from reporting import testing
from reporting.models import Consolidation, Report, Round
from reporting.sar import actions, drafting
from reporting.sar.facts import facts_of

CLOSED = dt.datetime(2015, 10, 27, 9, tzinfo=BANGKOK)
WRITTEN = dt.datetime(2015, 10, 28, 9, tzinfo=BANGKOK)
WHY = "หน่วยงานขอขยายเวลาเก็บข้อมูล"


def make_round(cast: Cast, *, accepted: bool = True, round: Round | None = None) -> Round:
    """A closed round; every card accepted, or only those the cast's agency hosts."""
    round = round or testing.make_round(cast)
    for card in Report.objects.filter(round=round, host=cast.agency).order_by("pk"):
        testing.accept(card, cast)
    other = Cast(**{**vars(cast), "agency": cast.other_agency, "collector": cast.other_collector,
                    "overseer": cast.other_overseer})  # fmt: skip
    for card in Report.objects.filter(round=round, host=cast.other_agency).order_by("pk") if accepted else ():
        testing.accept(card, other)
    return card_actions.close_round(round, by=cast.coordinator, revision=round.revision, at=CLOSED)


def make_sar(cast: Cast, *, accepted: bool = True, round: Round | None = None) -> Consolidation:
    """Begun: in writing, drafted from what was filed."""
    return actions.begin_sar(make_round(cast, accepted=accepted, round=round), by=cast.coordinator, at=WRITTEN)


def propose(sar: Consolidation, cast: Cast, reason: str = "") -> Consolidation:
    return actions.propose_sar(sar, by=cast.coordinator, revision=sar.revision, at=WRITTEN, reason=reason)


def approve(sar: Consolidation, cast: Cast, reason: str = "") -> Consolidation:
    return actions.approve_sar(sar, by=cast.office_head, revision=sar.revision, at=WRITTEN, reason=reason)


def sign(sar: Consolidation, cast: Cast) -> Consolidation:
    return actions.sign_sar(sar, by=cast.governor, revision=sar.revision, at=WRITTEN)


def send(sar: Consolidation, cast: Cast) -> Consolidation:
    return actions.send_sar(sar, by=cast.coordinator, revision=sar.revision, at=WRITTEN)


def flagged(sar: Consolidation) -> set[str]:
    """The chapters whose draft of today is another than the one they were drafted from."""
    facts = facts_of(sar.round)
    return {row.kind for row in sar.chapters.all() if drafting.draft(row.kind, facts) != row.drafted}


def close(round: Round, cast: Cast) -> Round:
    round.refresh_from_db()
    return card_actions.close_round(round, by=cast.coordinator, revision=round.revision, at=CLOSED)
