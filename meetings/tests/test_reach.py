"""Receivers nobody can mail, or whose envelope has no address: said while drafting, before the number and after it."""

import pytest

from kpiportal import letters, thai
from kpiportal.letters import labels
from kpiportal.letters.tests.conftest import issue, make  # noqa: F401 -- fixtures
from kpiportal.models import Letter, LetterRecipient, Organization
from kpiportal.testing.people import NOW
from meetings import reach


def row(text, *told, address=True):
    return {"text": text, "told": list(told), "has_address": address}


@pytest.mark.parametrize(
    ("rows", "said", "after"),
    [
        ([], [], ""),
        ([row("ก", "นาย ก")], [], "แจ้งหน่วยงานผู้รับทางอีเมล 1 แห่ง"),
        (
            [row("ก", "นาย ก"), row("ข")],
            ["ไม่มีผู้รับอีเมลในระบบ ต้องส่งหนังสือเป็นกระดาษ 1 แห่ง: ข"],
            "แจ้งหน่วยงานผู้รับทางอีเมล 1 แห่ง ต้องส่งเป็นกระดาษ 1 แห่ง เพราะไม่มีผู้รับอีเมลในระบบ",
        ),
        (
            [row(name, address=False) for name in "กขคงจ"],
            [
                "ไม่มีทั้งผู้รับอีเมลในระบบและที่อยู่บนซอง 5 แห่ง: ก, ข, ค และอีก 2 แห่ง "
                "เติมที่อยู่ได้ที่ “คำขึ้นต้นและที่อยู่รายผู้รับ” หรือเชิญผู้ใช้ของหน่วยงานที่เมนู “บุคคล”"
            ],
            "ต้องส่งเป็นกระดาษ 5 แห่ง เพราะไม่มีผู้รับอีเมลในระบบ",
        ),
    ],
)
def test_who_cannot_be_reached_is_named(rows, said, after):
    assert reach.sentences(rows) == said
    assert reach.told(rows) == after


@pytest.fixture
def draft(cast, make):  # noqa: F811
    """To an agency with people, and to one nobody of which has an account, in a province without an address."""
    cast.neighbour_agency.memberships.all().delete()
    Organization.objects.filter(pk=cast.neighbour_province.pk).update(address="")
    to = [letters.Receiver(cast.agency, "คลังจังหวัดเชียงใหม่"), letters.Receiver(cast.neighbour_agency, "คลังจังหวัดลำพูน")]
    return make(receivers=to, dated=thai.day_in_bangkok(NOW))


def test_an_address_is_typed_for_a_receiver_and_stands_on_its_envelope(as_user, cast, draft):
    """Nothing stops the letter: its page says who gets paper, and leads to where the address is typed."""
    browser = as_user(cast.coordinator)
    page = browser.get(f"/meetings/letters/{draft.pk}/").content.decode()
    assert "ไม่มีทั้งผู้รับอีเมลในระบบและที่อยู่บนซอง 1 แห่ง: คลังจังหวัดลำพูน" in page
    assert "ทางอีเมล 1 จาก 2 แห่ง" in page
    first, second = draft.recipients.order_by("order")
    typed = {"revision": 0, f"text-{first.pk}": first.text, f"greeting-{first.pk}": "as-letter",
             f"text-{second.pk}": second.text, f"greeting-{second.pk}": "as-letter"}  # fmt: skip
    long = browser.post(f"/meetings/letters/{draft.pk}/greetings/", {**typed, f"address-{second.pk}": "ถ" * 91})
    assert (long.status_code, "ถ" * 91 in long.content.decode()) == (422, True)
    lines = "ศาลากลางจังหวัดลำพูน\r\nถนนอินทยงยศ 51000"
    done = browser.post(f"/meetings/letters/{draft.pk}/greetings/", {**typed, f"address-{second.pk}": lines})
    assert done.status_code == 302
    second.refresh_from_db()
    assert labels.address_of(second) == ["ศาลากลางจังหวัดลำพูน", "ถนนอินทยงยศ 51000"]
    page = browser.get(f"/meetings/letters/{draft.pk}/").content.decode()
    assert "ต้องส่งหนังสือเป็นกระดาษ 1 แห่ง: คลังจังหวัดลำพูน" in page
    letters.address_letter(
        draft,
        recipients=[letters.Receiver(cast.neighbour_agency, "คลังจังหวัดลำพูน")],
        by=cast.coordinator,
        revision=1,
        at=NOW,
    )
    assert LetterRecipient.objects.get(letter=draft).address == "ศาลากลางจังหวัดลำพูน\nถนนอินทยงยศ 51000"


def test_a_governors_envelope_goes_to_the_province_hall():
    lampang = Organization(kind="province", name="ลำปาง")
    assert labels.address_of(LetterRecipient(organization=lampang)) == ["ศาลากลางจังหวัดลำปาง"]
    assert labels.address_of(LetterRecipient(organization=lampang, address="ก\nข")) == ["ก", "ข"]


def test_the_letter_is_issued_and_its_page_says_who_gets_paper(as_user, cast, draft):
    browser = as_user(cast.coordinator)
    page = browser.post(f"/meetings/letters/{draft.pk}/issue/", {"letter_revision": 0}, follow=True).content.decode()
    said = "ออกเลข ชม 0017.2/ว 101 แล้ว แจ้งหน่วยงานผู้รับทางอีเมล 1 แห่ง ต้องส่งเป็นกระดาษ 1 แห่ง เพราะไม่มีผู้รับอีเมลในระบบ"
    assert said in page
    assert Letter.objects.get(pk=draft.pk).state == "issued"
