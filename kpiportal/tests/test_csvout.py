"""CSV: what a person typed never runs in a spreadsheet, and comes back as it was typed."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiportal.csvout import neutralise, restore, write_csv
from kpiportal.tests.test_xlsx import DANGEROUS


def read(data):
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "\tก", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1",
     "\u202e=1", "\xad-1", "＝1", "＋1", "－1", "＠1", "﹦1", "﹢1", "﹣1", "−1", "'=1", "''=1", "\x00=1", "=", "-"],
)  # fmt: skip
def test_a_formulas_start_gets_an_apostrophe(text):
    ((cell,),) = read(write_csv([text], []))
    assert cell == "'" + text.replace("\x00", "")
    assert cell[0] == "'"
    assert restore(cell) == text.replace("\x00", "")


@pytest.mark.parametrize("text", ["ตัวชี้วัด", "0012", "a=1", "'ก'", "'", "", "ก\n=1", "1-2", "(=1)", "ฯ"])
def test_ordinary_text_is_left_alone(text):
    assert neutralise(text) == text
    assert restore(text) == text


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n ＝＋ก1\u200b\ufeff,;\"") | st.characters(codec="utf-8")))
def test_every_text_survives_the_way_out_and_back(text):
    written = neutralise(text)
    clean = "".join(sign for sign in text if sign >= " " and sign != "\x7f" or sign in "\t\n\r")
    assert restore(written) == clean
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def test_the_dangerous_corpus_comes_back_as_typed():
    rows = read(write_csv(["ข้อความ"], [[text] for text in DANGEROUS]))
    assert [restore(row[0]) for row in rows[1:]] == DANGEROUS


def test_figures_and_dates_are_not_text():
    row = [Decimal("-5.25"), Decimal("1E+3"), -3, dt.date(2015, 10, 19), None, 'พูดว่า "ก", ข']
    data = write_csv(["a", "b", "c", "d", "e", "f"], [row])
    assert data.decode("utf-8-sig") == ('"a","b","c","d","e","f"\r\n-5.25,1000,-3,"2015-10-19","","พูดว่า ""ก"", ข"\r\n')


@pytest.mark.parametrize("cell", [1.5, True, dt.datetime(2015, 10, 19, 9, 0, tzinfo=dt.UTC)])
def test_only_exact_values_are_written(cell):
    with pytest.raises(TypeError):
        write_csv(["a"], [[cell]])


def test_what_is_not_a_number_is_not_written():
    with pytest.raises(ValueError, match="not a number"):
        write_csv(["a"], [[Decimal("NaN")]])
