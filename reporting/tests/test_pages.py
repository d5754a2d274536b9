"""What stands on the pages of reporting, and for whom. Refusals: test_bad_input.py; browsers: test_journey.py."""

import io
import re
import uuid
from dataclasses import replace
from decimal import Decimal
from html import unescape

import pypdfium2
import pytest
from django.urls import reverse

from agreements.models import Indicator
from kpiportal import thai
from kpiportal.models import Membership
from reporting import actions, testing
from reporting.models import Report

HTMX = {"HTTP_HX_REQUEST": "true"}


def words(response):
    """The page as it is read: no tags, single spaces."""
    text = re.sub(r"(?s)<(script|style|head)\b.*?</\1>|<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(text).split())


def at(name, row):
    return reverse(f"reporting:{name}", args=[row.pk])


def typed(card, value, **facts):
    """A filled card as its page would send it."""
    answers = {"explanation": "ชี้แจง", "supporting_factors": "", "obstacles": "ฝน", "suggestions": ""}
    fixed = {"revision": card.revision, "token": uuid.uuid4(), f"value_{card.indicator_id}": value}
    return {**fixed, **answers, **facts}


def buttons(response):
    return re.findall(r"<button[^>]*type=\"submit\"[^>]*>([^<]+)", response.content.decode())


# ---- the card, to fill ----
def test_the_collector_finds_boxes_levels_dates_and_what_sending_needs(mine, card):
    page = mine.get(at("report_detail", card))
    read = words(page)
    assert page.status_code == 200
    assert "1.1 ร้อยละความสำเร็จของงานที่ 1.1" in read
    assert "น้ำหนักร้อยละ 60 · ค่าเป้าหมาย 80 (ร้อยละ)" in read
    assert "ต้องส่งภายใน 26 ต.ค. 2558 เหลือ 7 วัน" in read
    assert "เกณฑ์ ระดับ 1 คือ 70 ระดับ 2 คือ 75 ระดับ 3 คือ 80 ระดับ 4 คือ 85 ระดับ 5 คือ 90" in page.content.decode()
    assert (read.count("ต้องกรอกก่อนส่ง"), read.count("(ไม่บังคับ)")) == (2, 2)  # this round asks two of the four
    assert "ยังไม่มีหลักฐาน ต้องแนบอย่างน้อย 1 รายการก่อนส่ง" in read
    # Enter in a box presses the first button of the form: it must be the one that only saves.
    assert buttons(page)[-2:] == ["บันทึกร่าง", "ส่งให้หัวหน้าหน่วยงานรับรอง"]


def test_a_card_a_closed_round_went_without_counts_no_days_any_more(mine, card, cast):
    actions.close_round(card.round, by=cast.coordinator, revision=1, at=testing.FILED)
    read = words(mine.get(at("report_detail", card)))
    assert "ปิดรับแล้ว ยังไม่ได้ส่ง" in read
    assert "เหลือ 7 วัน" not in read


def test_receipts_stay_on_the_card_for_whoever_lost_the_page_that_told_them(mine, card, cast, as_user):
    first = testing.send(card, cast)
    assert f"ส่งครั้งที่ 1 เลขที่ใบรับ {first.receipt} " in words(mine.get(at("report_detail", card)))
    card.refresh_from_db()
    actions.refuse_report(card, by=cast.overseer, revision=card.revision, at=testing.FILED, reason="ตัวเลขไม่ตรง")
    card.refresh_from_db()
    second = testing.send(card, cast, value="82.40")
    for person in (cast.collector, cast.overseer, cast.coordinator):
        page = as_user(person).get(at("report_detail", card)).content.decode()
        assert re.findall(r"เลขที่ใบรับ <b[^>]*>([^<]+)", page) == [second.receipt, first.receipt]


def test_past_results_stand_beside_with_what_they_would_earn(mine, card):
    html = mine.get(at("report_detail", card)).content.decode()
    rows = re.findall(r'<th scope="row">ปี (\d+)</th><td class="num">([^<]+)</td><td class="num">([^<]+)', html)
    assert rows == [("2556", "76.50", "2.3000"), ("2557", "78.25", "2.6500")]


def test_the_score_of_what_is_typed_comes_with_its_working_and_changes_nothing(mine, card):
    answer = mine.post(at("report_score", card), typed(card, "82.35"), **HTMX)
    assert answer.content.decode().lstrip().startswith('<section id="score-panel"')
    assert "คะแนนที่ได้ 3.4700 คะแนนถ่วงน้ำหนัก 2.0820" in words(answer)
    assert "(82.35 − 80) ÷ (85 − 80) = 3.4700" in words(answer)
    assert "ผล 82.35 อยู่ระหว่างระดับ 3 และ 4" in answer.content.decode()
    card.refresh_from_db()
    assert (card.state, card.revision, card.entries.count()) == ("not_started", 0, 0)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("แปดสิบ", "โปรดพิมพ์เฉพาะตัวเลข เช่น 82.35 หรือ 1,234.5 ถ้าไม่มีข้อมูลให้พิมพ์ N/A"),
        ("", "ยังไม่มีผล: ยังไม่ได้กรอกผล"),
        ("-", "ยังไม่มีผล: ไม่มีข้อมูล"),
    ],
)
def test_no_score_says_why(mine, card, value, sentence):
    answer = mine.post(at("report_score", card), typed(card, value), **HTMX)
    assert (answer.status_code, "คะแนนที่ได้ – คะแนนถ่วงน้ำหนัก –" in words(answer)) == (200, True)
    assert sentence in words(answer)


def test_a_card_with_children_asks_each_with_its_own_levels(mine, card):
    """Made a composite in place: the page must ask for the children and show each one's scale."""
    parent = card.indicator
    for number, levels in (("1.1.1", [60, 65, 70, 75, 80]), ("1.1.2", [5, 4, 3, 2, 1])):
        criteria = type(parent.criteria).objects.create(kind="higher" if levels[0] == 60 else "lower", levels=levels)
        Indicator.objects.create(
            agreement=parent.agreement, parent=parent, dimension=parent.dimension, number=number, order=90 + levels[0],
            name=f"ย่อย {number}", unit="ร้อยละ", inner_weight=Decimal("0.5"), criteria=criteria,
        )  # fmt: skip
    type(parent.criteria).objects.filter(pk=parent.criteria_id).update(kind="composite", levels=[])
    read = words(mine.get(at("report_detail", card)))
    assert "1.1.1 ย่อย 1.1.1 น้ำหนักภายใน 0.50 · ยิ่งมากยิ่งดี ผลการดำเนินงาน (ร้อยละ)" in read
    assert "ระดับ 1 60 ระดับ 2 65 ระดับ 3 70 ระดับ 4 75 ระดับ 5 80" in read
    assert "1.1.2 ย่อย 1.1.2 น้ำหนักภายใน 0.50 · ยิ่งน้อยยิ่งดี" in read
    assert "ระดับ 1 5 ระดับ 2 4 ระดับ 3 3 ระดับ 4 2 ระดับ 5 1" in read


def test_what_is_missing_is_listed_with_links_and_said_at_its_box(mine, card):
    page = mine.post(at("report_send", card), typed(card, "82.35", obstacles=""))
    html = page.content.decode()
    assert page.status_code == 422
    links = re.findall(r'<li><a href="(#[^"]+)">([^<]+)', html)
    assert links == [
        ("#evidence", "กรุณาแนบหลักฐานอ้างอิงอย่างน้อย 1 ไฟล์"),
        ("#id_obstacles", "กรุณากรอกปัญหาอุปสรรค"),
    ]
    assert '<ul class="errors" id="id_obstacles_error"><li>กรุณากรอกปัญหาอุปสรรค</li></ul>' in html
    assert "บันทึกล่าสุด 19 ต.ค. 2558 เวลา 09.00 น." in words(page)


# ---- two people on one card ----
def test_a_clash_shows_the_stored_value_beside_each_box_that_differs(mine, card, cast):
    testing.fill(card, cast, "80", obstacles="ของเดิม")
    page = mine.post(at("report_save", card), typed(card, "82.35", revision=0, obstacles="ของฉัน"))
    read = words(page)
    assert page.status_code == 409
    assert "ท่านเองบันทึกไว้จากอีกหน้าต่าง เมื่อ 12 ต.ค. 2558 เวลา 14.30 น." in read
    assert "นายcollector ทดสอบ บันทึกไว้ว่า ของเดิม" in read
    assert "นายcollector ทดสอบ บันทึกไว้ว่า 80" in read
    assert read.count("บันทึกไว้ว่า") == 3  # result, explanation, obstacles; not what is the same
    assert buttons(page)[-2:] == ["บันทึกตามที่ฉันพิมพ์", "ส่งให้หัวหน้าหน่วยงานรับรอง"]
    assert f'name="revision" value="{Report.objects.get(pk=card.pk).revision}"' in page.content.decode()


def test_typing_into_a_card_that_was_sent_meanwhile_is_given_back(mine, card, cast):
    testing.send(card, cast)
    page = mine.post(at("report_save", card), typed(card, "84", revision=0, obstacles="พิมพ์ค้างไว้"))
    read = words(page)
    assert page.status_code == 409
    assert "รายงานนี้อยู่ในสถานะ “รอหัวหน้ารับรอง” แก้ไขไม่ได้ในขณะนี้" in read
    assert "ปัญหาอุปสรรค พิมพ์ค้างไว้ ฝนตกหนัก" in read
    assert buttons(page)[-1:] != ["ส่งให้หัวหน้าหน่วยงานรับรอง"]


# ---- the card, to read and to decide ----
def test_after_sending_the_card_is_text_with_a_lock_that_says_who_lifts_it(mine, card, cast):
    testing.send(card, cast, suggestions="")
    page = mine.get(at("report_detail", card))
    read = words(page)
    assert "ส่งแล้ว รอผู้กำกับดูแลตัวชี้วัดของหน่วยงานรับรอง ระหว่างนี้ท่านกด “ดึงกลับมาแก้ไข” ที่ท้ายหน้าได้" in read
    assert "ผล (ร้อยละ) 82.35" in read
    assert "ปัญหาอุปสรรค ฝนตกหนัก ข้อเสนอแนะ ไม่ได้กรอก" in read
    assert "<textarea" not in page.content.decode()
    assert "card.js" not in page.content.decode()


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("overseer", ["รับรองรายงาน", "ไม่รับรอง ส่งกลับแก้ไข"]),
        ("coordinator", []),
        ("collector", []),
        ("governor", []),
    ],
)
def test_only_the_overseer_decides_on_a_sent_card(card, cast, as_user, who, offered):
    testing.send(card, cast)
    page = as_user(getattr(cast, who)).get(at("report_detail", card))
    read = words(page)
    assert [label for label in ("รับรองรายงาน", "ไม่รับรอง ส่งกลับแก้ไข") if label in read] == offered
    assert ("รอท่านพิจารณา" in read) == bool(offered)


def test_whoever_decided_on_a_card_is_led_to_the_next_that_waits_on_them(cast, as_user):
    first, second = testing.make_round(cast, per_dimension=2).reports.filter(host=cast.agency).order_by("pk")[:2]
    following = f'href="{at("report_detail", second)}">รายงานถัดไป'
    testing.certify(first, cast)
    testing.send(second, cast)
    seen = {who: following in as_user(getattr(cast, who)).get(at("report_detail", first)).content.decode()
            for who in ("overseer", "collector", "governor")}  # fmt: skip
    assert seen == {"overseer": True, "collector": False, "governor": False}


def test_the_reviewer_is_led_through_the_round_whatever_the_agency(card, cast, as_user):
    testing.accept(card, cast)
    other = card.round.reports.filter(host=cast.other_agency).order_by("indicator__order").first()
    testing.certify(other, replace(cast, collector=cast.other_collector, overseer=cast.other_overseer))
    page = as_user(cast.coordinator).get(at("report_detail", card))
    assert f'href="{at("report_detail", other)}">ตรวจรายงานถัดไป' in page.content.decode()
    assert (
        f"จังหวัดตรวจผ่านแล้ว แก้ไขไม่ได้อีก หากข้อมูลผิดให้แจ้งผู้ประสานงานจังหวัด ตรวจรายงานถัดไป {other.indicator.number} (เหลือ 1)"
        in words(page)
    )


def test_the_reviewer_passes_what_was_certified(card, cast, as_user):
    testing.certify(card, cast)
    read = words(as_user(cast.coordinator).get(at("report_detail", card)))
    assert "ผ่าน รับรายงาน" in read
    assert "ไม่ผ่าน ส่งกลับแก้ไข" in read


def test_what_was_sent_back_says_why_before_anything_else(card, cast, mine):
    testing.send(card, cast)
    card.refresh_from_db()
    actions.refuse_report(card, by=cast.overseer, revision=card.revision, at=testing.FILED, reason="ขอยอด ณ 30 ก.ย.")
    html = mine.get(at("report_detail", card)).content.decode()
    assert html.index("ขอยอด ณ 30 ก.ย.") < html.index('id="results"')
    assert "นายoverseer ทดสอบ (ผู้กำกับดูแลตัวชี้วัด สำนักงานคลังจังหวัดเชียงใหม่) · 12 ต.ค. 2558 เวลา 14.30 น." in html


def test_a_reason_for_a_decision_somebody_else_took_is_given_back(card, cast, as_user):
    testing.certify(card, cast)
    page = as_user(cast.overseer).post(
        reverse("reporting:report_move", args=[card.pk, "refuse"]), {"revision": 2, "reason": "พิมพ์ไว้แล้ว"}
    )
    assert page.status_code == 409
    assert "เหตุผลที่ท่านพิมพ์ไว้ ยังไม่ได้บันทึก พิมพ์ไว้แล้ว" in words(page)


# ---- evidence ----
def test_evidence_is_numbered_named_measured_and_removable_by_its_collector(mine, card, cast, as_user):
    testing.fill(card, cast)
    stored = card.evidence.get()
    html = mine.get(at("report_detail", card)).content.decode()
    assert f'<a href="/reporting/evidence/{stored.pk}/">รายงาน ณ 30 ก.ย. 2558.pdf</a>' in html
    assert f"<summary>รหัสตรวจไฟล์</summary><code>{stored.file.sha256}</code>" in html
    assert f'{len(testing.PDF)} ไบต์ · <span class="keep">แนบเมื่อ 12 ต.ค. 2558 เวลา 14.30 น.</span>' in html
    assert f'action="/reporting/evidence/{stored.pk}/remove/"' in html
    other = as_user(cast.coordinator).get(at("report_detail", card)).content.decode()
    assert "รายงาน ณ 30 ก.ย. 2558.pdf" in other
    assert "/remove/" not in other


def test_attaching_and_removing_answer_htmx_with_the_list_alone(mine, card):
    answer = mine.post(at("evidence_attach", card), {"file": testing.upload()}, **HTMX)
    html = answer.content.decode()
    assert (answer.status_code, html.lstrip()[:22]) == (200, '<section id="evidence"')
    assert "รายงาน ณ 30 ก.ย. 2558.pdf" in html
    again = mine.post(at("evidence_remove", card.evidence.get()), **HTMX).content.decode()
    assert again.lstrip()[:22] == '<section id="evidence"'
    assert "ยังไม่มีหลักฐาน" in again


# ---- rounds and their summary ----
def test_the_summary_shows_every_line_both_totals_and_how_they_come_about(card, cast, as_user):
    testing.accept(card, cast)
    page = as_user(cast.coordinator).get(at("round_summary", card.round))
    read = words(page)
    assert "คะแนนรวม นับร่างที่ยังไม่ส่งด้วย 2.4820 คะแนนเฉพาะที่ผ่านการตรวจแล้ว 3.4700" in read
    assert "ผ่านการตรวจแล้ว 1 จาก 4 ตัวชี้วัด" in read
    assert "มิติภายนอก 70.00 3.1171 2.1820" in read
    assert "1.1 ร้อยละความสำเร็จของงานที่ 1.1 สำนักงานคลังจังหวัดเชียงใหม่ ร้อยละ 80 60.00 82.35 3.4700 2.0820 ผ่านการตรวจ" in read
    assert "2.1 ร้อยละความสำเร็จของงานที่ 2.1 สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่ ร้อยละ 80 10.00 ยังไม่เริ่ม" in read
    assert "รวม 100.00 2.4820" in read
    assert "น้ำหนักรวมของรอบ (100.00)" in read


@pytest.mark.parametrize(("who", "closes"), [("coordinator", True), ("collector", False), ("governor", False)])
def test_only_the_party_s_office_is_offered_to_close_the_round(card, cast, as_user, who, closes):
    page = as_user(getattr(cast, who)).get(at("round_summary", card.round))
    door = reverse("reporting:round_move", args=[card.round_id, "close_round"])
    assert (f'action="{door}"' in page.content.decode()) == closes
    assert "พิมพ์เป็น PDF" in words(page)


def test_closing_says_what_stays_out_and_that_the_last_day_has_not_come(card, cast, as_user):
    page = as_user(cast.coordinator).get(at("round_summary", card.round))
    asked = "หน่วยงานยังไม่ได้ส่ง 4 จาก 4 รายงาน และยังไม่เลยกำหนดส่ง 26 ต.ค. 2558 ปิดแล้วหน่วยงานจะกรอกและส่งรายงานรอบนี้ไม่ได้"
    assert asked in words(page)


def test_the_history_of_a_round_is_told_when_asked(card, cast, as_user):
    browser = as_user(cast.coordinator)
    assert "เปิดรอบการรายงาน" not in words(browser.get(at("round_summary", card.round)))
    assert "เปิดรอบการรายงาน" in words(browser.get(at("round_summary", card.round), {"history": "1"}))


def test_people_s_words_are_never_markup_though_our_numbers_are_safe(card, cast, as_user):
    Indicator.objects.filter(pk=card.indicator_id).update(name="<b>ตัวชี้วัด</b>", unit="<i>", number="<1>")
    for page in (at("round_summary", card.round), f"/agreements/{card.round.agreement_id}/"):
        html = as_user(cast.coordinator).get(page).content.decode()
        assert "&lt;b&gt;ตัวชี้วัด&lt;/b&gt;" in html
        assert "<b>ตัวชี้วัด" not in html
        assert "&lt;i&gt;" in html
        assert "&lt;1&gt;" in html


def test_the_paper_says_what_the_screen_says_in_thai_digits(card, cast, as_user):
    testing.accept(card, cast)
    browser = as_user(cast.coordinator)
    paper = browser.get(at("round_summary_pdf", card.round))
    assert paper["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(io.BytesIO(paper.getvalue()))
    assert (len(document), document[0].get_width() > document[0].get_height()) == (1, True)
    text = " ".join(document[0].get_textpage().get_text_range().split())
    assert "๑.๑ ร้อยละความสำเร็จของงานที่ ๑.๑ ร้อยละ ๘๐ ๖๐.๐๐ ๘๒.๓๕ ๓.๔๗๐๐ ๒.๐๘๒๐ ผ่านการตรวจ" in text
    assert "มิติภายนอก ๗๐.๐๐ ๓.๑๑๗๑ ๒.๑๘๒๐" in text
    assert "รวม ๑๐๐.๐๐ ๒.๔๘๒๐" in text
    assert "พิมพ์เมื่อ ๑๙ ตุลาคม ๒๕๕๘ เวลา ๐๙.๐๐ น." in text
    screen = thai.to_thai_digits(words(browser.get(at("round_summary", card.round))))
    assert "รวม ๑๐๐.๐๐ ๒.๔๘๒๐" in screen


def test_rounds_are_listed_with_their_days_and_progress(card, cast, as_user):
    testing.accept(card, cast)
    read = words(as_user(cast.coordinator).get(reverse("reporting:round_list")))
    assert "รอบ 12 เดือน ปี 2558 จังหวัดเชียงใหม่ เปิดรับรายงาน 1 จาก 4 26 ต.ค. 2558 เวลา 23.59 น." in read
    assert "รอบ 6 เดือน ปี 2558" in read  # not open yet: its own province sees it coming
    assert "รอบ 6 เดือน" not in words(as_user(cast.collector).get(reverse("reporting:round_list")))
    assert "ยังไม่มีรอบการรายงาน" in words(as_user(cast.neighbour).get(reverse("reporting:round_list")))


# ---- งานของฉัน ----
def test_the_collector_s_day_says_what_is_owed_until_when_and_what_was_sent(card, cast, as_user):
    testing.send(card, cast)
    read = words(as_user(cast.collector).get("/"))
    assert "วันจันทร์ที่ 19 ตุลาคม 2558" in read
    assert "กำหนดใกล้ที่สุด เหลือ 7 วัน 26 ต.ค. 2558 เวลา 23.59 น." in read
    assert "รอฉันดำเนินการ 1 เรื่อง" in read
    assert "ส่งแล้ว ตัวชี้วัด สถานะ ตั้งแต่ 1.1 ร้อยละความสำเร็จของงานที่ 1.1 รอบ 12 เดือน รอหัวหน้ารับรอง 12 ต.ค. 2558" in read
    assert "31 ต.ค. 2558 จังหวัดส่งรายงานรอบ 12 เดือน ให้สำนักงาน ก.พ.ร. เหลือ 12 วัน" in read


def test_the_overseer_s_day_is_what_waits_for_certifying(card, cast, as_user):
    testing.send(card, cast)
    read = words(as_user(cast.overseer).get("/"))
    assert "รอฉันดำเนินการ 1 เรื่อง 1.1 ร้อยละความสำเร็จของงานที่ 1.1" in read
    assert "รอมา 7 วัน ตรวจและรับรอง" in read


def test_the_coordinator_s_day_is_the_round_and_who_has_the_cards(card, cast, as_user):
    testing.send(card, cast)
    read = words(as_user(cast.coordinator).get("/"))
    assert "ผ่านการตรวจแล้ว 0 จาก 4 ตัวชี้วัด คะแนนจากที่ผ่านแล้ว – ถ้านับทุกตัวชี้วัด 2.4820 “ถ้านับทุกตัวชี้วัด” นับร่างที่กรอกไว้ด้วย" in read
    agency = "สำนักงานคลังจังหวัดเชียงใหม่ ยังไม่เริ่ม 1 รอหัวหน้ารับรอง 1 นายcollector ทดสอบ และอีก 1 คน 18 วัน"
    assert agency in read
    assert "สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่ ยังไม่เริ่ม 2 นายother_collector ทดสอบ 18 วัน" in read


def test_cards_nobody_would_be_told_of_are_called_out(card, cast, as_user):
    Membership.objects.filter(user=cast.other_collector).delete()
    read = words(as_user(cast.coordinator).get("/"))
    assert "สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่ ยังไม่เริ่ม 2 ยังไม่มีผู้รับผิดชอบ" in read


def test_a_round_whose_period_is_over_waits_to_be_opened(card, cast, as_user):
    read = words(as_user(cast.coordinator).get("/"))
    assert "เปิดรอบ 6 เดือน ปีงบประมาณ พ.ศ. 2558" in read
    assert "เปิดรอบ 6 เดือน" not in words(as_user(cast.governor).get("/"))


def test_the_governor_and_opdc_see_how_it_stands(card, cast, as_user):
    testing.accept(card, cast)
    assert "ผ่านการตรวจแล้ว 1 จาก 4 ตัวชี้วัด คะแนนจากที่ผ่านแล้ว 3.4700" in words(as_user(cast.governor).get("/"))
    read = words(as_user(cast.negotiator).get("/"))
    assert "รอบ 12 เดือน ปี 2558 1 แห่ง" in read
    assert "จังหวัดตรวจผ่านแล้ว 1 จาก 4 รายงาน" in read


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("neighbour_collector", "ไม่มีงานค้าง"),
        ("nobody", "ขณะนี้ท่านไม่มีหน้าที่ในระบบ"),
        ("operator", "ไม่มีงานค้าง"),
    ],
)
def test_nothing_owed_is_said_calmly_and_shows_nothing_of_others(card, cast, as_user, who, says):
    page = as_user(getattr(cast, who)).get("/")
    assert page.status_code == 200
    assert says in words(page)
    assert "ร้อยละความสำเร็จ" not in words(page)
    assert "ความก้าวหน้า" not in words(page)
