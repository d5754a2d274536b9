"""Which passwords are taken and which are not, with what sentence; asked of the form people fill in."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from kpiportal.models import User
from kpiportal.passwords import _ENGLISH, _THAI
from kpiportal.testing.people import PASSWORD

LOCAL, COMMON, SHORT, LIKE = "มีแต่คำที่เดาได้", "มีผู้ใช้กันมาก", "สั้นเกินไป", "คล้ายกับ"


def verdict(password):
    try:
        validate_password(password, User(email="somchai@example.go.th", first_name="สมชาย", last_name="ใจดีมาก"))
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("ฝนตกหนัก9", SHORT),
        ("1234567890", COMMON),
        ("qwertyuiop", COMMON),
        ("สมชาย-ใจดีมาก", LIKE),
        ("somchai@example", LIKE),
        ("เชียงใหม่2558", LOCAL),
        ("จังหวัดเชียงใหม่", LOCAL),
        ("เชียงใหม่ เชียงใหม่", LOCAL),
        ("ChiangMai2558", LOCAL),
        ("Chiang Mai 2558!", LOCAL),
        ("Nakhon Ratchasima 1", LOCAL),
        ("opdc@thailand2569", LOCAL),
        ("กพร.กพร.กพร.", LOCAL),
        ("รหัสผ่านรหัสผ่าน", LOCAL),
        ("คำรับรองการปฏิบัติราชการ", LOCAL),
        ("ปีงบประมาณ พ.ศ. 2569", LOCAL),
        ("2558256925582569", LOCAL),
        ("๒๕๕๘-๒๕๖๙-๒๕๗๐", LOCAL),
        ("ตุลาคม-2558-ตุลาคม", LOCAL),
        ("g=up'.s,j2558", LOCAL),  # เชียงใหม่2558 typed with the keyboard still on English
        ("isylzjkoisylzjko", LOCAL),  # รหัสผ่านรหัสผ่าน likewise
        ("ยฟหหไนพกยฟหหไนพก", LOCAL),  # passwordpassword with the keyboard on Thai
        ("aaaaaaaaaaaaaaa", LOCAL),
    ],
)
def test_what_is_easily_guessed_is_refused_in_thai(password, sentence):
    assert sentence in verdict(password)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "ฝนแรกเดือนหก-2558",
        "แม่ซื้อมะม่วงสามกิโล",
        "correct horse battery staple",
        "รถไฟเที่ยวสุดท้ายไปลำปาง",  # a province inside a phrase of one's own
        "xkq vmt rpl zwn",
        "ก" + "ข้าวเหนียวมะม่วง" * 8,  # 129 characters
        "🦆🦆 เป็ดเดินข้ามคลอง",
        "mfgtvtqyhzxwbndk",  # small letters only: no rule of composition
    ],
)
def test_what_is_long_and_ones_own_is_taken(password):
    assert verdict(password) == ""


def test_both_keyboards_have_the_same_keys():
    assert len(_ENGLISH) == len(_THAI) == 94
    assert len(set(_ENGLISH)) == 94


@pytest.mark.django_db
def test_the_page_says_so_and_a_long_pasted_phrase_is_taken(as_user, cast):
    browser, page = as_user(cast.collector), reverse("account_change_password")
    form = browser.get(page).content.decode()
    assert "แนะนำ 15 ขึ้นไป" in form
    assert "onpaste" not in form
    assert 'maxlength="' not in form.split("<main")[1]
    refused = browser.post(page, {"oldpassword": PASSWORD, "password1": "เชียงใหม่2558", "password2": "เชียงใหม่2558"})
    assert LOCAL in refused.content.decode()
    long = "แม่น้ำปิงไหลผ่านบ้านยายทุกเช้า " * 4
    taken = browser.post(page, {"oldpassword": PASSWORD, "password1": long, "password2": long})
    assert taken.status_code == 302
    cast.collector.refresh_from_db()
    assert cast.collector.check_password(long)
