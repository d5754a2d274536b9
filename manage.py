#!/usr/bin/env python
"""Django's command line. `make run` and `make test` are the ways in; this is for everything else."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kpiportal.settings.dev")
    execute_from_command_line(sys.argv)
