"""Who sees the system status: OPDC's operator and director. A province sees the mail of its own people."""

from kpiportal.models import Membership, Role, User
from kpiportal.rules import duty_at_opdc


def can_look(user: User) -> Membership | None:
    return duty_at_opdc(user, Role.OPERATOR, Role.DIRECTOR)


def can_send_again(user: User) -> Membership | None:
    """Whoever looks after people may have their mail sent again, once the address is right."""
    looks_after = (Role.COORDINATOR, Role.OFFICE_HEAD)
    return can_look(user) or next((duty for duty in user.duties if duty.role in looks_after), None)
