"""What reminders keep of a person goes with them: the LINE account, the choices, the links in mails that went out."""

import datetime as dt

from kpiportal import outbox
from kpiportal.models import ErasureRequest, LineLink, Membership, NoticeChoice, OutgoingMail
from kpiportal.onboarding import erasures
from kpiportal.reminding import choosing
from kpiportal.testing.plugin import NOW


def test_nothing_by_which_they_are_reached_is_left(cast, frozen):
    assert choosing.join_line(choosing.line_code(cast.collector, at=NOW), "Uabc", at=NOW) == cast.collector
    choosing.stop(cast.collector, at=NOW)
    outbox.post(
        [outbox.letter("เรื่อง", "ข้อความ", to=cast.collector, at=NOW, channel="line", address="Uabc", unsubscribe="x")]
    )
    Membership.objects.filter(user=cast.collector).update(valid_to=NOW.date() - dt.timedelta(days=1))
    request = ErasureRequest.objects.create(person=cast.collector, asked_at=NOW)
    erasures.grant(request, by=cast.director, at=NOW, reason="ย้ายไปหน่วยงานอื่นแล้ว")
    assert not LineLink.objects.exists()
    assert not NoticeChoice.objects.exists()
    (mail,) = OutgoingMail.objects.filter(channel="line")
    assert ("Uabc" in mail.to_email, mail.body, mail.unsubscribe) == (False, "", "")
