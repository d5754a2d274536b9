"""Invitations: an account or a duty offered to an e-mail address, taken with a link that works once."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from kpiportal.models.people import Organization, Role, places_managed_by


class InvitationState(models.TextChoices):
    INVITED = "invited", "รอตอบรับ"
    ACCEPTED = "accepted", "ตอบรับแล้ว"
    REVOKED = "revoked", "ยกเลิกแล้ว"
    EXPIRED = "expired", "หมดอายุ"


class AccountInvitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Of the places whose people this person looks after."""
        return self.filter(places_managed_by(user, "organization__"))

    def waiting(self):
        return self.filter(state=InvitationState.INVITED)


class AccountInvitation(models.Model):
    """One offer of one duty. `state`, `revision`: written only by workflow.advance.

    The token itself is nowhere in the database: `token_hash` is its SHA-256, and the mail that waits in the outbox
    holds a seal that becomes the token only while it is sent (kpiportal/sealed_links.py).
    """

    State = InvitationState

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="account_invitations")
    role = models.CharField("หน้าที่ในระบบ", max_length=12, choices=Role)
    email = models.EmailField("อีเมล")
    title = models.CharField("คำนำหน้า", max_length=40, blank=True)
    first_name = models.CharField("ชื่อ", max_length=100, blank=True)
    last_name = models.CharField("นามสกุล", max_length=100, blank=True)
    position = models.CharField("ตำแหน่ง", max_length=200, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField("สถานะ", max_length=8, choices=InvitationState, default=InvitationState.INVITED)
    revision = models.PositiveIntegerField(default=0)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField("เชิญเมื่อ")
    expires_at = models.DateTimeField("ใช้ได้ถึง")
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField("ตอบรับเมื่อ", null=True)

    objects = AccountInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "คำเชิญ"
        constraints = [
            models.UniqueConstraint(
                fields=["email", "organization", "role"],
                condition=Q(state=InvitationState.INVITED),
                name="invitation_one_waiting_per_email_and_duty",
            ),
            models.CheckConstraint(condition=Q(state__in=InvitationState.values), name="invitation_state_known"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_known"),
            models.CheckConstraint(
                condition=Q(state=InvitationState.ACCEPTED, accepted_by__isnull=False, accepted_at__isnull=False)
                | (~Q(state=InvitationState.ACCEPTED) & Q(accepted_by__isnull=True, accepted_at__isnull=True)),
                name="invitation_accepted_iff_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["organization", "state"])]

    def __str__(self):
        return f"{self.email} · {self.get_role_display()} {self.organization.label}"

    @property
    def full_name(self) -> str:
        return f"{self.title}{self.first_name} {self.last_name}".strip()
