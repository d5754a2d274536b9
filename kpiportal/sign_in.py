"""The sign-in form: allauth's, without the link it puts between the two boxes."""

from typing import Any

from allauth.account.forms import LoginForm


class SignInForm(LoginForm):
    """From the address, Tab leads to the password. The page has its own link for a forgotten one, under the button."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
