"""The drawings: every province once and in its corner of the country, every figure where it belongs."""

from decimal import Decimal

import pytest

from agreements.scoring import Band
from kpiportal.geography import PROVINCES
from reporting.looking import charts, lights, tilemap
from reporting.looking.charts import Point

D = Decimal
BANDS = (
    Band("สูงกว่าเป้าหมาย", D(4), tone="green"),
    Band("เป็นไปตามเป้าหมาย", D(3), tone="yellow"),
    Band("ต่ำกว่าเป้าหมาย", D(0), tone="red"),
)


def test_every_province_has_one_tile_and_no_two_share_one():
    rows = PROVINCES.read_text(encoding="utf-8").splitlines()[1:]
    assert set(tilemap.places()) == {row.split(",")[0] for row in rows}
    assert len(set(tilemap.places().values())) == len(tilemap.places()) == 76


@pytest.mark.parametrize(
    ("north", "south"),
    [("57", "50"), ("50", "60"), ("60", "12"), ("12", "77"), ("77", "84"), ("84", "90"), ("90", "96")],
)
def test_north_is_above_south(north, south):
    assert tilemap.places()[north][1] < tilemap.places()[south][1]


@pytest.mark.parametrize(("west", "east"), [("58", "38"), ("71", "27"), ("63", "34"), ("83", "96"), ("70", "23")])
def test_west_is_left_of_east(west, east):
    assert tilemap.places()[west][0] < tilemap.places()[east][0]


def test_tiles_come_in_reading_order_and_leave_out_who_has_no_place():
    names = {"90": "สข", "57": "ชร", "50": "ชม", "OPDC": "นร"}
    drawn = tilemap.draw(tilemap.Province(code, name, "", "ok", name) for code, name in names.items())
    assert [tile.province.abbreviation for tile in drawn.tiles] == ["ชร", "ชม", "สข"]
    assert (drawn.tiles[0].x, drawn.tiles[0].y) == (3 * 48, 0)


@pytest.mark.parametrize(
    ("score", "word", "tone"),
    [("4", "สูงกว่าเป้าหมาย", "ok"), ("3.9999", "เป็นไปตามเป้าหมาย", "due"), ("2.99", "ต่ำกว่าเป้าหมาย", "late"),
     (None, "ยังไม่มีคะแนน", "none")],
)  # fmt: skip
def test_a_light_has_its_word(score, word, tone):
    assert lights.light(None if score is None else D(score), BANDS) == lights.Light(word, tone)


def test_a_line_of_rounds_leaves_a_gap_where_nothing_was_reported():
    points = [Point("รอบ 6 เดือน", D(2), "2.0000"), Point("รอบ 9 เดือน", None, ""), Point("รอบ 12 เดือน", D(4), "4.0000")]
    drawn = charts.draw(points, title="คะแนน", highest=D(5), bands=BANDS)
    assert drawn.label == "คะแนน รอบ 6 เดือน 2.0000 รอบ 12 เดือน 4.0000"
    assert drawn.path.count("M") == 2
    assert drawn.path.count("L") == 0
    # 158 units high from 18: 4 of 5 stands at 18 + 158 × 1/5.
    assert [mark.y for mark in drawn.marks] == ["112.8", "49.6"]
    assert [(band.word, band.y) for band in drawn.stripes] == [
        ("สูงกว่าเป้าหมาย", "18.0"), ("เป็นไปตามเป้าหมาย", "49.6"), ("ต่ำกว่าเป้าหมาย", "81.2")
    ]  # fmt: skip


def test_a_drawing_without_figures_says_so_and_a_scale_has_an_end():
    assert charts.draw([], title="คะแนน", highest=D(5)).label == "คะแนน ยังไม่มีคะแนน"
    with pytest.raises(ValueError, match="positive end"):
        charts.draw([], title="คะแนน", highest=D(0))
    hundred = charts.draw([Point("ปี", D(100), "100")], title="x", highest=D(100), bars=True)
    assert [tick for _, tick in hundred.ticks] == ["0", "25", "50", "75", "100"]
    assert (hundred.path, hundred.marks[0].bar_height) == ("", "158.0")
