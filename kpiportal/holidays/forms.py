"""Forms about holidays: raw input to clean values."""

from django import forms

from kpiportal import thai
from kpiportal.fields import BEDateField, LineField
from kpiportal.holidays import FIRST_YEAR, LAST_YEAR

_YEAR = f"พิมพ์ปี พ.ศ. 4 หลัก ตั้งแต่ {thai.be_year(FIRST_YEAR)} ถึง {thai.be_year(LAST_YEAR)} เช่น 2569"


class YearForm(forms.Form):
    """`year`: typed in พ.ศ., cleaned to CE."""

    year = forms.CharField(label="ปี พ.ศ.", widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "4"}))

    def clean_year(self) -> int:
        typed = thai.to_arabic_digits(self.cleaned_data["year"].strip())
        year = thai.ce_year(int(typed)) if typed.isascii() and typed.isdigit() and len(typed) == 4 else 0
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise forms.ValidationError(_YEAR)
        return year


class DayForm(forms.Form):
    on = BEDateField(label="วันที่")
    name = LineField(label="ชื่อวันหยุด", longest=300, ask="โปรดพิมพ์ชื่อวันหยุด เช่น วันหยุดพิเศษตามมติคณะรัฐมนตรี")
