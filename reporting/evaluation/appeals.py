"""Actions of an appeal (DOMAIN.md 4.7): the party writes and signs it, OPDC decides it indicator by indicator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import QueryDict

from agreements import freeze, scoring
from agreements.criteria import as_scale
from kpiportal import audit, deadlines, files
from kpiportal.audit import acting_text
from kpiportal.keeping import Kept, sort_out
from kpiportal.models import Membership, StoredFile, User
from kpiportal.workflow import Blocker, NotReady, Stale, advance
from reporting.evaluation import marks, notices, rules, workflow
from reporting.evaluation.forms import DisputeForm
from reporting.evaluation.states import EvaluationState
from reporting.models import Appeal, AppealFile, AppealItem, Evaluation, EvaluationLine

WORDS = ("disputed", "grounds", "asked_score")
OVER = "พ้นกำหนดยื่นอุทธรณ์แล้ว ผลการประเมินจะเป็นที่สุดตามคะแนนที่แจ้ง"


@transaction.atomic
def dispute(
    line: EvaluationLine,
    *,
    disputed: str,
    grounds: str,
    asked_score: Decimal | None,
    uploads: Iterable[UploadedFile],
    by: User,
    revision: int,
    at: dt.datetime,
) -> AppealItem:
    """Put one indicator into the appeal, or change what was written of it; files are added to those there.

    `revision` is that of the item, 0 for a new one. Raises Stale outside the window, after filing, and when somebody
    else has written something else since; uploads.UploadRefused with a Thai sentence: nothing is kept then.
    """
    evaluation, duty = _open_for_writing(line.evaluation_id, by, at)
    item = _item_of(line, evaluation)
    words = {"disputed": disputed, "grounds": grounds, "asked_score": asked_score}
    if item.revision != revision and any(getattr(item, name) != words[name] for name in WORDS):
        raise Stale
    before = _written(item) if item.pk else {}
    _write(item, words)
    names = [_attach(item, upload, evaluation, by, at) for upload in uploads]
    audit.record(
        "reporting.dispute",
        evaluation,
        by=by,
        duty=duty,
        at=at,
        before=before,
        after=_written(item),
        name=line.indicator.number,
        files=names,
    )
    return item


@transaction.atomic
def keep(line: EvaluationLine, data: QueryDict, *, scale: scoring.Scale, by: User, at: dt.datetime) -> Kept:
    """Keep the words as they are typed (kpiportal/keeping.py); unfinished ones hold up the filing, not the keeping.

    Raises Stale outside the window and after filing. What stands in the trail is that the indicator came into the
    appeal; every later text is in the row's own history.
    """
    evaluation, duty = _open_for_writing(line.evaluation_id, by, at)
    item = _item_of(line, evaluation)
    fields = DisputeForm(line=line, scale=scale).fields
    kept = Kept(item.revision, at)

    def clean(name: str, text: str) -> Any:
        if not text.strip():
            return None if name == "asked_score" else ""
        value = fields[name].clean(text)
        if name == "asked_score" and (problem := marks.outside(value, scale)):
            raise ValidationError(problem)
        return value

    changed = sort_out(
        data, {name: getattr(item, name) for name in WORDS}, kept,
        clean=clean, label=lambda name: str(fields[name].label),
    )  # fmt: skip
    if changed and not item.pk:
        facts = {"name": line.indicator.number, "files": []}
        audit.record("reporting.dispute", evaluation, by=by, duty=duty, at=at, before={}, after={}, **facts)
    if changed:
        _write(item, changed)
    kept.saved += sorted(changed)
    kept.revision = item.revision
    kept.tell({name: getattr(item, name) for name in WORDS})
    return kept


def _item_of(line: EvaluationLine, evaluation: Evaluation) -> AppealItem:
    appeal, _ = Appeal.objects.get_or_create(evaluation=evaluation)
    there: AppealItem | None = AppealItem.objects.select_for_update().filter(line=line).first()
    return there or AppealItem(appeal=appeal, line=line)


def _write(item: AppealItem, words: Mapping[str, Any]) -> None:
    for name, value in words.items():
        setattr(item, name, value)
    item.revision += 1
    item.save()


def _attach(item: AppealItem, upload: UploadedFile, evaluation: Evaluation, by: User, at: dt.datetime) -> str:
    owner = evaluation.round.agreement.owner
    stored = files.store(upload, by=by, organization=owner, at=at, purpose=StoredFile.Purpose.EVIDENCE)
    AppealFile.objects.create(item=item, file=stored, added_at=at, added_by=by)
    return stored.original_name


def _written(item: AppealItem) -> dict[str, str]:
    words: dict[str, str] = freeze.plain(
        {"disputed": item.disputed, "grounds": item.grounds, "asked_score": item.asked_score}
    )
    return words


@transaction.atomic
def take_back(item: AppealItem, *, by: User, at: dt.datetime) -> None:
    """Leave an indicator out of the appeal again; the trail keeps what was written, the store keeps the files."""
    evaluation, duty = _open_for_writing(item.line.evaluation_id, by, at)
    number = item.line.indicator.number
    audit.record("reporting.take_back_dispute", evaluation, by=by, duty=duty, at=at, before=_written(item), name=number)
    item.files.all().delete()
    item.delete()


def _open_for_writing(pk: int, by: User, at: dt.datetime) -> tuple[Evaluation, Membership]:
    evaluation = _locked(pk)
    duty = rules.can_write_appeal(by, evaluation)
    if not duty:
        raise PermissionDenied
    _refuse_out_of_time(evaluation, at)
    return evaluation, duty


def _locked(pk: int) -> Evaluation:
    rows = Evaluation.objects.select_for_update(of=("self",))
    return rows.select_related("round__agreement__owner", "round__agreement__framework__scale").get(pk=pk)


def _refuse_out_of_time(evaluation: Evaluation, at: dt.datetime) -> None:
    if evaluation.state != EvaluationState.PRELIMINARY:
        raise Stale("ขณะนี้ยื่นหรือแก้คำขออุทธรณ์ไม่ได้ เพราะผลการประเมินไม่อยู่ในขั้นแจ้งผลเบื้องต้น")
    if not evaluation.appeal_due_at or not deadlines.in_time(at, evaluation.appeal_due_at):
        raise Stale(OVER)


@transaction.atomic
def file_appeal(evaluation: Evaluation, *, by: User, revision: int, at: dt.datetime) -> Evaluation:
    """The governor's side signs: the words are frozen and OPDC has them. Raises Stale after the last day."""

    def in_time(row: Evaluation) -> dict[str, Any]:
        _refuse_out_of_time(row, at)
        return {}

    evaluation = advance(evaluation, workflow.APPEAL, by=by, revision=revision, at=at, prepare=in_time)
    duty = rules.can_sign_for_party(by, evaluation)
    signature = f"{by.full_name} ({acting_text(duty)})" if duty else by.full_name
    Appeal.objects.filter(evaluation=evaluation).update(filed_at=at, filed_by=by, filed_by_text=signature)
    notices.appealed(evaluation, at=at)
    return evaluation


@transaction.atomic
def decide_item(
    item: AppealItem, *, outcome: str, decision: str, score: Decimal | None, by: User, revision: int, at: dt.datetime
) -> AppealItem:
    """OPDC's word on one disputed indicator. Refused, the evaluator's score stands; else `score` is the final one.

    Nothing of it is shown to the party before the whole appeal is decided. Raises NotReady beside the box, Stale.
    """
    evaluation = _locked(item.line.evaluation_id)
    duty = rules.can_decide(by, evaluation)
    if not duty:
        raise PermissionDenied
    item = AppealItem.objects.select_for_update(of=("self",)).select_related("line__indicator").get(pk=item.pk)
    if evaluation.state != EvaluationState.APPEALED or item.revision != revision:
        raise Stale
    if found := _undecided(outcome, decision, score, evaluation):
        raise NotReady(found)
    item.outcome, item.decision, item.decided_at, item.decided_by = outcome, decision.strip(), at, by
    item.revision += 1
    item.save()
    line = item.line
    line.appeal_score = line.score if outcome == AppealItem.Outcome.REFUSED else score
    line.save(update_fields=["appeal_score"])
    after = freeze.plain({"outcome": outcome, "score": line.appeal_score})
    number = line.indicator.number
    audit.record(
        "reporting.decide_item", evaluation, by=by, duty=duty, at=at, after=after, name=number, reason=item.decision
    )
    return item


def _undecided(outcome: str, decision: str, score: Decimal | None, evaluation: Evaluation) -> list[Blocker]:
    found = []
    if outcome not in (*AppealItem.Outcome.values[1:],):
        found.append(Blocker("กรุณาเลือกผลพิจารณา", field="outcome"))
    if not decision.strip():
        found.append(Blocker("กรุณาพิมพ์เหตุผลของผลพิจารณา", field="decision"))
    if outcome in (AppealItem.Outcome.APPROVED, AppealItem.Outcome.PARTLY):
        if score is None:
            found.append(Blocker("กรุณาพิมพ์คะแนนที่ให้หลังอุทธรณ์", field="score"))
        elif problem := marks.outside(score, as_scale(evaluation.round.agreement.framework.scale)):
            found.append(Blocker(problem, field="score"))
    return found
