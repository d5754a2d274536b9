"""The second factor: which duties require one, and that it is set up before anything else opens.

allauth.mfa stores the factors (TOTP, passkeys, recovery codes) and asks for them after the password. Added here:
which roles must have one (KPI_SECOND_FACTOR_ROLES), encryption of secrets in the database, single use of a code even
without the cache, and a mail and an audit row for every change.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.db import models, transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from kpiportal import audit, clock, outbox, thai
from kpiportal.boxes import Box
from kpiportal.http import wants_fragment
from kpiportal.models import User

MARK = "second_factor"  # in the session: the person it was shown for
# What a person without the factor may open: the way to it, the way out, and what machines ask.
OPEN = {
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "account_reauthenticate",
    "account_logout",
    "account_inactive",
    "healthz_live",
    "healthz_ready",
}


def must_have(user: User) -> bool:
    """Whether one of the person's duties in force requires a second factor."""
    if not settings.KPI_REQUIRE_SECOND_FACTOR:
        return False
    return any(duty.role in settings.KPI_SECOND_FACTOR_ROLES for duty in user.duties)


def factors_of(user: User) -> models.QuerySet[Authenticator]:
    """The person's second factors: TOTP and passkeys. Recovery codes only replace one of these."""
    return Authenticator.objects.filter(user=user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])


class SecondFactorFirst:
    """Middleware: a person who must have a second factor and has none is redirected to set it up.

    A session that has shown the factor is marked, so this costs one query per session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if not settings.KPI_REQUIRE_SECOND_FACTOR or request.resolver_match.url_name in OPEN:
            return None
        user = request.user
        if not user.is_authenticated or request.session.get(MARK) == user.pk or not must_have(user):
            return None
        if factors_of(user).exists():
            request.session[MARK] = user.pk
            return None
        if wants_fragment(request):
            return HttpResponse(headers={"HX-Redirect": reverse("mfa_activate_totp")})
        return redirect("mfa_activate_totp")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Thai sentences; secrets sealed with a key made from SECRET_KEY (those of SECRET_KEY_FALLBACKS still open)."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": "เปิดการยืนยันสองขั้นก่อน จึงจะออกรหัสสำรองได้",
        "incorrect_code": "รหัสไม่ถูกต้อง หมดเวลา หรือใช้ไปแล้ว รอรหัสถัดไปในแอปแล้วกรอกใหม่",
    }

    def get_totp_issuer(self) -> str:
        return "ระบบคำรับรองฯ"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "ระบบคำรับรองฯ"}

    def encrypt(self, text: str) -> str:
        return _box().close(text)

    def decrypt(self, encrypted_text: str) -> str:
        return _box().open(encrypted_text)


def _box() -> Box:
    """What was sealed before boxes were, under Fernet, still opens."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"kpiportal.second_factor:" + key.encode()).digest() for key in keys]
    return Box("kpiportal.second_factor", fernet_keys=[base64.urlsafe_b64encode(digest) for digest in digests])


def spend_code(authenticator: Authenticator, code: str) -> bool:
    """True once per code: its time step is stored with the factor, under lock, and no earlier step is accepted.

    allauth remembers used codes in the cache only, which may be down.
    """
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        secret = SecondFactorAdapter().decrypt(row.data["secret"])
        steps = [s for s in yield_hotp_counters_from_time() if _is_code_of(secret, s, code)]
        if not steps or steps[0] <= row.data.get("last_step", 0):
            return False
        row.data["last_step"] = steps[0]
        row.save(update_fields=["data"])
        authenticator.data = row.data
    return True


def _is_code_of(secret: str, step: int, code: str) -> bool:
    return compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))


@receiver(authenticator_used)
def _shown(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    request.session[MARK] = user.pk


@receiver(authenticator_added)
def _set_up(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """The code that proved the set-up is spent as well. Who has just shown the new factor is not asked for it again
    to see the recovery codes."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, method="mfa", type=authenticator.type, reauthenticated=True)
    if authenticator.type == Authenticator.Type.TOTP:
        authenticator.data["last_step"] = int(time.time()) // 30
        authenticator.save(update_fields=["data"])
    _tell("people.factor_added", user, authenticator)


@receiver(authenticator_removed)
def _taken_away(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A new telephone: whoever must have a factor is led to set up the next one before anything else opens."""
    request.session.pop(MARK, None)
    _tell("people.factor_removed", user, authenticator)


audit.tells(
    **{"people.factor_added": "เพิ่มวิธียืนยันขั้นที่สอง", "people.factor_removed": "นำวิธียืนยันขั้นที่สองออก"},
)


def name_of(authenticator: Authenticator) -> str:
    if authenticator.type == Authenticator.Type.WEBAUTHN:
        return f"พาสคีย์ {authenticator.wrap().name}"
    return "รหัสจากแอปในโทรศัพท์" if authenticator.type == Authenticator.Type.TOTP else "รหัสสำรอง"


@transaction.atomic
def _tell(verb: str, user: User, authenticator: Authenticator) -> None:
    """Audit the change and notify the person, who may not be the one that made it. Recovery codes: neither."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    at, name = clock.now(), name_of(authenticator)
    audit.record(verb, user, by=user, at=at, name=name)
    facts = {
        "done": audit.SENTENCES[verb],
        "factor": name,
        "when": thai.datetime_text(at),
        "url": settings.BASE_URL + reverse("mfa_index"),
    }
    outbox.queue("factor_changed", to=user, facts=facts, at=at)
