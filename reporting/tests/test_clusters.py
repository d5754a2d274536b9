"""R31: a cluster reports once; every member of that year counts the score at its own weight, and nobody else does."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agreements import actions as agreement_actions
from agreements import clusters, form_actions
from agreements import testing as agreements
from agreements.form_actions import Edit
from agreements.models import Indicator
from kpiportal.models import ClusterMembership, Organization, Role
from kpiportal.models.people import Kind
from kpiportal.testing import people
from reporting import actions, sheet, testing
from reporting.models import Report

AT = agreements.AUTUMN
COPIED = "1.1"  # the number the cluster's 1.1 gets in the member's form: the first of its dimension


@pytest.fixture
def cluster(cast):
    """Chiang Mai's cluster, whose coordinator and head are people of their own; Lamphun joins it in 2559."""
    place = Organization.objects.create(kind=Kind.CLUSTER, code="2552-15", name="ภาคเหนือตอนบน 1")
    ClusterMembership.objects.create(cluster=place, province=cast.province, valid_from=2552, valid_to=2560)
    ClusterMembership.objects.create(cluster=place, province=cast.neighbour_province, valid_from=2559)
    coordinator, head = people.make_user("กลุ่ม"), people.make_user("หัวหน้ากลุ่ม")
    people.give(coordinator, place, Role.COORDINATOR)
    people.give(head, place, Role.CLUSTER_HEAD)
    return replace(cast, province=place, coordinator=coordinator, governor=head)


@pytest.fixture
def source(cast, cluster):
    """The cluster's signed agreement: 1.1 hosted by an agency of a member province."""
    framework = agreements.make_framework(cast, party_kind=Kind.CLUSTER)
    return agreements.make_signed(cluster, framework=framework)


@pytest.fixture
def member(cast, source):
    """A signed agreement of Chiang Mai with the cluster's indicator in place of its own 1.1 (60)."""
    framework = agreements.make_framework(cast)
    draft = agreements.make_draft(cast, framework=framework)
    old = draft.indicators.get(number="1.1")
    form_actions.remove_indicator(old, by=cast.coordinator, at=AT, reason="")
    wanted = {source.indicators.get(number="1.1").pk: Decimal(60)}
    clusters.take(draft, wanted, dimension=old.dimension, by=cast.coordinator, at=AT)
    return agreements.sign(draft, cast)


def _report(source, cluster, cast):
    round = testing.make_round(cluster, agreement=source)
    card = testing.send(round.reports.get(indicator__number="1.1"), cast).report
    card.refresh_from_db()
    card = actions.certify_report(card, by=cast.overseer, revision=card.revision, at=testing.FILED)
    return actions.accept_report(card, by=cluster.coordinator, revision=card.revision, at=testing.FILED)


def test_the_score_comes_into_the_members_round_at_its_own_weight(cast, cluster, source, member):
    round = testing.make_round(cast, agreement=member)
    copy = round.reports.get(indicator__cluster_source__agreement=source)
    assert (copy.state, copy.score, copy.host.name) == ("not_started", None, "ภาคเหนือตอนบน 1")
    card = _report(source, cluster, cast)
    copy.refresh_from_db()
    assert (copy.state, copy.score) == ("accepted", Decimal("3.4700"))
    assert copy.versions.get().sha256 == card.versions.get().sha256
    row = next(row for row in sheet.read(round) if row["number"] == COPIED)
    assert (row["score"], row["weight"], row["value"]) == (Decimal("3.4700"), 60, Decimal("82.35"))
    total = sheet.rolled_up(sheet.read(round), sheet.as_scale(member.framework.scale), 12)
    assert total.passed.score == Decimal("3.4700")


def test_a_round_opened_after_the_cluster_has_reported_has_the_score_at_once(cast, cluster, source, member):
    _report(source, cluster, cast)
    round = testing.make_round(cast, agreement=member)
    assert round.reports.get(indicator__number=COPIED).score == Decimal("3.4700")


def test_nobody_types_into_a_copy(cast, cluster, source, member):
    round = testing.make_round(cast, agreement=member)
    copy = round.reports.get(indicator__number=COPIED)
    with pytest.raises(PermissionDenied):
        actions.save_report(
            copy, by=cast.collector, revision=0, at=testing.FILED, answers=testing.ANSWERS,
            entries={copy.indicator_id: {"value": Decimal(90)}},
        )  # fmt: skip
    assert Report.objects.get(pk=copy.pk).score is None


def test_a_members_form_says_only_its_own_weight_of_such_an_indicator(cast, cluster, source):
    draft = agreement_actions.open_agreement(agreements.make_framework(cast), cast.province, by=cast.coordinator, at=AT)
    place = draft.framework.dimensions.get(name="การประเมินประสิทธิผล")
    wanted = {source.indicators.get(number="1.1").pk: Decimal(60)}
    (row,) = clusters.take(draft, wanted, dimension=place, by=cast.coordinator, at=AT)
    form_actions.edit_indicator(row, {"weight": Edit(Decimal(60), Decimal(55))}, by=cast.coordinator, at=AT)
    with pytest.raises(ValidationError, match="กลุ่มจังหวัดเท่านั้น"):
        form_actions.edit_indicator(row, {"target": Edit(Decimal(80), Decimal(70))}, by=cast.coordinator, at=AT)
    assert Indicator.objects.get(pk=row.pk).weight == 55
    with pytest.raises(ValidationError, match="อยู่ในแบบฟอร์มแล้ว"):
        clusters.take(draft, wanted, dimension=place, by=cast.coordinator, at=AT)


def test_a_province_that_joined_later_takes_nothing_of_the_year_before(cast, cluster, source):
    later = replace(cast, province=cast.neighbour_province, coordinator=cast.neighbour)
    draft = agreement_actions.open_agreement(agreements.make_framework(cast), later.province, by=cast.neighbour, at=AT)
    assert clusters.source_of(draft) is None
    place = draft.framework.dimensions.get(name="การประเมินประสิทธิผล")
    stolen = source.indicators.get(number="1.1")
    with pytest.raises(ValidationError, match="ไม่ได้อยู่ในกลุ่มจังหวัดในปีนี้"):
        clusters.take(draft, {stolen.pk: Decimal(60)}, dimension=place, by=cast.neighbour, at=AT)
    # Even a row put there by hand gets no score: membership is asked again when the score goes out.
    row = agreements.add_indicator(
        draft, later, dimension=place, number="1.1", weight=Decimal(60), cluster_source=stolen
    )
    assert [province.name for province in clusters.members(cluster.province, 2558)] == ["เชียงใหม่"]
    assert [province.name for province in clusters.members(cluster.province, 2559)] == ["เชียงใหม่", "ลำพูน"]
    round = draft.rounds.create(
        plan=draft.framework.round_plans.get(months=12), months=12, name="รอบ 12 เดือน", period_end="2015-09-30",
        agency_due_at=testing.FILED, opdc_due_at=testing.FILED,
    )  # fmt: skip
    version = source.versions.get()
    copy = Report.objects.create(
        round=round, indicator=row, host=cluster.province, version=version, due_at=testing.FILED, state_since=AT
    )
    _report(source, cluster, cast)
    copy.refresh_from_db()
    assert (copy.state, copy.score) == ("not_started", None)
