"""Password rules: length, and not what a guesser of this portal tries first. Everything is checked offline.

Django's own validators are worded in Thai here (its catalogue leaves them in English), and NotGuessableHere adds local
words. There are no rules about digits, capitals or signs: length is what counts.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from typing import Any

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError

from kpiportal.geography import PROVINCES


class Argon2(Argon2PasswordHasher):
    """OWASP's first choice of cost (46 MiB, once, one lane): a quarter of the processor time of Django's, so that a
    whole country may sign in on a Monday beside people at work. Dearer hashes are renewed at the next sign-in."""

    time_cost, memory_cost, parallelism = 1, 47_104, 1


class NotLikeThePerson(password_validation.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return "รหัสผ่านคล้ายกับ%(verbose_name)sของท่าน เดาได้ง่าย"  # Django fills in the field's Thai name

    def get_help_text(self) -> str:
        return "ไม่คล้ายชื่อ นามสกุล หรืออีเมลของท่าน"


class LongEnough(password_validation.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return f"รหัสผ่านสั้นเกินไป ต้องมีอย่างน้อย {self.min_length} ตัวอักษร"

    def get_help_text(self) -> str:
        return f"อย่างน้อย {self.min_length} ตัวอักษร แนะนำ 15 ขึ้นไป ใช้วลีภาษาไทยและเว้นวรรคได้"


class NotCommon(password_validation.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return "รหัสผ่านนี้มีผู้ใช้กันมาก เดาได้ง่าย"

    def get_help_text(self) -> str:
        return "ไม่ใช่รหัสผ่านที่ใช้กันทั่วไป"


# --- the words of this place -------------------------------------------------------------------

# The same keys on a Thai (Kedmanee) and an English keyboard, unshifted then shifted.
_ENGLISH = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./" + '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?'
_THAI = "_ๅ/-ภถุึคตจขชๆไำพะัีรนยบลฃฟหกดเ้่าสวงผปแอิืทมใฝ" + '%+๑๒๓๔ู฿๕๖๗๘๙๐"ฎฑธํ๊ณฯญฐ,ฅฤฆฏโฌ็๋ษศซ.()ฉฮฺ์?ฒฬฦ'
_TO_ENGLISH = str.maketrans(_THAI, _ENGLISH)
_TO_THAI = str.maketrans(_ENGLISH, _THAI)
_WORDS = """
opdc kpi sar gov governor province provincial changwat thailand thai bangkok portal password passw0rd admin
administrator user login welcome secret letmein qwerty sawasdee sawatdee test demo
กพร ก.พ.ร. สำนักงาน จังหวัด อำเภอ คำรับรอง การปฏิบัติราชการ ปฏิบัติราชการ ราชการ ตัวชี้วัด ผู้ว่า ผู้ว่าราชการ
ผู้ประสานงาน ประเมินผล รายงาน ระบบ เข้าสู่ระบบ เข้าระบบ รหัสผ่าน พาสเวิร์ด ผู้ใช้ ผู้ดูแลระบบ แอดมิน ทดสอบ
ประเทศไทย ไทย กรุงเทพ กรุงเทพมหานคร มหาดไทย กระทรวงมหาดไทย สวัสดี สวัสดีครับ สวัสดีค่ะ ครับ ค่ะ
มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม
ปีงบประมาณ งบประมาณ พ.ศ. พศ
"""
_LEFT_ENOUGH = 6  # different letters that must remain once the guessable words are taken out


@cache
def _guessable() -> re.Pattern[str]:
    """Words of the portal, provinces in Thai and English and as both keyboards write them; the longest first."""
    with PROVINCES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row["name_th"] for row in rows} | {row["name_en"] for row in rows} | {"กรุงเทพมหานคร"}
    words = {_plain(word) for word in (*_WORDS.split(), *names, *(name.replace(" ", "") for name in names))}
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if len(word) > 1))


def _plain(text: str) -> str:
    """Small letters, without digits, signs and spaces: what is left of ChiangMai@2558 is chiangmai."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).replace("ํา", "ำ")).lower()
    return "".join(sign for sign in text if unicodedata.category(sign)[0] in "LM")


class NotGuessableHere:
    """Refuses what is made of province names, the portal's words, years, digits and signs, on either keyboard.

    A year or number never counts towards what must remain, so เชียงใหม่2558 and its twin on an English keyboard fall
    while ฝนแรกเดือนหก-2558 stands.
    """

    def validate(self, password: str, user: Any = None) -> None:
        if any(_left(twin) < _LEFT_ENOUGH for twin in _twins(password)):
            raise ValidationError(self.get_error_message(), code="password_guessable_here")

    def get_error_message(self) -> str:
        return "รหัสผ่านมีแต่คำที่เดาได้ เช่น ชื่อจังหวัด ชื่อหน่วยงาน คำในระบบ ปี พ.ศ. หรือตัวเลข ลองใช้วลีที่มีแต่ท่านนึกถึง"

    def get_help_text(self) -> str:
        return "ไม่ใช่ชื่อจังหวัด คำในระบบ หรือปี พ.ศ. แม้พิมพ์สลับแป้นไทยกับอังกฤษ"


def _twins(password: str) -> set[str]:
    """As typed, and as the same keys write it on the other keyboard."""
    return {password, password.translate(_TO_THAI), password.translate(_TO_ENGLISH)}


def _left(password: str) -> int:
    return len(set(_guessable().sub("", _plain(password))))
