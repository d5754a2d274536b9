"""Run as a program: inspect every file of a folder as an upload and tell what it cost.

One JSON line per file: code ("accepted" or the refusal's), CPU seconds (the machine may be busy with other
work), and by how many bytes the resident memory rose at its highest. In a process of its own because a test run
has used memory before. (getrusage would not do: its figure starts at that of the parent.)
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

from django.core.files import File

from kpiportal.uploads import UploadRefused, inspect


def main(folder: str, max_bytes: int) -> None:
    names = json.loads((Path(folder) / "names.json").read_text(encoding="utf-8"))
    for number, name in enumerate(names):
        with open(Path(folder) / str(number), "rb") as file:
            Path("/proc/self/clear_refs").write_text("5")  # the highest figure starts again from here
            before = resident("VmRSS")
            started = time.process_time()
            try:
                inspect(File(file, name), max_bytes=max_bytes)
                code = "accepted"
            except UploadRefused as refused:
                code = refused.code
            seconds = time.process_time() - started
            grown = resident("VmHWM") - before
        sys.stdout.write(json.dumps({"code": code, "seconds": seconds, "grown": grown}) + "\n")


def resident(figure: str) -> int:
    """VmRSS (now) or VmHWM (highest) of this process, in bytes."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(rf"{figure}:\s+(\d+) kB", status)[1]) * 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
