"""The vendored web assets are what VENDOR.md says, and nothing lies beside them."""

import hashlib
import re
from pathlib import Path

from kpiportal.embedded.vendor import LIST, PACKAGES, without_source_map

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = ("static/vendor", "static/fonts", "kpiportal/testing/vendor")


def listed() -> dict[str, str]:
    rows = re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (ROOT / LIST).read_text(), flags=re.MULTILINE)
    return dict(rows)


def test_every_vendored_file_is_listed_with_its_sum():
    found = {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.name != "VENDOR.md"
    }
    assert found == listed()


def test_list_names_the_pinned_versions_and_a_licence_of_each_package():
    pins = {(package.name, package.version, package.licence) for package in PACKAGES}
    assert pins == {
        ("bootstrap", "5.3.8", "MIT"),
        ("htmx.org", "2.0.11", "0BSD"),
        ("@fontsource/sarabun", "5.3.0", "OFL-1.1"),
        ("axe-core", "4.14.1", "MPL-2.0"),
    }
    assert all(any("LICENSE" in inside for inside in package.files) for package in PACKAGES)
    assert set(listed()) == {place for package in PACKAGES for place in package.files.values()}


def test_no_vendored_file_refers_to_a_map_that_is_not_shipped():
    for place in listed():
        assert b"sourceMappingURL" not in (ROOT / place).read_bytes(), place


def test_source_map_comment_is_dropped_only_at_the_end():
    assert without_source_map(b"a{}\n/*# sourceMappingURL=x.css.map */") == b"a{}\n"
    assert without_source_map(b"f();\n//# sourceMappingURL=x.js.map\n") == b"f();\n"
    assert without_source_map(b"f('sourceMappingURL=x');g()") == b"f('sourceMappingURL=x');g()"
