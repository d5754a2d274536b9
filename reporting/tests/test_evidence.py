"""Evidence: limits of a card, reuse, links, taking off after sending, and a round's zip in flat memory."""

import csv
import io
import tracemalloc
import zipfile
from functools import partial

import pytest
from django.urls import reverse

from agreements.testing import make_signed
from kpiportal.files import store_bytes
from kpiportal.models import AuditEvent, StoredFile
from kpiportal.testing.plugin import NOW
from kpiportal.testing.threads import together
from kpiportal.workflow import Stale
from reporting import actions, evidence, evidencezip, testing
from reporting.models import Evidence
from reporting.tests.refusals import page_of, stored, url


@pytest.fixture
def rounds(cast):
    """The 6-month and the 12-month card of one indicator; the first holds a file and a link."""
    agreement = make_signed(cast)
    early = testing.card_of(testing.make_round(cast, months=6, agreement=agreement), cast)
    late = testing.make_round(cast, agreement=agreement).reports.get(indicator=early.indicator)
    evidence.attach_evidence(early, testing.upload("ผลงาน 6 เดือน.pdf"), by=cast.collector, at=NOW)
    evidence.add_link(early, link="https://www.example.go.th/r", title="รายงานเว็บ", by=cast.collector, at=NOW)
    return early, late


def test_the_files_of_a_card_together_stay_under_the_limit(mine, card, settings):
    settings.KPI_CARD_MAX_BYTES = len(testing.PDF) + 10
    assert mine.post(url("evidence_attach", card), {"file": testing.upload()}).status_code == 302
    before = stored()
    response = mine.post(url("evidence_attach", card), {"file": testing.upload("สอง.pdf")})
    assert response.status_code == 422
    assert "ไฟล์ของรายงานนี้รวมกันเกิน" in page_of(response)
    assert stored() == before


def test_the_same_file_or_link_again_is_the_one_that_is_there(mine, card):
    """A second press, or a browser that tries again after a lost answer (R3)."""
    again = {"headers": {"HX-Request": "true"}}
    for times, said in ((1, False), (2, True)):
        page = page_of(mine.post(url("evidence_attach", card), {"file": testing.upload("ผล.pdf")}, **again))
        assert ("รายการนี้แนบไว้แล้วเป็นลำดับที่ 1 จึงไม่แนบซ้ำ" in page) is said, times
    link = {"link": "https://www.example.go.th/r", "title": "รายงานเว็บ"}
    assert [mine.post(url("evidence_link", card), link).status_code for _ in range(2)] == [302, 302]
    assert "รายการนี้แนบไว้แล้วเป็นลำดับที่ 2 จึงไม่แนบซ้ำ" in page_of(mine.get(url("report_detail", card)))
    # Another name, or other bytes under the same name: that is another file.
    mine.post(url("evidence_attach", card), {"file": testing.upload("สอง.pdf")})
    mine.post(url("evidence_attach", card), {"file": testing.upload("ผล.pdf", testing.PDF.replace(b"1.4", b"1.5"))})
    assert list(card.evidence.values_list("number", "file__original_name")) == [
        (1, "ผล.pdf"), (2, None), (3, "สอง.pdf"), (4, "ผล.pdf")
    ]  # fmt: skip
    assert AuditEvent.objects.filter(verb__in=["reporting.attach", "reporting.add_link"]).count() == 4


def test_twenty_presses_of_one_file_attach_it_once(transactional_db, cast):
    card = testing.card_of(testing.make_round(cast), cast)

    def press():
        return evidence.attach_evidence(card, testing.upload(), by=cast.collector, at=NOW).number

    assert together(*[press] * 20) == [1] * 20
    assert card.evidence.count() == 1


def test_a_file_of_an_earlier_round_is_reused_with_a_number_of_its_own(rounds, cast, as_user):
    (early, late), mine = rounds, as_user(cast.collector)
    assert "ผลงาน 6 เดือน.pdf (รอบ 6 เดือน)" in page_of(mine.get(url("report_detail", late)))
    chosen = list(early.evidence.values_list("pk", flat=True))
    assert mine.post(url("evidence_reuse", late), {"earlier": chosen}).status_code == 302
    file, link = late.evidence.order_by("number")
    assert (file.number, file.file, file.copied_from_id) == (1, early.evidence.get(number=1).file, chosen[0])
    assert (link.number, link.link, link.title) == (2, "https://www.example.go.th/r", "รายงานเว็บ")
    assert AuditEvent.objects.filter(verb="reporting.reuse").count() == 2
    assert mine.post(url("evidence_reuse", late), {"earlier": chosen}).status_code == 422
    assert late.evidence.count() == 2


def test_files_of_others_are_not_to_be_reused(rounds, cast, as_user):
    (_, late), mine = rounds, as_user(cast.collector)
    stranger = late.round.reports.exclude(host=cast.agency).first()
    other = evidence.attach_evidence(stranger, testing.upload(), by=cast.other_collector, at=NOW)
    assert mine.post(url("evidence_reuse", late), {"earlier": [other.pk]}).status_code == 422
    assert evidence.reuse_evidence(late, [other.pk], by=cast.collector, at=NOW) == []
    assert late.evidence.count() == 0


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://example.go.th/a", "รายงาน", "data:text/html,x", ""])
def test_a_link_is_a_web_address(mine, card, link):
    response = mine.post(url("evidence_link", card), {"title": "เอกสาร", "link": link})
    assert response.status_code == 422
    assert 'value="เอกสาร"' in page_of(response)
    assert Evidence.objects.count() == 0


def test_a_link_counts_as_evidence_and_opens_in_a_tab_of_its_own(mine, card):
    assert mine.post(url("evidence_link", card), {"title": "สถิติ", "link": "www.example.go.th/x"}).status_code == 302
    page = page_of(mine.get(url("report_detail", card)))
    assert '<a href="https://www.example.go.th/x" target="_blank" rel="noopener noreferrer">สถิติ</a>' in page
    assert mine.get(url("evidence_download", card.evidence.get())).status_code == 404


def test_what_was_sent_is_taken_off_only_with_a_reason_and_stays_named(card, cast, mine):
    testing.send(card, cast)
    card.refresh_from_db()
    actions.refuse_report(card, by=cast.overseer, revision=card.revision, at=NOW, reason="ไฟล์ผิดเดือน")
    item = card.evidence.get()
    before = stored()
    response = mine.post(url("evidence_remove", item))
    assert response.status_code == 422
    assert "หลักฐานนี้เคยส่งไปแล้ว กรุณาระบุเหตุผลที่นำออก" in page_of(response)
    assert stored() == before
    assert mine.post(url("evidence_remove", item), {"reason": "แนบผิดเดือน"}).status_code == 302
    item.refresh_from_db()
    assert (item.removed_by, item.removed_reason) == (cast.collector, "แนบผิดเดือน")
    assert "แนบผิดเดือน" in page_of(mine.get(url("report_detail", card)))
    assert card.versions.get().content["evidence"][0]["name"] == item.name


def test_twenty_files_at_once_have_twenty_numbers(transactional_db, cast):
    card = testing.card_of(testing.make_round(cast), cast)

    def attach(n):
        evidence.attach_evidence(card, testing.upload(f"ไฟล์ {n}.pdf"), by=cast.collector, at=NOW)

    together(*(partial(attach, n) for n in range(20)))
    assert sorted(card.evidence.values_list("number", flat=True)) == list(range(1, 21))


def test_the_zip_of_a_round_holds_an_index_in_thai_and_every_file(rounds, cast, as_user):
    early, _ = rounds
    response = as_user(cast.coordinator).get(reverse("reporting:round_evidence_zip", args=[early.round_id]))
    assert response.status_code == 200
    assert "filename*=UTF-8''%E0%B8%AB" in response["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(response.getvalue()))
    assert archive.testzip() is None
    number = early.indicator.number
    assert archive.namelist() == ["00 สารบัญหลักฐาน.csv", f"{number}/01 ผลงาน 6 เดือน.pdf"]
    assert archive.read(f"{number}/01 ผลงาน 6 เดือน.pdf") == testing.PDF
    lines = list(csv.reader(io.StringIO(archive.read("00 สารบัญหลักฐาน.csv").decode("utf-8-sig"))))
    assert lines[0][0] == "ตัวชี้วัด"
    assert [line[4] for line in lines[1:]] == ["ผลงาน 6 เดือน.pdf", "รายงานเว็บ"]
    assert lines[2][5] == "https://www.example.go.th/r"


@pytest.mark.parametrize(("who", "files"), [("collector", 1), ("other_collector", 0)])
def test_the_zip_holds_only_what_its_reader_may_see(rounds, cast, as_user, who, files):
    early, _ = rounds
    response = as_user(getattr(cast, who)).get(reverse("reporting:round_evidence_zip", args=[early.round_id]))
    assert len(zipfile.ZipFile(io.BytesIO(response.getvalue())).namelist()) == 1 + files


def test_two_hundred_files_are_sent_in_flat_memory(rounds, cast):
    """100 MB in 200 files: what is held at any moment stays under 4 MB."""
    early, _ = rounds
    kinds = {"content_type": "application/pdf", "purpose": StoredFile.Purpose.EVIDENCE}
    big = store_bytes(bytes(2**19), name="ใหญ่.pdf", organization=early.host, at=NOW, **kinds)
    Evidence.objects.bulk_create(
        Evidence(report=early, number=n, file=big, added_at=NOW, added_by=cast.collector) for n in range(10, 210)
    )
    found = [row for row in evidencezip.evidence_of(early.round, cast.coordinator) if row.file_id == big.pk]
    assert len(found) == 200
    tracemalloc.start()
    sent = sum(len(piece) for piece in evidencezip.stream(found))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sent > 100_000_000
    assert peak < 4 * 2**20


def test_a_closed_round_takes_no_links_and_gives_none_back(rounds, cast):
    early, _ = rounds
    actions.close_round(early.round, by=cast.coordinator, revision=1, at=NOW)
    with pytest.raises(Stale):
        evidence.add_link(early, link="https://example.go.th", title="ช้า", by=cast.collector, at=NOW)
