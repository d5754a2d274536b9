"""How allauth behaves here: nobody signs up by themselves; accounts are given."""

from allauth.account.adapter import DefaultAccountAdapter


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Sign-up is closed: a coordinator or OPDC gives accounts (kpiportal/people.py)."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_client_ip(self, request) -> str:
        """REMOTE_ADDR, which kpiportal.middleware has made truthful; "::" for a caller without an address."""
        return request.META.get("REMOTE_ADDR") or "::"
