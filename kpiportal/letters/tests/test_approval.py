"""The way to a signature: who may take which step, and that nobody changes a word meanwhile."""

import pytest
from django.core.exceptions import PermissionDenied

from kpiportal import letters, obligations
from kpiportal.letters.signers import is_name_of
from kpiportal.letters.standing import memo_words
from kpiportal.letters.tests.conftest import AT
from kpiportal.models import AuditEvent, Letter, Signatory, User
from kpiportal.workflow import NotReady, Stale


@pytest.fixture
def make(make, cast):
    """In the governor's own name, or whose the list of signers says."""
    return lambda **words: make(
        **{"signer": words["signatory"].name if words.get("signatory") else cast.governor.full_name, **words}
    )


def step(deed, letter, person, **more):
    return deed(letter, by=person, revision=letter.revision, at=AT, **more)


def test_a_letter_goes_from_drafter_to_head_to_signer_and_is_numbered(cast, make, issue):
    letter = step(letters.submit_letter, make(), cast.coordinator)
    letter = step(letters.pass_letter, letter, cast.office_head)
    letter = step(letters.approve_letter, letter, cast.governor)
    assert letter.state == "approved"
    assert issue(letter).number_text == "ชม 0017.2/ว 101"
    verbs = list(AuditEvent.objects.filter(verb__startswith="letters.").order_by("pk").values_list("verb", flat=True))
    assert verbs[-4:] == ["letters.submit", "letters.pass", "letters.approve", "letters.issue"]


@pytest.mark.parametrize(
    ("deed", "before", "who"),
    [
        ("submit_letter", [], ["governor", "viewer", "overseer", "neighbour", "director"]),
        ("pass_letter", ["submit_letter"], ["coordinator", "governor", "viewer", "neighbour"]),
        ("approve_letter", ["submit_letter", "pass_letter"],
         ["coordinator", "office_head", "viewer", "neighbour_governor"]),
    ],
)  # fmt: skip
def test_each_step_is_one_persons(cast, make, deed, before, who):
    letter = make()
    for done in before:
        letter = step(getattr(letters, done), letter, cast.coordinator if done == "submit_letter" else cast.office_head)
    for name in who:
        with pytest.raises(PermissionDenied):
            step(getattr(letters, deed), letter, getattr(cast, name))
    assert Letter.objects.get().state == letter.state


def test_a_letter_on_its_way_is_not_changed_nor_numbered_and_comes_back_with_a_reason(cast, make, issue):
    letter = step(letters.submit_letter, make(), cast.coordinator)
    with pytest.raises(Stale, match="รอหัวหน้าตรวจ"):
        letters.save_letter(letter, by=cast.coordinator, revision=letter.revision, at=AT, subject="อื่น")
    with pytest.raises(Stale):
        issue(letter)
    with pytest.raises(NotReady):
        step(letters.return_letter, letter, cast.office_head, reason=" ")
    back = step(letters.return_letter, letter, cast.office_head, reason="แก้ชื่อเรื่อง")
    assert back.state == "draft"
    assert AuditEvent.objects.get(verb="letters.return").data == {"reason": "แก้ชื่อเรื่อง"}
    again = step(letters.submit_letter, back, cast.coordinator)
    assert step(letters.recall_letter, again, cast.coordinator).state == "draft"


def test_the_signer_of_the_list_signs_and_no_other(cast, make):
    row = Signatory.objects.create(
        organization=cast.province, user=cast.office_head, name="นายฤกษ์ ธนาวิช", post="รองผู้ว่าราชการจังหวัด",
        acting="ปฏิบัติราชการแทน", principal="ผู้ว่าราชการจังหวัดเชียงใหม่", order_text="คำสั่ง ที่ 1/2558",
        valid_from=AT.date(),
    )  # fmt: skip
    letter = make(signatory=row)
    letter = step(letters.pass_letter, step(letters.submit_letter, letter, cast.coordinator), cast.office_head)
    with pytest.raises(PermissionDenied):
        step(letters.approve_letter, letter, cast.governor)
    row.name, row.user = "นายสมชาย ใจดี", cast.coordinator
    row.save()
    letter.refresh_from_db()
    for person in (cast.coordinator, cast.office_head):  # the entry is another's now, the letter still prints the first
        with pytest.raises(PermissionDenied):
            step(letters.approve_letter, letter, person)
    row.name, row.user = "นายฤกษ์ ธนาวิช", cast.office_head
    row.save()
    letter.refresh_from_db()
    assert step(letters.approve_letter, letter, cast.office_head).state == "approved"


def test_nobody_signs_in_another_s_name(cast, make, issue):
    """Not the governor a letter that prints a deputy without an account: it is signed on paper, or put right."""
    letter = make(signer="นายฤกษ์ ธนาวิช")
    with pytest.raises(NotReady) as refusal:
        step(letters.submit_letter, letter, cast.coordinator)
    assert [(found.field, found.text) for found in refusal.value.blockers] == [
        ("signatory", "หนังสือพิมพ์ชื่อผู้ลงนามว่า “นายฤกษ์ ธนาวิช” แต่ไม่มีบัญชีผู้ใช้ที่ลงนามในชื่อนี้ได้ "
         "เลือกผู้ลงนามจากรายชื่อของหน่วยงานที่ระบุบัญชีผู้ใช้ไว้ หรือออกเลขแล้วให้ลงนามบนกระดาษ")
    ]  # fmt: skip
    waiting = step(letters.submit_letter, make(), cast.coordinator)
    waiting = step(letters.pass_letter, waiting, cast.office_head)
    type(waiting).objects.filter(pk=waiting.pk).update(signer="นายฤกษ์ ธนาวิช")  # as an earlier version let through
    with pytest.raises(PermissionDenied):
        step(letters.approve_letter, waiting, cast.governor)
    assert step(letters.return_letter, waiting, cast.governor, reason="แก้ชื่อผู้ลงนาม").state == "draft"
    assert issue(letter).state == "issued"


@pytest.mark.parametrize(
    ("printed", "same"),
    [
        ("นายกฤษณ์ ธนาดำรงศักดิ์", True),
        ("ว่าที่ร้อยตรี ดร. กฤษณ์  ธนาดำรงศักดิ์", True),
        ("กฤษณ์ ธนาดำรงศักดิ์", True),
        ("นายกฤษณ์ ธนาดำรงศักดิ์ชัย", False),
        ("นายชัยกฤษณ์ ธนาดำรงศักดิ์", False),
        ("นายธนาดำรงศักดิ์ กฤษณ์", False),
        ("", False),
    ],
)
def test_a_printed_name_is_a_person_s_with_any_title_but_no_other_name(printed, same):
    assert is_name_of(printed, User(title="ดร.", first_name="กฤษณ์", last_name="ธนาดำรงศักดิ์")) is same


def owed(person):
    fresh = type(person).objects.get(pk=person.pk)
    return [task.title for task in obligations.of(fresh, at=AT).mine if task.kind.startswith("letter.")]


@pytest.mark.usefixtures("frozen")
def test_whose_turn_it_is_stands_on_their_home_page_alone(cast, make):
    letter = step(letters.submit_letter, make(), cast.coordinator)
    people = ("coordinator", "office_head", "governor")
    assert [owed(getattr(cast, name)) for name in people] == [[], ["หนังสือรออนุมัติ"], []]
    letter = step(letters.pass_letter, letter, cast.office_head)
    assert [owed(getattr(cast, name)) for name in people] == [[], [], ["หนังสือรอลงนาม"]]
    step(letters.approve_letter, letter, cast.governor)
    assert [owed(getattr(cast, name)) for name in people] == [["หนังสือรอออกเลข"], [], []]


@pytest.mark.usefixtures("frozen")
def test_a_memo_is_signed_by_the_head_of_the_bureau_in_their_own_name(cast, make):
    words = memo_words(cast.province, on=AT.date())
    assert words["signer"] == cast.office_head.full_name
    memo = make(kind="memo", circular=False, **words | {"signer_post": ["หัวหน้าสำนักงานจังหวัด"]})
    memo = step(letters.pass_letter, step(letters.submit_letter, memo, cast.coordinator), cast.office_head)
    assert [owed(getattr(cast, name)) for name in ("governor", "office_head")] == [[], ["หนังสือรอลงนาม"]]
    with pytest.raises(PermissionDenied):
        step(letters.approve_letter, memo, cast.governor)
    assert step(letters.approve_letter, memo, cast.office_head).state == "approved"
    with pytest.raises(NotReady):  # what goes out needs the governor, or an order
        step(letters.submit_letter, make(signer=cast.office_head.full_name), cast.coordinator)


def test_an_expired_order_is_named(cast, make, issue):
    row = Signatory.objects.create(
        organization=cast.province, name="นายฤกษ์ ธนาวิช", post="รองผู้ว่าราชการจังหวัด", acting="ปฏิบัติราชการแทน",
        principal="ผู้ว่าราชการจังหวัดเชียงใหม่", order_text="คำสั่งจังหวัด ที่ 1/2557", valid_from=AT.date().replace(year=2014),
        valid_until=AT.date().replace(month=9, day=30),
    )  # fmt: skip
    with pytest.raises(NotReady) as refusal:
        issue(make(signatory=row))
    assert [found.text for found in refusal.value.blockers] == [
        "นายฤกษ์ ธนาวิช ปฏิบัติราชการแทน ตามคำสั่งจังหวัด ที่ 1/2557 ได้ตั้งแต่ 9 ตุลาคม 2557 ถึง 30 กันยายน 2558 "
        "แต่หนังสือลงวันที่ 9 ตุลาคม 2558"
    ]
