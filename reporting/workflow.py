"""The state machine of rounds and reports: its transitions, and what blocks each of them."""

from __future__ import annotations

from agreements.workflow import hosts_appointed
from kpiportal import audit
from kpiportal.models import Membership, User
from kpiportal.workflow import Blocker, Transition
from reporting import freeze, rules
from reporting.models import Consolidation, Report, Round
from reporting.parts import NARRATIVE, PARTS
from reporting.scorecard import missing_answers
from reporting.states import ReportState as S
from reporting.states import RoundState as R
from reporting.states import SarState


def ready_to_open(round: Round) -> list[Blocker]:
    # The weights of what is signed sum to 100 by the database's own rule, amended or not.
    return hosts_appointed(round.agreement)


def card_complete(report: Report) -> list[Blocker]:
    """A result (or a reason for none), the narrative this round asks for, and at least one piece of evidence."""
    found = []
    if report.no_data:
        if not report.no_data_reason.strip():
            found.append(Blocker("กรุณาระบุเหตุผลที่ไม่มีข้อมูล", url="#id_no_data_reason", field="no_data_reason"))
    else:
        found += [Blocker(text, url=f"#id_{name}", field=name) for name, text in missing_answers(report)]
        if not report.present_evidence:
            found.append(Blocker("กรุณาแนบหลักฐานอ้างอิงอย่างน้อย 1 ไฟล์", url="#evidence", field="evidence"))
    for name in report.round.plan.asks:
        if not getattr(report, name).strip():
            found.append(Blocker(f"กรุณากรอก{NARRATIVE[name]}", url=f"#id_{name}", field=name))
    return [*found, *_asked_and_changed(report)]


def round_takes_cards(report: Report) -> list[Blocker]:
    """Whoever takes a card back after the round has closed could not send it again."""
    return [] if report.round.state == R.OPEN else [Blocker("รอบนี้ปิดรับรายงานแล้ว ดึงกลับแล้วจะส่งอีกไม่ได้")]


def _asked_and_changed(report: Report) -> list[Blocker]:
    """A card sent back goes again when every part asked for is ticked, and something has changed or been answered."""
    found = [
        Blocker(f"กรุณาทำเครื่องหมาย “แก้แล้ว” ที่{PARTS[part]}", url=f"#id_fixed_{part}", field=f"fixed_{part}")
        for part in (item["part"] for item in report.asked if not item["fixed"])
    ]
    if report.state != S.RETURNED:
        return found
    sent = report.versions.order_by("number").last()
    answered = any(item["reply"] for item in report.asked)
    if sent and not answered and not freeze.changes(sent.content, freeze.content_of(report)):
        words = "แก้ส่วนที่ถูกส่งกลับ หรือพิมพ์คำตอบถึงผู้ส่งกลับ" if report.asked else "แก้ตามเหตุผลที่ส่งกลับ"
        found.append(Blocker(f"รายงานยังเหมือนที่ส่งครั้งก่อนทุกส่วน กรุณา{words}ก่อนส่งอีกครั้ง"))
    return found


def not_with_opdc(round: Round) -> list[Blocker]:
    """What OPDC has been sent is not changed under it."""
    sent = Consolidation.objects.filter(round=round, state=SarState.SENT).exists()
    return [Blocker("ส่งรายงาน (SAR) ของรอบนี้ให้สำนักงาน ก.พ.ร. แล้ว")] if sent else []


def card_not_with_opdc(report: Report) -> list[Blocker]:
    return not_with_opdc(report.round)


OPEN = Transition(
    "reporting.open_round",
    "เปิดรอบ",
    "เปิดรอบการรายงาน",
    frozenset({R.SCHEDULED}),
    R.OPEN,
    rules.can_run_round,
    ready_to_open,
)
CLOSE = Transition(
    "reporting.close_round",
    "ปิดรับรายงาน",
    "ปิดรับรายงานจากหน่วยงาน",
    frozenset({R.OPEN}),
    R.CLOSED,
    rules.can_run_round,
    style="quiet",
)
REOPEN = Transition(
    "reporting.reopen_round",
    "เปิดรับรายงานอีกครั้ง",
    "เปิดรับรายงานจากหน่วยงานอีกครั้ง",
    frozenset({R.CLOSED}),
    R.OPEN,
    rules.can_run_round,
    not_with_opdc,
    asks_reason=True,
    style="quiet",
)
ROUND = [OPEN, CLOSE, REOPEN]

START = Transition("reporting.start", "เริ่มกรอก", "เริ่มกรอกรายงาน", frozenset({S.NOT_STARTED}), S.DRAFT, rules.can_file)
SEND = Transition(
    "reporting.send",
    "ส่งให้หัวหน้าหน่วยงานรับรอง",
    "ส่งรายงานให้หัวหน้าหน่วยงานรับรอง",
    frozenset({S.DRAFT, S.RETURNED}),
    S.SENT,
    rules.can_file,
    card_complete,
)
WITHDRAW = Transition(
    "reporting.withdraw",
    "ดึงกลับมาแก้ไข",
    "ดึงรายงานกลับมาแก้ไขก่อนการรับรอง",
    frozenset({S.SENT}),
    S.DRAFT,
    rules.can_file,
    round_takes_cards,
    style="quiet",
)
CERTIFY = Transition(
    "reporting.certify",
    "รับรองรายงาน",
    "รับรองรายงาน",
    frozenset({S.SENT}),
    S.CERTIFIED,
    rules.can_certify,
    card_not_with_opdc,
)
TAKE_BACK = Transition(
    "reporting.take_back_certification",
    "ถอนการรับรอง",
    "ถอนการรับรอง",
    frozenset({S.CERTIFIED}),
    S.SENT,
    rules.can_certify,
    card_not_with_opdc,
    style="quiet",
)
REFUSE = Transition(
    "reporting.refuse",
    "ไม่รับรอง ส่งกลับแก้ไข",
    "ไม่รับรองรายงาน ส่งกลับแก้ไข",
    frozenset({S.SENT}),
    S.RETURNED,
    rules.can_certify,
    card_not_with_opdc,
    asks_reason=True,
    style="quiet",
)
ACCEPT = Transition(
    "reporting.accept",
    "ผ่าน รับรายงาน",
    "ตรวจผ่าน",
    frozenset({S.CERTIFIED}),
    S.ACCEPTED,
    rules.can_review,
    card_not_with_opdc,
)
SEND_BACK = Transition(
    "reporting.send_back",
    "ไม่ผ่าน ส่งกลับแก้ไข",
    "ตรวจแล้วไม่ผ่าน ส่งกลับแก้ไข",
    frozenset({S.CERTIFIED}),
    S.RETURNED,
    rules.can_review,
    card_not_with_opdc,
    asks_reason=True,
    style="quiet",
)
DECISIONS = [CERTIFY, REFUSE, ACCEPT, SEND_BACK]
# Undoing one's own step, until whoever comes next has taken theirs.
UNDOING = [WITHDRAW, TAKE_BACK]


def _nobody(user: User, report: Report) -> Membership | None:
    """No person takes this arrow: it follows from something else."""
    return None


CANCEL = Transition(
    "reporting.cancel",
    "ยกเลิกรายงาน",
    "ยกเลิกรายงานเพราะตัวชี้วัดถูกยกเลิก",
    frozenset(S) - {S.CANCELLED},
    S.CANCELLED,
    _nobody,
    by_clock=True,
)
COPY = Transition(
    "reporting.copy_score",
    "รับคะแนนของกลุ่มจังหวัด",
    "รับคะแนนที่กลุ่มจังหวัดรายงาน",
    frozenset({S.NOT_STARTED}),
    S.ACCEPTED,
    _nobody,
    by_clock=True,
)

audit.tells(
    **{t.verb: t.done for t in [*ROUND, START, SEND, *UNDOING, *DECISIONS, CANCEL, COPY]},
    **{
        "reporting.schedule_round": "กำหนดรอบการรายงานตามคำรับรองฯ",
        "reporting.open_report": "เปิดรายงานของตัวชี้วัด",
        "reporting.rescore": "คิดคะแนนใหม่ตามคำรับรองฯ ฉบับแก้ไข",
        "reporting.attach": "แนบหลักฐาน",
        "reporting.reuse": "ใช้หลักฐานจากรอบก่อน",
        "reporting.add_link": "เพิ่มลิงก์หลักฐาน",
        "reporting.contribute": "ส่งข้อมูลส่วนของเจ้าภาพร่วม",
        "reporting.extend": "ขยายกำหนดส่งให้หน่วยงาน",
        "reporting.remove_evidence": "นำหลักฐานออก",
    },
)
