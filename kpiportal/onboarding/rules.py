"""Who gives and takes duties, and where. Every rule gives the membership it is allowed under, or None."""

from __future__ import annotations

from collections.abc import Sequence

from kpiportal.models import AccountInvitation, AccountRequest, ErasureRequest, Membership, Organization, Role, User
from kpiportal.models.people import Kind
from kpiportal.rules import duty_at_opdc, duty_for_party, worn_first

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
    director = duty_at_opdc(user, Role.DIRECTOR) if organization.kind in OF_OPDC else None
    return worn_first(user, office_for(user, organization), director)


def can_see_people(user: User) -> Membership | None:
    """May this person open the people page at all?"""
    provinces = [duty for duty in user.duties if duty.organization.kind == Kind.PROVINCE]
    office = next((duty for duty in provinces if office_for(user, duty.organization) == duty), None)
    return worn_first(user, office, duty_at_opdc(user, Role.DIRECTOR))


def can_keep_place(user: User, organization: Organization) -> Membership | None:
    """Add agencies to this province, or change the words of this place: the province's own office."""
    return office_for(user, organization)


def can_add_places(user: User) -> Membership | None:
    """May this person add an agency anywhere?"""
    return next((d for d in user.duties if office_for(user, d.organization) == d), None)


def can_invite(user: User, organization: Organization, role: str) -> Membership | None:
    office = office_for(user, organization) if role in OF_PROVINCE.get(organization.kind, ()) else None
    director = duty_at_opdc(user, Role.DIRECTOR) if role in OF_OPDC.get(organization.kind, ()) else None
    return worn_first(user, office, director)


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


def can_open_accounts(user: User) -> Membership | None:
    """May this person look people up by name: whoever looks after people, and who keeps the machine running."""
    return can_see_people(user) or sees_all_accounts(user)


def sees_all_accounts(user: User) -> Membership | None:
    return duty_at_opdc(user, Role.DIRECTOR, Role.OPERATOR)


def can_suspend(user: User, person: User, held: Sequence[Membership]) -> Membership | None:
    """Switch an account off and on again. OPDC's director and operator anybody's; an office the account of a person
    all of whose duties (`held`: not over yet) it may end. Nobody their own."""
    if user.pk == person.pk:
        return None
    under = [can_end(user, duty) for duty in held]
    return worn_first(user, sees_all_accounts(user), under[0] if under and all(under) else None)


def can_view_as(user: User, person: User) -> Membership | None:
    """See the portal as this person, read only. OPDC's operator: people who hold no duty at OPDC. Its director: those
    as well who hold one, but no director and no operator. Nobody themselves, nobody who sees nothing."""
    at_opdc = {duty.role for duty in person.duties if duty.organization.kind == Kind.OPDC}
    if user.pk == person.pk or not person.duties or at_opdc & {Role.DIRECTOR, Role.OPERATOR}:
        return None
    return duty_at_opdc(user, Role.DIRECTOR) if at_opdc else sees_all_accounts(user)


def can_decide_erasure(user: User, request: ErasureRequest) -> Membership | None:
    """OPDC's director and operator, each other's requests as well, never their own."""
    return sees_all_accounts(user) if request.person_id != user.pk else None


def can_send_invitation(user: User, invitation: AccountInvitation) -> Membership | None:
    """Send again, revoke."""
    return can_invite(user, invitation.organization, invitation.role)


def can_decide_request(user: User, request: AccountRequest) -> Membership | None:
    """The office that was asked, and OPDC's director for whoever asked a province that does not answer."""
    return can_look_after(user, request.office)


def can_accept(user: User, invitation: AccountInvitation) -> Membership | None:
    """The person invited, under the duty just received: nobody else can say yes for them."""
    if user.email.casefold() != invitation.email.casefold():
        return None
    return next(
        (d for d in user.duties if d.organization_id == invitation.organization_id and d.role == invitation.role), None
    )
