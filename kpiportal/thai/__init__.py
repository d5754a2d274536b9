"""Thai text, digits, calendar and number words: pure functions, no Django, no clock.

Dates are stored as CE `date`, digits as Arabic; พ.ศ. and Thai digits exist only where a person reads or
types. Dates a person *typed* are read by `kpiportal.dates`, numbers by `kpiportal.numbers`.
"""

from kpiportal.thai.calendar import (
    BANGKOK,
    MONTHS,
    SHORT_MONTHS,
    WEEKDAYS,
    be_year,
    ce_year,
    date_text,
    datetime_text,
    day_in_bangkok,
    fiscal_year,
    fiscal_year_bounds,
    month_text,
    time_text,
    weekday_date_text,
)
from kpiportal.thai.collation import sort_key
from kpiportal.thai.digits import on_paper, to_arabic_digits, to_thai_digits
from kpiportal.thai.letter_number import InvalidLetterNumber, LetterNumber, parse_letter_number
from kpiportal.thai.text import clean_line, clean_text, repair
from kpiportal.thai.words import baht_text, number_words

__all__ = [
    "BANGKOK",
    "MONTHS",
    "SHORT_MONTHS",
    "WEEKDAYS",
    "InvalidLetterNumber",
    "LetterNumber",
    "baht_text",
    "be_year",
    "ce_year",
    "clean_line",
    "clean_text",
    "date_text",
    "datetime_text",
    "day_in_bangkok",
    "fiscal_year",
    "fiscal_year_bounds",
    "month_text",
    "number_words",
    "on_paper",
    "parse_letter_number",
    "repair",
    "sort_key",
    "time_text",
    "to_arabic_digits",
    "to_thai_digits",
    "weekday_date_text",
]
