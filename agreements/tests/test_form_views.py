"""The form in a browser: what a POST of boxes answers to a script and to a plain form, and what stands on the pages."""

import json
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from agreements import actions, form_actions, testing
from agreements.models import Criteria, Indicator
from agreements.tests.test_pages import words
from kpiportal.testing.queries import query_counts

SCRIPT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def draft(cast):
    return testing.make_draft(cast, per_dimension=2)


@pytest.fixture
def first(draft):
    return draft.indicators.get(number="1.1")


def post(browser, name, subject, data, **headers):
    return browser.post(reverse(f"agreements:{name}", args=[subject.pk]), data, **headers)


def test_one_box_is_saved_and_the_weights_come_back(first, cast, as_user):
    answer = post(
        as_user(cast.coordinator), "indicator_edit", first, {"weight": "๒๕.๕", "was_weight": "30.00"}, **SCRIPT
    )
    assert answer.status_code == 200
    told = json.loads(answer.content)
    assert told["values"] == {"weight": "25.5"}
    assert told["saved"] == "บันทึกแล้ว 09.00 น."
    assert "ขาดอีก 4.50" in told["html"]["form-weights"]
    assert told["marks"] == {}


def test_levels_filled_from_target_and_interval_come_back(first, cast, as_user):
    data = {"interval": "2", "was_interval": ""}
    told = post(as_user(cast.coordinator), "indicator_edit", first, data, **SCRIPT).json()
    assert told["values"] == {"interval": "2", "level_1": "76", "level_2": "78", "level_4": "82", "level_5": "84"}


def test_a_repeated_level_marks_exactly_the_two_boxes(first, cast, as_user):
    browser = as_user(cast.coordinator)
    told = post(browser, "indicator_edit", first, {"level_4": "80", "was_level_4": "85"}, **SCRIPT).json()
    sentence = "เกณฑ์ระดับ 3 กับระดับ 4 เท่ากัน (80) แต่ละระดับต้องต่างกัน"
    assert told["marks"] == {"level_3": sentence, "level_4": sentence}


def test_every_kind_of_criteria_can_be_chosen_from_any_other(draft, cast, as_user):
    """Kinds made of children begin without any, and the box to try a score is the one of that kind."""
    browser, tries, was = as_user(cast.coordinator), {}, "higher"
    place = {"dimension": draft.framework.dimensions.last(), "parent": None}
    blank = form_actions.add_blank(draft, name="", by=cast.coordinator, at=testing.AUTUMN, **place)
    for kind in [one for one in Criteria.Kind.values if one != was] + [was]:
        answer = post(browser, "indicator_edit", blank, {"kind": kind, "was_kind": was, "editor": "1"}, **SCRIPT)
        assert answer.status_code == 200, kind
        html, was = answer.json()["html"], kind
        tries[kind] = re.findall(r"ลองคะแนน ([^<]+)<", html["criteria-boxes"])
        assert ("ยังไม่มีตัวชี้วัดย่อย" in html["children-part"]) == (kind in ("composite", "percent_of_target"))
    assert tries["higher"] == ["ถ้าได้ผล"]
    assert tries["milestone"] == ["ถ้าทำได้ถึงขั้นที่"]
    assert tries["composite"] == []


def test_wrong_order_marks_the_pair_and_says_why(first, cast, as_user):
    browser = as_user(cast.coordinator)
    told = post(browser, "indicator_edit", first, {"level_2": "60", "was_level_2": "75"}, **SCRIPT).json()
    assert told["marks"]["level_1"] == "เกณฑ์ระดับ 2 (60) ต้องมากกว่าระดับ 1 (70) เพราะค่ายิ่งมากยิ่งดี"
    assert set(told["marks"]) == {"level_1", "level_2"}


def test_what_is_no_number_is_refused_beside_its_box(first, cast, as_user):
    data = {"weight": "สามสิบ", "was_weight": "30.00", "unit": "ราย", "was_unit": "ร้อยละ"}
    answer = post(as_user(cast.coordinator), "indicator_edit", first, data, **SCRIPT)
    assert answer.status_code == 422
    assert answer.json() == {"errors": {"weight": "โปรดพิมพ์เฉพาะตัวเลข เช่น 82.35 หรือ 1,234.5"}}
    page = post(as_user(cast.coordinator), "indicator_edit", first, data)
    assert page.status_code == 422
    assert 'value="สามสิบ"' in page.content.decode()
    assert Indicator.objects.get(pk=first.pk).unit == "ร้อยละ"


@pytest.mark.parametrize("typed", ["-1", "100.01", "5.555", "1e2"])
def test_weights_out_of_bounds_are_refused(first, cast, as_user, typed):
    answer = post(as_user(cast.coordinator), "indicator_edit", first, {"weight": typed, "was_weight": "30"}, **SCRIPT)
    assert answer.status_code == 422


def test_a_clash_shows_both_values_to_a_script_and_on_the_page(first, cast, as_user):
    browser = as_user(cast.office_head)
    post(browser, "indicator_edit", first, {"weight": "20", "was_weight": "30"})
    answer = post(browser, "indicator_edit", first, {"weight": "15", "was_weight": "30"}, **SCRIPT)
    assert answer.status_code == 409
    assert answer.json() == {"clash": {"weight": "20"}, "by": "นายoffice_head ทดสอบ"}
    page = post(browser, "indicator_edit", first, {"weight": "15", "was_weight": "30"})
    assert page.status_code == 409
    assert "ที่บันทึกไว้ล่าสุด 20" in words(page)
    assert 'name="weight" value="15"' in page.content.decode()


def test_a_page_that_forgot_what_stood_there_is_refused_whole(first, cast, as_user):
    assert post(as_user(cast.coordinator), "indicator_edit", first, {"weight": "15"}).status_code == 400


def test_the_editor_without_a_script_saves_all_its_boxes_at_once(first, cast, as_user):
    browser = as_user(cast.coordinator)
    page = browser.get(reverse("agreements:indicator_edit", args=[first.pk])).context
    sent = {"editor": "1"}
    for group in ("head", "measure", "place", "past", "rule", "levels", "words"):
        for box in page[group]:
            sent |= {box["field"].name: box["field"].value() or "", f"was_{box['field'].name}": box["was"]}
    sent |= {"kind": "higher", "was_kind": "higher", "definition": "นิยาม\r\nสองบรรทัด", "target": "85"}
    answer = post(browser, "indicator_edit", first, sent)
    assert answer.status_code == 302
    row = Indicator.objects.get(pk=first.pk)
    assert (row.definition, row.target) == ("นิยาม\nสองบรรทัด", 85)


def test_the_sheet_shows_every_box_its_marks_and_the_weights(first, cast, as_user):
    form_actions.edit_indicator(
        first, {"level_4": form_actions.Edit(Decimal(85), Decimal(80))}, by=cast.coordinator, at=testing.AUTUMN
    )
    page = as_user(cast.coordinator).get(reverse("agreements:form_sheet", args=[first.agreement_id]))
    html = page.content.decode()
    assert html.count("<tr data-edit=") + html.count('<tr class="child" data-edit=') == 8
    assert html.count('class="box num"') == 8 * (3 + 2 + 5)
    assert html.count('aria-invalid="true"') == 2
    assert "เกณฑ์ระดับ 3 กับระดับ 4 เท่ากัน (80)" in words(page)
    assert "น้ำหนักรวม 100.00 / 100.00 ครบ" in words(page)


def test_trying_a_result_shows_the_score_and_the_working(first, cast, as_user):
    url = reverse("agreements:criteria_try", args=[first.pk])
    said = words(as_user(cast.coordinator).get(url, {"trial": "82.35"}))
    assert "คะแนน = 3.4700" in said
    assert "3 + (82.35 − 80) ÷ (85 − 80) = 3.4700" in said
    assert "3.4700 × 30 ÷ 100 = 1.0410" in said
    assert "โปรดพิมพ์เฉพาะตัวเลข" in words(as_user(cast.coordinator).get(url, {"trial": "แปดสิบ"}))


def test_a_form_that_was_sent_leads_to_the_agreement(draft, first, cast, as_user):
    actions.submit_agreement(draft, by=cast.coordinator, revision=0, at=testing.AUTUMN)
    browser = as_user(cast.coordinator)
    assert browser.get(reverse("agreements:form_sheet", args=[draft.pk])).status_code == 302
    assert browser.get(reverse("agreements:indicator_edit", args=[first.pk])).status_code == 302
    answer = post(browser, "indicator_edit", first, {"unit": "ราย", "was_unit": "ร้อยละ"}, **SCRIPT)
    assert answer.status_code == 409
    assert "แก้ไขแบบฟอร์มไม่ได้แล้ว" in words(answer)


def test_rows_are_added_moved_and_removed(draft, first, cast, as_user):
    browser = as_user(cast.coordinator)
    added = post(browser, "indicator_add", draft, {"dimension": first.dimension_id})
    made = Indicator.objects.get(number="1.3")
    assert added["Location"] == reverse("agreements:indicator_edit", args=[made.pk])
    moved = post(browser, "indicator_place", made, {"to": "up"}, **SCRIPT)
    assert words(moved).index(" 1.3 ") < words(moved).index(" 1.2 ")
    assert post(browser, "indicator_remove", made, {}).status_code == 302
    assert not Indicator.objects.filter(pk=made.pk).exists()


def test_hosts_are_proposed_among_the_provinces_own_agencies(first, cast, as_user):
    browser = as_user(cast.coordinator)
    assert post(browser, "indicator_hosts", first, {"host": cast.neighbour_agency.pk}).status_code == 422
    answer = post(browser, "indicator_hosts", first, {"host": cast.agency.pk, "co_hosts": [cast.other_agency.pk]})
    assert answer.status_code == 302
    assert {(a.organization, a.part) for a in first.assignments.all()} == {
        (cast.agency, "host"), (cast.other_agency, "co_host"),
    }  # fmt: skip


def test_pages_ask_the_same_at_any_size(cast, frozen):
    small = testing.make_draft(cast, per_dimension=1)
    large = testing.make_draft(cast, per_dimension=8, framework=testing.make_framework(cast, fiscal_year=2559))
    visits = []
    for name, agreement in (("small", small), ("large", large)):
        row = agreement.indicators.first()
        visits += [
            (f"{name} sheet", cast.coordinator, reverse("agreements:form_sheet", args=[agreement.pk])),
            (f"{name} editor", cast.coordinator, reverse("agreements:indicator_edit", args=[row.pk])),
        ]
    counts = query_counts(visits)
    assert counts["small sheet"] == counts["large sheet"] == 3
    assert counts["small editor"] == counts["large editor"] == 7


def test_a_refused_form_says_what_each_row_lacks_on_one_line(draft, first, cast, as_user):
    first.source = first.formula = ""
    first.save()
    url = reverse("agreements:agreement_move", args=[draft.pk, "submit"])
    page = as_user(cast.coordinator).post(url, {"revision": draft.revision})
    assert page.status_code == 422
    assert f"1.1 {first.name} ยังไม่ได้ระบุแหล่งข้อมูล · ยังไม่ได้ระบุสูตรการคำนวณ" in words(page)
    assert f'href="{reverse("agreements:indicator_edit", args=[first.pk])}#id_source"' in page.content.decode()
