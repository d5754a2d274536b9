"""Indicators of a cluster of provinces (R31) and sums over its members (R33)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from .exact import decimals, half_up, plain, summed
from .results import Measured, Missing
from .scale import Scale
from .working import Score, Step, Weighted, weigh


@dataclass(frozen=True, slots=True)
class MemberScore:
    """The cluster's score in one member province, with that province's weight."""

    raw: Decimal | None
    weighted: Weighted | None
    working: tuple[Step, ...]


def copy_to_members(score: Score, weights: Mapping[str, Decimal], scale: Scale) -> dict[str, MemberScore]:
    """R31: one score for the cluster, counted in every member province with its own weight.

    `weights` are by member; weighted is None while the cluster has no result.
    """
    copied: dict[str, MemberScore] = {}
    for member, weight in weights.items():
        if score.raw is None:
            copied[member] = MemberScore(None, None, score.working)
            continue
        weighted = weigh(score.raw, weight, places=scale.decimals)
        said = Step("R31", f"คะแนนของกลุ่มจังหวัด {score.raw} ใช้กับจังหวัดสมาชิกทุกจังหวัด")
        copied[member] = MemberScore(score.raw, weighted, (*score.working, said, weighted.step))
    return copied


@dataclass(frozen=True, slots=True)
class MemberSum:
    """The sum over the members that have a number; Missing when none has."""

    result: Measured | Missing
    step: Step


def sum_of_members(results: Mapping[str, Measured | Missing]) -> MemberSum:
    """Add up member results. A member without the thing measured ("-") adds nothing but is not zero (R33)."""
    known = [result.value for result in results.values() if isinstance(result, Measured)]
    if not known:
        missing = Missing("ยังไม่มีจังหวัดสมาชิกใดรายงานผล")
        return MemberSum(missing, Step("R33", f"ยังไม่มีผล: {missing.reason}"))
    total = half_up(summed(known), max(map(decimals, known)))
    terms = (
        f"{member} {plain(result.value) if isinstance(result, Measured) else result.mark or 'ว่าง'}"
        for member, result in results.items()
    )
    return MemberSum(Measured(total), Step("R33", f"{', '.join(terms)} รวม {plain(total)}"))
