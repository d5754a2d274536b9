"""Whose turn it is, on the home page and for the reminders: from the SAR's arrival to the final result."""

import datetime as dt

import pytest

from kpiportal import obligations
from reporting import testing as cards
from reporting.evaluation import testing
from reporting.evaluation.testing import at_opdc
from reporting.models import EvaluationPolicy

pytestmark = pytest.mark.django_db
ACTORS = ("evaluator", "director", "negotiator", "coordinator", "governor", "collector")


def _turns(cast, at=testing.NOVEMBER):
    owed = {who: obligations.of(getattr(cast, who), at=at).mine for who in ACTORS}
    return {who: [task.kind for task in tasks if task.kind.startswith("evaluation.")] for who, tasks in owed.items()}


def _only(**said):
    return {**{who: [] for who in ACTORS}, **{who: [kind] for who, kind in said.items()}}


def test_the_turn_goes_from_opdc_to_the_party_and_back(cast):
    round = testing.closed_round(cast)
    assert _turns(cast) == _only(evaluator="evaluation.score")
    evaluation = testing.actions.begin_evaluation(round, by=cast.evaluator, at=testing.NOVEMBER)
    assert _turns(cast) == _only(evaluator="evaluation.score")
    testing.actions.accept_rest(evaluation, by=cast.evaluator, at=testing.NOVEMBER)
    assert _turns(cast) == _only(director="evaluation.publish")
    evaluation = testing.published(cast, evaluation)
    assert _turns(cast) == _only(coordinator="evaluation.answer", governor="evaluation.answer")
    over = dt.timedelta(days=16)
    assert _turns(cast, at=testing.NOVEMBER + over) == _only()
    testing.disputed(evaluation, cast)
    evaluation = testing.appeals.file_appeal(evaluation, by=cast.governor, revision=1, at=testing.NOVEMBER)
    assert _turns(cast) == _only(evaluator="evaluation.decide", director="evaluation.decide")
    testing.decided(evaluation, cast)
    assert _turns(cast) == _only()


@pytest.mark.parametrize(("also", "asked"), [([], []), ([9], []), ([6], ["evaluation.score"])])
def test_a_year_that_is_judged_twice_asks_for_its_half_year_too(cast, also, asked):
    round = at_opdc(cards.make_round(cast, months=6))
    EvaluationPolicy.objects.create(framework=round.agreement.framework, earlier_rounds=also)
    assert [task.kind for task in obligations.of(cast.evaluator, at=testing.NOVEMBER).mine] == asked


def test_the_task_says_until_when(cast):
    testing.published(cast)
    (task,) = [t for t in obligations.of(cast.governor, at=testing.NOVEMBER).mine if t.kind == "evaluation.answer"]
    assert "อุทธรณ์ได้ถึง 1 ธ.ค. 2558 เวลา 23.59 น." in task.detail
    assert task.chip_text == "เหลือ 15 วัน"
