"""Bars of several parts: shares typed by hand; what is over is drawn, never cut off."""

from decimal import Decimal as D

import pytest

from kpiportal.bars import weight_bar


def test_parts_follow_each_other_and_leave_the_gap():
    bar = weight_bar([("ประสิทธิผล", "57.50", D("57.50")), ("คุณภาพ", "10", D(10)), ("ประสิทธิภาพ", "30", D(30))])
    assert [(p["x"], p["width"]) for p in bar["parts"]] == [("0.00", "57.50"), ("57.50", "10.00"), ("67.50", "30.00")]
    assert bar["gap"] == D("2.50")
    assert bar["over"] is None
    assert bar["label"] == "ประสิทธิผล 57.50 คุณภาพ 10 ประสิทธิภาพ 30"


def test_over_the_whole_shrinks_the_drawing_and_marks_the_excess():
    bar = weight_bar([("ก", "100", D(100)), ("ข", "25", D(25))])
    assert [(p["x"], p["width"]) for p in bar["parts"]] == [("0.00", "80.00"), ("80.00", "20.00")]
    assert bar["over"] == {"x": "80.00", "width": "20.00"}
    assert bar["gap"] == D(-25)


def test_nothing_yet_is_an_empty_bar():
    assert weight_bar([]) == {"label": "ยังไม่มีน้ำหนัก", "parts": [], "gap": D(100), "over": None}


@pytest.mark.parametrize(("parts", "whole"), [([("ก", "1", D(1))], D(0)), ([("ก", "-1", D(-1))], D(100))])
def test_nonsense_is_refused(parts, whole):
    with pytest.raises(ValueError, match="positive whole"):
        weight_bar(parts, whole=whole)
