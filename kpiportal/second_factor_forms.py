"""The boxes for codes: allauth's forms with Thai words, a number pad on phones, and codes that are good once."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms

from kpiportal.second_factor import spend_code

_ATTRS = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "20", "spellcheck": "false"}


def _box(hint: str) -> forms.CharField:
    missing = "กรอกรหัสที่เห็นในแอป"
    return forms.CharField(
        label="รหัสยืนยัน",
        help_text=hint,
        max_length=20,
        widget=forms.TextInput(attrs=_ATTRS),
        error_messages={"required": missing, "max_length": "รหัสยาวเกินไป"},
    )


class _OnceOnly(BaseAuthenticateForm):
    def clean_code(self) -> str:
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP and not spend_code(self.authenticator, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_OnceOnly, AuthenticateForm):
    code = _box("6 หลักจากแอป หรือรหัสสำรอง 8 หลัก")


class CodeAgainForm(_OnceOnly, ReauthenticateForm):
    code = _box("6 หลักจากแอป หรือรหัสสำรอง 8 หลัก")


class FirstCodeForm(ActivateTOTPForm):
    code = _box("6 หลักที่แอปแสดงหลังสแกน")
