"""The sign-in form as our entrance shows it."""

from allauth.account.forms import LoginForm


class SignInForm(LoginForm):
    """allauth's, without its own "forgot" link: ours stands below the button, out of the keyboard's way."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
