"""E-mail by the relay of EMAIL_URL: plain words and the same as HTML, one connection for a whole sweep."""

from __future__ import annotations

import smtplib
from contextlib import suppress

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from kpiportal import mailtext, sealed_links
from kpiportal.channels import Later, Refused
from kpiportal.models import OutgoingMail


class Email:
    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def send(self, message: OutgoingMail) -> None:
        mail = written(message)
        try:
            mail.connection = self._relay()
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            self.close()
            for_good = all(500 <= code < 600 for code, _ in error.recipients.values())
            raise (Refused if for_good else Later)(str(error)) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()  # whatever state the conversation is in, the next mail begins a new one
            raise Later(str(error)) from error

    def _relay(self) -> BaseEmailBackend:
        if self._connection is None:
            connection = get_connection()
            connection.open()
            self._connection = connection
        return self._connection

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(smtplib.SMTPException, OSError):  # it may be gone already
                connection.close()


def written(message: OutgoingMail) -> EmailMultiAlternatives:
    """The mail as it leaves. What is optional in it can be ended by one press in the mail program (RFC 8058)."""
    body = sealed_links.opened(message.body)
    headers = {"Message-ID": message.message_id}
    if message.unsubscribe:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(message.subject, body, None, [message.to_email], headers=headers)
    mail.attach_alternative(mailtext.as_html(message.subject, body), "text/html")
    if message.calendar:
        mail.attach("meeting.ics", message.calendar, "text/calendar")
    return mail
