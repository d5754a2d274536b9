"""Validation of the weights of a whole agreement, for the year and for every round."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from .exact import plain, short, summed
from .problems import Problem
from .rounds import is_active
from .tree import Branch, Leaf, Node, leaves
from .working import WHOLE


def check_weights(nodes: Sequence[Node], *, rounds: Sequence[int] = (), total: Decimal = WHOLE) -> list[Problem]:
    """Everything wrong with the weights; an empty list means the tree may be agreed.

    Leaves sum to exactly `total` (1 for forms that use fractions); a branch that declares a weight has the
    sum of its children; weights are above 0 with at most 2 decimals; a leaf that starts late or is cancelled
    has a weight for each of `rounds` (in order of time) it is active in. Cancelled leaves count in the year's
    sum: they were agreed.
    """
    return [
        *_check_keys(nodes),
        *_check_leaves(nodes, rounds),
        *(problem for node in nodes for problem in _check_branch(node)),
        *_check_sum(nodes, total),
    ]


def _check_keys(nodes: Sequence[Node]) -> Iterator[Problem]:
    keys = list(_keys(nodes))
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield Problem("key_repeated", "number", f"เลขที่ตัวชี้วัด {key} ซ้ำกัน", key=key)


def _keys(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        yield node.key
        if isinstance(node, Branch):
            yield from _keys(node.children)


def _check_leaves(nodes: Sequence[Node], rounds: Sequence[int]) -> Iterator[Problem]:
    for leaf in leaves(nodes):
        yield from _check_weight(leaf, leaf.weight, None)
        for at_round, weight in leaf.round_weights.items():
            yield from _check_weight(leaf, weight, at_round)
        late = bool(rounds) and leaf.start_round is not None and leaf.start_round > rounds[0]
        if not late and leaf.cancelled_round is None:
            continue
        for at_round in rounds:
            active = is_active(leaf.start_round, leaf.cancelled_round, at_round)
            if active and at_round not in leaf.round_weights:
                text = f"{leaf.key} ไม่ได้ใช้ครบทุกรอบ จึงต้องระบุน้ำหนักของรอบ {at_round}"
                yield Problem("round_weight_missing", "round_weights", text, key=leaf.key, at_round=at_round)


def _check_weight(leaf: Leaf, weight: Decimal, at_round: int | None) -> Iterator[Problem]:
    field = "weight" if at_round is None else "round_weights"
    where = leaf.key if at_round is None else f"{leaf.key} ในรอบ {at_round}"
    if weight <= 0:
        text = f"น้ำหนักของ {where} ต้องมากกว่า 0"
        yield Problem("weight_not_positive", field, text, key=leaf.key, at_round=at_round)
    if (Fraction(weight) * 100).denominator != 1:
        text = f"น้ำหนักของ {where} ({plain(weight)}) มีทศนิยมเกิน 2 ตำแหน่ง"
        yield Problem("weight_decimals", field, text, key=leaf.key, at_round=at_round)


def _weight_of(node: Node) -> Fraction:
    if node.weight is not None:
        return Fraction(node.weight)
    return sum(map(_weight_of, node.children), Fraction(0)) if isinstance(node, Branch) else Fraction(0)


def _check_branch(node: Node) -> Iterator[Problem]:
    if isinstance(node, Leaf):
        return
    if not node.children:
        yield Problem("branch_empty", "children", f"{node.key} ยังไม่มีตัวชี้วัด", key=node.key)
        return
    below = sum(map(_weight_of, node.children), Fraction(0))
    if node.weight is not None and Fraction(node.weight) != below:
        text = f"น้ำหนักของ {node.key} คือ {plain(node.weight)} แต่รายการภายในรวมได้ {short(below, 8)}"
        yield Problem("branch_weight_sum", "weight", text, key=node.key)
    for child in node.children:
        yield from _check_branch(child)


def _check_sum(nodes: Sequence[Node], total: Decimal) -> Iterator[Problem]:
    found = summed(leaf.weight for leaf in leaves(nodes))
    gap = Fraction(total) - found
    if gap:
        word = "ขาด" if gap > 0 else "เกิน"
        text = f"น้ำหนักของตัวชี้วัดรวมได้ {short(found, 8)} ต้องรวมได้ {short(total)} ({word} {short(abs(gap), 8)})"
        yield Problem("weight_sum", "weight", text)
