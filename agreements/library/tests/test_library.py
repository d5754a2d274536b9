"""The library, what a year makes compulsory, and how both come into a form."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agreements import actions as agreement_actions
from agreements import form_actions, framework_actions, framework_plans, testing, workbook_actions, workflow
from agreements.form_actions import Edit
from agreements.library import actions
from agreements.models import LibraryIndicator
from agreements.workbook_check import Plan
from kpiportal.workflow import NotReady, Stale

AT = testing.AUTUMN
FACTS = {
    "code": "SAT-1", "name": "ร้อยละความพึงพอใจ", "issue": "การบริการ", "unit": "ร้อยละ", "kind": "higher",
    "direction": "higher", "target": Decimal(75), "levels": [Decimal(n) for n in (65, 70, 75, 80, 85)], "steps": [],
    "definition": "นิยามกลาง", "formula": "ก × 100 ÷ ข", "source": "แบบสำรวจ", "method": "สำรวจปีละครั้ง", "conditions": "",
    "is_active": True,
}  # fmt: skip


@pytest.fixture
def row(cast):
    return actions.keep(None, by=cast.director, at=AT, **FACTS)


@pytest.fixture
def form(cast, row):
    """A complete draft under a framework that asks for the library indicator in คุณภาพ with weight 10."""
    framework = testing.make_framework(cast, published=False)
    quality = framework.dimensions.get(name="การประเมินคุณภาพ")
    actions.compel(framework, row, dimension=quality, weight=Decimal(10), fixed_criteria=True, by=cast.director, at=AT)
    framework = agreement_actions.publish_framework(framework, by=cast.director, revision=0, at=AT)
    return testing.make_draft(cast, framework=framework)


def test_a_form_without_a_compulsory_indicator_is_not_sent_and_says_where_to_get_it(cast, form, row):
    with pytest.raises(NotReady) as refusal:
        agreement_actions.submit_agreement(form, by=cast.coordinator, revision=0, at=AT)
    (missing,) = refusal.value.blockers
    assert (missing.text, missing.url) == ("ยังไม่มีตัวชี้วัดบังคับ ร้อยละความพึงพอใจ", f"/agreements/{form.pk}/take/")


def test_a_compulsory_indicator_comes_with_its_place_weight_and_standard_and_stays_so(cast, form, row):
    form_actions.remove_indicator(form.indicators.get(number="2.1"), by=cast.coordinator, at=AT, reason="ใช้ตัวชี้วัดบังคับ")
    elsewhere = form.framework.dimensions.get(name="การพัฒนาองค์การ")
    (taken,) = actions.take(form, [row], dimension=elsewhere, by=cast.coordinator, at=AT)
    assert (taken.dimension.name, taken.weight, taken.criteria.levels) == ("การประเมินคุณภาพ", 10, [65, 70, 75, 80, 85])
    with pytest.raises(ValidationError) as refusal:
        form_actions.edit_indicator(taken, {"level_1": Edit(Decimal(65), Decimal(60))}, by=cast.coordinator, at=AT)
    assert refusal.value.message_dict == {"level_1": ["ตัวชี้วัดบังคับ ใช้นิยามและเกณฑ์มาตรฐานของสำนักงาน ก.พ.ร."]}
    with pytest.raises(ValidationError) as refusal:
        form_actions.edit_indicator(taken, {"weight": Edit(Decimal(10), Decimal(9))}, by=cast.coordinator, at=AT)
    assert refusal.value.message_dict == {"weight": ["ตัวชี้วัดบังคับ กรอบกำหนดน้ำหนัก 10"]}
    plan = Plan(edits={str(taken.pk): {"name": (taken.name, "ชื่ออื่น")}})
    with pytest.raises(NotReady, match="ใช้นิยามและเกณฑ์มาตรฐานของสำนักงาน ก.พ.ร."):
        workbook_actions.apply_workbook(form, plan, by=cast.coordinator, at=AT)
    assert workflow.form_ready(form) == []
    assert actions.take(form, [row], dimension=elsewhere, by=cast.coordinator, at=AT) == []


def test_ticks_stay_when_the_place_is_missing_and_a_refusal_takes_nothing(cast, form, row, as_user):
    other = actions.keep(None, by=cast.director, at=AT, **{**FACTS, "code": "SAT-2", "name": "ร้อยละความเชื่อมั่น"})
    browser, url = as_user(cast.coordinator), f"/agreements/{form.pk}/take/"
    assert re.findall(r'value="(\d+)" checked', browser.get(url).content.decode()) == [str(row.pk)]  # compulsory
    refused = browser.post(url, {"library": [other.pk]})
    assert refused.status_code == 422
    assert re.findall(r'value="(\d+)" checked', refused.content.decode()) == [str(other.pk)]
    assert "เลือกประเด็นการประเมินผล" in refused.content.decode()
    place = form.framework.dimensions.get(name="การประเมินคุณภาพ")
    with pytest.raises(ValidationError):  # the province is in no cluster: nothing of the library comes either
        actions.take_ticked(form, library=[other], cluster=[1], dimension=place, by=cast.coordinator, at=AT)
    assert not form.indicators.exclude(library=None).exists()
    assert browser.post(url, {"library": [row.pk]}).status_code == 302  # the framework says where that one stands
    assert form.indicators.get(library=row).dimension == place


def fixed_boxes(page):
    """The boxes shown and not offered for change, in the order of the page."""
    return [
        re.search(r'name="(\w+)"', box)[1]
        for box in re.findall(r"<(?:input|select|textarea)[^>]*data-fixed[^>]*>", page)
    ]


def test_what_opdc_has_fixed_is_shown_and_not_offered_for_change(cast, form, row, as_user):
    form_actions.remove_indicator(form.indicators.get(number="2.1"), by=cast.coordinator, at=AT, reason="ใช้ตัวชี้วัดบังคับ")
    elsewhere = form.framework.dimensions.get(name="การพัฒนาองค์การ")
    (taken,) = actions.take(form, [row], dimension=elsewhere, by=cast.coordinator, at=AT)
    client = as_user(cast.coordinator)
    sheet = client.get(f"/agreements/{form.pk}/form/").content.decode()
    assert fixed_boxes(sheet) == ["unit", "weight", "level_1", "level_2", "level_3", "level_4", "level_5"]
    assert '<span class="chip">บังคับ</span>' in sheet
    editor = client.get(f"/agreements/indicators/{taken.pk}/edit/").content.decode()
    assert fixed_boxes(editor) == [
        "name", "unit", "weight", "kind", "target_level", "interval",
        "level_1", "level_2", "level_3", "level_4", "level_5", "definition", "formula",
    ]  # fmt: skip
    assert "ตัวชี้วัดบังคับ ใช้นิยามและเกณฑ์มาตรฐานของสำนักงาน ก.พ.ร." in editor


def test_two_keepers_do_not_write_over_each_other(cast, row):
    actions.keep(row, by=cast.director, at=AT, revision=0, **{**FACTS, "name": "ชื่อใหม่"})
    with pytest.raises(Stale):
        actions.keep(row, by=cast.negotiator, at=AT, revision=0, **FACTS)
    with pytest.raises(ValidationError, match="รหัส SAT-1 มีในคลังแล้ว"):
        actions.keep(None, by=cast.director, at=AT, **FACTS)
    assert LibraryIndicator.objects.get().name == "ชื่อใหม่"


def test_only_opdc_keeps_the_library_and_only_before_the_framework_is_out(cast, row, form):
    with pytest.raises(PermissionDenied):
        actions.keep(row, by=cast.coordinator, at=AT, **FACTS)
    with pytest.raises(Stale, match="ประกาศใช้แล้ว"):
        actions.release(form.framework.compulsory.get(), by=cast.director, at=AT)


def test_a_draft_framework_is_written_anew_around_its_compulsory_indicators(cast, row):
    framework = testing.make_framework(cast, published=False)
    quality = framework.dimensions.get(name="การประเมินคุณภาพ")
    actions.compel(framework, row, dimension=quality, weight=None, fixed_criteria=True, by=cast.director, at=AT)
    plan = framework_plans.of_framework(framework)
    facts = {"name": framework.name, "by": cast.director, "at": AT}
    framework_actions.save_framework(framework, plan=plan, revision=0, **facts)
    rule = framework.compulsory.get()
    assert (rule.library, rule.dimension.name, rule.dimension_id == quality.pk) == (row, "การประเมินคุณภาพ", False)
    renamed = [replace(one, name="คุณภาพ") if one.name == quality.name else one for one in plan.dimensions]
    with pytest.raises(NotReady, match="อยู่ในการประเมินคุณภาพ นำตัวชี้วัดนี้ออกก่อน"):
        framework_actions.save_framework(framework, plan=replace(plan, dimensions=renamed), revision=1, **facts)
    assert framework.compulsory.count() == 1


def test_pasted_signs_break_no_search(cast, row, as_user):
    page = as_user(cast.director).get("/agreements/library/", {"q": "\u200b ความพึง\x00พอใจ\u00a0"})
    assert page.status_code == 200
    assert "ร้อยละความพึงพอใจ" in page.content.decode()
