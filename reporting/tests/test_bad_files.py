"""Files that cannot be evidence: refused in words beside the box, with nothing left in the database or on disk."""

import http.client
from urllib.parse import urlsplit

import pytest

from reporting import testing
from reporting.tests.refusals import attach, beside, page_of, stored, url

HTML_PAGE = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
ONLY = "แนบได้เฉพาะไฟล์ PDF, รูปภาพ PNG หรือ JPG, Word (.docx), Excel (.xlsx) และ PowerPoint (.pptx)"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
@pytest.mark.parametrize(
    ("name", "content", "status", "words"),
    [
        ("โปรแกรม.exe", b"MZ" + b"\0" * 100, 422, "ระบบไม่รับไฟล์ชนิด"),
        ("รายงาน.pdf", HTML_PAGE, 422, "ชื่อไฟล์ลงท้ายด้วย .pdf แต่เนื้อไฟล์"),
        ("รายงาน.pdf.exe", testing.PDF, 422, "ระบบไม่รับไฟล์ชนิด"),
        ("รายงาน", testing.PDF, 422, "ชื่อไฟล์นี้ไม่มีนามสกุล"),
        ("ใหญ่.pdf", testing.PDF + b"\n" * 2_000, 413, "ไฟล์นี้ใหญ่เกินไป"),
        ("ว่าง.pdf", b"", 422, "ว่างเปล่า"),
        ("", b"", 422, "กรุณาเลือกไฟล์"),
    ],
    ids=["exe", "html", "double", "bare", "large", "empty", "none"],
)
def test_a_file_that_cannot_be_evidence_is_refused_beside_the_box(
    mine, card, settings, name, content, status, words, headers
):
    settings.KPI_UPLOAD_MAX_BYTES = 1_500
    before = stored()
    response = attach(mine, card, name, content, **headers)
    assert response.status_code == status
    (sentence,) = beside(response, "id_file")
    assert words in sentence
    assert ONLY in sentence or "ว่างเปล่า" in sentence or not name
    assert ("<html" in page_of(response)) == (not headers)
    assert stored() == before


@pytest.mark.browser  # the live server
@pytest.mark.parametrize(("size", "words"), [(26, "ไฟล์นี้ใหญ่เกินไป"), (300, "ข้อมูลที่ส่งมาใหญ่เกินกำหนด")])
def test_megabytes_sent_over_the_wire_leave_nothing(live_server, cast, client, settings, size, words):
    card = testing.card_of(testing.make_round(cast), cast)
    before = stored()
    client.force_login(cast.collector)
    client.get(url("report_detail", card))
    csrf = client.cookies["csrftoken"].value
    head = (
        f'--edge\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{csrf}\r\n--edge\r\n'
        'Content-Disposition: form-data; name="file"; filename="x.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    ).encode()
    tail = b"\r\n--edge--\r\n"
    piece = b"%PDF-1.4" + b" " * (2**20 - 8)
    connection = http.client.HTTPConnection(urlsplit(live_server.url).netloc, timeout=60)
    connection.putrequest("POST", url("evidence_attach", card))
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    for name, value in {
        "Content-Type": "multipart/form-data; boundary=edge",
        "Content-Length": str(len(head) + size * 2**20 + len(tail)),
        "Cookie": cookies,
    }.items():
        connection.putheader(name, value)
    connection.endheaders(head)
    for _ in range(size):
        connection.send(piece)
    connection.send(tail)
    response = connection.getresponse()
    assert response.status == 413
    assert words in response.read().decode()
    assert stored() == before
    connection.close()
