"""The workbook round trip: nothing changes unless typed, every mistake named by row and column, all or nothing."""

import io
import re
import zipfile
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agreements import actions, form_actions, testing, workbook
from agreements.form_actions import Edit
from agreements.models import Indicator
from agreements.tests.test_pages import words
from kpiportal import xlsx
from kpiportal.models import AuditEvent
from kpiportal.testing.people import NOW
from kpiportal.tests import good_files, hostile_archives
from kpiportal.xlsx import Column, Sheet

NAME, WEIGHT, NUMBER, KIND = "ชื่อตัวชี้วัด", "น้ำหนัก (ร้อยละ)", "ตัวชี้วัดที่", "ประเภทเกณฑ์"


@pytest.fixture
def draft(cast):
    return testing.make_draft(cast, per_dimension=2)


@pytest.fixture
def browser(cast, as_user):
    return as_user(cast.coordinator)


class Book:
    """A downloaded workbook in the hands of somebody with a spreadsheet program."""

    def __init__(self, data):
        self.sheets = {sheet.title: sheet.rows for sheet in xlsx.read_workbook(io.BytesIO(data))}
        self.head = self.sheets[workbook.FORM][0]

    @property
    def rows(self):
        return self.sheets[workbook.FORM]

    def at(self, row, column):
        return self.rows[row - 1][self.head.index(column)]

    def put(self, row, column, value):
        while len(self.rows) < row:
            self.rows.append([None] * len(self.head))
        self.rows[row - 1][self.head.index(column)] = value

    def saved(self):
        made = [Sheet(title, [Column(str(cell), kind="number", decimals=None) for cell in rows[0]], rows[1:])
                for title, rows in self.sheets.items()]  # fmt: skip
        return xlsx.write_workbook(made, at=NOW)


def download(browser, agreement):
    return Book(browser.get(reverse("agreements:workbook_download", args=[agreement.pk])).content)


def send(browser, agreement, book):
    data = book if isinstance(book, bytes) else book.saved()
    url = reverse("agreements:workbook_upload", args=[agreement.pk])
    return browser.post(url, {"file": SimpleUploadedFile("แบบฟอร์ม.xlsx", data)})


def apply(browser, agreement, page, **more):
    url = reverse("agreements:workbook_apply", args=[agreement.pk])
    return browser.post(url, {"sealed": page.context["sealed"], **more})


def found(page):
    assert page.status_code == 422
    return [(f.row, f.column, f.wrong) for f in page.context["findings"]]


def state(agreement):
    """Everything an upload could change."""
    rows = agreement.indicators.order_by("number")
    return [(r.number, r.name, r.weight, r.target, r.criteria.kind, r.criteria.levels, r.criteria.steps) for r in rows]


def test_the_form_comes_in_opdcs_order_with_a_hidden_copy_and_drop_downs(draft, browser):
    response = browser.get(reverse("agreements:workbook_download", args=[draft.pk]))
    book = Book(response.content)
    assert book.head[1:18] == [
        "ประเด็นการประเมินผล", "ประเด็นยุทธศาสตร์", "เป้าประสงค์", "ตัวชี้วัดที่", "อยู่ใต้ตัวชี้วัดที่", "ชื่อตัวชี้วัด", "หน่วยวัด",
        "น้ำหนัก (ร้อยละ)", "ผลปี 2555", "ผลปี 2556", "ผลปี 2557", "ค่าเป้าหมาย", "ประเภทเกณฑ์", "ระดับ 1", "ระดับ 2", "ระดับ 3",
        "ระดับ 4",
    ]  # fmt: skip
    assert book.at(2, NUMBER) == "1.1"
    assert (book.at(2, WEIGHT), book.at(2, "ระดับ 5"), book.at(2, KIND)) == (30, 90, "ยิ่งมากยิ่งดี")
    with zipfile.ZipFile(io.BytesIO(response.content)) as package:
        assert package.read("xl/workbook.xml").decode().count('state="hidden"') == 2
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<sheetProtection " in sheet
    assert len(re.findall("<dataValidation ", sheet)) == 4


def test_sent_back_as_it_was_it_changes_nothing(draft, browser):
    page = send(browser, draft, download(browser, draft))
    assert "ไฟล์นี้ตรงกับที่อยู่ในระบบ" in words(page)
    assert page.context["plan"].count == 0


def test_what_changes_is_shown_before_and_after_and_then_applied_whole(draft, browser, cast):
    book = download(browser, draft)
    book.put(2, NAME, "ร้อยละของครัวเรือนที่พ้นเกณฑ์")
    book.put(2, WEIGHT, "๒๕")
    book.put(3, WEIGHT, Decimal(35))
    book.put(3, "ระดับ 5", Decimal(95))
    book.put(4, "คำอธิบาย/คำจำกัดความ", "นิยามใหม่")
    before = state(draft)
    page = send(browser, draft, book)
    assert page.status_code == 200
    assert state(draft) == before  # a preview writes nothing
    said = words(page)
    assert "จะเปลี่ยน 3 ตัวชี้วัด" in said
    assert "น้ำหนัก (ร้อยละ) 30 35" in said
    assert "น้ำหนักรวม 100.00 / 100.00 ครบ" in said
    assert apply(browser, draft, page).status_code == 302
    first, second = draft.indicators.get(number="1.1"), draft.indicators.get(number="1.2")
    assert (first.name, first.weight) == ("ร้อยละของครัวเรือนที่พ้นเกณฑ์", 25)
    assert (second.weight, [int(v) for v in second.criteria.levels]) == (35, [70, 75, 80, 85, 95])
    event = AuditEvent.objects.get(verb="agreements.apply_workbook")
    assert event.data == {"edited": 3, "added": 0, "removed": 0}
    assert AuditEvent.objects.filter(verb="agreements.edit_indicator", actor=cast.coordinator).count() == 3


def test_rows_are_added_and_a_row_gone_from_the_sheet_is_taken_away(draft, browser, cast):
    book = download(browser, draft)
    del book.rows[2]  # 1.2
    at = len(book.rows) + 1
    for column, value in {
        "ประเด็นการประเมินผล": "การประเมินประสิทธิผล", NUMBER: "1.9", NAME: "จำนวนศูนย์เรียนรู้", "หน่วยวัด": "แห่ง",
        WEIGHT: Decimal(30),
        KIND: "ขั้นตอน (ทำตามลำดับ)", "ระดับ 1": "ตั้งคณะทำงาน", "ระดับ 2": "จัดทำแผน", "เจ้าภาพหลัก": cast.agency.name,
    }.items():  # fmt: skip
        book.put(at, column, value)
    page = send(browser, draft, book)
    assert "เพิ่ม 1 ตัวชี้วัด" in words(page)
    assert "นำออก 1 ตัวชี้วัด" in words(page)
    apply(browser, draft, page)
    made = draft.indicators.get(number="1.9")
    assert (made.weight, made.criteria.steps) == (30, ["ตั้งคณะทำงาน", "จัดทำแผน", "", "", ""])
    assert made.assignments.get().organization == cast.agency
    assert not draft.indicators.filter(number="1.2").exists()


def test_the_same_file_sent_again_changes_nothing_and_adds_no_row_twice(draft, browser, cast):
    book = download(browser, draft)
    book.put(2, WEIGHT, 25)
    apply(browser, draft, send(browser, draft, book))
    assert "ไฟล์นี้ตรงกับที่อยู่ในระบบ" in words(send(browser, draft, book))
    at = len(book.rows) + 1
    new = {"ประเด็นการประเมินผล": "การประเมินประสิทธิผล", NUMBER: "1.9", NAME: "ใหม่", KIND: "ยิ่งมากยิ่งดี"}
    for column, value in new.items():
        book.put(at, column, value)
    page = send(browser, draft, book)
    assert apply(browser, draft, page).status_code == 302
    again = send(browser, draft, book)
    assert (again.status_code, draft.indicators.filter(name="ใหม่").count()) == (422, 1)
    assert f"แถว {at} แบบฟอร์มการเจรจา ตัวชี้วัดที่ เลขที่ 1.9 เป็นของ “ใหม่” ในระบบแล้ว" in words(again)
    late = apply(browser, draft, page)  # the button of the first preview, pressed again in an old tab
    assert (late.status_code, draft.indicators.filter(name="ใหม่").count()) == (409, 1)


def test_two_rows_may_change_their_numbers_with_each_other(draft, browser):
    book = download(browser, draft)
    book.put(2, NUMBER, "1.2")
    book.put(3, NUMBER, "1.1")
    first = int(book.at(2, workbook.PK))
    apply(browser, draft, send(browser, draft, book))
    assert Indicator.objects.get(pk=first).number == "1.2"


def test_a_composite_and_its_children_come_in_together(draft, browser):
    book = download(browser, draft)
    book.put(2, KIND, "ร้อยละเฉลี่ยถ่วงน้ำหนัก")
    at = len(book.rows)
    for n, share in ((1, "0.4"), (2, "0.6")):
        for column, value in {
            "ประเด็นการประเมินผล": "การประเมินประสิทธิผล", NUMBER: f"1.1.{n}", "อยู่ใต้ตัวชี้วัดที่": "1.1", NAME: f"ย่อย {n}",
            "หน่วยวัด": "ร้อยละ", WEIGHT: Decimal(share), KIND: "ยิ่งมากยิ่งดี", "ค่าเป้าหมาย": Decimal(3),
            **{f"ระดับ {k}": Decimal(k) for k in range(1, 6)},
        }.items():  # fmt: skip
            book.put(at + n, column, value)
    page = send(browser, draft, book)
    assert apply(browser, draft, page).status_code == 302
    parent = draft.indicators.get(number="1.1")
    assert list(parent.children.order_by("number").values_list("number", "inner_weight")) == [
        ("1.1.1", Decimal("0.4")), ("1.1.2", Decimal("0.6")),
    ]  # fmt: skip


# ---- what is wrong is said, and nothing is done ----
WRONG = {
    "criteria 40/50/60/60/70": (
        {f"ระดับ {n}": Decimal(v) for n, v in enumerate((40, 50, 60, 60, 70), 1)},
        ("ระดับ 3", "เกณฑ์ระดับ 3 กับระดับ 4 เท่ากัน (60) แต่ละระดับต้องต่างกัน (ระดับ 3 และ ระดับ 4)"),
    ),
    "a weight in words": ({WEIGHT: "สามสิบ"}, (WEIGHT, "“สามสิบ”: โปรดพิมพ์เฉพาะตัวเลข เช่น 82.35 หรือ 1,234.5")),
    "three decimals": ({WEIGHT: Decimal("9.999")}, (WEIGHT, "“9.999”: ทศนิยมมีได้ไม่เกิน 2 ตำแหน่ง (ที่พิมพ์มี 3 ตำแหน่ง)")),
    "a double number": ({NUMBER: "1.2"}, None),
    "no number": ({NUMBER: None}, (NUMBER, "ว่าง")),
    "an unknown kind": ({KIND: "มากๆ"}, (KIND, "“มากๆ” ไม่มีในรายการ")),
    "a dimension of another year": ({"ประเด็นการประเมินผล": "มิติที่ 5"}, ("ประเด็นการประเมินผล", "“มิติที่ 5” ไม่มีในรายการ")),
    "an agency of nobody": ({"เจ้าภาพหลัก": "กรมที่ไม่มี"}, ("เจ้าภาพหลัก", "“กรมที่ไม่มี” ไม่มีในรายการ")),
    "a parent that is none": (
        {"อยู่ใต้ตัวชี้วัดที่": "9.9"},
        ("อยู่ใต้ตัวชี้วัดที่", "ไม่มีตัวชี้วัดหลักเลขที่ 9.9"),
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_named_by_row_and_column_and_nothing_is_applied(draft, browser, case):
    typed, expected = WRONG[case]
    book = download(browser, draft)
    for column, value in typed.items():
        book.put(2, column, value)
    before = state(draft)
    page = send(browser, draft, book)
    rows = found(page)
    if expected:
        assert (2, *expected) in rows
    else:
        assert (3, NUMBER, "เลขที่ 1.2 ซ้ำกับแถวที่ 2") in rows
    assert "sealed" not in page.context
    assert state(draft) == before
    assert f"แถว {rows[0][0]}" in words(page)


def test_weights_of_99_99_may_be_kept_but_say_what_is_missing(draft, browser):
    book = download(browser, draft)
    book.put(2, WEIGHT, Decimal("29.99"))
    page = send(browser, draft, book)
    assert "น้ำหนักรวม 99.99 / 100.00 ขาดอีก 0.01" in words(page)


def test_formulas_and_merged_cells_are_named(draft, browser):
    data = download(browser, draft).saved()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename == "xl/worksheets/sheet1.xml":
                part, times = re.subn(rb'(<c r="I2"[^>]*>)<v>', rb"\1<f>15+15</f><v>", part)
                assert times == 1
                part = part.replace(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="C2:C3"/></mergeCells>')
            new.writestr(info.filename, part)
    rows = found(send(browser, draft, out.getvalue()))
    assert rows == [(2, "C2:C3", "ผสานเซลล์ไว้"), (2, WEIGHT, "ช่อง I2 เป็นสูตร")]


def test_another_year_another_province_a_renamed_sheet_a_moved_column(draft, browser, cast):
    other = testing.make_draft(cast, framework=testing.make_framework(cast, fiscal_year=2559))
    book = download(browser, other)
    assert found(send(browser, draft, book)) == [(1, "ทั้งแผ่นงาน", "เป็นแบบฟอร์มของปีงบประมาณ พ.ศ. 2559")]
    book = download(browser, draft)
    book.sheets[workbook.KEYS][2][1] = "999999"
    assert found(send(browser, draft, book)) == [(1, "ทั้งแผ่นงาน", "เป็นแบบฟอร์มของจังหวัดเชียงใหม่")]
    book = download(browser, draft)
    book.sheets = {"Sheet1" if title == workbook.FORM else title: rows for title, rows in book.sheets.items()}
    assert "ไม่พบแผ่นงานนี้ ในไฟล์มี “Sheet1”" in found(send(browser, draft, book))[0][2]
    book = download(browser, draft)
    for row in book.rows:
        row.insert(3, "แทรก" if row is book.head else None)
    assert found(send(browser, draft, book))[0][:2] == (1, "เป้าประสงค์")


def test_ten_thousand_rows_are_counted_not_read(draft, browser):
    book = download(browser, draft)
    for at in range(len(book.rows) + 1, 10_002):
        book.put(at, NAME, "ก")
    assert found(send(browser, draft, book)) == [(502, "ทั้งแถว", "มี 10,000 แถว")]


MACRO = {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"\0" * 600}
NO_WORKBOOK = {
    "a bomb": (next(hostile_archives.bombs())[2], "คลายออกแล้วใหญ่ผิดปกติ"),
    "macros": (good_files.office("xlsx", MACRO), "มีมาโคร"),
    "something else": (b"PK\x03\x04 nonsense", "เสียหายหรือไม่สมบูรณ์"),
}


@pytest.mark.parametrize("name", NO_WORKBOOK)
def test_what_is_no_workbook_never_gets_in(draft, browser, name):
    data, why = NO_WORKBOOK[name]
    page = send(browser, draft, data)
    assert page.status_code == 422
    assert why in words(page)
    assert "findings" not in page.context


def test_what_the_portal_learnt_meanwhile_is_never_overwritten(draft, browser, cast):
    book = download(browser, draft)
    first = draft.indicators.get(number="1.1")
    edit = {"weight": Edit(Decimal(30), Decimal(20)), "unit": Edit("ร้อยละ", "ราย")}
    form_actions.edit_indicator(first, edit, by=cast.office_head, at=NOW)
    book.put(2, WEIGHT, Decimal(15))  # the same box to another value: told; the unit was not touched: it stays
    assert found(send(browser, draft, book)) == [
        (2, WEIGHT, "ในระบบแก้เป็น “20” หลังดาวน์โหลด ในไฟล์เป็น “15”"),
    ]  # fmt: skip
    book.put(2, WEIGHT, Decimal(20))
    book.put(2, NAME, "ชื่อใหม่")
    assert apply(browser, draft, send(browser, draft, book)).status_code == 302
    first.refresh_from_db()
    assert (first.name, first.weight, first.unit) == ("ชื่อใหม่", 20, "ราย")


def test_a_clash_between_preview_and_apply_applies_nothing(draft, browser, cast):
    book = download(browser, draft)
    book.put(2, WEIGHT, Decimal(15))
    book.put(3, NAME, "ชื่อใหม่")
    page = send(browser, draft, book)
    first = draft.indicators.get(number="1.1")
    form_actions.edit_indicator(first, {"weight": Edit(Decimal(30), Decimal(20))}, by=cast.office_head, at=NOW)
    before = state(draft)
    assert apply(browser, draft, page).status_code == 409
    assert state(draft) == before


def test_a_plan_is_good_for_its_person_and_form_only(draft, browser, cast, as_user):
    page = send(browser, draft, download(browser, draft))
    other = testing.make_draft(cast, framework=testing.make_framework(cast, fiscal_year=2559))
    assert apply(browser, other, page).status_code == 422
    assert apply(as_user(cast.office_head), draft, page).status_code == 422
    tampered = {"sealed": page.context["sealed"] + "x"}
    url = reverse("agreements:workbook_apply", args=[draft.pk])
    assert as_user(cast.coordinator).post(url, tampered).status_code == 422


def test_removing_rows_of_a_returned_form_asks_for_the_reason(draft, browser, cast):
    sent = actions.submit_agreement(draft, by=cast.coordinator, revision=0, at=NOW)
    actions.return_agreement(sent, by=cast.negotiator, revision=1, at=NOW, reason="ทบทวน")
    book = download(browser, draft)
    del book.rows[1]
    page = send(browser, draft, book)
    assert "เหตุผลที่นำตัวชี้วัดออก" in words(page)
    assert apply(browser, draft, page, reason="").status_code == 422
    assert draft.indicators.count() == 8
    assert apply(browser, draft, page, reason="ซ้ำ").status_code == 302
    assert draft.indicators.count() == 7


def test_a_sent_form_takes_no_workbook(draft, browser, cast):
    book = download(browser, draft)
    actions.submit_agreement(draft, by=cast.coordinator, revision=0, at=NOW)
    assert send(browser, draft, book).status_code == 409


def test_parts_of_steps_and_co_hosts_travel_too(cast, draft, browser):
    book = download(browser, draft)
    book.put(2, workbook.CO_HOSTS, "สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่")
    book.put(2, KIND, "ขั้นตอน (นับส่วนของขั้นได้)")
    for place in range(1, 6):
        book.put(2, f"ระดับ {place}", f"ขั้นที่ {place}")
    book.put(2, "ส่วนย่อยของขั้นที่ 4", "ร่างแผน = 0.5\nเห็นชอบ = 0.5")
    assert apply(browser, draft, send(browser, draft, book)).status_code == 302
    row = draft.indicators.select_related("criteria").get(number="1.1")
    assert row.criteria.parts[3] == [["ร่างแผน", "0.5"], ["เห็นชอบ", "0.5"]]
    assert sorted(row.assignments.values_list("part", "organization__code")) == [
        ("co_host", "50-0019"),
        ("host", "50-0003"),
    ]
    again = download(browser, draft)
    assert again.at(2, workbook.CO_HOSTS) == "สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่"
    again.put(2, workbook.CO_HOSTS, "สำนักงานไม่มีจริง")
    assert ("เจ้าภาพร่วม (คั่นด้วย ;)" in words(send(browser, draft, again))) is True
