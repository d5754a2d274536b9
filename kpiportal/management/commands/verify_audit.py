"""Prove the trail: recompute its chain and say where it was touched. Exit status 0 when whole, 1 when not.

manage.py verify_audit --export-head /media/keep/head.json     keep this file off the machine
manage.py verify_audit --against /media/keep/head.json         and come back with it
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kpiportal import seals


class Command(BaseCommand):
    help = "Recompute the hash chain over the audit trail and say where it was touched."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--export-head", metavar="FILE", help="write the head as JSON; - for standard output")
        parser.add_argument("--against", metavar="FILE", help="a head exported earlier: finds a cut or rebuilt chain")

    def handle(self, *args: Any, **options: Any) -> None:
        kept = _read(options["against"]) if options["against"] else None
        end, faults = seals.verify(kept)
        for fault in faults:
            place = f"ลำดับ {fault.position or '-'} ประวัติเลข {fault.event_id or '-'}"
            self.stderr.write(f"{fault.kind}: {place}: {fault.text}")
        if faults:
            self.stderr.write(f"พบร่องรอยการแก้ไข {len(faults)} แห่ง")
            sys.exit(1)
        if options["export_head"] == "-":
            self.stdout.write(end.as_json())
            return
        if options["export_head"]:
            Path(options["export_head"]).write_text(end.as_json() + "\n", encoding="utf-8")
        self.stdout.write(f"ประวัติครบถ้วน {end.count} รายการ หัวโซ่ {end.digest}")


def _read(name: str) -> seals.Head:
    try:
        return seals.Head(**json.loads(Path(name).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise CommandError(f"อ่านหัวโซ่จาก {name} ไม่ได้: {error}") from error
