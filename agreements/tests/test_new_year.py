"""A published framework under which a party has no form: on the home page of whoever opens it, and nobody else's."""

import datetime as dt

import pytest

from agreements import actions, testing
from agreements.calendar import actions as calendar
from agreements.models import Agreement, CalendarDay
from agreements.new_year import forms_to_open
from kpiportal import obligations

pytestmark = pytest.mark.django_db
ON = dt.date(2014, 10, 20)
TITLE = "แบบฟอร์มคำรับรองฯ จังหวัดเชียงใหม่ ปีงบประมาณ พ.ศ. 2558"


def tasks(user):
    found = obligations.of(user, at=testing.AUTUMN).mine
    return [(task.title, task.chip_text, task.url) for task in found if task.action == "เปิดแบบฟอร์ม"]


def test_it_waits_for_the_coordinator_until_the_form_is_open(cast, django_capture_on_commit_callbacks):
    framework = testing.make_framework(cast)
    assert tasks(cast.coordinator) == [(TITLE, "ยังไม่ได้เปิด", "/agreements/")]
    assert tasks(cast.governor) == tasks(cast.collector) == tasks(cast.negotiator) == []
    with django_capture_on_commit_callbacks(execute=True):
        actions.open_agreement(framework, cast.province, by=cast.coordinator, at=testing.AUTUMN)
    assert tasks(cast.coordinator) == []


def test_the_calendar_says_until_when(cast):
    framework = testing.make_framework(cast)
    calendar.add_day(
        framework, name="ส่งแบบฟอร์ม", step=CalendarDay.Step.FORM_DUE, last_day=dt.date(2014, 10, 27),
        by=cast.director, at=testing.AUTUMN,
    )  # fmt: skip
    assert [chip for _, chip, _ in tasks(cast.coordinator)] == ["เหลือ 7 วัน"]


def test_neither_drafts_nor_past_years_nor_other_kinds_of_party(cast):
    testing.make_framework(cast, published=False)
    testing.make_framework(cast, party_kind="cluster")
    testing.make_framework(cast, fiscal_year=2557)
    assert forms_to_open(cast.coordinator, ON) == []


def test_a_cancelled_form_may_be_opened_anew_and_it_is_one_query(cast, django_assert_num_queries):
    framework = testing.make_framework(cast)
    made = actions.open_agreement(framework, cast.province, by=cast.coordinator, at=testing.AUTUMN)
    Agreement.objects.filter(pk=made.pk).update(state="cancelled")
    assert cast.coordinator.duties
    with django_assert_num_queries(1):
        assert [form.framework for form in forms_to_open(cast.coordinator, ON)] == [framework]
