"""Embedded mode (`make run`): the production code path on private servers under var/."""

from .base import *  # noqa: F403
from .base import SECRET_KEY as _GIVEN
from .base import VAR_DIR

_key_file = VAR_DIR / "secret-key"
SECRET_KEY = _GIVEN or (_key_file.read_text().strip() if _key_file.exists() else "only-for-commands-without-a-server")
ALLOWED_HOSTS = ["*"]  # plain HTTP on the machine itself; server mode names its hosts

# Static files straight from the tree: no collectstatic between a change (or a first start) and the page.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
WHITENOISE_USE_FINDERS = True
