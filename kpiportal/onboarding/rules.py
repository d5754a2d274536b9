"""Who gives and takes duties, and where. Every rule gives the membership it is allowed under, or None."""

from __future__ import annotations

from kpiportal.models import AccountInvitation, Membership, Organization, Role, User
from kpiportal.models.people import Kind
from kpiportal.rules import duty_at_opdc, duty_for_party

# What a province's office gives out, and what OPDC's director does. Anything else is given at installation.
OF_PROVINCE = {
    Kind.AGENCY: {Role.COLLECTOR, Role.OVERSEER, Role.VIEWER},
    Kind.PROVINCE: {Role.OFFICE_HEAD, Role.GOVERNOR, Role.VIEWER},
}
OF_OPDC = {
    Kind.PROVINCE: {Role.COORDINATOR, Role.OFFICE_HEAD, Role.GOVERNOR, Role.VIEWER},
    Kind.CLUSTER: {Role.COORDINATOR, Role.CLUSTER_HEAD, Role.VIEWER},
    Kind.OPDC: {Role.NEGOTIATOR, Role.EVALUATOR, Role.VIEWER},
}
STANDING = Membership.Standing


def office_for(user: User, organization: Organization) -> Membership | None:
    """The person's duty at the province office that looks after this province or agency."""
    office = organization.parent_id if organization.kind == Kind.AGENCY else organization.pk
    return duty_for_party(user, office) if organization.kind in OF_PROVINCE and office else None


def can_look_after(user: User, organization: Organization) -> Membership | None:
    """May this person see who is at this place, and when each was last here?"""
    if office := office_for(user, organization):
        return office
    return duty_at_opdc(user, Role.DIRECTOR) if organization.kind in OF_OPDC else None


def can_see_people(user: User) -> Membership | None:
    """May this person open the people page at all?"""
    provinces = [duty for duty in user.duties if duty.organization.kind == Kind.PROVINCE]
    office = next((duty for duty in provinces if office_for(user, duty.organization)), None)
    return office or duty_at_opdc(user, Role.DIRECTOR)


def can_invite(user: User, organization: Organization, role: str) -> Membership | None:
    if role in OF_PROVINCE.get(organization.kind, ()) and (office := office_for(user, organization)):
        return office
    return duty_at_opdc(user, Role.DIRECTOR) if role in OF_OPDC.get(organization.kind, ()) else None


def can_give(user: User, organization: Organization, role: str, standing: str) -> Membership | None:
    """As inviting; besides, an office names who stands in for its own coordinator, for a time."""
    if role == Role.COORDINATOR and standing != STANDING.SUBSTANTIVE and organization.kind == Kind.PROVINCE:
        return office_for(user, organization) or can_invite(user, organization, role)
    return can_invite(user, organization, role)


def can_end(user: User, duty: Membership) -> Membership | None:
    """Whoever may give it; and an office its own coordinators, handing over to the next one."""
    if duty.role == Role.COORDINATOR and duty.organization.kind == Kind.PROVINCE:
        return office_for(user, duty.organization) or can_invite(user, duty.organization, duty.role)
    return can_invite(user, duty.organization, duty.role)


def can_send_invitation(user: User, invitation: AccountInvitation) -> Membership | None:
    """Send again, revoke."""
    return can_invite(user, invitation.organization, invitation.role)


def can_accept(user: User, invitation: AccountInvitation) -> Membership | None:
    """The person invited, under the duty just received: nobody else can say yes for them."""
    if user.email.casefold() != invitation.email.casefold():
        return None
    return next(
        (d for d in user.duties if d.organization_id == invitation.organization_id and d.role == invitation.role), None
    )
