"""Dates for a calendar program: every due day once, lines within the standard, Thai whole."""

import pytest
from django.urls import reverse

from agreements import testing


@pytest.fixture
def lines(cast, as_user):
    framework = testing.make_framework(cast)
    answer = as_user(cast.collector).get(reverse("agreements:framework_calendar", args=[framework.pk]))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "filename*=UTF-8''%E0%B8%9B" in answer["Content-Disposition"]
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    return answer.content.decode().replace("\r\n ", "").split("\r\n")


def test_every_date_of_every_round_is_a_day_long_event(lines):
    days = [line.removeprefix("DTSTART;VALUE=DATE:") for line in lines if line.startswith("DTSTART")]
    assert days == ["20150331", "20150417", "20150430", "20150930", "20151026", "20151031"]
    assert "DTEND;VALUE=DATE:20151027" in lines
    assert "SUMMARY:รอบ 12 เดือน: หน่วยงานส่งรายงานวันสุดท้าย" in lines
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_every_event_has_a_name_of_its_own(lines):
    names = [line for line in lines if line.startswith("UID:")]
    assert len(set(names)) == len(names) == 6


def test_signs_of_the_format_are_escaped(cast, as_user):
    framework = testing.make_framework(cast)
    framework.name = "กรอบ; ก, ข\\ค"
    framework.save()
    answer = as_user(cast.viewer).get(reverse("agreements:framework_calendar", args=[framework.pk]))
    assert "X-WR-CALNAME:กรอบ\\; ก\\, ข\\\\ค" in answer.content.decode().replace("\r\n ", "")
