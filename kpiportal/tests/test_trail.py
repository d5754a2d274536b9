"""Reading the trail: whose actions, found how, page by page, taken out as a file, and who opened what."""

import csv
import io

import pytest
from django.urls import reverse

import kpiportal.people  # noqa: F401 -- the sentences of its actions
from agreements import testing
from kpiportal import audit, xlsx
from kpiportal.models import AuditEvent
from kpiportal.testing.plugin import NOW
from kpiportal.testing.queries import query_counts
from kpiportal.trail import pages

LIST = "/trail/"


def deed(cast, by, *, at=NOW, subject=None, verb="people.duty_given", **data):
    duty = by.memberships.select_related("organization").first()
    return audit.record(verb, subject or by, by=by, at=at, duty=duty, **data)


@pytest.fixture
def four(cast):
    """One action of the office, one of its agency, one of the neighbour, one of OPDC."""
    return [deed(cast, by) for by in (cast.coordinator, cast.collector, cast.neighbour, cast.negotiator)]


@pytest.mark.parametrize(
    ("reader", "seen"),
    [
        ("coordinator", [0, 1]),
        ("office_head", [0, 1]),
        ("neighbour", [2]),
        ("director", [0, 1, 2, 3]),
        ("negotiator", [0, 1, 2, 3]),
        ("evaluator", []),
        ("governor", []),
        ("viewer", []),
        ("collector", []),
        ("overseer", []),
        ("operator", []),
        ("nobody", []),
    ],
)
def test_whose_deeds_are_seen(cast, frozen, four, reader, seen):
    found = AuditEvent.objects.visible_to(cast.people[reader]).order_by("pk")
    assert list(found) == [four[n] for n in seen]


def who(response):
    return [row.line.who.split(" ")[0] for row in response.context["rows"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["นายnegotiator", "นายneighbour", "นายcollector", "นายcoordinator"]),
        ({"person": "นายneigh"}, ["นายneighbour"]),
        ({"subject": "collector"}, ["นายcollector"]),
        ({"verb": "people.duty_given"}, ["นายnegotiator", "นายneighbour", "นายcollector", "นายcoordinator"]),
        ({"verb": "people.duty_ended"}, []),
        ({"since": "19/10/2558"}, ["นายnegotiator", "นายneighbour", "นายcollector", "นายcoordinator"]),
        ({"since": "20 ต.ค. 2558"}, []),
        ({"until": "๑๘/๑๐/๒๕๕๘"}, []),
        ({"since": "19/10/2558", "until": "19/10/2558", "person": "coordinator"}, ["นายcoordinator"]),
        ({"before": "ไม่ใช่เลข"}, ["นายnegotiator", "นายneighbour", "นายcollector", "นายcoordinator"]),
    ],
)
def test_the_list_is_narrowed(cast, four, as_user, asked, found):
    response = as_user(cast.director).get(LIST, asked)
    assert response.status_code == 200
    assert who(response) == found


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"since": "19/10/2015"}, "เป็นปี ค.ศ."),
        ({"since": "20/10/2558", "until": "19/10/2558"}, "วันสิ้นสุดต้องไม่ก่อนวันเริ่มต้น"),
        ({"verb": "no.such"}, "ไม่รู้จักการกระทำนี้"),
        ({"person": "ก" * 101}, "ยาวเกิน 100 ตัวอักษร"),
    ],
)
def test_a_filter_that_cannot_be_is_told_in_thai(cast, four, as_user, asked, sentence):
    client = as_user(cast.director)
    for response in (client.get(LIST, asked), client.post(f"{LIST}export.csv", asked)):
        assert response.status_code == 422
        assert sentence in response.content.decode()
    assert AuditEvent.objects.count() == 4


def test_pages_go_by_key_and_keep_the_filter(cast, as_user, monkeypatch):
    monkeypatch.setattr(pages, "PER_PAGE", 2)
    made = [deed(cast, cast.coordinator) for _ in range(5)]
    client, address, seen = as_user(cast.coordinator), "?person=coordinator", []
    while address:
        response = client.get(LIST + address)
        seen.append([row.pk for row in response.context["rows"]])
        address = response.context["older"]
        assert not address or "person=coordinator" in address
    keys = [event.pk for event in made]
    assert seen == [[keys[4], keys[3]], [keys[2], keys[1]], [keys[0]]]


def test_as_many_queries_for_fifty_deeds_as_for_one(cast, frozen):
    agreement = testing.make_draft(cast)
    deed(cast, cast.coordinator, subject=agreement)
    few = query_counts([("list", cast.coordinator, f"{LIST}?verb=people.duty_given")])
    for _ in range(60):
        deed(cast, cast.coordinator, subject=agreement)
    many = query_counts([
        ("list", cast.coordinator, f"{LIST}?verb=people.duty_given"),
        ("deep", cast.coordinator, f"{LIST}?verb=people.duty_given&before={AuditEvent.objects.latest('pk').pk - 5}"),
    ])  # fmt: skip
    assert few["list"] == many["list"] == many["deep"] <= 5


def test_a_deed_links_to_its_object_only_where_it_is_visible(cast, frozen, as_user):
    agreement = testing.make_draft(cast)
    deed(cast, cast.coordinator, subject=agreement)
    own = as_user(cast.coordinator).get(LIST).context["rows"][0]
    assert own.link == f"/trail/agreements.agreement/{agreement.pk}/"
    assert as_user(cast.director).get(LIST).context["rows"][0].link == ""  # a draft is not OPDC's yet


def test_an_object_says_who_did_what_and_who_opened_it(cast, as_user):
    agreement = testing.make_signed(cast)
    as_user(cast.collector).get(reverse("agreements:agreement_detail", args=[agreement.pk]))
    page = as_user(cast.coordinator).get(f"/trail/agreements.agreement/{agreement.pk}/")
    assert page.context["lines"][0].text == "จัดทำฉบับลงนาม"
    look = page.context["looks"][0]
    assert (look.who, look.when, look.what, look.address) == (
        "นายcollector ทดสอบ", "19 ต.ค. 2558 เวลา 09.00 น.", "เปิดหน้า", "127.0.0.1",
    )  # fmt: skip
    assert "ใครเปิดดูรายการนี้" in page.content.decode()


def test_the_file_holds_what_the_list_shows_and_taking_it_out_is_a_deed(cast, four, as_user):
    client = as_user(cast.coordinator)
    response = client.post(f"{LIST}export.csv", {"person": "collector"})
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == list(pages.HEADER)
    assert [(row[0], row[1], row[3]) for row in rows[1:]] == [
        ("19 ตุลาคม 2558 เวลา 09.00 น.", "นายcollector ทดสอบ", "มอบหน้าที่")
    ]
    told = AuditEvent.objects.get(verb="trail.exported")
    assert told.data == {"form": "csv", "asked": {"person": "collector"}}
    book = xlsx.read_workbook(io.BytesIO(client.post(f"{LIST}export.xlsx").content))
    assert [row[1] for row in book[0].rows] == [
        "ผู้กระทำ", "นายcoordinator ทดสอบ", "นายcollector ทดสอบ", "นายcoordinator ทดสอบ",
    ]  # fmt: skip


def test_a_name_that_is_a_formula_stays_text(cast, as_user):
    deed(cast, cast.coordinator, reason='=HYPERLINK("http://x")')
    text = as_user(cast.coordinator).post(f"{LIST}export.csv").content.decode("utf-8-sig")
    assert "\"'=HYPERLINK" in text
