"""The demo's meeting: the founding letter of Chiang Mai, 9 October 2558, through the same actions users use.

Day, room, register, reference, signatory and owner are the letter's own; the wording is the portal's. The real
letter names fiscal year 2558 twice; the agreement to be explained is that of 2559, and so it stands here.
"""

from __future__ import annotations

import datetime as dt

from agreements.models import Agreement
from kpiportal import letters
from kpiportal.demo import World, moment
from kpiportal.letters import office
from kpiportal.letters.standing import signed_by
from kpiportal.models import LetterSeries, Organization, Role, Signatory, User
from kpiportal.recipients import holders
from meetings import actions, demo_day
from meetings.letters import proposed_subject
from meetings.models import Meeting

PREFIX = "ชม 0017.2"
LAST_BEFORE = 75274  # so that the letter draws the number it has: ว 75275
DATED = dt.date(2015, 10, 9)
ISSUED_AT = moment(2015, 10, 9, 10, 0)
STARTS_AT = moment(2015, 10, 16, 13, 30)
VENUE = "ห้องประชุมกลุ่มงานยุทธศาสตร์การพัฒนาจังหวัด ชั้น 3 อาคารอำนวยการ ศาลากลางจังหวัดเชียงใหม่"
REFERENCE = "หนังสือจังหวัดเชียงใหม่ ที่ ชม 0017.2/2739 ลงวันที่ 22 มกราคม 2558"
SEATS = {
    "ends_at": moment(2015, 10, 16, 16, 30),
    "number": 2,
    "chair": "นายปิยะ รักษ์ล้านนา",
    "chair_post": "ผู้ว่าราชการจังหวัดเชียงใหม่",
    "secretary": "นางสาวกมลวรรณ จันทร์ฉาย",
    "secretary_post": "หัวหน้ากลุ่มงานยุทธศาสตร์การพัฒนาจังหวัด",
}
STANDING = {
    "letterhead": ["ศาลากลางจังหวัดเชียงใหม่", "ถนนโชตนา ชม 50300"],
    "owner": ["สำนักงานจังหวัด", "กลุ่มงานยุทธศาสตร์การพัฒนาจังหวัด", "โทร./โทรสาร 0-5389-052"],
}
# Who may sign: the founding letter's deputy while the order (invented) lasts, on paper; then the governor.
GOVERNOR_POST = "ผู้ว่าราชการจังหวัดเชียงใหม่"
DEPUTY = {
    "name": "นายฤกษ์ ธนาวิช",
    "post": "รองผู้ว่าราชการจังหวัด",
    "acting": Signatory.Acting.DELEGATED,
    "principal": GOVERNOR_POST,
    "order_text": "คำสั่งจังหวัดเชียงใหม่ ที่ 4117/2558 ลงวันที่ 1 ตุลาคม 2558",
    "valid_from": dt.date(2015, 10, 1),
    "valid_until": dt.date(2015, 10, 16),
}
# What no row knows: when OPDC negotiates the coming agreement (the founding letter's second paragraph).
NEGOTIATION = (
    " ซึ่งสำนักงาน ก.พ.ร. กำหนดให้มีการเจรจาความเหมาะสมของตัวชี้วัด ค่าเป้าหมาย น้ำหนัก และเกณฑ์การให้คะแนน "
    "ประมาณเดือนพฤศจิกายน - ธันวาคม 2558"
)


def load(world: World) -> None:
    """This app's part of the demo (manage.py seed_demo)."""
    meeting = load_meeting(world.province, world.made["agreement"], by_coordinator=world.officials["coordinator"])
    world.made["meeting"] = meeting
    if meeting.state == Meeting.State.CALLED:
        demo_day.load(world, meeting)


def load_meeting(
    province: Organization, agreement: Agreement, *, by_coordinator: User, at: dt.datetime = ISSUED_AT
) -> Meeting:
    """Plan, draft, complete the wording, issue. A second call gives the meeting there is."""
    if there := Meeting.objects.filter(organization=province, starts_at=STARTS_AT).first():
        return there
    series = LetterSeries.objects.filter(prefix=PREFIX, circular=True, year=2558).first()
    series = series or letters.open_series(
        province, prefix=PREFIX, circular=True, year=2558, start_after=LAST_BEFORE, by=by_coordinator, at=at
    )
    deputy = _signers(province, by=by_coordinator, at=at)
    subject = proposed_subject(agreement, on=DATED)
    meeting = actions.plan_meeting(
        agreement, subject=subject, starts_at=STARTS_AT, venue=VENUE, by=by_coordinator, at=at, **SEATS,
        plan=agreement.framework.round_plans.filter(months=12).first(),
    )  # fmt: skip
    letter = actions.draft_invitation(
        meeting,
        series=series,
        dated=DATED,
        references=[REFERENCE],
        by=by_coordinator,
        revision=meeting.revision,
        at=at,
        **STANDING,
        **signed_by(deputy),
    )
    why, what, close = letter.body
    year = f"พ.ศ. {agreement.fiscal_year + 1}"
    body = [why, what.replace(year, year + NEGOTIATION), close]
    letter = letters.save_letter(letter, by=by_coordinator, revision=letter.revision, at=at, body=body)
    meeting.refresh_from_db()
    return actions.issue_invitation(
        meeting, by=by_coordinator, revision=meeting.revision, letter_revision=letter.revision, at=at
    )


def _signers(province: Organization, *, by: User, at: dt.datetime) -> Signatory:
    """The office's list of signers; the deputy's entry."""
    deputy = office.keep_signatory(province, by=by, at=at, **DEPUTY)
    for governor in holders(province.pk, Role.GOVERNOR, on=DATED):
        facts = {"name": governor.full_name, "post": GOVERNOR_POST, "valid_from": DEPUTY["valid_from"]}
        office.keep_signatory(province, by=by, at=at, user=governor, **facts)
    return deputy
