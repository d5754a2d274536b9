"""Tests: throw-away servers, started here because pytest-django loads settings before any conftest.

The first process to import this starts the pair and tells its children (pytest-xdist workers, manage.py under
a test) through the environment; the pair ends with that process, however it ends. KPI_TEST_SERVERS=external
takes DATABASE_URL and REDIS_URL from the environment instead: a test database is created there and dropped.
"""

import os
import re
import secrets

from kpiportal.embedded.servers import PrivateServers

if not os.environ.get("KPI_TEST_SERVERS"):
    _servers = PrivateServers()
    _servers.start()
    os.environ.update(
        KPI_TEST_SERVERS="private",
        DATABASE_URL=_servers.database_url,
        REDIS_URL=_servers.redis_url,
        KPI_VAR_DIR=str(_servers.folder / "var"),
        KPI_FILES_DIR=str(_servers.folder / "var" / "files"),
        SECRET_KEY=secrets.token_urlsafe(50),
    )

# A developer's own .env must not leak into a test: what is set here wins over the file.
os.environ.update(KPI_DEMO="0", KPI_CLOCK_SHIFT_SECONDS="0", EMAIL_URL="smtp://127.0.0.1:1", ALLOWED_HOSTS="*")
os.environ.update(KPI_BASE_URL="http://testserver", KPI_SENDFILE_PREFIX="")

# Off but where a test is about it: people sign in by force_login, which shows no second factor.
os.environ.update(KPI_REQUIRE_SECOND_FACTOR="0")

from .base import *  # noqa: E402, F403 -- base reads the environment prepared above
from .base import CACHES, REDIS_URL, STORAGES  # noqa: E402

KPI_THROTTLE = False  # one address asks for everybody here; its own tests switch it on
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# No collectstatic before a test run: files are served from the tree, names are plain.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True

# Parallel workers share one Redis; each gets a database of its own so that no queue or cache is mixed.
_worker = re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", ""))
REDIS_URL = re.sub(r"/\d+$", f"/{(int(_worker) + 1) % 16 if _worker else 0}", REDIS_URL)
CELERY_BROKER_URL = REDIS_URL
CACHES = {**CACHES, "default": {**CACHES["default"], "LOCATION": REDIS_URL}}
