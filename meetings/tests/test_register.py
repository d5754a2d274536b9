"""The register of outgoing letters: per office and year, searched, paged, and cheap."""

import datetime as dt

import pytest

from kpiportal import letters
from kpiportal.models import LetterSeries
from kpiportal.testing.people import BANGKOK
from meetings import actions, register, testing
from meetings.testing import PLANNED

URL = "/meetings/letters/"


def text(response):
    return response.content.decode()


def numbers(response):
    return [letter.number_text for letter in response.context["page"]]


def test_the_register_lists_numbers_voided_ones_included_and_no_drafts(cast, as_user):
    first = testing.make_called(cast)
    testing.make_called(cast)
    testing.make_draft(cast)
    actions.withdraw_invitation(first, by=cast.coordinator, revision=2, letter_revision=1, at=PLANNED, reason="ผิด")
    response = as_user(cast.coordinator).get(URL)
    assert numbers(response) == ["ชม 0017.2/ว 102", "ชม 0017.2/ว 101"]
    assert "ทะเบียนหนังสือส่ง จังหวัดเชียงใหม่ ปี 2558" in text(response)
    assert '<span class="chip none">ยกเลิก</span>' in text(response)
    assert "เลขล่าสุด 102" in text(response)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_register_costs_the_same_at_one_and_three_rows(cast, as_user, django_assert_num_queries, rows):
    for _ in range(rows):
        testing.make_called(cast)
    client = as_user(cast.coordinator)
    client.get(URL)
    with django_assert_num_queries(7):  # person with duties, offices, years, drafts, count, rows, registers
        assert len(numbers(client.get(URL))) == rows


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("102", ["ชม 0017.2/ว 102"]),
        ("๑๐๒", ["ชม 0017.2/ว 102"]),
        ("ชม ๐๐๑๗.๒/ว ๑๐๑", ["ชม 0017.2/ว 101"]),
        ("ซักซ้อม", ["ชม 0017.2/ว 102"]),
        ("ประชุม ซักซ้อม", ["ชม 0017.2/ว 102"]),
        ("ซักซ้อม ติดตาม", []),
        ("ทุกแห่ง", ["ชม 0017.2/ว 102", "ชม 0017.2/ว 101"]),
        ("9999999999999", []),
        ("%", []),
    ],
)
def test_searching(cast, as_user, typed, found):
    testing.make_called(cast)
    testing.make_called(cast, subject="ขอเชิญประชุมซักซ้อม")
    assert numbers(as_user(cast.coordinator).get(URL, {"q": typed})) == found


def test_nothing_found_is_said(cast, as_user):
    testing.make_called(cast)
    assert "ไม่พบหนังสือที่ตรงกับคำค้น" in text(as_user(cast.coordinator).get(URL, {"q": "กขค"}))


def test_years_are_apart(cast, as_user):
    testing.make_called(cast)
    series = testing.make_series(cast, year=2559, start_after=0)
    meeting = testing.make_meeting(cast, starts_at=dt.datetime(2016, 1, 8, 9, 0, tzinfo=BANGKOK))
    actions.draft_invitation(
        meeting, series=series, dated=dt.date(2016, 1, 4), by=cast.coordinator, revision=0, at=PLANNED,
        **testing.SIGNED,
    )  # fmt: skip
    meeting.refresh_from_db()
    testing.issue(meeting, cast)
    client = as_user(cast.coordinator)
    assert numbers(client.get(URL)) == ["ชม 0017.2/ว 101"]
    assert numbers(client.get(URL, {"year": "2559"})) == ["ชม 0017.2/ว 1"]
    assert numbers(client.get(URL, {"year": "nonsense"})) == ["ชม 0017.2/ว 101"]


def test_pages(cast, as_user, monkeypatch):
    monkeypatch.setattr(register, "PER_PAGE", 2)
    for _ in range(3):
        testing.make_called(cast)
    client = as_user(cast.coordinator)
    assert numbers(client.get(URL)) == ["ชม 0017.2/ว 103", "ชม 0017.2/ว 102"]
    assert numbers(client.get(URL, {"page": "2"})) == ["ชม 0017.2/ว 101"]


@pytest.mark.parametrize("who", ["overseer", "negotiator"])
def test_others_look_up_what_they_may_see(cast, as_user, who):
    testing.make_called(cast)
    response = as_user(getattr(cast, who)).get(URL)
    assert numbers(response) == ["ชม 0017.2/ว 101"]
    assert "หนังสือที่ท่านมีสิทธิเห็น" in text(response)
    assert "เปิดทะเบียนใหม่" not in text(response)
    assert "เลขล่าสุด" not in text(response)


@pytest.mark.parametrize("who", ["neighbour", "neighbour_overseer", "operator", "nobody"])
def test_strangers_find_nothing_even_by_the_offices_number(cast, as_user, who):
    testing.make_called(cast)
    response = as_user(getattr(cast, who)).get(URL, {"office": cast.province.pk})
    assert numbers(response) == []
    assert "จังหวัดเชียงใหม่ ปี" not in text(response)


# --- opening a register ------------------------------------------------------------------------------------


def opening(cast, **more):
    return f"{URL}registers/{cast.province.pk}/", {
        "prefix": "ชม 0017.2", "circular": "1", "year": "2558", "start_after": "75274", **more
    }  # fmt: skip


def test_a_register_is_opened_in_the_browser(cast, as_user):
    url, sent = opening(cast)
    client = as_user(cast.coordinator)
    assert 'value="ชม 0017.2"' in text(client.get(URL))
    response = client.post(url, sent)
    assert response.headers["Location"] == f"{URL}?office={cast.province.pk}&year=2558"
    series = LetterSeries.objects.get()
    assert (series.prefix, series.circular, series.year, series.last_number) == ("ชม 0017.2", True, 2558, 75274)
    twice = client.post(url, sent)
    assert twice.status_code == 422
    assert "ทะเบียนหนังสือเวียน (ว) ชม 0017.2 ปี 2558 เปิดไว้แล้ว" in text(twice)
    assert 'value="75274"' in text(twice)


def test_a_register_that_cannot_be_is_refused_with_all_typed(cast, as_user):
    url, sent = opening(cast, prefix="ลพ 0017.2", year="58")
    response = as_user(cast.coordinator).post(url, sent)
    assert response.status_code == 422
    assert "ปี พ.ศ. สี่หลัก เช่น 2558" in text(response)
    assert 'value="ลพ 0017.2"' in text(response)
    assert not LetterSeries.objects.exists()


@pytest.mark.parametrize(
    ("who", "code"),
    [("governor", 403), ("viewer", 403), ("overseer", 404), ("neighbour", 404), ("director", 404), ("operator", 404)],
)
def test_others_open_no_register(cast, as_user, who, code):
    url, sent = opening(cast)
    assert as_user(getattr(cast, who)).post(url, sent).status_code == code
    assert not LetterSeries.objects.exists()


def test_the_latest_office_letter_is_offered_to_its_own_people_first(cast, as_user):
    testing.make_called(cast)
    letters.open_series(
        cast.neighbour_province, prefix="ลพ 0017.2", circular=True, year=2558, by=cast.neighbour, at=PLANNED
    )
    assert as_user(cast.neighbour).get(URL).context["office"] == cast.neighbour_province
