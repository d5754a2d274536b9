"""Build the letter font from Debian's Laksaman: `python -m kpiportal.pdf.build_font [OUT_DIR]`.

Needs the package fonts-tlwg-laksaman-ttf (TH Sarabun New drawn 1.5 times larger) and uharfbuzz; the two built
files are checked in, so nothing of this runs on a server.  What changes, and why:

1. The em grows from 1000 to 1504 units: CSS `16pt` is then exactly TH Sarabun at 16 points.
2. The line metrics become those of TH SarabunPSK, whose "single" line is 1.13 em = 18.08 pt at 16 pt.
3. Every Thai character cluster (consonant + vowel + tone, sara am included) becomes ONE glyph.  A PDF maps
   each glyph to text; with one glyph per cluster that map cannot lose a sara am, swap a vowel with its tone,
   or place a mark where a viewer takes it for a new word.  The drawing is what HarfBuzz makes of the same
   cluster with the untouched font, so the paper looks the same to the last unit.
4. Hinting goes (it belongs to the old em) and the signs office people type but Laksaman lacks come in
   (`kpiportal.pdf.font_signs`).
"""

import io
import sys
from pathlib import Path

import uharfbuzz as hb
from fontTools.otlLib.builder import buildLigatureSubstSubtable
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables import otTables
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

from kpiportal.pdf import font_signs

SOURCES = {
    "Regular": Path("/usr/share/fonts/truetype/tlwg/Laksaman.ttf"),
    "Bold": Path("/usr/share/fonts/truetype/tlwg/Laksaman-Bold.ttf"),
}
SOURCE_SHA256 = {
    "Regular": "209be675a45c2abc79405bbaa68b4def83738ba65f1449d4629a85cba1040a37",
    "Bold": "5c7a5a8e0e10db603db2257777a67fc94770241377a585eff898cf76c23c0c45",
}
"""Of fonts-tlwg-laksaman-ttf 0.7.3; from another version the script builds other files than the checked-in ones."""
FAMILY = "KPI Letter"
OUT_DIR = Path(__file__).parent / "fonts"

EM = 1504
ASCENT, DESCENT, LINE_GAP = 0.850, 0.250, 0.030
"""Of one em; their sum 1.130 is the single line of TH SarabunPSK."""

CONSONANTS = [chr(code) for code in range(0x0E01, 0x0E2F)]
VOWELS_AND_SIGNS = ["", *"ัิีึืุู", "\u0e3a", "็", "\u0e4d"]
TONES_AND_THANTHAKHAT = ["", *"่้๊๋์"]
TONES = ["", *"่้๊๋"]
SARA_AM = "ำ"
YAMAKKAN = "\u0e4e"

_DROPPED_TABLES = ("FFTM", "GlyphOrder", "cvt ", "fpgm", "prep", "gasp")
_ROUND_XY_TO_GRID = 0x0004


def clusters() -> list[str]:
    """Every cluster of two or more characters that gets a glyph of its own (46 consonants x 71 tails)."""
    tails = [v + t for v in VOWELS_AND_SIGNS for t in TONES_AND_THANTHAKHAT if v + t]
    tails += [t + SARA_AM for t in TONES] + [YAMAKKAN]
    return [base + tail for base in CONSONANTS for tail in tails]


def glyph_name(cluster: str) -> str:
    return "uni" + "".join(f"{ord(char):04X}" for char in cluster)


def shaper_input(cluster: str) -> str:
    """The characters HarfBuzz substitutes for: it splits sara am and moves its circle below the tone."""
    if not cluster.endswith(SARA_AM):
        return cluster
    return cluster[0] + "\u0e4d" + cluster[1:-1] + "า"


def build(source: Path, style: str) -> bytes:
    """The derived font as TrueType bytes: the same bytes for the same source and library versions."""
    font = TTFont(source, recalcTimestamp=False)
    for tag in _DROPPED_TABLES:
        if tag in font:
            del font[tag]
    _drop_hinting(font)
    _add_clusters(font, source)
    font_signs.add(font)
    _add_ligature_lookup(font)
    _extend_kerning(font)
    _set_metrics(font)
    _set_names(font, style)
    font["post"].formatType = 3.0
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()


def _drop_hinting(font: TTFont) -> None:
    for name in font.getGlyphOrder():
        font["glyf"][name].removeHinting()


def _shape(shaper: hb.Font, text: str) -> list[tuple[int, int, int, int]]:
    """(glyph index, x, y, advance) of every glyph, from the text's origin, as the untouched font sets it."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.language = "th"
    hb.shape(shaper, buffer)
    placed, pen = [], 0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        placed.append((info.codepoint, pen + position.x_offset, position.y_offset, position.x_advance))
        pen += position.x_advance
    return placed


def _add_clusters(font: TTFont, source: Path) -> None:
    shaper = hb.Font(hb.Face(hb.Blob.from_file_path(str(source))))
    order = font.getGlyphOrder()
    for cluster in clusters():
        placed = _shape(shaper, cluster)
        parts = [(order[index], x, y) for index, x, y, _ in placed]
        add_composite(font, glyph_name(cluster), parts, sum(advance for *_, advance in placed))
    font["GDEF"].table.GlyphClassDef.classDefs.update({glyph_name(c): 1 for c in clusters()})


def add_composite(font: TTFont, name: str, parts: list[tuple[str, int, int]], advance: int) -> None:
    """Append glyph `name` made of (glyph, x, y) parts; units of the font, advance likewise."""
    glyph = Glyph()
    glyph.numberOfContours = -1
    glyph.components = []
    for part, x, y in parts:
        component = GlyphComponent()
        component.glyphName, component.x, component.y, component.flags = part, x, y, _ROUND_XY_TO_GRID
        glyph.components.append(component)
    append_glyph(font, name, glyph, advance)


def append_glyph(font: TTFont, name: str, glyph: Glyph, advance: int) -> None:
    font["glyf"].glyphs[name] = glyph
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"].glyphOrder = font.getGlyphOrder()
    glyph.recalcBounds(font["glyf"])
    font["hmtx"].metrics[name] = (advance, getattr(glyph, "xMin", 0))


def _add_ligature_lookup(font: TTFont) -> None:
    """Our substitution runs before every lookup of the font; what it does not know takes the old way."""
    cmap = font.getBestCmap()
    ligatures = {
        tuple(cmap[ord(char)] for char in shaper_input(cluster)): glyph_name(cluster) for cluster in clusters()
    }
    lookup = otTables.Lookup()
    lookup.LookupType, lookup.LookupFlag = 4, 0
    lookup.SubTable = [buildLigatureSubstSubtable(ligatures)]
    lookup.SubTableCount = 1
    gsub = font["GSUB"].table
    _shift_lookup_indices(gsub.LookupList)
    gsub.LookupList.Lookup.insert(0, lookup)
    gsub.LookupList.LookupCount += 1
    for record in gsub.FeatureList.FeatureRecord:
        indices = [index + 1 for index in record.Feature.LookupListIndex]
        record.Feature.LookupListIndex = [0, *indices] if record.FeatureTag == "ccmp" else indices
        record.Feature.LookupCount = len(record.Feature.LookupListIndex)


def _shift_lookup_indices(table: object) -> None:
    """Add one to every nested lookup index below `table` (contextual rules call lookups by number)."""
    if isinstance(table, list | tuple):
        for item in table:
            _shift_lookup_indices(item)
        return
    if isinstance(table, otTables.SubstLookupRecord):
        table.LookupListIndex += 1
    elif isinstance(table, otTables.BaseTable):
        table.ensureDecompiled()
        for value in vars(table).values():
            _shift_lookup_indices(value)


def _extend_kerning(font: TTFont) -> None:
    """A leading vowel keeps its kerning with a consonant that carries marks (เข้า as เขา)."""
    by_base: dict[str, list[str]] = {}
    for cluster in clusters():
        by_base.setdefault(glyph_name(cluster[0]), []).append(glyph_name(cluster))
    for lookup in font["GPOS"].table.LookupList.Lookup:
        if lookup.LookupType != 2:
            continue
        for subtable in lookup.SubTable:
            for pairs in subtable.PairSet:
                _extend_pairs(font, pairs, by_base)


def _extend_pairs(font: TTFont, pairs: otTables.PairSet, by_base: dict[str, list[str]]) -> None:
    known = list(pairs.PairValueRecord)
    for record in known:
        for name in by_base.get(record.SecondGlyph, ()):
            copy = otTables.PairValueRecord()
            copy.SecondGlyph, copy.Value1 = name, record.Value1
            if hasattr(record, "Value2"):
                copy.Value2 = record.Value2
            pairs.PairValueRecord.append(copy)
    pairs.PairValueRecord.sort(key=lambda record: font.getGlyphID(record.SecondGlyph))
    pairs.PairValueCount = len(pairs.PairValueRecord)


def _set_metrics(font: TTFont) -> None:
    ascent, descent, gap = round(ASCENT * EM), round(DESCENT * EM), round(LINE_GAP * EM)
    font["head"].unitsPerEm = EM
    hhea, os2 = font["hhea"], font["OS/2"]
    hhea.ascent, hhea.descent, hhea.lineGap = ascent, -descent, gap
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = ascent, -descent, gap
    os2.fsSelection |= 1 << 7  # USE_TYPO_METRICS


def _set_names(font: TTFont, style: str) -> None:
    old = font["name"]
    kept = {
        0: old.getDebugName(0),
        7: old.getDebugName(7),
        9: old.getDebugName(9),
        13: old.getDebugName(13),
        14: old.getDebugName(14),
    }
    full = FAMILY if style == "Regular" else f"{FAMILY} {style}"
    table = font["name"] = newTable("name")
    table.names = []
    for name_id, text in {
        **kept,
        1: FAMILY,
        2: style,
        3: f"{full} (derived from Laksaman 004.001)",
        4: full,
        5: "Version 4.001; letter derivation 1",
        6: f"{FAMILY.replace(' ', '')}-{style}",
        10: "Laksaman with em 1504, TH SarabunPSK line metrics and one glyph per Thai character cluster",
    }.items():
        table.setName(text, name_id, 3, 1, 0x409)


def main(out_dir: Path) -> None:
    for style, source in SOURCES.items():
        data = build(source, style)
        target = out_dir / f"{FAMILY.replace(' ', '')}-{style}.ttf"
        target.write_bytes(data)
        sys.stdout.write(f"{target} {len(data)} bytes\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else OUT_DIR)
