"""Django's own sentences about forms: none reaches a person in English or as a word only programmers know."""

import gettext
import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings

CATALOG = Path(settings.LOCALE_PATHS[0]) / "th" / "LC_MESSAGES" / "django.po"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        (forms.CharField(), "", "กรุณากรอกช่องนี้"),
        (forms.CharField(max_length=3), "ยาวไป", "ยาวเกินไป พิมพ์ได้ไม่เกิน 3 ตัวอักษร (ที่พิมพ์มี 5)"),
        (forms.CharField(min_length=3), "ย", "สั้นเกินไป พิมพ์อย่างน้อย 3 ตัวอักษร (ที่พิมพ์มี 1)"),
        (forms.CharField(), "ก\x00ข", "มีอักขระที่มองไม่เห็นซึ่งใช้ไม่ได้ โปรดลบแล้วพิมพ์ใหม่"),
        (forms.IntegerField(), "๑ ตัว", "โปรดพิมพ์เป็นจำนวนเต็ม"),
        (forms.IntegerField(max_value=12), "13", "ต้องไม่เกิน 12"),
        (forms.IntegerField(min_value=1), "0", "ต้องไม่น้อยกว่า 1"),
        (forms.EmailField(), "สมชาย", "อีเมลไม่ถูกต้อง เช่น somchai@example.go.th"),
        (forms.URLField(assume_scheme="https"), "เว็บ", "ที่อยู่เว็บไม่ถูกต้อง ต้องขึ้นต้นด้วย https://"),
        (forms.ChoiceField(choices=[("a", "ก")]), "z", "โปรดเลือกจากรายการ"),
    ],
)
def test_what_is_refused_is_said_in_thai(field, typed, sentence):
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(typed)
    assert refused.value.messages == [sentence]


def test_the_compiled_catalog_is_the_written_one():
    written = re.findall(r'^msgstr(?:\[0\])? "(.+)"$', CATALOG.read_text(encoding="utf-8"), re.MULTILINE)
    with CATALOG.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog
    assert sorted(text for key, text in compiled.items() if key) == sorted(written)
