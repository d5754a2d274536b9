"""Who keeps the list of holidays: OPDC's director, for everybody."""

from kpiportal.models import Membership, Role, User
from kpiportal.rules import duty_at_opdc


def can_keep(user: User) -> Membership | None:
    return duty_at_opdc(user, Role.DIRECTOR)
