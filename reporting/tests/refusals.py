"""What a refused request owes: its sentence beside the box, everything typed still there, nothing left behind."""

import html
import re
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kpiportal.models import AuditEvent, OutgoingMail, StoredFile
from reporting.models import Decision, Evidence, Report, ReportEntry, ReportVersion

WORDS = {"explanation": "เขียนมาครึ่งชั่วโมง <ด้วยมือ>", "obstacles": "ฝน & น้ำท่วม"}


def url(page, card, *more):
    return reverse(f"reporting:{page}", args=[card.pk, *more])


def typed(card, value, **more):
    """What the card's form sends: the result box as typed, the words, the page's revision and token."""
    facts = {"revision": card.revision, "token": uuid.uuid4(), f"value_{card.indicator_id}": value}
    return {**facts, **WORDS, **more}


def page_of(response):
    return response.content.decode()


def beside(response, box):
    """The sentences under one box, which names them as its description."""
    page = page_of(response)
    found = re.search(rf'<ul class="errors" id="{box}_error">(.*?)</ul>', page, re.DOTALL)
    if not found:
        return []
    control = re.search(rf'<(?:input|textarea)[^>]*\bid="{box}"[^>]*>', page)[0]
    assert f"{box}_error" in re.search(r'aria-describedby="([^"]*)"', control)[1].split()
    assert 'aria-invalid="true"' in control
    return [html.unescape(line) for line in re.findall(r"<li>(.*?)</li>", found[1])]


def still_typed(response, value, words=WORDS):
    """The box and both texts hold exactly what was typed."""
    page = page_of(response)
    box = re.search(r'<input type="text" name="value_\d+"[^>]*>', page)[0]
    held = re.search(r'value="([^"]*)"', box)
    assert html.unescape(held[1] if held else "") == value
    for name, text in words.items():
        area = re.search(rf'<textarea name="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)[1]
        assert html.unescape(area).strip() == text
    return True


def stored():
    """Everything a refused request could have left behind."""
    cards = list(Report.objects.order_by("pk").values_list("state", "revision", "no_data", "explanation", "score"))
    rows = (ReportEntry, ReportVersion, Evidence, StoredFile, Decision, OutgoingMail, AuditEvent)
    return cards, [model.objects.count() for model in rows]


def attach(browser, card, name, content, **headers):
    sent = {"file": SimpleUploadedFile(name, content, content_type="application/pdf")} if name else {}
    return browser.post(url("evidence_attach", card), sent, headers=headers)
