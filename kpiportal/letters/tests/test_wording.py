"""The words an office keeps for its letters: templates of its own, greetings by receiver, ด่วนภายใน with its time."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from kpiportal import letter_text, letters
from kpiportal.letters import office, printing
from kpiportal.letters.approval import DISCARD, RESTORE, move_letter
from kpiportal.letters.greetings import wrong
from kpiportal.letters.tests.conftest import AT
from kpiportal.models import AuditEvent, Letter, LetterTemplate, Salutation
from kpiportal.testing.people import BANGKOK
from kpiportal.workflow import NotReady, Stale

NOON = dt.datetime(2015, 10, 20, 12, 0, tzinfo=BANGKOK)
TABLE = [
    Salutation(name="บุคคลและส่วนราชการทั่วไป", opening="เรียน", closing="ขอแสดงความนับถือ"),
    Salutation(name="นายกรัฐมนตรี ประธานศาลฎีกา และตำแหน่งอื่น", opening="กราบเรียน", closing="ขอแสดงความนับถืออย่างยิ่ง"),
]
OWN = {
    "purpose": "ส่งเอกสาร",
    "kind": "memo",
    "circular": False,
    "subject": "ส่งสำเนา",
    "addressee": "",
    "body": ["ตามแนบ"],
}


def move(letter, transition, by):
    return move_letter(letter, transition, by=by, revision=letter.revision, at=AT, reason="")


def test_a_draft_is_thrown_away_and_comes_back(cast, make, issue):
    gone = move(make(), DISCARD, cast.coordinator)
    assert gone.state == "discarded"
    with pytest.raises(Stale):
        issue(gone)
    with pytest.raises(PermissionDenied):
        move(gone, RESTORE, cast.governor)
    back = move(gone, RESTORE, cast.coordinator)
    assert (back.state, issue(back).number) == ("draft", 101)
    assert AuditEvent.objects.filter(verb__in=["letters.discard", "letters.restore"]).count() == 2


@pytest.mark.parametrize(
    ("by", "sentence"),
    [
        (None, "ชั้นความเร็ว “ด่วนภายใน” ต้องระบุวันและเวลา"),
        (NOON.replace(month=9), "ด่วนภายใน 20 กันยายน 2558 เวลา 12.00 น. ผ่านไปแล้วก่อนวันที่ของหนังสือ"),
    ],
)
def test_urgent_within_names_a_time_to_come(make, issue, by, sentence):
    with pytest.raises(NotReady) as refusal:
        issue(make(urgency="ด่วนภายใน", urgent_by=by))
    assert [found.text for found in refusal.value.blockers] == [sentence]


def test_urgent_within_is_printed_with_day_and_time():
    letter = Letter(urgency="ด่วนภายใน", urgent_by=NOON)
    assert letter_text.urgency_of(letter) == "ด่วนภายใน\n๒๐ ต.ค. ๒๕๕๘\n๑๒.๐๐ น."
    assert letter_text.urgency_of(Letter(urgency="ด่วนมาก")) == "ด่วนมาก"


@pytest.mark.parametrize(
    ("post", "opening", "is_wrong"),
    [
        ("ประธานศาลฎีกา", "เรียน", True),
        ("ประธานศาลฎีกา", "กราบเรียน", False),
        ("นายกรัฐมนตรี (ผ่านเลขาธิการ)", "เรียน", True),
        ("รองนายกรัฐมนตรี", "เรียน", False),
        ("ผู้ว่าราชการจังหวัดเชียงใหม่", "เรียน", False),
    ],
)
def test_the_table_knows_how_posts_are_greeted(post, opening, is_wrong):
    assert bool(wrong(post, opening, TABLE)) is is_wrong


def test_each_receiver_is_greeted_by_its_own_words_out_of_the_table(cast, make, issue):
    letter = make(receivers=[letters.Receiver(cast.agency, "คลังจังหวัด"), letters.Receiver(cast.opdc, "เลขาธิการ ก.พ.ร.")])
    first, second = letter.recipients.all()
    high = letters.Greeting("ประธานศาลฎีกา", "กราบเรียน", "ขอแสดงความนับถืออย่างยิ่ง")
    facts = {"by": cast.coordinator, "at": AT}
    with pytest.raises(NotReady, match="ไม่อยู่ในตาราง"):
        letters.greet(letter, {first.pk: letters.Greeting("ก", "ถึง", "ลาก่อน")}, revision=0, **facts)
    letter = letters.greet(letter, {first.pk: high, second.pk: letters.Greeting(second.text)}, revision=0, **facts)
    # Another receiver joins: what was worded by hand stays.
    to = [letters.Receiver(cast.agency, "คลังจังหวัด"), letters.Receiver(cast.province, "ผู้ว่าราชการจังหวัด")]
    letter = letters.address_letter(letter, recipients=to, revision=letter.revision, **facts)
    kept = letter.recipients.values_list("text", "salutation", "closing")
    assert list(kept) == [("ประธานศาลฎีกา", "กราบเรียน", "ขอแสดงความนับถืออย่างยิ่ง"), ("ผู้ว่าราชการจังหวัด", "", "")]
    letter = issue(letter)
    text = letter_text.addressed(letter_text.thaw(letter.frozen), letter.recipients.first())
    assert (text.salutation, text.recipient, text.closing) == ("กราบเรียน", "ประธานศาลฎีกา", "ขอแสดงความนับถืออย่างยิ่ง")
    assert printing.left(letter).count() == 2


def test_an_office_words_a_common_template_for_itself_alone_and_may_go_back(cast):
    common = LetterTemplate.objects.get(organization=None, purpose="ส่งเอกสาร")
    facts = {"by": cast.coordinator, "at": AT}
    own = office.word_template(cast.province, row=common, **OWN, **facts)
    assert office.word_template(cast.province, row=common, **OWN, **facts) == own  # clicked twice
    mine = LetterTemplate.objects.used_by(cast.province).filter(purpose="ส่งเอกสาร")
    assert [row.subject for row in mine] == ["ส่งสำเนา"]
    theirs = LetterTemplate.objects.used_by(cast.neighbour_province).filter(purpose="ส่งเอกสาร")
    assert [row.subject for row in theirs] == ["ส่งเอกสาร"]
    for person in (cast.governor, cast.neighbour):
        with pytest.raises(PermissionDenied):
            office.drop_template(own, by=person, at=AT)
    office.drop_template(own, **facts)
    assert [row.pk for row in mine.all()] == [common.pk]
    assert AuditEvent.objects.get(verb="letters.template_drop").before["body"] == ["ตามแนบ"]


def test_opdc_words_the_common_ones_and_no_province_does(cast):
    common = LetterTemplate.objects.get(organization=None, purpose="ส่งเอกสาร")
    with pytest.raises(PermissionDenied):
        office.word_template(cast.opdc, row=common, by=cast.negotiator, at=AT, **OWN)
    assert office.word_template(cast.opdc, row=common, by=cast.director, at=AT, **OWN).pk == common.pk
    assert LetterTemplate.objects.get(pk=common.pk).subject == "ส่งสำเนา"
