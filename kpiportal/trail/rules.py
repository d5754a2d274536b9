"""May this person read the trail? Which part of it, AuditEvent.objects.visible_to says."""

from __future__ import annotations

from kpiportal.models import Membership, Role, User
from kpiportal.models.people import Kind


def can_read(user: User) -> Membership | None:
    """OPDC's directors and negotiators; a province's coordinators and heads of office."""
    readers = {
        Kind.OPDC: {Role.DIRECTOR, Role.NEGOTIATOR},
        Kind.PROVINCE: {Role.COORDINATOR, Role.OFFICE_HEAD},
    }
    return next((duty for duty in user.duties if duty.role in readers.get(duty.organization.kind, ())), None)
