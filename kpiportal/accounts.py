"""How allauth behaves here: nobody signs up by themselves; accounts are given."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend

from kpiportal.models import User


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Sign-up is closed: a coordinator or OPDC gives accounts (kpiportal/people.py)."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_client_ip(self, request) -> str:
        """REMOTE_ADDR, which kpiportal.middleware has made truthful; "::" for a caller without an address."""
        return request.META.get("REMOTE_ADDR") or "::"

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "kpiportal.single_sign_on.SecondFactorUnlessStrong"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def get_reauthentication_methods(self, user) -> list[dict]:
        """Whoever has a second factor proves themselves by it: a password alone must not take the factor away."""
        methods = super().get_reauthentication_methods(user)
        return [method for method in methods if method["id"] != "reauthenticate"] or methods


class Backend(AuthenticationBackend):
    """allauth's, but the person of a request comes with the number of unread messages, in the same query."""

    def get_user(self, user_id) -> User | None:
        user = User.objects.with_unread().filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
