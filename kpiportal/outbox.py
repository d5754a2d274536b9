"""The outbox: messages are rows written in the action's transaction, sent after commit, retried after a crash.

A row goes queued → sending (committed before the attempt) → sent, through its channel (kpiportal/channels/). A worker
killed in between leaves the row `sending`; after IN_FLIGHT_FOR it is tried again with the same Message-ID, unless the
relay's log shows that the mail was accepted (channels/relay_log.py). Without that log delivery is at least once.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from collections.abc import Iterable, Mapping
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction
from django.db.models import Case, DateTimeField, Q, Value, When

from kpiportal import channels, holidays, thai
from kpiportal.channels import relay_log
from kpiportal.models import OutgoingMail, User
from kpiportal.reminding import hours, texts

log = logging.getLogger(__name__)
S = OutgoingMail.State
Channel = OutgoingMail.Channel
IN_FLIGHT_FOR = dt.timedelta(minutes=2)
RETRY_AFTER = [dt.timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720)]
RINGS = (Channel.LINE, Channel.SMS)
BATCH = 200
LONGEST_SWEEP = 240  # seconds: a relay that answers slowly is not kept to for a whole batch


def queue(name: str, *, to: User, facts: Mapping[str, str], at: dt.datetime, dedupe_key: str | None = None) -> None:
    """Write one mail from templates/mail/<name>, or from OPDC's own wording. No-op when `dedupe_key` exists already."""
    post([compose(name, to=to, facts=facts, at=at, dedupe_key=dedupe_key)])


def queue_once_a_day(name: str, *, to: User, facts: Mapping[str, str], at: dt.datetime) -> None:
    """As `queue`, but only the first message of this name on a day is mailed; later ones appear in the inbox alone.

    For notices that come by the dozen in one morning and are on the home page anyway.
    """
    mail = compose(name, to=to, facts=facts, at=at, dedupe_key=f"{name}.{to.pk}.{thai.day_in_bangkok(at)}")
    post([mail])
    # Asked of the row, not of the day before writing: of two actions at once both may think they are the first.
    if not OutgoingMail.objects.filter(message_id=mail.message_id).exists():
        post([letter(mail.subject, mail.body, to=to, at=at, channel=Channel.INBOX)])


def compose(
    name: str, *, to: User | str, facts: Mapping[str, str], at: dt.datetime, dedupe_key: str | None = None
) -> OutgoingMail:
    """An unsaved mail with its Message-ID already set. `facts` are the fields of its template.

    `to`: a person, or the bare address of somebody who has no account yet.
    """
    subject, body = texts.load(name, facts)
    return letter(subject, body, to=to, at=at, dedupe_key=dedupe_key)


def letter(
    subject: str,
    body: str,
    *,
    to: User | str,
    at: dt.datetime,
    dedupe_key: str | None = None,
    channel: str = Channel.EMAIL,
    address: str = "",
    unsubscribe: str = "",
) -> OutgoingMail:
    """An unsaved message from finished text. `address`: the recipient's address on another channel than e-mail."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    read_here = channel == Channel.INBOX
    return OutgoingMail(
        channel=channel,
        unsubscribe=unsubscribe,
        state=S.SENT if read_here else S.QUEUED,
        sent_at=at if read_here else None,
        to_user=to if isinstance(to, User) else None,
        to_email=address or (to.email if isinstance(to, User) else to),
        subject=subject,
        body=body,
        dedupe_key=dedupe_key,
        message_id=f"<{uuid.uuid4()}@{domain}>",
        not_before=at,
        queued_at=at,
    )


def post(mails: list[OutgoingMail]) -> None:
    """Save messages in the surrounding transaction; delivery starts on commit.

    ignore_conflicts: two workers that post the same dedupe_key at once end with one row and no error.
    """
    if mails:
        OutgoingMail.objects.bulk_create(mails, ignore_conflicts=True)
        transaction.on_commit(wake, robust=True)


def wake() -> None:
    """Ask a worker to sweep. Without a broker the row waits for the next minute's sweep."""
    from kpiportal import tasks  # noqa: PLC0415 -- tasks import this module

    tasks.sweep_outbox.apply_async(retry=False, ignore_result=True)


def queue_again(mails: Iterable[OutgoingMail], *, at: dt.datetime) -> None:
    """Queue failed messages again, mails to the current address of their person. The caller holds the rows' locks.

    The Message-ID stays, so a mail that the relay had accepted before is recognisably the same.
    """
    mails = list(mails)
    for mail in mails:
        mail.state, mail.attempts, mail.not_before, mail.error = S.QUEUED, 0, at, ""
        if mail.to_user and mail.channel == Channel.EMAIL:
            mail.to_email = mail.to_user.email
    OutgoingMail.objects.bulk_update(mails, ["state", "attempts", "not_before", "error", "to_email"], batch_size=500)
    transaction.on_commit(wake, robust=True)


def drop(mails: Iterable[int]) -> list[int]:
    """Withdraw messages that are still queued. Returns the ids; those a worker is sending already are left alone."""
    waiting = OutgoingMail.objects.filter(pk__in=list(mails), state=S.QUEUED)
    dropped = [mail.pk for mail in waiting.select_for_update(skip_locked=True).only("pk")]
    OutgoingMail.objects.filter(pk__in=dropped).update(state=S.DROPPED)
    return dropped


def came_back(message_id: str, said: str) -> bool:
    """Mark a mail as failed after a permanent bounce; True when it was one of ours."""
    sent = OutgoingMail.objects.filter(message_id=message_id, state__in=[S.SENT, S.QUEUED, S.SENDING])
    return bool(sent.update(state=S.FAILED, error=f"ตีกลับ: {said}"[:1000], sending_since=None))


def sweep(*, at: dt.datetime) -> int:
    """Send what is due, after releasing what a dead worker left in flight. Returns how many were sent.

    A full batch schedules the next at once: three thousand mails of a morning are out within minutes.
    """
    free_stuck(at=at)
    sent = looked = 0
    ends = time.monotonic() + LONGEST_SWEEP
    with channels.Ways() as ways:
        while looked < BATCH and time.monotonic() < ends and (mail := _claim(at)):
            looked += 1
            sent += _send(mail, ways, at)
    if looked == BATCH:
        wake()
    return sent


def free_stuck(*, at: dt.datetime) -> int:
    """Take back what nobody is sending any more. A worker that lives holds the row's lock while it talks to the relay,
    so neither a slow relay nor a clock set forward frees what is still under way.

    A moment that cannot be yet was written by a worker whose clock stood ahead: its row is not left waiting for it.
    """
    nobody = Q(sending_since__lt=at - IN_FLIGHT_FOR) | Q(sending_since__gt=at + IN_FLIGHT_FOR)
    with transaction.atomic():
        stuck = OutgoingMail.objects.filter(nobody, state=S.SENDING)
        dead = [mail.pk for mail in stuck.select_for_update(skip_locked=True).only("pk")]
        freed = OutgoingMail.objects.filter(pk__in=dead).update(state=S.QUEUED, sending_since=None, not_before=at)
        waits = [When(attempts=n, then=Value(at + wait)) for n, wait in enumerate(RETRY_AFTER, start=1)]
        tried = OutgoingMail.objects.filter(state=S.QUEUED, attempts__range=(1, len(RETRY_AFTER)), not_before__gt=at)
        longest = Case(*waits, output_field=DateTimeField())
        tried.filter(not_before__gt=longest).update(not_before=longest)
    return freed


def _claim(at: dt.datetime) -> OutgoingMail | None:
    """Take the next waiting row, skipping those other workers hold, and commit the intent to send it."""
    with transaction.atomic():
        mail = (
            OutgoingMail.objects.select_for_update(skip_locked=True)
            .filter(state=S.QUEUED, not_before__lte=at)
            .order_by("not_before", "pk")
            .first()
        )
        if mail:
            mail.state, mail.sending_since, mail.attempts = S.SENDING, at, mail.attempts + 1
            mail.save(update_fields=["state", "sending_since", "attempts"])
    return mail


@transaction.atomic
def _send(claimed: OutgoingMail, ways: channels.Ways, at: dt.datetime) -> bool:
    """Send it under the lock of its row. At a second try the relay's log is asked first whether it has the mail."""
    intent = OutgoingMail.objects.select_for_update().filter(state=S.SENDING, attempts=claimed.attempts)
    mail = intent.filter(pk=claimed.pk).first()
    if mail is None:
        return False  # freed between the two transactions; whoever claims it next sends it
    try:
        if not (mail.attempts > 1 and relay_log.has(mail.message_id)):
            ways.send(mail)
    except (channels.Later, channels.Refused) as error:
        _put_back(mail, error, at)
        return False
    except Exception as error:
        # An adapter's own fault, or a secret under a key long gone: tried again and given up in sight, as any other.
        log.exception("message %s", mail.pk)
        _put_back(mail, error, at)
        return False
    mail.state, mail.sent_at, mail.error = S.SENT, at, ""
    mail.save(update_fields=["state", "sent_at", "error"])
    return True


def _when_again(mail: OutgoingMail, at: dt.datetime) -> dt.datetime:
    """The time of the next attempt; channels that ring a phone also wait for working hours."""
    again = at + RETRY_AFTER[mail.attempts - 1]
    if mail.channel not in RINGS:
        return again
    day = thai.day_in_bangkok(again)
    closed = holidays.between(day, day + hours.LONGEST_REST)
    return hours.next_opening(again, closed) if hours.is_quiet(again, day, closed) else again


def _put_back(mail: OutgoingMail, error: Exception, at: dt.datetime) -> None:
    """Schedule the next attempt; fail visibly after the last one or when the other side refuses for good."""
    mail.error = (str(error) or type(error).__name__)[:1000]
    if isinstance(error, channels.Refused) or mail.attempts > len(RETRY_AFTER):
        mail.state = S.FAILED
    else:
        mail.state, mail.not_before = S.QUEUED, _when_again(mail, at)
    mail.sending_since = None
    mail.save(update_fields=["state", "not_before", "sending_since", "error"])
    log.warning("message %s not sent (attempt %s): %s", mail.pk, mail.attempts, type(error.__cause__ or error).__name__)
