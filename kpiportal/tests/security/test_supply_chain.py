"""The bill of materials is whole and the same at every build; an unasked question about flaws is not a clean answer."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def script(name):
    spec = spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def made():
    return subprocess.run([sys.executable, ".ci/sbom.py"], cwd=ROOT, capture_output=True, check=True).stdout


def test_every_pin_and_every_vendored_package_is_in_the_bill():
    bill = json.loads(made())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    purls = {part["purl"] for part in bill["components"]}
    pins = re.findall(r"^([\w.-]+)(?:\[[^]]+\])?==(\S+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert len(pins) > 90
    assert {f"pkg:pypi/{name.lower()}@{version}" for name, version in pins} <= purls
    assert {"pkg:npm/bootstrap@5.3.8", "pkg:npm/htmx.org@2.0.11", "pkg:npm/%40fontsource/sarabun@5.3.0"} <= purls
    assert len(bill["dependencies"][0]["dependsOn"]) == len(purls) == len(bill["components"])


def test_what_runs_on_a_server_is_told_from_the_workshop_and_has_its_licence():
    parts = {part["name"]: part for part in json.loads(made())["components"]}
    assert (parts["django"]["scope"], parts["pytest"]["scope"]) == ("required", "optional")
    assert parts["axe-core"]["scope"] == "optional"
    assert parts["django"]["licenses"] == [{"license": {"name": "BSD-3-Clause"}}]
    lacking = [name for name, part in parts.items() if part["scope"] == "required" and not part.get("licenses")]
    assert lacking == []


def test_the_same_pins_give_the_same_bytes():
    assert made() == made()


PACKAGES = [{"name": "django", "version": "5.2.19", "vulns": []}, {"name": "six", "version": "1.17.0", "vulns": []}]
FLAW = {"id": "CVE-2026-0001", "fix_versions": ["5.2.20"]}


@pytest.mark.parametrize(
    ("packages", "status", "said"),
    [
        (PACKAGES, 0, "nothing known about 2 packages"),
        ([{**PACKAGES[0], "vulns": [FLAW]}, PACKAGES[1]], 1, "django 5.2.19: CVE-2026-0001, mended in 5.2.20"),
        ([PACKAGES[0], {"name": "six", "skip_reason": "not found"}], 3, "not asked about: 1 of 2 (six ...)"),
        ([], 3, ""),
        ([{**PACKAGES[0], "vulns": [FLAW]}, {"name": "six", "skip_reason": "not found"}], 1, "CVE-2026-0001"),
    ],
)
def test_what_could_not_be_asked_is_never_called_clean(packages, status, said):
    found, lines = script("known_vulnerabilities").verdict(packages)
    assert found == status
    assert said in " ".join(lines)
