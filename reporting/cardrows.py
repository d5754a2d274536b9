"""The rows of a card as a request needs them: to be filled, or to be shown with everything beside it.

A card joins what is single and always shown, nothing else, and the lists beside it are SQL written by hand. What every
request on a card asks is prepared (kpiportal/prepared.py): planning so many tables takes longer than reading them.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, JSONField, Prefetch, QuerySet, prefetch_related_objects
from django.db.models.expressions import RawSQL

from agreements.criteria import KINDS_OF_CHILDREN
from agreements.models import Assignment, Baseline, Indicator
from kpiportal.models import User
from kpiportal.prepared import Given, Prepared, PreparedFor
from reporting import dressed
from reporting.models import Contribution, Evidence, Report, ReportEntry, ReportVersion

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
# The round's next card that waits for the province, of whatever agency, and how many do beside this one.
_TO_REVIEW = """
SELECT jsonb_build_object('pk', r.id, 'number', i.number, 'left', count(*) OVER ())
FROM reporting_report r JOIN agreements_indicator i ON i.id = r.indicator_id
WHERE r.round_id = reporting_report.round_id AND r.state = 'certified' AND r.id <> reporting_report.id
ORDER BY i."order" < (SELECT "order" FROM agreements_indicator WHERE id = reporting_report.indicator_id), i."order"
LIMIT 1
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
# What was sent, newest first: enough for the receipts.
_SENT = """
SELECT coalesce(jsonb_agg(jsonb_build_object(
    'number', v.number, 'sha256', v.sha256, 'late', v.late, 'at', v.sent_at::text,
    'title', u.title, 'first', u.first_name, 'last', u.last_name) ORDER BY v.number DESC), '[]')
FROM reporting_reportversion v JOIN kpiportal_user u ON u.id = v.sent_by_id
WHERE v.report_id = reporting_report.id
"""


def to_fill(cards: QuerySet[Report]) -> QuerySet[Report]:
    """The card with all that is single about it joined in; the agreement's frozen content stays where it is."""
    return cards.select_related(*_SINGLE).defer("version__content")


def to_show(cards: QuerySet[Report]) -> QuerySet[Report]:
    """The same with the lists beside it, in the same query: `siblings` (pk, number, name, state), the agency's cards
    of the round, `to_review` (pk, number, left: cardpage._next_card), `co_hosts` (id, name, short), `supplied` (their
    parts, contributions.context) and `sent` (what was sent, newest first, receipts.of)."""
    lists = {
        "siblings": _SIBLINGS,
        "to_review": _TO_REVIEW,
        "co_hosts": _CO_HOSTS,
        "supplied": _SUPPLIED,
        "sent": _SENT,
    }
    return to_fill(cards).annotate(**{name: RawSQL(sql, [], JSONField()) for name, sql in lists.items()})


def _standing(cards: QuerySet[Report]) -> QuerySet[Report]:
    """With what says whether it can be filled now, and under which version."""
    return cards.select_related("round", "version").defer("version__content")


_shown = PreparedFor(lambda user, pk: to_show(Report.objects.visible_to(user)).filter(pk=pk))
_filled = PreparedFor(lambda user, pk: to_fill(Report.objects.visible_to(user)).filter(pk=pk))
_watched = PreparedFor(lambda user, pk: _standing(Report.objects.visible_to(user)).filter(pk=pk))
_locked = Prepared(lambda pk: _standing(Report.objects.select_for_update(of=("self",))).filter(pk=pk))
_of_year = Prepared(
    lambda indicator, agreement: (
        Report.objects.filter(indicator=indicator, round__agreement=agreement)
        .select_related("round")
        .order_by("round__months")
    )
)
_entries = Prepared(
    lambda cards: ReportEntry.objects.filter(report__in=cards).order_by("pk"), cards=Given("cards", "::bigint[]")
)
_evidence = Prepared(
    lambda cards: (
        Evidence.objects.filter(report__in=cards)
        .select_related("file", "supplier")
        .annotate(first_on=F("copied_from__report"))
        .order_by("number")
    ),
    cards=Given("cards", "::bigint[]"),
)
_contributions = Prepared(
    lambda card: Contribution.objects.filter(report=card).select_related("organization").order_by("pk")
)
_versions = Prepared(lambda card: ReportVersion.objects.filter(report=card).defer("content").order_by("number"))
_baselines = Prepared(lambda indicator: Baseline.objects.filter(indicator=indicator))
_assignments = Prepared(lambda indicator: Assignment.objects.filter(indicator=indicator).select_related("organization"))


def card_to_show(user: User, pk: int) -> Report:
    """The card with everything its page shows, in the words of its version. Http404 where this person sees none."""
    return _known_to(user, dressed.dress(_shown.or_404(user, pk=pk)))


def card_to_fill(user: User, pk: int) -> Report:
    """The card without the lists beside it, for what is sent to it."""
    return _known_to(user, dressed.dress(_filled.or_404(user, pk=pk)))


def card_to_watch(user: User, pk: int) -> Report:
    """The card with round and version: what its open page asks for again and again."""
    return _watched.or_404(user, pk=pk)


def _known_to(user: User, card: Report) -> Report:
    """Whoever looks at what they saved themselves is not read a second time."""
    if card.saved_by_id == user.pk:
        card.saved_by = user
    return card


def locked(pk: int) -> Report:
    """The card with round and version, its row locked until the transaction ends."""
    card = _locked.first(pk=pk)
    if card is None:
        raise Report.DoesNotExist
    return card


def load_entries(*cards: Report) -> None:
    """Attach to each card its answers, as they are stored now."""
    found: dict[int, list[ReportEntry]] = {card.pk: [] for card in cards}
    for entry in _entries(cards=list(found)):
        found[entry.report_id].append(entry)
    for card in cards:
        _attach(card, "entries", found[card.pk])


def load_facts(card: Report) -> Report:
    """Attach all that is asked of a card when it is sent, and frozen with it: answers, evidence, what co-hosts
    supplied; the indicator's past years and who hosts it. Five queries."""
    load_entries(card)
    load_evidence(card)
    load_baselines(card.indicator)
    _attach(card, "contributions", _contributions(card=card.pk))
    _attach(card.indicator, "assignments", _assignments(indicator=card.indicator_id))
    return card


def load_baselines(indicator: Indicator) -> None:
    """Attach the past years' results."""
    _attach(indicator, "baselines", _baselines(indicator=indicator.pk))


def load_evidence(card: Report) -> None:
    """Attach what is and was on the card."""
    card.all_evidence = evidence_of(card)


def versions_of(card: Report) -> list[ReportVersion]:
    """What was sent of the card, the first first; the frozen contents stay where they are."""
    return _versions(card=card.pk)


def load_children(card: Report) -> None:
    """Attach a composite's children with their criteria."""
    if card.indicator.criteria.kind in KINDS_OF_CHILDREN:
        prefetch_related_objects([card.indicator], Prefetch("children", Indicator.objects.select_related("criteria")))


def load_year(card: Report) -> list[Report]:
    """Attach entries and children; return the indicator's earlier cards of this year, with theirs.

    Three queries, whatever the size of the agreement.
    """
    year = _of_year(indicator=card.indicator_id, agreement=card.round.agreement_id)
    earlier = [other for other in year if other.round.months < card.round.months]
    load_entries(card, *earlier)
    load_children(card)
    return earlier


def evidence_of(*cards: Report) -> list[Evidence]:
    """What is and was on these cards, by number, with files and suppliers. `first_on`: the card it was reused from."""
    return _evidence(cards=[card.pk for card in cards])


def _attach(row: models.Model, name: str, found: list[Any]) -> None:
    """As prefetch_related does, of rows that are here already."""
    rows = getattr(row, name).all()
    rows._result_cache, rows._prefetch_done = found, True
    cache = row.__dict__.setdefault("_prefetched_objects_cache", {})
    cache[name] = rows
