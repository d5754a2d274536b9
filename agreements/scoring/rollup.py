"""Weighted scores, subtotals and totals of a round (R17-R20, R22-R25)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .exact import fixed, fraction, half_up, short, shown_weight, summed
from .rounds import Standing, active_weights, spread_step, standing, weight_at, why_not_counted
from .scale import Scale
from .tree import Branch, Leaf, Node, leaves
from .working import WHOLE, Step, Weighted, weigh

NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Row:
    """One leaf in the total. `raw` is what is shown (None stays blank, R33), `counted` what entered (R25).

    `weight` is the weight in the round after spreading; `weighted` is None when the leaf does not count.
    `remarks` say why its weight, score or standing is not the plain one.
    """

    key: str
    standing: Standing
    raw: Decimal | None
    counted: Decimal | None
    weight: Fraction
    weighted: Weighted | None
    passed: bool
    remarks: tuple[Step, ...]

    @property
    def shown_weight(self) -> Decimal:
        return shown_weight(self.weight)

    @property
    def working(self) -> tuple[Step, ...]:
        return self.remarks if self.weighted is None else (*self.remarks, self.weighted.step)


@dataclass(frozen=True, slots=True)
class Figure:
    """A weighted mean on the scale and what it adds to the total above it (R19).

    `earned` is the sum of weight × score over `weight`, `whole` the weight of the total. The unrounded
    shares of a full set of subtotals add up to the total's; the shown contributions need not.
    """

    earned: Fraction
    weight: Fraction
    whole: Fraction
    places: int
    rule: str = "R19"

    @property
    def score(self) -> Decimal | None:
        """On the scale; None when nothing counts."""
        return half_up(self.earned / self.weight, self.places) if self.weight else None

    @property
    def share(self) -> Fraction:
        """The contribution to the total, unrounded."""
        return self.earned / self.whole if self.weight else NOTHING

    @property
    def contribution(self) -> Decimal:
        return half_up(self.share, self.places)

    @property
    def shown_weight(self) -> Decimal:
        return shown_weight(self.weight)

    @property
    def working(self) -> tuple[Step, ...]:
        """How the score came about, and the contribution where it is another number."""
        if not self.weight:
            return ()
        earned, word = short(self.earned, 8), "น้ำหนักรวม" if self.rule == "R18" else "น้ำหนัก"
        mean = fixed(self.earned / self.weight, self.places)
        score = f"ผลรวมน้ำหนัก × คะแนน {earned} ÷ {word} {short(self.weight)} = {mean}"
        if self.weight == self.whole:
            return (Step(self.rule, score),)
        share = f"{earned} ÷ {short(self.whole)} = {fixed(self.share, self.places)}"
        return (Step(self.rule, score), Step(self.rule, share))


@dataclass(frozen=True, slots=True)
class Subtotal:
    """Both running figures of a branch (R24)."""

    key: str
    all_active: Figure
    passed: Figure


@dataclass(frozen=True, slots=True)
class Total:
    """A round's result. `all_active` is figure (a) of R24 - all active weight, blanks per policy - and
    `passed` is figure (b): only scored reports that passed both approvers. `on_100` divides by 100 instead
    of the active weight, so an interim round shows how much of the year's total is already earned (R23).
    `rows` and `subtotals` are by key, top to bottom.
    """

    all_active: Figure
    passed: Figure
    on_100: Decimal
    rows: Mapping[str, Row] = field(hash=False)
    subtotals: Mapping[str, Subtotal] = field(hash=False)

    @property
    def score(self) -> Decimal | None:
        """Figure (a), the total score (R18)."""
        return self.all_active.score


class _Sums(NamedTuple):
    """Weight, and weight × score, of everything that counts and of what passed."""

    weight: Fraction = NOTHING
    earned: Fraction = NOTHING
    passed_weight: Fraction = NOTHING
    passed_earned: Fraction = NOTHING


def roll_up(nodes: Sequence[Node], scale: Scale, *, at_round: int | None = None) -> Total:
    """Total a tree for one round; None is the end of the year (yearly weights, anything cancelled is out).

    Raises ValueError for a key used twice, a negative weight or a score off the scale.
    """
    _require_unique(nodes)
    weights = active_weights(nodes, at_round)
    whole = summed(weights.values())
    rows = {leaf.key: _row(leaf, weights, whole, scale, at_round) for leaf in leaves(nodes)}
    below: dict[str, _Sums] = {}
    sums = _add_up(nodes, rows, below)

    def figures(part: _Sums, rule: str) -> tuple[Figure, Figure]:
        return (
            Figure(part.earned, part.weight, sums.weight, scale.decimals, rule),
            Figure(part.passed_earned, part.passed_weight, sums.passed_weight, scale.decimals, rule),
        )

    subtotals = {key: Subtotal(key, *figures(part, "R19")) for key, part in below.items()}
    on_100 = half_up(sums.earned / Fraction(WHOLE), scale.decimals)
    return Total(*figures(sums, "R18"), on_100, rows, subtotals)


def _require_unique(nodes: Sequence[Node]) -> None:
    seen: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node.key in seen:
            raise ValueError(f"รหัส {node.key} ซ้ำกัน")
        seen.add(node.key)
        if isinstance(node, Branch):
            waiting.extend(node.children)


def _row(leaf: Leaf, weights: Mapping[str, Fraction], whole: Fraction, scale: Scale, at_round: int | None) -> Row:
    raw = None if leaf.raw is None else scale.rounded(leaf.raw)
    if raw is not None and not 0 <= raw <= scale.highest:
        raise ValueError(f"คะแนนของ {leaf.key} อยู่นอกมาตราคะแนน 0 ถึง {scale.highest}")
    weight = weights.get(leaf.key)
    if weight is None:
        state = standing(leaf, at_round)
        return Row(leaf.key, state, raw, None, NOTHING, None, leaf.passed, (why_not_counted(leaf, state),))
    remarks = spread_step(weight_at(leaf, at_round), weight)
    counted = raw
    if counted is None:
        counted = scale.rounded(scale.missing_score)
        remarks = (*remarks, Step("R25", f"ไม่มีผล คิดเป็น {counted} ตามหลักเกณฑ์"))
    weighted = weigh(counted, weight, whole, places=scale.decimals)
    return Row(leaf.key, Standing.ACTIVE, raw, counted, weight, weighted, leaf.passed, remarks)


def _sums(row: Row) -> _Sums:
    """A row counts in figure (b) when it passed and has a score: an accepted blank has none."""
    if row.counted is None:
        return _Sums()
    earned = row.weight * fraction(row.counted)
    if row.passed and row.raw is not None:
        return _Sums(row.weight, earned, row.weight, earned)
    return _Sums(row.weight, earned)


def _add_up(nodes: Iterable[Node], rows: Mapping[str, Row], below: dict[str, _Sums]) -> _Sums:
    """The sums of `nodes`; those of every branch go into `below`, top to bottom."""
    parts = []
    for node in nodes:
        if isinstance(node, Leaf):
            parts.append(_sums(rows[node.key]))
        else:
            below[node.key] = _Sums()  # keeps the place of the branch before its inner ones
            below[node.key] = _add_up(node.children, rows, below)
            parts.append(below[node.key])
    return _Sums(*map(summed, zip(*parts, strict=True)))
