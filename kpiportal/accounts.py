"""How allauth behaves here: nobody signs up by themselves, accounts are given; its mail leaves through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context

from kpiportal import clock, outbox, sealed_links, step_up
from kpiportal.models import User
from kpiportal.prepared import Prepared

FACTORS_ADDED = {"mfa_activate_totp", "mfa_add_webauthn"}


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Sign-up is closed: a coordinator or OPDC gives accounts (kpiportal/people.py)."""

    error_messages = {**DefaultAccountAdapter.error_messages, "incorrect_password": "รหัสผ่านไม่ถูกต้อง"}

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_client_ip(self, request) -> str:
        """REMOTE_ADDR, which kpiportal.middleware has made truthful; "::" for a caller without an address."""
        return request.META.get("REMOTE_ADDR") or "::"

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "kpiportal.single_sign_on.SecondFactorUnlessStrong"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not for the first factor of somebody who has just signed in: the password was typed a moment ago, and there
        is no factor yet that it could take away."""
        request = context.request
        if request and request.resolver_match.url_name in FACTORS_ADDED and step_up.is_fresh(request):
            return request.user.authenticator_set.exists()
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user) -> list[dict]:
        """Whoever has a second factor proves themselves by it: a password alone must not take the factor away."""
        methods = super().get_reauthentication_methods(user)
        return [method for method in methods if method["id"] != "reauthenticate"] or methods

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A row of the outbox: asking for a reset takes as long for an address nobody has, and with the relay away.

        The link is kept encrypted: a copy of the database resets no password.
        """
        if "password_reset_url" in context:
            context = {**context, "password_reset_url": sealed_links.hide(context["password_reset_url"])}
        mail = self.render_mail(template_prefix, email, {**context, "email": email})
        outbox.post([outbox.letter(mail.subject, str(mail.body), to=context.get("user") or email, at=clock.now())])


class Backend(AuthenticationBackend):
    """allauth's, but the person of a request comes with duties and the number of unread messages, in one query."""

    def get_user(self, user_id) -> User | None:
        rows = _person(pk=user_id, on=clock.today())
        if not rows or not self.user_can_authenticate(rows[0]):
            return None
        person = rows[0]
        person.duties_found = [row.duty for row in rows if hasattr(row, "duty")]
        return person


_person = Prepared(lambda pk, on: User.objects.with_unread().with_duties(on).filter(pk=pk))
