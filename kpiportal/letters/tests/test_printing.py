"""Copies for many receivers: each once, none missing, whoever died meanwhile; a number each where words differ."""

import io
import zipfile

import pytest

from kpiportal import files, jobs, letters
from kpiportal.letters import printing
from kpiportal.letters.tests.conftest import AT
from kpiportal.models import Job, Letter, LetterRecipient
from kpiportal.workflow import NotReady, Stale


def receivers(cast):
    return [
        letters.Receiver(cast.agency, "คลังจังหวัดเชียงใหม่"),
        letters.Receiver(cast.other_agency, "พัฒนาการจังหวัดเชียงใหม่", salutation="กราบเรียน"),
        letters.Receiver(cast.opdc, "เลขาธิการ ก.พ.ร.", address="ถนนพิษณุโลก\nกรุงเทพฯ 10300"),
    ]


def entries(letter, by):
    job = next(job for job in printing.archives(letter, by=by) if job.file_id)
    with files.open_stored(job.file) as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        return archive.namelist()


def test_a_circular_is_printed_for_each_and_put_together(cast, make, issue):
    letter = issue(make(receivers=receivers(cast)))
    printing.order(letter, by=cast.coordinator, at=AT)
    with pytest.raises(Stale, match="กำลังจัดพิมพ์"):
        printing.order(letter, by=cast.coordinator, at=AT)
    jobs.run_waiting(at=AT)  # the copies
    jobs.run_waiting(at=AT)  # the archive
    rows = list(LetterRecipient.objects.select_related("file"))
    assert len({row.file.sha256 for row in rows}) == 3
    assert entries(letter, cast.coordinator) == [
        "001 คลังจังหวัดเชียงใหม่.pdf", "002 พัฒนาการจังหวัดเชียงใหม่.pdf", "003 เลขาธิการ ก.พ.ร..pdf",
        "รวมทุกฉบับ.pdf", "ป้ายจ่าหน้าซอง.pdf",
    ]  # fmt: skip
    assert Letter.objects.count() == 1


def test_a_step_that_dies_is_done_again_and_nothing_twice(cast, make, issue):
    letter = issue(make(receivers=receivers(cast)))
    [job] = printing.order(letter, by=cast.coordinator, at=AT)
    done = letter.recipients.order_by("order").first()
    printing._copy(letter, done, by=cast.coordinator, at=AT)  # committed before the worker was killed
    before = LetterRecipient.objects.get(pk=done.pk).file_id
    assert jobs.run(job.pk, at=AT)
    assert LetterRecipient.objects.get(pk=done.pk).file_id == before
    assert not printing.left(letter).exists()


def test_words_that_differ_give_each_receiver_a_letter_and_a_number(cast, make):
    body = ["ยังไม่ได้รับรายงานของ[หน่วยงานผู้รับ]", "จึงเรียนมาเพื่อโปรดดำเนินการ"]
    master = make(circular=False, receivers=receivers(cast)[:2], body=body)
    printing.order(master, by=cast.coordinator, at=AT)
    jobs.run_waiting(at=AT)
    jobs.run_waiting(at=AT)
    own = list(Letter.objects.filter(master=master).order_by("number"))
    assert [letter.number_text for letter in own] == ["ชม 0017.2/101", "ชม 0017.2/102"]
    assert own[0].body[0] == "ยังไม่ได้รับรายงานของสำนักงานคลังจังหวัดเชียงใหม่"
    assert (own[1].addressee, own[1].salutation) == ("พัฒนาการจังหวัดเชียงใหม่", "กราบเรียน")
    assert len(entries(master, cast.coordinator)) == 4
    assert Job.objects.unfinished().count() == 0


def test_a_circular_keeps_one_text(cast, make, issue):
    with pytest.raises(NotReady) as refusal:
        issue(make(body=["เรียน [ผู้รับ] ทราบ"]))
    assert "หนังสือเวียน (ว) ต้องมีข้อความเดียวกันทุกฉบับ" in refusal.value.blockers[0].text


def test_a_draft_without_own_words_is_numbered_first(cast, make):
    with pytest.raises(Stale, match="ออกเลขหนังสือก่อน"):
        printing.order(make(), by=cast.coordinator, at=AT)
