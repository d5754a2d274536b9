"""Build the break dictionary, libthai's own words plus our terms: `python -m kpiportal.pdf.build_dictionary`.

Needs the packages libthai-data and libdatrie1-bin.  The result `dictionary/thbrk.tri` is checked in, so that
a server needs neither and a letter breaks its lines alike on every machine.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SYSTEM_DICTIONARY = Path("/usr/share/libthai/thbrk.tri")
SOURCE_SHA256 = "d411879359c81553f3b508f7c27918f88ec2b42b8b249594af0de84e8a79dd25"
"""Of libthai-data 0.1.29; from another version the script builds another file than the checked-in one."""
TERMS = Path(__file__).parent / "dictionary" / "terms.txt"
OUT = Path(__file__).parent / "dictionary" / "thbrk.tri"
LONGEST = 14
"""Clusters in a term; a longer one would leave visibly loose lines."""

_MARK = re.compile(r"[\u0e31\u0e33\u0e34-\u0e3a\u0e47-\u0e4e]")


def terms(path: Path = TERMS) -> list[str]:
    """The terms in file order, each once.  Raises ValueError on a term too long or not Thai throughout."""
    found: dict[str, None] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        word = line.strip()
        if not word or word.startswith("#"):
            continue
        if not re.fullmatch(r"[\u0e01-\u0e4e]+", word):
            raise ValueError(f"not one Thai word: {word!r}")
        if len(_MARK.sub("", word)) > LONGEST:
            raise ValueError(f"longer than {LONGEST} clusters: {word!r}")
        found[word] = None
    return list(found)


def build(source: Path = SYSTEM_DICTIONARY) -> bytes:
    """`source` with the terms added, as the bytes of a libdatrie file."""
    with tempfile.TemporaryDirectory() as folder:
        trie = Path(folder) / "thbrk.tri"
        shutil.copyfile(source, trie)
        listing = Path(folder) / "terms.lst"
        listing.write_text("".join(f"{word}\n" for word in terms()), encoding="utf-8")
        subprocess.run(
            ["trietool", "-p", folder, "thbrk", "add-list", "-e", "UTF-8", str(listing)],
            check=True,
            capture_output=True,
            text=True,
        )
        return trie.read_bytes()


def main() -> None:
    data = build()
    OUT.write_bytes(data)
    sys.stdout.write(f"{OUT} {len(data)} bytes, {len(terms())} terms\n")


if __name__ == "__main__":
    main()
