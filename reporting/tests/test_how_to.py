"""The page that says how the portal is used."""

import re

import pytest

from kpiportal.views import STATES
from reporting.states import ReportState


def test_its_words_are_those_on_the_chips():
    assert [word for word, _ in STATES] == [label for value, label in ReportState.choices if value != "cancelled"]


@pytest.mark.parametrize(
    ("who", "part"),
    [
        ("collector", "ผู้จัดเก็บข้อมูล: รายงานผลตัวชี้วัด"),
        ("office_head", "ผู้ประสานงานและหัวหน้าสำนักงานจังหวัด"),
        ("director", "สำนักงาน ก.พ.ร.: ผู้เจรจา ผู้ประเมิน ผู้อำนวยการ"),
        ("viewer", None),
    ],
)
def test_ones_own_part_stands_open(cast, as_user, who, part):
    page = as_user(getattr(cast, who)).get("/help/").content.decode()
    opened = re.findall(r'<details class="sheet" open>\s*<summary><b>([^<]+)</b>', page)
    assert opened == ([part] if part else [])
