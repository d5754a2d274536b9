"""What the portal is made of, as CycloneDX 1.6 JSON: every pin of requirements.txt and every vendored web asset.

    .venv/bin/python .ci/sbom.py > sbom.json

The same input gives the same bytes: no date, no random serial number. Licences are what the installed packages say.
"""

from __future__ import annotations

import json
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kpiportal.embedded.install import read_blocks  # noqa: E402 -- the project's root is put on the path above

# Runs on a server; servers and tests are of the workshop ("optional": not shipped).
SCOPES = {"runtime": "required", "servers": "optional", "tests": "optional"}


def components() -> list[dict[str, Any]]:
    return sorted([*_python(), *_web()], key=lambda part: str(part["purl"]))


def _python() -> list[dict[str, Any]]:
    blocks = read_blocks((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    found = []
    for block, pins in blocks.items():
        for pin in pins:
            name, version = re.fullmatch(r"([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", pin).groups()  # type: ignore[union-attr]
            purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
            found.append(_component(name, version, purl, SCOPES[block], _licence(name)))
    return found


def _web() -> list[dict[str, Any]]:
    """The table of static/vendor/VENDOR.md: one component per package, its files' sums as evidence."""
    found: dict[str, dict[str, Any]] = {}
    for line in (ROOT / "static/vendor/VENDOR.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 5 or not re.fullmatch(r"[0-9a-f]{64}", cells[4]):
            continue
        file, name, version, licence, digest = cells
        scope = "optional" if "/testing/" in file else "required"
        purl = f"pkg:npm/{quote(name, safe='/')}@{version}"
        part = found.setdefault(name, _component(name, version, purl, scope, licence) | {"components": []})
        hashes = [{"alg": "SHA-256", "content": digest}]
        part["components"].append({"type": "file", "name": file, "hashes": hashes})
    return list(found.values())


def _component(name: str, version: str, purl: str, scope: str, licence: str) -> dict[str, Any]:
    part: dict[str, Any] = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    part["scope"] = scope
    if licence:
        part["licenses"] = [{"license": {"name": licence}}]
    return part


def _licence(name: str) -> str:
    """As the installed package says; "" where it is not installed here (the servers' wheels need not be)."""
    try:
        facts = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    told = [line.rpartition(" :: ")[2] for line in facts.get_all("Classifier") or [] if line.startswith("License ::")]
    return facts.get("License-Expression") or ", ".join(told) or (facts.get("License") or "").partition("\n")[0]


def bom() -> dict[str, Any]:
    itself = {"type": "application", "bom-ref": "kpiportal", "name": "kpiportal"}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": itself},
        "components": components(),
        "dependencies": [{"ref": "kpiportal", "dependsOn": [part["bom-ref"] for part in components()]}],
    }


if __name__ == "__main__":
    json.dump(bom(), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
