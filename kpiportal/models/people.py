"""Who there is: organizations, people, and the duties (memberships) that join them."""

from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Count, F, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Lower

from kpiportal import clock, thai
from kpiportal.prepared import Prepared
from kpiportal.row_history import tracked


class Kind(models.TextChoices):
    OPDC = "opdc", "สำนักงาน ก.พ.ร."
    CLUSTER = "cluster", "กลุ่มจังหวัด"
    PROVINCE = "province", "จังหวัด"
    AGENCY = "agency", "หน่วยงาน"


class Role(models.TextChoices):
    COLLECTOR = "collector", "ผู้จัดเก็บข้อมูล"
    OVERSEER = "overseer", "ผู้กำกับดูแลตัวชี้วัด"
    COORDINATOR = "coordinator", "ผู้ประสานงาน"
    OFFICE_HEAD = "office_head", "หัวหน้าสำนักงานจังหวัด"
    GOVERNOR = "governor", "ผู้ว่าราชการจังหวัด"
    CLUSTER_HEAD = "head", "หัวหน้ากลุ่มจังหวัด"
    NEGOTIATOR = "negotiator", "ผู้เจรจา"
    EVALUATOR = "evaluator", "ผู้ประเมิน"
    DIRECTOR = "director", "ผู้อำนวยการ"
    VIEWER = "viewer", "ผู้ดูข้อมูล"
    OPERATOR = "operator", "ผู้ดูแลระบบ"


# Which duties exist where (DESIGN.md 5). A duty outside this table is refused when it is given.
ROLES_OF_KIND = {
    Kind.AGENCY: {Role.COLLECTOR, Role.OVERSEER, Role.VIEWER},
    Kind.PROVINCE: {Role.COORDINATOR, Role.OFFICE_HEAD, Role.GOVERNOR, Role.VIEWER},
    Kind.CLUSTER: {Role.COORDINATOR, Role.CLUSTER_HEAD, Role.VIEWER},
    Kind.OPDC: {Role.NEGOTIATOR, Role.EVALUATOR, Role.DIRECTOR, Role.VIEWER, Role.OPERATOR},
}


def places_managed_by(user, prefix=""):
    """Q: organizations whose people this person looks after. A province's office: itself and its agencies; OPDC's
    director: everything but the agencies, which are their province's business. `prefix`: the way to an organization."""
    offices = [
        duty.organization_id
        for duty in user.duties
        if duty.organization.kind == Kind.PROVINCE and duty.role in (Role.COORDINATOR, Role.OFFICE_HEAD)
    ]
    found = Q(**{f"{prefix}pk__in": offices}) | Q(**{f"{prefix}parent__in": offices})
    if any(duty.role == Role.DIRECTOR for duty in user.duties):
        found |= ~Q(**{f"{prefix}kind": Kind.AGENCY})
    return found


class OrganizationQuerySet(models.QuerySet):
    def managed_by(self, user):
        return self.filter(places_managed_by(user))

    def in_thai_order(self):
        return self.order_by("sort_key")

    def visible_to(self, user):
        """OPDC sees all; a province itself, its agencies and clusters; others their own and its parent."""
        if user.sits_at(Kind.OPDC):
            return self
        own = user.organization_ids
        return self.filter(
            Q(pk__in=own) | Q(parent__in=own) | Q(children__in=own) | Q(member_links__province__in=own)
        ).distinct()


class Organization(models.Model):
    """OPDC, a cluster, a province or an agency: one table, told apart by `kind`."""

    Kind = Kind

    kind = models.CharField("ประเภท", max_length=10, choices=Kind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    code = models.CharField("รหัส", max_length=20, help_text="จังหวัด: รหัสกรมการปกครอง")
    name = models.CharField("ชื่อ", max_length=200)
    name_en = models.CharField("ชื่ออังกฤษ", max_length=120, blank=True)
    short_name = models.CharField("ชื่อย่อบนตาราง", max_length=120, blank=True)
    abbreviation = models.CharField("อักษรย่อหนังสือ", max_length=10, blank=True)
    office_code = models.CharField("รหัสหน่วยงานในเลขหนังสือ", max_length=20, blank=True)
    address = models.TextField("ที่อยู่บนหัวหนังสือ", blank=True)
    phone = models.CharField("โทรศัพท์", max_length=100, blank=True)
    email = models.EmailField("ไปรษณีย์อิเล็กทรอนิกส์", blank=True)
    sort_key = models.CharField(max_length=400, editable=False, db_index=True, db_collation="C")

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = "หน่วยงาน"
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="organization_code_unique_in_kind"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="organization_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=Kind.AGENCY, parent__isnull=False) | (~Q(kind=Kind.AGENCY) & Q(parent__isnull=True)),
                name="organization_only_agency_has_parent",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.sort_key = thai.sort_key(self.name)
        super().save(*args, **kwargs)

    @property
    def full_name(self) -> str:
        """จังหวัดเชียงใหม่ · กลุ่มจังหวัดภาคเหนือตอนบน 1 · an agency's own name."""
        prefix = {Kind.PROVINCE: "จังหวัด", Kind.CLUSTER: "กลุ่มจังหวัด"}.get(self.kind, "")
        return prefix + self.name

    @property
    def label(self) -> str:
        return self.short_name or self.full_name


class ClusterMembership(models.Model):
    """A province's place in a cluster for a span of fiscal years (พ.ศ., both ends included)."""

    cluster = models.ForeignKey(Organization, models.PROTECT, related_name="member_links")
    province = models.ForeignKey(Organization, models.PROTECT, related_name="cluster_links")
    valid_from = models.PositiveSmallIntegerField("ตั้งแต่ปีงบประมาณ")
    valid_to = models.PositiveSmallIntegerField("ถึงปีงบประมาณ", null=True, blank=True)
    is_centre = models.BooleanField("ศูนย์ปฏิบัติการกลุ่มจังหวัด", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "valid_from"], name="province_in_one_cluster_from_a_year"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="cluster_membership_years_in_order",
            ),
        ]

    def __str__(self):
        return f"{self.province} ใน {self.cluster} ({self.valid_from}-{self.valid_to or ''})"


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """People who hold or held a duty in a place this person looks after."""
        return self.filter(pk__in=Membership.objects.visible_to(user).values("user"))

    def accounts_for(self, user):
        """Whose account this person may look at: OPDC's director and operator everybody's, an office its people's."""
        if any(duty.role in (Role.DIRECTOR, Role.OPERATOR) for duty in user.duties):
            return self
        return self.visible_to(user)

    def with_unread(self):
        """`unread` on each: how many messages wait to be read (kpiportal/inbox/)."""
        mails = self.model._meta.get_field("mails").related_model.objects
        waiting = mails.read_here().filter(to_user=OuterRef("pk"), read_at__isnull=True).order_by().values("to_user")
        counted = Subquery(waiting.annotate(count=Count("pk")).values("count"))
        return self.annotate(unread=Coalesce(counted, 0))

    def with_duties(self, on):
        """`duty` on each: a membership in force that day, with its organization. A row a duty; without any, one row
        that has no such attribute."""
        in_force = FilteredRelation("memberships", condition=_in_force(on, "memberships__"))
        return self.annotate(duty=in_force).select_related("duty__organization")


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A person. What they may do is never here: it is in their memberships."""

    email = models.EmailField("อีเมล", unique=True)
    title = models.CharField("คำนำหน้า", max_length=40, blank=True)
    first_name = models.CharField("ชื่อ", max_length=100)
    last_name = models.CharField("นามสกุล", max_length=100)
    position = models.CharField("ตำแหน่ง", max_length=200, blank=True)
    phone = models.CharField("โทรศัพท์", max_length=60, blank=True)
    is_active = models.BooleanField("ใช้งานได้", default=True)
    date_joined = models.DateTimeField("วันที่เริ่มใช้", default=clock.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]
    objects = UserManager()

    class Meta:
        verbose_name = "ผู้ใช้"
        constraints = [
            # `unique` sees letters, people see addresses: two accounts of one address could not be told apart.
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_in_lower_case")
        ]

    def __str__(self):
        return self.full_name

    @property
    def full_name(self) -> str:
        """นายสมชาย ใจดี: the title joins the first name without a space, as on paper."""
        return f"{self.title}{self.first_name} {self.last_name}".strip()

    duties_found: list["Membership"]  # read with the person, not asked for yet (kpiportal/accounts.py)
    hat: int | None = None  # the membership chosen for this sign-in (kpiportal/hats.py); None: all of them

    @cached_property
    def duties(self) -> list["Membership"]:
        """The memberships in force today, read once per request: every rule asks these and takes the first that fits.

        The one chosen as hat stands first, then the substantive ones: the order says under which an action is
        recorded, never whether it is allowed.
        """
        rows = self.__dict__.pop("duties_found", None)
        if rows is None:
            rows = _duties(user=self.pk, on=clock.today()) if self.is_active else []
        for row in rows:
            row.user = self
        return sorted(rows, key=self._worn_first)

    def ask_duties_again(self) -> None:
        """Forget what was read of them: one was given, or another one is to stand first."""
        self.__dict__.pop("duties", None)
        self.__dict__.pop("duties_found", None)

    def _worn_first(self, duty: "Membership") -> tuple[bool, bool, int]:
        return duty.pk != self.hat, duty.standing != Membership.Standing.SUBSTANTIVE, duty.pk

    @property
    def organization_ids(self) -> list[int]:
        """Where this person may see content; an operator keeps the machine running and sees none."""
        return [duty.organization_id for duty in self.duties if duty.role != Role.OPERATOR]

    @property
    def agency_ids(self) -> list[int]:
        """Those of them that are agencies."""
        duties = (duty for duty in self.duties if duty.role != Role.OPERATOR)
        return [duty.organization_id for duty in duties if duty.organization.kind == Kind.AGENCY]

    @property
    def kinds(self) -> frozenset[str]:
        """Of which kinds the organizations are where this person may see content."""
        return frozenset(duty.organization.kind for duty in self.duties if duty.role != Role.OPERATOR)

    def sits_at(self, kind: str) -> bool:
        """Whether any duty in force that may see content is at an organization of this kind."""
        return kind in self.kinds


def _in_force(on, prefix=""):
    """Valid on that day, of a relation to memberships by its prefix."""
    ends = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": on})
    return Q(**{f"{prefix}valid_from__lte": on}) & ends


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(places_managed_by(user, "organization__"))

    def not_over(self, on):
        """In force on that day, or still to begin."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))

    def in_force(self, on):
        """Valid on that day: `valid_to` is the last day, included."""
        return self.filter(_in_force(on))


@tracked
class Membership(models.Model):
    """A duty: this person, at this organization, in this role, between these days."""

    class Standing(models.TextChoices):
        SUBSTANTIVE = "substantive", "ตัวจริง"
        ACTING = "acting", "รักษาราชการแทน"
        ON_BEHALF = "on_behalf", "ปฏิบัติราชการแทน"
        SUBSTITUTE = "substitute", "ผู้ทำหน้าที่แทนชั่วคราว"

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="memberships")
    role = models.CharField("หน้าที่ในระบบ", max_length=12, choices=Role)
    standing = models.CharField("ฐานะ", max_length=12, choices=Standing, default=Standing.SUBSTANTIVE)
    post = models.CharField("ตำแหน่งที่พิมพ์ในเอกสาร", max_length=200, blank=True)
    order_no = models.CharField("เลขที่คำสั่ง", max_length=100, blank=True)
    valid_from = models.DateField("ตั้งแต่วันที่")
    valid_to = models.DateField("ถึงวันที่", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "หน้าที่"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "role", "valid_from"], name="membership_given_once_from_a_day"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="membership_days_in_order",
            ),
        ]
        indexes = [models.Index(fields=["organization", "role"])]

    def __str__(self):
        return f"{self.get_role_display()} {self.organization.label}"


# The duties of a person who did not come with the request.
_duties = Prepared(lambda user, on: Membership.objects.in_force(on).filter(user=user).select_related("organization"))
