"""Actions on mail texts and on other systems: OPDC's own words, an office's webhook."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from kpiportal import audit
from kpiportal.channels import webhook
from kpiportal.models import MailText, Organization, User, Webhook
from kpiportal.reminding import rules, texts
from kpiportal.workflow import Stale

audit.tells(
    **{
        "reminding.worded": "แก้ถ้อยคำของอีเมล",
        "reminding.words_reset": "กลับไปใช้ถ้อยคำเดิมของอีเมล",
        "reminding.webhook_set": "ตั้งระบบปลายทางของการเตือน",
        "reminding.webhook_removed": "เลิกใช้ระบบปลายทางของการเตือน",
    }
)

SOMEBODY_WORDED = "มีผู้บันทึกถ้อยคำนี้ไปแล้วระหว่างที่ท่านพิมพ์ ถ้อยคำที่ใช้อยู่แสดงใต้แบบฟอร์ม ข้อความของท่านยังอยู่ในช่อง คัดลอกไว้แล้วเปิดหน้านี้ใหม่"


@transaction.atomic
def word(name: str, year: int | None, *, subject: str, body: str, revision: int, by: User, at: dt.datetime) -> MailText:
    """OPDC's own words of a mail, for a year or for all. PermissionDenied; Stale when somebody saved meanwhile."""
    duty = rules.can_word(by)
    if not duty:
        raise PermissionDenied
    text, fresh = MailText.objects.select_for_update().get_or_create(name=name, fiscal_year=year)
    if text.revision != revision:
        raise Stale(SOMEBODY_WORDED)
    before = {} if fresh else {"subject": text.subject, "body": text.body}
    text.subject, text.body, text.revision = subject, body, revision + 1
    text.save()
    texts.forget(name)
    after = {"subject": subject, "body": body}
    label = texts.EDITABLE[name]
    audit.record("reminding.worded", text, by=by, at=at, duty=duty, before=before, after=after, name=label, year=year)
    return text


@transaction.atomic
def reset(text: MailText, *, by: User, at: dt.datetime) -> None:
    """Back to the words of all years, or to the shipped ones; the trail keeps what stood here. PermissionDenied."""
    duty = rules.can_word(by)
    if not duty:
        raise PermissionDenied
    before = {"subject": text.subject, "body": text.body}
    label = texts.EDITABLE[text.name]
    audit.record("reminding.words_reset", text, by=by, at=at, duty=duty, before=before, name=label)
    text.delete()
    texts.forget(text.name)


@transaction.atomic
def set_webhook(organization: Organization, url: str, *, by: User, at: dt.datetime) -> str:
    """Where an office's reminders go as well; a new key each time. Returns the key, shown once. PermissionDenied."""
    duty = rules.can_keep_webhook(by, organization.pk)
    if not duty:
        raise PermissionDenied
    key, hidden = webhook.new_key()
    Webhook.objects.update_or_create(organization=organization, defaults={"url": url, "hidden": hidden, "since": at})
    audit.record("reminding.webhook_set", organization, by=by, at=at, duty=duty, name=url)
    return key


@transaction.atomic
def remove_webhook(hook: Webhook, *, by: User, at: dt.datetime) -> None:
    duty = rules.can_keep_webhook(by, hook.organization_id)
    if not duty:
        raise PermissionDenied
    audit.record("reminding.webhook_removed", hook.organization, by=by, at=at, duty=duty, name=hook.url)
    hook.delete()
