"""The pages of an evaluation as each side meets them: refusals beside their boxes, nothing lost, equal questions."""

from decimal import Decimal

import pytest
from django.urls import reverse

from agreements.testing import make_framework, make_signed
from kpiportal.models import AuditEvent
from kpiportal.testing.queries import query_counts
from kpiportal.workflow import NotReady
from reporting import testing as filing
from reporting.evaluation import testing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
HTMX = {"HX-Request": "true"}


def _said(line, **said):
    return {"revision": line.revision, "verdict": "accepted", **said}


def test_a_line_is_kept_as_it_is_filled_and_answers_with_its_figures_only(cast, as_user):
    line = testing.line_of(testing.make_evaluation(cast), "1.1")
    typed = {"verdict": "changed", "raw": "3.25", "reason": "ขาดหลักฐาน 2 อำเภอ"}
    answer = as_user(cast.evaluator).post(_mark(line), _said(line, **typed), headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "3.2500" in text
    assert "−0.2200" in text
    assert '<input type="hidden" name="revision" value="1">' in text
    assert "พิจารณาแล้ว 1 จาก 4 ตัวชี้วัด" in text
    assert "textarea" not in text


def test_where_every_answer_writes_how_many_are_left_stands_also_when_none_is(cast, as_user):
    evaluation = testing.make_evaluation(cast)
    browser, page = as_user(cast.evaluator), reverse("reporting:evaluation", args=[evaluation.pk])
    assert '<span id="pending">4</span>' in browser.get(page).content.decode()
    testing.actions.accept_rest(evaluation, by=cast.evaluator, at=testing.NOVEMBER)
    assert '<span id="pending" data-none>0</span>' in browser.get(page).content.decode()
    line = testing.line_of(evaluation, "1.1")
    assert '<span id="pending" data-none hx-swap-oob="true">0</span>' in (
        browser.post(_mark(line), _said(line), headers=HTMX).content.decode()
    )


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"verdict": "changed", "raw": "6", "reason": "x"}, "คะแนนต้องอยู่ระหว่าง 0 ถึง 5"),
        ({"lowered": "สอง"}, "โปรดพิมพ์เฉพาะตัวเลข"),
        ({"missed_reports": "13"}, "ต้องไม่เกิน 12"),
        ({"verdict": "hostile"}, "เลือกค่าที่มีในรายการ"),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_in_the_boxes(cast, as_user, said, sentence):
    line = testing.line_of(testing.make_evaluation(cast), "1.1")
    evaluator = as_user(cast.evaluator)
    beside = evaluator.post(_mark(line), _said(line, **said), headers=HTMX)
    whole = evaluator.post(_mark(line), _said(line, **said))
    assert (beside.status_code, whole.status_code) == (422, 422)
    assert sentence in beside.content.decode()
    assert sentence in whole.content.decode()
    if raw := said.get("raw"):
        assert f'value="{raw}"' in whole.content.decode()
    line.refresh_from_db()
    assert line.revision == 0


def test_the_second_of_two_is_told_what_the_first_kept(cast, as_user):
    evaluation = testing.make_evaluation(cast)
    line = testing.line_of(evaluation, "1.1")
    testing.mark(evaluation, "1.1", cast, verdict="changed", raw=Decimal(2), reason="ตัวหารผิด")
    answer = as_user(cast.evaluator).post(_mark(line), _said(line), headers=HTMX)
    assert answer.status_code == 409
    assert "ค่าที่บันทึกไว้ตอนนี้: ปรับคะแนน 2.0000 เพราะ ตัวหารผิด" in answer.content.decode()


def _mark(line):
    return reverse("reporting:line_mark", args=[line.pk])


def test_the_party_reads_its_result_and_writes_its_appeal(cast, as_user):
    evaluation = testing.published(cast)
    coordinator = as_user(cast.coordinator)
    page = coordinator.get(reverse("reporting:evaluation", args=[evaluation.pk])).content.decode()
    assert "ยื่นอุทธรณ์ได้ถึง 1 ธ.ค. 2558 เวลา 23.59 น. (เหลือ 43 วัน)" in page
    assert "ปรับคะแนนเพราะ หลักฐานไม่ครอบคลุมทุกอำเภอ" in page
    line = testing.line_of(evaluation, "1.1")
    dispute = reverse("reporting:dispute", args=[line.pk])
    wrong = {"revision": 0, "disputed": "แม่แจ่ม", "grounds": "", "asked_score": "9"}
    refused = coordinator.post(dispute, wrong)
    assert refused.status_code == 422
    for kept in ("แม่แจ่ม", "กรุณาพิมพ์เหตุผลและข้อเท็จจริง", "คะแนนต้องอยู่ระหว่าง 0 ถึง 5"):
        assert kept in refused.content.decode()
    right = {**wrong, "grounds": "หลักฐานครบ", "asked_score": "3.47", "files": [filing.upload("ก.pdf"), filing.upload()]}
    assert coordinator.post(dispute, right).status_code == 302
    item = line.__class__.objects.get(pk=line.pk).appeal_item
    assert (item.asked_score, item.files.count()) == (Decimal("3.4700"), 2)


def test_an_appeal_is_kept_as_it_is_typed_and_not_filed_half_written(cast, as_user):
    evaluation = testing.published(cast)
    line, coordinator = testing.line_of(evaluation, "1.1"), as_user(cast.coordinator)
    door = reverse("reporting:dispute_keep", args=[line.pk])

    def keep(**boxes):
        return coordinator.post(door, {"dirty": [name for name in boxes if not name.startswith("base-")], **boxes})

    assert keep(disputed="แม่แจ่ม").json()["saved"] == ["disputed"]
    assert keep(asked_score="9").json()["errors"] == {"asked_score": "คะแนนต้องอยู่ระหว่าง 0 ถึง 5"}
    page = coordinator.get(reverse("reporting:appeal", args=[evaluation.pk])).content.decode()
    assert "ยังกรอกไม่ครบ" in page
    with pytest.raises(NotReady) as refusal:
        testing.appeals.file_appeal(evaluation, by=cast.governor, revision=1, at=testing.NOVEMBER)
    assert [blocker.text for blocker in refusal.value.blockers] == ["ตัวชี้วัด 1.1 ยังกรอกไม่ครบ"]
    # Another window wrote first: both texts are shown, neither is lost.
    clash = keep(disputed="ของอีกคน", **{"base-disputed": ""}).json()["clashes"]
    assert [(one["label"], one["stored"]) for one in clash] == [("ประเด็นที่ขอทบทวน", "แม่แจ่ม")]
    assert AuditEvent.objects.filter(verb="reporting.dispute").count() == 1
    # The button of a page that missed the last answer: what it says is what is stored, plus the rest.
    both = {"revision": 0, "disputed": "แม่แจ่ม", "grounds": "", "asked_score": ""}
    assert coordinator.post(reverse("reporting:dispute", args=[line.pk]), {**both, "grounds": "ครบ"}).status_code == 409
    assert keep(grounds="ครบ").json()["revision"] == 2
    assert coordinator.post(reverse("reporting:dispute", args=[line.pk]), {**both, "grounds": "ครบ"}).status_code == 302
    assert (
        testing.appeals.file_appeal(evaluation, by=cast.governor, revision=1, at=testing.NOVEMBER).state == "appealed"
    )
    late = coordinator.post(reverse("reporting:dispute", args=[line.pk]), {**both, "grounds": "ช้าไป"})
    assert late.status_code == 409
    assert "ช้าไป" in late.content.decode()


def test_opdcs_word_is_not_seen_before_all_of_it_is_announced(cast, as_user):
    evaluation = testing.appealed(cast)
    item = evaluation.appeal.items.get()
    word = {"revision": 1, "outcome": "partly", "score": "3.25", "decision": "รับหลักฐานของ 2 อำเภอ"}
    assert as_user(cast.evaluator).post(reverse("reporting:item_decide", args=[item.pk]), word).status_code == 302
    party = as_user(cast.coordinator)
    pages = [reverse(f"reporting:{name}", args=[evaluation.pk]) for name in ("evaluation", "appeal")]
    for page in pages:
        assert "3.2500" not in party.get(page).content.decode()
        assert "รับหลักฐานของ 2 อำเภอ" not in party.get(page).content.decode()
    testing.actions.decide_appeal(evaluation, by=cast.director, revision=2, at=testing.DECEMBER)
    assert all("3.2500" in party.get(page).content.decode() for page in pages)


def test_the_result_on_paper_says_how_each_score_was_made(cast, as_user):
    import pypdfium2  # noqa: PLC0415 -- only here

    evaluation = testing.decided(testing.appealed(cast), cast)
    answer = as_user(cast.governor).get(reverse("reporting:result_pdf", args=[evaluation.pk]))
    document = pypdfium2.PdfDocument(answer.content)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    for words in ("ผลการประเมินที่สุด", "คะแนนที่สุด ๒.๗๕๐๐", "๓.๒๕๐๐", "หลักฐานไม่ครอบคลุมทุกอำเภอ", "รับบางส่วน"):
        assert words in text


def test_the_pages_ask_the_same_at_four_and_at_sixty_indicators(cast):
    def counts(evaluation):
        page, appeal = (reverse(f"reporting:{name}", args=[evaluation.pk]) for name in ("evaluation", "appeal"))
        return query_counts(
            [("scoring", cast.evaluator, page), ("seen by a director", cast.director, page)]
            if evaluation.state == "scoring"
            else [("read", cast.governor, page), ("appeal", cast.coordinator, appeal)]
        )

    small, large = testing.make_evaluation(cast), testing.make_evaluation(cast, agreement=_large(cast))
    assert counts(small) == counts(large) == {"scoring": 7, "seen by a director": 7}
    small, large = (testing.published(cast, one) for one in (small, large))
    assert counts(small) == counts(large) == {"read": 6, "appeal": 5}


def _large(cast):
    return make_signed(cast, per_dimension=15, framework=make_framework(cast, fiscal_year=2559))
