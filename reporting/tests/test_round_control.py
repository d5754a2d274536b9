"""Opening from a checklist, telling whom it concerns, and giving one agency more time."""

import datetime as dt

import pytest
from django.urls import reverse

from agreements.testing import make_signed
from kpiportal.models import AuditEvent, OutgoingMail
from kpiportal.testing.people import BANGKOK
from reporting import actions, testing
from reporting.tests.refusals import page_of, stored


def door(name, round):
    return reverse(f"reporting:{name}", args=[round.pk])


def extend(browser, card, day="28/10/2558", reason="น้ำท่วมสำนักงาน"):
    facts = {"host": card.host_id, "last_day": day, "reason": reason}
    return browser.post(door("round_extend", card.round), facts)


def test_the_checklist_shows_what_is_in_order_and_the_mail(cast, as_user):
    round = make_signed(cast).rounds.get(months=12)
    page = page_of(as_user(cast.coordinator).get(door("round_control", round)))
    for sentence in (
        "น้ำหนักตัวชี้วัดรวม 100", "ทุกตัวชี้วัดมีเจ้าภาพหลัก", "ทุกหน่วยงานมีผู้จัดเก็บข้อมูลที่รับอีเมลได้",
        "ทุกหน่วยงานมีผู้กำกับดูแลที่รับอีเมลได้", "4 คน", "เปิดรอบ 12 เดือน ปีงบประมาณ พ.ศ. 2558",
    ):  # fmt: skip
        assert sentence in page
    assert OutgoingMail.objects.count() == 0


def test_an_agency_nobody_answers_for_is_a_red_line(cast, as_user):
    round = make_signed(cast).rounds.get(months=12)
    cast.other_collector.memberships.update(valid_to=dt.date(2015, 1, 1))
    page = page_of(as_user(cast.coordinator).get(door("round_control", round)))
    assert "สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่ ยังไม่มีผู้จัดเก็บข้อมูล จะไม่มีผู้ได้รับแจ้ง" in page
    assert "เปิดรอบทั้งที่ยังไม่เรียบร้อย" in page


def test_indicators_outside_the_round_are_named(cast, as_user):
    agreement = make_signed(cast)
    agreement.indicators.filter(number="1.1").update(start_months=12)
    agreement.indicators.filter(number="2.1").update(cancelled_months=6)
    page = page_of(as_user(cast.coordinator).get(door("round_control", agreement.rounds.get(months=6))))
    assert "(เริ่มรอบ 12 เดือน)" in page
    assert "(ยกเลิกตั้งแต่รอบ 6 เดือน)" in page


def test_opening_tells_collectors_and_overseers_once_each(cast, as_user):
    round = make_signed(cast, per_dimension=3).rounds.get(months=12)
    response = as_user(cast.coordinator).post(
        reverse("reporting:round_move", args=[round.pk, "open_round"]), {"revision": 0}
    )
    assert response.status_code == 302
    mails = OutgoingMail.objects.order_by("to_user__first_name")
    assert [mail.to_user.first_name for mail in mails] == ["collector", "other_collector", "other_overseer", "overseer"]
    assert mails[0].subject == "เปิดรอบ 12 เดือน ปีงบประมาณ พ.ศ. 2558: ส่งภายใน 26 ต.ค. 2558 เวลา 23.59 น."
    assert mails[0].body.count("- ตัวชี้วัด") == 6


def test_one_agency_gets_more_time_and_is_told_why(card, cast, as_user):
    browser = as_user(cast.coordinator)
    assert extend(browser, card).status_code == 302
    card.refresh_from_db()
    assert card.due_at == dt.datetime(2015, 10, 29, tzinfo=BANGKOK)
    others = card.round.reports.exclude(host=cast.agency)
    assert {other.due_at for other in others} == {dt.datetime(2015, 10, 27, tzinfo=BANGKOK)}
    mails = OutgoingMail.objects.order_by("pk")
    assert {mail.to_user for mail in mails} == {cast.collector, cast.overseer}
    assert "น้ำท่วมสำนักงาน" in mails[0].body
    assert "28 ต.ค. 2558 เวลา 23.59 น." in mails[0].subject
    assert AuditEvent.objects.get(verb="reporting.extend").data["reason"] == "น้ำท่วมสำนักงาน"
    assert "ขยายแล้ว" in page_of(browser.get(door("round_control", card.round)))


@pytest.mark.parametrize(
    ("day", "reason", "sentence"),
    [
        ("28/10/2558", " ", "กรุณาระบุเหตุผลที่ขยายกำหนด"),
        ("26/10/2558", "ช้า", "ต้องหลังกำหนดเดิม (26 ต.ค. 2558 เวลา 23.59 น.)"),
        ("1/11/2558", "ช้า", "ต้องไม่เกินวันที่จังหวัดส่งสำนักงาน ก.พ.ร. (31 ต.ค. 2558 เวลา 23.59 น.)"),
        ("28/10/58", "ช้า", "โปรดพิมพ์ปี พ.ศ. เต็มสี่หลัก เช่น 2569 (ที่พิมพ์คือ 58)"),
    ],
)
def test_a_day_that_cannot_be_is_said_beside_its_box(card, cast, as_user, day, reason, sentence):
    before = stored()
    response = extend(as_user(cast.coordinator), card, day, reason)
    assert response.status_code == 422
    page = page_of(response)
    assert f"<li>{sentence}</li>" in page
    assert f'value="{day}"' in page
    assert stored() == before


def test_late_is_measured_from_the_new_day(card, cast, as_user):
    extend(as_user(cast.coordinator), card)
    card = testing.fill(card, cast)
    version = actions.send_report(
        card, by=cast.collector, revision=card.revision, at=dt.datetime(2015, 10, 28, 23, 59, 59, tzinfo=BANGKOK),
        token="6f1b0e4e-0000-4000-8000-000000000001",
    )  # fmt: skip
    assert version.late is False


@pytest.mark.parametrize(("who", "status"), [("collector", 403), ("governor", 403), ("neighbour", 404)])
def test_only_whoever_runs_the_round_sees_and_extends(card, cast, as_user, who, status):
    browser = as_user(getattr(cast, who))
    assert browser.get(door("round_control", card.round)).status_code == status
    assert extend(browser, card).status_code == status


def test_the_overseer_sees_at_home_what_the_agency_owes(card, cast, as_user):
    page = page_of(as_user(cast.overseer).get("/"))
    assert "หน่วยงานยังไม่ได้ส่ง" in page
    assert card.indicator.name in page
