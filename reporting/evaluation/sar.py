"""When OPDC has a round's SAR: the one place that says it."""

import datetime as dt

from django.db.models import Q

from reporting.models import Round
from reporting.states import SarState


def at_opdc(of: str = "") -> Q:
    """As a condition on rows that reach their round by `of`."""
    return Q(**{f"{of}consolidation__state": SarState.SENT})


def is_at_opdc(round: Round) -> bool:
    return Round.objects.filter(at_opdc(), pk=round.pk).exists()


def since(round: Round) -> dt.datetime:
    """Of a round that is there, with its consolidation selected."""
    sent_at: dt.datetime = round.consolidation.sent_at
    return sent_at
