"""What stands on the pages of agreements, and for whom; a refused step keeps what was typed."""

import re
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from agreements import actions, testing
from agreements.models import Agreement, Indicator
from agreements.pages import even_decimals
from kpiportal.models import Membership


def words(response):
    """The page as it is read: no tags, single spaces."""
    text = re.sub(r"(?s)<(script|style|head)\b.*?</\1>|<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(text).split())


def detail(agreement):
    return reverse("agreements:agreement_detail", args=[agreement.pk])


def move(browser, agreement, verb, **facts):
    url = reverse("agreements:agreement_move", args=[agreement.pk, verb])
    return browser.post(url, {"revision": agreement.revision, **facts})


class Table(HTMLParser):
    """Width of every row, colspans counted; a rowspan cell counts in the rows it reaches."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.reaching = [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        if tag == "tr":
            self.rows.append(self.reaching)
            self.reaching = 0
        elif tag in ("td", "th") and self.rows:
            self.rows[-1] += int(facts.get("colspan", 1))
            if int(facts.get("rowspan", 1)) > 1:
                self.reaching += int(facts.get("colspan", 1))


def tree_of(response):
    return re.search(r'(?s)<table class="tree.*?</table>', response.content.decode())[0]


@pytest.fixture
def draft(cast):
    return testing.make_draft(cast)


@pytest.fixture
def signed(cast):
    return testing.make_signed(cast)


# ---- the tree ----
def test_the_tree_shows_dimensions_years_targets_weights_levels_and_hosts(signed, cast, as_user):
    page = as_user(cast.collector).get(detail(signed))
    read = words(page)
    assert "คำรับรอง การปฏิบัติราชการ จังหวัดเชียงใหม่" in read
    assert "ลงนามแล้ว ลงนาม 26 ม.ค. 2558" in read
    assert "2556 2557 1 2 3 4 5" in read
    assert "มิติภายนอก 70.00 การประเมินประสิทธิผล 60.00" in read
    line = "1.1 ร้อยละความสำเร็จของงานที่ 1.1 ร้อยละ 76.5 78.25 80 60.00 70 75 80 85 90 สำนักงานคลังจังหวัดเชียงใหม่"
    assert line in read
    assert "4 ตัวชี้วัด · น้ำหนักรวม 100.00" in read
    assert "รวม 100.00" in read


def test_every_line_of_the_tree_is_as_wide_as_its_head_whatever_the_criteria(draft, cast, as_user):
    dimension = draft.framework.dimensions.exclude(parent=None).first()
    kinds = {
        "mixed": {"kind": "mixed", "steps": ["ก", "ข", "ค"], "levels": [Decimal(80), Decimal(90)]},
        "steps": {"kind": "milestone", "steps": ["ก", "ข", "ค", "ง", "จ"]},
        "yes": {"kind": "yes_no"},
        "both": {"kind": "two_sided", "band_low": 45, "band_high": 55, "levels": [8, 6, 4, 2, 0]},
        "parent": {"kind": "composite"},
    }
    for name, criteria in kinds.items():
        testing.add_indicator(
            draft, cast, dimension=dimension, number=f"9.{name}", weight=Decimal(1), criteria=criteria, baselines={}
        )
    table = tree_of(as_user(cast.coordinator).get(detail(draft)))
    widths = Table(table).rows
    assert len(widths) == 2 + 6 + 9 + 1  # head, dimensions, indicators, foot
    assert set(widths) == {12}  # name, unit, two years, target, weight, five levels, host
    assert "ขั้น 1" in table
    assert "ร้อยละเฉลี่ยถ่วงน้ำหนัก" in table


def test_a_year_without_a_result_leaves_its_own_column_empty(draft, cast, as_user):
    dimension = draft.framework.dimensions.exclude(parent=None).first()
    testing.add_indicator(
        draft, cast, dimension=dimension, number="9.1", weight=Decimal(1), baselines={2557: Decimal("12.5")}
    )
    table = tree_of(as_user(cast.coordinator).get(detail(draft)))
    line = table[table.index("9.1") :]
    assert re.findall(r'<td class="num past">([^<]*)</td>', line)[:2] == ["", "12.5"]


def test_the_signed_version_is_named_with_its_hash_and_the_history_is_told(signed, cast, as_user):
    page = as_user(cast.viewer).get(detail(signed))
    version = signed.versions.get()
    assert f'<code title="{version.sha256}">{version.sha256[:12]}</code>' in page.content.decode()
    assert "ฉบับที่ 1 มีผลตั้งแต่รอบ 6 เดือน จัดทำ 26 ม.ค. 2558 เวลา 10.00 น." in words(page)
    assert "ลงนามคำรับรองการปฏิบัติราชการ นายgovernor ทดสอบ (ผู้ว่าราชการจังหวัด จังหวัดเชียงใหม่)" in words(page)


# ---- the steps ----
@pytest.mark.parametrize(
    ("who", "offered"),
    [("coordinator", ["submit"]), ("office_head", ["submit"]), ("governor", []), ("viewer", [])],
)
def test_a_draft_offers_sending_to_the_party_s_office_alone(draft, cast, as_user, who, offered):
    html = as_user(getattr(cast, who)).get(detail(draft)).content.decode()
    assert re.findall(r'action="/agreements/\d+/move/(\w+)/"', html) == offered


def test_what_keeps_a_draft_from_being_sent_links_to_where_it_is_mended(draft, cast, as_user):
    bad = draft.indicators.first()
    Indicator.objects.filter(pk=bad.pk).update(target=Decimal(81), weight=Decimal(59))
    page = move(as_user(cast.coordinator), draft, "submit")
    assert page.status_code == 422
    assert "น้ำหนักรวมได้ 99 ต้องเป็น 100" in words(page)
    sentence = "ค่าเป้าหมาย 81 ไม่ตรงกับเกณฑ์ระดับใด (70, 75, 80, 85, 90)"
    assert f'<a href="/agreements/indicators/{bad.pk}/edit/#id_target">{sentence}</a>' in page.content.decode()
    assert Agreement.objects.get(pk=draft.pk).state == "draft"


def test_returning_asks_for_the_reason_beside_its_box_and_shows_it_to_the_province(draft, cast, as_user):
    sent = actions.submit_agreement(draft, by=cast.coordinator, revision=0, at=testing.AUTUMN)
    page = move(as_user(cast.negotiator), sent, "return", reason="  ")
    assert page.status_code == 422
    assert '<ul class="errors" id="id_return_reason_error"><li>กรุณาระบุเหตุผล</li></ul>' in page.content.decode()
    assert '<details class="confirm" open>' in page.content.decode()
    assert move(as_user(cast.negotiator), sent, "return", reason="ขอทบทวนค่าเป้าหมาย 1.1").status_code == 302
    read = words(as_user(cast.coordinator).get(detail(draft)))
    assert "ส่งกลับแก้ไข ขอทบทวนค่าเป้าหมาย 1.1 นายnegotiator ทดสอบ (ผู้เจรจา สำนักงาน ก.พ.ร.)" in read


def agreed(draft, cast):
    draft = actions.submit_agreement(draft, by=cast.coordinator, revision=0, at=testing.AUTUMN)
    draft = actions.open_table(draft, by=cast.negotiator, revision=1, at=testing.AUTUMN)
    return testing.agree(draft, cast)


def test_a_date_that_is_none_keeps_what_the_governor_typed(draft, cast, as_user):
    ready = agreed(draft, cast)
    asked = as_user(cast.governor).get(reverse("agreements:agreement_detail", args=[ready.pk])).content.decode()
    assert 'name="signed_on" value="19/10/2558"' in asked  # today, as the stopped clock has it
    page = move(as_user(cast.governor), ready, "sign", signed_on="31/2/2558")
    html = page.content.decode()
    assert page.status_code == 422
    assert 'value="31/2/2558"' in html
    assert 'id="id_sign_signed_on_error"' in html
    assert Agreement.objects.get(pk=draft.pk).state == "agreed"
    assert move(as_user(cast.governor), ready, "sign", signed_on="๒๖ ม.ค. ๒๕๕๘").status_code == 302
    assert Agreement.objects.get(pk=draft.pk).signed_on.isoformat() == "2015-01-26"


@pytest.mark.parametrize("date", ["26/1/2558", "", "31/2/2558"])
def test_who_may_not_sign_is_told_so_whatever_the_date(draft, cast, as_user, date):
    ready = agreed(draft, cast)
    assert move(as_user(cast.coordinator), ready, "sign", signed_on=date).status_code == 403


def test_a_step_on_an_old_page_says_so_and_offers_the_next_one(draft, cast, as_user):
    actions.submit_agreement(draft, by=cast.coordinator, revision=0, at=testing.AUTUMN)
    page = move(as_user(cast.coordinator), draft, "submit")
    assert page.status_code == 409
    assert "มีผู้อื่นดำเนินการไปก่อนแล้ว" in words(page)
    assert "ส่งสำนักงาน ก.พ.ร. แล้ว" in words(page)


def test_a_reason_typed_for_a_step_that_is_over_is_shown_for_copying(draft, cast, as_user):
    sent = actions.submit_agreement(draft, by=cast.coordinator, revision=0, at=testing.AUTUMN)
    actions.return_agreement(sent, by=cast.negotiator, revision=sent.revision, at=testing.AUTUMN, reason="ขาดเกณฑ์")
    page = move(as_user(cast.director), sent, "return", reason="น้ำหนักตัวชี้วัดที่ 2.1\nยังไม่ตรงกรอบ <b>")
    assert page.status_code == 409
    assert "ที่ท่านพิมพ์ไว้ ยังไม่ได้บันทึก: น้ำหนักตัวชี้วัดที่ 2.1<br>ยังไม่ตรงกรอบ &lt;b&gt;" in page.content.decode()


# ---- one indicator ----
def test_the_template_of_an_indicator_has_every_field_and_who_answers(signed, cast, as_user):
    Membership.objects.filter(user=cast.overseer).update(post="คลังจังหวัดเชียงใหม่")
    indicator = signed.indicators.first()
    page = as_user(cast.collector).get(reverse("agreements:indicator_detail", args=[indicator.pk]))
    read = words(page)
    for part in (
        "1.1 ร้อยละความสำเร็จของงานที่ 1.1", "มิติภายนอก · การประเมินประสิทธิผล", "น้ำหนัก (ร้อยละ) 60.00",
        "ค่าเป้าหมาย 80", "หน่วยวัด ร้อยละ", "ยิ่งมากยิ่งดี", "คำอธิบาย/คำจำกัดความ คำอธิบาย", "สูตรการคำนวณ ก × 100 ÷ ข",
        "แหล่งข้อมูล ระบบงาน", "วิธีการจัดเก็บข้อมูล รายงานรายเดือน", "สำนักงานคลังจังหวัดเชียงใหม่ เจ้าภาพหลัก",
        "ผู้กำกับดูแลตัวชี้วัด นายoverseer ทดสอบ คลังจังหวัดเชียงใหม่", "ผู้จัดเก็บข้อมูล นายcollector ทดสอบ",
        "overseer@example.go.th", "ปี 2556 76.50 2.3000 ปี 2557 78.25 2.6500",
    ):  # fmt: skip
        assert part in read
    assert "ระดับ 1 คือ 70" in page.content.decode()


def test_an_indicator_nobody_answers_for_says_so(draft, cast, as_user):
    indicator = draft.indicators.first()
    Membership.objects.filter(organization=cast.agency).delete()
    url = reverse("agreements:indicator_detail", args=[indicator.pk])
    assert "จะไม่มีใครได้รับการแจ้งเตือน" in words(as_user(cast.coordinator).get(url))
    indicator.assignments.all().delete()
    assert "ยังไม่ได้มอบหมายหน่วยงานเจ้าภาพ" in words(as_user(cast.coordinator).get(url))


def test_steps_and_children_stand_under_their_points(draft, cast, as_user):
    dimension = draft.framework.dimensions.exclude(parent=None).first()
    steps = {"kind": "milestone", "steps": ["จัดทำแผน", "ประกาศใช้"]}
    rows = testing.add_indicator(draft, cast, dimension=dimension, number="9.1", weight=Decimal(1), criteria=steps)
    whole = {"kind": "composite"}
    parent = testing.add_indicator(draft, cast, dimension=dimension, number="9.2", weight=Decimal(1), criteria=whole)
    testing.add_indicator(
        draft, cast, dimension=dimension, number="9.2.1", weight=None, parent=parent, inner_weight=Decimal("0.5"),
        name="ส่วนที่หนึ่ง",
    )  # fmt: skip
    browser = as_user(cast.coordinator)
    assert "1 จัดทำแผน 2 ประกาศใช้" in words(browser.get(reverse("agreements:indicator_detail", args=[rows.pk])))
    read = words(browser.get(reverse("agreements:indicator_detail", args=[parent.pk])))
    assert "9.2.1 ส่วนที่หนึ่ง ร้อยละ 0.50 70 75 80 85 90" in read


# ---- lists and frameworks ----
def test_agreements_are_listed_to_those_they_concern(signed, cast, as_user):
    url = reverse("agreements:agreement_list")
    assert "จังหวัดเชียงใหม่ 2558 4 100.00 ลงนามแล้ว 26 ม.ค. 2558" in words(as_user(cast.collector).get(url))
    assert "ยังไม่มีคำรับรองฯ ที่ท่านเกี่ยวข้อง" in words(as_user(cast.neighbour).get(url))


def test_a_framework_shows_its_dimensions_scale_and_rounds(signed, cast, as_user):
    url = reverse("agreements:framework_detail", args=[signed.framework_id])
    read = words(as_user(cast.collector).get(url))
    assert "มิติภายนอก 70.00 การประเมินประสิทธิผล 60.00 การประเมินคุณภาพ 10.00 มิติภายใน 30.00" in read
    assert "รอบ 12 เดือน 30 ก.ย. 2558 26 ต.ค. 2558 31 ต.ค. 2558" in read
    assert "ระดับ 1 · 2 · 3 · 4 · 5" in read


def test_a_draft_framework_is_seen_by_opdc_alone(cast, as_user):
    testing.make_framework(cast, published=False)
    url = reverse("agreements:framework_list")
    assert "กรอบปีงบประมาณ พ.ศ. 2558 2558 จังหวัด 1-5 ร่าง" in words(as_user(cast.director).get(url))
    assert "ยังไม่มีกรอบการประเมินผล" in words(as_user(cast.coordinator).get(url))


# ---- งานของฉัน ----
def test_whose_turn_it_is_stands_on_their_home_page(draft, cast, as_user):
    mine = "คำรับรองฯ จังหวัดเชียงใหม่ ปีงบประมาณ พ.ศ. 2558 ขั้นต่อไป: "
    assert mine + "ส่งให้สำนักงาน ก.พ.ร. จังหวัดจัดทำ" in words(as_user(cast.coordinator).get("/"))
    actions.submit_agreement(draft, by=cast.coordinator, revision=0, at=testing.AUTUMN)
    assert mine not in words(as_user(cast.coordinator).get("/"))
    assert mine + "เริ่มเจรจา" in words(as_user(cast.negotiator).get("/"))
    actions.open_table(draft, by=cast.negotiator, revision=1, at=testing.AUTUMN)
    testing.agree(draft, cast)
    assert mine not in words(as_user(cast.negotiator).get("/"))
    assert mine + "ลงนามคำรับรองฯ ตกลงแล้ว รอลงนาม" in words(as_user(cast.governor).get("/"))


@pytest.mark.parametrize(
    ("texts", "even"),
    [
        (["70.1", "73", "N/A", ""], ["70.1", "73.0", "N/A", ""]),
        (["1,234", "-5.25", "ขั้น 1-2"], ["1,234.00", "-5.25", "ขั้น 1-2"]),
        (["1", "20"], ["1", "20"]),
        ([], []),
    ],
)
def test_decimals_of_a_column_stand_under_each_other(texts, even):
    assert even_decimals(texts) == even
