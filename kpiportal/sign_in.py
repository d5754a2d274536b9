"""The sign-in page: allauth's, without the link it puts between the two boxes, with the other ways in."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.account.views import LoginView
from django.conf import settings


class SignInForm(LoginForm):
    """From the address, Tab leads to the password. The page has its own link for a forgotten one, under the button."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class AgainForm(ReauthenticateForm):
    """As above: the link stands under the button, in the words of the sign-in page."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class NewPasswordForm(ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""


def other_ways() -> dict[str, str]:
    """What the page offers besides the password: the name of the system one may come from, "" while there is none."""
    return {"sso_name": settings.KPI_SSO_NAME if settings.KPI_SSO_ISSUER else ""}


class SignIn(LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **other_ways()}
