from decimal import Decimal as D

import pytest

from agreements.scoring import Band, band_of

GRADES = (
    Band("ระดับคุณภาพ", D(90)),
    Band("มาตรฐานขั้นสูง", D(75)),
    Band("มาตรฐานขั้นต้น", D(60)),
    Band("ต้องปรับปรุง", D(0)),
)
LIGHTS = (Band("แดง", D(0), tone="red"), Band("เหลือง", D(3), tone="amber"), Band("เขียว", D(4), False, "green"))
INCENTIVE = (Band("ได้รับการจัดสรร", D("3.00"), includes_lower=False),)


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("94.974", "ระดับคุณภาพ"),
        ("90", "ระดับคุณภาพ"),
        ("89.995", "มาตรฐานขั้นสูง"),
        ("75.0000", "มาตรฐานขั้นสูง"),
        ("74.9999", "มาตรฐานขั้นต้น"),
        ("60", "มาตรฐานขั้นต้น"),
        ("59.9999", "ต้องปรับปรุง"),
        ("0", "ต้องปรับปรุง"),
    ],
)
def test_grades(score, grade):
    """R29 with the table of the 0-100 years."""
    assert band_of(D(score), GRADES).name == grade
    assert band_of(D(score), GRADES[::-1]).name == grade


@pytest.mark.parametrize(
    ("score", "tone"),
    [("1", "red"), ("2.9999", "red"), ("3", "amber"), ("4", "amber"), ("4.0001", "green"), ("5", "green")],
)
def test_traffic_light(score, tone):
    """R30, T4: score < 3, <= 4, <= 5."""
    assert band_of(D(score), LIGHTS).tone == tone


@pytest.mark.parametrize(("score", "entered"), [("3.0000", False), ("3.0001", True)])
def test_incentive_starts_above_three(score, entered):
    assert (band_of(D(score), INCENTIVE) is not None) is entered


def test_an_exact_point_may_be_a_band_of_its_own():
    bands = (Band("สาม", D(3)), Band("เกินสาม", D(3), includes_lower=False))
    assert [band_of(D(score), bands).name for score in ("3", "3.0001")] == ["สาม", "เกินสาม"]


def test_no_score_no_grade():
    assert band_of(None, GRADES) is None
    assert band_of(D(3), ()) is None


def test_floats_are_refused():
    with pytest.raises(TypeError):
        band_of(3.5, GRADES)
    with pytest.raises(TypeError):
        Band("ก", 3.5)
