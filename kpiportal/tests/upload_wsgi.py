"""The portal with one more door (upload_urls.py), to be run by the real web server in a process of its own."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "kpiportal.settings.test"

from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

settings.ROOT_URLCONF = "kpiportal.tests.upload_urls"
application = get_wsgi_application()
