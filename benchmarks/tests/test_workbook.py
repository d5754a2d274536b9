"""A workbook out and in, small: the figures can be taken, in a process of its own as they are."""

import subprocess
import sys

from kpiportal.embedded.install import ROOT


def test_it_tells_what_it_took():
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.workbook", "200"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("200 rows: written in 0.")
