"""The break dictionary: our terms stay whole, and the file is what the script builds."""

import csv
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from kpiportal.pdf import build_dictionary
from kpiportal.pdf.engine import break_points

PROVINCES = Path(__file__).parents[2] / "data" / "provinces.csv"
ROOT = Path(__file__).parents[3]


def segments(text):
    cuts = [0, *break_points(text), len(text)]
    return "|".join(text[a:b] for a, b in zip(cuts, cuts[1:], strict=False))


@pytest.mark.parametrize("term", build_dictionary.terms())
def test_a_term_is_never_cut(term):
    assert segments(term) == term


def test_every_province_is_a_term():
    with PROVINCES.open(encoding="utf-8") as file:
        names = {row["name_th"] for row in csv.DictReader(file)}
    assert len(names) == 76
    assert names <= set(build_dictionary.terms())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("รองผู้ว่าราชการจังหวัดเชียงใหม่", "รองผู้ว่าราชการ|จังหวัด|เชียงใหม่"),
        ("ตัวชี้วัดตามคำรับรองการปฏิบัติราชการ", "ตัวชี้วัด|ตาม|คำรับรอง|การปฏิบัติราชการ"),
        ("หัวหน้าส่วนราชการ", "หัวหน้า|ส่วนราชการ"),
        ("ถนนโชตนา อำเภอแม่ริม", "ถนน|โชตนา |อำเภอ|แม่ริม"),
        ("ความเหมาะสมของค่าเป้าหมาย", "ความเหมาะสม|ของ|ค่าเป้าหมาย"),
    ],
)
def test_a_sentence_breaks_between_words(text, expected):
    assert segments(text) == expected


@pytest.mark.skipif(not shutil.which("trietool"), reason="libdatrie1-bin is not installed")
def test_the_checked_in_dictionary_is_what_the_script_builds():
    if sha256(build_dictionary.SYSTEM_DICTIONARY.read_bytes()).hexdigest() != build_dictionary.SOURCE_SHA256:
        pytest.skip("another version of libthai-data is installed")
    assert build_dictionary.build() == build_dictionary.OUT.read_bytes()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("คำรับรองการปฏิบัติราชการ", "longer than 14 clusters"),
        ("สำนักงาน ก.พ.ร.", "not one Thai word"),
    ],
)
def test_a_term_that_cannot_be_one_word_is_refused(tmp_path, line, reason):
    listing = tmp_path / "terms.txt"
    listing.write_text(f"# หน่วยงาน\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=reason):
        build_dictionary.terms(listing)


def test_a_process_that_broke_lines_before_us_is_told_so():
    """libthai keeps the first dictionary it opened; a letter must not be set with the wrong one."""
    script = (
        "from weasyprint.text.line_break import get_log_attrs; get_log_attrs('ตากลม', 'th')\n"
        "from kpiportal.pdf import PdfError, html_to_pdf\n"
        "try: html_to_pdf('<p>ก')\n"
        "except PdfError as error: print(error.reasons[0])\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "LIBTHAI_DICTDIR"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("พจนานุกรมตัดคำไทยของระบบไม่ถูกใช้งาน")
