"""Draw the words that mark an unfinished letter, as outlines: `python -m kpiportal.pdf.build_static`.

Outlines and not text, so that neither word enters the text a reader copies or searches.  The small SVG
files are checked in.
"""

import sys
from pathlib import Path

import uharfbuzz as hb

HERE = Path(__file__).parent
FONT = HERE / "fonts" / "KPILetter-Regular.ttf"
BOLD = HERE / "fonts" / "KPILetter-Bold.ttf"


def outline(text: str, font_path: Path) -> tuple[str, float]:
    """(SVG path data with the baseline at y = 0, advance width), both in font units."""
    font = hb.Font(hb.Face(hb.Blob.from_file_path(str(font_path))))
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    parts, pen = [], 0
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        parts.append(_glyph_path(font, info.codepoint, pen + place.x_offset))
        pen += place.x_advance
    return "".join(parts), pen


def _glyph_path(font: hb.Font, glyph: int, shift: float) -> str:
    out: list[str] = []

    def point(x: float, y: float) -> str:
        return f"{round(x + shift)} {round(-y)}"

    funcs = hb.DrawFuncs()
    funcs.set_move_to_func(lambda x, y, _: out.append(f"M{point(x, y)}"))
    funcs.set_line_to_func(lambda x, y, _: out.append(f"L{point(x, y)}"))
    funcs.set_quadratic_to_func(lambda cx, cy, x, y, _: out.append(f"Q{point(cx, cy)} {point(x, y)}"))
    funcs.set_close_path_func(lambda _: out.append("Z"))
    font.draw_glyph(glyph, funcs, None)
    return "".join(out)


def placeholder() -> str:
    """A dashed frame 28 x 30 mm with ตราครุฑ in it, where the emblem would stand."""
    path, width = outline("ตราครุฑ", FONT)
    scale = 21 / width
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="28mm" height="30mm" viewBox="0 0 28 30">'
        '<rect x=".2" y=".2" width="27.6" height="29.6" fill="none" stroke="#777" stroke-width=".3" '
        'stroke-dasharray="1.6 1.1"/>'
        f'<path fill="#777" transform="translate(3.5 16.5) scale({scale:.5f})" d="{path}"/></svg>\n'
    )


def draft_mark() -> str:
    """ร่าง across an A4 page, light enough to read the letter through it."""
    path, width = outline("ร่าง", BOLD)
    scale = 130 / width
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297">'
        f'<path fill="#ebebeb" transform="rotate(-40 105 165) translate(40 185) scale({scale:.5f})" '
        f'd="{path}"/>'
        "</svg>\n"
    )


def dots() -> str:
    """One dot of the line under what is filled in on a memo; CSS repeats it (a dotted border is a path a dot)."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="3pt" height="2pt" viewBox="0 0 3 2">'
        '<circle cx="1" cy="1.2" r=".5"/></svg>\n'
    )


def main() -> None:
    drawings = {"emblem_placeholder.svg": placeholder(), "draft.svg": draft_mark(), "dots.svg": dots()}
    for name, drawing in drawings.items():
        (HERE / "static" / name).write_text(drawing, encoding="utf-8")
        sys.stdout.write(f"{name} {len(drawing)} bytes\n")


if __name__ == "__main__":
    main()
