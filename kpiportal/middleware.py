"""What every request carries into the audit trail."""

from kpiportal import audit


def origin(get_response):
    """Remember the caller's network address for the deeds of this request.

    REMOTE_ADDR only: X-Forwarded-For is the proxy's to translate (deploy/), a client could forge it.
    """

    def middleware(request):
        token = audit.origin_address.set(request.META.get("REMOTE_ADDR") or None)
        try:
            return get_response(request)
        finally:
            audit.origin_address.reset(token)

    return middleware
