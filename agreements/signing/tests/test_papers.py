"""The agreement on paper: every word of the frozen content comes out, whatever changes later; the proof says so."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from agreements import testing
from agreements.models import Agreement, Indicator
from agreements.signing import document
from kpiportal.models import AuditEvent
from kpiportal.pdf import html_to_pdf
from kpiportal.tests.pdf.reading import by_poppler, without_space

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(cast):
    return testing.make_signed(cast)


def door(name, row):
    return reverse(f"agreements:{name}", args=[row.pk])


def upload():
    scan = html_to_pdf('<html lang="th"><p>ลงนามแล้ว</p></html>', title="ฉบับลงนาม")
    return SimpleUploadedFile("ฉบับลงนาม.pdf", scan, content_type="application/pdf")


def words(answer):
    return without_space(by_poppler(answer.content, "-raw"))


def test_the_signed_agreement_is_typeset_from_its_frozen_content(signed, cast, as_user):
    first = as_user(cast.governor).get(door("agreement_pdf", signed))
    text = words(first)
    assert "คำรับรองการปฏิบัติราชการจังหวัดเชียงใหม่ประจำปีงบประมาณพ.ศ.๒๕๕๘" in text
    assert "ตั้งแต่วันที่๑ตุลาคม๒๕๕๗ถึงวันที่๓๐กันยายน๒๕๕๘" in text
    assert "๑.๑ร้อยละความสำเร็จของงานที่๑.๑ร้อยละ๖๐.๐๐๘๐๗๐๗๕๘๐๘๕๙๐" in text
    assert "รวม๑๐๐.๐๐" in text
    assert signed.versions.get().sha256 in text
    Indicator.objects.filter(agreement=signed, number="1.1").update(name="ชื่อที่เปลี่ยนภายหลัง")
    assert as_user(cast.governor).get(door("agreement_pdf", signed)).content == first.content


def test_before_the_signature_every_page_says_draft_and_proves_nothing(cast, as_user):
    draft = testing.make_draft(cast)
    text = words(as_user(cast.coordinator).get(door("agreement_pdf", draft)))
    assert "ร่างยังไม่ลงนาม" in text
    assert "sha256" not in text
    assert "ระหว่าง..................................................ผู้รับคำรับรองกับผู้ว่าราชการจังหวัดเชียงใหม่" in text
    page = as_user(cast.coordinator).get(door("papers", draft)).content.decode()
    assert "แจ้งสำนักงาน ก.พ.ร. ให้ระบุก่อนลงนาม" in page
    assert f"/agreements/frameworks/{draft.framework_id}/year/#id_receivers" not in page
    (for_opdc,) = document.blanks(draft, by=cast.director, on=testing.AUTUMN.date())
    assert for_opdc.url == f"/agreements/frameworks/{draft.framework_id}/year/#id_receivers"


def test_anybody_with_the_paper_may_ask_for_the_proof(signed, client):
    version = signed.versions.get()
    page = client.get(reverse("agreements:proof", args=[version.sha256[:16]]))
    assert page.status_code == 200
    assert version.sha256 in page.content.decode()
    assert "จังหวัดเชียงใหม่" in page.content.decode()
    assert "governor" not in page.content.decode()
    assert client.get(reverse("agreements:proof", args=["0" * 16])).status_code == 404
    assert document.proof_url(version).endswith(f"/agreements/proof/{version.sha256[:16]}/")


@pytest.mark.parametrize("code", ["a", "%25", "ก" * 16, "A" * 64, "0" * 15])
def test_a_code_that_is_none_finds_nothing(signed, client, code):
    assert client.get(f"/agreements/proof/{code}/").status_code == 404


def test_the_scan_is_kept_with_the_version_and_had_by_who_sees_the_agreement(signed, cast, as_user):
    attach = door("signed_copy_attach", signed)
    assert as_user(cast.governor).post(attach, {"file": upload()}).status_code == 403
    assert as_user(cast.coordinator).post(attach, {}).status_code == 422
    assert as_user(cast.coordinator).post(attach, {"file": upload()}).status_code == 302
    version = signed.versions.get()
    told = AuditEvent.objects.get(verb="agreements.attach_signed_copy")
    assert told.data["sha256"] == version.signed_copy.sha256
    copy = door("signed_copy", version)
    statuses = {}
    for who in ("negotiator", "collector", "neighbour"):
        response = as_user(getattr(cast, who)).get(copy)
        statuses[who] = response.status_code
        response.getvalue()
    assert statuses == {"negotiator": 200, "collector": 200, "neighbour": 404}


def test_nothing_is_attached_before_the_signature(cast, as_user):
    draft = testing.make_draft(cast)
    assert as_user(cast.coordinator).post(door("signed_copy_attach", draft), {"file": upload()}).status_code == 409


# ---- the rule of weights, held by the database ----
def check_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_no_hand_takes_a_signed_agreement_off_100(signed):
    with pytest.raises(IntegrityError, match="do not sum to 100"), transaction.atomic():
        signed.indicators.filter(number="2.1").update(weight=Decimal(9))
        check_now()
    assert signed.indicators.get(number="2.1").weight == 10


def test_weights_move_about_inside_one_transaction(signed):
    with transaction.atomic():
        signed.indicators.filter(number="2.1").update(weight=Decimal(9))
        signed.indicators.filter(number="1.1").update(weight=Decimal(61))
        check_now()
    assert signed.indicators.get(number="1.1").weight == 61


def test_a_draft_may_hold_any_sum_and_is_not_agreed_with_it(cast):
    draft = testing.make_draft(cast)
    with transaction.atomic():
        draft.indicators.filter(number="2.1").update(weight=Decimal(9))
        check_now()
    with pytest.raises(IntegrityError, match="do not sum to 100"), transaction.atomic():
        Agreement.objects.filter(pk=draft.pk).update(state="agreed")
        check_now()
