"""OPDC makes a framework: from last year's or a shipped one, edited whole, published once complete, then shut."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from agreements import actions, framework_actions, framework_plans, testing
from agreements.models import Agreement, Framework, Scale
from agreements.scoring import Floor
from agreements.tests.test_pages import words
from kpiportal.models import AuditEvent
from kpiportal.testing.queries import query_counts
from kpiportal.workflow import Stale

AT = testing.AUTUMN


@pytest.fixture
def last_year(cast):
    return testing.make_framework(cast)


@pytest.fixture
def draft(cast, last_year):
    plan = framework_plans.in_year(framework_plans.of_framework(last_year), 1)
    return framework_actions.start_year(
        fiscal_year=2559,
        party_kind="province",
        name="กรอบปี 2559",
        plan=plan,
        source="กรอบปี 2558",
        by=cast.director,
        at=AT,
    )


def sent(browser, framework, **changes):
    """The editor's boxes as the browser has them, with some typed over."""
    page = browser.get(reverse("agreements:framework_edit", args=[framework.pk])).context["editor"]
    data = {"revision": framework.revision}
    for name in ("name", "points", "floor", "missing", "decimals", "bands"):
        data[name] = page.form[name].value()
    for rows in (page.dimensions, page.rounds):
        data |= {f"{rows.prefix}-TOTAL_FORMS": rows.total_form_count(), f"{rows.prefix}-INITIAL_FORMS": 0}
        for row in rows:
            for field in row:
                value = (
                    field.field.widget.format_value(field.value())
                    if field.name.endswith(("end", "due"))
                    else field.value()
                )
                if value not in (None, False):
                    data[field.html_name] = "on" if value is True else value
    return {**data, **changes}


def save(browser, framework, **changes):
    data = sent(browser, framework, **changes)
    return browser.post(reverse("agreements:framework_edit", args=[framework.pk]), data)


def tree(framework):
    rows = framework.dimensions.select_related("parent").order_by("order")
    return [(d.parent.name if d.parent else "", d.name, d.weight) for d in rows]


def test_last_years_framework_comes_over_with_every_date_a_year_later(draft, last_year):
    assert tree(draft) == tree(last_year)
    assert draft.scale == last_year.scale  # exactly the same: one row for both years
    assert [(r.months, r.agency_due, r.asks) for r in draft.round_plans.all()] == [
        (6, dt.date(2016, 4, 17), ["explanation"]), (12, dt.date(2016, 10, 26), ["explanation", "obstacles"]),
    ]  # fmt: skip
    event = AuditEvent.objects.filter(verb="agreements.create_framework").last()
    assert event.data == {"name": "กรอบปี 2558"}


def test_a_year_has_one_framework_for_a_kind_of_party(draft, cast):
    with pytest.raises(ValidationError, match="2559 มีกรอบสำหรับหน่วยงานประเภทนี้แล้ว"):
        framework_actions.start_year(
            fiscal_year=2559, party_kind="province", name="อีก", by=cast.director, at=AT, source="",
            plan=framework_plans.of_shipped("2558", 2559),
        )  # fmt: skip


SHIPPED = {
    "2551": ([50, 15, 10, 25], [1, 2, 3, 4, 5], Floor.ONE_AT_FLOOR, [6, 9, 12]),
    "2558": ([70, 60, 10, 30, 15, 15], [1, 2, 3, 4, 5], Floor.ONE_AT_FLOOR, [6, 9, 12]),
    "0-100": ([70, 30], [50, 75, 100], Floor.ZERO, [12]),
}


@pytest.mark.parametrize("key", SHIPPED)
def test_frameworks_that_come_with_the_portal_can_be_published_as_they_are(cast, as_user, key):
    weights, points, floor, months = SHIPPED[key]
    browser = as_user(cast.director)
    data = {"fiscal_year": "๒๕๖๐", "party_kind": "province", "source": f"shipped-{key}"}
    made = browser.post(reverse("agreements:framework_new"), data)
    framework = Framework.objects.get(fiscal_year=2560)
    assert made["Location"] == reverse("agreements:framework_edit", args=[framework.pk])
    assert [row[2] for row in tree(framework)] == weights
    assert (framework.scale.points, framework.scale.floor) == (points, floor)
    assert list(framework.round_plans.values_list("months", flat=True)) == months
    assert framework.round_plans.last().period_end == dt.date(2017, 9, 30)
    answer = browser.post(
        reverse("agreements:framework_move", args=[framework.pk, "publish_framework"]), {"revision": 0}
    )
    assert answer.status_code == 302
    assert Framework.objects.get(pk=framework.pk).state == "published"


def test_everything_of_a_draft_is_edited_at_once_and_told_part_by_part(draft, cast, as_user):
    browser = as_user(cast.negotiator)
    changes = {
        "name": "กรอบใหม่", "points": "50, 75, 100", "floor": "zero",
        "bands": "90 = ระดับคุณภาพ = เขียว\n0 = ต้องปรับปรุง = แดง",
        "dimension-0-weight": "๖๕", "dimension-1-weight": "55", "dimension-3-weight": "35", "dimension-5-weight": "20",
        "round-0-agency_due": "20/4/2559", "round-0-asks": ["explanation", "suggestions"],
    }  # fmt: skip
    assert save(browser, draft, **changes).status_code == 302
    row = Framework.objects.select_related("scale").get(pk=draft.pk)
    assert (row.name, row.revision) == ("กรอบใหม่", 1)
    assert tree(row)[0] == ("", "มิติภายนอก", Decimal(65))
    assert tree(row)[1] == ("มิติภายนอก", "การประเมินประสิทธิผล", Decimal(55))
    assert row.scale.points == [50, 75, 100]
    assert row.scale.bands[0] == {"from": "90", "word": "ระดับคุณภาพ", "light": "green"}
    first = row.round_plans.get(months=6)
    assert (first.agency_due, first.asks) == (dt.date(2016, 4, 20), ["explanation", "suggestions"])
    event = AuditEvent.objects.get(verb="agreements.edit_framework")
    assert set(event.after) == {"name", "scale", "dimensions", "rounds"}
    assert event.before["name"] == "กรอบปี 2559"


def test_a_scale_of_another_year_is_never_changed(draft, last_year, cast, as_user):
    save(as_user(cast.director), draft, decimals="2")
    assert Scale.objects.get(pk=last_year.scale_id).decimals == 4
    assert Framework.objects.get(pk=draft.pk).scale_id != last_year.scale_id


def test_a_row_without_a_name_goes_and_an_empty_row_takes_a_new_one(draft, cast, as_user):
    changes = {
        "dimension-5-name": "",
        "dimension-6-name": "ความโปร่งใส",
        "dimension-6-weight": "15",
        "dimension-6-sub": "on",
    }
    save(as_user(cast.director), draft, **changes)
    assert [row[1] for row in tree(draft)] == [
        "มิติภายนอก", "การประเมินประสิทธิผล", "การประเมินคุณภาพ", "มิติภายใน", "การประเมินประสิทธิภาพ", "ความโปร่งใส",
    ]  # fmt: skip


WRONG = {
    "points that fall": ({"points": "5, 4, 3"}, "คะแนนต้องเรียงจากน้อยไปมาก ไม่ซ้ำ และไม่ติดลบ"),
    "one point": ({"points": "5"}, "ต้องมี 2 ถึง 10 ระดับ"),
    "bands that rise": ({"bands": "1 = ต่ำ = แดง\n4 = สูง = เขียว"}, "เรียงช่วงจากคะแนนสูงไปต่ำ และไม่ซ้ำกัน"),
    "a band without colour": ({"bands": "4 = สูง"}, "ต้องเป็น คะแนน = คำ = เขียว เหลือง หรือแดง"),
    "dates out of order": ({"round-0-agency_due": "1/1/2559"}, "วันที่ต้องเรียงกัน"),
    "no such day": ({"round-0-opdc_due": "31/4/2559"}, "30 วัน"),
    "a month twice": ({"round-1-months": "6"}, "แต่ละรอบต้องเป็นคนละเดือน"),
    "a double name": ({"dimension-1-name": "มิติภายใน"}, "ชื่อมิติหรือประเด็นซ้ำกัน"),
    "a child first": ({"dimension-0-sub": "on"}, "แถวแรกต้องเป็นมิติ"),
    "a weight in words": ({"dimension-0-weight": "เจ็ดสิบ"}, "โปรดพิมพ์เฉพาะตัวเลข"),
    "no name": ({"name": ""}, "กรุณาตั้งชื่อกรอบ"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_and_everything_typed_stays(draft, cast, as_user, case):
    typed, sentence = WRONG[case]
    page = save(as_user(cast.director), draft, **typed, **({"name": "ชื่อที่พิมพ์ไว้"} if "name" not in typed else {}))
    assert page.status_code == 422
    assert sentence in words(page)
    if "name" not in typed:
        assert "ชื่อที่พิมพ์ไว้" in page.content.decode()
    assert Framework.objects.get(pk=draft.pk).revision == 0


def test_two_directors_at_once_the_second_keeps_her_words_and_saves_nothing(draft, cast, as_user):
    browser = as_user(cast.director)
    data = sent(browser, draft, name="ของคนที่สอง")
    save(browser, draft, name="ของคนแรก")
    answer = browser.post(reverse("agreements:framework_edit", args=[draft.pk]), data)
    assert answer.status_code == 409
    assert "ของคนที่สอง" in answer.content.decode()
    assert Framework.objects.get(pk=draft.pk).name == "ของคนแรก"


def test_publishing_waits_for_the_weights_and_the_checklist_says_so_before(draft, cast, as_user):
    browser = as_user(cast.director)
    save(browser, draft, **{"dimension-0-weight": "60"})
    page = browser.get(reverse("agreements:framework_edit", args=[draft.pk]))
    assert "น้ำหนักของมิติรวมได้ 90 ต้องเป็น 100" in words(page)
    url = reverse("agreements:framework_move", args=[draft.pk, "publish_framework"])
    assert browser.post(url, {"revision": 1}).status_code == 422
    assert Framework.objects.get(pk=draft.pk).state == "draft"


def test_a_published_framework_is_shut(draft, cast, as_user):
    actions.publish_framework(draft, by=cast.director, revision=0, at=AT)
    browser = as_user(cast.director)
    assert browser.get(reverse("agreements:framework_edit", args=[draft.pk])).status_code == 302
    with pytest.raises(Stale, match="ประกาศใช้"):
        plan = framework_plans.of_shipped("2558", 2559)
        framework_actions.save_framework(draft, name="x", plan=plan, by=cast.director, revision=1, at=AT)
    with pytest.raises(PermissionDenied):
        framework_actions.save_framework(draft, name="x", plan=plan, by=cast.coordinator, revision=1, at=AT)


def test_the_province_opens_its_form_once_the_framework_is_out(draft, cast, as_user):
    browser = as_user(cast.coordinator)
    assert "เปิดแบบฟอร์มปี 2559" not in words(browser.get(reverse("agreements:agreement_list")))
    actions.publish_framework(draft, by=cast.director, revision=0, at=AT)
    assert "เปิดแบบฟอร์มปี 2559" in words(browser.get(reverse("agreements:agreement_list")))
    url = reverse("agreements:agreement_open", args=[draft.pk, cast.province.pk])
    answer = browser.post(url, follow=True)
    assert "ยังไม่มีตัวชี้วัด เริ่มจาก คัดลอกจากปีก่อน" in words(answer)
    assert Agreement.objects.get(framework=draft).owner == cast.province
    assert browser.post(url).status_code == 409
    assert "เปิดแบบฟอร์มปี 2559" not in words(browser.get(reverse("agreements:agreement_list")))


def test_the_editor_asks_the_same_at_any_size(draft, cast, frozen):
    small = framework_actions.start_year(
        fiscal_year=2561, party_kind="province", name="เล็ก", source="", by=cast.director, at=AT,
        plan=framework_plans.of_shipped("0-100", 2561),
    )  # fmt: skip
    visits = [
        (str(one.pk), cast.director, reverse("agreements:framework_edit", args=[one.pk])) for one in (draft, small)
    ]
    counts = query_counts(visits)
    assert len(set(counts.values())) == 1
    assert max(counts.values()) <= 8
