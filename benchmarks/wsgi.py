"""The portal and, at one address beside it, Django as it comes: the floor F0 that the goals were set against."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings

PLAIN = "/benchmarks/django/"
# `startproject` gives these; there a view reads session and person by the ORM (benchmarks/urls.py).
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

portal = get_wsgi_application()
with override_settings(MIDDLEWARE=["kpiportal.middleware.forwarded", *MIDDLEWARE]):
    plain = WSGIHandler()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    return (plain if environ["PATH_INFO"] == PLAIN else portal)(environ, start_response)
