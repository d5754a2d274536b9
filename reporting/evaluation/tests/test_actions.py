"""From the first score to the final grade: who may, what is kept, what is told, what stands in the trail."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from kpiportal.models import AuditEvent, OutgoingMail
from kpiportal.testing.people import BANGKOK
from kpiportal.workflow import NotReady, Stale
from reporting import testing as filing
from reporting.evaluation import actions, appeals, testing
from reporting.evaluation.marks import Marks
from reporting.models import Evaluation, EvaluationLine, EvaluationPolicy, Report

D = Decimal
pytestmark = pytest.mark.django_db


def test_scoring_begins_beside_the_self_scores(cast):
    evaluation = testing.make_evaluation(cast)
    own = dict(evaluation.lines.values_list("indicator__number", "self_score"))
    assert own == {"1.1": D("3.4700"), "2.1": D("5.0000"), "3.1": D("1.0000"), "4.1": None}
    assert set(evaluation.lines.values_list("score", flat=True)) == {None}
    assert AuditEvent.objects.filter(verb="reporting.begin_evaluation", actor=cast.evaluator).count() == 1


def test_it_begins_once_after_the_round_and_by_an_evaluator(cast):
    round = filing.make_round(cast)
    with pytest.raises(Stale):
        actions.begin_evaluation(round, by=cast.evaluator, at=testing.NOVEMBER)
    closed = actions.Round.objects.get(pk=round.pk)
    closed = filing.actions.close_round(closed, by=cast.coordinator, revision=1, at=testing.NOVEMBER)
    for person in (cast.director, cast.negotiator, cast.coordinator, cast.governor, cast.operator):
        with pytest.raises(PermissionDenied):
            actions.begin_evaluation(closed, by=person, at=testing.NOVEMBER)
    with pytest.raises(Stale):  # closed, and its SAR not sent
        actions.begin_evaluation(closed, by=cast.evaluator, at=testing.NOVEMBER)
    actions.begin_evaluation(testing.at_opdc(closed), by=cast.evaluator, at=testing.NOVEMBER)
    with pytest.raises(Stale):
        actions.begin_evaluation(closed, by=cast.evaluator, at=testing.NOVEMBER)


def test_interim_reports_never_sent_are_counted(cast):
    """R26: the round of 6 months was open, and three of four cards of it were never sent."""
    agreement = filing.make_signed(cast)
    early = filing.make_round(cast, months=6, agreement=agreement)
    filing.send(filing.card_of(early, cast), cast)
    evaluation = testing.make_evaluation(cast, agreement=agreement)
    missed = dict(evaluation.lines.values_list("indicator__number", "missed_reports"))
    assert missed == {"1.1": 0, "2.1": 1, "3.1": 1, "4.1": 1}


def test_a_years_deduction_is_data_and_stays_as_it_was_when_scoring_began(cast):
    round = testing.closed_round(cast)
    row = EvaluationPolicy(framework=round.agreement.framework)
    facts = {"per_missed_report": D("0.2"), "floor": None, "appeal_days": 10, "grades": []}
    actions.set_policy(row, by=cast.director, revision=0, at=testing.NOVEMBER, **facts)
    evaluation = actions.begin_evaluation(round, by=cast.evaluator, at=testing.NOVEMBER)
    actions.set_policy(row, by=cast.director, revision=1, at=testing.NOVEMBER, **{**facts, "per_missed_report": D(1)})
    assert testing.mark(evaluation, "1.1", cast, verdict="accepted", missed_reports=2).score == D("3.0700")
    with pytest.raises(PermissionDenied):
        actions.set_policy(row, by=cast.evaluator, revision=2, at=testing.NOVEMBER, **facts)
    with pytest.raises(Stale):
        actions.set_policy(row, by=cast.director, revision=1, at=testing.NOVEMBER, **facts)


def test_the_self_score_is_never_overwritten(cast):
    evaluation = testing.make_evaluation(cast)
    line = testing.mark(evaluation, "1.1", cast, verdict="changed", raw=D("2.5"), reason="ตัวหารไม่ครบ")
    assert (line.self_score, line.raw, line.score) == (D("3.4700"), D("2.5000"), D("2.5000"))
    assert Report.objects.get(pk=line.report_id).score == D("3.4700")


def test_an_unfinished_line_is_kept_without_a_score(cast):
    evaluation = testing.make_evaluation(cast)
    line = testing.mark(evaluation, "1.1", cast, verdict="changed", raw=D(3))
    assert (line.verdict, line.raw, line.score, line.revision) == ("changed", D(3), None, 1)


def test_two_evaluators_on_one_line_do_not_overwrite_each_other(cast):
    evaluation = testing.make_evaluation(cast)
    line = testing.line_of(evaluation, "1.1")
    testing.mark(evaluation, "1.1", cast, verdict="accepted")
    with pytest.raises(Stale):
        actions.mark_line(line, Marks(verdict="changed"), by=cast.evaluator, revision=0, at=testing.NOVEMBER)
    assert testing.line_of(evaluation, "1.1").verdict == "accepted"


def test_the_preliminary_result_is_announced_whole(cast):
    evaluation = testing.make_evaluation(cast)
    with pytest.raises(NotReady) as refusal:
        actions.publish_evaluation(evaluation, by=cast.director, revision=0, at=testing.NOVEMBER)
    assert [blocker.text for blocker in refusal.value.blockers] == [
        f"ตัวชี้วัด {number} ยังพิจารณาไม่ครบ" for number in ("1.1", "2.1", "3.1", "4.1")
    ]
    evaluation = testing.published(cast, evaluation)
    # (60 × 3 + 10 × 5 + 15 × 1 + 15 × 1) ÷ 100
    assert (evaluation.state, evaluation.total) == ("preliminary", D("2.6000"))
    # 16 November + 15 days: 1 December to its last second.
    assert evaluation.appeal_due_at == dt.datetime(2015, 12, 2, tzinfo=BANGKOK)
    told = OutgoingMail.objects.filter(subject__contains="ผลการประเมินเบื้องต้น")
    assert {mail.to_user for mail in told} == {cast.coordinator, cast.office_head, cast.governor}
    assert "2.6000" in told.first().body
    assert "1 ธ.ค. 2558 เวลา 23.59 น." in told.first().body


def test_only_the_director_announces_and_nobody_scores_afterwards(cast):
    evaluation = testing.make_evaluation(cast)
    with pytest.raises(PermissionDenied):
        actions.publish_evaluation(evaluation, by=cast.evaluator, revision=0, at=testing.NOVEMBER)
    evaluation = testing.published(cast, evaluation)
    with pytest.raises(Stale):
        testing.mark(evaluation, "1.1", cast, verdict="accepted")
    with pytest.raises(Stale):
        actions.accept_rest(evaluation, by=cast.evaluator, at=testing.NOVEMBER)


def test_a_result_taken_back_is_scored_again_and_hidden_meanwhile(cast):
    evaluation = testing.published(cast)
    with pytest.raises(NotReady):
        actions.recall_evaluation(evaluation, by=cast.director, revision=1, at=testing.NOVEMBER, reason=" ")
    evaluation = actions.recall_evaluation(
        evaluation, by=cast.director, revision=1, at=testing.NOVEMBER, reason="พิมพ์คะแนนผิด"
    )
    assert not Evaluation.objects.visible_to(cast.coordinator).exists()
    assert Evaluation.objects.visible_to(cast.evaluator).get() == evaluation
    assert testing.mark(evaluation, "1.1", cast, verdict="accepted").score == D("3.4700")


def test_the_governor_may_take_the_result_as_it_is(cast):
    evaluation = testing.published(cast)
    with pytest.raises(PermissionDenied):
        actions.accept_evaluation(evaluation, by=cast.coordinator, revision=1, at=testing.NOVEMBER)
    evaluation = actions.accept_evaluation(evaluation, by=cast.governor, revision=1, at=testing.NOVEMBER)
    assert (evaluation.state, evaluation.total) == ("final", D("2.6000"))


def test_an_appeal_from_its_draft_to_the_final_score(cast):
    evaluation = testing.published(cast)
    with pytest.raises(NotReady):
        appeals.file_appeal(evaluation, by=cast.governor, revision=1, at=testing.NOVEMBER)
    item = testing.disputed(evaluation, cast, uploads=[filing.upload("หลักฐานใหม่.pdf")])
    with pytest.raises(PermissionDenied):
        appeals.file_appeal(evaluation, by=cast.coordinator, revision=1, at=testing.NOVEMBER)
    evaluation = appeals.file_appeal(evaluation, by=cast.governor, revision=1, at=testing.NOVEMBER)
    item.appeal.refresh_from_db()
    assert (evaluation.state, item.appeal.filed_by) == ("appealed", cast.governor)
    assert item.appeal.filed_by_text.endswith("(ผู้ว่าราชการจังหวัด จังหวัดเชียงใหม่)")
    with pytest.raises(Stale):  # signed words are frozen
        testing.disputed(evaluation, cast)
    with pytest.raises(NotReady):
        actions.decide_appeal(evaluation, by=cast.director, revision=2, at=testing.DECEMBER)
    evaluation = testing.decided(evaluation, cast)
    line = testing.line_of(evaluation, "1.1")
    assert (line.self_score, line.score, line.appeal_score) == (D("3.4700"), D("3.0000"), D("3.2500"))
    # (60 × 3.25 + 10 × 5 + 15 × 1 + 15 × 1) ÷ 100
    assert (evaluation.state, evaluation.total) == ("final", D("2.7500"))


@pytest.mark.parametrize(
    ("word", "fields"),
    [
        ({"outcome": "", "decision": "", "score": None}, ["outcome", "decision"]),
        ({"outcome": "approved", "decision": "ครบ", "score": None}, ["score"]),
        ({"outcome": "approved", "decision": "ครบ", "score": D(6)}, ["score"]),
    ],
)
def test_a_decision_needs_its_reason_and_score(cast, word, fields):
    evaluation = testing.appealed(cast)
    item = evaluation.appeal.items.get()
    with pytest.raises(NotReady) as refusal:
        appeals.decide_item(item, **word, by=cast.evaluator, revision=1, at=testing.DECEMBER)
    assert [blocker.field for blocker in refusal.value.blockers] == fields


def test_a_refused_appeal_leaves_the_evaluators_score(cast):
    evaluation = testing.appealed(cast)
    item = evaluation.appeal.items.get()
    word = {"outcome": "refused", "decision": "หลักฐานอยู่นอกรอบ", "score": D(5)}
    appeals.decide_item(item, **word, by=cast.director, revision=1, at=testing.DECEMBER)
    assert testing.line_of(evaluation, "1.1").appeal_score == D("3.0000")


LAST = dt.datetime(2015, 12, 1, 23, 59, 59, 999_999, tzinfo=BANGKOK)
OVER = dt.datetime(2015, 12, 2, tzinfo=BANGKOK)


def test_the_window_ends_with_its_last_day_in_bangkok(cast):
    evaluation = testing.published(cast)
    testing.disputed(evaluation, cast)
    assert actions.lapse_appeals(at=LAST) == 0
    with pytest.raises(Stale):
        appeals.file_appeal(evaluation, by=cast.governor, revision=1, at=OVER)
    assert appeals.file_appeal(evaluation, by=cast.governor, revision=1, at=LAST).state == "appealed"
    assert actions.lapse_appeals(at=OVER) == 0


def test_without_an_appeal_the_clock_makes_it_final_once(cast):
    evaluation = testing.published(cast)
    assert actions.lapse_appeals(at=OVER) == 1
    assert actions.lapse_appeals(at=OVER) == 0
    evaluation.refresh_from_db()
    assert (evaluation.state, evaluation.total, evaluation.final_at) == ("final", D("2.6000"), OVER)
    event = AuditEvent.objects.get(verb="reporting.lapse_appeal")
    assert (event.actor, event.actor_text) == (None, "ระบบ")


def test_what_is_taken_out_of_an_appeal_stays_in_the_trail(cast):
    evaluation = testing.published(cast)
    item = testing.disputed(evaluation, cast, uploads=[filing.upload()])
    appeals.take_back(item, by=cast.coordinator, at=testing.NOVEMBER)
    assert not EvaluationLine.objects.filter(appeal_item__isnull=False).exists()
    event = AuditEvent.objects.get(verb="reporting.take_back_dispute")
    assert event.before["grounds"] == "มีหลักฐานครบตามไฟล์แนบ"


def test_grades_are_the_years_own(cast):
    evaluation = testing.make_evaluation(cast)
    framework = evaluation.round.agreement.framework
    grades = [
        {"from": "2.6", "word": "ระดับคุณภาพ", "light": "green"},
        {"from": "0", "word": "ต้องปรับปรุง", "light": "red"},
    ]
    facts = {"per_missed_report": D(0), "floor": None, "appeal_days": 15, "grades": grades}
    actions.set_policy(
        EvaluationPolicy(framework=framework), by=cast.director, revision=0, at=testing.NOVEMBER, **facts
    )
    assert testing.published(cast, evaluation).grade == "ระดับคุณภาพ"
