"""Papers of a form: attached while it is open, read by whoever sees the agreement, never by others, never lost."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agreements import actions, enclosures, testing
from agreements.models import Enclosure
from agreements.tests.test_pages import words
from kpiportal.models import AuditEvent, StoredFile
from kpiportal.testing.queries import query_counts
from kpiportal.tests import good_files
from kpiportal.workflow import Stale

AT = testing.AUTUMN


@pytest.fixture(autouse=True)
def files_here(settings, tmp_path):
    settings.KPI_FILES_DIR = tmp_path


@pytest.fixture
def draft(cast):
    return testing.make_draft(cast)


def paper(name="แผนปฏิบัติราชการ 2559.docx"):
    return SimpleUploadedFile(name, good_files.office("docx"))


def send(browser, agreement, upload, title=""):
    url = reverse("agreements:enclosure_list", args=[agreement.pk])
    return browser.post(url, {"title": title, "upload": upload})


def test_a_paper_is_attached_listed_and_read_by_those_who_see_the_agreement(draft, cast, as_user):
    assert send(as_user(cast.coordinator), draft, paper(), "แผนปฏิบัติราชการประจำปี").status_code == 302
    made = Enclosure.objects.get()
    assert (made.number, made.title) == (1, "แผนปฏิบัติราชการประจำปี")
    assert AuditEvent.objects.get(verb="agreements.attach").data["name"] == "แผนปฏิบัติราชการประจำปี"
    page = as_user(cast.collector).get(reverse("agreements:enclosure_list", args=[draft.pk]))
    assert "1. แผนปฏิบัติราชการประจำปี" in words(page)
    assert "แนบเอกสาร ชื่อ" not in words(page)
    url = reverse("agreements:enclosure_download", args=[made.pk])
    read = as_user(cast.collector).get(url)
    assert b"".join(read) == good_files.office("docx")
    assert "attachment" in read["Content-Disposition"]
    assert as_user(cast.neighbour).get(url).status_code == 404


def test_without_a_title_the_file_keeps_its_name(draft, cast, as_user):
    send(as_user(cast.coordinator), draft, paper())
    assert Enclosure.objects.get().title == "แผนปฏิบัติราชการ 2559.docx"


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [(None, "กรุณาเลือกไฟล์"), (SimpleUploadedFile("โปรแกรม.exe", b"MZ" * 50), "ระบบไม่รับไฟล์ชนิด")],
)
def test_what_is_no_paper_is_refused_beside_its_box_and_the_title_stays(draft, cast, as_user, upload, sentence):
    data = {"title": "แผน", **({"upload": upload} if upload else {})}
    page = as_user(cast.coordinator).post(reverse("agreements:enclosure_list", args=[draft.pk]), data)
    assert page.status_code == 422
    assert sentence in words(page)
    assert 'value="แผน"' in page.content.decode()
    assert not StoredFile.objects.exists()


def test_taken_off_it_stays_on_record_and_its_number_is_not_used_again(draft, cast, as_user):
    browser = as_user(cast.coordinator)
    send(browser, draft, paper(), "ก")
    first = Enclosure.objects.get()
    assert browser.post(reverse("agreements:enclosure_remove", args=[first.pk])).status_code == 302
    assert browser.get(reverse("agreements:enclosure_download", args=[first.pk])).status_code == 404
    assert StoredFile.objects.count() == 1
    send(browser, draft, paper(), "ข")
    assert list(Enclosure.objects.filter(removed_at=None).values_list("number", "title")) == [(2, "ข")]
    with pytest.raises(Stale, match="ถูกนำออกไปแล้ว"):
        enclosures.remove(first, by=cast.coordinator, at=AT)


def test_once_sent_the_papers_are_fixed_and_opdc_reads_them(draft, cast, as_user):
    browser = as_user(cast.coordinator)
    send(browser, draft, paper(), "แผน")
    made = Enclosure.objects.get()
    actions.submit_agreement(draft, by=cast.coordinator, revision=0, at=AT)
    assert send(browser, draft, paper()).status_code == 409
    assert browser.post(reverse("agreements:enclosure_remove", args=[made.pk])).status_code == 409
    read = as_user(cast.negotiator).get(reverse("agreements:enclosure_download", args=[made.pk]))
    assert read.status_code == 200
    b"".join(read)
    with pytest.raises(PermissionDenied):
        enclosures.attach(draft, paper(), title="", by=cast.governor, at=AT)


def test_the_list_asks_the_same_at_any_length(draft, cast, frozen):
    url = reverse("agreements:enclosure_list", args=[draft.pk])
    none = query_counts([("none", cast.coordinator, url)])["none"]
    for _ in range(3):
        enclosures.attach(draft, paper(), title="", by=cast.coordinator, at=AT)
    assert query_counts([("three", cast.coordinator, url)])["three"] == none <= 8
