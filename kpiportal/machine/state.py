"""The state of the system for people (a page) and programs (/healthz/ready). Read only; the caller passes the time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Min, Q

from kpiportal.models import Heartbeat, OutgoingMail

BEAT = "beat"
BEAT_LATE = dt.timedelta(minutes=5)  # it beats every minute
MAIL_LATE = dt.timedelta(minutes=15)  # a sweep comes every minute; what was put back for a retry is not late


@dataclass(frozen=True)
class Sign:
    """One part on the page. `kind`: ok · late (components/chip.html)."""

    part: str
    kind: str
    word: str
    detail: str


@dataclass(frozen=True)
class Mail:
    """What is in the outbox: rows by state, and since when the oldest one that could leave has been waiting."""

    queued: int
    sending: int
    failed: int
    waiting_since: dt.datetime | None


def stores_answer() -> bool:
    """PostgreSQL and Redis both do. Without Redis pages are still served, but nothing is sent, and each process counts
    the tries to sign in alone."""
    return database_answers() and redis_answers()


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def redis_answers() -> bool:
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=None).ping()
    except (redis.RedisError, OSError):
        return False
    return True


def heartbeat(*, at: dt.datetime) -> None:
    """Note that beat and a worker are alive. Called by the minute's task; never goes back."""
    beat, new = Heartbeat.objects.get_or_create(part=BEAT, defaults={"at": at})
    if not new:
        Heartbeat.objects.filter(pk=beat.pk, at__lt=at).update(at=at)


def last_beat() -> dt.datetime | None:
    return Heartbeat.objects.filter(part=BEAT).values_list("at", flat=True).first()


def mail(*, at: dt.datetime) -> dict[str, Mail]:
    """By channel, e-mail always among them. One query."""
    state = OutgoingMail.State
    due = Q(state=state.QUEUED, not_before__lte=at) | Q(state=state.SENDING)
    rows = OutgoingMail.objects.filter(state__in=[state.QUEUED, state.SENDING, state.FAILED]).values("channel")
    counted = rows.annotate(
        queued=Count("pk", filter=Q(state=state.QUEUED)),
        sending=Count("pk", filter=Q(state=state.SENDING)),
        failed=Count("pk", filter=Q(state=state.FAILED)),
        waiting_since=Min("not_before", filter=due),
    ).order_by("channel")
    return {OutgoingMail.Channel.EMAIL.value: Mail(0, 0, 0, None)} | {
        row.pop("channel"): Mail(**row) for row in counted
    }


def late(*, at: dt.datetime) -> list[str]:
    """Names of the parts behind the pages that are not keeping up: "beat", "mail", another channel. They take no page
    down."""
    beat = last_beat()
    found = ["beat"] if beat is None or at - beat > BEAT_LATE else []
    waiting = {channel: kept.waiting_since for channel, kept in mail(at=at).items()}
    slow = [channel for channel, since in waiting.items() if since is not None and at - since > MAIL_LATE]
    return found + ["mail" if channel == OutgoingMail.Channel.EMAIL else channel for channel in slow]
