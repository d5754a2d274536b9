"""The workbook of people: every mistake by its place, and nothing half-applied."""

import datetime as dt
import io
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kpiportal import xlsx
from kpiportal.models import AccountInvitation, AuditEvent, Job, Membership, OutgoingMail, StoredFile
from kpiportal.onboarding import invitations, jobs, sheet
from kpiportal.testing.onboarding import make_invitation
from kpiportal.testing.plugin import NOW
from kpiportal.xlsx import Column, Sheet

AGENCY = "สำนักงานคลังจังหวัดเชียงใหม่"
GOOD = (AGENCY, "ผู้จัดเก็บข้อมูล", "นาย", "สมชาย", "ใจดี", "นักวิชาการคลัง", "somchai@example.go.th")
SECONDS = 15  # of this process; about 3 on a quiet machine


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
    assert client.post("/people/sheet/apply/", {"sealed": sealed}).headers["Location"].startswith("/people/jobs/")
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
    assert sentences.startswith(("<li>กรุณาเลือกไฟล์ Excel ที่กรอกแล้ว", "<li>ไฟล์ Office นี้เสียหาย", "<li>ไฟล์นี้ว่างเปล่า"))


def test_two_thousand_people_with_thirty_mistakes(cast, as_user):
    rows = [(*GOOD[:3], f"คน{n}", "ทดสอบ", "", f"p{n}@example.go.th") for n in range(2000)]
    for n in range(30):
        rows[n * 60] = (*rows[n * 60][:6], f"p{n}-ไม่ใช่อีเมล")
    client, began = as_user(cast.coordinator), time.process_time()
    response = send(client, rows)
    assert time.process_time() - began < SECONDS
    assert response.status_code == 422
    assert [row for row, *_ in found(response)] == [n * 60 + 2 for n in range(30)]
    assert "พบ 30 จุดที่ต้องแก้ ยังไม่ได้เชิญใคร" in response.content.decode()
    assert (AccountInvitation.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_a_current_list_comes_back_with_one_more_person(cast, as_user):
    """Take the list as it is, add a row, send it back: only the new one is invited."""
    client = as_user(cast.coordinator)
    [people, _] = xlsx.read_workbook(io.BytesIO(client.get("/people/sheet/current/").content))
    held = [row[-1] for row in people.rows[1:]]
    assert held == [
        "coordinator@example.go.th", "governor@example.go.th", "office_head@example.go.th", "viewer@example.go.th",
        "collector@example.go.th", "overseer@example.go.th", "other_collector@example.go.th",
        "other_overseer@example.go.th",
    ]  # fmt: skip
    rows = [tuple(cell or "" for cell in row) for row in people.rows[1:]]
    response = send(client, [*rows, GOOD])
    assert response.status_code == 200
    assert (response.context["count"], response.context["skipped"]) == (1, 8)
    assert "อีก 8 แถวมีหน้าที่หรือคำเชิญอยู่แล้ว ไม่เชิญซ้ำ" in response.content.decode()
    everybody_is_there = send(client, rows)
    assert "ทุกคนในไฟล์นี้มีหน้าที่หรือคำเชิญอยู่แล้ว" in everybody_is_there.content.decode()
    assert everybody_is_there.context["sealed"] == ""


def many(number):
    return [(*GOOD[:3], f"คน{n}", "ทดสอบ", "", f"p{n}@example.go.th") for n in range(number)]


def test_two_thousand_people_are_invited_by_a_worker(cast, as_user):
    client = as_user(cast.coordinator)
    sealed = send(client, many(2000)).context["sealed"]
    answer = client.post("/people/sheet/apply/", {"sealed": sealed})
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/people/jobs/{job.pk}/"
    assert "ทำแล้ว 0 จาก 2,000 คน ปิดหน้านี้ได้" in client.get(answer.url).content.decode()
    part = client.get(answer.url, headers={"HX-Request": "true"}).content.decode().strip()
    assert part.startswith(f'<div id="progress" hx-get="{answer.url}" hx-trigger="every 2s" hx-swap="outerHTML"')
    assert jobs.run_waiting(at=NOW) == 1
    assert (AccountInvitation.objects.count(), OutgoingMail.objects.count()) == (2000, 2001)
    assert "hx-get" not in client.get(answer.url, headers={"HX-Request": "true"}).content.decode()
    assert "ส่งคำเชิญแล้ว 2,000 คน" in client.get(answer.url).content.decode()
    assert OutgoingMail.objects.latest("pk").subject == "เชิญบุคคลจากไฟล์ Excel เสร็จแล้ว"
    job.refresh_from_db()
    assert (job.done, job.work, job.findings, job.ended_at) == (2000, [], [], NOW)  # what was typed is not kept


def test_a_killed_worker_goes_on_where_it_stopped(cast, as_user, monkeypatch):
    client = as_user(cast.coordinator)
    client.post("/people/sheet/apply/", {"sealed": send(client, many(120)).context["sealed"]})
    real, calls = invitations.invite_all, []

    def dies_in_the_second_step(guests, **facts):
        calls.append(len(guests))
        if len(calls) == 2:
            real(guests, **facts)
            raise SystemExit
        return real(guests, **facts)

    monkeypatch.setattr(invitations, "invite_all", dies_in_the_second_step)
    with pytest.raises(SystemExit):
        jobs.run_waiting(at=NOW)
    assert (Job.objects.get().done, AccountInvitation.objects.count()) == (50, 50)
    assert jobs.run_waiting(at=NOW) == 1
    assert jobs.run_waiting(at=NOW) == 0
    assert calls == [50, 50, 50, 20]
    emails = AccountInvitation.objects.values_list("email", flat=True)
    assert (len(emails), len(set(emails))) == (120, 120)


def test_somebody_invited_in_between_is_kept_by_row_and_stops_nobody(cast, as_user):
    client = as_user(cast.coordinator)
    second = (*GOOD[:3], "สมศรี", "ใจงาม", "", "somsri@example.go.th")
    sealed = send(client, [GOOD, second]).context["sealed"]
    make_invitation(cast.agency, cast.office_head)
    answer = client.post("/people/sheet/apply/", {"sealed": sealed})
    assert Job.objects.get().findings == [
        {"row": 3, "text": "somsri@example.go.th: มีคำเชิญที่รอตอบรับอยู่แล้ว ใช้ “ส่งใหม่” ในหน้าคำเชิญ"}
    ]
    shown = client.get(answer.url).content.decode()
    assert "<b>ส่งคำเชิญแล้ว 1 คน</b> จาก 2 คน ทำไม่ได้ 1 แถว" in shown
    assert '<th scope="row" class="keep">แถว 3</th>' in shown
    assert AccountInvitation.objects.count() == 2


def test_a_job_stops_when_its_owner_may_no_longer(cast, as_user):
    client = as_user(cast.coordinator)
    client.post("/people/sheet/apply/", {"sealed": send(client, many(120)).context["sealed"]})
    Membership.objects.filter(user=cast.coordinator).update(role="viewer")
    assert jobs.run_waiting(at=NOW) == 1
    job = Job.objects.get()
    assert (job.done, job.refusal) == (0, "สิทธิ์ของท่านเปลี่ยนไปก่อนที่จะทำเสร็จ ส่วนที่เหลือจึงไม่ได้ทำ")
    assert not AccountInvitation.objects.exists()


def test_old_jobs_and_their_files_are_purged(cast, frozen):
    job = jobs.gather_own_data(by=cast.collector, at=NOW)
    jobs.run(job.pk, at=NOW)
    assert StoredFile.objects.count() == 1
    assert jobs.purge(at=NOW + dt.timedelta(days=30)) == 0
    assert jobs.purge(at=NOW + dt.timedelta(days=30, seconds=1)) == 1
    assert (Job.objects.count(), StoredFile.objects.count()) == (0, 0)


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


def test_a_list_with_a_coordinator_waits_for_a_proof_and_nothing_is_begun_before(cast, as_user, frozen):
    client = as_user(cast.director)
    row = ("จังหวัดเชียงใหม่", "ผู้ประสานงาน", "นาย", "สมชาย", "ใจดี", "", "somchai@example.go.th")
    sealed = send(client, [row]).context["sealed"]
    frozen.shift(dt.timedelta(minutes=11))
    client.post("/people/sheet/apply/", {"sealed": sealed})
    assert not Job.objects.exists()
    assert jobs.run_waiting(at=NOW) == 0
    assert not AccountInvitation.objects.exists()
