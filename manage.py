#!/usr/bin/env python
"""Django's command line. `make run` and `make test` are the ways in; this is for everything else."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kpiportal.settings.dev")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as missing:  # its sentence is the whole news
        if "--traceback" in sys.argv:
            raise
        sys.exit(str(missing))
