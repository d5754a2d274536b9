"""The office's digital signature (PAdES) on issued letters: off unless KPI_SIGNING_KEY names a PKCS #12 file.

It seals the file of the office that issued it; the governor's own signature stays on paper or in the approval. The
library is loaded only where it is switched on.
"""

from __future__ import annotations

import io
from pathlib import Path

from django.conf import settings

from kpiportal.pdf import PdfError

FIELD = "Signature"
REASON = "ออกหนังสือราชการ"
UNREADABLE = "ลงลายมือชื่อดิจิทัลไม่ได้ ให้ผู้ดูแลระบบตรวจไฟล์ใบรับรองและรหัสผ่าน (KPI_SIGNING_KEY)"


def is_on() -> bool:
    return bool(settings.KPI_SIGNING_KEY)


def sign(data: bytes) -> bytes:
    """The PDF with an invisible PAdES signature (B-B) added behind it. Raises PdfError when the key cannot be used."""
    try:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 -- where it is on
        from pyhanko.sign import signers  # noqa: PLC0415 -- as above
        from pyhanko.sign.fields import SigSeedSubFilter  # noqa: PLC0415 -- as above
    except ImportError as error:
        raise PdfError("เครื่องนี้ยังไม่มีโปรแกรมลงลายมือชื่อดิจิทัล ติดตั้งด้วย pip install pyhanko", str(error)) from error
    secret = settings.KPI_SIGNING_PASSWORD.encode() or None
    signer = signers.SimpleSigner.load_pkcs12(Path(settings.KPI_SIGNING_KEY), passphrase=secret)
    if signer is None:
        raise PdfError(UNREADABLE)
    facts = signers.PdfSignatureMetadata(field_name=FIELD, subfilter=SigSeedSubFilter.PADES, reason=REASON)
    out = io.BytesIO()
    signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), facts, signer=signer, output=out)
    return out.getvalue()
