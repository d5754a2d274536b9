"""The messages' part of the table: one's own, and nobody else's."""

from __future__ import annotations

from kpiportal.tests.matrix.machine_table import mail_to_the_collector
from kpiportal.tests.matrix.row import EVERYBODY, Row, each

INBOX = [
    Row("inbox:message_list", get=each(EVERYBODY, code=200), shared=True),
    Row("inbox:message_read_all", post=each(EVERYBODY, code=302), shared=True),
    # Not even those who look after the person, nor who runs the machine.
    Row("inbox:message", mail_to_the_collector, get={"collector": 200}),
]
