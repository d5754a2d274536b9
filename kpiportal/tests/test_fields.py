"""Form fields: the right value, or the sentence with the typed text still in the box."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template

from kpiportal.fields import BEDateField, BETimeField, ResultNumberField, WordsField
from kpiportal.numbers import NO_DATA


class MeetingForm(forms.Form):
    held_on = BEDateField(label="วันประชุม")
    starts = BETimeField(label="เวลา")
    result = ResultNumberField(label="ผล", required=False)
    rate = ResultNumberField(label="ร้อยละ", required=False, percent=True, decimals=2)
    weight = ResultNumberField(label="น้ำหนัก", required=False, no_data=False, digits=3)


def filled(**typed):
    form = MeetingForm({"held_on": "16/10/2558", "starts": "13.30"} | typed)
    form.is_valid()
    return form


def test_typed_values_are_cleaned():
    form = filled(held_on="๑๖ ต.ค. ๒๕๕๘", starts="๑๓.๓๐ น.", result="๑,๒๓๔.๕", rate="82.35 %", weight="5")
    assert form.cleaned_data == {
        "held_on": date(2015, 10, 16),
        "starts": time(13, 30),
        "result": Decimal("1234.5"),
        "rate": Decimal("82.35"),
        "weight": Decimal(5),
    }


def test_blank_and_no_data():
    form = filled(result=" - ", rate="  ")
    assert form.cleaned_data["result"] is NO_DATA
    assert form.cleaned_data["rate"] is None
    assert form.cleaned_data["weight"] is None


@pytest.mark.parametrize(
    ("name", "typed", "code", "sentence"),
    [
        ("held_on", "29/2/2568", "day", "กุมภาพันธ์ 2568 มี 28 วัน ไม่มีวันที่ 29"),
        ("held_on", "16/10/58", "year_digits", "โปรดพิมพ์ปี พ.ศ. เต็มสี่หลัก เช่น 2569 (ที่พิมพ์คือ 58)"),
        ("held_on", "   ", "required", "โปรดพิมพ์วันที่"),
        ("starts", "24.00", "range", "เวลาต้องอยู่ระหว่าง 00.00 ถึง 23.59 น."),
        ("starts", "บ่าย <b>โมง</b>", "unreadable", "อ่านเวลาไม่ได้ โปรดพิมพ์ชั่วโมงและนาที เช่น 13.30"),
        ("starts", "", "required", "โปรดพิมพ์เวลา เช่น 13.30"),
        ("result", "82 %", "percent", "โปรดพิมพ์เฉพาะตัวเลข ไม่ต้องมีเครื่องหมาย %"),
        ("result", "1.234,5", "ambiguous", None),
        ("rate", "82.355", "decimals", "ทศนิยมมีได้ไม่เกิน 2 ตำแหน่ง (ที่พิมพ์มี 3 ตำแหน่ง)"),
        ("weight", "N/A", "no_data", "ช่องนี้ต้องเป็นตัวเลข"),
        ("weight", "ห้า", "not_a_number", "โปรดพิมพ์เฉพาะตัวเลข เช่น 82.35 หรือ 1,234.5"),
        ("weight", "1,2", "ambiguous", None),
        ("weight", "1000", "digits", "ตัวเลขหน้าจุดทศนิยมมีได้ไม่เกิน 3 หลัก (ที่พิมพ์มี 4 หลัก)"),
    ],
)
def test_refusals_keep_what_was_typed(name, typed, code, sentence):
    form = filled(**{name: typed})
    (error,) = form.errors.as_data()[name]
    assert error.code == code
    assert sentence is None or form.errors[name] == [sentence]
    assert form[name].value() == typed
    if typed:
        escaped = typed.replace("<", "&lt;").replace(">", "&gt;")
        assert f'value="{escaped}"' in str(form[name])


def test_a_required_number_says_so():
    field = ResultNumberField(error_messages={"required": "โปรดพิมพ์ค่าเป้าหมาย"})
    with pytest.raises(forms.ValidationError, match="โปรดพิมพ์ค่าเป้าหมาย"):
        field.clean("")
    with pytest.raises(forms.ValidationError, match="โปรดพิมพ์ตัวเลข"):
        ResultNumberField().clean(None)


def test_stored_values_are_shown_the_thai_way():
    form = MeetingForm(
        initial={
            "held_on": date(2015, 10, 16),
            "starts": time(9, 5),
            "result": Decimal("1234.500000"),
            "rate": NO_DATA,
            "weight": 5,
        }
    )
    shown = {name: str(form[name]) for name in form.fields}
    assert 'value="16/10/2558"' in shown["held_on"]
    assert 'value="09.05"' in shown["starts"]
    assert 'value="1,234.5"' in shown["result"]
    assert 'value="N/A"' in shown["rate"]
    assert 'value="5"' in shown["weight"]
    assert all('type="text"' in html for html in shown.values())


def test_a_stored_moment_is_shown_as_its_bangkok_day():
    form = MeetingForm(initial={"held_on": datetime(2015, 9, 30, 17, 0, tzinfo=UTC)})
    assert 'value="1/10/2558"' in str(form["held_on"])


def test_an_unchanged_value_is_no_change():
    stored = {"held_on": date(2015, 10, 16), "starts": time(13, 30), "result": Decimal("82.350000")}
    same = MeetingForm({"held_on": "16 ต.ค. 2558", "starts": "13:30", "result": "82.35"}, initial=stored)
    other = MeetingForm({"held_on": "17/10/2558", "starts": "x", "result": "-"}, initial=stored)
    assert same.changed_data == []
    assert other.changed_data == ["held_on", "starts", "result"]


def test_crispy_draws_the_boxes_and_the_errors():
    form = filled(held_on="16/10/2015", result="abc")
    html = Template("{% load crispy_forms_filters %}{{ form|crispy }}").render(Context({"form": form}))
    held_on = html[html.index('name="held_on"') - 60 : html.index('name="starts"')]
    assert 'value="16/10/2015"' in held_on
    assert "form-control is-invalid" in held_on
    assert "ปี 2015 เป็นปี ค.ศ. หมายถึง พ.ศ. 2558 ใช่หรือไม่" in held_on
    assert "วัน/เดือน/ปี พ.ศ. เช่น 20/11/2569" in held_on
    assert 'value="abc"' in html


def test_words_are_repaired_and_too_many_are_counted():
    field = WordsField(longest=5)
    assert field.clean(" ก \r\nข\x00  \r\n\r\n") == "ก\nข"
    assert field.clean(None) == ""
    assert field.clean("กขคงจ\r\n") == "กขคงจ"
    with pytest.raises(forms.ValidationError) as refusal:
        field.clean("ก" * 1_239)
    assert refusal.value.messages == ["ยาวเกินไป 1,234 ตัวอักษร (ไม่เกิน 5)"]
    with pytest.raises(forms.ValidationError, match="โปรดพิมพ์เหตุผล"):
        WordsField(longest=5, required=True, error_messages={"required": "โปรดพิมพ์เหตุผล"}).clean("\u200b\x00")
