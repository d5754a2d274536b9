"""Sign-in with another system's account (ThaID, an agency's own) by OpenID Connect. Off until KPI_SSO_ISSUER is set.

It signs in to existing accounts and never creates one. The first time, the provider's verified e-mail must be that of
exactly one active account; from then on the provider's subject (`sub`) counts, so a mailbox handed on to somebody else
opens nothing. The second factor is still required unless the provider states (KPI_SSO_STRONG_*) that it asked for one.
allauth does the protocol (state, PKCE, code); kpiportal/id_tokens.py verifies the token.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from typing import Any

from allauth.account.signals import user_logged_in
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from requests import RequestException

from kpiportal import audit, clock, id_tokens
from kpiportal.models import User
from kpiportal.second_factor import MARK

log = logging.getLogger(__name__)
NEEDED = {"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"}  # of the provider's description
NOT_NOW = "ระบบของผู้ให้บริการไม่ตอบ หรือคำตอบไม่ถูกต้อง กรุณาลองใหม่ หรือเข้าสู่ระบบด้วยรหัสผ่าน"
NO_ACCOUNT = "ไม่มีบัญชีที่ใช้งานได้ของอีเมลนี้ในระบบ บัญชีออกให้ด้วยคำเชิญของผู้ประสานงานหรือสำนักงาน ก.พ.ร."
NOT_VERIFIED = "ผู้ให้บริการยังไม่ได้ยืนยันว่าอีเมลเป็นของท่าน กรุณายืนยันอีเมลที่ผู้ให้บริการก่อน หรือเข้าสู่ระบบด้วยรหัสผ่าน"
OTHER_PERSON = "บัญชีนี้ผูกไว้กับอีกบัญชีหนึ่งของผู้ให้บริการแล้ว กรุณาเข้าสู่ระบบด้วยรหัสผ่าน และแจ้งผู้ประสานงาน"

audit.tells(**{"people.sign_on_linked": "ผูกบัญชีกับการเข้าสู่ระบบผ่านผู้ให้บริการ"})


def is_on() -> bool:
    return bool(settings.KPI_SSO_ISSUER)


class Description(OpenIDConnectOAuth2Adapter):
    """What the provider says about itself and about the person."""

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if not isinstance(config, dict) or not config.keys() >= NEEDED or config["issuer"] != settings.KPI_SSO_ISSUER:
            raise OAuth2Error(f"not the description of {settings.KPI_SSO_ISSUER}")
        return config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return settings.BASE_URL + reverse("sso_return")

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        answer = kwargs["response"]
        with LinkedAccountsOnly().get_requests_session() as web:
            found = web.get(self.openid_config["jwks_uri"])
            found.raise_for_status()
            keys = found.json()
        try:
            claims = id_tokens.read(
                str(answer.get("id_token", "")), keys=keys, issuer=settings.KPI_SSO_ISSUER, client_id=app.client_id
            )
        except id_tokens.Refused as refusal:
            raise OAuth2Error(str(refusal)) from refusal
        if "email" not in claims and "userinfo_endpoint" in self.openid_config:
            claims = _with_userinfo(claims, self._fetch_user_info(token.token))
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, claims)
        login.claims = claims
        return login


def _with_userinfo(claims: dict[str, Any], more: Any) -> dict[str, Any]:
    """The e-mail may stand there only; it is this person's only under the same `sub` (OpenID Connect Core 5.3.2)."""
    if not isinstance(more, dict) or more.get("sub") != claims["sub"]:
        raise OAuth2Error("userinfo of somebody else")
    return {**claims, **{name: more[name] for name in ("email", "email_verified") if name in more}}


class Provider(OpenIDConnectProvider):
    """Asks with a nonce, and for nothing a stranger's address could add to the question."""

    oauth2_adapter_class = Description

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        asked = super().get_redirect_from_request_kwargs(request)
        nonce = secrets.token_urlsafe(24)
        return {
            "process": AuthProcess.LOGIN,
            "next_url": asked.get("next_url"),
            "scope": settings.KPI_SSO_SCOPES,
            "auth_params": {"nonce": nonce},
            "nonce": nonce,
        }

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        return {}  # nothing about the person is kept but the provider's number


class LinkedAccountsOnly(DefaultSocialAccountAdapter):
    """The provider is the one of the settings, whatever the database holds; links are made here and nowhere else."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        if not is_on():
            return []
        facts = {"server_url": settings.KPI_SSO_ISSUER, "oauth_pkce_enabled": True}
        # The issuer is the provider's name in our rows: another provider's persons are never mistaken for this one's.
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=settings.KPI_SSO_ISSUER,
                name=settings.KPI_SSO_NAME,
                client_id=settings.KPI_SSO_CLIENT_ID,
                secret=settings.KPI_SSO_CLIENT_SECRET,
                settings=facts,
            )
        ]

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Provider:
        return Provider(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse an answer to another question; link a first comer to their account, or refuse."""
        asked, claims = str(sociallogin.state.get("nonce", "")), sociallogin.claims
        if not asked or not hmac.compare_digest(asked.encode(), str(claims["nonce"]).encode()):
            raise ImmediateHttpResponse(_refused(request, NOT_NOW))
        if not sociallogin.is_existing:
            reason = _link(sociallogin)
            if reason:
                raise ImmediateHttpResponse(_refused(request, reason))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        log.warning("single sign-on refused: %s %s", error, exception or "")
        raise ImmediateHttpResponse(_refused(request, NOT_NOW))


def _link(login: SocialLogin) -> str:
    """Tie the provider's person to the one active account of that verified address; else why not, in Thai."""
    email, issuer = login.claims.get("email"), login.account.provider
    if login.claims.get("email_verified") is not True or not isinstance(email, str):
        return NOT_VERIFIED
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        return NO_ACCOUNT
    try:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)  # two first comers at once would both find no link
            if SocialAccount.objects.filter(user=user, provider=issuer).exists():
                return OTHER_PERSON
            login.account.user = user
            login.account.save()
            audit.record("people.sign_on_linked", user, by=user, at=clock.now(), name=settings.KPI_SSO_NAME)
    except IntegrityError:
        return NOT_NOW  # the same person in two tabs: the other one made the link
    login.user = user
    return ""


def _refused(request: HttpRequest, reason: str) -> HttpResponse:
    return render(request, "socialaccount/refused.html", {"reason": reason, "name": settings.KPI_SSO_NAME}, status=403)


def _was_strong(login: Any) -> bool:
    claims = getattr(login, "claims", None)
    return bool(claims) and id_tokens.is_strong(
        claims, acr=settings.KPI_SSO_STRONG_ACR, amr=settings.KPI_SSO_STRONG_AMR
    )


class SecondFactorUnlessStrong(AuthenticateStage):
    """The step after the first proof. A login taken up again later has no claims any more: then it asks."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if _was_strong((self.login.signal_kwargs or {}).get("sociallogin")):
            return False
        return super()._should_handle(request)


@receiver(user_logged_in)
def _strong(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Who showed a second factor there need not set one up here for this sign-in."""
    if _was_strong(kwargs.get("sociallogin")):
        request.session[MARK] = user.pk


@login_not_required
def start(request: HttpRequest) -> HttpResponseBase:
    """Off to the provider. A GET: the browser's form-action rule stops a form that ends at another site."""
    if not is_on():
        raise Http404
    if request.user.is_authenticated:
        return redirect("home")
    try:
        return OAuth2LoginView.adapter_view(Description(request, settings.KPI_SSO_ISSUER))(request)
    except (OAuth2Error, RequestException, ValueError) as error:
        log.warning("single sign-on: %s", error)
        return _refused(request, NOT_NOW)


@login_not_required
def come_back(request: HttpRequest) -> HttpResponseBase:
    if not is_on():
        raise Http404
    return OAuth2CallbackView.adapter_view(Description(request, settings.KPI_SSO_ISSUER))(request)
