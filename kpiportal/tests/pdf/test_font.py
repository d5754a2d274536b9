"""The letter font: every Thai word comes back, the drawing is Laksaman's, the checked-in files are the script's."""

import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
import uharfbuzz as hb
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from kpiportal.pdf import build_font
from kpiportal.pdf.font_audit import audit

FONTS = {style: build_font.OUT_DIR / f"KPILetter-{style}.ttf" for style in ("Regular", "Bold")}
WORDS = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split()
SYSTEM_WORDS = Path("/usr/share/libthai/thbrk.tri")
MARKS = "ปั่น ที่ กี่ น้ำ ป้ำ ญู ฐู ฎุ ฏู ปี่ ผู้ กลุ่ม สิทธิ์ พันธุ์ ฬู ฟี้ เข้า เขา ใจ ไร้ ฤๅ ก็ ศึกษา กฺ"

needs_laksaman = pytest.mark.skipif(
    not all(path.exists() for path in build_font.SOURCES.values()), reason="fonts-tlwg-laksaman-ttf is not installed"
)


@pytest.mark.parametrize("style", FONTS)
def test_no_word_of_the_sample_is_lost_or_has_a_mark_apart(style):
    assert len(WORDS) > 2500
    found = audit(FONTS[style], WORDS)
    assert (found.words, found.wrong, found.raised) == (len(WORDS), {}, [])


@pytest.mark.parametrize("style", FONTS)
@pytest.mark.skipif(not shutil.which("trietool"), reason="libdatrie1-bin is not installed")
def test_no_word_of_libthai_is_lost(style):
    listing = subprocess.run(
        ["trietool", "-p", SYSTEM_WORDS.parent, "thbrk", "list"], capture_output=True, text=True, check=True
    )
    words = [line.split("\t")[0] for line in listing.stdout.splitlines()]
    assert len(words) > 25_000
    found = audit(FONTS[style], words)
    assert (found.wrong, found.raised) == ({}, [])


@needs_laksaman
def test_the_audit_catches_the_untouched_font():
    found = audit(build_font.SOURCES["Regular"], ["ตา", "ดำเนินงาน", "ที่"])
    assert set(found.wrong) == {"ดำเนินงาน"}
    assert found.raised == ["ที่"]


@needs_laksaman
@pytest.mark.parametrize("style", FONTS)
def test_the_checked_in_font_is_what_the_script_builds(style):
    if sha256(build_font.SOURCES[style].read_bytes()).hexdigest() != build_font.SOURCE_SHA256[style]:
        pytest.skip("another version of fonts-tlwg-laksaman-ttf is installed")
    assert build_font.build(build_font.SOURCES[style], style) == FONTS[style].read_bytes()


@needs_laksaman
@pytest.mark.parametrize("style", FONTS)
@pytest.mark.parametrize("word", MARKS.split())
def test_the_drawing_is_that_of_laksaman(style, word):
    assert _drawn(FONTS[style], word) == _drawn(build_font.SOURCES[style], word)


def _drawn(path, word):
    """(every contour point of the shaped word, its width), in units of the font."""
    shaper = hb.Font(hb.Face(hb.Blob.from_file_path(str(path))))
    font = TTFont(path)
    glyph_set = font.getGlyphSet()
    buffer = hb.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    buffer.language = "th"
    hb.shape(shaper, buffer)
    points, pen_x = [], 0
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        pen = DecomposingRecordingPen(glyph_set)
        glyph_set[font.getGlyphName(info.codepoint)].draw(pen)
        dx, dy = pen_x + place.x_offset, place.y_offset
        coordinates = [point for _, points_of_step in pen.value for point in points_of_step if point]
        points += [(x + dx, y + dy) for x, y in coordinates]
        pen_x += place.x_advance
    return sorted(points), pen_x


@pytest.mark.parametrize("style", FONTS)
def test_sixteen_points_are_th_sarabun_and_a_single_line_is_1_13_em(style):
    font = TTFont(FONTS[style])
    assert font["head"].unitsPerEm == 1504
    assert font["hhea"].ascent - font["hhea"].descent + font["hhea"].lineGap == 1699  # 1.13 x 1504
    assert (font["name"].getDebugName(1), font["name"].getDebugName(2)) == ("KPI Letter", style)


@pytest.mark.parametrize("char", "☐☑☒✓→←↑↓●○■□▪▲▼₀₂₅⁴⁹\u2011≥≤×÷±²³°“”‘’–—…฿")
def test_signs_of_the_office_have_ink(char):
    font = TTFont(FONTS["Regular"])
    name = font.getBestCmap()[ord(char)]
    glyph = font["glyf"][name]
    assert glyph.numberOfContours != 0
    assert font["hmtx"][name][0] > 0


def test_every_cluster_has_a_name_of_its_own():
    clusters = build_font.clusters()
    assert len(clusters) == len({build_font.glyph_name(cluster) for cluster in clusters}) == 46 * 71
    assert build_font.shaper_input("น้ำ") == "น\u0e4d้า"
