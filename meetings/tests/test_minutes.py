"""Minutes: drafted from the agenda, kept box by box, sent round, corrected, adopted, frozen; on paper by form 11."""

import io
import zipfile

import pypdfium2
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.http import QueryDict

from kpiportal import files
from kpiportal.models import OutgoingMail
from kpiportal.workflow import NotReady, Stale
from meetings import testing
from meetings.minutes import actions, boxes, paper, word
from meetings.models import Meeting, Minutes, MinutesPart
from meetings.testing import PLANNED, STARTS


def typed(base=None, **texts):
    """What the browser sends: each box it changed with what it knew."""
    data = QueryDict(mutable=True)
    for name, text in texts.items():
        name = name.replace("_", "-", 1) if name.partition("_")[2].isdigit() else name
        data.appendlist("dirty", name)
        data[name], data[f"base-{name}"] = text, base or ""
    return data


def keep(written, by, data):
    return boxes.keep(written, data, by=by, at=STARTS)


def test_holding_drafts_a_part_per_item_and_says_where_there_was_nothing(cast):
    called = testing.make_called(cast)
    testing.make_item(called, cast, section=3, title="ผลตามมติเดิม", presenter="คลังจังหวัด", note="ส่งครบแล้ว")
    with pytest.raises(NotReady) as refusal:
        actions.hold_meeting(called, by=cast.coordinator, revision=called.revision, at=PLANNED)
    assert [b.text for b in refusal.value.blockers] == ["ยังไม่ถึงเวลาประชุม"]
    written = actions.hold_meeting(called, by=cast.coordinator, revision=called.revision, at=STARTS)
    assert Meeting.objects.get().state == "held"
    assert list(written.parts.values_list("section", "title", "discussion")) == [
        (1, "", "ไม่มี"), (2, "", "ไม่มี"), (3, "ผลตามมติเดิม", "คลังจังหวัด รายงานว่า ส่งครบแล้ว"), (4, "", "ไม่มี"), (5, "", "ไม่มี"),
    ]  # fmt: skip


def test_two_people_meet_only_in_the_same_box(cast):
    written = testing.make_held(cast)
    part = written.parts.get(title="รายงานผลตัวชี้วัด").pk
    assert keep(written, cast.coordinator, typed(**{f"decision_{part}": "ที่ประชุมรับทราบ"})).saved == [f"decision-{part}"]
    other = keep(written, cast.office_head, typed(**{f"discussion_{part}": "หารือแล้ว"}))
    assert (other.saved, other.clashes) == ([f"discussion-{part}"], [])
    late = keep(written, cast.office_head, typed(**{f"decision_{part}": "ที่ประชุมเห็นชอบ"}))
    assert late.clashes == [
        {"name": f"decision-{part}", "label": "มติที่ประชุม", "stored": "ที่ประชุมรับทราบ", "values": ["ที่ประชุมรับทราบ"]}
    ]
    assert MinutesPart.objects.get(pk=part).decision == "ที่ประชุมรับทราบ"
    chosen = keep(written, cast.office_head, typed("ที่ประชุมรับทราบ", **{f"decision_{part}": "ที่ประชุมเห็นชอบ"}))
    assert chosen.saved == [f"decision-{part}"]


WRONG = [
    ("began", "13.30", "", "กรุณากรอกเวลาเริ่มประชุม"),
    ("ended", "", "25.00", "เวลาต้องอยู่ระหว่าง 00.00 ถึง 23.59 น."),
    ("ended", "", "13.30", "เวลาเลิกต้องหลังเวลาเริ่ม"),
    ("recorder", "", "ก" * 204, "ยาวเกินไป 4 ตัวอักษร (ไม่เกิน 200)"),
]


def test_a_box_that_cannot_be_kept_says_why(cast):
    written = testing.make_held(cast)
    for name, base, text, sentence in WRONG:
        kept = keep(written, cast.coordinator, typed(base, **{name: text}))
        assert (kept.errors, kept.saved) == ({name: sentence}, [])


def test_without_a_script_the_whole_page_is_posted_and_nothing_typed_is_lost(cast, as_user):
    written = testing.make_held(cast)
    part = written.parts.get(title="รายงานผลตัวชี้วัด").pk
    client, page = as_user(cast.coordinator), f"/meetings/{written.meeting_id}/minutes/"
    sent = {f"decision-{part}": "รับทราบ", f"base-decision-{part}": "", "began": "13.30", "base-began": "13.30"}
    assert client.post(page, sent).status_code == 302
    clash = client.post(page, {**sent, f"decision-{part}": "เห็นชอบ", "recorder": "นาย ก", "base-recorder": ""})
    assert clash.status_code == 409
    said = clash.content.decode()
    assert "เห็นชอบ</textarea>" in said
    assert "รับทราบ" in said
    assert Minutes.objects.get().recorder == "นาย ก"


def test_going_round_asks_for_what_form_11_needs_and_tells_the_invited(cast):
    written = testing.make_held(cast)
    written.meeting.attendees.update(came_at=None)
    with pytest.raises(NotReady) as refusal:
        actions.circulate(written, by=cast.coordinator, revision=0, at=STARTS)
    assert [b.text for b in refusal.value.blockers] == [
        "ยังไม่ได้กรอกเวลาเลิกประชุม", "ยังไม่ได้กรอกชื่อผู้จดรายงานการประชุม", "ยังไม่ได้บันทึกว่าใครมาประชุม",
    ]  # fmt: skip
    assert not Minutes.objects.visible_to(cast.overseer).exists()
    written.meeting.attendees.filter(organization=cast.agency).update(came_at=STARTS)
    OutgoingMail.objects.all().delete()
    testing.circulate(written, cast)
    assert {m.to_user for m in OutgoingMail.objects.all()} == {
        cast.overseer, cast.collector, cast.other_overseer, cast.other_collector
    }  # fmt: skip
    assert Minutes.objects.visible_to(cast.overseer).exists()
    assert not Minutes.objects.visible_to(cast.neighbour).exists()
    with pytest.raises(Stale, match="เวียนให้ตรวจแก้"):
        keep(written, cast.coordinator, typed(recorder="นาย ก"))


def test_a_correction_is_asked_by_an_office_that_was_invited(cast):
    written = testing.circulate(testing.make_held(cast), cast)
    made = actions.correct(written, cast.agency, words="ชื่อสะกดผิด", by=cast.overseer, at=STARTS)
    assert (made.organization, made.words) == (cast.agency, "ชื่อสะกดผิด")
    for person, office in ((cast.overseer, cast.other_agency), (cast.governor, cast.province)):
        with pytest.raises(PermissionDenied):
            actions.correct(written, office, words="ก", by=person, at=STARTS)
    back = actions.recall(written, by=cast.coordinator, revision=written.revision, at=STARTS, reason="แก้ชื่อ")
    assert back.state == "draft"
    assert back.corrections.count() == 1


def test_adopting_freezes_the_words_and_the_paper(cast):
    written = testing.circulate(testing.make_held(cast), cast)
    with pytest.raises(ValidationError):
        actions.adopt(written, by=cast.coordinator, revision=written.revision, at=STARTS, meeting=written.meeting)
    adopted = actions.adopt(written, by=cast.coordinator, revision=written.revision, at=STARTS)
    assert adopted.sha256 == actions.hash_of(adopted.content)
    assert len(adopted.sha256) == 64
    with files.open_stored(adopted.file) as stored:
        document = pypdfium2.PdfDocument(stored.read())
    text = "".join("".join(page.get_textpage().get_text_range() for page in document).split())
    document.close()
    order = ["รายงานการประชุมติดตามผลตัวชี้วัดรอบ๑๒เดือน", "เมื่อวันศุกร์ที่๓๐ตุลาคม๒๕๕๘", "ณห้องประชุม๓ชั้น๒", "ผู้มาประชุม", "ผู้ไม่มาประชุม",
             "เริ่มประชุมเวลา๑๓.๓๐น.", "ระเบียบวาระที่๑", "ระเบียบวาระที่๔", "๔.๑รายงานผลตัวชี้วัด", "มติที่ประชุม",
             "ส่งรายงานรอบ๑๒เดือนให้ครบ", "เลิกประชุมเวลา๑๖.๓๐น.", "(นางสาวกมลวรรณจันทร์ฉาย)",
             "ผู้จดรายงานการประชุม"]  # fmt: skip
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert adopted.sha256 in text
    with pytest.raises(DatabaseError, match="adopted_minutes_stay"), transaction.atomic():
        Minutes.objects.update(content={})
    with pytest.raises(Stale):
        actions.recall(adopted, by=cast.coordinator, revision=adopted.revision, at=STARTS, reason="ก")


def test_the_word_file_is_thai_in_complex_script(cast):
    content = paper.content_of(testing.make_held(cast))
    with zipfile.ZipFile(io.BytesIO(word.write(content))) as packed:
        xml = packed.read("word/document.xml").decode()
    assert "ผู้มาประชุม" in xml
    assert xml.count("<w:cs ") == xml.count("<w:r>")
    assert (xml.count("<w:tr>"), "ลงชื่อ......" in xml) == (3, True)  # who came, who did not, who wrote it
    assert xml.count("<w:keepNext/>") == 10


def test_a_page_left_open_learns_that_the_minutes_went_round(cast, as_user):
    written = testing.make_held(cast)
    client, at = as_user(cast.coordinator), f"/meetings/{written.meeting_id}/minutes/"
    page = client.get(at).content.decode()
    assert f'data-news="{at}news/" data-seen="draft" data-revision="{written.revision}"' in page
    assert client.get(f"{at}news/?seen=draft&revision={written.revision}").status_code == 204
    keep(written, cast.office_head, typed(recorder="นางสาวกมลวรรณ"))
    assert client.get(f"{at}news/?seen=draft&revision={written.revision}").json() == {"open": True, "text": ""}
    testing.circulate(written, cast)
    told = client.get(f"{at}news/?seen=draft&revision={written.revision}").json()
    assert told == {"open": False, "text": "รายงานการประชุมนี้เปลี่ยนสถานะเป็น “เวียนให้ตรวจแก้” จึงแก้ไขไม่ได้แล้ว"}
