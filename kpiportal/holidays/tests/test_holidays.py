"""Which days are holidays of offices, by the library until OPDC takes a year over, by OPDC's list afterwards."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kpiportal import holidays
from kpiportal.holidays import actions
from kpiportal.models import AuditEvent, Holiday, HolidayYear
from kpiportal.testing.plugin import NOW
from kpiportal.testing.queries import query_counts
from kpiportal.workflow import Stale

LIST = "/holidays/"


def of_2558():
    return set(holidays.computed(2015))


@pytest.mark.parametrize(
    "day",
    ["2015-01-01", "2015-03-04", "2015-04-13", "2015-04-14", "2015-04-15", "2015-05-05", "2015-05-13", "2015-06-01",
     "2015-07-30", "2015-07-31", "2015-08-12", "2015-10-23", "2015-12-07", "2015-12-10", "2015-12-31"],
)  # fmt: skip
def test_days_on_which_offices_of_2558_were_closed(day):
    assert dt.date.fromisoformat(day) in of_2558()


@pytest.mark.parametrize("day", ["2015-05-01", "2015-01-16", "2015-02-14", "2015-11-25", "2015-10-19"])
def test_days_on_which_they_were_open_though_others_were_not(day):
    """Labour day, teachers' day, Loy Krathong, an ordinary Monday."""
    assert dt.date.fromisoformat(day) not in of_2558()


def test_names_are_thai_and_one_each():
    named = holidays.computed(2015)
    assert named[dt.date(2015, 10, 23)] == "วันปิยมหาราช"
    assert all(";" not in name for name in named.values())


def test_a_year_is_computed_until_it_is_taken_over(db, cast, django_assert_num_queries):
    loy = dt.date(2015, 11, 25)
    first, last = dt.date(2015, 11, 1), dt.date(2016, 1, 31)
    with django_assert_num_queries(1):
        assert loy not in holidays.between(first, last)
    kept = actions.take_over(2015, by=cast.director, at=NOW)
    actions.add(kept, loy, "วันหยุดพิเศษ", by=cast.director, at=NOW)
    with django_assert_num_queries(1):
        found = holidays.between(first, last)
    assert loy in found
    assert dt.date(2016, 1, 1) in found, "the next year is still the computed one"


def test_a_day_taken_out_is_a_working_day_and_the_trail_keeps_its_name(cast):
    kept = actions.take_over(2015, by=cast.director, at=NOW)
    day = kept.days.get(on=dt.date(2015, 5, 4))
    actions.remove(day, by=cast.director, at=NOW)
    assert dt.date(2015, 5, 4) not in holidays.between(dt.date(2015, 5, 1), dt.date(2015, 5, 31))
    event = AuditEvent.objects.get(verb="holidays.day_removed")
    assert event.data["name"].startswith("4 พฤษภาคม 2558 ")
    assert event.acting_as.startswith("ผู้อำนวยการ")


def test_a_year_emptied_by_hand_stays_empty(cast):
    kept = actions.take_over(2015, by=cast.director, at=NOW)
    kept.days.all().delete()
    assert holidays.between(dt.date(2015, 1, 1), dt.date(2015, 12, 31)) == frozenset()


def test_refusals(cast):
    with pytest.raises(PermissionDenied):
        actions.take_over(2015, by=cast.negotiator, at=NOW)
    kept = actions.take_over(2015, by=cast.director, at=NOW)
    with pytest.raises(Stale, match="มาดูแลแล้ว"):
        actions.take_over(2015, by=cast.director, at=NOW)
    with pytest.raises(ValidationError, match="ปี พ.ศ. 2558"):
        actions.add(kept, dt.date(2016, 5, 6), "ผิดปี", by=cast.director, at=NOW)
    with pytest.raises(ValidationError, match="วันปิยมหาราช"):
        actions.add(kept, dt.date(2015, 10, 23), "ซ้ำ", by=cast.director, at=NOW)
    with pytest.raises(ValueError, match="before"):
        holidays.between(dt.date(2015, 2, 1), dt.date(2015, 1, 1))
    assert AuditEvent.objects.filter(verb__startswith="holidays.").count() == 1


def test_the_director_keeps_the_list_in_the_browser(as_user, cast):
    browser = as_user(cast.director)
    page = browser.get(LIST)
    assert "ปี พ.ศ. 2558" in page.content.decode()
    assert "รับรายการมาดูแล" in page.content.decode()
    assert browser.post("/holidays/2015/take-over/", follow=True).redirect_chain == [("/holidays/?year=2558", 302)]
    page = browser.post("/holidays/2015/add/", {"on": "๒๖ ต.ค. ๒๕๕๘", "name": "วันหยุดพิเศษ"}, follow=True)
    assert "วันจันทร์ที่ 26 ตุลาคม 2558" in page.content.decode()
    day = Holiday.objects.get(name="วันหยุดพิเศษ")
    browser.post(f"/holidays/days/{day.pk}/remove/")
    assert not Holiday.objects.filter(pk=day.pk).exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"on": "31/2/2558", "name": "วันหยุด"}, "กุมภาพันธ์"),
        ({"on": "26/10/58", "name": "วันหยุด"}, "เต็มสี่หลัก"),
        ({"on": "26/10/2558", "name": " "}, "โปรดพิมพ์ชื่อวันหยุด"),
        ({"on": "26/10/2558", "name": "ก" * 301}, "ยาวเกินไป 1 ตัวอักษร"),
    ],
)
def test_what_is_wrong_is_said_and_stays_typed(as_user, cast, typed, sentence):
    HolidayYear.objects.create(year=2015)
    answer = as_user(cast.director).post("/holidays/2015/add/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert f'value="{typed["on"]}"' in page
    assert Holiday.objects.count() == 0


@pytest.mark.parametrize("year", ["58", "2015", "2700", "ปีนี้", "25 58"])
def test_an_odd_year_is_told_how_to_type_it(as_user, cast, year):
    answer = as_user(cast.viewer).get(LIST, {"year": year})
    assert answer.status_code == 422
    assert "พิมพ์ปี พ.ศ. 4 หลัก" in answer.content.decode()
    assert f'value="{year[:4]}' in answer.content.decode()


def test_thai_digits_are_a_year_too_and_a_reader_has_no_buttons(as_user, cast):
    page = as_user(cast.viewer).get(LIST, {"year": "๒๕๖๙"}).content.decode()
    assert "ปี พ.ศ. 2569" in page
    assert "รับรายการมาดูแล" not in page


def test_the_same_questions_for_any_number_of_days(cast, frozen):
    actions.take_over(2015, by=cast.director, at=NOW)
    HolidayYear.objects.create(year=2014)
    counts = query_counts([("full", cast.director, f"{LIST}?year=2558"), ("empty", cast.director, f"{LIST}?year=2557")])
    assert counts["full"] == counts["empty"] <= 8
