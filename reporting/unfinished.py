"""Rounds with something left to do for their party, read once for all obligations and notices about them."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from kpiportal import deadlines, thai
from kpiportal.models import Role
from kpiportal.obligations import Rows, Whose
from reporting.evaluation.states import EvaluationState
from reporting.models import Report, Round
from reporting.states import DONE, RoundState, SarState

PARTY_ROLES = (Role.COORDINATOR, Role.OFFICE_HEAD, Role.GOVERNOR, Role.CLUSTER_HEAD, Role.VIEWER)


def rounds(at: dt.datetime, whose: Whose) -> list[Round]:
    """Over and not opened; open, with `waits`: whether a card is still in work and in time; closed to the agencies and
    not yet due at OPDC; closed with a SAR that OPDC has not got, or a result that is not final. The latest first, each
    with its agreement, SAR and evaluation. One query.

    What OPDC has judged it has got: a year taken over from paper has no SAR in the portal and owes none.
    """
    return _rounds(whose, now=at, today=thai.day_in_bangkok(at))


@Rows
def _rounds(whose: Whose, now: dt.datetime, today: dt.date) -> QuerySet[Round]:
    over = Q(state=RoundState.SCHEDULED, period_end__lt=today)
    unsent = Q(evaluation=None) & (Q(consolidation=None) | ~Q(consolidation__state=SarState.SENT))
    wanted = over | Q(state=RoundState.CLOSED) & (unsent | Q(evaluation__state=EvaluationState.PRELIMINARY))
    cards = Report.objects.filter(deadlines.rows_in_time(now, "due_at"), round=OuterRef("pk")).exclude(state__in=DONE)
    wanted |= Q(state=RoundState.OPEN, waits=False)
    if not whose.everybody:  # beside what they owe, people see how the rounds at work stand
        wanted |= Q(state=RoundState.OPEN) | Q(state=RoundState.CLOSED) & deadlines.rows_in_time(now, "opdc_due_at")
    rows = Round.objects.annotate(waits=Exists(cards)).filter(whose.at("agreement__owner", *PARTY_ROLES), wanted)
    rows = rows.select_related("agreement__framework__scale", "agreement__owner", "consolidation", "evaluation")
    rows = rows.defer("consolidation__content")  # a whole report, of which only the state is asked
    return rows.order_by("-agreement__fiscal_year", "-months", "pk")
