"""Which leaves count in a round, and with what weight (R22, R23)."""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

from .exact import fraction, short, summed
from .tree import Leaf, Node
from .working import Step


class Standing(StrEnum):
    """Whether a leaf counts in a round, and if not, why."""

    ACTIVE = "active"
    NOT_STARTED = "not_started"
    CANCELLED = "cancelled"
    EXCLUDED = "excluded"
    NO_WEIGHT = "no_weight"  # weight 0: dropped by a variant (R21)


def is_active(start_round: int | None, cancelled_round: int | None, at_round: int | None) -> bool:
    """R23: started at or before the round and not cancelled at or before it. None is the end of the year."""
    if at_round is None:
        return cancelled_round is None
    return (start_round is None or start_round <= at_round) and (cancelled_round is None or cancelled_round > at_round)


def weight_at(leaf: Leaf, at_round: int | None) -> Fraction:
    """The leaf's own weight in the round, before anything is spread. Raises ValueError when negative."""
    weight = leaf.weight if at_round is None else leaf.round_weights.get(at_round, leaf.weight)
    if weight < 0:
        raise ValueError(f"น้ำหนักของ {leaf.key} ติดลบ")
    return fraction(weight)


def standing(leaf: Leaf, at_round: int | None) -> Standing:
    if not is_active(leaf.start_round, leaf.cancelled_round, at_round):
        late = at_round is not None and leaf.start_round is not None and leaf.start_round > at_round
        return Standing.NOT_STARTED if late else Standing.CANCELLED
    if weight_at(leaf, at_round) == 0:
        return Standing.NO_WEIGHT
    return Standing.EXCLUDED if leaf.excluded else Standing.ACTIVE


def active_weights(nodes: Sequence[Node], at_round: int | None) -> dict[str, Fraction]:
    """The weight every counting leaf has in the round, by key.

    The weight of an excluded leaf goes to the others of its parent in proportion (R22); when the whole parent
    is excluded, to the others of the parent above. At the root nothing is spread: the total is divided by
    what remains, as it is for leaves that start late or are cancelled (R23).
    """
    weights: dict[str, Fraction] = {}
    for node in nodes:
        weights |= _spread_inside(node, at_round)[1]
    return weights


def _spread_inside(node: Node, at_round: int | None) -> tuple[Fraction, dict[str, Fraction]]:
    """The weight a node keeps in the round, and how its counting leaves share it (nobody: empty)."""
    if isinstance(node, Leaf):
        state = standing(node, at_round)
        if state is Standing.ACTIVE:
            weight = weight_at(node, at_round)
            return weight, {node.key: weight}
        return (weight_at(node, at_round) if state is Standing.EXCLUDED else Fraction(0)), {}
    parts = [_spread_inside(child, at_round) for child in node.children]
    whole = summed(weight for weight, _ in parts)
    kept = summed(weight for weight, shares in parts if shares)
    shares = {key: weight for _, inner in parts for key, weight in inner.items()}
    if kept != whole:
        shares = {key: weight * whole / kept for key, weight in shares.items()}
    return whole, shares


def why_not_counted(leaf: Leaf, state: Standing) -> Step:
    """The sentence that stands in place of a weighted score."""
    match state:
        case Standing.NOT_STARTED:
            return Step("R23", f"ตัวชี้วัดเริ่มที่รอบ {leaf.start_round} จึงยังไม่นับในรอบนี้")
        case Standing.CANCELLED:
            return Step("R23", f"ตัวชี้วัดยกเลิกตั้งแต่รอบ {leaf.cancelled_round}")
        case Standing.NO_WEIGHT:
            return Step("R21", "ไม่มีน้ำหนักในชุดน้ำหนักที่ใช้")
    consent = leaf.excluded.consent if leaf.excluded else ""
    return Step("R22", f"ได้รับยกเว้น ไม่นำมาคำนวณ ({consent})")


def spread_step(own: Fraction, spread: Fraction) -> tuple[Step, ...]:
    """Say that a weight grew because a neighbour is excluded; nothing when it did not."""
    if own == spread:
        return ()
    text = f"น้ำหนัก {short(own)} ปรับเป็น {short(spread)} เพราะมีตัวชี้วัดในกลุ่มเดียวกันได้รับยกเว้น"
    return (Step("R22", text),)
