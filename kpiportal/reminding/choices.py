"""By which channels a person hears of what: their own choices, and what is sent whatever they chose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings

from kpiportal.models import LineLink, NoticeChoice, OutgoingMail, Webhook
from kpiportal.reminding.hearers import Hearing

Channel = OutgoingMail.Channel
# What a person may switch off by kind. A message in the portal is always there; a webhook is its organization's.
CHOSEN = (Channel.EMAIL, Channel.LINE, Channel.SMS)


def optional(hearing: Hearing, step: int) -> bool:
    """Whether a person may do without: early reminders, and copies of what others owe. What they must do themselves is
    sent from the last day on."""
    return step > 0 or not hearing.seat.acts


@dataclass
class Reach:
    """How each person can be reached, read once for a morning."""

    refused: dict[int, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    line: dict[int, str] = field(default_factory=dict)
    webhooks: dict[int, str] = field(default_factory=dict)
    unreachable: frozenset[int] = frozenset()

    def of(self, hearing: Hearing, kind: str, step: int) -> dict[str, str]:
        """Channel -> address. Without an e-mail the message stands in the portal all the same."""
        user, seat = hearing.user, hearing.seat
        found = {}
        if user.email and user.pk not in self.unreachable:
            found[Channel.EMAIL] = user.email
        if user.pk in self.line:
            found[Channel.LINE] = self.line[user.pk]
        # A short message costs money: only for what is late and one's own.
        if settings.KPI_SMS_ADAPTER and user.phone and seat.acts and step <= 0:
            found[Channel.SMS] = user.phone
        if optional(hearing, step):
            refused = self.refused.get(user.pk, set())
            found = {channel: address for channel, address in found.items() if (kind, channel) not in refused}
        if seat.organization_id in self.webhooks:
            found[Channel.WEBHOOK] = str(seat.organization_id)
        if Channel.EMAIL not in found:
            found[Channel.INBOX] = user.email
        return {str(channel): address for channel, address in found.items()}


def reach(people: Iterable[int], unreachable: frozenset[int]) -> Reach:
    """Three queries, for however many people."""
    people = set(people)
    found = Reach(unreachable=unreachable)
    for user, kind, channel in NoticeChoice.objects.filter(user__in=people).values_list("user", "kind", "channel"):
        found.refused[user].add((kind, channel))
    if settings.KPI_LINE_TOKEN:
        linked = LineLink.objects.filter(user__in=people).exclude(line_id="")
        found.line = dict(linked.values_list("user", "line_id"))
    found.webhooks = dict(Webhook.objects.values_list("organization", "url"))
    return found
