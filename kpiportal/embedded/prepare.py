"""The part of a start that needs Django, in its own process: migrate, load the demo once, list the accounts.

    python -m kpiportal.embedded.prepare ACCOUNTS_FILE

Messages go to the log; only the table of accounts goes to the file, for the greeting of run.py.
"""

import sys
from pathlib import Path

import django
from django.core.management import call_command


def main(accounts: Path) -> None:
    django.setup()
    call_command("migrate", interactive=False)
    call_command("seed_demo")
    with accounts.open("w", encoding="utf-8") as file:
        call_command("demo_accounts", stdout=file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
