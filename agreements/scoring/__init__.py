"""The scoring engine: pure, exact, one implementation for screen, PDF, XLSX and live preview.

`score(criteria, result, scale)` scores one indicator and explains itself, `roll_up(nodes, scale)` totals a
tree for a round, `check` and `check_weights` name what keeps criteria and weights from being agreed.
Rule numbers R1-R34 in docstrings and `Step.rule` are those of the scoring rules in the documentation.
Nothing here imports Django or reads a clock.
"""

from .adjustments import Adjusted, DeductionRule, Final, Origin, deduct, final_score
from .check_criteria import Facts, check, check_criteria, check_facts
from .check_weights import check_weights
from .cluster import MemberScore, MemberSum, copy_to_members, sum_of_members
from .completeness import Collector, Completeness, completeness
from .criteria import (
    KINDS,
    PERCENT_LEVELS,
    Banded,
    Child,
    Composite,
    Count,
    Criteria,
    CriteriaError,
    Exclusion,
    Milestone,
    MilestoneInParts,
    Mixed,
    Numeric,
    PercentOfTarget,
    Project,
    TwoSided,
    YesNo,
    criteria_from,
)
from .effect import Effect, Moved, effect_of
from .exact import half_up, plain
from .grades import Band, band_of
from .levels import interval_of, spread
from .problems import Problem
from .results import Answer, ChildResults, Measured, Missing, Result, ResultError, StepsAndValue, StepsDone
from .rollup import Figure, Row, Subtotal, Total, roll_up
from .rounds import Standing, is_active
from .scale import ONE_TO_FIVE, THREE_TARGETS, Direction, Floor, MissingPolicy, Scale
from .score import FORMULA_VERSION, score
from .tree import Branch, Leaf, Node, Variant, leaves, use_variant
from .working import ChildScore, Score, Step, Weighted, weigh

__all__ = [
    "FORMULA_VERSION", "KINDS", "ONE_TO_FIVE", "PERCENT_LEVELS", "THREE_TARGETS", "Adjusted", "Answer", "Band",
    "Banded", "Branch", "Child", "ChildResults", "ChildScore", "Collector", "Completeness",
    "Composite", "Count", "Criteria", "CriteriaError", "DeductionRule", "Direction", "Effect", "Exclusion",
    "Facts", "Figure", "Final", "Floor", "Leaf", "Measured", "MemberScore", "MemberSum",
    "Milestone", "MilestoneInParts", "Missing", "MissingPolicy", "Mixed", "Moved", "Node", "Numeric",
    "Origin", "PercentOfTarget", "Problem", "Project", "Result", "ResultError", "Row", "Scale",
    "Score", "Standing", "Step", "StepsAndValue", "StepsDone", "Subtotal", "Total", "TwoSided",
    "Variant", "Weighted", "YesNo", "band_of", "check", "check_criteria", "check_facts",
    "check_weights", "completeness", "copy_to_members", "criteria_from", "deduct", "effect_of", "final_score",
    "half_up", "interval_of", "is_active", "leaves", "plain", "roll_up", "score", "spread",
    "sum_of_members", "use_variant", "weigh",
]  # fmt: skip
