"""OPDC's figures over every province and cluster, by the database: one statement, however many years there are.

The arithmetic is R18-R23, R25 and R32 once more, in SQL: what an agency has not sent is no result, a score is rounded
to the year's decimals, a blank counts what the year says, the sum is divided by the weights that count. NUMERIC keeps
every digit, and the quotient of numbers of so few digits is never within its error of a half, so the one rounding at
the end is exact. benchmarks/national.py holds it against arithmetic of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from reporting.evaluation.states import PUBLISHED, EvaluationState
from reporting.sar.facts import FILED
from reporting.states import ReportState, RoundState, SarState

# A subquery per round and not one grouping of everything: with the round's own index it costs half of the plain join.
# Indicators count that have started and are not cancelled by then; weights may differ by round (R23).
_SQL = """
SELECT a.fiscal_year, r.months, r.name, r.id AS round_id, a.id AS agreement_id, o.id AS owner_id, o.kind, o.code,
       o.name AS owner, o.abbreviation, o.sort_key, k.name AS cluster, k.id AS cluster_id,
       t.cards, t.accepted, CASE WHEN t.answered > 0 THEN t.own END AS own,
       CASE WHEN e.state = ANY(%(published)s) THEN t.given END AS given, t.judged,
       e.id AS evaluation_id, e.state AS evaluation, CASE WHEN e.state = ANY(%(published)s) THEN e.grade END AS grade,
       r.opdc_due_at, h.sent_at, f.id AS framework_id,
       CASE WHEN e.state = ANY(%(published)s) THEN rank() OVER (
           PARTITION BY r.plan_id, (e.state = ANY(%(published)s)) IS TRUE ORDER BY t.given DESC NULLS LAST) END AS place
FROM reporting_round r
JOIN agreements_agreement a ON a.id = r.agreement_id
JOIN agreements_framework f ON f.id = a.framework_id
JOIN agreements_scale s ON s.id = f.scale_id
JOIN kpiportal_organization o ON o.id = a.owner_id
LEFT JOIN kpiportal_clustermembership m ON m.province_id = o.id AND a.fiscal_year >= m.valid_from
      AND (m.valid_to IS NULL OR a.fiscal_year <= m.valid_to)
LEFT JOIN kpiportal_organization k ON k.id = m.cluster_id
LEFT JOIN reporting_evaluation e ON e.round_id = r.id
LEFT JOIN reporting_consolidation h ON h.round_id = r.id AND h.state = %(sent)s
CROSS JOIN LATERAL (
    SELECT count(*) AS cards, count(*) FILTER (WHERE state = %(accepted)s) AS accepted,
           count(own) AS answered, count(given) AS judged,
           round(sum(weight * coalesce(own, blank)) / nullif(sum(weight), 0), s.decimals) AS own,
           round(sum(weight * coalesce(given, blank)) / nullif(sum(weight), 0), s.decimals) AS given
    FROM (
        SELECT CASE WHEN i.round_weights = '{}' THEN i.weight
                    ELSE coalesce((i.round_weights ->> r.months::text)::numeric, i.weight) END AS weight,
               CASE WHEN c.state = ANY(%(filed)s) THEN round(c.score, s.decimals) END AS own,
               round(CASE WHEN e.state = %(final)s THEN coalesce(l.appeal_score, l.score) ELSE l.score END,
                     s.decimals) AS given,
               CASE s.missing WHEN 'zero' THEN 0 ELSE s.points[1] END AS blank, c.state
        FROM agreements_indicator i
        LEFT JOIN reporting_report c ON c.round_id = r.id AND c.indicator_id = i.id
        LEFT JOIN reporting_evaluationline l ON l.evaluation_id = e.id AND l.indicator_id = i.id
        WHERE i.agreement_id = a.id AND i.parent_id IS NULL
          AND coalesce(i.start_months, 0) <= r.months AND coalesce(i.cancelled_months, 99) > r.months
    ) counted
) t
WHERE r.state <> %(scheduled)s AND t.cards > 0
  AND (%(every_round)s OR (a.fiscal_year, r.months) IN %(rounds)s)
  AND (%(owner)s::bigint IS NULL OR a.owner_id = %(owner)s)
ORDER BY a.fiscal_year, r.months, o.sort_key
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """One party's round. `own`, `given`: totals on the year's scale, None where there is none to tell yet; `given` is
    the final one once it is final. `place`: rank among those whose result was announced, in the same framework."""

    fiscal_year: int
    months: int
    name: str
    round_id: int
    agreement_id: int
    owner_id: int
    kind: str
    code: str
    owner: str
    abbreviation: str
    sort_key: str
    cluster: str | None
    cluster_id: int | None
    cards: int
    accepted: int
    own: Decimal | None
    given: Decimal | None
    judged: int
    evaluation_id: int | None
    evaluation: str | None
    grade: str | None
    opdc_due_at: dt.datetime
    sent_at: dt.datetime | None
    framework_id: int
    place: int | None

    @property
    def score(self) -> Decimal | None:
        """What counts now: OPDC's where it was announced, else the party's own."""
        return self.own if self.given is None else self.given

    @property
    def is_final(self) -> bool:
        return self.evaluation == EvaluationState.FINAL


def standings(*, rounds: Collection[tuple[int, int]] | None = None, owner_id: int | None = None) -> list[Standing]:
    """Every round that was opened, by year, round and name of the party; or those of some (year, months), of one party.
    One statement."""
    values: dict[str, Any] = {
        "every_round": rounds is None,
        "rounds": tuple(rounds or ()) or ((0, 0),),  # IN () is no SQL
        "owner": owner_id,
        "scheduled": RoundState.SCHEDULED,
        "accepted": ReportState.ACCEPTED,
        "filed": list(FILED),
        "final": EvaluationState.FINAL,
        "published": sorted(PUBLISHED),
        "sent": SarState.SENT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        return [Standing(*row) for row in cursor.fetchall()]


def latest_of_each_year(rows: Iterable[Standing]) -> list[Standing]:
    """Of rows of one party: the last round of each year that says anything, oldest year first."""
    found: dict[int, Standing] = {}
    for row in rows:
        if row.score is not None:
            found[row.fiscal_year] = row
    return [found[year] for year in sorted(found)]
