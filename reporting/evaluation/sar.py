"""When OPDC has a round's SAR: the one place that says it."""

from django.db.models import Q

from reporting.models import Round
from reporting.states import RoundState


def at_opdc(of: str = "") -> Q:
    """As a condition on rows that reach their round by `of`."""
    return Q(**{f"{of}state": RoundState.CLOSED})


def is_at_opdc(round: Round) -> bool:
    return Round.objects.filter(at_opdc(), pk=round.pk).exists()
