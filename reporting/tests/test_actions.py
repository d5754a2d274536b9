"""Filing, certifying, reviewing: what each action changes, freezes, tells, and refuses."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from agreements.testing import make_signed
from kpiportal.models import AuditEvent, OutgoingMail
from kpiportal.testing.plugin import NOW
from kpiportal.workflow import NotReady, Stale
from reporting import actions, testing
from reporting.models import Decision, Evidence, Report, ReportVersion
from reporting.sar.content import standing

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def card(cast):
    return testing.card_of(testing.make_round(cast), cast)


def save(card, cast, *, revision=None, value="82.35", by=None, **answers):
    return actions.save_report(
        card, by=by or cast.collector, revision=card.revision if revision is None else revision, at=NOW,
        answers={**testing.ANSWERS, **answers}, entries={card.indicator_id: {"value": Decimal(value)}},
    )  # fmt: skip


def test_signing_schedules_the_rounds_with_stored_instants(cast):
    rounds = make_signed(cast).rounds.order_by("months")
    assert [(r.months, r.state) for r in rounds] == [(6, "scheduled"), (12, "scheduled")]
    assert rounds[1].agency_due_at == dt.datetime(2015, 10, 26, 17, tzinfo=dt.UTC)
    assert AuditEvent.objects.filter(verb="reporting.schedule_round").count() == 2


def test_opening_makes_one_card_per_indicator_once(cast):
    round = testing.make_round(cast)
    assert round.reports.count() == 4
    assert {r.due_at for r in round.reports.all()} == {round.agency_due_at}
    with pytest.raises(Stale):
        actions.open_round(round, by=cast.coordinator, revision=0, at=NOW)
    assert round.reports.count() == 4


def test_indicators_not_active_in_the_round_get_no_card(cast):
    agreement = make_signed(cast)
    agreement.indicators.filter(number="1.1").update(start_months=12)
    agreement.indicators.filter(number="2.1").update(cancelled_months=6)
    round = testing.make_round(cast, months=6, agreement=agreement)
    assert sorted(round.reports.values_list("indicator__number", flat=True)) == ["3.1", "4.1"]


def test_a_round_without_a_host_does_not_open(cast):
    agreement = make_signed(cast)
    agreement.indicators.get(number="3.1").assignments.all().delete()
    with pytest.raises(NotReady) as refusal:
        testing.make_round(cast, agreement=agreement)
    assert [b.text for b in refusal.value.blockers] == ["ตัวชี้วัด 3.1 ยังไม่มีเจ้าภาพหลัก"]
    assert not Report.objects.exists()


def test_saving_keeps_answers_and_scores_them(card, cast):
    saved = save(card, cast)
    assert (saved.state, saved.revision, saved.score) == ("draft", 1, Decimal("3.4700"))
    assert (saved.saved_by, saved.saved_at) == (cast.collector, NOW)
    assert saved.entries.get().value == Decimal("82.35")
    assert AuditEvent.objects.get(verb="reporting.start").actor == cast.collector
    again = save(saved, cast, value="91", explanation="แก้ไขแล้ว")
    assert (again.revision, again.score, again.explanation) == (2, Decimal("5.0000"), "แก้ไขแล้ว")


def test_no_data_is_blank_and_never_zero(card, cast):
    saved = actions.save_report(
        card, by=cast.collector, revision=0, at=NOW,
        answers={**testing.ANSWERS, "no_data": True, "no_data_reason": "ยังไม่ประกาศตัวเลข"},
        entries={card.indicator_id: {"value": None}},
    )  # fmt: skip
    assert (saved.score, saved.no_data, saved.no_data_reason) == (None, True, "ยังไม่ประกาศตัวเลข")


def test_two_people_on_one_card_the_second_is_told(card, cast):
    save(card, cast)
    with pytest.raises(Stale):
        save(card, cast, revision=0, value="10")
    card.refresh_from_db()
    assert card.entries.get().value == Decimal("82.35")


@pytest.mark.parametrize("who", ["overseer", "coordinator", "other_collector", "neighbour_collector", "negotiator"])
def test_only_the_hosts_collector_saves(card, cast, who):
    with pytest.raises(PermissionDenied):
        save(card, cast, by=getattr(cast, who))
    card.refresh_from_db()
    assert (card.state, card.revision) == ("not_started", 0)


def test_sending_freezes_what_was_sent_and_tells_the_overseer(card, cast):
    version = testing.send(card, cast)
    card.refresh_from_db()
    assert (card.state, card.filed_by, card.filed_at) == ("sent", cast.collector, testing.FILED)
    assert (version.number, version.score, version.late) == (1, Decimal("3.4700"), False)
    assert version.content["entries"] == {card.indicator.number: {
        "value": "82.35", "numerator": None, "denominator": None, "steps_done": None, "part": None,
        "sub_points": None, "answer": None}}  # fmt: skip
    assert version.content["answers"]["explanation"] == "ดำเนินการครบตามแผน"
    assert [e["number"] for e in version.content["evidence"]] == [1]
    assert len(version.sha256) == 64
    assert OutgoingMail.objects.get().to_user == cast.overseer
    assert AuditEvent.objects.filter(verb="reporting.send").count() == 1


def test_sending_twice_with_one_token_is_one_send_and_one_receipt(card, cast):
    saved = testing.fill(card, cast)
    token = uuid.uuid4()
    first = actions.send_report(saved, by=cast.collector, revision=saved.revision, at=NOW, token=token)
    second = actions.send_report(saved, by=cast.collector, revision=saved.revision, at=NOW, token=token)
    assert first == second
    assert ReportVersion.objects.count() == 1


def test_an_incomplete_card_is_not_sent_and_says_what_is_missing(card, cast):
    saved = save(card, cast, explanation="", obstacles="")
    saved.entries.update(value=None)
    with pytest.raises(NotReady) as refusal:
        actions.send_report(saved, by=cast.collector, revision=1, at=NOW, token=uuid.uuid4())
    assert [b.text for b in refusal.value.blockers] == [
        "กรุณากรอกผลการดำเนินงาน",
        "กรุณาแนบหลักฐานอ้างอิงอย่างน้อย 1 ไฟล์",
        "กรุณากรอกคำชี้แจงการปฏิบัติงาน/มาตรการที่ได้ดำเนินการ",
        "กรุณากรอกปัญหาอุปสรรค",
    ]
    card.refresh_from_db()
    assert (card.state, ReportVersion.objects.count()) == ("draft", 0)


@pytest.mark.parametrize(
    ("sent_at", "late"),
    [("2015-10-26T23:59:59.999999+07:00", False), ("2015-10-27T00:00:00+07:00", True)],
)
def test_late_filing_is_flagged_never_refused(card, cast, sent_at, late):
    saved = testing.fill(card, cast)
    version = actions.send_report(
        saved, by=cast.collector, revision=saved.revision, at=dt.datetime.fromisoformat(sent_at), token=uuid.uuid4()
    )
    assert version.late is late


def test_a_closed_round_takes_no_more(card, cast):
    saved = testing.fill(card, cast)
    actions.close_round(card.round, by=cast.coordinator, revision=1, at=NOW)
    for deed in (
        lambda: save(saved, cast),
        lambda: actions.send_report(saved, by=cast.collector, revision=1, at=NOW, token=uuid.uuid4()),
        lambda: actions.attach_evidence(saved, testing.upload(), by=cast.collector, at=NOW),
    ):
        with pytest.raises(Stale) as refusal:
            deed()
        assert "ปิดรับรายงานแล้ว" in refusal.value.text
    saved.refresh_from_db()
    assert (saved.state, saved.revision) == ("draft", 1)


def test_a_closed_round_is_opened_again_with_a_reason_and_its_cards_as_they_were(card, cast):
    saved = testing.fill(card, cast)
    closed = actions.close_round(card.round, by=cast.coordinator, revision=1, at=NOW)
    with pytest.raises(NotReady):
        actions.reopen_round(closed, by=cast.coordinator, revision=2, at=NOW, reason=" ")
    with pytest.raises(PermissionDenied):
        actions.reopen_round(closed, by=cast.collector, revision=2, at=NOW, reason="ขอแก้ผล")
    opened = actions.reopen_round(closed, by=cast.coordinator, revision=2, at=NOW, reason="ปิดก่อนกำหนด")
    assert (opened.state, opened.reports.count()) == ("open", 4)
    assert AuditEvent.objects.get(verb="reporting.reopen_round").data["reason"] == "ปิดก่อนกำหนด"
    again = save(saved, cast, value="83")
    assert (again.due_at, again.score) == (card.due_at, Decimal("3.6000"))


def test_a_sent_card_is_locked_for_its_collector(card, cast):
    testing.send(card, cast)
    card.refresh_from_db()
    with pytest.raises(Stale) as refusal:
        save(card, cast)
    assert refusal.value.text == "รายงานนี้อยู่ในสถานะ “รอหัวหน้ารับรอง” แก้ไขไม่ได้ในขณะนี้"
    with pytest.raises(Stale):
        actions.remove_evidence(card.evidence.get(), by=cast.collector, at=NOW)


def test_the_chain_to_acceptance_is_decided_told_and_recorded(card, cast):
    accepted = testing.accept(card, cast)
    assert accepted.state == "accepted"
    decisions = list(Decision.objects.values_list("step", "passed", "by_text"))
    assert decisions == [
        ("certify", True, "นายoverseer ทดสอบ ผู้กำกับดูแลตัวชี้วัด สำนักงานคลังจังหวัดเชียงใหม่"),
        ("review", True, "นายcoordinator ทดสอบ ผู้ประสานงาน จังหวัดเชียงใหม่"),
    ]
    assert list(OutgoingMail.objects.order_by("pk").values_list("to_user__first_name", flat=True)) == [
        "overseer", "collector", "coordinator", "collector",
    ]  # fmt: skip
    verbs = ["reporting.start", "reporting.attach", "reporting.send", "reporting.certify", "reporting.accept"]
    kept = AuditEvent.objects.filter(subject_type="reporting.report", subject_id=card.pk).order_by("pk")
    assert list(kept.values_list("verb", flat=True)) == ["reporting.open_report", *verbs]


def test_refusing_sends_it_back_with_the_reason_and_the_card_can_be_mended(card, cast):
    testing.send(card, cast)
    card.refresh_from_db()
    returned = actions.refuse_report(
        card, by=cast.overseer, revision=card.revision, at=NOW, reason="ขอหลักฐานเดือนกันยายน"
    )
    assert returned.state == "returned"
    assert "ขอหลักฐานเดือนกันยายน" in OutgoingMail.objects.order_by("pk").last().body
    mended = save(returned, cast, value="83")
    assert mended.state == "returned"
    again = actions.send_report(mended, by=cast.collector, revision=mended.revision, at=NOW, token=uuid.uuid4())
    assert (again.number, again.score) == (2, Decimal("3.6000"))
    assert ReportVersion.objects.get(number=1).score == Decimal("3.4700"), "what was sent first still stands"


def test_a_refusal_needs_a_reason(card, cast):
    testing.send(card, cast)
    card.refresh_from_db()
    with pytest.raises(NotReady):
        actions.refuse_report(card, by=cast.overseer, revision=card.revision, at=NOW, reason=" ")
    card.refresh_from_db()
    assert (card.state, Decision.objects.count()) == ("sent", 0)


def test_nobody_certifies_or_reviews_their_own_filing(card, cast):
    testing.send(card, cast)
    card.refresh_from_db()
    Report.objects.filter(pk=card.pk).update(filed_by=cast.overseer)
    with pytest.raises(PermissionDenied):
        actions.certify_report(card, by=cast.overseer, revision=card.revision, at=NOW)


def test_evidence_keeps_its_thai_name_and_its_number_after_removal(card, cast):
    first = actions.attach_evidence(card, testing.upload("รายงาน ก.ย. 2558.pdf"), by=cast.collector, at=NOW)
    assert (first.number, first.file.original_name) == (1, "รายงาน ก.ย. 2558.pdf")
    actions.remove_evidence(first, by=cast.collector, at=NOW)
    second = actions.attach_evidence(card, testing.upload("ฉบับแก้ไข.pdf"), by=cast.collector, at=NOW)
    assert second.number == 2
    assert list(card.evidence.present()) == [second]
    assert Evidence.objects.get(pk=first.pk).removed_by == cast.collector
    with pytest.raises(Stale):
        actions.remove_evidence(first, by=cast.collector, at=NOW)
    verbs = ["reporting.attach", "reporting.remove_evidence", "reporting.attach"]
    assert (
        list(
            AuditEvent.objects.filter(verb__contains="e")
            .filter(verb__in=set(verbs))
            .order_by("pk")
            .values_list("verb", flat=True)
        )
        == verbs
    )


def test_an_overseer_takes_a_certification_back_until_the_province_has_decided(card, cast):
    card = testing.certify(card, cast)
    facts = {"at": testing.FILED, "by": cast.overseer}
    card = actions.take_back_certification(card, revision=card.revision, **facts)
    assert card.state == "sent"
    told = OutgoingMail.objects.filter(subject__startswith="ถอนการรับรอง")
    assert {mail.to_user for mail in told} == {cast.collector, cast.coordinator}
    with pytest.raises(Stale):
        actions.accept_report(card, by=cast.coordinator, revision=card.revision, at=testing.FILED)
    card = actions.certify_report(card, revision=card.revision, **facts)
    said = list(Decision.objects.order_by("pk").values_list("step", "turn"))
    assert said == [("certify", 1), ("takeback", 1), ("certify", 2)]
    card = actions.accept_report(card, by=cast.coordinator, revision=card.revision, at=testing.FILED)
    with pytest.raises(Stale):
        actions.take_back_certification(card, revision=card.revision, **facts)
    assert [row.turn for row in standing(card.versions.get().decisions.all())] == [2, 2]
