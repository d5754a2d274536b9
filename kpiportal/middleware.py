"""The client's address: taken from our own proxy only, and kept for the audit trail."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from kpiportal import audit

Answer = Callable[[HttpRequest], HttpResponseBase]


def forwarded(get_response: Answer) -> Answer:
    """Believe our own proxy, and nobody else, about who is calling and whether by HTTPS. First in MIDDLEWARE.

    Only settings with KPI_BEHIND_PROXY have it. A request over a Unix socket came through the proxy: the socket's
    folder lets nobody else in. One over TCP did when its sender is in KPI_TRUSTED_PROXIES. The last entry of
    X-Forwarded-For is what the proxy itself saw; the ones before it are the caller's own words. REMOTE_ADDR becomes
    that entry, so the trail, the sign-in throttle and the logs all read the one name. From anyone else both headers
    are removed: Django would take X-Forwarded-Proto at its word.
    """
    proxies = _networks(settings.KPI_TRUSTED_PROXIES)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        told = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        sender = request.META.get("REMOTE_ADDR", "")
        if _is_proxy(sender, proxies):
            caller = _address(told.rpartition(",")[2])
            if caller:
                request.META["REMOTE_ADDR"] = str(caller)
        else:
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return get_response(request)

    return middleware


def origin(get_response: Answer) -> Answer:
    """Remember the caller's network address for the actions of this request: REMOTE_ADDR, never a header."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        token = audit.origin_address.set(request.META.get("REMOTE_ADDR") or None)
        try:
            return get_response(request)
        finally:
            audit.origin_address.reset(token)

    return middleware


def _is_proxy(sender: str, proxies: list[Any]) -> bool:
    address = _address(sender)
    return sender == "" or (address is not None and any(address in network for network in proxies))


def _address(text: str) -> Any:
    """The IP address, an IPv4 one inside IPv6 unwrapped; None for what the trail's column could not hold."""
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    if getattr(address, "scope_id", None):
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _networks(texts: list[str]) -> list[Any]:
    try:
        return [ipaddress.ip_network(text.strip(), strict=False) for text in texts]
    except ValueError as error:
        raise ImproperlyConfigured(f"KPI_TRUSTED_PROXIES: {error}") from None
