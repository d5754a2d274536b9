"""Mail that came back: read from a mailbox on this machine, and over TLS from an IMAP server, real on the wire."""

import contextlib
import datetime as dt
import ipaddress
import mailbox
import re
import socketserver
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kpiportal import outbox
from kpiportal.channels import bounces
from kpiportal.models import OutgoingMail
from kpiportal.reminding.hearers import unreachable
from kpiportal.testing.plugin import NOW

DSN = """From: MAILER-DAEMON@mail.go.th
To: portal@localhost
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="B"
MIME-Version: 1.0

--B
Content-Type: text/plain

no such user
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.go.th

Final-Recipient: rfc822; collector@example.go.th
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user here
--B
Content-Type: text/rfc822-headers

Message-ID: {number}
Subject: x
--B--
"""


@pytest.fixture
def mail(cast):
    """One the relay has taken."""
    outbox.post([outbox.letter("เรื่อง", "ข้อความ", to=cast.collector, at=NOW)])
    OutgoingMail.objects.update(state="sent", sent_at=NOW)
    return OutgoingMail.objects.get()


def test_what_came_back_for_good_is_given_up_and_the_mailbox_emptied_of_it(cast, mail, settings, tmp_path):
    box = mailbox.Maildir(tmp_path / "back")
    box.add(DSN.format(action="delayed", status="4.2.2", number=mail.message_id))
    box.add(DSN.format(action="failed", status="5.1.1", number="<somebody.else@s>"))
    box.add("Subject: ลาพักร้อน\n\nกลับวันจันทร์".encode())
    box.add(DSN.format(action="failed", status="5.1.1", number="<["))  # Python's parser falls over it
    settings.KPI_BOUNCES = f"maildir://{tmp_path / 'back'}"
    assert bounces.collect() == 0
    box.add(DSN.format(action="failed", status="5.1.1", number=mail.message_id))
    assert bounces.collect() == 1
    mail.refresh_from_db()
    assert (mail.state, mail.error) == ("failed", "ตีกลับ: 550 5.1.1 no such user here")
    assert set(unreachable()) == {cast.collector.pk}
    assert len(box) == 3, "the delay, the holiday note and what cannot be read stay"


class Imap:
    """A mailbox behind IMAP4rev1 over TLS, as much of it as a reader of mail speaks. `said`: every command it heard."""

    def __init__(self, folder, letters):
        self.letters = [letter.encode() for letter in letters]
        self.deleted, self.said, imap = set(), [], self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(b"* OK ready\r\n")
                with contextlib.suppress(ConnectionError, ssl.SSLError):
                    for line in self.rfile:
                        tag, _, words = line.decode().strip().partition(" ")
                        imap.said.append(words)
                        self.wfile.write(imap.answer(words) + f"{tag} OK done\r\n".encode())
                        if words == "LOGOUT":
                            return

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate(folder))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exc):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, words):
        if words == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n"
        if words.startswith("SELECT"):
            return f"* {len(self.letters)} EXISTS\r\n".encode()
        if words.startswith("SEARCH"):
            left = [str(n) for n in range(1, len(self.letters) + 1) if n not in self.deleted]
            return f"* SEARCH {' '.join(left)}\r\n".encode()
        if found := re.fullmatch(r"FETCH (\d+) \(BODY\.PEEK\[\]\)", words):
            letter = self.letters[int(found[1]) - 1]
            return f"* {found[1]} FETCH (BODY[] {{{len(letter)}}}\r\n".encode() + letter + b")\r\n"
        if found := re.fullmatch(r"STORE (\d+) \+FLAGS \(\\Deleted\)", words):
            self.deleted.add(int(found[1]))
        if words == "EXPUNGE":
            self.letters = [letter for n, letter in enumerate(self.letters, start=1) if n not in self.deleted]
            self.deleted = set()
        return b""


def certificate(folder):
    """For 127.0.0.1, vouched for by itself: key and certificate in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    day, now = dt.timedelta(days=1), dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = made.add_extension(here, critical=False).sign(key, hashes.SHA256())
    shown = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "server.pem"
    file.write_bytes(shown + made.public_bytes(serialization.Encoding.PEM))
    return file


def test_a_mailbox_behind_imap_is_read_and_emptied_of_what_came_back(mail, settings, tmp_path, monkeypatch):
    ours = DSN.format(action="failed", status="5.1.1", number=mail.message_id)
    note = "Subject: note\r\n\r\nback on Monday"
    with Imap(tmp_path, [note, ours.replace("\n", "\r\n")]) as server:
        where = f"127.0.0.1:{server.server.server_address[1]}"
        settings.KPI_BOUNCES = f"imaps://portal%40example.go.th:p%20w@{where}/INBOX"
        with pytest.raises(ssl.SSLCertVerificationError):
            bounces.collect()  # a stranger's certificate is told no password
        assert server.said == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        assert bounces.collect() == 1
        assert bounces.collect() == 0, "what was read once is gone"
        assert server.letters == [note.encode()]
    assert 'LOGIN portal@example.go.th "p w"' in server.said
    mail.refresh_from_db()
    assert (mail.state, mail.error) == ("failed", "ตีกลับ: 550 5.1.1 no such user here")
