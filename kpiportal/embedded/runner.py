"""As whom the private servers run. An ordinary user runs them himself; root must hand them over."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from kpiportal.embedded.trouble import Trouble

UNPRIVILEGED = ("postgres", "nobody")
# The securebit makes access() count the capability too; initdb asks it about its own programs.
BEYOND_CLOSED_FOLDERS = [
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
    "--securebits=+no_setuid_fixup",
]


@dataclass(frozen=True)
class Runner:
    """The user of the servers; None means the current one."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def for_data(cls, data: Path) -> Runner:
        """Who may serve the cluster in `data`: its owner when it exists; Trouble when that cannot be."""
        owner = data.stat() if data.exists() else None
        if os.geteuid() != 0:
            if owner and owner.st_uid != os.geteuid():
                raise Trouble(_other_owner(data, owner.st_uid))
            return cls()
        if owner and owner.st_uid != 0:
            return cls(owner.st_uid, owner.st_gid)
        for name in UNPRIVILEGED:
            try:
                user = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(user.pw_uid, user.pw_gid)
        raise Trouble(
            "PostgreSQL ทำงานในนามของ root ไม่ได้ และเครื่องนี้ไม่มีผู้ใช้ postgres หรือ nobody\n    useradd --system postgres"
        )

    def privileges(self, *needed: Path) -> list[str]:
        """setpriv's options for starting a server that uses the paths `needed`.

        When one lies in a folder closed to others (a checkout under /root), the server gets the one
        capability that passes through closed folders, rather than opened folders or copied programs.
        """
        if self.uid is None:
            return []
        options = [f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        if not all(self.can_reach(path) for path in needed):
            options += BEYOND_CLOSED_FOLDERS
        return options

    def can_reach(self, path: Path) -> bool:
        """Whether every folder above `path` lets this user through (mode bits only)."""
        return all(self._may_enter(folder.stat()) for folder in path.resolve().parents)

    def own(self, path: Path) -> None:
        if self.uid is not None:
            os.chown(path, self.uid, self.gid if self.gid is not None else -1)

    def _may_enter(self, folder: os.stat_result) -> bool:
        if folder.st_uid == self.uid:
            return bool(folder.st_mode & stat.S_IXUSR)
        if folder.st_gid == self.gid:
            return bool(folder.st_mode & stat.S_IXGRP)
        return bool(folder.st_mode & stat.S_IXOTH)


def _other_owner(path: Path, uid: int) -> str:
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = str(uid)
    return (
        f"ข้อมูลใน {path} เป็นของผู้ใช้ {name} ผู้ใช้ปัจจุบันเปิดไม่ได้ ให้สั่ง make run ในนามของ {name} หรือ root "
        f"หรือมอบข้อมูลให้ผู้ใช้ปัจจุบันก่อน\n    sudo chown -R $USER: {path.parent.parent}"
    )
