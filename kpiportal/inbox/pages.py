"""A person's messages as pages show them. A message is a row of the outbox, whether or not its mail has left."""

from __future__ import annotations

import datetime as dt
import re

from django.conf import settings
from django.db.models import QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString

from kpiportal import sealed_links
from kpiportal.models import OutgoingMail, User

PER_PAGE = 30
IN_THE_MAIL = "[อยู่ในอีเมล]"


def of(user: User) -> QuerySet[OutgoingMail]:
    """Newest first. What also went by LINE or to another system stands here once; what was taken back does not."""
    return OutgoingMail.objects.read_here().filter(to_user=user).order_by("-queued_at", "-pk")


def read(message: OutgoingMail, *, at: dt.datetime) -> None:
    """Note that it was opened: the first time counts."""
    if message.read_at is None:
        OutgoingMail.objects.filter(pk=message.pk, read_at__isnull=True).update(read_at=at)


def read_all(user: User, *, at: dt.datetime) -> int:
    """Note all of a person's messages as read; how many that were."""
    return of(user).filter(read_at__isnull=True).update(read_at=at)


def body(message: OutgoingMail) -> SafeString:
    """The text with the portal's own addresses as links; nothing else becomes markup. Secrets stay in the mail."""
    text = sealed_links.without(message.body, instead=IN_THE_MAIL)
    own = re.compile(rf"({re.escape(settings.BASE_URL)})(/[\w/?=&%.#-]*)?(?![\w.:@-])")
    parts, done = [], 0
    for found in own.finditer(text):
        address = escape(found[2] or "/")
        parts += [escape(text[done : found.start()]), f'<a href="{address}">{escape(found[0])}</a>']
        done = found.end()
    return SafeString("".join([*parts, escape(text[done:])]))
