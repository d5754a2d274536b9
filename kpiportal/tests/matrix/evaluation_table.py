"""OPDC's evaluation and the appeal: who scores, who announces, who appeals, who decides; nobody reads it too early."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from agreements.models import Agreement, Framework
from agreements.testing import make_framework, make_signed
from kpiportal.testing.people import Cast
from kpiportal.testing.plugin import NOW
from kpiportal.tests.matrix.row import EVERYBODY, HOST, OPDC, OTHER_HOST, PARTY, WRITERS, Row, each
from reporting import actions as filing
from reporting import testing as reporting
from reporting.evaluation import actions, appeals, testing
from reporting.models import AppealItem, Evaluation, Round

_YEAR = 2566
_ROUND_SEERS = (*PARTY, *HOST, *OTHER_HOST, *OPDC)
_READERS = each(PARTY, OPDC, code=200)  # of what was announced


def _closed(cast: Cast, agreement: Agreement, months: int) -> Round:
    """Its SAR is with OPDC."""
    round = reporting.make_round(cast, months=months, agreement=agreement)
    return testing.at_opdc(filing.close_round(round, by=cast.coordinator, revision=round.revision, at=NOW))


def made(cast: Cast) -> dict[str, Any]:
    """A year of its own: its last round being scored, the earlier one announced, with an appeal not yet filed."""
    framework = Framework.objects.filter(fiscal_year=_YEAR).first() or make_framework(cast, fiscal_year=_YEAR)
    agreement = make_signed(cast, framework=framework)
    scoring = actions.begin_evaluation(_closed(cast, agreement, 12), by=cast.evaluator, at=NOW)
    visit = actions.note_visit(scoring, visited_on=NOW.date(), people="คณะผู้ประเมิน", note="ตรวจหลักฐาน",
                               file=reporting.upload(), by=cast.evaluator, at=NOW)  # fmt: skip
    announced = actions.begin_evaluation(_closed(cast, agreement, 6), by=cast.evaluator, at=NOW)
    actions.accept_rest(announced, by=cast.evaluator, at=NOW)
    announced = actions.publish_evaluation(announced, by=cast.director, revision=0, at=NOW)
    line = announced.lines.order_by("indicator__order").first()
    item = appeals.dispute(line, disputed="คะแนน", grounds="หลักฐานครบ", asked_score=Decimal(4), revision=0,
                           uploads=[reporting.upload()], by=cast.coordinator, at=NOW)  # fmt: skip
    return {"scoring": scoring, "visit": visit, "announced": announced, "disputed": item}


def _of(name: str) -> Any:
    return lambda place: [getattr(place, name).pk]


def _filed(place: Any) -> Evaluation:
    """The appeal filed for one cell and rolled back with it."""
    announced = place.announced
    governor = announced.round.agreement.owner.memberships.get(role="governor").user
    if Evaluation.objects.get(pk=announced.pk).state == "preliminary":
        appeals.file_appeal(announced, by=governor, revision=announced.revision, at=NOW)
    return announced


def _filed_item(place: Any) -> list[int]:
    _filed(place)
    return [place.disputed.pk]


def _move(slug: str, subject: str, doer: str, seers: tuple[str, ...], code: int, **data: Any) -> Row:
    def path(place: Any) -> list[Any]:
        return [(_filed(place) if subject == "filed" else getattr(place, subject)).pk, slug]

    def posted(place: Any) -> dict[str, Any]:
        name = "announced" if subject == "filed" else subject
        return {"revision": getattr(place, name).revision + (subject == "filed"), **data}

    codes = {**each(seers, code=403), doer: code}
    return Row("reporting:evaluation_move", path, post=codes, data=posted, label=f"reporting:evaluation_move:{slug}")


def _scores(code: int) -> dict[str, int]:
    return {**each(OPDC, code=403), "evaluator": code}


def _line(place: Any) -> list[int]:
    return [place.scoring.lines.order_by("pk").first().pk]


_MARK = {"revision": 0, "verdict": "accepted"}
_DISPUTE = {"revision": 1, "disputed": "คะแนน", "grounds": "ครบ"}
_NOTE = {"visited_on": "19/10/2558", "people": "ผู้ประเมิน", "note": "ตรวจแล้ว"}
_DECISION = {"revision": 1, "outcome": AppealItem.Outcome.REFUSED, "decision": "นอกรอบ"}
_POLICY = {"revision": 0, "per_missed_report": "0.2", "appeal_days": "15"}

EVALUATION = [
    # An open round: who may score is told that OPDC has nothing of it yet.
    Row("reporting:evaluation_begin", lambda p: [p.round.pk],
        get={**each(_ROUND_SEERS, code=403), "evaluator": 200},
        post={**each(_ROUND_SEERS, code=403), "evaluator": 409}),
    Row("reporting:evaluation", _of("scoring"), get=each(OPDC, code=200)),
    Row("reporting:evaluation", _of("announced"), get=_READERS, label="reporting:evaluation:announced"),
    Row("reporting:evaluation_news", _of("scoring"),
        get={**each(OPDC, code=403), **each("evaluator", "director", code=200)}),
    Row("reporting:evaluation_news", _of("announced"), label="reporting:evaluation_news:announced",
        get={**each(PARTY, OPDC, code=403), **each(WRITERS, "governor", "evaluator", "director", code=200)}),
    Row("reporting:lines_accept", _of("scoring"), post=_scores(302)),
    Row("reporting:line_mark", _line, post=_scores(302), data=lambda p: _MARK),
    Row("reporting:visit_note", _of("scoring"), post=_scores(302), data=lambda p: _NOTE),
    Row("reporting:visit_file", _of("visit"), get=each(OPDC, code=200)),
    _move("publish_evaluation", "scoring", "director", OPDC, 422),
    _move("recall_evaluation", "announced", "director", (*PARTY, *OPDC), 302, reason="พิมพ์ผิด"),
    _move("accept_evaluation", "announced", "governor", (*PARTY, *OPDC), 302),
    _move("file_appeal", "announced", "governor", (*PARTY, *OPDC), 302),
    _move("decide_appeal", "filed", "director", (*PARTY, *OPDC), 422),
    # Seen by whoever sees the evaluation; of the one fewest see, since every cell typesets.
    Row("reporting:result_pdf", _of("scoring"), get=each(OPDC, code=200)),
    Row("reporting:appeal", _of("announced"), get=_READERS),
    Row("reporting:dispute", lambda p: [p.disputed.line_id], data=lambda p: _DISPUTE,
        post={**each(PARTY, OPDC, code=403), **each(WRITERS, code=302)}),
    Row("reporting:dispute_keep", lambda p: [p.disputed.line_id], data=lambda p: {"dirty": "grounds", "grounds": "ครบ"},
        post={**each(PARTY, OPDC, code=403), **each(WRITERS, code=200)}),
    Row("reporting:dispute_news", lambda p: [p.disputed.line_id],
        get={**each(PARTY, OPDC, code=403), **each(WRITERS, code=200)}),
    # What is not signed is the party's own: OPDC does not know of it.
    Row("reporting:dispute_remove", _of("disputed"), post={**each(PARTY, code=403), **each(WRITERS, code=302)}),
    Row("reporting:appeal_file", lambda p: [p.disputed.files.get().pk], get=each(PARTY, code=200)),
    Row("reporting:item_decide", _filed_item, data=lambda p: _DECISION,
        post={**each(PARTY, OPDC, code=403), **each("evaluator", "director", code=302)}),
    Row("reporting:evaluation_policy", lambda p: [p.agreement.framework_id], shared=True, data=lambda p: _POLICY,
        get={**each(EVERYBODY, code=403), "director": 200, "nobody": 404},
        post={**each(EVERYBODY, code=403), "director": 302, "nobody": 404}),
]  # fmt: skip
