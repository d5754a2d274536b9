"""LINE, webhooks and SMS against real servers on this machine that check what they are sent; and no call inside."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from kpiportal import outbox
from kpiportal.channels import Later, Refused, line, outward, webhook
from kpiportal.models import LineLink, OutgoingMail, Webhook
from kpiportal.reminding import choosing, wording
from kpiportal.testing.plugin import NOW


class LocalApi:
    """`asked`: (path, headers, body) of each call; `answers`: statuses to give before it says 200."""

    def __enter__(self):
        self.asked, self.answers, api = [], [], self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                api.asked.append((self.path, self.headers, body))
                status = api.answers.pop(0) if api.answers else api.check(self.headers, body)
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exc):
        self.server.shutdown()
        self.server.server_close()

    def check(self, headers, body):
        """As LINE does: whose channel it is, and the form of the message."""
        if "Authorization" in headers:
            return 200 if headers["Authorization"] == "Bearer token" and self._line(headers, body) else 401
        return 200

    def _line(self, headers, body):
        said = json.loads(body)
        texts = [message["text"] for message in said["messages"]]
        return said["to"].startswith("U") and len(headers["X-Line-Retry-Key"]) == 36 and len(texts[0]) <= 5000


@pytest.fixture
def api(settings):
    settings.KPI_OUTWARD_PRIVATE = True
    with LocalApi() as found:
        settings.KPI_LINE_API, settings.KPI_LINE_TOKEN, settings.KPI_LINE_SECRET = found.url, "token", "ความลับ"
        yield found


def queue(cast, channel, address, body="ข้อความ"):
    outbox.post([outbox.letter("เรื่อง", body, to=cast.collector, at=NOW, channel=channel, address=address)])


def test_line_takes_a_push_once(cast, api):
    queue(cast, "line", "U1", body="ก" * 6000)
    api.answers = [500]
    assert outbox.sweep(at=NOW) == 0
    assert outbox.sweep(at=NOW + dt.timedelta(minutes=2)) == 1
    keys = {headers["X-Line-Retry-Key"] for _, headers, _ in api.asked}
    assert (len(api.asked), len(keys), api.asked[0][0]) == (2, 1, "/v2/bot/message/push")
    queue(cast, "line", "U2")
    api.answers = [409]
    assert outbox.sweep(at=NOW) == 1, "taken before: that is sent"


def test_a_line_account_that_is_gone_fails_visibly(cast, api):
    queue(cast, "line", "U1")
    api.answers = [400]
    outbox.sweep(at=NOW)
    assert OutgoingMail.objects.get().state == "failed"


def test_a_code_typed_to_the_office_s_account_joins_it(cast, api, client, frozen):
    code = choosing.line_code(cast.collector, at=NOW)
    text = {"type": "message", "message": {"type": "text", "text": f" {code.lower()} "}, "source": {"userId": "Uabc"}}
    body = json.dumps({"events": [{"type": "follow"}, text]}).encode()
    signed = base64.b64encode(hmac.new("ความลับ".encode(), body, hashlib.sha256).digest()).decode()
    ask = {"content_type": "application/json", "headers": {"X-Line-Signature": "x" + signed}}
    assert client.post("/reminders/line/", body, **ask).status_code == 403
    assert LineLink.objects.get().line_id == ""
    ask["headers"] = {"X-Line-Signature": signed}
    assert client.post("/reminders/line/", body, **ask).status_code == 200
    assert LineLink.objects.get().line_id == "Uabc"
    assert choosing.join_line(code, "Uother", at=NOW) is None, "good once"


def test_a_late_code_joins_nothing(cast):
    code = choosing.line_code(cast.collector, at=NOW)
    assert choosing.join_line(code, "Uabc", at=NOW + dt.timedelta(minutes=31)) is None


def test_a_webhook_is_signed_and_tried_again(cast, api, settings):
    key = wording.set_webhook(cast.province, f"{api.url}/kpi", by=cast.coordinator, at=NOW)
    assert key not in Webhook.objects.get().hidden
    queue(cast, "webhook", str(cast.province.pk), body='{"event": "reminder"}')
    api.answers = [503]
    assert outbox.sweep(at=NOW) == 0
    assert outbox.sweep(at=NOW + dt.timedelta(minutes=2)) == 1
    (_, first, _), (path, again, body) = api.asked
    assert (path, body, first["KPI-Delivery"]) == ("/kpi", b'{"event": "reminder"}', again["KPI-Delivery"])
    seconds = int((NOW + dt.timedelta(minutes=2)).timestamp())
    digest = hmac.new(key.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    assert again["KPI-Signature"] == f"t={seconds},v1={digest}"
    assert webhook.signature(key, seconds, body) == again["KPI-Signature"]
    told = re.search(r"```python\n(.+?)```", (settings.BASE_DIR / "docs/reminders.md").read_text(), re.DOTALL)[1]
    names = {"hmac": hmac, "hashlib": hashlib, "time": SimpleNamespace(time=lambda: seconds + 5)}
    exec(told, names)  # noqa: S102 -- the example of our own document
    assert names["is_from_the_portal"](again["KPI-Signature"], body, key), "as the other side is told to check it"
    assert not names["is_from_the_portal"](again["KPI-Signature"], body + b" ", key)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://10.1.2.3/", "https://169.254.169.254/latest/meta-data/", "https://[::1]/",
        "https://[::ffff:10.0.0.1]/", "https://0.0.0.0/", "https://100.64.0.1/", "https://localhost/",
        "http://8.8.8.8/", "file:///etc/passwd", "https://", "https://224.0.0.1/",
    ],
)  # fmt: skip
def test_nothing_inside_our_own_network_is_called(url):
    with pytest.raises(Refused):
        outward.post(url, b"", {})
    assert outward.problem(url) != ""


def test_a_public_address_may_be_called():
    assert outward.problem("https://8.8.8.8/kpi") == ""


def test_nobody_there_is_for_later(settings):
    settings.KPI_OUTWARD_PRIVATE = True
    with pytest.raises(Later):
        outward.post("http://127.0.0.1:9/", b"", {})


class Pigeons:
    sent: list = []

    def send(self, number, words, *, key):
        self.sent.append((number, words, key))


def test_sms_goes_by_the_office_s_adapter(cast, settings):
    settings.KPI_SMS_ADAPTER = "kpiportal.channels.tests.test_channels.Pigeons"
    queue(cast, "sms", "081-000-0000")
    assert outbox.sweep(at=NOW) == 1
    from kpiportal.channels.tests.test_channels import Pigeons as sent_by  # noqa: PLC0415 -- as import_string found it

    assert sent_by.sent == [("081-000-0000", "เรื่อง http://testserver/", OutgoingMail.objects.get().message_id)]


class Hawk:
    def send(self, number, words, *, key):
        raise KeyError(number)


def test_an_adapter_s_own_fault_holds_nobody_up_and_ends_in_sight(cast, settings):
    settings.KPI_SMS_ADAPTER = "kpiportal.channels.tests.test_channels.Hawk"
    queue(cast, "sms", "081-000-0000")
    queue(cast, "sms", "081-000-0001")
    assert outbox.sweep(at=NOW) == 0
    assert set(OutgoingMail.objects.values_list("state", "attempts", "error")) == {
        ("queued", 1, "'081-000-0000'"), ("queued", 1, "'081-000-0001'"),
    }  # fmt: skip
    OutgoingMail.objects.update(attempts=6, not_before=NOW)
    outbox.sweep(at=NOW)
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"failed"}


def test_a_long_text_is_cut_at_a_line(cast):
    long = outbox.letter("เรื่อง", "\n".join(["บรรทัดหนึ่ง"] * 800), to=cast.collector, at=NOW)
    text = line.text_of(long)
    assert len(text) <= 5000
    assert text.endswith("บรรทัดหนึ่ง\n…\nhttp://testserver/")


@pytest.mark.django_db(transaction=True)
def test_what_the_relay_has_is_not_sent_again(cast, settings, smtp_server, tmp_path):
    queue(cast, "email", cast.collector.email)
    queue(cast, "email", cast.overseer.email)
    taken, lost = OutgoingMail.objects.order_by("pk")
    OutgoingMail.objects.update(state="queued", attempts=1)
    settings.KPI_RELAY_LOG = str(tmp_path / "mail.log")
    (tmp_path / "mail.log").write_text("postfix/qmgr[1]: 4F: removed\n", encoding="utf-8")
    turned = tmp_path / "mail.log.1"  # by logrotate, between the two tries
    turned.write_text(f"postfix/cleanup[1]: 4F: message-id={taken.message_id}\n", encoding="utf-8")
    assert outbox.sweep(at=NOW) == 2
    assert [mail["Message-ID"] for mail in smtp_server.received] == [lost.message_id]


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_plain_words_and_the_same_as_html(cast, smtp_server):
    queue(cast, "email", cast.collector.email, body="เรียน <b>ท่าน</b>\n\nดูที่ http://testserver/reporting/ ครับ")
    outbox.sweep(at=NOW)
    (mail,) = smtp_server.received
    html = mail.get_body(("html",)).get_content()
    assert "เรียน &lt;b&gt;ท่าน&lt;/b&gt;" in html
    assert '<a href="http://testserver/reporting/">http://testserver/reporting/</a> ครับ' in html
    assert "เรียน <b>ท่าน</b>" in mail.get_body(("plain",)).get_content()


def test_no_telephone_rings_at_night_for_a_second_try(cast, api):
    queue(cast, "line", "U1")
    api.answers = [500]
    evening = NOW.replace(hour=18, minute=30)
    assert outbox.sweep(at=evening) == 0
    assert OutgoingMail.objects.get().not_before.isoformat() == "2015-10-20T00:00:00+00:00", "Tuesday at seven"
