"""The year's main job in a real browser: collectors file, overseers certify, the coordinator accepts, the total stands
on the screen and on paper. Every page visited is audited, fits its screen and says nothing to the console."""

import datetime as dt
import uuid
from decimal import Decimal

import pypdfium2
import pytest
from playwright.sync_api import expect

from agreements import actions as actions_of_agreements
from agreements.testing import AUTUMN, add_indicator, make_framework, sign
from kpiportal.demo import PASSWORD
from kpiportal.testing.browser import PHONE, overflow, sign_in, violations
from kpiportal.thai import BANGKOK, to_thai_digits
from reporting import actions, testing
from reporting.models import Report, ReportVersion, Round

pytestmark = pytest.mark.browser
FILE = "ผลเบิกจ่าย ณ 30 ก.ย. 2558.pdf"


def inspected(page):
    """The page as it stands: nothing for axe to say, nothing beside the screen."""
    page.evaluate("document.fonts.ready.then(() => 1)")
    assert violations(page) == [], page.url
    assert overflow(page) == 0, page.url
    return page


def enter(page, server, mail):
    """Through the login page, to งานของฉัน."""
    page.goto(server)
    expect(page.locator("h1")).to_have_text("เข้าสู่ระบบ")
    inspected(page)
    page.fill("[name=login]", f"{mail}@demo.example")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_have_text("งานของฉัน")
    return inspected(page)


def open_task(page, number):
    """The one thing owed about this indicator, opened from งานของฉัน."""
    page.locator("ol.tasks > li", has_text=number).locator("a").click()
    expect(page.locator("h1")).to_contain_text(number)
    return inspected(page)


def card_of(number):
    return Report.objects.select_related("indicator").get(round__months=12, indicator__number=number)


WORDS = {
    "explanation": "ติดตามการเบิกจ่ายทุกเดือน\nและรายงานที่ประชุมจังหวัด",
    "supporting_factors": "ทุกส่วนราชการร่วมมือ",
    "obstacles": "ฝนตกหนัก งานก่อสร้างล่าช้า",
    "suggestions": "ควรทำสัญญาให้เสร็จในไตรมาสแรก",
}


def write_and_attach(page, *, asks=tuple(WORDS)):
    """Words for every box the round asks for, and one file."""
    for box in asks:
        page.fill(f"#id_{box}", WORDS[box])
    page.set_input_files("#id_file", {"name": FILE, "mimeType": "application/pdf", "buffer": testing.PDF})
    expect(page.locator("#evidence-list")).to_contain_text(FILE)
    expect(page.locator("[data-uploads] li")).to_have_count(0)


def send(page):
    page.click("button:has-text('ส่งให้หัวหน้าหน่วยงานรับรอง')")
    expect(page.locator("#notices")).to_contain_text("ส่งให้หัวหน้าหน่วยงานรับรองแล้ว")
    expect(page.locator(".page-head")).to_contain_text("รอหัวหน้ารับรอง")
    expect(page.locator("#card")).to_have_count(0)
    return inspected(page)


def send_without_the_co_hosts(page):
    """Their part has not come: the page asks, and takes yes for an answer."""
    page.click("button:has-text('ส่งให้หัวหน้าหน่วยงานรับรอง')")
    expect(page.locator(".blockers")).to_contain_text("(เจ้าภาพร่วม) ยังไม่ได้ส่งข้อมูลในระบบ")
    inspected(page)
    page.check("#id_sure")
    send(page)


def test_the_year_ends_with_its_total_on_screen_and_on_paper(sit, demo):
    collector_files_a_number(sit(), demo)
    overseer_certifies(sit(size=PHONE), demo)
    coordinator = sit()
    coordinator_accepts(coordinator, demo)
    the_running_figures_stand_apart(coordinator, demo)
    collector_files_a_number_on_a_phone(sit(size=PHONE), demo)
    collector_files_steps(sit(size=PHONE), demo)
    collector_files_a_composite(sit(size=PHONE), demo)
    the_rest_is_done_by_others()
    the_total_is_the_one_worked_by_hand(coordinator, demo)


def collector_files_a_number(page, server):
    enter(page, server, "klang")
    owed = page.locator("ol.tasks > li")
    expect(owed).to_have_count(4)  # three cards, and what the meeting resolved
    expect(owed.filter(has_text="3.1.3")).to_have_count(1)
    expect(owed.filter(has_text="3.1.3")).to_contain_text("เหลือ 7 วัน")
    expect(page.locator("main")).to_contain_text("26 ต.ค. 2558")
    open_task(page, "3.1.3")
    page.locator("#results input.num").first.press_sequentially("๙๓.๑")
    score = page.locator("#score-panel")
    expect(score.locator("dd")).to_have_text(["3.5500", "0.0710"])
    expect(score).to_contain_text("3 + (93.1 − 92) ÷ (94 − 92) = 3.5500")
    expect(score).to_contain_text("3.5500 × 2 ÷ 100 = 0.0710")
    expect(page.locator("#results .leaf .saved-note")).to_contain_text("บันทึกแล้ว")
    card = card_of("3.1.3")
    assert (card.state, card.entries.get().value) == ("draft", Decimal("93.1"))
    write_and_attach(page)
    inspected(page)
    send(page)
    version = ReportVersion.objects.get(report=card)
    assert version.content["entries"]["3.1.3"]["value"] == "93.1"
    assert version.content["answers"]["explanation"] == "ติดตามการเบิกจ่ายทุกเดือน\nและรายงานที่ประชุมจังหวัด"
    assert [file["name"] for file in version.content["evidence"]] == [FILE]
    with page.expect_download() as download:
        page.click(f"text={FILE}")
    assert download.value.suggested_filename == FILE
    assert download.value.path().read_bytes() == testing.PDF
    page.locator("#menu >> text=งานของฉัน").click()
    expect(page.locator("ol.tasks > li")).to_have_count(3)


def overseer_certifies(page, server):
    enter(page, server, "klang-head")
    open_task(page, "3.1.3")
    expect(page.locator("main")).to_contain_text("93.1")
    expect(page.locator("main")).to_contain_text("ฝนตกหนัก งานก่อสร้างล่าช้า")
    page.click("button >> text=รับรองรายงาน")
    expect(page.locator("#notices")).to_contain_text("รับรองรายงานแล้ว")
    expect(page.locator(".page-head")).to_contain_text("รอจังหวัดตรวจ")
    inspected(page)


def coordinator_accepts(page, server):
    enter(page, server, "coordinator")
    open_task(page, "3.1.3")
    page.click("button >> text=ผ่าน รับรายงาน")
    expect(page.locator("#notices")).to_contain_text("ตรวจผ่านแล้ว")
    assert card_of("3.1.3").state == "accepted"


def summary(page, server):
    page.goto(f"{server}/reporting/rounds/{Round.objects.get(months=12, agreement__fiscal_year=2558).pk}/")
    return inspected(page)


def row_of(page, number):
    return page.locator("table.summary tbody tr", has=page.locator(f".no:text-is('{number}')"))


def the_running_figures_stand_apart(page, server):
    """Eight accepted weigh 48 and earn 1.9095. Five others have a score (1.0064); three, of weight 23, have none yet
    and count as the first level: 1.9095 + 1.0064 + 0.23."""
    summary(page, server)
    cells = row_of(page, "3.1.3").locator("td")
    expect(cells).to_have_text(["ร้อยละ", "92", "2.00", "93.1", "3.5500", "0.0710", "ผ่านการตรวจ"])
    expect(page.locator(".totals dd")).to_have_text(["3.1459", "3.9781"])
    expect(page.locator(".totals")).to_contain_text("ผ่านการตรวจแล้ว 8 จาก 16 ตัวชี้วัด")


def collector_files_a_number_on_a_phone(page, server):
    enter(page, server, "phatthana")
    open_task(page, "1.2.1")
    page.locator("#results input.num").first.press_sequentially("๙.๑๕")
    expect(page.locator("#score-panel dd")).to_have_text(["3.5750", "0.2860"])
    write_and_attach(page)
    send_without_the_co_hosts(page)


def collector_files_steps(page, server):
    enter(page, server, "chonlaprathan")
    open_task(page, "1.2.4")
    for step in range(1, 5):
        page.get_by_label(f"ขั้นที่ {step} ").check()
    expect(page.locator("#score-panel dd")).to_have_text(["4.0000", "0.3200"])
    write_and_attach(page)
    send(page)


def collector_files_a_composite(page, server):
    enter(page, server, "pokkhrong")
    open_task(page, "1.3.2")
    boxes = page.get_by_label("ผลการดำเนินงาน (")
    boxes.nth(0).fill("๘๑.๕")
    boxes.nth(1).fill("81")
    expect(page.locator("#score-panel dd")).to_have_text(["4.1000", "0.2870"])
    write_and_attach(page)
    send_without_the_co_hosts(page)


# Whose turn it is in each state, and what they do; "accepted" is the end.
TURNS = {
    "draft": ("collector", actions.send_report),
    "returned": ("collector", actions.send_report),
    "sent": ("overseer", actions.certify_report),
    "certified": ("coordinator", actions.accept_report),
}


def the_rest_is_done_by_others():
    """The same actions without a screen: what is saved is sent, what is sent certified, what is certified accepted."""
    at = dt.datetime(2015, 10, 20, 10, tzinfo=BANGKOK)
    for card in Report.objects.filter(round__months=12).select_related("host", "round__agreement__owner"):
        while card.state != "accepted":
            role, deed = TURNS[card.state]
            office = card.round.agreement.owner if role == "coordinator" else card.host
            if card.state == "returned":
                collector = office.memberships.get(role=role).user
                actions.attach_evidence(card, testing.upload("GFMIS 30 ก.ย..pdf"), by=collector, at=at)
                Report.objects.filter(pk=card.pk).update(asked=[{**item, "fixed": True} for item in card.asked])
            once = {"token": uuid.uuid4()} if role == "collector" else {}
            deed(card, by=office.memberships.get(role=role).user, revision=card.revision, at=at, **once)
            card.refresh_from_db()


def the_total_is_the_one_worked_by_hand(page, server):
    summary(page, server)
    expect(page.locator(".totals dd")).to_have_text(["3.8089", "3.8089"])
    expect(page.locator(".totals")).to_contain_text("ผ่านการตรวจแล้ว 16 จาก 16 ตัวชี้วัด")
    expect(page.locator("table.summary tfoot td[data-label='คะแนนรวม']")).to_have_text("3.8089")
    expect(row_of(page, "1.3.2").locator("td").nth(4)).to_have_text("4.1000")
    with page.expect_download() as download:
        page.click("text=พิมพ์เป็น PDF")
    assert download.value.suggested_filename == "สรุปผล รอบ 12 เดือน จังหวัดเชียงใหม่ ปี 2558.pdf"
    printed = text_of(download.value.path())
    assert "รวม๑๐๐.๐๐๓.๘๐๘๙" in printed
    rows = page.locator("table.summary tbody tr", has=page.locator(".no"))
    assert rows.count() == 16
    for row in rows.all():  # unit, target, weight, result, score, weighted, state: as on the screen, in Thai digits
        assert squeezed(to_thai_digits("".join(row.locator("td").all_inner_texts()))) in printed


def squeezed(text):
    """Without any white space: paper breaks its lines elsewhere than the screen."""
    return "".join(text.split())


def text_of(path):
    pages = pypdfium2.PdfDocument(path)
    try:
        return squeezed("".join(page.get_textpage().get_text_range() for page in pages))
    finally:
        pages.close()


STEPS = ["ตั้งคณะทำงาน", "จัดทำแผน", "ดำเนินการตามแผน", "สรุปผล", "ขยายผล"]
# number, place among the four dimensions, weight, criteria, target
KINDS = [
    ("1", 0, 20, {"kind": "banded", "levels": [70, 75, 80, 85, 90]}, 80),
    ("2", 0, 20, {"kind": "two_sided", "levels": [8, 6, 4, 2, 0], "band_low": 45, "band_high": 55}, 50),
    ("3", 0, 20, {"kind": "milestone_partial", "steps": STEPS}, 3),
    ("4", 1, 10, {"kind": "count", "steps": STEPS}, 3),
    ("5", 2, 15, {"kind": "mixed", "steps": STEPS[:3], "levels": [80, 90]}, 3),
    ("6", 3, 8, {"kind": "yes_no"}, None),
    ("7", 3, 7, {"kind": "percent_of_target", "levels": [60, 70, 80, 90, 100]}, 3),
]


@pytest.fixture
def kinds(live_server, running, cast):
    """An open round of an agreement with one indicator of each kind the demo has not (or not open any more)."""
    agreement = actions_of_agreements.open_agreement(
        make_framework(cast), cast.province, by=cast.coordinator, at=AUTUMN
    )
    places = list(agreement.framework.dimensions.exclude(parent=None))
    for number, place, weight, criteria, target in KINDS:
        indicator = add_indicator(
            agreement, cast, dimension=places[place], number=number, weight=weight, criteria=criteria, target=target
        )
        actions_of_agreements.appoint_hosts(indicator, host=cast.agency, by=cast.coordinator, at=AUTUMN)
    for child, target in (("7.1", 40), ("7.2", 25)):
        add_indicator(
            agreement, cast, dimension=places[3], number=child, weight=None, inner_weight=Decimal("0.5"),
            parent=indicator, target=target, unit="แห่ง", criteria={"kind": "higher"},
        )  # fmt: skip
    return testing.make_round(cast, agreement=sign(agreement, cast))


def fill_banded(page):
    page.get_by_label("ผลการดำเนินงาน (ร้อยละ)").fill("๘๔.๙%")


def fill_two_sided(page):
    page.get_by_label("ผลการดำเนินงาน (ร้อยละ)").fill("58")


def fill_in_parts(page):
    for step in range(1, 5):
        page.get_by_label(f"ขั้นที่ {step} ").check()
    page.get_by_label("ส่วนที่ทำได้ของขั้นถัดไป").fill("๐.๒๕")


def fill_count(page):
    for step in (1, 3, 5):
        page.get_by_label(f"ขั้นที่ {step} ").check()


def fill_mixed(page):
    for step in (1, 2, 3):
        page.get_by_label(f"ขั้นที่ {step} ").check()
    page.get_by_label("ผลการดำเนินงาน (ร้อยละ)").fill("84")


def fill_yes_no(page):
    page.get_by_label("ผ่าน", exact=True).check()


def fill_percent(page):
    boxes = page.get_by_label("ผลการดำเนินงาน (แห่ง)")
    boxes.nth(0).fill("30")
    boxes.nth(1).fill("22")


# what is filled -> the score before sending, by hand; 7: 75% and 88% of the targets score 2.5 and 3.8
FILLED = {
    "1": (fill_banded, "3.0000"),
    "2": (fill_two_sided, "3.5000"),
    "3": (fill_in_parts, "4.2500"),
    "4": (fill_count, "3.0000"),
    "5": (fill_mixed, "4.4000"),
    "6": (fill_yes_no, "5.0000"),
    "7": (fill_percent, "3.1500"),
}


def test_a_card_of_every_other_kind_is_filled_and_sent_on_a_phone(sit, live_server, kinds, cast):
    page = sit(size=PHONE)
    sign_in(page, live_server.url, cast.collector)
    for number, (fill, score) in FILLED.items():
        card = kinds.reports.get(indicator__number=number)
        page.goto(f"{live_server.url}/reporting/cards/{card.pk}/")
        fill(page)
        expect(page.locator("#score-panel dd").first).to_have_text(score)
        write_and_attach(page, asks=("explanation", "obstacles"))
        inspected(page)
        send(page)
        card.refresh_from_db()
        assert (card.state, card.score) == ("sent", Decimal(score))
        expect(page.locator("#score-panel dd").first).to_have_text(score)
