"""Actions of a request: write it, hand it in, decide it. Each opens its own transaction and is audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from agreements.amendments import above, applying, fields, notices, outcome, rules, workflow
from agreements.amendments.fields import Texts
from agreements.models import Agreement, Amendment, AmendmentFile, AmendmentRow, Indicator
from agreements.states import AgreementState, AmendmentState
from kpiportal import audit, files
from kpiportal.models import Membership, StoredFile, User
from kpiportal.workflow import Blocker, NotReady, Stale, advance

D = AmendmentRow.Decision
FACTS = ("effective_months", "reason_kind", "reason", "letter_id", "letter_no", "letter_date")


@transaction.atomic
def open_request(agreement: Agreement, *, by: User, at: dt.datetime) -> Amendment:
    """An empty request against the newest version, effective from the first round that is not closed."""
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    duty = rules.can_open(by, agreement)
    if not duty:
        raise PermissionDenied
    if agreement.state != AgreementState.SIGNED:
        raise Stale("ขอเปลี่ยนแปลงได้เมื่อคำรับรองฯ ลงนามแล้วเท่านั้น")
    rounds = list(agreement.framework.round_plans.order_by("months").values_list("months", flat=True))
    closed = above.closed_rounds(agreement)
    free = [months for months in rounds if not any(m >= months for m in closed)]
    if not free:
        raise Stale("ทุกรอบของปีนี้ปิดแล้ว ขอเปลี่ยนแปลงไม่ได้")
    amendment = Amendment.objects.create(
        agreement=agreement,
        number=(agreement.amendments.aggregate(last=Max("number"))["last"] or 0) + 1,
        opened_by_id=duty.organization_id,
        base=agreement.versions.latest("number"),
        effective_months=free[0],
    )
    audit.record("amendments.open", amendment, by=by, duty=duty, at=at)
    return amendment


def _draft(amendment: Amendment, by: User, revision: int | None = None) -> tuple[Amendment, Membership]:
    """Lock a draft for a change: 403 to others, 409 once it was handed in or somebody saved since `revision`."""
    rows = Amendment.objects.select_for_update(of=("self",)).select_related("agreement__framework__scale")
    row = rows.get(pk=amendment.pk)
    duty = rules.can_write(by, row)
    if not duty:
        raise PermissionDenied
    if row.state != AmendmentState.DRAFT:
        raise Stale(f"คำขอนี้อยู่ในสถานะ “{row.get_state_display()}” แก้ไขไม่ได้แล้ว")
    if revision is not None and row.revision != revision:
        raise Stale
    return row, duty


@transaction.atomic
def save_request(
    amendment: Amendment,
    *,
    facts: Mapping[str, Any],
    texts: Mapping[int, Texts],
    by: User,
    revision: int,
    at: dt.datetime,
) -> Amendment:
    """Keep what is typed: `facts` are columns of FACTS, `texts` the clean texts asked for, by row."""
    row, duty = _draft(amendment, by, revision)
    changed = [name for name in FACTS if name in facts and getattr(row, name) != facts[name]]
    for name in changed:
        setattr(row, name, facts[name])
    moved = [one for one in row.rows.all() if one.pk in texts and one.after != texts[one.pk]]
    for one in moved:
        one.after = texts[one.pk]
    if changed or moved:
        AmendmentRow.objects.bulk_update(moved, ["after"])
        row.revision += 1
        row.save(update_fields=["revision", *changed])
        audit.record("amendments.save", row, by=by, duty=duty, at=at, fields=[*changed, *(str(one) for one in moved)])
    return row


@transaction.atomic
def add_row(amendment: Amendment, indicator: Indicator, field: str, *, by: User, at: dt.datetime) -> AmendmentRow:
    """One more field of one indicator; what stands there now is frozen as the value before."""
    row, duty = _draft(amendment, by)
    indicator = outcome.load(row.agreement)[indicator.pk]
    if field not in fields.offered(indicator):
        raise NotReady([Blocker("ตัวชี้วัดนี้ไม่มีรายการที่เลือก", field="field")])
    if row.opened_by_id != row.agreement.owner_id and not _hosts(row, indicator, duty):
        raise NotReady([Blocker("หน่วยงานขอเปลี่ยนได้เฉพาะตัวชี้วัดที่เป็นเจ้าภาพหลัก", field="indicator")])
    if row.rows.filter(indicator=indicator, field__in=fields.saying_the_same(field)).exists():
        raise NotReady([Blocker("รายการนี้อยู่ในคำขอแล้ว", field="field")])
    before = fields.read(indicator, field)
    after = {fields.CANCEL: fields.CANCELLED} if field == fields.CANCEL else before
    made = row.rows.create(indicator=indicator, field=field, before=before, after=after)
    _saved(row, duty, by, at, added=str(made))
    return made


def _hosts(amendment: Amendment, indicator: Indicator, duty: Membership) -> bool:
    """Whether the row is of an indicator that agency hosts; the party's own office may add any."""
    if duty.organization_id == amendment.agreement.owner_id:
        return True
    top = indicator.parent or indicator
    return top.assignments.filter(part="host", organization=duty.organization_id).exists()


@transaction.atomic
def remove_row(amendment: Amendment, pk: int, *, by: User, at: dt.datetime) -> None:
    row, duty = _draft(amendment, by)
    gone = row.rows.filter(pk=pk).first()
    if gone:
        gone.delete()
        _saved(row, duty, by, at, removed=str(gone), asked=gone.after)


def _saved(amendment: Amendment, duty: Membership, by: User, at: dt.datetime, **told: Any) -> None:
    amendment.revision += 1
    amendment.save(update_fields=["revision"])
    audit.record("amendments.save", amendment, by=by, duty=duty, at=at, **told)


@transaction.atomic
def attach(amendment: Amendment, upload: UploadedFile, *, title: str, by: User, at: dt.datetime) -> AmendmentFile:
    """One more numbered paper. Raises uploads.UploadRefused with a Thai sentence; nothing is kept then."""
    row, duty = _draft(amendment, by)
    stored = _store(row, upload, by, at)
    last = row.files.aggregate(last=Max("number"))["last"] or 0
    title = (title or stored.original_name)[:200]
    made = row.files.create(number=last + 1, title=title, file=stored, added_by=by)
    audit.record("amendments.attach", row, by=by, duty=duty, at=at, name=made.title, sha256=stored.sha256)
    return made


@transaction.atomic
def attach_signed(amendment: Amendment, upload: UploadedFile, *, by: User, at: dt.datetime) -> Amendment:
    """The scan of the request as the governor signed it; an earlier one stays among the files."""
    row, duty = _draft(amendment, by)
    row.signed_copy = _store(row, upload, by, at)
    row.save(update_fields=["signed_copy"])
    facts = {"name": row.signed_copy.original_name, "sha256": row.signed_copy.sha256}
    audit.record("amendments.attach_signed", row, by=by, duty=duty, at=at, **facts)
    return row


def _store(amendment: Amendment, upload: UploadedFile, by: User, at: dt.datetime) -> StoredFile:
    owner, purpose = amendment.agreement.owner, StoredFile.Purpose.EVIDENCE
    return files.store(upload, by=by, organization=owner, at=at, purpose=purpose)


@transaction.atomic
def detach(paper: AmendmentFile, *, by: User, at: dt.datetime) -> None:
    """Take a paper off a draft; the file and its number stay on record."""
    row, duty = _draft(paper.amendment, by)
    if not row.files.filter(pk=paper.pk, removed_at=None).update(removed_at=at):
        raise Stale("เอกสารนี้ถูกนำออกไปแล้ว")
    audit.record("amendments.detach", row, by=by, duty=duty, at=at, number=paper.number, name=paper.title)


def _hand_in(amendment: Amendment, transition: Any, by: User, revision: int, at: dt.datetime) -> Amendment:
    duty = transition.allowed(by, amendment)
    text = f"{by.full_name} {audit.acting_text(duty)}" if duty else ""
    row = advance(amendment, transition, by=by, revision=revision, at=at, asked_at=at, asked_by_text=text)
    notices.asked(row, at=at)
    return row


@transaction.atomic
def ask(amendment: Amendment, *, by: User, revision: int, at: dt.datetime) -> Amendment:
    """The office hands in what the governor signed on paper."""
    return _hand_in(amendment, workflow.ASK, by, revision, at)


@transaction.atomic
def sign(amendment: Amendment, *, by: User, revision: int, at: dt.datetime) -> Amendment:
    """The governor signs by pressing, and it is handed in."""
    return _hand_in(amendment, workflow.SIGN, by, revision, at)


@transaction.atomic
def take_back(amendment: Amendment, *, by: User, revision: int, at: dt.datetime) -> Amendment:
    return advance(amendment, workflow.TAKE_BACK, by=by, revision=revision, at=at, asked_at=None, asked_by_text="")


@transaction.atomic
def drop(amendment: Amendment, *, by: User, revision: int, at: dt.datetime, reason: str) -> Amendment:
    return advance(amendment, workflow.DROP, by=by, revision=revision, at=at, reason=reason)


@dataclass(frozen=True)
class Verdict:
    """OPDC's word on one row. `texts`: what is granted where it is a part; `saw`: what stood there on the page."""

    decision: str
    saw: Texts
    texts: Texts | None = None
    answer: str = ""


@transaction.atomic
def decide(
    amendment: Amendment, verdicts: Mapping[int, Verdict], *, by: User, revision: int, at: dt.datetime
) -> Amendment:
    """Decide every row and put into force what was granted: version n+1, or nothing when all was refused.

    Stale when a row's present value is no longer what the page showed; NotReady when a row has no decision or no
    reason, a touched round is closed, or the agreement could not stand so.
    """
    Agreement.objects.select_for_update().get(pk=amendment.agreement_id)  # one decision at a time: live values stand
    duty = rules.can_decide(by, amendment)
    if not duty:
        raise PermissionDenied
    amendment = Amendment.objects.select_related("agreement__framework__scale", "agreement__owner").get(pk=amendment.pk)
    rows = list(amendment.rows.select_related("indicator"))
    live = outcome.load(amendment.agreement)
    for row in rows:
        _take(row, verdicts.get(row.pk), fields.read(live[row.indicator_id], row.field))
    given = outcome.granted(rows)
    found = [*_undecided(rows), *workflow.still_signed(amendment)]
    if given:
        found += [*workflow.rounds_open(amendment), *workflow.stands(amendment, rows, given)]
    if found:
        raise NotReady(found)
    decided = {"decided_at": at, "decided_by_text": f"{by.full_name} {audit.acting_text(duty)}"}
    AmendmentRow.objects.bulk_update(rows, ["decision", "answer", "granted"])
    if given:
        amendment = applying.apply(amendment, given, by=by, duty=duty, revision=revision, at=at, decided=decided)
    else:
        amendment = advance(amendment, workflow.REFUSE, by=by, revision=revision, at=at, **decided)
    notices.decided(amendment, at=at)
    return amendment


def _take(row: AmendmentRow, verdict: Verdict | None, live: Texts) -> None:
    if verdict is None:
        return
    if verdict.saw != live:
        raise Stale(f"ค่าปัจจุบันของตัวชี้วัด {row.indicator.number} เพิ่งเปลี่ยน ตรวจค่าล่าสุดแล้วบันทึกอีกครั้ง")
    row.decision, row.answer = verdict.decision, verdict.answer.strip()
    row.granted = {D.APPROVE: row.after, D.PART: verdict.texts}.get(D(verdict.decision)) if verdict.decision else None


def _undecided(rows: list[AmendmentRow]) -> list[Blocker]:
    found = []
    for row in rows:
        name = f"ตัวชี้วัด {row.indicator.number} {fields.LABELS[row.field]}"
        if not row.decision:
            found.append(Blocker(f"{name}: ยังไม่ได้เลือกผลการพิจารณา", url=f"#row-{row.pk}"))
        elif row.decision != D.APPROVE and not row.answer:
            found.append(Blocker(f"{name}: กรุณาระบุเหตุผล", url=f"#row-{row.pk}", field=f"answer_{row.pk}"))
    return found


# slug -> action, for the page that offers the moves of one request
OF_VERB = {
    workflow.ASK.verb: ask,
    workflow.SIGN.verb: sign,
    workflow.TAKE_BACK.verb: take_back,
    workflow.DROP.verb: drop,
}
