"""The round's calendar of reminders as its coordinator sees it, an example to oneself, and the letter that chases."""

import pytest

from agreements import testing as agreements
from kpiportal.letters import Receiver, draft_letter, issue_letter, open_series
from kpiportal.models import AuditEvent, Letter, Membership, OutgoingMail, ReminderPlan, User
from kpiportal.reminding import morning
from kpiportal.testing import browser as browsing
from kpiportal.testing.queries import query_counts
from reporting import testing
from reporting.tests.refusals import page_of
from reporting.tests.test_reminders import at


@pytest.fixture
def round(cast, frozen):
    return testing.make_round(cast)


def plan(round, more=""):
    return f"/reporting/rounds/{round.pk}/reminders/{more}"


def test_what_the_page_foretells_is_what_the_mornings_send(cast, round, as_user):
    """On Monday the 19th: 3 days, 1 day, the day itself, then overdue; the same people on the same mornings."""
    page = as_user(cast.coordinator).get(plan(round))
    foretold = {(day["iso"], person["email"]) for day in page.context["days"] for person in day["people"]}
    days = sorted({day for day, _ in foretold})
    assert days == ["2015-10-19", "2015-10-20", "2015-10-22", "2015-10-26", "2015-10-27", "2015-10-29", "2015-11-04"]
    sent = set()
    for day in days:
        morning.queue_reminders(on=at(day).date(), at=at(day))
        mails = OutgoingMail.objects.filter(queued_at=at(day), subject__contains="เรื่อง")
        sent |= {(day, mail.to_email) for mail in mails if "เปิดรอบ" not in mail.body}
    assert {(d, who) for d, who in foretold if who != "coordinator@example.go.th"} == {
        (d, who) for d, who in sent if "coordinator" not in who and "office_head" not in who
    }


def test_an_agency_nobody_can_reach_is_a_red_line(cast, round, as_user):
    Membership.objects.filter(user=cast.collector).update(valid_to="2015-10-01")
    text = page_of(as_user(cast.coordinator).get(plan(round)))
    assert "ไม่มีผู้ที่รับแจ้งได้" in text
    assert "สำนักงานคลังจังหวัดเชียงใหม่ · ผู้จัดเก็บข้อมูล (2 เรื่อง) จะแจ้งนายoverseer ทดสอบแทน" in text
    Membership.objects.filter(organization=cast.agency).update(valid_to="2015-10-01")
    assert "จะแจ้งนายcoordinator ทดสอบแทน" in page_of(as_user(cast.coordinator).get(plan(round)))


def test_an_example_comes_to_whoever_asks(cast, round, as_user):
    browser = as_user(cast.coordinator)
    which = {"which": f"2015-10-26/{cast.collector.pk}"}
    assert browser.post(plan(round, "try/"), which).status_code == 302
    mail = OutgoingMail.objects.get(subject__startswith="[ตัวอย่าง]")
    assert (mail.to_user, mail.subject) == (cast.coordinator, "[ตัวอย่าง] รอท่านดำเนินการ 2 เรื่อง วันนี้วันสุดท้าย")
    assert "เรียน นายcollector ทดสอบ" in mail.body
    assert AuditEvent.objects.get(verb="reporting.try_reminder").data["on"] == "2015-10-26"
    assert browser.post(plan(round, "try/"), {"which": "2015-10-25/1"}).status_code == 409


def test_before_the_round_opens_the_plan_is_of_its_hosts(cast, frozen, as_user):
    coming = agreements.make_signed(cast).rounds.get(months=12)
    page = as_user(cast.coordinator).get(plan(coming))
    assert [len(day["people"]) for day in page.context["days"]][:3] == [2, 2, 4]


def test_the_party_s_own_steps(cast, round, as_user):
    browser = as_user(cast.coordinator)
    edit = f"/reminders/plan/report.file/2558/12/{cast.province.pk}/"
    assert browser.post(edit, {"before": "เจ็ด", "after": "1"}).status_code == 422
    done = browser.post(edit, {"before": "๕ 2", "on_day": "on", "after": "3", "next": plan(round)})
    assert (done.status_code, done.url) == (302, plan(round))
    assert ReminderPlan.objects.get().steps == [5, 2, 0, -3]
    assert "ก่อนครบกำหนด 5, 2 วันทำการ · วันครบกำหนด · หลังครบกำหนด 3 วันทำการ" in page_of(browser.get(plan(round)))
    assert AuditEvent.objects.get(verb="reminding.planned").after == {"steps": [5, 2, 0, -3]}
    assert browser.post(edit, {"reset": "1", "next": "https://evil.example/"}).url == "/reminders/plan/"
    assert ReminderPlan.objects.count() == 0


def test_questions_do_not_grow_with_the_round(cast, frozen):
    small = testing.make_round(cast)
    big = testing.make_round(
        cast,
        agreement=agreements.make_signed(
            cast, framework=agreements.make_framework(cast, fiscal_year=2559), per_dimension=10
        ),
    )
    visits = [(name, cast.coordinator, plan(one)) for name, one in (("first", small), ("small", small), ("big", big))]
    counts = query_counts(visits)
    assert (counts["small"], counts["big"]) == (7, 7)  # the first may read the office's wording, kept for a minute


def test_the_letter_that_chases_says_who_owes_what(cast, round, as_user, frozen):
    agency_cards = round.reports.filter(host=cast.other_agency)
    for card in agency_cards:
        card.due_at = at("2015-11-05")
        card.save()
    opened = an_opening_letter(cast)
    chase = f"/reporting/rounds/{round.pk}/chase/"
    assert as_user(cast.coordinator).post(chase).status_code == 409, "nobody is late on the 19th"
    frozen.move_to(at("2015-10-28", 10))
    browser = as_user(cast.coordinator)
    assert "ร่างหนังสือติดตาม 1 หน่วยงาน" in page_of(browser.get(f"/reporting/rounds/{round.pk}/control/"))
    done = browser.post(chase)
    letter = Letter.objects.get(subject__startswith="ติดตามการส่ง")
    assert (done.status_code, done.url) == (302, f"/meetings/letters/{letter.pk}/")
    assert letter.references == [f"หนังสือจังหวัดเชียงใหม่ ที่ {opened.number_text} ลงวันที่ {opened_on(opened)}"]
    assert "ภายในวันจันทร์ที่ 26 ตุลาคม 2558 นั้น" in letter.body[0]
    assert "จำนวน 1 หน่วยงาน รวม 2 ตัวชี้วัด ได้แก่ (1) สำนักงานคลังจังหวัดเชียงใหม่ ตัวชี้วัดที่" in letter.body[1]
    assert "ภายในวันเสาร์ที่ 31 ตุลาคม 2558" in letter.body[1]
    assert [row.organization for row in letter.recipients.all()] == [cast.agency]
    assert browser.post(chase).url == done.url, "the draft on the desk is taken up again"


def an_opening_letter(cast):
    who = {"by": cast.coordinator, "at": testing.FILED}
    draft = draft_letter(
        cast.province, series=open_series(cast.province, year=2558, circular=True, prefix="ชม 0017.2", **who), **who,
        addressee="หัวหน้าส่วนราชการ",
        recipients=[Receiver(cast.agency, "คลังจังหวัด")], subject="แจ้งเปิดรอบ 12 เดือน ปีงบประมาณ พ.ศ. 2558",
        body=["ด้วย", "จึงขอให้", "จึงเรียนมาเพื่อโปรดทราบ"], letterhead=["จังหวัดเชียงใหม่"], signer="นายก ข",
        signer_post=["ผู้ว่าราชการจังหวัดเชียงใหม่"], owner=["สำนักงานจังหวัด"],
    )  # fmt: skip
    return issue_letter(draft, by=cast.coordinator, revision=draft.revision, at=testing.FILED)


def opened_on(letter):
    return f"{letter.dated.day} ตุลาคม 2558"


@pytest.mark.django_db(transaction=True)
def test_the_plan_in_a_browser(cast, live_server, running):
    """At a desk and on a phone: clean for axe, no wider than the screen, the red line in sight."""
    round = testing.make_round(cast)
    Membership.objects.filter(user=cast.collector).update(valid_to="2015-10-01")
    person = User.objects.get(pk=cast.coordinator.pk)
    with browsing.chromium() as browser:
        for size in (browsing.DESK, browsing.PHONE):
            page = browsing.open_page(browser, size=size)
            browsing.sign_in(page, live_server.url, person)
            for address in (
                plan(round),
                "/reminders/choices/",
                f"/reminders/plan/report.file/2558/12/{cast.province.pk}/",
            ):
                page.goto(live_server.url + address)
                assert browsing.violations(page) == []
                assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        page.goto(live_server.url + plan(round))
        page.get_by_role("button", name="ส่งตัวอย่างให้ฉัน").first.press("Enter")
        page.get_by_text("ส่งตัวอย่างไปที่ coordinator@example.go.th แล้ว").wait_for()
