"""The table of hosts, the letter that appoints them, and the papers for Word."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from docx import Document

from agreements import testing
from agreements.calendar import actions as calendar
from agreements.signing import document, hosts, word
from kpiportal import letters
from kpiportal.models import Membership, Role

AT = testing.WINTER


@pytest.fixture
def signed(cast):
    framework = testing.make_framework(cast)
    receivers = [{"name": "นายวิบูลย์ สงวนพงศ์", "post": "ปลัดกระทรวงมหาดไทย"}]
    calendar.name_receivers(framework, receivers, by=cast.director, at=testing.AUTUMN)
    return testing.make_signed(cast, framework=framework)


def test_the_table_names_who_answers_and_what_would_stop_the_first_report(cast, signed):
    rows = hosts.table(signed, on=AT.date())
    first = rows[0]
    assert (first["number"], first["host"], [one["name"] for one in first["collectors"]]) == (
        "1.1",
        cast.agency,
        ["นายcollector ทดสอบ"],
    )
    assert hosts.clashes(rows) == []
    Membership.objects.filter(organization=cast.other_agency, role=Role.OVERSEER).delete()
    assert [one.text for one in hosts.clashes(hosts.table(signed, on=AT.date()))] == [
        "ตัวชี้วัด 2.1: สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่ ยังไม่มีผู้กำกับดูแลตัวชี้วัดในระบบ",
        "ตัวชี้วัด 4.1: สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่ ยังไม่มีผู้กำกับดูแลตัวชี้วัดในระบบ",
    ]


def test_a_host_is_appointed_after_the_signature_on_the_indicators_own_page(cast, signed, as_user):
    first, browser = signed.indicators.get(number="1.1"), as_user(cast.coordinator)
    page, door = (reverse(f"agreements:{name}", args=[first.pk]) for name in ("indicator_detail", "indicator_hosts"))
    first.assignments.all().delete()
    (missing,) = hosts.clashes(hosts.table(signed, on=AT.date()))
    assert (missing.text, missing.url) == ("ตัวชี้วัด 1.1: ยังไม่มีเจ้าภาพหลัก", f"{page}#hosts")
    assert browser.post(door, {"host": ""}).status_code == 422
    assert browser.post(door, {"host": cast.other_agency.pk, "was": "7:host"}).status_code == 409  # somebody was first
    assert browser.post(door, {"host": cast.other_agency.pk, "was": "-"})["Location"] == f"{page}#hosts"
    assert [(a.organization, a.part) for a in first.assignments.all()] == [(cast.other_agency, "host")]
    assert "มอบหมายเจ้าภาพ" in browser.get(page).content.decode()
    assert f'action="{door}"' not in as_user(cast.governor).get(page).content.decode()
    assert as_user(cast.governor).post(door, {"host": cast.agency.pk}).status_code == 403


def test_one_letter_appoints_every_host(cast, signed):
    letters.open_series(cast.province, prefix="ชม 0017.2", circular=False, year=2558, by=cast.coordinator, at=AT)
    letter = hosts.draft_appointment(signed, by=cast.coordinator, at=AT)
    assert list(letter.recipients.values_list("text", flat=True)) == [
        "หัวหน้าสำนักงานคลังจังหวัดเชียงใหม่",
        "หัวหน้าสำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่",
    ]
    assert letter.files.get().line == ("บัญชีมอบหมายเจ้าภาพตัวชี้วัด จังหวัดเชียงใหม่ ประจำปีงบประมาณ พ.ศ. 2558 จำนวน 1 ชุด")
    assert "ลงนามแล้วเมื่อวันที่ 26 มกราคม 2558 จำนวน 4 ตัวชี้วัด" in letter.body[0]
    with pytest.raises(PermissionDenied):
        hosts.draft_appointment(signed, by=cast.negotiator, at=AT)


def test_word_says_what_the_pdf_says_with_thai_set_as_complex_script(signed):
    version = signed.versions.get()
    assert version.content["makers"] == [{"name": "นายgovernor ทดสอบ", "post": ""}]
    made = Document(io.BytesIO(word.docx(signed, version)))
    text = "\n".join(paragraph.text for paragraph in made.paragraphs)
    assert "๑. คำรับรองนี้ทำขึ้นระหว่าง นายวิบูลย์ สงวนพงศ์ ปลัดกระทรวงมหาดไทย ผู้รับคำรับรอง" in text
    assert version.sha256 in text
    signs, framework, *templates = made.tables
    assert "(นายวิบูลย์ สงวนพงศ์)" in signs.rows[0].cells[0].text
    assert [cell.text for cell in framework.rows[0].cells][:4] == ["ตัวชี้วัด", "หน่วยวัด", "น้ำหนัก (ร้อยละ)", "ค่าเป้าหมาย"]
    assert framework.rows[-1].cells[2].text == "๑๐๐.๐๐"
    assert len(templates) == 4
    assert 'w:cs="TH SarabunPSK"' in made.element.xml
    assert "<w:bCs" in made.element.xml
    assert [str(clause)[:2] for clause in document.words_of(version.content, version)["clauses"]][-1] == "๖."
