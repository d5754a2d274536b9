"""Passkeys: signing in with a device's own lock (finger, face, PIN) instead of password and code.

allauth.mfa.webauthn stores the keys and checks the signatures. Here every key verifies its user and is discoverable,
so that it can also sign in without a password; errors are shown on the page itself; and a malformed credential is
refused like a wrong one.
"""

from __future__ import annotations

from typing import Any

from allauth.account.internal.templatekit import get_entrance_context_data
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as allauth_forms
from allauth.mfa.webauthn import views
from allauth.mfa.webauthn.internal.auth import begin_registration
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic.edit import FormView

from kpiportal import security_log
from kpiportal.models import SecurityLog
from kpiportal.second_factor import factors_of, must_have
from kpiportal.sign_in import SignInForm, other_ways

_NO_CREDENTIAL = (AttributeError, KeyError, TypeError, ValueError)  # what the parsers raise at something else
REFUSED = "ใช้พาสคีย์นี้ไม่ได้ อาจถูกนำออกไปแล้วหรือหมดเวลา กรุณาลองอีกครั้ง"
NOT_ADDED = "ยังไม่ได้เพิ่มพาสคีย์ อุปกรณ์ตอบไม่ครบหรือหมดเวลา กรุณาลองอีกครั้ง"


class _Checked:
    """A credential field whose every failure is the same sentence."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages = {"required": REFUSED, "invalid": REFUSED}  # type: ignore[attr-defined]

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except (ValidationError, *_NO_CREDENTIAL):
            raise ValidationError(REFUSED) from None


class PasskeyForm(_Checked, allauth_forms.AuthenticateWebAuthnForm):
    """After the password, instead of a code."""


class PasskeyAgainForm(_Checked, allauth_forms.ReauthenticateWebAuthnForm):
    """Proof that it is still this person."""


class PasskeySignInForm(_Checked, allauth_forms.LoginWebAuthnForm):
    """Alone: the key says who it is."""


class NewPasskeyForm(allauth_forms.AddWebAuthnForm):
    name = forms.CharField(
        label="ชื่อเรียก",
        help_text="ตั้งให้จำได้ว่าเป็นเครื่องไหน เช่น โน้ตบุ๊กที่ทำงาน",
        max_length=60,
        error_messages={"required": "กรุณาตั้งชื่อเรียก", "max_length": "ชื่อยาวเกิน 60 ตัวอักษร"},
    )
    passwordless = None  # always

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("initial", {}).setdefault("name", "")
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages = {"required": NOT_ADDED, "invalid": NOT_ADDED}

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except (ValidationError, *_NO_CREDENTIAL):
            raise ValidationError(NOT_ADDED) from None


@method_decorator(sensitive_post_parameters(), name="dispatch")
class AddPasskey(views.AddWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`options`: what the browser is asked to make. The parent would ask for a key that needs a password."""
        context = super(views.AddWebAuthnView, self).get_context_data(**kwargs)
        return {**context, "options": begin_registration(self.request.user, True)}

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class RemovePasskey(views.RemoveWebAuthnView):
    """The last factor of somebody whose duty asks for one stays until the next one is there."""

    success_url = reverse_lazy("mfa_index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        last = must_have(user) and factors_of(user).exclude(pk=self.object.pk).count() == 0
        return {**super().get_context_data(**kwargs), "last": last}

    def form_valid(self, form: Any) -> HttpResponse:
        context = self.get_context_data()
        return self.render_to_response(context, status=409) if context["last"] else super().form_valid(form)


@method_decorator(login_not_required, name="dispatch")
class PasskeySignIn(views.LoginWebAuthnView):
    """GET with Accept: application/json gives the challenge; POST the answer. A refusal is the sign-in page."""

    def form_invalid(self, form: Any) -> HttpResponse:
        security_log.write(SecurityLog.What.FAILED, self.request, user=None, status=422)
        context = {"form": SignInForm(request=self.request), "refused": REFUSED, **other_ways()}
        context |= get_entrance_context_data(self.request)
        return render(self.request, "account/login.html", context, status=422)


class PasskeyAgain(views.ReauthenticateWebAuthnView):
    def form_invalid(self, form: Any) -> HttpResponse:
        return FormView.render_to_response(self, {**self.get_context_data(), "form": form}, status=422)


add = AddPasskey.as_view()
remove = RemovePasskey.as_view()
sign_in = PasskeySignIn.as_view()
again = PasskeyAgain.as_view()
