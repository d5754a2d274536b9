"""The pages of a SAR: what a press does, what a refusal keeps, how many questions they ask; one walk in a browser."""

from __future__ import annotations

import re

import pytest

from kpiportal import obligations
from kpiportal.models import User
from kpiportal.testing import browser as browsing
from kpiportal.testing.plugin import NOW
from kpiportal.testing.queries import query_counts
from reporting import testing as cards
from reporting.models import Consolidation, CopyTick, Evaluation
from reporting.sar import actions, testing
from reporting.sar.testing import WHY, WRITTEN, approve, propose, send, sign

pytestmark = [pytest.mark.django_db]
frozen = pytest.mark.usefixtures("frozen")


@frozen
def test_the_list_of_rounds_leads_to_the_report_whoever_may_read_it(cast, as_user):
    def chips(person):
        read = as_user(person).get("/reporting/").content.decode()
        return re.findall('<a class="chip (.*?)" href="(.*?)">(.*?)</a>', read)

    sar = testing.make_sar(cast)
    there = f"/reporting/sar/{sar.pk}/"
    assert chips(cast.coordinator) == [("wait", there, "SAR กำลังรวบรวม")]
    assert (chips(cast.collector), chips(cast.evaluator)) == ([], [])
    send(sign(approve(sar, cast), cast), cast)
    assert chips(cast.evaluator) == chips(cast.governor) == [("ok", there, "SAR ส่งแล้ว")]


@frozen
def test_sending_without_a_numbered_letter_is_asked_about(cast, as_user):
    sar = sign(approve(testing.make_sar(cast), cast), cast)
    page = as_user(cast.coordinator)
    said = "หนังสือนำส่งยังไม่มี รายงานที่ส่งจะไม่มีเลขและวันที่ของหนังสือ ส่งแล้วแก้ไขหรือเรียกคืนไม่ได้"
    assert said in page.get(f"/reporting/sar/{sar.pk}/").content.decode()


@frozen
def test_a_refused_press_keeps_what_was_typed(cast, as_user):
    sar = testing.make_sar(cast, accepted=False)
    page = as_user(cast.coordinator)
    answer = page.post(f"/reporting/sar/{sar.pk}/move/propose_sar/", {"revision": 0, "reason": " "})
    assert answer.status_code == 422
    assert "โปรดระบุเหตุผล" in answer.content.decode()
    answer = page.post(f"/reporting/sar/{sar.pk}/move/propose_sar/", {"revision": 7, "reason": WHY})
    assert answer.status_code == 409
    assert WHY in answer.content.decode()
    answer = page.post(f"/reporting/sar/{sar.pk}/chapters/", {"revision": 9, "summary": "ที่ฉันพิมพ์"})
    assert answer.status_code == 409
    assert "ที่ฉันพิมพ์" in answer.content.decode()
    answer = page.post(f"/reporting/sar/{sar.pk}/chapters/", {"revision": 0, "summary": "ก" * 50_001})
    assert (answer.status_code, "ยาวเกินไป 1 ตัวอักษร" in answer.content.decode()) == (422, True)
    answer = page.post(f"/reporting/sar/{sar.pk}/sign-on-paper/", {"revision": 0, "signer": "นายเกษม"})
    assert (answer.status_code, "กรุณาเลือกไฟล์" in answer.content.decode()) == (422, True)


@frozen
def test_a_reason_given_before_is_proposed_in_a_panel_that_stays_folded(cast, as_user):
    sar = propose(testing.make_sar(cast, accepted=False), cast, reason=WHY)
    html = as_user(cast.office_head).get(f"/reporting/sar/{sar.pk}/").content.decode()
    assert f">{WHY}</textarea>" in html
    assert '<details class="confirm" open>' not in html
    sent = {"revision": 0, "reason": "ช้าไป"}  # somebody was faster: what was typed is shown, open
    html = as_user(cast.office_head).post(f"/reporting/sar/{sar.pk}/move/approve_sar/", sent).content.decode()
    assert html.count('<details class="confirm" open>') == 1
    assert ">ช้าไป</textarea>" in html


@frozen
def test_a_year_that_was_judged_on_paper_asks_for_no_report(cast, as_user):
    round = testing.make_round(cast)
    assert "เริ่มรวบรวม" in [task.action for task in obligations.of(cast.coordinator, at=NOW).mine]
    Evaluation.objects.create(
        round=round,
        state="final",
        per_missed_report=0,
        begun_at=NOW,
        begun_by=cast.evaluator,
        total=4,
        published_at=NOW,
        appeal_due_at=NOW,
        final_at=NOW,
    )
    again = obligations.of(User.objects.get(pk=cast.coordinator.pk), at=NOW).mine
    assert "เริ่มรวบรวม" not in [task.action for task in again]
    page, address = as_user(cast.coordinator), f"/reporting/rounds/{round.pk}/"
    assert "รายงาน (SAR)" not in page.get(address).content.decode()
    answer = page.post(f"{address}sar/")
    assert answer.status_code == 409
    assert "จึงไม่ต้องรวบรวมในระบบ" in answer.content.decode()
    assert "เริ่มรวบรวมรายงาน" not in answer.content.decode()
    assert not Consolidation.objects.exists()


@frozen
def test_the_proof_knows_the_paper_and_nobody(cast, client):
    sar = approve(testing.make_sar(cast), cast)
    page = client.get(f"/reporting/sar/proof/{sar.sha256[:16]}/")
    assert page.status_code == 200
    assert sar.sha256 in page.content.decode()
    assert "ทดสอบ" not in page.content.decode()  # every name of the cast ends so
    assert client.get("/reporting/sar/proof/" + "0" * 16 + "/").status_code == 404


@frozen
def test_ticks_are_remembered_per_person(cast, as_user):
    sar = approve(testing.make_sar(cast), cast)
    page = as_user(cast.coordinator)
    tick = {"field": "1.1:score", "on": "on"}
    answer = page.post(f"/reporting/sar/{sar.pk}/copy/tick/", tick, headers={"Accept": "application/json"})
    assert answer.json() == {"ticked": 1}
    assert page.post(f"/reporting/sar/{sar.pk}/copy/tick/", {"field": "9.9:score", "on": "on"}).status_code == 400
    assert page.post(f"/reporting/sar/{sar.pk}/copy/tick/", {"field": "1.1:score"}).status_code == 302
    assert CopyTick.objects.count() == 0


@frozen
def test_whose_turn_it_is(cast):
    round = testing.make_round(cast)

    def owes() -> dict[str, str]:
        found = {}
        for who in ("coordinator", "office_head", "governor", "viewer", "collector"):
            person = type(cast.people[who]).objects.get(pk=cast.people[who].pk)
            mine = [task.title for task in obligations.of(person, at=WRITTEN).mine if "SAR" in task.title]
            if mine:
                found[who] = ", ".join(mine)
        return found

    assert owes() == {"coordinator": "รวบรวมรายงาน (SAR) รอบ 12 เดือน"}
    sar = propose(actions.begin_sar(round, by=cast.coordinator, at=WRITTEN), cast)
    assert owes() == {"office_head": "อนุมัติรายงาน (SAR) รอบ 12 เดือน"}
    sar = approve(sar, cast)
    assert owes() == {"governor": "ลงนามรายงาน (SAR) รอบ 12 เดือน"}
    sar = sign(sar, cast)
    assert owes() == {"coordinator": "ส่งรายงาน (SAR) ให้สำนักงาน ก.พ.ร. รอบ 12 เดือน"}
    send(sar, cast)
    assert owes() == {}


def _counts(cast) -> dict[str, int]:
    sar = Consolidation.objects.get()
    pages = {"report": "", "chapters": "chapters/", "redraft": "chapters/summary/redraft/", "copy": "copy/"}
    return query_counts((name, cast.coordinator, f"/reporting/sar/{sar.pk}/{path}") for name, path in pages.items())


@frozen
@pytest.mark.parametrize("per_dimension", [1, 3])
def test_a_page_asks_as_much_at_any_size(cast, per_dimension):
    actions.begin_sar(cards.make_round(cast, per_dimension=per_dimension), by=cast.coordinator, at=NOW)
    assert _counts(cast) == {"report": 7, "chapters": 5, "redraft": 5, "copy": 3}


def test_from_writing_to_opdc_in_a_browser(cast, live_server, sit, running):
    sar = testing.make_sar(cast)
    page = sit()
    browsing.sign_in(page, live_server.url, cast.coordinator)
    page.goto(f"{live_server.url}/reporting/sar/{sar.pk}/")
    page.evaluate("localStorage['unsent:1:/x/:old'] = JSON.stringify({at: Date.now() - 31 * 864e5, boxes: {}})")
    page.evaluate("localStorage['unsent:1:/x/:new'] = JSON.stringify({at: Date.now() - 29 * 864e5, boxes: {}})")
    page.goto(f"{live_server.url}/reporting/sar/{sar.pk}/chapters/")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('/x/'))") == ["unsent:1:/x/:new"]
    page.get_by_label("บทสรุปผู้บริหาร").fill("ผลการดำเนินงานเป็นไปตามเป้าหมาย")
    page.get_by_text("บันทึกแล้ว", exact=False).first.wait_for()
    assert sar.chapters.get(kind="summary").text == "ผลการดำเนินงานเป็นไปตามเป้าหมาย"
    sar = propose(sar, cast)  # at another desk; the open page hears of it before anybody types on
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    told = page.locator("#notices .card-news")
    told.get_by_text("เสนอหัวหน้าสำนักงานแล้ว แก้บทไม่ได้จนกว่าจะส่งกลับไปรวบรวม").wait_for()
    told.get_by_text("ที่พิมพ์ไว้บันทึกครบทุกช่องแล้ว").wait_for()
    assert browsing.violations(page) == []
    page.goto(f"{live_server.url}/reporting/sar/{sar.pk}/")
    assert browsing.violations(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert browsing.overflow(page) == 0
    approve(sar, cast)
    page.goto(f"{live_server.url}/reporting/sar/{sar.pk}/copy/")
    assert browsing.violations(page) == []
    assert browsing.overflow(page) == 0
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="คัดลอก").first.press("Enter")
    page.get_by_text("คัดลอกบทสรุปผู้บริหารแล้ว").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "ผลการดำเนินงานเป็นไปตามเป้าหมาย"
    page.locator("[data-ticked]", has_text="1").wait_for()
    assert CopyTick.objects.get().field == "chapter:summary"
