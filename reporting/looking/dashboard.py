"""One party's year at a glance: lights by indicator and round, the way to its end, other years, what costs most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from agreements import scoring
from agreements.criteria import as_scale
from agreements.models import Agreement
from kpiportal.models import User
from kpiportal.models.people import Kind
from kpiportal.numbers import format_number
from reporting.evaluation import policy
from reporting.looking import charts, lights, national
from reporting.looking.national import Standing
from reporting.models import Report
from reporting.sar.facts import FILED

WEAKEST = 5


@dataclass(frozen=True)
class Cell:
    """`round`: its name, for a phone, where the column has no head."""

    round: str
    score: str
    light: lights.Light


@dataclass(frozen=True)
class Row:
    number: str
    name: str
    weight: str
    cells: list[Cell | None]


@dataclass(frozen=True)
class Weak:
    """An indicator far from the best score. `lost`: points of the total it costs; `why`: the card's own words."""

    number: str
    name: str
    score: str
    light: lights.Light
    lost: str
    why: str
    card: int


class Year:
    """An agreement with everything its dashboard shows. `agreement` comes with framework.scale and owner selected.

    Three queries: the party's standings over all years, the cards of this year, the indicators without any.
    """

    def __init__(self, agreement: Agreement, by: User):
        self.agreement, self.framework = agreement, agreement.framework
        self.scale = as_scale(agreement.framework.scale)
        self.bands = policy.bands(agreement.framework.scale.bands)
        # Nobody but OPDC sees of an evaluation what was not announced: the SQL gives no more to anybody.
        self.standings = national.standings(owner_id=agreement.owner_id)
        self.rounds = [row for row in self.standings if row.agreement_id == agreement.pk]
        self.cards = list(_cards(agreement, by))

    def number(self, value: Decimal | None, decimals: int | None = None) -> str:
        places = self.scale.decimals if decimals is None else decimals
        return "" if value is None else format_number(value, decimals=places)

    def light(self, score: Decimal | None) -> lights.Light:
        return lights.light(score, self.bands)

    @property
    def now(self) -> Standing | None:
        """The latest round that says anything."""
        told = [row for row in self.rounds if row.score is not None]
        return told[-1] if told else (self.rounds[-1] if self.rounds else None)

    def progress(self) -> charts.Drawing:
        points = [
            charts.Point(row.name, row.own, self.number(row.own), self.light(row.own).tone) for row in self.rounds
        ]
        title = f"คะแนนประเมินตนเองตามรอบ ปี {self.agreement.fiscal_year}"
        return charts.draw(points, title=title, highest=self.scale.highest, bands=self.bands)

    def years(self) -> list[Standing]:
        return national.latest_of_each_year(self.standings)

    def comparison(self) -> charts.Drawing | None:
        """Years side by side; only those on the same scale can stand beside each other."""
        years = [row for row in self.years() if row.score is not None and row.score <= self.scale.highest]
        if len(years) < 2:
            return None
        points = [
            charts.Point(
                f"ปี {row.fiscal_year}",
                row.score,
                self.number(row.score),
                self.light(row.score).tone,
                "ผลที่สุด" if row.is_final else "ประเมินตนเอง" if row.given is None else "ผลเบื้องต้น",
            )
            for row in years
        ]
        return charts.draw(points, title="เปรียบเทียบรายปี", highest=self.scale.highest, bands=self.bands, bars=True)

    def rows(self) -> list[Row]:
        """Indicators × rounds; a cell only where a report was sent."""
        places = {row.round_id: place for place, row in enumerate(self.rounds)}
        found: dict[int, Row] = {}
        for card in self.cards:
            row = found.setdefault(
                card["indicator_id"],
                Row(
                    card["indicator__number"],
                    card["indicator__name"],
                    self.number(card["indicator__weight"], 2),
                    [None] * len(places),
                ),
            )
            if card["round_id"] in places and card["state"] in FILED:
                row.cells[places[card["round_id"]]] = self._cell(card, places[card["round_id"]])
        return list(found.values())

    def _cell(self, card: Mapping[str, Any], place: int) -> Cell:
        return Cell(self.rounds[place].name, self.number(card["score"]), self.light(card["score"]))

    def weakest(self) -> list[Weak]:
        """What costs the total most in the latest round, by weight × (best score − score), with the card's reason."""
        now = self.now
        if now is None:
            return []
        cards = [card for card in self.cards if card["round_id"] == now.round_id and card["state"] in FILED]
        whole = sum((card["indicator__weight"] for card in cards), Decimal(0))
        found = [(self._lost(card, whole), card) for card in cards]
        found.sort(key=lambda one: (-one[0], one[1]["indicator__order"]))
        return [
            Weak(
                number=card["indicator__number"],
                name=card["indicator__name"],
                score=self.number(card["score"]) or "ไม่มีข้อมูล",
                light=self.light(card["score"]),
                lost=self.number(scoring.half_up(lost, self.scale.decimals)),
                why=card["no_data_reason"] or card["obstacles"] or card["explanation"],
                card=card["pk"],
            )
            for lost, card in found[:WEAKEST]
            if lost > 0
        ]

    def _lost(self, card: Mapping[str, Any], whole: Decimal) -> Fraction:
        score = self.scale.missing_score if card["score"] is None else card["score"]
        weight = Fraction(card["indicator__weight"])
        return weight * (Fraction(self.scale.highest) - Fraction(score)) / Fraction(whole) if whole else Fraction(0)

    @property
    def table(self) -> list[dict[str, Any]]:
        """The drawings' figures as rows, for who cannot see them."""
        return [
            {
                "name": row.name,
                "own": self.number(row.own),
                "given": self.number(row.given),
                "light": self.light(row.score),
            }
            for row in self.rounds
        ]


def _cards(agreement: Agreement, by: User) -> Sequence[dict[str, Any]]:
    """The cards of the year this person may see; OPDC those the province accepted."""
    cards = Report.objects.visible_to(by).filter(round__agreement=agreement)
    return cards.order_by("indicator__order", "round__months").values(
        "pk", "indicator_id", "round_id", "state", "score", "obstacles", "explanation", "no_data_reason",
        "indicator__number", "indicator__name", "indicator__weight", "indicator__order",
    )  # fmt: skip


def context(agreement: Agreement, by: User) -> dict[str, Any]:
    year = Year(agreement, by)
    now = year.now
    return {
        "agreement": agreement,
        "now": now,
        "total": year.number(now.score) if now else "",
        "light": year.light(now.score) if now else lights.NONE,
        "own": year.number(now.own) if now else "",
        "given": year.number(now.given) if now else "",
        # The evaluation's own page is the party's office's and OPDC's: its agencies read the figures here.
        "opens_evaluation": by.sits_at(Kind.OPDC) or agreement.owner_id in by.organization_ids,
        "progress": year.progress() if year.rounds else None,
        "comparison": year.comparison(),
        "years": [
            {"row": row, "own": year.number(row.own), "given": year.number(row.given), "light": year.light(row.score)}
            for row in reversed(year.years())
        ],
        "rounds": year.rounds,
        "table": year.table,
        "rows": year.rows(),
        "weakest": year.weakest(),
        "is_opdc": by.sits_at(Kind.OPDC),
    }
