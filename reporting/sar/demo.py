"""The demo's closed rounds have gone to OPDC: written, approved, signed and sent by the people of the story."""

from __future__ import annotations

import datetime as dt

from kpiportal.demo import World
from reporting.models import Round
from reporting.sar import actions

_TAKES = dt.timedelta(hours=25)  # from one desk to the next


def load(round: Round, world: World, *, at: dt.datetime) -> None:
    """Begun at `at`, at OPDC four days later."""
    people = world.officials
    sar = actions.begin_sar(round, by=people["coordinator"], at=at)
    sar = actions.propose_sar(sar, by=people["coordinator"], revision=sar.revision, at=at + _TAKES)
    sar = actions.approve_sar(sar, by=people["office-head"], revision=sar.revision, at=at + 2 * _TAKES)
    sar = actions.sign_sar(sar, by=people["governor"], revision=sar.revision, at=at + 3 * _TAKES)
    actions.send_sar(sar, by=people["coordinator"], revision=sar.revision, at=at + 4 * _TAKES)
