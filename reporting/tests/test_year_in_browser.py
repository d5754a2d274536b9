"""A year of one card in browsers, 6 -> 9 -> 12 months: opened from the checklist, filed with the network cut once,
certified, sent back by part, mended, accepted with others at once."""

import datetime as dt

import pytest
import time_machine
from playwright.sync_api import expect

from agreements import testing as agreements
from agreements.testing import ROUNDS, make_framework, make_signed
from kpiportal.testing.browser import PHONE, overflow, sign_in, violations
from kpiportal.thai import BANGKOK
from reporting import testing
from reporting.models import Report, ReportVersion

pytestmark = pytest.mark.browser
NINE = {"months": 9, "name": "รอบ 9 เดือน", "period_end": dt.date(2015, 6, 30), "agency_due": dt.date(2015, 7, 17),
        "opdc_due": dt.date(2015, 7, 31), "asks": ["explanation"]}  # fmt: skip
DAYS = {6: dt.datetime(2015, 4, 9, 9, tzinfo=BANGKOK), 9: dt.datetime(2015, 7, 9, 9, tzinfo=BANGKOK),
        12: dt.datetime(2015, 10, 9, 9, tzinfo=BANGKOK)}  # fmt: skip
RESULTS = {6: ("40", "100", "1.0000"), 9: ("61", "100", "1.0000"), 12: ("350", "425", "3.4706")}


@pytest.fixture
def agreement(transactional_db, cast, monkeypatch):
    monkeypatch.setattr(agreements, "ROUNDS", sorted([*ROUNDS, NINE], key=lambda plan: plan["months"]))
    return make_signed(cast, framework=make_framework(cast))


@pytest.fixture
def seats(sit, live_server, cast):
    """The three browsers of the year: collector on a phone, overseer, coordinator at a desk."""

    def seat(person, **facts):
        page = sit(**facts)
        sign_in(page, live_server.url, person)
        return page

    return lambda: (seat(cast.collector, size=PHONE), seat(cast.overseer), seat(cast.coordinator))


def looked_at(page):
    page.evaluate("document.fonts.ready.then(() => scrollTo(0, document.body.scrollHeight))")  # the bar covers nothing
    assert violations(page) == [], page.url
    assert overflow(page) == 0, page.url
    return page


def test_a_year_of_filing(agreement, seats, live_server, cast):
    for months, day in DAYS.items():
        with time_machine.travel(day, tick=True):
            collector, overseer, coordinator = seats()
            round = agreement.rounds.get(months=months)
            opens(coordinator, live_server.url, round)
            card = testing.card_of(round, cast)
            address = f"{live_server.url}/reporting/cards/{card.pk}/"
            files(collector, address, months)
            certifies(overseer, address)
            if months == 12:
                sends_back_the_result(coordinator, address)
                mends(collector, address)
                certifies_the_difference(overseer, address)
            accepts_from_the_grid(coordinator, live_server.url, agreement)
            card.refresh_from_db()
            assert (card.state, str(card.score)) == ("accepted", "3.6000" if months == 12 else RESULTS[months][2])
            closes(coordinator, live_server.url, round)
    assert list(ReportVersion.objects.order_by("pk").values_list("number", "late")) == [
        (1, False), (1, False), (1, False), (2, False),
    ]  # fmt: skip
    assert Report.objects.filter(state="accepted").count() == 3


def opens(page, server, round):
    page.goto(f"{server}/reporting/rounds/{round.pk}/")
    page.click("text=ตรวจและเปิดรอบ")
    expect(page.locator("main")).to_contain_text("น้ำหนักตัวชี้วัดรวม 100")
    expect(page.locator("main")).to_contain_text("จดหมายที่จะส่งเมื่อเปิดรอบ")
    looked_at(page)
    page.click("summary:has-text('เปิดรอบ')")
    page.locator(".confirm-panel button").click()
    expect(page.locator("#notices")).to_contain_text("เปิดรอบการรายงานแล้ว")


def files(page, address, months):
    numerator, denominator, score = RESULTS[months]
    page.goto(address)
    page.click("summary:has-text('คำนวณจากตัวตั้งและตัวหาร')")
    page.get_by_label("ตัวตั้ง").fill(numerator)
    page.get_by_label("ตัวหาร").fill(denominator)
    expect(page.locator("#score-panel dd").first).to_have_text(score)
    if months > 6:
        page.locator("#part-explanation summary").click()
        page.locator("#part-explanation [data-copy-before]").click()
        expect(page.locator("#id_explanation")).to_have_value("ดำเนินการตามแผน รอบ 6 เดือน")
        page.click("summary:has-text('ใช้หลักฐานจากรอบก่อน')")
        page.locator("#id_earlier input").first.check()
        page.click("button:has-text('เพิ่มรายการที่เลือก')")
        expect(page.locator("#evidence-list")).to_contain_text("จากรอบ")
    else:
        page.context.set_offline(True)  # the line goes in the middle of the first report
        page.fill("#id_explanation", "ดำเนินการตามแผน รอบ 6 เดือน")
        expect(page.locator("[data-save-state]")).to_contain_text("เก็บไว้ในเครื่องนี้แล้ว")
        page.context.set_offline(False)
        expect(page.locator("[data-save-state]")).to_contain_text("บันทึกแล้ว")
        page.set_input_files(
            "#id_file", {"name": "ผล 6 เดือน.pdf", "mimeType": "application/pdf", "buffer": testing.PDF}
        )
        expect(page.locator("#evidence-list")).to_contain_text("ผล 6 เดือน.pdf")
    if months == 12:
        page.fill("#id_obstacles", "ฝนตกหนัก")
    looked_at(page)
    page.click("button:has-text('ส่งให้หัวหน้าหน่วยงานรับรอง')")
    expect(page.locator("#notices")).to_contain_text("เลขที่ใบรับ")
    looked_at(page)


def certifies(page, address):
    page.goto(address)
    page.click("button >> text=รับรองรายงาน")
    expect(page.locator("#notices")).to_contain_text("รับรองรายงานแล้ว")


def sends_back_the_result(page, address):
    page.goto(address)
    page.click("summary:has-text('ไม่ผ่าน ส่งกลับแก้ไข')")
    page.get_by_role("checkbox", name="ผลการดำเนินงาน").check()
    page.locator("#id_why_result").fill("ตัวตั้งไม่ตรงกับทะเบียน")
    looked_at(page)
    page.click("button:has-text('ส่งกลับแก้ไข'):visible")
    expect(page.locator(".page-head")).to_contain_text("ส่งกลับแก้ไข")


def mends(page, address):
    page.goto(address)
    todo = page.locator(".todo")
    expect(todo).to_contain_text("ตัวตั้งไม่ตรงกับทะเบียน")
    expect(page.locator("#id_explanation")).to_have_count(0)
    page.click("button:has-text('ส่งให้หัวหน้าหน่วยงานรับรอง')")
    expect(page.locator(".blockers")).to_contain_text("แก้แล้ว")
    looked_at(page)
    page.get_by_label("ตัวตั้ง").fill("353")
    page.get_by_label("ตัวหาร").fill("425.3012")
    todo.get_by_label("แก้แล้ว").check()
    todo.get_by_label("คำตอบถึงผู้ส่งกลับ").fill("แก้ตามทะเบียน 30 ก.ย.")
    expect(page.locator("#score-panel dd").first).to_have_text("3.6000")
    expect(page.locator("[data-save-state]")).to_contain_text("บันทึกแล้ว")
    page.click("button:has-text('ส่งให้หัวหน้าหน่วยงานรับรอง')")
    expect(page.locator("#notices")).to_contain_text("ส่งครั้งที่ 2")


def certifies_the_difference(page, address):
    page.goto(address)
    box = page.locator("section", has_text="สิ่งที่เปลี่ยนจากการส่งครั้งก่อน")
    expect(box.first).to_contain_text("82.352941")
    expect(box.first).to_contain_text("แก้ตามทะเบียน 30 ก.ย.")
    looked_at(page)
    certifies(page, address)


def accepts_from_the_grid(page, server, agreement):
    page.goto(f"{server}/reporting/agreements/{agreement.pk}/?show=mine")
    page.locator("input[name=card]").first.check()
    looked_at(page)
    page.click("button:has-text('ตรวจผ่านรายการที่เลือก')")
    expect(page.locator("h1")).to_have_text("ตรวจผ่าน 1 รายการ")
    looked_at(page)
    page.click("button:has-text('ยืนยันตรวจผ่าน')")
    expect(page.locator("#notices")).to_contain_text("ตรวจผ่านแล้ว 1 รายการ")


def closes(page, server, round):
    page.goto(f"{server}/reporting/rounds/{round.pk}/")
    page.click("summary:has-text('ปิดรับรายงาน')")
    page.locator(".confirm-panel:visible button").click()
    expect(page.locator("#notices")).to_contain_text("ปิดรับรายงานจากหน่วยงานแล้ว")
