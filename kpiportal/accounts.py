"""How allauth behaves here: nobody signs up by themselves; accounts are given."""

from allauth.account.adapter import DefaultAccountAdapter


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Sign-up is closed: a coordinator or OPDC gives accounts (kpiportal/people.py)."""

    def is_open_for_signup(self, request) -> bool:
        return False
