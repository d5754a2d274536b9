"""A year's calendar, who takes its agreements, and the circular that opens it."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from agreements import calendar_file, testing
from agreements.calendar import actions, circular, page
from agreements.calendar.forms import ReceiversForm
from kpiportal import letters
from kpiportal.models import AuditEvent, ClusterMembership, Organization
from kpiportal.models.people import Kind
from kpiportal.workflow import NotReady, Stale

AT = testing.AUTUMN


@pytest.fixture
def framework(cast):
    made = testing.make_framework(cast)
    actions.use_usual(made, by=cast.director, at=AT)
    return made


def test_the_usual_days_are_of_this_year_and_next_years_are_these_moved(cast, framework):
    days = {day.step: (day.first_day, day.last_day) for day in framework.calendar_days.all()}
    assert days["briefing"] == (None, dt.date(2014, 9, 24))
    assert days["form_due"] == (None, dt.date(2014, 10, 15))
    assert days["table"] == (dt.date(2014, 11, 1), dt.date(2014, 12, 31))
    assert days["amend_due"] == (None, dt.date(2015, 3, 31))
    with pytest.raises(Stale):
        actions.use_usual(framework, by=cast.director, at=AT)
    following = testing.make_framework(cast, fiscal_year=2559)
    actions.use_usual(following, by=cast.negotiator, at=AT)
    assert following.calendar_days.get(step="form_due").last_day == dt.date(2015, 10, 15)


def test_the_page_and_the_calendar_file_have_every_date_in_order(cast, framework):
    rows = page.rows(framework)
    assert [row["last"] for row in rows] == sorted(row["last"] for row in rows)
    assert (len(rows), rows[0]["when"]) == (11, "วันพุธที่ 24 กันยายน 2557")
    assert [row["when"] for row in rows if row["off"]] == ["วันเสาร์ที่ 31 มกราคม 2558", "วันเสาร์ที่ 31 ตุลาคม 2558"]
    assert [one.text for one in page.wanting(framework)] == [
        "ลงนามคำรับรองการปฏิบัติราชการ วันเสาร์ที่ 31 มกราคม 2558 ตรงกับวันหยุดสุดสัปดาห์",
        "ส่งรายงานการประเมินผลตนเองรอบ 12 เดือนถึงสำนักงาน ก.พ.ร. วันเสาร์ที่ 31 ตุลาคม 2558 ตรงกับวันหยุดสุดสัปดาห์",
        "ยังไม่ได้ระบุผู้รับคำรับรอง คำรับรองฯ ที่ลงนามจะเว้นชื่อไว้ให้เขียน",
    ]
    file = calendar_file.build(framework, host="portal.example", at=AT).decode()
    assert file.count("BEGIN:VEVENT") == 11
    assert "DTSTART;VALUE=DATE:20141101\r\nDTEND;VALUE=DATE:20150101\r\n" in file


def test_a_step_the_portal_knows_stands_once_and_only_opdc_writes(cast, framework):
    facts = {"step": "form_due", "name": "ส่งแบบฟอร์ม", "last_day": dt.date(2014, 10, 20)}
    with pytest.raises(ValidationError, match="มีในปฏิทินแล้ว"):
        actions.add_day(framework, by=cast.director, at=AT, **facts)
    with pytest.raises(PermissionDenied):
        actions.add_day(framework, by=cast.coordinator, at=AT, **{**facts, "step": ""})


def test_a_day_is_changed_in_its_row_and_the_history_keeps_what_it_was(cast, framework, as_user):
    day = framework.calendar_days.get(step="sign_due")
    browser, url = as_user(cast.director), reverse("agreements:calendar_change", args=[day.pk])
    shown = browser.get(reverse("agreements:framework_year", args=[framework.pk]), {"day": day.pk}).content.decode()
    assert 'value="31/1/2558"' in shown
    typed = {"step": "sign_due", "name": day.name, "who": day.who, "first_day": "", "last_day": "30 ม.ค. 2558"}
    assert browser.post(url, {**typed, "step": "form_due"}).status_code == 422  # that step has its row already
    assert browser.post(url, typed).status_code == 302
    day.refresh_from_db()
    assert (day.step, day.last_day) == ("sign_due", dt.date(2015, 1, 30))
    event = AuditEvent.objects.get(verb="calendar.change")
    assert (event.before, event.after) == ({"last_day": "2015-01-31"}, {"last_day": "2015-01-30"})
    actions.remove_day(day, by=cast.director, at=AT)
    assert browser.post(url, typed).status_code == 404


def test_the_circular_says_the_days_in_words_and_goes_to_every_governor_of_that_year(cast, framework):
    before = AT.replace(month=9, day=22)
    with pytest.raises(NotReady, match="ยังไม่ได้เปิดทะเบียน") as refusal:
        circular.draft(framework, by=cast.negotiator, at=before)
    assert refusal.value.blockers[0].url == f"/meetings/letters/?office={cast.opdc.pk}&year=2557"
    letters.open_series(cast.opdc, prefix="นร 1200", circular=True, year=2557, by=cast.negotiator, at=AT)
    # Bueng Kan's first year is 2555: a framework of 2558 knows it, one of 2553 would not.
    cluster = Organization.objects.create(kind=Kind.CLUSTER, code="c", name="ตะวันออกเฉียงเหนือตอนบน 1")
    later = Organization.objects.create(kind=Kind.PROVINCE, code="38", name="บึงกาฬ")
    ClusterMembership.objects.create(cluster=cluster, province=later, valid_from=2560)
    with pytest.raises(NotReady, match="วันส่งแบบฟอร์ม 15 ตุลาคม 2557 ผ่านไปแล้ว"):
        circular.draft(framework, by=cast.negotiator, at=AT)
    assert "ได้ประชุมชี้แจงกรอบดังกล่าวเมื่อวันพุธที่ 24 กันยายน 2557 แล้ว นั้น" in circular.words(framework, on=AT.date())["body"][0]
    letter = circular.draft(framework, by=cast.negotiator, at=before)
    assert "กำหนดการประชุมชี้แจงกรอบดังกล่าวในวันพุธที่ 24 กันยายน 2557 นั้น" in letter.body[0]
    assert list(letter.recipients.values_list("text", flat=True)) == ["ผู้ว่าราชการจังหวัดเชียงใหม่", "ผู้ว่าราชการจังหวัดลำพูน"]
    assert letter.series.circular
    assert "ภายในวันพุธที่ 15 ตุลาคม 2557" in letter.body[1]
    assert "ระหว่างวันที่ 1 พฤศจิกายน 2557 ถึงวันที่ 31 ธันวาคม 2557" in letter.body[1]
    letter.refresh_from_db()
    assert letter.enclosures == [
        "กรอบการประเมินผลการปฏิบัติราชการ ประจำปีงบประมาณ พ.ศ. 2558 จำนวน 1 ชุด",
        "ปฏิทินการจัดทำคำรับรองการปฏิบัติราชการ ประจำปีงบประมาณ พ.ศ. 2558 จำนวน 1 แผ่น",
    ]
    assert letter.files.count() == 2


def test_reasons_and_receivers_are_read_line_by_line():
    form = ReceiversForm({"receivers": "นายวิบูลย์ สงวนพงศ์ = ปลัดกระทรวงมหาดไทย\n", "reasons": "อุทกภัย\n\nเหตุอื่น\nอุทกภัย"})
    assert form.is_valid()
    assert form.cleaned_data == {
        "receivers": [{"name": "นายวิบูลย์ สงวนพงศ์", "post": "ปลัดกระทรวงมหาดไทย"}],
        "reasons": ["อุทกภัย", "เหตุอื่น"],
    }
    wrong = ReceiversForm({"receivers": "ปลัดกระทรวงมหาดไทย", "reasons": ""})
    assert wrong.errors == {
        "receivers": ["“ปลัดกระทรวงมหาดไทย” ต้องเป็น ชื่อ = ตำแหน่ง"],
        "reasons": ["ต้องมีอย่างน้อยหนึ่งเหตุผล"],
    }
