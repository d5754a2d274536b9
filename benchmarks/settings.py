"""Server mode as it ships, plus what only the benchmark knows: the floor view and Django's own admin as a peer."""

from kpiportal.settings.prod import *  # noqa: F403
from kpiportal.settings.prod import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin.apps.SimpleAdminConfig"]
ROOT_URLCONF = "benchmarks.urls"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
