"""The pages of the table as a browser asks for them, with and without its script."""

import io
from decimal import Decimal

import pytest
from django.urls import reverse
from docx import Document
from docx.enum.section import WD_ORIENT

from agreements import testing
from agreements.models import Line, Offer, Sitting
from agreements.negotiation import actions
from agreements.negotiation.cells import Said
from agreements.negotiation.tests.conftest import fresh_line
from agreements.testing import AUTUMN
from kpiportal import clock
from kpiportal.testing.queries import query_counts
from kpiportal.tests.pdf.reading import by_poppler, without_space

pytestmark = pytest.mark.django_db
SCRIPT = {"X-Table": "1", "HX-Request": "true"}


def door(name, row):
    return reverse(f"agreements:{name}", args=[row.pk])


def test_the_table_shows_both_sides_and_what_last_year_would_earn(agreement, line, cast, as_user):
    actions.offer(
        line, typed={"1": Said(Decimal(79)), "2": Said(Decimal("79.5"))}, seen=1, by=cast.negotiator, at=AUTUMN
    )
    page = as_user(cast.coordinator).get(door("table", agreement)).content.decode()
    # 78.25 stands 3.25/5 of the way from level 2 (75) to level 3 (80); OPDC's first level is 79.
    assert "<b>2.6500</b>" in page
    assert '<b class="worse">1.0000</b>' in page
    assert "ลด 1.6500" in page
    assert "ตกลงทั้งฉบับยังไม่ได้" in page
    assert page.count('name="weight"') == 4


def test_a_reader_has_nothing_to_type(agreement, cast, as_user):
    page = as_user(cast.governor).get(door("table", agreement)).content.decode()
    assert "<input class" not in page
    assert "เสนอเพิ่มตัวชี้วัด" not in page


def test_changes_cost_nothing_until_there_are_some(agreement, line, cast, as_user):
    client = as_user(cast.coordinator)
    changes = door("table_changes", agreement)
    assert client.get(changes, {"since": 1}).status_code == 204
    actions.offer(line, typed={"weight": Said(Decimal(55))}, seen=1, by=cast.negotiator, at=AUTUMN)
    news = client.get(changes, {"since": 1}).json()
    assert (news["version"], list(news["lines"]), news["closed"]) == (2, [str(line.pk)], False)
    assert "55.00" in news["lines"][str(line.pk)]
    assert "95.00" in news["head"]
    assert client.get(changes, {"since": 2}).status_code == 204
    assert client.get(changes).status_code == 400


def test_news_is_drawn_once_a_side_and_still_denied_at_once(agreement, line, cast, as_user, django_assert_num_queries):
    """The person with duties, the version: all that a colleague's look asks; whoever lost the duty has none."""
    actions.offer(line, typed={"weight": Said(Decimal(55))}, seen=1, by=cast.negotiator, at=AUTUMN)
    changes = door("table_changes", agreement)
    first = as_user(cast.coordinator).get(changes, {"since": 1}).content
    colleague = as_user(cast.office_head)
    with django_assert_num_queries(2):
        assert colleague.get(changes, {"since": 1}).content == first
    cast.office_head.memberships.all().delete()
    assert colleague.get(changes, {"since": 1}).status_code == 404
    restored = as_user(cast.coordinator).get(changes, {"since": 99}).json()  # seen before a backup was restored
    assert (restored["version"], len(restored["lines"])) == (2, 4)


def test_an_offer_asks_little_of_the_database(line, cast, as_user, django_assert_num_queries):
    """The person with duties, the line; its savepoint, the lock with the cells, the trail with cells, ledger and
    version. A column left out of `for_a_deed` would ask once more."""
    client = as_user(cast.coordinator)
    with django_assert_num_queries(6):
        assert client.post(door("line_offer", line), {"seen": 1, "weight": "55"}, headers=SCRIPT).status_code == 200


def test_the_script_gets_the_version_or_both_values(line, cast, as_user):
    offer = door("line_offer", line)
    answer = as_user(cast.coordinator).post(offer, {"seen": 1, "weight": "55"}, headers=SCRIPT)
    assert (answer.status_code, answer.json()) == (200, {"version": 2})
    answer = as_user(cast.office_head).post(offer, {"seen": 1, "weight": "50"}, headers=SCRIPT)
    assert (answer.status_code, answer.json()["cells"], answer.json()["seen"]) == (409, ["weight"], 2)
    assert "ท่านพิมพ์ <b>50</b> ในระบบขณะนี้ <b>55</b>" in answer.json()["box"]
    answer = as_user(cast.office_head).post(offer, {"seen": 2, "weight": "101", "3": "แปดสิบ"}, headers=SCRIPT)
    assert (answer.status_code, sorted(answer.json()["cells"])) == (422, ["3", "weight"])
    assert Offer.objects.filter(version__gt=2).count() == 0


def test_without_a_script_a_refused_offer_keeps_what_was_typed(agreement, line, cast, as_user):
    offer = door("line_offer", line)
    answer = as_user(cast.coordinator).post(offer, {"seen": 1, "weight": "55"})
    assert answer["Location"] == f"/agreements/{agreement.pk}/table/#line-{line.pk}"
    answer = as_user(cast.office_head).post(offer, {"seen": 1, "weight": "50", "target": "ร้อย"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="ร้อย"' in page
    assert 'value="50"' in page
    answer = as_user(cast.office_head).post(offer, {"seen": 1, "weight": "50", "target": "85"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "เลือกค่าที่จะใช้" in page
    assert 'name="seen" value="2"' in page
    assert 'name="target" value="85"' in page


def test_accepting_what_was_just_replaced_shows_the_new_figure(line, cast, as_user):
    actions.offer(line, typed={"weight": Said(Decimal(55))}, seen=1, by=cast.negotiator, at=AUTUMN)
    actions.offer(line, typed={"weight": Said(Decimal(50))}, seen=2, by=cast.negotiator, at=AUTUMN)
    answer = as_user(cast.coordinator).post(door("line_accept", line), {"seen": 2}, headers=SCRIPT)
    assert answer.status_code == 409
    assert "ฝ่ายท่าน <b>60</b> อีกฝ่ายเสนอขณะนี้ <b>50</b>" in answer.json()["box"]


def test_a_closed_table_is_read_and_not_written(agreement, line, cast, as_user):
    testing.agree(agreement, cast)
    page = as_user(cast.coordinator).get(door("table", agreement)).content.decode()
    assert "โต๊ะเจรจาปิดแล้ว" in page
    assert "data-changes" not in page
    answer = as_user(cast.coordinator).post(door("line_offer", line), {"seen": 9, "weight": "5"}, headers=SCRIPT)
    assert answer.status_code == 409
    assert "โต๊ะเจรจานี้ปิดอยู่" in answer.json()["box"]


def test_yes_to_all_says_what_is_missing_and_then_waits_for_the_other(agreement, table, cast, as_user):
    agree = door("table_agree", agreement)
    facts = {"seen": 1, "revision": 2}
    answer = as_user(cast.coordinator).post(agree, facts)
    assert answer.status_code == 422
    assert "ยังไม่ตกลง 4 รายการ: 1.1, 2.1, 3.1, 4.1" in answer.content.decode()
    assert as_user(cast.negotiator).post(door("table_accept_rest", agreement), {"seen": 1}).status_code == 302
    assert as_user(cast.coordinator).post(agree, {**facts, "seen": 2}).status_code == 302
    page = as_user(cast.negotiator).get(door("table", agreement)).content.decode()
    assert "จังหวัด ตกลงทั้งฉบับแล้ว" in page
    answer = as_user(cast.negotiator).post(agree, {**facts, "seen": 3})
    assert answer["Location"] == f"/agreements/{agreement.pk}/"
    agreement.refresh_from_db()
    assert agreement.state == "agreed"


def test_ones_own_sides_notes_stay_on_that_side(agreement, line, cast, as_user):
    note = door("line_remark", line)
    assert as_user(cast.coordinator).post(note, {"words": "ยอมได้ถึง 85", "shared": "no"}).status_code == 302
    seen = {}
    for who in ("governor", "negotiator", "collector"):
        client = as_user(getattr(cast, who))
        news = f"{door('table_changes', agreement)}?since=0"
        addresses = (door("table", agreement), door("line", line), door("line_show", line), news)
        seen[who] = ["ยอมได้ถึง 85" in _words(client.get(address)) for address in addresses]
    assert seen == {"governor": [True, True, False, True], "negotiator": [False] * 4, "collector": [False] * 4}


def _words(answer):
    return str(answer.json()) if "json" in answer["Content-Type"] else answer.content.decode()


def test_the_button_that_drops_an_indicator_says_so(agreement, line, cast, as_user):
    client = as_user(cast.coordinator)
    assert "รับตาม ก.พ.ร." not in client.get(door("table", agreement)).content.decode()
    actions.propose_keeping(line, stays=False, seen=1, by=cast.negotiator, at=AUTUMN)
    assert "ตัดออกตาม ก.พ.ร.</button>" in client.get(door("table", agreement)).content.decode()
    assert "เห็นด้วยให้ตัดออกตาม ก.พ.ร.</button>" in client.get(door("line", line)).content.decode()


def test_a_parking_without_owner_or_day_keeps_its_words(line, cast, as_user):
    answer = as_user(cast.negotiator).post(
        door("line_park", line), {"reason": "ขอฐานข้อมูล", "owner": "", "until": "31/2/2558"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "กรุณาระบุผู้รับไปดำเนินการ" in page
    assert "กุมภาพันธ์ 2558 มี 28 วัน ไม่มีวันที่ 31" in page
    assert "ขอฐานข้อมูล</textarea>" in page
    assert Line.objects.get(pk=line.pk).parked_at is None


def test_a_sitting_is_closed_after_the_table_is_agreed_and_knows_who_spoke(agreement, cast, as_user):
    client = as_user(cast.coordinator)
    client.post(door("sitting_list", agreement), {"place": "ห้องประชุม 1"})
    testing.agree(agreement, cast, at=clock.now())  # OPDC accepts all, both say yes
    sitting = Sitting.objects.get()
    page = client.get(door("sitting", sitting)).content.decode()
    assert "ปิดการประชุม" in page
    assert client.post(door("sitting_close", sitting)).status_code == 302
    sitting.refresh_from_db()
    there = [row["name"] for row in sitting.attendance if row["present"]]
    assert there == ["นายcoordinator ทดสอบ", "นายnegotiator ทดสอบ"]
    said = [(row["name"], row["side"], row["deed"]) for row in sitting.content["decisions"][-2:]]
    assert said == [("ทั้งฉบับ", "จังหวัด", "ตกลงทั้งฉบับ"), ("ทั้งฉบับ", "ก.พ.ร.", "ตกลงทั้งฉบับ")]


def test_a_sitting_keeps_who_was_there_and_what_was_decided(agreement, line, cast, as_user):
    client = as_user(cast.negotiator)
    answer = client.post(door("sitting_list", agreement), {"place": "ห้องประชุม 1"})
    sitting = Sitting.objects.get()
    assert answer["Location"] == f"/agreements/table/sittings/{sitting.pk}/"
    assert [row["name"] for row in sitting.attendance if row["present"]] == ["นายnegotiator ทดสอบ"]
    facts = {"present": ["0", "3"], "guest_side": "party", "guest_name": "นายวิทยา ใจดี", "guest_post": "คลังจังหวัด"}
    assert client.post(door("sitting", sitting), facts).status_code == 302
    client.post(door("line_accept", line), {"seen": 1})
    client = as_user(cast.coordinator)
    assert client.post(door("sitting_list", agreement), {"place": "อีกห้อง"}).status_code == 409
    assert client.post(door("sitting_close", sitting)).status_code == 302
    assert client.post(door("sitting", sitting), facts).status_code == 409
    words = without_space(by_poppler(client.get(door("sitting_minutes", sitting)).content, "-raw"))
    assert "นายวิทยาใจดีคลังจังหวัด" in words
    assert "๑.๑ร้อยละความสำเร็จของงานที่๑.๑ก.พ.ร.รับตามทั้งรายการ" in words
    assert "ตกลงแล้ว๑จาก๔ตัวชี้วัด" in words
    file = Document(io.BytesIO(client.get(door("sitting_minutes_docx", sitting)).content))
    assert [section.orientation for section in file.sections] == [WD_ORIENT.LANDSCAPE]  # no empty page before it
    assert [round(column.width.cm, 1) for column in file.tables[0].columns] == [2.2, 10, 2.5, 12]


def test_queries_do_not_grow_with_the_table(cast, frozen):
    counts = {}
    for size, year in ((1, 2560), (6, 2561)):
        framework = testing.make_framework(cast, fiscal_year=year)
        draft = testing.make_draft(cast, framework=framework, per_dimension=size)
        draft = testing.actions.submit_agreement(draft, by=cast.coordinator, revision=0, at=AUTUMN)
        draft = testing.actions.open_table(draft, by=cast.negotiator, revision=1, at=AUTUMN)
        line = fresh_line(draft.table, "1.1")
        counts[size] = query_counts(
            [
                ("table", cast.negotiator, door("table", draft)),
                ("changes", cast.negotiator, f"{door('table_changes', draft)}?since=0"),
                ("line", cast.negotiator, door("line", line)),
                ("show", cast.negotiator, door("line_show", line)),
                ("sittings", cast.negotiator, door("sitting_list", draft)),
            ]
        )
    assert counts[1] == counts[6]
    assert max(counts[6].values()) <= 9


def test_a_table_left_open_is_no_sign_that_somebody_is_there(agreement, cast, as_user, frozen):
    """The page asks every two seconds; the sign-in ends after 30 idle minutes all the same."""
    client = as_user(cast.coordinator)
    assert client.get(door("table", agreement)).status_code == 200
    for _ in range(3):
        frozen.shift(600)
        answer = client.get(door("table_changes", agreement), {"since": 1}, headers={"HX-Request": "true"})
        assert answer.status_code == 204
    frozen.shift(60)
    answer = client.get(door("table_changes", agreement), {"since": 1}, headers={"HX-Request": "true"})
    assert answer.status_code == 401
