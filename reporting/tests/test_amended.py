"""What an amendment would do to filed rounds, said before anybody decides; and what it does."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from agreements import testing as agreements
from agreements.amendments import above, actions, outcome
from agreements.amendments import testing as requests
from agreements.models import Agreement
from kpiportal.models import AuditEvent, OutgoingMail
from kpiportal.workflow import NotReady, Stale
from reporting import actions as reporting
from reporting import cardrows, dressed, opening, sheet, testing
from reporting.models import Report

EASIER = {("1.1", "criteria"): requests.EASIER, ("1.1", "target"): {"target": "75"}}
CANCEL = {("3.1", "cancel"): {}, ("4.1", "weight"): {"weight": "30"}}


@pytest.fixture
def round(cast):
    """The round of 12 months, open; card 1.1 sent with 82.35 (3.4700), the others not begun."""
    round = testing.make_round(cast)
    testing.send(testing.card_of(round, cast), cast)
    return round


def _effect(round, asked, cast):
    request = requests.make_request(cast, round.agreement, asked)
    agreement = Agreement.objects.select_related("framework__scale").get(pk=round.agreement_id)
    after = outcome.of(agreement, outcome.asked(request.rows.all()), from_months=12)
    return above.effects(agreement, after.rows, after.changed, from_months=12)


def test_a_filed_round_says_what_it_would_be_before_anybody_decides(cast, round):
    (found,) = _effect(round, EASIER, cast)
    assert (found.name, [(card.indicator.number, card.filed, card.before, card.after) for card in found.cards]) == (
        "รอบ 12 เดือน",
        [("1.1", True, Decimal("3.4700"), Decimal("4.4700"))],
    )
    # (60 × 3.47 + 40 × 1) ÷ 100 and (60 × 4.47 + 40 × 1) ÷ 100: cards without a result count 1 at the end (R25)
    assert (found.effect.before.score, found.effect.after.score) == (Decimal("2.4820"), Decimal("3.0820"))
    assert found.effect.difference == Decimal("0.6000")
    assert Report.objects.get(round=round, indicator__number="1.1").score == Decimal("3.4700")


def test_a_cancelled_indicator_leaves_the_total_and_its_weight_goes_where_it_was_given(cast, round):
    (found,) = _effect(round, CANCEL, cast)
    assert [(c.indicator.number, c.weight_before, c.weight_after) for c in found.cards] == [
        ("3.1", Decimal(15), Decimal(0)),
        ("4.1", Decimal(15), Decimal(30)),
    ]


def test_cards_follow_the_new_version_and_what_was_sent_stays_as_it_was_sent(cast, round):
    requests.approve(cast, requests.make_asked(cast, round.agreement, EASIER))
    card = Report.objects.get(round=round, indicator__number="1.1")
    assert (card.version.number, card.score, card.state) == (2, Decimal("4.4700"), "sent")
    sent = card.versions.get()
    assert (sent.score, sent.content["agreement_version"], sent.content["indicator"]["target"]) == (
        Decimal("3.4700"),
        1,
        "80",
    )
    told = AuditEvent.objects.get(verb="reporting.rescore")
    assert (told.before["score"], told.after["score"]) == ("3.4700", "4.4700")
    mail = OutgoingMail.objects.get(subject__endswith="แก้ไขแล้ว")
    assert mail.to_user == cast.collector
    assert "- ค่าเป้าหมาย: 80 → 75" in mail.body
    assert set(round.reports.values_list("version__number", flat=True)) == {2}


def test_a_card_read_before_an_amendment_is_locked_in_the_words_after_it(cast, round):
    read = cardrows.card_to_fill(cast.collector, Report.objects.get(round=round, indicator__number="1.1").pk)
    assert opening.lock(read).indicator is read.indicator
    requests.approve(cast, requests.make_asked(cast, round.agreement, EASIER))
    locked = opening.lock(read)
    assert (read.indicator.target, locked.indicator.target, locked.version.number) == (80, 75, 2)


def test_cards_of_an_earlier_round_are_read_by_the_version_they_stand_on(cast, round):
    early = testing.make_round(cast, months=6, agreement=round.agreement)
    card = testing.fill(testing.card_of(early, cast), cast)
    requests.approve(cast, requests.make_asked(cast, round.agreement, EASIER))
    card = Report.objects.select_related("version", "indicator__criteria").get(pk=card.pk)
    assert (card.version.number, card.score) == (1, Decimal("3.4700"))
    assert dressed.dress(card).indicator.criteria.levels == [70, 75, 80, 85, 90]
    saved = reporting.save_report(
        card, by=cast.collector, revision=card.revision, at=testing.FILED, answers=testing.ANSWERS,
        entries={card.indicator_id: {"value": Decimal("84.70")}},
    )  # fmt: skip
    assert saved.score == Decimal("3.9400")
    by_number = {row["number"]: row["target"] for row in sheet.read(early) if row["id"]}
    assert (by_number["1.1"], by_number["2.1"]) == (80, 80)
    assert {row["number"]: row["target"] for row in sheet.read(round) if row["id"]}["1.1"] == 75


def test_a_page_that_was_open_is_told_and_what_is_typed_is_not_sent_unseen(cast, round):
    card = round.reports.get(indicator__number="3.1")
    card = testing.fill(card, cast)
    requests.approve(cast, requests.make_asked(cast, round.agreement, {("3.1", "target"): {"target": "75"}}))
    with pytest.raises(Stale):
        reporting.save_report(
            card, by=cast.collector, revision=card.revision, at=testing.FILED, answers=testing.ANSWERS,
            entries={card.indicator_id: {"value": Decimal("84.70")}},
        )  # fmt: skip


def test_cards_of_a_cancelled_indicator_are_taken_out_by_the_system(cast, round):
    requests.approve(cast, requests.make_asked(cast, round.agreement, CANCEL))
    states = dict(round.reports.values_list("indicator__number", "state"))
    assert states == {"1.1": "sent", "2.1": "not_started", "3.1": "cancelled", "4.1": "not_started"}
    early = testing.make_round(cast, months=6, agreement=round.agreement)
    weights = {row["number"]: row["round_weights"] for row in sheet.read(early) if row["id"]}
    assert (weights["3.1"], weights["4.1"]) == ('{"6": "15.00"}', '{"6": "15.00"}')


def test_nothing_reaches_back_into_a_closed_round(cast, round):
    request = requests.make_request(cast, round.agreement, EASIER)
    reporting.close_round(round, by=cast.coordinator, revision=round.revision, at=testing.FILED)
    with pytest.raises(NotReady) as refusal:
        actions.sign(request, by=cast.governor, revision=request.revision, at=requests.JUNE)
    assert [blocker.text for blocker in refusal.value.blockers] == [
        "รอบ 12 เดือนปิดแล้ว คำขอเปลี่ยนแปลงมีผลย้อนหลังไปถึงรอบที่ปิดแล้วไม่ได้"
    ]
    with pytest.raises(Stale, match="ทุกรอบของปีนี้ปิดแล้ว"):
        actions.open_request(round.agreement, by=cast.coordinator, at=requests.JULY)


def test_a_round_closed_while_opdc_was_deciding_stops_the_decision(cast, round):
    request = requests.make_asked(cast, round.agreement, EASIER)
    reporting.close_round(round, by=cast.coordinator, revision=round.revision, at=testing.FILED)
    with pytest.raises(NotReady):
        requests.approve(cast, request)
    assert agreements.Agreement.objects.get(pk=round.agreement_id).versions.count() == 1


def test_a_page_opened_before_the_amendment_says_what_changed_and_keeps_what_was_typed(cast, round, as_user):
    card = round.reports.get(indicator__number="3.1")
    requests.approve(cast, requests.make_asked(cast, round.agreement, {("3.1", "target"): {"target": "75"}}))
    card.refresh_from_db()
    typed = {"revision": card.revision, "token": uuid.uuid4(), f"value_{card.indicator_id}": "84.70", "agreed": "1",
             "explanation": "พิมพ์ไว้ก่อนแก้ไข"}  # fmt: skip
    browser = as_user(cast.collector)
    page = browser.post(reverse("reporting:report_save", args=[card.pk]), typed)
    text = page.content.decode()
    assert page.status_code == 409
    assert "คำรับรองฯ แก้ไขเป็นฉบับที่ 2 แล้วขณะที่หน้านี้เปิดอยู่ (ค่าเป้าหมาย 80 → 75)" in text
    assert "พิมพ์ไว้ก่อนแก้ไข" in text
    assert 'name="agreed" value="2"' in text
    answer = browser.post(reverse("reporting:report_autosave", args=[card.pk]), {"agreed": "1", "dirty": "explanation"})
    assert (answer.status_code, "ฉบับที่ 2" in answer.json()["refused"]) == (409, True)
    typed["agreed"] = "2"
    assert browser.post(reverse("reporting:report_save", args=[card.pk]), typed).status_code == 302
