"""OPDC words the mails, an office names another system: what is refused stays typed, what is tried is not kept."""

import pytest
from django.core.cache import cache

from kpiportal import outbox
from kpiportal.models import AuditEvent, LineLink, MailText, NoticeChoice, Webhook
from kpiportal.onboarding import my_data
from kpiportal.reminding import plans, texts
from kpiportal.testing.plugin import NOW
from kpiportal.testing.queries import query_counts

pytestmark = pytest.mark.usefixtures("frozen")
EDIT = "/reminders/texts/reminder/2558/"
WORDS = {"subject": "แจ้งเตือน ${headline}", "body": "ถึง ${name}\n\n${items} ${url}", "revision": "0"}
FACTS = {"name": "นายก", "headline": "รอ 1 เรื่อง", "count": "1", "date": "วันนี้", "items": "- งาน", "url": "http://x/"}


def test_words_of_a_year_win_and_can_be_taken_back(cast, as_user):
    browser = as_user(cast.director)
    assert browser.post(EDIT, {**WORDS, "preview": "1"}).status_code == 200
    assert MailText.objects.count() == 0, "trying keeps nothing"
    assert browser.post(EDIT, WORDS).status_code == 302
    assert texts.filled(texts.known("reminder"), 2558, FACTS) == ("แจ้งเตือน รอ 1 เรื่อง", "ถึง นายก\n\n- งาน http://x/")
    assert texts.filled(texts.known("reminder"), 2559, FACTS)[0] == "รอ 1 เรื่อง"
    late = browser.post(EDIT, {**WORDS, "subject": "ของผู้มาทีหลัง ${headline}"})
    assert late.status_code == 409, "somebody saved meanwhile"
    assert "มีผู้บันทึกถ้อยคำนี้ไปแล้ว" in late.content.decode()
    assert 'value="ของผู้มาทีหลัง ${headline}"' in late.content.decode(), "what was typed stays"
    assert browser.post(EDIT, {"reset": "1"}).status_code == 302
    assert MailText.objects.count() == 0
    kept = AuditEvent.objects.get(verb="reminding.words_reset").before
    assert kept == {"subject": "แจ้งเตือน ${headline}", "body": "ถึง ${name}\n\n${items} ${url}"}


@pytest.mark.parametrize("body", ["${password}", "${items", "{{ settings.SECRET_KEY }} ${x.y}", "ไม่มีลิงก์"])
def test_unknown_fields_are_refused_and_stay_typed(cast, as_user, body):
    answer = as_user(cast.director).post(EDIT, {**WORDS, "body": body})
    assert answer.status_code == 422
    assert body in answer.content.decode().replace("&#x27;", "'")
    assert MailText.objects.count() == 0


def test_a_notice_is_written_in_them_too(cast, as_user):
    """Every mail that may be worded has a preview; the one of the round's opening leaves in OPDC's words."""
    browser = as_user(cast.director)
    for name in texts.EDITABLE:
        assert browser.get(f"/reminders/texts/{name}/0/").status_code == 200, name
    MailText.objects.create(name="round_opened", subject="ประกาศ ${round}", body="${items}\n${url}", fiscal_year=2558)
    cache.delete("mail_text.round_opened")
    facts = {field: "x" for field in texts.fields("round_opened")} | {"round": "รอบ 12 เดือน", "fiscal_year": "2558"}
    assert outbox.compose("round_opened", to=cast.collector, facts=facts, at=NOW).subject == "ประกาศ รอบ 12 เดือน"
    assert outbox.compose("round_opened", to=cast.collector, facts=facts | {"fiscal_year": "2559"}, at=NOW).subject == (
        "เปิดรอบ 12 เดือน ปีงบประมาณ พ.ศ. 2559: ส่งภายใน x"
    )
    cache.delete("mail_text.round_opened")


def test_words_that_cannot_be_filled_any_more_give_way(cast):
    MailText.objects.create(name="reminder", subject="${gone}", body="x")
    assert texts.filled(texts.known("reminder"), 2558, FACTS)[0] == "รอ 1 เรื่อง"


def test_a_system_s_key_is_shown_once(cast, as_user):
    browser = as_user(cast.coordinator)
    refused = browser.post("/reminders/webhook/", {"url": "https://10.0.0.5/kpi"})
    assert refused.status_code == 422
    assert "https://10.0.0.5/kpi" in refused.content.decode()
    key = browser.post("/reminders/webhook/", {"url": "https://8.8.8.8/kpi"}).context["key"]
    assert len(key) > 40
    assert key not in browser.get("/reminders/webhook/").content.decode()
    assert Webhook.objects.get().organization == cast.province
    assert browser.post("/reminders/webhook/remove/").status_code == 302
    assert Webhook.objects.count() == 0


def test_a_person_chooses_among_what_their_duties_bring(cast, as_user):
    """A collector is not asked about the governor's letters, nor loses what was chosen while holding another duty."""
    NoticeChoice.objects.create(user=cast.collector, kind="letter.check", channel="email")
    browser = as_user(cast.collector)
    asked = [row["label"] for row in browser.get("/reminders/choices/").context["rows"]]
    assert asked == [
        "รายงานตัวชี้วัดที่ต้องส่ง", "รายงานที่ส่งกลับให้แก้ไข", "ข้อมูลส่วนของเจ้าภาพร่วม", "การประชุมที่ยังไม่ได้ตอบรับ", "มติที่ประชุมที่ต้องทำ",
    ]  # fmt: skip
    wanted = ["report.fix:email", "report.part:email", "meeting.reply:email", "meeting.resolution:email"]
    assert browser.post("/reminders/choices/", {"wanted": wanted}).status_code == 302
    kept = NoticeChoice.objects.order_by("kind").values_list("kind", "channel")
    assert list(kept) == [("letter.check", "email"), ("report.file", "email")]
    event = AuditEvent.objects.get(verb="reminding.chosen")
    assert (event.actor, event.at, event.data["refused"]) == (cast.collector, NOW, [["report.file", "email"]])
    LineLink.objects.create(user=cast.collector, line_id="Uabc", linked_at=NOW)
    [part] = [part for part in my_data.gathered(cast.collector) if part.key == "reminders"]
    assert part.rows == [
        ("บัญชี LINE", "Uabc ผูกเมื่อ 19 ตุลาคม 2558 เวลา 09.00 น."),
        ("ไม่รับ: หนังสือรออนุมัติ", "อีเมล"),
        ("ไม่รับ: รายงานตัวชี้วัดที่ต้องส่ง", "อีเมล"),
    ]


@pytest.mark.parametrize(
    ("steps", "waiting", "words"),
    [
        ((14, 7, 0, -1), False, "ก่อนครบกำหนด 14, 7 วันทำการ · วันครบกำหนด · หลังครบกำหนด 1 วันทำการ"),
        ((-3, -7), True, "เมื่อรอมาแล้ว 3, 7 วันทำการ"),
        ((), False, "ไม่เตือน"),
    ],
)
def test_steps_in_words(steps, waiting, words):
    assert plans.words(steps, waiting=waiting) == words


def test_the_narrowest_plan_wins():
    laid_down = {
        ("report.file", 2558, None, None): (5,), ("report.file", 2558, 12, None): (4,),
        ("report.file", 2558, None, 9): (3,), ("report.file", 2558, 12, 9): (2,),
    }  # fmt: skip
    found = [plans.steps_of("report.file", 2558, months, party, laid_down) for months, party in
             [(12, 9), (6, 9), (12, 8), (6, 8)]]  # fmt: skip
    assert found == [(2,), (3,), (4,), (5,)]
    assert plans.steps_of("report.file", 2559, 12, 9, laid_down) == (14, 7, 3, 1, 0, -1, -3, -7)


def test_pages_of_reminders_ask_little(cast):
    visits = {
        "plan": (cast.director, "/reminders/plan/"),
        "steps": (cast.director, "/reminders/plan/report.file/2558/0/0/"),
        "texts": (cast.director, "/reminders/texts/"),
        "words": (cast.director, EDIT),
        "choices": (cast.coordinator, "/reminders/choices/"),
    }
    counts = query_counts((name, *visit) for name, visit in visits.items())
    assert counts == {"plan": 2, "steps": 3, "texts": 2, "words": 3, "choices": 3}
