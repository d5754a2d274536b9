"""The link that ends optional mail without signing in: signed, for one person, good for no other action."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from kpiportal.models import User

_SALT = "kpiportal.reminding.stop"


def stop_url(user: User) -> str:
    token = signing.dumps(user.pk, salt=_SALT)
    return settings.BASE_URL + reverse("reminding:stop", args=[token])


def person_of(token: str) -> User | None:
    """Whose link this is; None for a link nobody here made, or of an account that is closed."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()
