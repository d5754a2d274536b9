"""What OPDC and a party look at: the right figures, nothing too early, the same questions at one year and at many."""

import io
from decimal import Decimal

import pytest
from django.urls import reverse

from agreements import testing as agreements
from agreements.models import Scale
from kpiportal import xlsx
from kpiportal.models import AuditEvent
from kpiportal.testing.queries import query_counts
from reporting import testing as filing
from reporting.evaluation import testing
from reporting.looking import national
from reporting.models import Report

D = Decimal
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
BANDS = [
    {"from": "3.5", "word": "ดี", "light": "green"},
    {"from": "2.5", "word": "พอใช้", "light": "yellow"},
    {"from": "0", "word": "ปรับปรุง", "light": "red"},
]


@pytest.fixture
def bands(db):
    scale = agreements.make_scale()
    Scale.objects.filter(pk=scale.pk).update(bands=BANDS)


def test_one_statement_gives_what_the_engine_gives(cast):
    """(60 × 3.47 + 10 × 5 + 15 × 1 + 15 × 1 for the blank) ÷ 100."""
    round = testing.closed_round(cast)
    (row,) = national.standings()
    assert (row.owner, row.own, row.given, row.place) == ("เชียงใหม่", D("2.8820"), None, None)
    assert (row.accepted, row.cards, row.evaluation) == (3, 4, None)
    evaluation = testing.actions.begin_evaluation(round, by=cast.evaluator, at=testing.NOVEMBER)
    testing.mark(evaluation, "1.1", cast, verdict="accepted")
    assert national.standings()[0].given is None  # nobody is shown what is not announced
    evaluation = testing.published(cast, evaluation)
    (row,) = national.standings(rounds=[(2558, 12)], owner_id=cast.province.pk)
    assert (row.own, row.given, row.place, row.evaluation) == (D("2.8820"), D("2.6000"), 1, "preliminary")
    assert row.given == evaluation.total
    assert (
        national.standings(rounds=[(2559, 12)])
        == national.standings(rounds=[])
        == national.standings(owner_id=cast.agency.pk)
        == []
    )


def test_an_appeals_score_counts_when_it_is_final_and_not_before(cast):
    evaluation = testing.appealed(cast)
    assert national.standings()[0].given == D("2.6000")
    testing.decided(evaluation, cast)
    (row,) = national.standings()
    assert (row.given, row.is_final) == (D("2.7500"), True)


def test_what_an_agency_has_not_sent_is_no_result(cast):
    round = filing.make_round(cast)
    filing.fill(filing.card_of(round, cast), cast)
    assert Report.objects.filter(score__isnull=False).count() == 1
    assert national.standings()[0].own is None


def test_opdcs_table_filters_sorts_and_ranks(cast, as_user, bands):
    testing.published(cast)
    opdc = as_user(cast.negotiator)
    page = opdc.get(reverse("reporting:overview")).content.decode()
    for words in ("เชียงใหม่", "3 จาก 4", "2.8820", "2.6000", "−0.2820", "พอใช้", "แจ้งผลเบื้องต้นแล้ว"):
        assert words in page
    assert "เชียงใหม่" not in opdc.get(reverse("reporting:overview"), {"grade": "ดี"}).content.decode()
    odd = {"round": "x-9", "sort": "drop", "down": "1", "cluster": "0", "kind": "opdc"}
    assert opdc.get(reverse("reporting:overview"), odd).status_code == 200
    tiles = opdc.get(reverse("reporting:overview"), {"show": "map"}).content.decode()
    assert 'class="tile due" aria-label="ชม 2.60 เชียงใหม่ พอใช้"' in tiles
    assert "2.8820" in opdc.get(reverse("reporting:overview"), {"show": "years"}).content.decode()


def test_the_workbook_is_the_table_and_no_name_is_a_formula(cast, as_user, bands):
    cast.province.name = "=1+1"
    cast.province.save()
    testing.published(cast)
    answer = as_user(cast.director).get(reverse("reporting:overview_export"))
    sheet = xlsx.read_workbook(io.BytesIO(answer.content))[0]
    header, row = sheet.rows
    assert header[:2] == ["อันดับ", "จังหวัดหรือกลุ่มจังหวัด"]
    assert row[:2] == [1, "=1+1"]
    assert sheet.formulas == []
    assert row[8:11] == [Decimal("2.882"), Decimal("2.6"), "พอใช้"]


def test_a_party_is_led_to_its_own_year_and_sees_its_lights(cast, as_user, bands):
    testing.closed_round(cast)
    governor = as_user(cast.governor)
    page = governor.get(reverse("reporting:overview"), follow=True).content.decode()
    for words in ("2.8820", "พอใช้", "ตัวชี้วัดที่เสียคะแนนมากที่สุด", "ฝนตกหนัก", "มีคะแนนเพียงปีเดียว"):
        assert words in page
    # 60 × (5 − 3.47) ÷ 85 sent: the first of the list.
    assert page.index("1.0800") < page.index("0.7059")


def test_years_stand_beside_each_other(cast, as_user, bands):
    testing.published(cast)
    later = agreements.make_framework(cast, fiscal_year=2559)
    testing.closed_round(cast, agreement=agreements.make_signed(cast, framework=later), values=("91",) * 4)
    page = as_user(cast.coordinator).get(reverse("reporting:overview"), follow=True).content.decode()
    assert "เปรียบเทียบรายปี ปี 2558 2.6000 ผลเบื้องต้น ปี 2559 5.0000 ประเมินตนเอง" in page


def test_what_if_is_scored_by_the_engine_and_keeps_nothing(cast, as_user, bands):
    round = testing.closed_round(cast)
    address = reverse("reporting:what_if", args=[round.agreement_id])
    first, second, third, fourth = round.agreement.indicators.order_by("order")
    typed = {
        f"how_{first.pk}": "typed", f"value_{first.pk}": "88",  # 4.6
        f"how_{second.pk}": "last",
        f"how_{third.pk}": "target",  # 80 at level 3
        f"how_{fourth.pk}": "target",
    }  # fmt: skip
    governor, told = as_user(cast.governor), AuditEvent.objects.count()
    page = governor.post(address, typed).content.decode()
    # (60 × 4.6 + 10 × 5 + 15 × 3 + 15 × 3) ÷ 100, beside 2.8820 as it stands
    for words in ("4.1600", "2.8820", "+1.2780", 'value="88"', "ดี"):
        assert words in page
    wrong = governor.post(address, {f"how_{first.pk}": "typed", f"value_{first.pk}": "มาก"})
    assert (wrong.status_code, "โปรดพิมพ์เฉพาะตัวเลข" in wrong.content.decode()) == (422, True)
    assert "มาก" in wrong.content.decode()
    assert "พิมพ์ตัวเลขที่สมมติ" in governor.post(address, {f"how_{first.pk}": "typed"}).content.decode()
    assert AuditEvent.objects.count() == told
    assert Report.objects.filter(indicator=first).get().score == D("3.4700")


def test_pages_ask_the_same_at_one_year_and_at_four(cast):
    def counts():
        overview, agreement = reverse("reporting:overview"), evaluation.round.agreement_id
        return query_counts(
            [
                ("table", cast.negotiator, overview),
                ("map", cast.negotiator, f"{overview}?show=map"),
                ("years", cast.negotiator, f"{overview}?show=years"),
                ("dashboard", cast.governor, reverse("reporting:dashboard", args=[agreement])),
                ("what if", cast.governor, reverse("reporting:what_if", args=[agreement])),
            ]
        )

    evaluation = testing.published(cast)
    small = counts()
    for year in (2559, 2560, 2561):
        framework = agreements.make_framework(cast, fiscal_year=year)
        agreement = agreements.make_signed(cast, framework=framework)
        testing.closed_round(cast, agreement=agreement, values=("82",))
    assert counts() == small == {"table": 4, "map": 5, "years": 3, "dashboard": 4, "what if": 6}
