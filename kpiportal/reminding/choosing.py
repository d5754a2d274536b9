"""Actions on a person's own choices: which reminders they do without, and the LINE account they are told by."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from django.db import transaction

from kpiportal import audit
from kpiportal.models import LineLink, NoticeChoice, User
from kpiportal.obligations import KINDS
from kpiportal.reminding.choices import Channel

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is mistaken for another
CODE_GOOD_FOR = dt.timedelta(minutes=30)

audit.tells(
    **{
        "reminding.chosen": "เลือกการเตือนที่รับ",
        "reminding.stopped": "เลิกรับการเตือนล่วงหน้าทางอีเมล",
        "reminding.line_joined": "ผูกบัญชี LINE",
        "reminding.line_left": "เลิกผูกบัญชี LINE",
    }
)


@transaction.atomic
def choose(user: User, refused: Iterable[tuple[str, str]], *, among: Iterable[str], at: dt.datetime) -> None:
    """Keep which (kind, channel) this person does without, of the kinds they were asked about; what they chose of
    others stands. What they must do themselves is sent all the same."""
    refused = sorted(set(refused))
    NoticeChoice.objects.filter(user=user, kind__in=list(among)).delete()
    NoticeChoice.objects.bulk_create(NoticeChoice(user=user, kind=kind, channel=channel) for kind, channel in refused)
    audit.record("reminding.chosen", user, by=user, at=at, refused=[list(pair) for pair in refused])


@transaction.atomic
def stop(user: User, *, at: dt.datetime) -> int:
    """End what is optional by e-mail, of every kind. Pressed twice it changes nothing. Returns the kinds ended."""
    wanted = set(KINDS) - set(
        NoticeChoice.objects.filter(user=user, channel=Channel.EMAIL).values_list("kind", flat=True)
    )
    rows = [NoticeChoice(user=user, kind=kind, channel=Channel.EMAIL) for kind in sorted(wanted)]
    NoticeChoice.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        audit.record("reminding.stopped", user, by=user, at=at)
    return len(rows)


@transaction.atomic
def line_code(user: User, *, at: dt.datetime) -> str:
    """A code to type to the office's LINE account; it takes the place of an earlier one."""
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
    LineLink.objects.update_or_create(user=user, defaults={"code": code, "code_at": at})
    return code


@transaction.atomic
def join_line(code: str, line_id: str, *, at: dt.datetime) -> User | None:
    """Whom this code joins to a LINE account; None for a code that is not, or no longer, good."""
    links = LineLink.objects.select_for_update(of=("self",)).select_related("user")
    link = links.filter(code=code.strip().upper(), code_at__gt=at - CODE_GOOD_FOR).exclude(code="").first()
    if link is None or not link.user.is_active:
        return None
    LineLink.objects.filter(line_id=line_id).exclude(pk=link.pk).update(line_id="", linked_at=None)
    link.line_id, link.linked_at, link.code, link.code_at = line_id, at, "", None
    link.save(update_fields=["line_id", "linked_at", "code", "code_at"])
    audit.record("reminding.line_joined", link.user, by=link.user, at=at)
    return link.user


@transaction.atomic
def leave_line(user: User, *, at: dt.datetime) -> None:
    if LineLink.objects.filter(user=user).exclude(line_id="").delete()[0]:
        audit.record("reminding.line_left", user, by=user, at=at)
