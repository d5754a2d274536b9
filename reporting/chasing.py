"""The letter that chases on paper: to the agencies whose day has passed, in words made from what they owe."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from kpiportal import audit, deadlines, letters, thai
from kpiportal.models import Letter, Organization, User
from kpiportal.recipients import posts_of_heads
from kpiportal.workflow import Stale
from reporting import rules
from reporting.models import Report, Round

audit.tells(**{"reporting.chase": "ร่างหนังสือติดตามรายงาน"})

NOBODY = "ไม่มีหน่วยงานที่เลยกำหนดและยังไม่ได้ส่งรายงาน"


def late(round: Round, *, at: dt.datetime) -> dict[Organization, list[Report]]:
    """Agency -> the cards it should have sent by now, in Thai order. One query."""
    cards = Report.objects.owed().filter(round=round).select_related("host", "indicator")
    found: dict[Organization, list[Report]] = defaultdict(list)
    for card in cards.order_by("host__sort_key", "indicator__order"):
        if not deadlines.in_time(at, card.due_at):
            found[card.host].append(card)
    return dict(found)


@transaction.atomic
def draft_chasing_letter(round: Round, *, by: User, at: dt.datetime) -> Letter:
    """A draft to whoever is late; a draft of the same letter that is still on the desk is taken up again.

    PermissionDenied; Stale when nobody is late; NotReady when the office has opened no register.
    """
    round = Round.objects.select_for_update(of=("self",)).select_related("agreement__owner").get(pk=round.pk)
    duty = rules.can_run_round(by, round)
    if not duty:
        raise PermissionDenied
    owed = late(round, at=at)
    if not owed:
        raise Stale(NOBODY)
    office, on = round.agreement.owner, thai.day_in_bangkok(at)
    said = words(round, owed, opened_by=opening_letter(round), on=on)
    same = Letter.objects.filter(organization=office, subject=said["subject"], state=Letter.State.DRAFT)
    if there := same.order_by("-pk").first():
        return there
    posts = posts_of_heads(owed, on=on)
    receivers = [letters.Receiver(host, posts[host.pk]) for host in owed]
    letter = letters.draft_letter(office, recipients=receivers, by=by, at=at, **said)
    audit.record("reporting.chase", round, by=by, duty=duty, at=at, letter=letter.pk, agencies=len(owed))
    return letter


def opening_letter(round: Round) -> Letter | None:
    """The office's newest numbered letter that names the round and its year and went to agencies; None: not known."""
    numbered = Letter.objects.filter(organization=round.agreement.owner, state=Letter.State.ISSUED)
    named = numbered.filter(subject__contains=round.name).filter(subject__contains=str(round.agreement.fiscal_year))
    return named.exclude(subject__startswith="ติดตามการส่ง").order_by("-dated", "-pk").first()


def words(
    round: Round, owed: dict[Organization, list[Report]], *, opened_by: Letter | None, on: dt.date
) -> dict[str, Any]:
    """เรื่อง, เรียน, อ้างถึง, and the three parts of the body."""
    office, year = round.agreement.owner.full_name, round.agreement.fiscal_year
    what = f"รายงานผลการปฏิบัติราชการตามคำรับรองการปฏิบัติราชการ {round.name} ประจำปีงบประมาณ พ.ศ. {year}"
    due = thai.weekday_date_text(deadlines.last_day(round.agency_due_at))
    cards = sum(map(len, owed.values()))
    who = " ".join(
        f"({n}) {host.full_name} ตัวชี้วัดที่ {', '.join(card.indicator.number for card in rows)}"
        for n, (host, rows) in enumerate(owed.items(), start=1)
    )
    to_opdc = deadlines.last_day(round.opdc_due_at)
    in_time = deadlines.in_time(dt.datetime.combine(on, dt.time(), thai.BANGKOK), round.opdc_due_at)
    until = f"ภายใน{thai.weekday_date_text(to_opdc)}" if in_time else "โดยเร็วที่สุด"
    return {
        "urgency": Letter.Urgency.FAST,
        "subject": f"ติดตามการส่ง{what}",
        "addressee": "หัวหน้าส่วนราชการผู้กำกับดูแลตัวชี้วัดที่ยังไม่ได้ส่งรายงาน",
        "references": [reference(opened_by)] if opened_by else [],
        "body": [
            f"{'ตามหนังสือที่อ้างถึง' if opened_by else 'ตามที่'} {office}ได้ขอให้หน่วยงานเจ้าภาพส่ง{what} ภายใน{due} นั้น",
            f"บัดนี้เลยกำหนดดังกล่าวแล้ว ปรากฏว่า ณ {thai.weekday_date_text(on)} ยังมีหน่วยงานที่ไม่ได้ส่งรายงาน "
            f"จำนวน {len(owed)} หน่วยงาน รวม {cards} ตัวชี้วัด ได้แก่ {who} "
            f"เพื่อให้{office}รวบรวมรายงานส่งสำนักงาน ก.พ.ร. ได้{until} จึงขอให้ท่านเร่งรัดผู้รับผิดชอบ"
            "ส่งรายงานในระบบคำรับรองการปฏิบัติราชการ และรับรองรายงานให้แล้วเสร็จโดยด่วน",
            "จึงเรียนมาเพื่อโปรดพิจารณาดำเนินการ",
        ],
    }


def reference(letter: Letter) -> str:
    """As อ้างถึง has it: whose letter, its number, its date."""
    return f"หนังสือ{letter.organization.full_name} ที่ {letter.number_text} ลงวันที่ {thai.date_text(letter.dated)}"
