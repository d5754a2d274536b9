"""The picture of a scale: where things stand, typed by hand, and what it says in words."""

from decimal import Decimal as D

import pytest

from kpiportal.scalefigure import scale_figure

UP = [("1", "67", D(67)), ("2", "72", D(72)), ("3", "77", D(77)), ("4", "82", D(82)), ("5", "87", D(87))]
DOWN = [("1", "40", D(40)), ("2", "35", D(35)), ("3", "30", D(30)), ("4", "25", D(25)), ("5", "20", D(20))]


def up(result, **words):
    return scale_figure(UP, result, lower_is_better=False, **words)


def test_levels_stand_at_equal_distances_best_on_top():
    points = up(None)["points"]
    assert [p["x"] for p in points] == ["60.0", "190.0", "320.0", "450.0", "580.0"]
    assert [p["y"] for p in points] == ["226.0", "176.0", "126.0", "76.0", "26.0"]


def test_result_between_levels_stands_at_its_share_of_the_way():
    figure = up(D("74.50"), result_text="74.50")
    assert (figure["mark"]["x"], figure["mark"]["y"], figure["mark"]["text"]) == ("255.0", "151.0", "74.50")
    assert [p["reached"] for p in figure["points"]] == [True, True, False, False, False]
    assert figure["label"] == (
        "ผล 74.50 อยู่ระหว่างระดับ 2 และ 3 เกณฑ์ ระดับ 1 คือ 67 ระดับ 2 คือ 72 ระดับ 3 คือ 77 ระดับ 4 คือ 82 ระดับ 5 คือ 87"
    )


def test_lower_is_better_runs_the_other_way():
    figure = scale_figure(DOWN, D(29), lower_is_better=True)
    assert figure["mark"]["x"] == "346.0"
    assert [p["reached"] for p in figure["points"]] == [True, True, True, False, False]
    assert figure["label"].startswith("ผล 29 อยู่ระหว่างระดับ 3 และ 4 ")


def test_result_on_a_level_says_so():
    figure = up(D("82.00"))
    assert figure["mark"]["x"] == "450.0"
    assert figure["label"].startswith("ผล 82 ตรงกับระดับ 4 ")


@pytest.mark.parametrize(
    ("result", "x", "reached", "words"),
    [(D("12.3456"), "60.0", 0, "ยังไม่ถึงระดับ 1"), (D("91.2"), "580.0", 5, "ดีกว่าระดับ 5")],
)
def test_result_off_the_scale_stands_at_its_end_and_says_so(result, x, reached, words):
    figure = up(result)
    assert figure["mark"]["x"] == x
    assert figure["mark"]["beyond"] == words
    assert sum(p["reached"] for p in figure["points"]) == reached
    assert words in figure["label"]


def test_text_near_an_edge_turns_inward():
    assert up(D(67))["mark"]["anchor"] == "start"
    assert up(D(77))["mark"]["anchor"] == "middle"
    assert up(D(87))["mark"]["anchor"] == "end"


def test_of_equal_levels_the_best_counts():
    flat = [("1", "0", D(0)), ("2", "5", D(5)), ("3", "5", D(5)), ("4", "9", D(9))]
    assert scale_figure(flat, D(5), lower_is_better=False)["label"].startswith("ผล 5 ตรงกับระดับ 3 ")


def test_no_result_draws_the_scale_alone():
    figure = up(None)
    assert figure["mark"] is None
    assert figure["label"].endswith("(ยังไม่มีผล)")
    assert not any(p["reached"] for p in figure["points"])


def test_levels_out_of_order_are_not_guessed():
    draft = [("1", "67", D(67)), ("2", "60", D(60)), ("3", "77", D(77))]
    figure = scale_figure(draft, D(70), lower_is_better=False)
    assert figure["mark"] is None
    assert figure["label"].endswith("(ค่าเกณฑ์ยังไม่เรียงลำดับ)")


def test_result_text_defaults_to_the_number_as_pages_show_it():
    assert up(D("1234567.890000"))["mark"]["text"] == "1,234,567.89"
    assert up(D("74.5"), result_text="ร้อยละ 74.50")["mark"]["text"] == "ร้อยละ 74.50"


def test_single_level_stands_in_the_middle():
    figure = scale_figure([("100", "ผ่าน", D(1))], D(1), lower_is_better=False)
    assert figure["points"][0]["x"] == "320"
    assert figure["mark"]["x"] == "320"


def test_no_level_is_refused():
    with pytest.raises(ValueError, match="at least one level"):
        scale_figure([], D(1), lower_is_better=False)
