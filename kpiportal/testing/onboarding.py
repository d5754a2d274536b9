"""Invitations and their links, for tests."""

import re

from kpiportal import sealed_links
from kpiportal.models import AccountInvitation, AccountRequest, Organization, OutgoingMail, Role, User
from kpiportal.onboarding import invitations, requests
from kpiportal.onboarding.invitations import Guest
from kpiportal.testing.plugin import NOW

NEWCOMER = "somsri@example.go.th"


def make_invitation(place: Organization, by: User, *, email: str = NEWCOMER, role: str = Role.COLLECTOR, at=NOW):
    guest = Guest(place, role, email, title="นางสาว", first_name="สมศรี", last_name="ใจงาม", position="นักวิชาการคลัง")
    return invitations.invite(guest, by=by, at=at)


def make_request(office: Organization, *, email: str = NEWCOMER, confirmed: bool = True, at=NOW, **facts):
    """A stranger's wish for an account, its address confirmed."""
    words = {"agency": "", "role": Role.COLLECTOR, "title": "นางสาว", "first_name": "สมศรี", "last_name": "ใจงาม",
             "position": "นักวิชาการคลัง", "note": "", **facts}  # fmt: skip
    requests.ask(requests.Wish(office=office, email=email, **words), at=at)
    request = AccountRequest.objects.get(email=email, state=AccountRequest.State.ASKED)
    return requests.confirm(request, at=at) if confirmed else request


def newest_code(email: str = NEWCOMER, page: str = "join") -> str:
    """The code of the last invitation (or other link) to this address, as it stands in the mail that leaves."""
    mail = OutgoingMail.objects.filter(to_email=email).latest("pk")
    found = re.search(rf"/people/{page}/#(\S+)", sealed_links.opened(mail.body))
    assert found is not None
    return found[1]


def fresh(invitation: AccountInvitation) -> AccountInvitation:
    return AccountInvitation.objects.get(pk=invitation.pk)
