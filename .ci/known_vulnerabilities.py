"""Ask the public advisories about every pin of requirements.txt, by pip-audit in an environment of its own.

Exit status: 0 all were asked about and nothing is known; 1 something is known; 3 they could not be asked about, all or
some (no network, or a package index without advisories): that is never told as "nothing known".
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "var" / "audit"
TOOL = "pip-audit==2.10.1"
CLEAN, KNOWN, NOT_ASKED = 0, 1, 3


def main() -> int:
    python = HOME / "bin" / "python"
    if not (HOME / "bin" / "pip-audit").exists():
        venv.create(HOME, with_pip=True)
        if subprocess.run([python, "-m", "pip", "install", "-q", TOOL], check=False).returncode:
            return _say(NOT_ASKED, [f"could not install {TOOL}"])
    asked = [HOME / "bin" / "pip-audit", "-r", ROOT / "requirements.txt", "--no-deps", "--disable-pip"]
    done = subprocess.run([*asked, "-f", "json"], capture_output=True, text=True, check=False)
    try:
        return _say(*verdict(json.loads(done.stdout)["dependencies"]))
    except (ValueError, KeyError):
        return _say(NOT_ASKED, (done.stderr.strip() or "pip-audit said nothing").splitlines()[-1:])


def verdict(packages: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """What pip-audit found: the exit status and its lines."""
    bad = [
        f"{one['name']} {one.get('version', '')}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or '-'}"
        for one in packages
        for flaw in one.get("vulns", [])
    ]
    silent = [one["name"] for one in packages if "skip_reason" in one]
    if silent:
        bad.append(f"not asked about: {len(silent)} of {len(packages)} ({', '.join(silent[:5])} ...)")
    if any("vulns" in one and one["vulns"] for one in packages):
        return KNOWN, bad
    return (NOT_ASKED, bad) if silent or not packages else (CLEAN, [f"nothing known about {len(packages)} packages"])


def _say(status: int, lines: list[str]) -> int:
    for line in lines:
        print(line, file=sys.stderr if status else sys.stdout)  # noqa: T201 -- a command's own words
    if status == NOT_ASKED:
        print("NOT CHECKED: run this where the advisories can be reached", file=sys.stderr)  # noqa: T201
    return status


if __name__ == "__main__":
    sys.exit(main())
