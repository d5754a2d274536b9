"""What a browser sends about a letter's words, its enclosures and its receivers, turned into clean values."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kpiportal import clock, thai
from kpiportal.fields import BEDateField, BETimeField, LineField
from kpiportal.letter_fields import OF_RECEIVER, fields_in
from kpiportal.letters import WORDS, Greeting
from kpiportal.letters.labels import address_of
from kpiportal.letters.standing import signed_by
from kpiportal.models import HeldNumber, Letter, LetterRecipient, LetterTemplate, Organization, Salutation, Signatory
from meetings.forms import (
    LetterMoveForm,
    LinesField,
    RevisionForm,
    references_field,
    series_field,
    series_of,
)

LONGEST_PARAGRAPH = 5_000  # characters
UNITS = ("ฉบับ", "ชุด", "แผ่น", "เล่ม", "หน้า")


class SignatoryChoice(forms.ModelChoiceField):
    def label_from_instance(self, signatory: Signatory) -> str:
        return f"{signatory.name} · {' '.join(signatory.post_lines)}"


class GreetingChoice(forms.ModelChoiceField):
    def label_from_instance(self, greeting: Salutation) -> str:
        return f"{greeting.name}: {greeting.opening} … {greeting.closing}"


class LetterForm(RevisionForm):
    """Every word a letter has. A draft may be incomplete: what is missing is asked for at issue."""

    kind = forms.ChoiceField(
        label="ชนิดหนังสือ", choices=Letter.Kind, required=False,
        error_messages={"required": "กรุณาเลือกชนิดหนังสือ", "invalid_choice": "กรุณาเลือกจากรายการ"},
    )  # fmt: skip
    series = series_field()
    dated = BEDateField(label="ลงวันที่")
    urgency = forms.ChoiceField(
        label="ชั้นความเร็ว", required=False, choices=[("", "ปกติ"), *Letter.Urgency.choices],
        help_text="พิมพ์ตัวแดงเหนือคำว่า “ที่” หนังสือที่มีชั้นความลับออกจากระบบนี้ไม่ได้",
        error_messages={"invalid_choice": "กรุณาเลือกจากรายการ"},
    )  # fmt: skip
    urgent_on = BEDateField(label="ด่วนภายในวันที่", required=False)
    urgent_time = BETimeField(label="เวลา", required=False)
    letterhead = LinesField(
        label="ส่วนราชการเจ้าของหนังสือ", longest=200, most=3, rows=2,
        help_text="หัวหนังสือด้านขวา บรรทัดสุดท้ายลงท้ายด้วยรหัสไปรษณีย์",
    )  # fmt: skip
    subject = LineField(label="เรื่อง", longest=500, widget=forms.Textarea(attrs={"rows": 3}))
    greeting = GreetingChoice(
        label="คำขึ้นต้นและคำลงท้าย", queryset=Salutation.objects.none(), required=False, empty_label="พิมพ์เอง",
        error_messages={"invalid_choice": "กรุณาเลือกจากรายการ"},
    )  # fmt: skip
    salutation = LineField(label="คำขึ้นต้น", longest=60, help_text="ใช้เมื่อเลือก “พิมพ์เอง” หนังสือประทับตราใช้ “ถึง”")
    addressee = LineField(
        label="ผู้รับ", longest=300, help_text="ตำแหน่งของผู้รับ ไม่ต้องพิมพ์คำว่า “เรียน”",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    references = references_field()
    enclosures = LinesField(
        label="สิ่งที่ส่งมาด้วย", longest=300, most=12, rows=2,
        help_text="บรรทัดละ 1 รายการ พร้อมจำนวน เช่น แบบตอบรับ จำนวน 1 ฉบับ แนบไฟล์ได้ที่หน้าหนังสือ",
    )  # fmt: skip
    body = LinesField(
        label="ข้อความ", longest=LONGEST_PARAGRAPH, most=30, rows=14, apart=True,
        help_text="บรรทัดละ 1 ย่อหน้า: ภาคเหตุ ภาคความประสงค์ ภาคสรุป พิมพ์เลขอารบิกได้ ระบบพิมพ์เป็นเลขไทยให้",
    )  # fmt: skip
    closing = LineField(label="คำลงท้าย", longest=100, help_text="ใช้เมื่อเลือก “พิมพ์เอง”")
    signatory = SignatoryChoice(
        label="ผู้ลงนาม", queryset=Signatory.objects.none(), required=False, empty_label="พิมพ์เอง",
        error_messages={"invalid_choice": "เลือกผู้ลงนามของหน่วยงานท่านเท่านั้น"},
    )  # fmt: skip
    signer = LineField(label="ชื่อผู้ลงนาม", longest=200, help_text="คำนำหน้า ชื่อ และนามสกุล ไม่ต้องใส่วงเล็บ")
    signer_rank = LineField(label="ยศหรือตำแหน่งทางวิชาการ", longest=60)
    rank_inside = forms.BooleanField(label="พิมพ์ยศหรือตำแหน่งทางวิชาการในวงเล็บหน้าชื่อ", required=False)
    signer_post = LinesField(
        label="ตำแหน่งผู้ลงนาม", longest=200, most=4, rows=2,
        help_text="ปฏิบัติราชการแทน: บรรทัดแรกตำแหน่งของผู้ลงนาม บรรทัดถัดไปตำแหน่งของผู้มอบอำนาจ",
    )  # fmt: skip
    acting_order = LineField(label="คำสั่งที่ให้ปฏิบัติราชการแทน", longest=200, help_text="เก็บในทะเบียน ไม่พิมพ์ในหนังสือ")
    owner = LinesField(
        label="ส่วนราชการเจ้าของเรื่อง", longest=200, most=6, rows=2, help_text="หน่วยงาน กลุ่มงาน บรรทัดละ 1 รายการ",
    )  # fmt: skip
    phone = LineField(label="โทร.", longest=100)
    fax = LineField(label="โทรสาร", longest=100)
    email = forms.EmailField(
        label="ไปรษณีย์อิเล็กทรอนิกส์", required=False, max_length=254,
        error_messages={"invalid": "อีเมลไม่ถูกต้อง เช่น saraban@chiangmai.go.th", "max_length": "อีเมลยาวเกินไป"},
    )  # fmt: skip
    copies_to = LinesField(label="สำเนาส่ง", longest=200, most=10, rows=2, help_text="บรรทัดละ 1 แห่ง")
    emblem_paper = forms.BooleanField(
        label="พิมพ์ลงบนกระดาษตราครุฑ", required=False, help_text="เว้นที่ของตราไว้ ไม่พิมพ์ตราในไฟล์",
    )  # fmt: skip

    def __init__(self, *args: Any, office: Organization, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["series"].queryset = series_of(office)
        self.fields["signatory"].queryset = Signatory.objects.filter(organization=office)
        self.fields["greeting"].queryset = Salutation.objects.all()

    @staticmethod
    def initial_of(letter: Letter) -> dict[str, Any]:
        words = {name: getattr(letter, name) for name in WORDS if name != "urgent_by"}
        words |= {"series": letter.series_id, "signatory": letter.signatory_id or ""}
        if letter.urgent_by:
            moment = letter.urgent_by.astimezone(thai.BANGKOK)
            words |= {"urgent_on": moment.date(), "urgent_time": moment.time()}
        same = Salutation.objects.filter(opening=letter.salutation, closing=letter.closing).first()
        return {"revision": letter.revision, **words, "greeting": same.pk if same else ""}

    def clean(self) -> dict[str, Any]:
        """What is chosen from the office's own tables wins over what stands in the boxes beside it."""
        data = super().clean() or {}
        if greeting := data.get("greeting"):
            data |= {"salutation": greeting.opening, "closing": greeting.closing}
        if signatory := data.get("signatory"):
            data |= signed_by(signatory)
        data["urgent_by"] = self._urgent_by(data)
        data["kind"] = data.get("kind") or Letter.Kind.EXTERNAL
        data["salutation"] = data.get("salutation") or "เรียน"
        if data["kind"] == Letter.Kind.STAMPED:
            data |= {"salutation": "ถึง", "closing": ""}
        return data

    def _urgent_by(self, data: dict[str, Any]) -> dt.datetime | None:
        """ด่วนภายใน: both boxes or neither; a draft may still lack them."""
        day, time = data.get("urgent_on"), data.get("urgent_time")
        if data.get("urgency") != Letter.Urgency.WITHIN or not (day or time):
            return None
        if day and time:
            return dt.datetime.combine(day, time, tzinfo=thai.BANGKOK)
        if not {"urgent_on", "urgent_time"} & self.errors.keys():
            self.add_error("urgent_time" if day else "urgent_on", "ด่วนภายในต้องมีทั้งวันและเวลา")
        return None

    @property
    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in WORDS}

    def renewed(self, letter: Letter) -> LetterForm:
        """The same typed text on a page that may be sent again, over what is stored now."""
        data = self.data.copy()
        data["revision"] = letter.revision
        form = LetterForm(data, office=letter.organization)
        form.is_valid()
        return form

    def differences(self, letter: Letter) -> list[dict[str, str]]:
        """Fields whose stored value is not what was typed, with the stored one in words."""
        found = []
        for name in WORDS:
            stored = getattr(letter, name)
            if self.cleaned_data.get(name) != stored:
                label = self.fields["urgent_on" if name == "urgent_by" else name].label
                found.append({"label": str(label), "stored": _shown(stored)})
        return found

    @property
    def repaired(self) -> bool:
        """Whether something pasted out of an old PDF was put right: its own codes, or a split ำ."""
        return any(thai.repair(text).replace("\n", "") != _plain(text) for text in self.data.values() if _is_thai(text))


def _is_thai(text: Any) -> bool:
    return isinstance(text, str) and any("\u0e00" <= sign <= "\u0e7f" or "\uf700" <= sign <= "\uf89d" for sign in text)


def _plain(text: str) -> str:
    return text.replace("\r", "").replace("\n", "").replace("\t", " ").replace("\u00a0", " ")


def _shown(value: Any) -> str:
    """A stored value as the page shows it beside what was typed."""
    if isinstance(value, list):
        return "\n".join(value) or "(ว่าง)"
    if isinstance(value, dt.datetime):
        return thai.datetime_text(value)
    if isinstance(value, dt.date):
        return thai.date_text(value)
    if isinstance(value, bool):
        return "ใช่" if value else "ไม่ใช่"
    return str(value or "") or "(ว่าง)"


class TemplateChoice(forms.ModelChoiceField):
    def label_from_instance(self, template: LetterTemplate) -> str:
        return f"{template.purpose} ({template.get_kind_display()})"


class StartForm(forms.Form):
    """A new letter: of which office, with which words to begin."""

    office = forms.ModelChoiceField(
        label="หน่วยงาน", queryset=Organization.objects.none(), empty_label=None,
        error_messages={"required": "กรุณาเลือกหน่วยงาน", "invalid_choice": "เลือกหน่วยงานของท่านเท่านั้น"},
    )  # fmt: skip
    template = TemplateChoice(
        label="ใช้เมื่อ", queryset=LetterTemplate.objects.none(), required=False, empty_label="เริ่มจากกระดาษเปล่า",
        error_messages={"invalid_choice": "กรุณาเลือกจากรายการ"},
    )  # fmt: skip
    dated = BEDateField(label="ลงวันที่")

    def __init__(self, *args: Any, offices: Any, templates: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices
        self.fields["template"].queryset = templates

    def clean_dated(self) -> dt.date:
        dated: dt.date = self.cleaned_data["dated"]
        if dated < clock.today():
            raise ValidationError(f"{thai.date_text(dated)} ผ่านไปแล้ว หนังสือใหม่ต้องลงวันที่วันนี้หรือหลังจากนี้")
        return dated


AS_LETTER, AS_IS = "as-letter", "as-is"


class GreetingsForm(RevisionForm):
    """The words for each receiver of one page: its post in a box, its greeting from the table, its envelope."""

    def __init__(self, *args: Any, receivers: list[LetterRecipient], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.receivers, self.table = receivers, {str(row.pk): row for row in Salutation.objects.all()}
        choices = [(AS_LETTER, "ตามหนังสือ")]
        choices += [(key, f"{row.opening} … {row.closing} ({row.name})") for key, row in self.table.items()]
        pairs = {(row.opening, row.closing): key for key, row in reversed(self.table.items())}
        for row in receivers:
            self.fields[f"text-{row.pk}"] = LineField(
                label=row.organization.full_name, longest=300, ask="กรุณาพิมพ์ตำแหน่งผู้รับ", initial=row.text
            )
            now = pairs.get((row.salutation, row.closing), AS_IS if row.salutation else AS_LETTER)
            own = [(AS_IS, f"{row.salutation} … {row.closing} (คงไว้)")] if now == AS_IS else []
            self.fields[f"greeting-{row.pk}"] = forms.ChoiceField(
                label="คำขึ้นต้นและคำลงท้าย", choices=[*own, *choices], initial=now,
                error_messages={"required": "กรุณาเลือกจากรายการ", "invalid_choice": "กรุณาเลือกจากรายการ"},
            )  # fmt: skip
            self.fields[f"address-{row.pk}"] = self._envelope(row)

    def _envelope(self, row: LetterRecipient) -> LinesField:
        known = [] if row.address else address_of(row)
        return LinesField(
            label="ที่อยู่บนซอง", longest=90, most=3, rows=2, initial=row.address.splitlines(),
            help_text=f"เว้นว่าง: {' '.join(known)}" if known else "",
        )  # fmt: skip

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        return [tuple(self[f"{name}-{row.pk}"] for name in ("text", "greeting", "address")) for row in self.receivers]

    @property
    def greetings(self) -> dict[int, Greeting]:
        found = {}
        for row in self.receivers:
            key = self.cleaned_data[f"greeting-{row.pk}"]
            words = (row.salutation, row.closing) if key == AS_IS else ("", "")
            if chosen := self.table.get(key):
                words = (chosen.opening, chosen.closing)
            address = "\n".join(self.cleaned_data[f"address-{row.pk}"])
            found[row.pk] = Greeting(self.cleaned_data[f"text-{row.pk}"], *words, address)
        return found


class WordingForm(forms.Form):
    """A letter template: the words an office begins a letter of this purpose with."""

    purpose = LineField(label="ใช้เมื่อ", longest=120, ask="กรุณาพิมพ์ว่าใช้แบบนี้เมื่อใด")
    kind = forms.ChoiceField(
        label="ชนิดหนังสือ", choices=Letter.Kind,
        error_messages={"required": "กรุณาเลือกชนิดหนังสือ", "invalid_choice": "กรุณาเลือกจากรายการ"},
    )  # fmt: skip
    circular = forms.BooleanField(label="หนังสือเวียน (ว)", required=False, help_text="ทุกฉบับใช้เลขเดียวและข้อความเดียวกัน")
    subject = LineField(label="เรื่อง", longest=500, ask="กรุณาพิมพ์เรื่อง", widget=forms.Textarea(attrs={"rows": 2}))
    addressee = LineField(label="ผู้รับ", longest=300)
    body = LinesField(label="ข้อความ", longest=LONGEST_PARAGRAPH, most=30, rows=12, apart=True)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("body") and "body" not in self.errors:
            self.add_error("body", "กรุณาพิมพ์ข้อความอย่างน้อย 1 ย่อหน้า")
        differing = fields_in([data.get("subject", ""), *data.get("body", [])]) & OF_RECEIVER.keys()
        if data.get("circular") and differing:
            self.add_error("circular", f"ข้อความมีช่อง [{min(differing)}] ซึ่งต่างกันตามผู้รับ จึงใช้เป็นหนังสือเวียน (ว) ไม่ได้")
        return data


class EncloseForm(forms.Form):
    """A file to go with the letter, and what the letter calls it."""

    file = forms.FileField(label="ไฟล์ PDF", error_messages={"required": "กรุณาเลือกไฟล์", "empty": "ไฟล์ว่างเปล่า"})
    name = LineField(label="ชื่อที่พิมพ์ในหนังสือ", longest=240, ask="กรุณาพิมพ์ชื่อ เช่น แบบรายงานผลการดำเนินงาน")
    copies = forms.IntegerField(
        label="จำนวน", min_value=1, max_value=999, initial=1,
        error_messages={name: "ตัวเลข 1 ถึง 999" for name in ("required", "invalid", "min_value", "max_value")},
    )  # fmt: skip
    unit = forms.ChoiceField(
        label="หน่วย", choices=[(unit, unit) for unit in UNITS],
        error_messages={"required": "กรุณาเลือกหน่วย", "invalid_choice": "กรุณาเลือกจากรายการ"},
    )  # fmt: skip


class IssueForm(LetterMoveForm):
    """Take the next number, or one reserved by hand. A letter that calls no meeting has no meeting's revision."""

    revision = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    reserved = forms.ModelChoiceField(
        queryset=HeldNumber.objects.none(), required=False,
        error_messages={"invalid_choice": "เลขที่จองไว้นี้ใช้ไปแล้ว กรุณาเลือกใหม่"},
    )  # fmt: skip

    def __init__(self, *args: Any, letter: Letter, **kwargs: Any):
        super().__init__(*args, **kwargs)
        free = HeldNumber.objects.filter(series=letter.series_id, why=HeldNumber.Why.RESERVED, letter=None)
        self.fields["reserved"].queryset = free


class ScanForm(forms.Form):
    file = forms.FileField(
        label="ไฟล์สแกนฉบับลงนาม (PDF)", error_messages={"required": "กรุณาเลือกไฟล์", "empty": "ไฟล์ว่างเปล่า"}
    )
