"""The account pages the portal offers, listed one by one: allauth ships more than this portal uses.

The names are allauth's own, because its views reverse each other by them.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.usersessions.views import list_usersessions
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods

from kpiportal import lost_factor, passkeys, single_sign_on
from kpiportal.sign_in import SignIn
from kpiportal.steady import steady
from kpiportal.throttle import AGAIN, CODE, PASSKEY, PASSWORD, RESET_LINK, RESET_MAIL, guarded


def form(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of allauth's: it takes a PUT for a POST, though a form is never sent that way, and answers 200 to a form
    it refuses, where this portal says 422."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code == 200:
            response.status_code = 422
        return response

    return require_http_methods(["GET", "HEAD", "POST"])(answer)


urlpatterns = [
    path("login/", form(guarded(PASSWORD, SignIn.as_view())), name="account_login"),
    path("sso/", form(single_sign_on.start), name="sso_start"),
    path("sso/return/", form(single_sign_on.come_back), name="sso_return"),
    path("logout/", form(views.logout), name="account_logout"),
    path("signup/", form(views.signup), name="account_signup"),  # says that accounts are given, not taken
    path("inactive/", form(views.account_inactive), name="account_inactive"),
    path("reauthenticate/", form(guarded(AGAIN, views.reauthenticate)), name="account_reauthenticate"),
    path("password/change/", form(guarded(AGAIN, views.password_change)), name="account_change_password"),
    path("password/set/", form(views.password_set), name="account_set_password"),
    path("password/reset/", form(guarded(RESET_MAIL, steady(views.password_reset))), name="account_reset_password"),
    path("password/reset/done/", form(views.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        form(guarded(RESET_LINK, views.password_reset_from_key)),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        form(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("security/", form(factor.index), name="mfa_index"),
    path("security/code/", form(guarded(CODE, factor.authenticate)), name="mfa_authenticate"),
    path("security/code/again/", form(guarded(AGAIN, factor.reauthenticate)), name="mfa_reauthenticate"),
    path("security/app/on/", form(guarded(AGAIN, totp.activate_totp)), name="mfa_activate_totp"),
    path("security/app/off/", form(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("security/passkey/new/", form(guarded(AGAIN, passkeys.add)), name="mfa_add_webauthn"),
    path("security/passkey/<int:pk>/remove/", form(passkeys.remove), name="mfa_remove_webauthn"),
    path("security/passkey/again/", form(guarded(AGAIN, passkeys.again)), name="mfa_reauthenticate_webauthn"),
    path("login/passkey/", form(guarded(PASSKEY, passkeys.sign_in)), name="mfa_login_webauthn"),
    path("security/recovery/", form(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("security/recovery/new/", form(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("lost/<int:pk>/", lost_factor.lost_factor, name="lost_factor"),
    path("devices/", form(list_usersessions), name="usersessions_list"),
]
