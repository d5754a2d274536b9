"""Random walks over the state machines (QUALITY S3): anybody presses anything, in any order, on what they saw or not.

The diagram here is typed by hand from the README's, not read from the tables under test. After each step: a refused
action has changed nothing anywhere; an accepted one followed an arrow of the diagram, by somebody who may, on the
revision they saw, and stands in the trail once; what was frozen is as it was.

KPI_WALK_STEPS=100000 walks longer than the suite has time for.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Model

from agreements import actions as agreement_actions
from agreements import testing as agreements
from agreements import workflow as agreement_workflow
from agreements.models import Table
from agreements.negotiation import actions as table_actions
from kpiportal.models import AuditEvent, User
from kpiportal.onboarding import invitations
from kpiportal.onboarding import workflow as people_workflow
from kpiportal.testing import people
from kpiportal.testing.plugin import NOW
from kpiportal.tests.matrix import world
from kpiportal.tests.security import digest
from kpiportal.workflow import NotReady, Stale, offered
from meetings import actions as meeting_actions
from meetings import workflow as meeting_workflow
from reporting import actions as reporting_actions
from reporting import testing as reporting
from reporting import workflow as reporting_workflow
from reporting.evaluation import actions as evaluation_actions
from reporting.evaluation import appeals
from reporting.evaluation import workflow as evaluation_workflow
from reporting.models import Consolidation, Evaluation
from reporting.sar import actions as sar_actions
from reporting.sar import workflow as sar_workflow

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("quiet")]
STEPS = int(os.environ.get("KPI_WALK_STEPS", "1200"))
EPISODE = 150  # steps before everything is as at first: end states would else be all there is
WRITERS = {"coordinator", "office_head"}
TABLE = {"negotiator", "director"}
HOST = {"the host's collector"}
OVERSEER = {"the host's overseer"}

# kind -> verb -> (from -> to, who)
DIAGRAM: dict[str, dict[str, tuple[dict[str, str], set[str]]]] = {
    "agreement": {
        "submit": ({"draft": "sent", "returned": "sent"}, WRITERS),
        "open_table": ({"sent": "negotiating"}, TABLE),
        "return": ({"sent": "returned", "negotiating": "returned"}, TABLE),
        "agree": ({"negotiating": "agreed"}, WRITERS | TABLE),  # by both sides; the first yes moves nothing
        "rescind": ({"agreed": "negotiating"}, WRITERS | TABLE),
        "sign": ({"agreed": "signed"}, {"governor"}),
    },
    "round": {
        "open_round": ({"scheduled": "open"}, WRITERS),
        "close_round": ({"open": "closed"}, WRITERS),
        "reopen_round": ({"closed": "open"}, WRITERS),
    },
    "card": {
        "start": ({"not_started": "draft"}, HOST),
        "send": ({"draft": "sent", "returned": "sent"}, HOST),
        "withdraw": ({"sent": "draft"}, HOST),
        "certify": ({"sent": "certified"}, OVERSEER),
        "take_back_certification": ({"certified": "sent"}, OVERSEER),
        "refuse": ({"sent": "returned"}, OVERSEER),
        "accept": ({"certified": "accepted"}, WRITERS),
        "send_back": ({"certified": "returned"}, WRITERS),
    },
    "sar": {
        "propose_sar": ({"draft": "proposed"}, WRITERS),
        "approve_sar": ({"draft": "approved", "proposed": "approved"}, {"office_head"}),
        "sign_sar": ({"approved": "signed"}, {"governor"}),
        "send_sar": ({"signed": "sent"}, WRITERS),
        "return_sar": ({"proposed": "draft", "approved": "draft", "signed": "draft"}, WRITERS | {"governor"}),
    },
    "evaluation": {
        "publish_evaluation": ({"scoring": "preliminary"}, {"director"}),
        "recall_evaluation": ({"preliminary": "scoring"}, {"director"}),
        "accept_evaluation": ({"preliminary": "final"}, {"governor"}),
        "file_appeal": ({"preliminary": "appealed"}, {"governor"}),
        "decide_appeal": ({"appealed": "final"}, {"director"}),
    },
    "meeting": {
        "call": ({"draft": "called"}, WRITERS),
        "withdraw": ({"called": "draft"}, WRITERS),
        "cancel": ({"draft": "cancelled", "called": "cancelled"}, WRITERS),
    },
    "invitation": {
        "invitation_resend": ({"invited": "invited", "expired": "invited"}, WRITERS),
        "invitation_revoke": ({"invited": "revoked"}, WRITERS),
    },
}
TABLES = {
    "agreement": [*agreement_workflow.AGREEMENT, agreement_workflow.AGREE],
    "round": reporting_workflow.ROUND,
    "card": [
        reporting_workflow.START,
        reporting_workflow.SEND,
        *reporting_workflow.UNDOING,
        *reporting_workflow.DECISIONS,
    ],
    "sar": sar_workflow.SAR,
    "evaluation": evaluation_workflow.EVALUATION,
    "meeting": meeting_workflow.MEETING,
    "invitation": people_workflow.INVITATION,
}
# Taken by the person invited, with the link of the mail, and by the clock: nobody presses these. A meeting is moved
# with another day and held when its hour has come: meetings/tests/test_changes.py and test_minutes.py take those.
NOT_PRESSED = {"invitation": {"invitation_accept", "invitation_expire"}, "meeting": {"postpone", "hold"}}
WITH_A_REASON = {
    ("agreement", "return"), ("agreement", "rescind"), ("round", "reopen_round"), ("card", "refuse"),
    ("card", "send_back"), ("sar", "propose_sar"), ("sar", "approve_sar"), ("sar", "return_sar"),
    ("evaluation", "recall_evaluation"), ("meeting", "withdraw"), ("meeting", "cancel"),
}  # fmt: skip
# What an action brings with it: further lines of the trail, on the same subject or others.
BRINGS = {
    "agree": {"agreements.assent", "agreements.drop_indicator"},
    "sign": {"agreements.freeze_version", "reporting.schedule_round"},
    "open_round": {"reporting.open_report"},
    "call": {"letters.issue"},
    "withdraw": {"letters.cancel"},
}
# Rows that never change once they are there; a letter from its issue on, but for its state.
FROZEN = ["agreements_agreementversion", "reporting_reportversion", "reporting_decision", "kpiportal_storedfile",
          "kpiportal_auditevent", "kpiportal_auditseal"]  # fmt: skip
FREEZING = {*FROZEN, "kpiportal_letter"}


@dataclass
class Walk:
    """A world, a die, and what is known of the frozen rows."""

    cast: people.Cast
    place: world.Place
    die: random.Random
    now: dt.datetime = NOW
    frozen: dict[tuple[str, str], str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)  # every table's checksum, as the last step left it
    counts: Counter = field(default_factory=Counter)

    def subjects(self, kind: str) -> list[Model]:
        """All of them, of every agreement: read again, for they move."""
        agreement = self.place.agreement
        found: dict[str, Callable[[], Any]] = {
            "agreement": lambda: type(agreement).objects.filter(owner=self.cast.province),
            "round": lambda: type(self.place.round).objects.filter(agreement__owner=self.cast.province),
            "card": lambda: type(self.place.open_card).objects.filter(round__agreement__owner=self.cast.province),
            "sar": lambda: Consolidation.objects.filter(round__agreement__owner=self.cast.province),
            "evaluation": lambda: Evaluation.objects.filter(round__agreement__owner=self.cast.province),
            "meeting": lambda: type(self.place.plain_meeting).objects.select_related("letter"),
            "invitation": lambda: type(self.place.invitation).objects.all(),
        }
        return list(found[kind]().order_by("pk"))

    def may(self, who: str, doers: set[str], subject: Any) -> bool:
        if doers & {"the host's collector", "the host's overseer"}:
            part = next(iter(doers)).rpartition(" ")[2]
            return who == (part if subject.host_id == self.cast.agency.pk else f"other_{part}")
        return who in doers


def _act(walk: Walk, kind: str, verb: str, subject: Any, by: User, revision: int, reason: str) -> None:
    facts: dict[str, Any] = {"by": by, "revision": revision, "at": walk.now}
    if (kind, verb) in WITH_A_REASON:
        facts["reason"] = reason
    if kind == "agreement":
        more = {"signed_on": NOW.date()} if verb == "sign" else {}
        deed = agreement_actions.agree_agreement if verb == "agree" else agreement_actions.OF_VERB[f"agreements.{verb}"]
        deed(subject, **facts, **more)
    elif kind == "round":
        reporting_actions.OF_ROUND_VERB[f"reporting.{verb}"](subject, **facts)
    elif kind == "card":
        _act_on_card(verb, subject, facts, walk)
    elif kind == "sar":
        sar_actions.OF_VERB[f"reporting.{verb}"](subject, **facts)
    elif kind == "evaluation":
        deeds = {**evaluation_actions.OF_VERB, "reporting.file_appeal": appeals.file_appeal}
        deeds[f"reporting.{verb}"](subject, **facts)
    elif kind == "meeting":
        if verb != "cancel":
            facts["letter_revision"] = subject.letter.revision if subject.letter else 0
        deeds = {"call": "issue_invitation", "withdraw": "withdraw_invitation", "cancel": "cancel_meeting"}
        getattr(meeting_actions, deeds[verb])(subject, **facts)
    else:
        deeds = {"invitation_resend": invitations.resend, "invitation_revoke": invitations.revoke}
        deeds[verb](subject, **facts)


def _act_on_card(verb: str, card: Any, facts: dict[str, Any], walk: Walk) -> None:
    if verb == "start":
        value = {"value": None if walk.die.random() < 0.2 else walk.die.randrange(60, 99)}
        reporting_actions.save_report(card, answers=reporting.ANSWERS, entries={card.indicator_id: value}, **facts)
    elif verb == "send":
        reporting_actions.send_report(card, token=uuid.UUID(int=walk.die.getrandbits(128)), **facts)
    elif verb == "withdraw":
        reporting_actions.withdraw_report(card, **facts)
    else:
        reporting_actions.OF_VERB[f"reporting.{verb}"](card, **facts)


def step(walk: Walk, names: list[str]) -> list[str]:
    """Returns the tables that something was written to."""
    die = walk.die
    kind = die.choices(list(DIAGRAM), weights=[4, 3, 6, 3, 3, 3, 1])[0]
    verb = die.choice(list(DIAGRAM[kind]))
    arrows, doers = DIAGRAM[kind][verb]
    subjects = walk.subjects(kind)
    # Half of the presses are at a moment the arrow exists in, else most of the walk would be refusals.
    fitting = [one for one in subjects if one.state in arrows] if die.random() < 0.5 else []
    subject = die.choice(fitting or subjects)
    likely = [who for who in walk.cast.people if walk.may(who, doers, subject)]
    who = die.choice(likely if likely and die.random() < 0.6 else list(walk.cast.people))
    person = User.objects.get(pk=walk.cast.people[who].pk)  # read again: duties are remembered per request
    revision = subject.revision if die.random() < 0.85 else max(0, subject.revision + die.choice([-1, 1]))
    reason = "ตรวจแล้วไม่ครบ" if die.random() < 0.85 else die.choice(["", "   "])
    pressed = f"{kind} {subject.pk} {subject.state} --{verb}--> by {who} on {revision} of {subject.revision}"
    since, last = digest.writes(names), AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    on_offer = verb in {t.slug for t in offered(subject, TABLES[kind], by=person)}
    try:
        with transaction.atomic():
            _act(walk, kind, verb, subject, person, revision, reason)
    except (PermissionDenied, Stale, NotReady, ValidationError) as refusal:
        walk.counts[type(refusal).__name__] += 1
        now = digest.digests(digest.written(names, since))
        assert now.items() <= walk.known.items(), f"{pressed}: refused, and yet something changed"
        _refused_rightly(walk, kind, verb, subject, who, revision, refusal, pressed)
        return list(now)
    _followed_an_arrow(walk, kind, verb, subject, who, revision, last, pressed)
    assert on_offer or subject.state not in arrows, f"{pressed}: done, though no button was offered"
    walk.counts["done"] += 1
    written = digest.written(names, since)
    walk.known |= digest.digests(written)
    return written


def _refused_rightly(walk, kind, verb, subject, who, revision, refusal, pressed) -> None:
    arrows, doers = DIAGRAM[kind][verb]
    if verb == "agree" and isinstance(refusal, Stale):
        return  # there is no open table: nobody may, and nobody is told more
    if not walk.may(who, doers, subject):
        assert isinstance(refusal, PermissionDenied), f"{pressed}: {refusal!r} to somebody who may not at all"
    else:
        assert not isinstance(refusal, PermissionDenied), f"{pressed}: refused to somebody who may"


def _followed_an_arrow(walk, kind, verb, subject, who, revision, last, pressed) -> None:
    arrows, doers = DIAGRAM[kind][verb]
    now = type(subject)._base_manager.get(pk=subject.pk)
    assert walk.may(who, doers, subject), f"{pressed}: done by somebody who may not"
    assert revision == subject.revision, f"{pressed}: done on a revision that is not the last"
    told = Counter(AuditEvent.objects.filter(pk__gt=last).values_list("verb", flat=True))
    if verb == "start" and subject.state in ("draft", "returned"):  # saving an open card again is no step
        assert (now.state, now.revision, told) == (subject.state, revision + 1, Counter()), pressed
        return
    if verb == "agree" and now.state == "negotiating":  # one side's yes; the other's is awaited
        assert (now.revision, told) == (revision, Counter({"agreements.assent": 1})), pressed
        return
    assert now.state == arrows.get(subject.state), f"{pressed}: there is no such arrow; it is {now.state} now"
    assert now.revision == revision + 1, pressed
    own = next(t.verb for t in TABLES[kind] if t.slug == verb)
    assert told.pop(own) == 1, f"{pressed}: told {told}"
    assert set(told) <= BRINGS.get(verb, set()), f"{pressed}: told {told}"


def _frozen_rows() -> dict[tuple[str, str], str]:
    letters = "number_text, subject, body::text, frozen::text, file_id::text"
    asked = [f"SELECT '{name}', {_key(name)}::text, md5(t::text) FROM {name} t" for name in FROZEN]
    asked.append(f"SELECT 'letter', id::text, md5(concat({letters})) FROM kpiportal_letter WHERE state <> 'draft'")
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return {(name, key): text for name, key, text in cursor.fetchall()}


def _key(table: str) -> str:
    return {"kpiportal_storedfile": "key", "kpiportal_auditseal": "position"}.get(table, "id")


def _nothing_frozen_moved(walk: Walk) -> None:
    now = _frozen_rows()
    moved = {key for key, text in walk.frozen.items() if now.get(key) != text}
    assert moved == set(), f"frozen rows that changed or are gone: {sorted(moved)}"
    walk.frozen = now


@pytest.fixture(scope="module")
def started(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        cast = people.make_cast()
        place = world.place(cast)
        agreements.make_draft(cast, framework=agreements.make_framework(cast, fiscal_year=2575))
        table = Table.objects.get(agreement=place.negotiating)
        table_actions.accept_rest(table, seen=table.version, by=cast.negotiator, at=NOW)
        connection.check_constraints()
        yield cast, place
        transaction.set_rollback(True)


def test_the_diagram_names_every_arrow():
    """A new arrow is drawn here first, by hand, with who may take it."""
    for kind, table in TABLES.items():
        assert {t.slug for t in table} == set(DIAGRAM[kind]) | NOT_PRESSED.get(kind, set())
        for t in table:
            if t.slug in DIAGRAM[kind]:
                assert t.sources == set(DIAGRAM[kind][t.slug][0])


def test_no_walk_reaches_what_the_diagram_does_not_have(started, figure):
    cast, place = started
    names, done, counts = digest.tables(), 0, Counter()
    while done < STEPS:
        walk = Walk(cast, place, random.Random(20_251_019 + done))
        walk.frozen, walk.known = _frozen_rows(), digest.digests(names)
        kept = transaction.savepoint()
        for _ in range(min(EPISODE, STEPS - done)):
            if not FREEZING.isdisjoint(step(walk, names)):
                _nothing_frozen_moved(walk)
        transaction.savepoint_rollback(kept)
        done += EPISODE
        counts += walk.counts
    figure("S3", f"{STEPS:,} steps of random walks: {dict(counts)}, 0 outside the diagram")
    assert counts["done"] >= STEPS // 10
    assert counts["PermissionDenied"] >= STEPS // 10
    assert counts["Stale"] >= STEPS // 20
    assert counts["NotReady"] > 0


def test_a_walk_notices_a_door_left_open(started):
    """The proof can fail: one transition that anybody may take is found within a short walk."""
    cast, place = started
    certify = reporting_workflow.CERTIFY
    kept_rule, kept = certify.allowed, transaction.savepoint()
    object.__setattr__(certify, "allowed", lambda user, subject: next(iter(user.duties), None))
    try:
        names = digest.tables()
        walk = Walk(cast, place, random.Random(7), known=digest.digests(names))
        with pytest.raises(AssertionError, match="may not"):
            for _ in range(2_000):
                step(walk, names)
    finally:
        object.__setattr__(certify, "allowed", kept_rule)
        transaction.savepoint_rollback(kept)
