"""An issued letter signed with a certificate made here: it covers the whole file, and a changed byte breaks it."""

import datetime as dt
import io

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from kpiportal import files
from kpiportal.workflow import NotReady

PASSWORD = "ทดสอบ-1"


@pytest.fixture
def key(tmp_path, settings):
    """A key and its own certificate, as a file with a password; the portal signs with it."""
    made = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "จังหวัดเชียงใหม่")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(made.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True)
        .sign(made, hashes.SHA256())
    )
    path = tmp_path / "office.p12"
    secret = BestAvailableEncryption(PASSWORD.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"office", made, certificate, None, secret))
    settings.KPI_SIGNING_KEY, settings.KPI_SIGNING_PASSWORD = str(path), PASSWORD
    return certificate


def status_of(data):
    signature = PdfFileReader(io.BytesIO(data)).embedded_signatures[0]
    known = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    return validate_pdf_signature(signature, known)


def test_an_issued_letter_is_signed_and_a_changed_byte_shows(key, make, issue):
    with files.open_stored(issue(make()).file) as file:
        data = file.read()
    found = status_of(data)
    assert (found.intact, found.valid, found.coverage.name) == (True, True, "ENTIRE_FILE")
    assert found.signing_cert.subject.native == {"common_name": "จังหวัดเชียงใหม่"}
    changed = data.replace(b"/Producer", b"/Producex", 1)
    assert changed != data
    assert status_of(changed).intact is False


def test_a_key_that_cannot_be_read_stops_the_letter_in_words(key, make, issue, settings):
    settings.KPI_SIGNING_PASSWORD = "ผิด"
    with pytest.raises(NotReady) as refusal:
        issue(make())
    assert "KPI_SIGNING_KEY" in refusal.value.blockers[0].text


def test_letters_are_not_signed_unless_it_is_asked_for(make, issue):
    with files.open_stored(issue(make()).file) as file:
        assert b"/ByteRange" not in file.read()
