"""The rows of a card as a request needs them: to be filled, or to be shown with everything beside it.

PostgreSQL plans a question of many tables longer than it answers it, and Django puts every one together anew. So the
card joins what is single and always shown, nothing else, and the lists beside it are SQL written by hand.
"""

from __future__ import annotations

from django.db.models import JSONField, Prefetch, QuerySet, prefetch_related_objects
from django.db.models.expressions import RawSQL

from agreements.criteria import KINDS_OF_CHILDREN
from agreements.models import Indicator
from kpiportal.models import User
from reporting.models import Report, ReportEntry

_SINGLE = (
    "round__agreement__framework__scale",
    "round__plan",
    "indicator__criteria",
    "indicator__dimension",
    "host",
    "version",
)
# The agency's cards of the round, in the order of the agreement.
_SIBLINGS = """
SELECT jsonb_agg(
    jsonb_build_object('pk', r.id, 'number', i.number, 'name', i.name, 'state', r.state) ORDER BY i."order")
FROM reporting_report r JOIN agreements_indicator i ON i.id = r.indicator_id
WHERE r.round_id = reporting_report.round_id AND r.host_id = reporting_report.host_id
"""
# The co-hosts of the indicator, and the parts they have supplied for the card.
_CO_HOSTS = """
SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name, 'short', o.short_name) ORDER BY a.id), '[]')
FROM agreements_assignment a JOIN kpiportal_organization o ON o.id = a.organization_id
WHERE a.indicator_id = reporting_report.indicator_id AND a.part = 'co_host'
"""
_SUPPLIED = """
SELECT coalesce(jsonb_agg(jsonb_build_object(
    'host', c.organization_id, 'value', c.value::text, 'words', c.words, 'revision', c.revision,
    'at', c.supplied_at::text, 'first', u.first_name, 'last', u.last_name) ORDER BY c.id), '[]')
FROM reporting_contribution c JOIN kpiportal_user u ON u.id = c.supplied_by_id
WHERE c.report_id = reporting_report.id
"""


def to_fill(cards: QuerySet[Report]) -> QuerySet[Report]:
    """The card with all that is single about it joined in; the agreement's frozen content stays where it is."""
    return cards.select_related(*_SINGLE).defer("version__content")


def to_show(cards: QuerySet[Report]) -> QuerySet[Report]:
    """The same with the lists beside it, in the same query: `siblings` (pk, number, name, state), the agency's cards
    of the round, `co_hosts` (id, name, short) and `supplied` (their parts, contributions.context)."""
    lists = {"siblings": _SIBLINGS, "co_hosts": _CO_HOSTS, "supplied": _SUPPLIED}
    return to_fill(cards).annotate(**{name: RawSQL(sql, [], JSONField()) for name, sql in lists.items()})


def known_to(user: User, card: Report) -> Report:
    """Whoever looks at what they saved themselves is not read a second time."""
    if card.saved_by_id == user.pk:
        card.saved_by = user
    return card


def load_children(card: Report) -> None:
    """Attach a composite's children with their criteria."""
    if card.indicator.criteria.kind in KINDS_OF_CHILDREN:
        prefetch_related_objects([card.indicator], Prefetch("children", Indicator.objects.select_related("criteria")))


def load_year(card: Report) -> list[Report]:
    """Attach entries and children; return the indicator's earlier cards of this year, with theirs.

    Three queries, whatever the size of the agreement.
    """
    cards = list(
        Report.objects.filter(indicator=card.indicator, round__agreement=card.round.agreement)
        .select_related("round")
        .prefetch_related(Prefetch("entries", ReportEntry.objects.order_by("pk")))
        .order_by("round__months")
    )
    own = next(other for other in cards if other.pk == card.pk)
    card._prefetched_objects_cache = own._prefetched_objects_cache
    load_children(card)
    return [other for other in cards if other.round.months < card.round.months]
