"""Would a PDF in these fonts give back every Thai word?  `python -m kpiportal.pdf.font_audit FONT... < WORDS`

Reads one word a line and prints, per font, how many words are wrong and a few of them; exit status 1 when
any is.  Needs uharfbuzz.  The simulation is that of the PDF engine: text is shaped by HarfBuzz, the first
text seen for a glyph becomes that glyph's for good, a glyph repeating the cluster before it has none.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import uharfbuzz as hb


@dataclass(frozen=True)
class Audit:
    """`wrong` maps a word to what would be read back; `raised` holds words with a glyph moved off its place."""

    words: int
    wrong: dict[str, str]
    raised: list[str]


def audit(font_path: Path, words: Iterable[str]) -> Audit:
    """Shape every word once and read it back through one glyph-to-text map, as a viewer would."""
    font = hb.Font(hb.Face(hb.Blob.from_file_path(str(font_path))))
    text_of: dict[int, str] = {}
    wrong: dict[str, str] = {}
    raised: list[str] = []
    count = 0
    for word in words:
        count += 1
        buffer = _shape(font, word)
        read_back = ""
        infos = buffer.glyph_infos
        for index, info in enumerate(infos):
            end = infos[index + 1].cluster if index + 1 < len(infos) else len(word)
            read_back += text_of.setdefault(info.codepoint, word[info.cluster : end])
        if read_back != word:
            wrong[word] = read_back
        if any(place.x_offset or place.y_offset for place in buffer.glyph_positions):
            raised.append(word)
    return Audit(count, wrong, raised)


def _shape(font: hb.Font, word: str) -> hb.Buffer:
    buffer = hb.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    buffer.language = "th"
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
    hb.shape(font, buffer)
    return buffer


def main(font_paths: list[str]) -> int:
    words = [line.strip() for line in sys.stdin if line.strip()]
    failed = False
    for path in font_paths:
        found = audit(Path(path), words)
        failed = failed or bool(found.wrong or found.raised)
        examples = ", ".join(f"{word} → {back}" for word, back in list(found.wrong.items())[:5])
        sys.stdout.write(
            f"{Path(path).name}: {found.words} words, {len(found.wrong)} wrong, "
            f"{len(found.raised)} with a mark placed apart {examples}\n"
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
