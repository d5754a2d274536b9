"""OPDC's page of a request: what is typed stays, whatever moved meanwhile."""

import datetime as dt

from django.urls import reverse

from agreements import testing as agreements
from agreements.amendments import testing
from agreements.models import AmendmentRow
from kpiportal.tests import test_letters as register


def test_a_decision_on_a_value_that_moved_keeps_its_words_and_asks_to_look_again(cast, as_user):
    signed = agreements.make_signed(cast)
    asked = testing.make_asked(cast, signed, {("1.1", "target"): {"target": "75"}})
    other = testing.make_asked(cast, signed, {("1.1", "target"): {"target": "85"}})
    row = AmendmentRow.objects.get(amendment=asked)
    testing.approve(cast, other)
    door = reverse("agreements:amendment_decide", args=[asked.pk])
    said = {"revision": asked.revision, f"decision_{row.pk}": "part", f"g{row.pk}_target": "90",
            f"answer_{row.pk}": "ให้ได้บางส่วน", f"saw_{row.pk}": '{"target": "80"}'}  # fmt: skip
    browser = as_user(cast.negotiator)
    unsure = browser.post(door, said)
    assert unsure.status_code == 422, "the present value moved: it must be said that this was seen"
    assert "ค่าปัจจุบันเปลี่ยนไปหลังยื่นคำขอ" in unsure.content.decode()
    assert "<details open><summary>ค่าที่ให้ใช้" in unsure.content.decode(), "what was typed there is seen"
    stale = browser.post(door, {**said, f"sure_{row.pk}": "on"})
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "ให้ได้บางส่วน" in page
    assert "&quot;85&quot;" in page, "the page now knows what stands there"
    done = browser.post(door, {**said, f"sure_{row.pk}": "on", f"saw_{row.pk}": '{"target": "85"}'})
    assert done.status_code == 302
    assert signed.indicators.get(number="1.1").target == 90


def test_the_letter_is_picked_from_the_register_and_says_its_number_and_day_itself(cast, as_user):
    signed = agreements.make_signed(cast)
    draft = testing.make_request(cast, signed, {("1.1", "target"): {"target": "75"}})
    door, browser = reverse("agreements:amendment_detail", args=[draft.pk]), as_user(cast.coordinator)
    assert 'name="letter"' not in browser.get(door).content.decode(), "nothing was issued here yet"
    letter = register.issue(register.draft(cast), cast)
    row = draft.rows.get()
    typed = {"revision": draft.revision, "effective_months": "12", "reason_kind": draft.reason_kind, "reason": "น้ำท่วม",
             "letter": letter.pk, "letter_no": "เลขที่พิมพ์ผิด", f"r{row.pk}_target": "75"}  # fmt: skip
    save = reverse("agreements:amendment_save", args=[draft.pk])
    assert browser.post(save, {**typed, "letter": "99999999"}).status_code == 422
    assert browser.post(save, typed).status_code == 302
    draft.refresh_from_db()
    assert (draft.letter, draft.letter_no) == (letter, letter.number_text)
    assert draft.letter_date == dt.date(2015, 10, 9)
    assert f'<option value="{letter.pk}" selected>' in browser.get(door).content.decode()
