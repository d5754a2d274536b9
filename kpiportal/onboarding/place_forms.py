"""The words of organizations, typed by their office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kpiportal import thai
from kpiportal.fields import LineField, WordsField
from kpiportal.models import Organization, User
from kpiportal.models.people import Kind
from kpiportal.onboarding import rules
from kpiportal.onboarding.forms import AddressField, PlaceChoice

MOST_PLACES = 200  # at once; a province has about forty


class PlaceForm(forms.Form):
    """The words of an organization: on lists and on letters. A province's name is not for its office to change."""

    name = LineField(label="ชื่อหน่วยงาน", longest=200, ask="กรุณาพิมพ์ชื่อหน่วยงาน", help_text="ชื่อเต็ม เช่น สำนักงานคลังจังหวัดลำปาง")
    short_name = LineField(label="ชื่อย่อบนตาราง", longest=120, help_text="เช่น สำนักงานคลังจังหวัด")
    abbreviation = LineField(label="อักษรย่อหนังสือ", longest=10, help_text="ตัวอักษรหน้าเลขหนังสือ เช่น ลป")
    office_code = LineField(label="รหัสหน่วยงานในเลขหนังสือ", longest=20, help_text="ตัวเลขหลังอักษรย่อ เช่น 0003")
    address = WordsField(label="ที่อยู่บนหัวหนังสือ", longest=500, rows=2)
    phone = LineField(label="โทรศัพท์", longest=100)
    email = AddressField(label="อีเมลกลางของหน่วยงาน", required=False)

    def __init__(self, *args: Any, place: Organization | None = None, **kwargs: Any):
        stored = {name: getattr(place, name) for name in self.base_fields if place and hasattr(place, name)}
        super().__init__(*args, initial=stored, **kwargs)
        if place and place.kind != Kind.AGENCY:
            del self.fields["name"], self.fields["short_name"]


class NewPlaceForm(PlaceForm):
    """An agency of one of the provinces this person's office is."""

    province = PlaceChoice()
    field_order = ["province", "name"]

    def __init__(self, *args: Any, by: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offices = Organization.objects.managed_by(by).filter(kind=Kind.PROVINCE).in_thai_order()
        mine = [office.pk for office in offices if rules.can_keep_place(by, office)]
        self.fields["province"].queryset = offices.filter(pk__in=mine)
        self.fields["province"].label = "จังหวัด"
        if len(mine) == 1:
            self.initial |= {"province": mine[0], "abbreviation": offices.get(pk=mine[0]).abbreviation}


class ManyPlacesForm(forms.Form):
    """Names of agencies, one a line: how a province begins."""

    province = PlaceChoice()
    names = WordsField(
        label="ชื่อหน่วยงาน บรรทัดละหนึ่งหน่วยงาน", longest=20_000, rows=8, required=True,
        help_text="คัดลอกจาก Excel มาวางได้ เช่น สำนักงานคลังจังหวัดลำปาง",
        error_messages={"required": "กรุณาพิมพ์ชื่อหน่วยงานอย่างน้อยหนึ่งบรรทัด"},
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any):
        super().__init__(*args, prefix="many", **kwargs)
        choice = NewPlaceForm(by=by)
        self.fields["province"].queryset = choice.fields["province"].queryset
        self.fields["province"].label = "จังหวัด"
        self.initial["province"] = choice.initial.get("province")

    def clean_names(self) -> list[str]:
        lines = [thai.clean_line(line) for line in self.cleaned_data["names"].splitlines()]
        names = list(dict.fromkeys(line for line in lines if line))
        if long := [name for name in names if len(name) > 200]:
            raise ValidationError(f"ชื่อยาวเกิน 200 ตัวอักษร: {long[0][:60]}…")
        if len(names) > MOST_PLACES:
            raise ValidationError(f"เพิ่มได้ครั้งละไม่เกิน {MOST_PLACES} หน่วยงาน")
        return names
