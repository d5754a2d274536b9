"""Forms about people: raw input to clean values. What was typed survives every refusal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from kpiportal import classified
from kpiportal.fields import BEDateField, LineField, WordsField, without_null
from kpiportal.models import AccountRequest, Membership, Organization, Role, User
from kpiportal.models.people import ROLES_OF_KIND, Kind
from kpiportal.onboarding import rules
from kpiportal.onboarding.invitations import Guest

# What a stranger may say they need; the office decides what they get.
WISHES = [(role.value, role.label) for role in (Role.COLLECTOR, Role.OVERSEER, Role.COORDINATOR, Role.VIEWER)]
_NOT_AN_EMAIL = "อีเมลไม่ถูกต้อง ตัวอย่าง somchai.j@chiangmai.go.th"


class AddressField(forms.EmailField):
    """An e-mail address, in lower case: one person is not two because of a capital."""

    def __init__(self, **kwargs: Any):
        messages = {"required": "กรุณาพิมพ์อีเมล", "invalid": _NOT_AN_EMAIL, "max_length": _NOT_AN_EMAIL}
        super().__init__(label=kwargs.pop("label", "อีเมล"), max_length=254, error_messages=messages, **kwargs)
        self.widget.attrs["autocomplete"] = "off"

    def to_python(self, value: Any) -> str:
        return super().to_python(without_null(value)).lower()


class PlaceChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any):
        messages = {"required": "กรุณาเลือกหน่วยงาน", "invalid_choice": "เลือกหน่วยงานที่ท่านดูแลเท่านั้น"}
        super().__init__(
            queryset=Organization.objects.none(), label="หน่วยงาน", empty_label="เลือกหน่วยงาน",
            error_messages=messages, **kwargs,
        )  # fmt: skip

    def label_from_instance(self, place: Organization) -> str:
        return place.full_name


def _roles(user: User, *, acting: bool = False) -> list[tuple[str, str]]:
    """Every role this person gives out somewhere; which fits the chosen place is said after sending."""
    given = set()
    if any(d.organization.kind == Kind.PROVINCE and rules.office_for(user, d.organization) for d in user.duties):
        given |= set().union(*rules.OF_PROVINCE.values()) | ({Role.COORDINATOR} if acting else set())
    if any(d.role == Role.DIRECTOR for d in user.duties):
        given |= set().union(*rules.OF_OPDC.values())
    return [("", "เลือกหน้าที่"), *((role.value, role.label) for role in Role if role in given)]


class RoleChoice(forms.ChoiceField):
    def __init__(self, **kwargs: Any):
        messages = {"required": "กรุณาเลือกหน้าที่", "invalid_choice": "เลือกหน้าที่จากรายการ"}
        super().__init__(label="หน้าที่ในระบบ", error_messages=messages, **kwargs)


def _fits(role: str, place: Organization, given: set[Role]) -> None:
    """Raises when this person does not give that role there, and says which ones they do."""
    if role not in given:
        allowed = ", ".join(r.label for r in Role if r in given)
        raise ValidationError({"role": f"{place.full_name}: เลือกได้เฉพาะ {allowed}"})


def roles_at(user: User, place: Organization, *, standing: str = Membership.Standing.SUBSTANTIVE) -> set[Role]:
    return {role for role in ROLES_OF_KIND[Kind(place.kind)] if rules.can_give(user, place, role, standing)}


class PersonForm(forms.Form):
    """Name and post, as on paper."""

    title = LineField(label="คำนำหน้า", longest=40, help_text="เช่น นาย นาง นางสาว ว่าที่ร้อยตรี")
    first_name = LineField(label="ชื่อ", longest=100, ask="กรุณาพิมพ์ชื่อ")
    last_name = LineField(label="นามสกุล", longest=100, ask="กรุณาพิมพ์นามสกุล")


class InviteForm(PersonForm):
    email = AddressField(help_text="ระบบส่งลิงก์ตอบรับไปที่อีเมลนี้ ใช้ได้ครั้งเดียวภายใน 14 วัน")
    organization = PlaceChoice()
    role = RoleChoice()
    position = LineField(label="ตำแหน่ง", longest=200)
    field_order = ["organization", "role", "email", "title", "first_name", "last_name", "position"]

    def __init__(self, *args: Any, by: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["organization"].queryset = Organization.objects.managed_by(by).in_thai_order()
        self.fields["role"].choices = _roles(by)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("organization") and data.get("role"):
            _fits(data["role"], data["organization"], roles_at(self.by, data["organization"]))
        return data

    @property
    def guest(self) -> Guest:
        return Guest(**self.cleaned_data)


class RequestForm(PersonForm):
    """A stranger asks for an account."""

    office = forms.ModelChoiceField(
        queryset=Organization.objects.none(), label="จังหวัด", empty_label="เลือกจังหวัด",
        help_text="จังหวัดที่หน่วยงานของท่านตั้งอยู่ หรือสำนักงาน ก.พ.ร.",
        error_messages={"required": "กรุณาเลือกจังหวัด", "invalid_choice": "เลือกจังหวัดจากรายการ"},
    )  # fmt: skip
    agency = LineField(label="หน่วยงานที่สังกัด", longest=200, help_text="เช่น สำนักงานคลังจังหวัดลำปาง")
    role = forms.ChoiceField(
        label="ต้องการเข้าใช้เพื่อ", choices=[("", "เลือก"), *WISHES],
        error_messages={"required": "กรุณาเลือก", "invalid_choice": "เลือกจากรายการ"},
    )  # fmt: skip
    email = AddressField(help_text="ใช้อีเมลของหน่วยงานที่ท่านเปิดอ่านเองได้ ระบบส่งลิงก์ยืนยันไปที่นี่")
    position = LineField(label="ตำแหน่ง", longest=200)
    note = WordsField(label="ข้อความถึงผู้พิจารณา", longest=1_000)
    field_order = ["title", "first_name", "last_name", "position", "email", "office", "agency", "role", "note"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offices = Organization.objects.filter(kind__in=[Kind.PROVINCE, Kind.OPDC])
        self.fields["office"].queryset = offices.in_thai_order()

    def clean_note(self) -> str:
        if classified.mark_in(self.cleaned_data["note"]):
            raise ValidationError(classified.WHERE_IT_GOES)
        return self.cleaned_data["note"]


class ApproveForm(InviteForm):
    """An invitation, made out of a request: its address cannot be another one."""

    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: AccountRequest, **kwargs: Any):
        told = ("email", "title", "first_name", "last_name", "position", "role", "revision")
        super().__init__(*args, initial={name: getattr(request, name) for name in told}, **kwargs)
        self.fields["email"].disabled = True
        places = list(self.fields["organization"].queryset)
        named = [place for place in places if place.name == request.agency] or [
            p for p in places if p == request.office
        ]
        self.initial["organization"] = named[0].pk if named else None

    @property
    def guest(self) -> Guest:
        return Guest(**{name: value for name, value in self.cleaned_data.items() if name != "revision"})


class RevisionForm(forms.Form):
    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class ReasonForm(forms.Form):
    reason = WordsField(longest=2_000, required=True, error_messages={"required": "กรุณาระบุเหตุผล"})


class WishForm(forms.Form):
    """A wish somebody need not explain."""

    reason = WordsField(longest=2_000)


class RefusalForm(ReasonForm, RevisionForm):
    """A no: the revision that was looked at, and why."""


class CodeForm(forms.Form):
    """The token of an invitation. The link fills it in (static/js/join.js); it may be pasted as well."""

    code = LineField(label="รหัสคำเชิญ", longest=200, ask="กรุณาวางรหัสคำเชิญจากอีเมล", help_text="ตัวอักษรชุดยาวในอีเมลคำเชิญ")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


class JoinForm(PersonForm):
    """Name and password of somebody new."""

    password = forms.CharField(
        label="รหัสผ่าน", strip=False, max_length=4096, error_messages={"required": "กรุณาตั้งรหัสผ่าน"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label="รหัสผ่านอีกครั้ง", strip=False, max_length=4096, error_messages={"required": "กรุณาพิมพ์รหัสผ่านซ้ำ"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, email: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["password"].help_text = " · ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("password"):
            return data
        if data.get("again") and data["again"] != data["password"]:
            self.add_error("again", "รหัสผ่านสองช่องไม่ตรงกัน")
        names = {name: data.get(name, "") for name in ("title", "first_name", "last_name")}
        try:
            validate_password(data["password"], User(email=self.email, **names))
        except ValidationError as refusal:
            self.add_error("password", refusal)
        return data

    @property
    def facts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("title", "first_name", "last_name", "password")}


def _known(by: User, email: str) -> User:
    """A person of the places `by` looks after. Others are not told apart from nobody at all."""
    person = User.objects.visible_to(by).filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise ValidationError("ไม่พบผู้ใช้อีเมลนี้ในหน่วยงานที่ท่านดูแล หากเป็นคนใหม่ให้ส่งคำเชิญ")
    return person


class DutyForm(forms.Form):
    """A duty for somebody who is here already."""

    email = AddressField(label="อีเมลของผู้รับหน้าที่", help_text="ผู้ที่มีบัญชีในหน่วยงานที่ท่านดูแลอยู่แล้ว")
    organization = PlaceChoice()
    role = RoleChoice()
    standing = forms.ChoiceField(
        label="ฐานะ", choices=Membership.Standing.choices,
        error_messages={"required": "กรุณาเลือกฐานะ", "invalid_choice": "เลือกฐานะจากรายการ"},
    )  # fmt: skip
    order_no = LineField(
        label="เลขที่คำสั่ง", longest=100, help_text="ต้องมีเมื่อรักษาราชการแทนหรือปฏิบัติราชการแทน เช่น คำสั่งจังหวัดเชียงใหม่ ที่ 12/2558"
    )
    post = LineField(label="ตำแหน่งที่พิมพ์ในเอกสาร", longest=200)
    valid_from = BEDateField(label="ตั้งแต่วันที่", required=False)
    valid_to = BEDateField(label="ถึงวันที่", required=False, help_text="วันสุดท้ายที่ทำหน้าที่ ตัวจริงไม่ต้องระบุ")

    def __init__(self, *args: Any, by: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["organization"].queryset = Organization.objects.managed_by(by).in_thai_order()
        self.fields["role"].choices = _roles(by, acting=True)

    def clean_email(self) -> str:
        self.person = _known(self.by, self.cleaned_data["email"])
        return self.cleaned_data["email"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("organization") and data.get("role") and data.get("standing"):
            given = roles_at(self.by, data["organization"], standing=data["standing"])
            _fits(data["role"], data["organization"], given)
        return data

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of duties.assign."""
        return {name: value for name, value in self.cleaned_data.items() if name != "email"}


class EndForm(forms.Form):
    """The last day of a duty, and who takes over."""

    last_day = BEDateField(label="วันสุดท้ายที่ทำหน้าที่")
    successor = AddressField(label="อีเมลของผู้รับช่วง", required=False, help_text="ผู้ที่มีบัญชีอยู่แล้ว จะได้รับหน้าที่เดียวกันตั้งแต่วันถัดไป")

    def __init__(self, *args: Any, by: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_successor(self) -> User | None:
        email = self.cleaned_data["successor"]
        return _known(self.by, email) if email else None


class EndChangeForm(forms.Form):
    """Another last day for a duty, and the order that says so."""

    valid_to = BEDateField(label="วันสิ้นสุดใหม่", required=False)
    order_no = LineField(label="เลขที่คำสั่ง", longest=100)


class SheetForm(forms.Form):
    file = forms.FileField(
        label="ไฟล์รายชื่อ (.xlsx)",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            name: "กรุณาเลือกไฟล์ Excel ที่กรอกแล้ว" for name in ("required", "invalid", "missing", "empty", "max_length")
        },
    )
