"""Invitations and their links, for tests."""

import re

from kpiportal import sealed_links
from kpiportal.models import AccountInvitation, Organization, OutgoingMail, Role, User
from kpiportal.onboarding import invitations
from kpiportal.onboarding.invitations import Guest
from kpiportal.testing.plugin import NOW

NEWCOMER = "somsri@example.go.th"


def make_invitation(place: Organization, by: User, *, email: str = NEWCOMER, role: str = Role.COLLECTOR, at=NOW):
    guest = Guest(place, role, email, title="นางสาว", first_name="สมศรี", last_name="ใจงาม", position="นักวิชาการคลัง")
    return invitations.invite(guest, by=by, at=at)


def newest_code(email: str = NEWCOMER) -> str:
    """The code of the last invitation to this address, as it stands in the mail that leaves."""
    mail = OutgoingMail.objects.filter(to_email=email).latest("pk")
    found = re.search(r"/people/join/#(\S+)", sealed_links.opened(mail.body))
    assert found is not None
    return found[1]


def fresh(invitation: AccountInvitation) -> AccountInvitation:
    return AccountInvitation.objects.get(pk=invitation.pk)
