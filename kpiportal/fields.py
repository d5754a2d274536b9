"""Form fields for what Thai officers type: พ.ศ. dates, times with a full stop, results.

Each is a plain text box. The box shows a stored value the Thai way and, after an error, exactly what was typed;
the error is the one Thai sentence of the parser. cleaned_data holds `date`, `time`, Decimal (or NO_DATA) or None.
Paragraphs go through WordsField: repaired, and its one refusal is in Thai, too.
"""

from datetime import date, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy

from kpiportal import clock
from kpiportal.dates import InvalidDate, InvalidTime, be_input_text, parse_be_date, parse_time, time_input_text
from kpiportal.numbers import (
    MAX_DECIMALS,
    MAX_DIGITS,
    NO_DATA,
    InvalidNumber,
    NoData,
    format_number,
    parse_number,
)
from kpiportal.thai import be_year, clean_line, clean_text, day_in_bangkok


def _this_year(sentence: str) -> str:
    return sentence.format(year=be_year(clock.today().year))


# Examples of this portal's own year, read when a page is drawn: a demo set in 2558 shows no date of 2569.
_of_this_year = lazy(_this_year, str)
EXAMPLE = _of_this_year("20/11/{year}")
HOW = _of_this_year("วัน/เดือน/ปี พ.ศ. เช่น 20/11/{year} หรือ 20 พ.ย. {year}")


class BEDateInput(forms.TextInput):
    """A text box: a `type=date` box would show and send the CE year."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "placeholder": EXAMPLE} | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, date):
            return be_input_text(day_in_bangkok(value))
        shown: str | None = super().format_value(value)
        return shown


class BETimeInput(forms.TextInput):
    """A text box that shows 13.30."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "placeholder": "13.30"} | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        return time_input_text(value) if isinstance(value, time) else super().format_value(value)


class ResultNumberInput(forms.TextInput):
    """A text box for a number. No inputmode=decimal: that keyboard has no minus sign on many phones."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "class": "num"} | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, Decimal | int):
            return format_number(value)
        shown: str | None = super().format_value(value)
        return shown


class _TypedField(forms.Field):
    """Blank is None; a string goes through `parse`, whose sentence becomes the field's error."""

    python_type: type | tuple[type, ...]
    required_message: str

    def __init__(self, **kwargs: Any) -> None:
        messages = {"required": self.required_message} | (kwargs.pop("error_messages", None) or {})
        super().__init__(error_messages=messages, **kwargs)

    def parse(self, typed: str) -> Any:
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, self.python_type):
            return value
        if not clean_line(str(value)):
            return None
        try:
            return self.parse(str(value))
        except (InvalidDate, InvalidTime, InvalidNumber) as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal


class BEDateField(_TypedField):
    """A date typed in พ.ศ. (see dates.parse_be_date); cleaned to a CE `date`."""

    widget = BEDateInput
    python_type = date
    required_message = "โปรดพิมพ์วันที่"

    def __init__(self, *, help_text: str = HOW, **kwargs: Any) -> None:
        super().__init__(help_text=help_text, **kwargs)

    def parse(self, typed: str) -> date:
        return parse_be_date(typed)


class BETimeField(_TypedField):
    """A time of day typed as 13.30, 13:30 or ๑๓.๓๐ น.; cleaned to a naive `time` (Bangkok is understood)."""

    widget = BETimeInput
    python_type = time
    required_message = "โปรดพิมพ์เวลา เช่น 13.30"

    def __init__(self, *, help_text: str = "ชั่วโมง.นาที เช่น 13.30", **kwargs: Any) -> None:
        super().__init__(help_text=help_text, **kwargs)

    def parse(self, typed: str) -> time:
        return parse_time(typed)


class ResultNumberField(_TypedField):
    """A number as typed (see numbers.parse_number): Decimal, NO_DATA for `-` or `N/A`, None for blank.

    `percent`: a trailing % may be typed. `no_data=False`: `-` and `N/A` are refused, for weights, targets and parts
    of a result (error_messages["no_data"] says what to do instead), and no sentence proposes them.
    """

    widget = ResultNumberInput
    python_type = (Decimal, NoData)
    required_message = "โปรดพิมพ์ตัวเลข"

    def __init__(
        self,
        *,
        decimals: int = MAX_DECIMALS,
        digits: int = MAX_DIGITS,
        percent: bool = False,
        no_data: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.decimals, self.digits, self.percent, self.no_data = decimals, digits, percent, no_data

    def parse(self, typed: str) -> Decimal | NoData | None:
        try:
            value = parse_number(typed, decimals=self.decimals, digits=self.digits, percent=self.percent)
        except InvalidNumber as refusal:
            if self.no_data or refusal.code != "not_a_number":
                raise
            raise InvalidNumber("โปรดพิมพ์เฉพาะตัวเลข เช่น 82.35 หรือ 1,234.5", refusal.code) from None
        if value is NO_DATA and not self.no_data:
            raise InvalidNumber(self.error_messages.get("no_data", "ช่องนี้ต้องเป็นตัวเลข"), "no_data")
        return value


def without_null(value: Any) -> Any:
    """Nobody types a null character; what pastes one means nothing by it."""
    return value.replace("\x00", "") if isinstance(value, str) else value


class LineField(forms.CharField):
    """One line of words, repaired (thai.clean_line); `longest` characters at most. `ask`: required, in these words."""

    def __init__(self, *, longest: int, ask: str = "", **kwargs: Any) -> None:
        asked: dict[str, Any] = {"required": True, "error_messages": {"required": ask}} if ask else {"required": False}
        super().__init__(**asked | kwargs)
        self.longest = longest

    def clean(self, value: Any) -> str:
        text = clean_line(super().clean(without_null(value)))
        if (over := len(text) - self.longest) > 0:
            raise ValidationError(f"ยาวเกินไป {over:,} ตัวอักษร (ไม่เกิน {self.longest:,})", code="too_long")
        if self.required and not text:
            raise ValidationError(self.error_messages["required"], code="required")
        return text


class WordsField(forms.CharField):
    """Paragraphs as people type and paste them, repaired (thai.clean_text); at most `longest` characters.

    Django's own sentences for a text too long or with a null character are not translated into Thai.
    """

    def __init__(self, *, longest: int, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "widget": forms.Textarea(attrs={"rows": rows})} | kwargs)
        self.longest = longest

    def clean(self, value: Any) -> str:
        text = clean_text(super().clean(without_null(value)))
        if (over := len(text) - self.longest) > 0:
            raise ValidationError(f"ยาวเกินไป {over:,} ตัวอักษร (ไม่เกิน {self.longest:,})", code="too_long")
        if self.required and not text:
            raise ValidationError(self.error_messages["required"], code="required")
        return text
