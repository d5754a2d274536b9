"""The tree of an agreement as the engine sees it: branches (dimensions, parents) and leaves with weights."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from .criteria import Exclusion
from .exact import exact, plain, summed


@dataclass(frozen=True, slots=True)
class Leaf:
    """An indicator that is scored by itself.

    `weight` is in percent points of the whole agreement; `round_weights` overrides it in single rounds.
    `raw` is the score that counts (self, evaluator's or final: the caller chooses), None without a result.
    `passed` is true when both approvers passed the report (R24). Rounds are ints that grow with time (6, 9,
    12 or 1, 2): active from `start_round` on, out from `cancelled_round` on (R23). `excluded` is R22.
    """

    key: str
    weight: Decimal
    raw: Decimal | None = None
    passed: bool = False
    start_round: int | None = None
    cancelled_round: int | None = None
    round_weights: Mapping[int, Decimal] = field(default_factory=dict, hash=False)
    excluded: Exclusion | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", exact(self.weight))
        if self.raw is not None:
            object.__setattr__(self, "raw", exact(self.raw))
        weights = {at: exact(weight) for at, weight in self.round_weights.items()}
        object.__setattr__(self, "round_weights", MappingProxyType(weights))


@dataclass(frozen=True, slots=True)
class Branch:
    """A dimension, sub-dimension or parent indicator. `weight` is the declared one, only checked."""

    key: str
    children: "tuple[Node, ...]"
    weight: Decimal | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "children", tuple(self.children))
        object.__setattr__(self, "weight", None if self.weight is None else exact(self.weight))


Node: TypeAlias = Leaf | Branch


@dataclass(frozen=True, slots=True)
class Variant:
    """A published alternative set of weights (R21), chosen by a person when `condition` holds.

    `weights` names every leaf it changes; a leaf that drops out gets 0. `round_weights` likewise per round.
    The variant replaces both the yearly and the round weights of the leaves it names.
    """

    name: str
    condition: str
    weights: Mapping[str, Decimal] = field(hash=False)
    round_weights: Mapping[int, Mapping[str, Decimal]] = field(default_factory=dict, hash=False)


def leaves(nodes: Iterable[Node]) -> Iterator[Leaf]:
    """All leaves, top to bottom."""
    for node in nodes:
        if isinstance(node, Leaf):
            yield node
        else:
            yield from leaves(node.children)


def use_variant(nodes: Sequence[Node], variant: Variant) -> tuple[Node, ...]:
    """The same tree under a named set of weights (R21).

    Raises ValueError when the variant names an unknown leaf or moves weight in or out of the leaves it names.
    """
    named = {leaf.key: leaf for leaf in leaves(nodes) if leaf.key in variant.weights}
    if unknown := sorted(set(variant.weights) - set(named)):
        raise ValueError(f"ชุดน้ำหนัก “{variant.name}” อ้างถึงตัวชี้วัดที่ไม่มี: {', '.join(unknown)}")
    if any(exact(weight) < 0 for weight in variant.weights.values()):
        raise ValueError(f"ชุดน้ำหนัก “{variant.name}” มีน้ำหนักติดลบ")
    before = summed(leaf.weight for leaf in named.values())
    after = summed(variant.weights.values())
    if before != after:
        raise ValueError(f"ชุดน้ำหนัก “{variant.name}” รวมได้ {plain(after)} ไม่เท่ากับน้ำหนักเดิม {plain(before)}")
    return tuple(_reweighted(node, variant) for node in nodes)


def _reweighted(node: Node, variant: Variant) -> Node:
    if isinstance(node, Branch):
        return replace(node, children=tuple(_reweighted(child, variant) for child in node.children))
    if node.key not in variant.weights:
        return node
    by_round = {at: named[node.key] for at, named in variant.round_weights.items() if node.key in named}
    return replace(node, weight=variant.weights[node.key], round_weights=by_round)
