"""The workbook of people: every mistake by its place, and nothing half-applied."""

import io
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kpiportal import xlsx
from kpiportal.models import AccountInvitation, AuditEvent, OutgoingMail
from kpiportal.onboarding import sheet
from kpiportal.testing.onboarding import make_invitation
from kpiportal.testing.plugin import NOW
from kpiportal.xlsx import Column, Sheet

AGENCY = "สำนักงานคลังจังหวัดเชียงใหม่"
GOOD = (AGENCY, "ผู้จัดเก็บข้อมูล", "นาย", "สมชาย", "ใจดี", "นักวิชาการคลัง", "somchai@example.go.th")
SECONDS = 15  # two crowded cores; about 3 on a quiet one


def workbook(rows, headers=sheet.HEADERS):
    made = xlsx.write_workbook([Sheet("บุคคล", [Column(header) for header in headers], rows)], at=NOW)
    return SimpleUploadedFile("people.xlsx", made)


def send(client, rows, **more):
    return client.post("/people/sheet/", {"file": workbook(rows, **more)})


def found(response):
    return [(f.row, f.column, f.wrong, f.allowed) for f in response.context["findings"]]


def test_the_form_has_the_places_and_duties_that_may_stand_in_it(cast, as_user):
    response = as_user(cast.coordinator).get("/people/sheet/template/")
    form, allowed = xlsx.read_workbook(io.BytesIO(response.content))
    assert form.rows == [["หน่วยงาน", "หน้าที่", "คำนำหน้า", "ชื่อ", "นามสกุล", "ตำแหน่ง", "อีเมล"]]
    assert [AGENCY, "ผู้กำกับดูแลตัวชี้วัด"] in allowed.rows
    assert ["จังหวัดเชียงใหม่", "ผู้ว่าราชการจังหวัด"] in allowed.rows
    assert ["จังหวัดเชียงใหม่", "ผู้ประสานงาน"] not in allowed.rows
    assert not any("ลำพูน" in str(row) for row in allowed.rows)


def test_a_good_file_is_shown_first_and_invites_all_after(cast, as_user):
    client = as_user(cast.coordinator)
    response = send(client, [GOOD, (AGENCY, "ผู้กำกับดูแลตัวชี้วัด", "", "สมศรี", "ใจงาม", "", "Somsri@example.go.th")])
    assert response.status_code == 200
    assert "พร้อมเชิญ 2 คน" in response.content.decode()
    assert not AccountInvitation.objects.exists()
    sealed = response.context["sealed"]
    assert client.post("/people/sheet/apply/", {"sealed": sealed}).headers["Location"] == "/people/invitations/"
    assert set(AccountInvitation.objects.values_list("email", "role")) == {
        ("somchai@example.go.th", "collector"),
        ("somsri@example.go.th", "overseer"),
    }
    assert (OutgoingMail.objects.count(), AuditEvent.objects.filter(verb="people.invited").count()) == (2, 2)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {0: "จังหวัดลำพูน"},
            ("หน่วยงาน", "ไม่พบ “จังหวัดลำพูน” ในหน่วยงานที่ท่านดูแล", "ชื่อเต็มตามแผ่นงาน “ค่าที่ใช้ได้”"),
        ),
        (
            {1: "ผู้ว่าราชการจังหวัด"},
            ("หน้าที่", f"“ผู้ว่าราชการจังหวัด” ใช้กับ{AGENCY}ไม่ได้", "ผู้จัดเก็บข้อมูล, ผู้กำกับดูแลตัวชี้วัด, ผู้ดูข้อมูล"),
        ),
        ({3: ""}, ("ชื่อ", "ว่าง", "ต้องมีชื่อ")),
        ({4: "ก" * 103}, ("นามสกุล", "ยาวเกินไป 3 ตัวอักษร", "ไม่เกิน 100 ตัวอักษร")),
        ({6: "somchai@"}, ("อีเมล", "“somchai@” ไม่ใช่อีเมล", "อีเมล เช่น somchai.j@chiangmai.go.th")),
        (
            {6: "collector@example.go.th"},
            ("อีเมล", "collector@example.go.th: มีหน้าที่นี้อยู่แล้ว ไม่ต้องเชิญอีก", "ลบแถวนี้ออก"),
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_sheet_row_and_column(cast, as_user, changed, expected):
    bad = tuple(changed.get(place, cell) for place, cell in enumerate(GOOD))
    other = (*GOOD[:3], "สมหมาย", "ดีใจ", "", "sommai@example.go.th")
    response = send(as_user(cast.coordinator), [other, bad])
    assert response.status_code == 422
    assert found(response) == [(3, *expected)]
    assert response.context["findings"][0].sheet == "บุคคล"
    assert expected[1] in response.content.decode()


def test_one_address_belongs_to_one_person_and_one_row(cast, as_user):
    other_name = (AGENCY, "ผู้กำกับดูแลตัวชี้วัด", "นาง", "สมปอง", "ใจเย็น", "", "somchai@example.go.th")
    response = send(as_user(cast.coordinator), [GOOD, GOOD, other_name])
    assert found(response) == [
        (3, "อีเมล", "somchai@example.go.th มีหน้าที่นี้ในแถวที่ 2 แล้ว", "คนเดียวกัน หน้าที่เดียวกัน หนึ่งแถว"),
        (4, "อีเมล", "somchai@example.go.th เป็นของ สมชาย ใจดี ในแถวที่ 2", "หนึ่งอีเมลต่อหนึ่งคน"),
    ]


@pytest.mark.parametrize(
    ("rows", "headers", "wrong"),
    [
        ([], sheet.HEADERS, "ยังไม่มีใครในแผ่นงานนี้"),
        ([GOOD], ("ชื่อ", "สกุล", "ก", "ข", "ค", "ง", "จ"), "หัวตารางไม่ตรงกับแบบฟอร์ม"),
    ],
)
def test_another_table_is_refused_as_a_whole(cast, as_user, rows, headers, wrong):
    response = send(as_user(cast.coordinator), rows, headers=headers)
    assert response.status_code == 422
    assert wrong in response.content.decode()


@pytest.mark.parametrize(
    "file", [None, SimpleUploadedFile("a.xlsx", b"PK no workbook"), SimpleUploadedFile("a.xlsx", b"")]
)
def test_what_is_no_workbook_is_refused_in_words(cast, as_user, file):
    response = as_user(cast.coordinator).post("/people/sheet/", {"file": file} if file else {})
    assert response.status_code == 422
    sentences = response.content.decode().split('id="id_file_error">')[1]
    assert sentences.startswith(("<li>กรุณาเลือกไฟล์ Excel ที่กรอกแล้ว", "<li>ไฟล์ Office นี้เสียหาย"))


def test_two_thousand_people_with_thirty_mistakes(cast, as_user):
    rows = [(*GOOD[:3], f"คน{n}", "ทดสอบ", "", f"p{n}@example.go.th") for n in range(2000)]
    for n in range(30):
        rows[n * 60] = (*rows[n * 60][:6], f"p{n}-ไม่ใช่อีเมล")
    client, began = as_user(cast.coordinator), time.perf_counter()
    response = send(client, rows)
    assert time.perf_counter() - began < SECONDS
    assert response.status_code == 422
    assert [row for row, *_ in found(response)] == [n * 60 + 2 for n in range(30)]
    assert "พบ 30 จุดที่ต้องแก้ ยังไม่ได้เชิญใคร" in response.content.decode()
    assert (AccountInvitation.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_two_thousand_people_are_invited_at_once(cast, as_user):
    rows = [(*GOOD[:3], f"คน{n}", "ทดสอบ", "", f"p{n}@example.go.th") for n in range(2000)]
    client = as_user(cast.coordinator)
    sealed = send(client, rows).context["sealed"]
    assert client.post("/people/sheet/apply/", {"sealed": sealed}).status_code == 302
    assert (AccountInvitation.objects.count(), OutgoingMail.objects.count()) == (2000, 2000)


def test_somebody_invited_in_between_stops_all(cast, as_user):
    client = as_user(cast.coordinator)
    second = (*GOOD[:3], "สมศรี", "ใจงาม", "", "somsri@example.go.th")
    sealed = send(client, [GOOD, second]).context["sealed"]
    make_invitation(cast.agency, cast.office_head)
    response = client.post("/people/sheet/apply/", {"sealed": sealed})
    assert response.status_code == 422
    assert "somsri@example.go.th: มีคำเชิญที่รอตอบรับอยู่แล้ว" in response.content.decode()
    assert AccountInvitation.objects.count() == 1


def test_a_list_of_somebody_else_changed_or_old_invites_nobody(cast, as_user, frozen):
    sealed = send(as_user(cast.coordinator), [GOOD]).context["sealed"]
    assert as_user(cast.neighbour).post("/people/sheet/apply/", {"sealed": sealed}).status_code == 422
    client = as_user(cast.coordinator)
    assert client.post("/people/sheet/apply/", {"sealed": sealed[:-2]}).status_code == 422
    assert client.post("/people/sheet/apply/").status_code == 422
    frozen.shift(3601)
    response = as_user(cast.coordinator).post("/people/sheet/apply/", {"sealed": sealed})
    assert "รายชื่อที่ตรวจไว้เกิน 1 ชั่วโมงหรือไม่ครบ" in response.content.decode()
    assert not AccountInvitation.objects.exists()
