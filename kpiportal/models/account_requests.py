"""Requests for an account: typed by a stranger, confirmed by a link to the address, decided by an office."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from kpiportal.models.invitations import AccountInvitation
from kpiportal.models.people import Organization, Role, places_managed_by


class AccountRequestState(models.TextChoices):
    ASKED = "asked", "รอยืนยันอีเมล"
    WAITING = "waiting", "รอพิจารณา"
    APPROVED = "approved", "อนุมัติแล้ว"
    REFUSED = "refused", "ไม่อนุมัติ"


class AccountRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Confirmed requests to the offices this person answers for: what nobody confirmed may be anybody's joke."""
        return self.exclude(state=AccountRequestState.ASKED).filter(places_managed_by(user, "office__"))

    def waiting(self):
        return self.filter(state=AccountRequestState.WAITING)


class AccountRequest(models.Model):
    """`office`: the province, cluster or OPDC asked. `agency`: where the person works, in their own words.
    `state`, `revision`: written only by workflow.advance. The token is nowhere, `token_hash` is its SHA-256."""

    State = AccountRequestState

    office = models.ForeignKey(Organization, models.PROTECT, related_name="account_requests")
    agency = models.CharField("หน่วยงานที่สังกัด", max_length=200, blank=True)
    role = models.CharField("หน้าที่ที่ขอ", max_length=12, choices=Role)
    email = models.EmailField("อีเมล")
    title = models.CharField("คำนำหน้า", max_length=40, blank=True)
    first_name = models.CharField("ชื่อ", max_length=100)
    last_name = models.CharField("นามสกุล", max_length=100)
    position = models.CharField("ตำแหน่ง", max_length=200, blank=True)
    note = models.TextField("ข้อความถึงผู้พิจารณา", max_length=1000, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField("สถานะ", max_length=8, choices=AccountRequestState, default=AccountRequestState.ASKED)
    revision = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField("ขอเมื่อ")
    confirmed_at = models.DateTimeField("ยืนยันอีเมลเมื่อ", null=True)
    decided_at = models.DateTimeField("พิจารณาเมื่อ", null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answer = models.TextField("เหตุผล", max_length=2000, blank=True)
    invitation = models.ForeignKey(AccountInvitation, models.PROTECT, null=True, related_name="+")

    objects = AccountRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "คำขอเข้าใช้ระบบ"
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=Q(state__in=["asked", "waiting"]), name="account_request_one_open_per_email"
            ),
            models.CheckConstraint(
                condition=Q(state__in=AccountRequestState.values), name="account_request_state_known"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="account_request_role_known"),
        ]
        indexes = [models.Index(fields=["office", "state"])]

    def __str__(self):
        return f"{self.full_name} {self.agency or self.office.label}"

    @property
    def full_name(self) -> str:
        return f"{self.title}{self.first_name} {self.last_name}".strip()
