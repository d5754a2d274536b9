"""The people's part of the table: who is where, invitations, duties. And what its URLs need in each province."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kpiportal.models import ErasureRequest, Job, Membership
from kpiportal.onboarding import jobs
from kpiportal.testing import onboarding, people
from kpiportal.testing.people import Cast
from kpiportal.testing.plugin import NOW
from kpiportal.tests.matrix.row import EVERYBODY, WRITERS, Row, each

_LOOK_AFTER = (*WRITERS, "neighbour", "director")
_LAST_DAY = {"last_day": "19/10/2558"}
_REASON = {"reason": "สงสัยว่าบัญชีถูกผู้อื่นใช้"}


def _accounts(code: int = 200) -> dict[str, int]:
    return each(WRITERS, "director", "operator", code=code)


def _rooms(code: int = 200) -> dict[str, int]:
    return each(_LOOK_AFTER, code=code)


def _offices(code: int) -> dict[str, int]:
    return each(WRITERS, "neighbour", code=code)


PEOPLE = [
    Row("people:people_list", get=_rooms(), other=403, shared=True),
    Row("people:invitation_list", get=_rooms(), other=403, shared=True),
    Row("people:invitation_new", get=_rooms(), post=_rooms(422), other=403, shared=True),
    Row("people:invitation_resend", lambda p: [p.invitation.pk], post=each(WRITERS, code=302),
        data=lambda p: {"revision": 0}),
    Row("people:invitation_revoke", lambda p: [p.invitation.pk], post=each(WRITERS, code=302),
        data=lambda p: {"revision": 0}),
    Row("people:join", get=each(EVERYBODY, code=200), post=each(EVERYBODY, code=422), public=True, shared=True,
        anonymous=200, anonymous_post=422, data=lambda p: {"code": "no-such-code"}),
    Row("people:join_account", get=each(EVERYBODY, code=302), post=each(EVERYBODY, code=302), public=True, shared=True),
    Row("people:duty_new", get=_rooms(), post=_rooms(422), other=403, shared=True),
    Row("people:duty_detail", lambda p: [p.agency_duty.pk], get=each(WRITERS, code=200)),
    Row("people:duty_detail", lambda p: [p.office_duty.pk], get=each(WRITERS, "director", code=200),
        label="people:duty_detail:office"),
    Row("people:duty_end", lambda p: [p.agency_duty.pk], post=each(WRITERS, code=302), data=lambda p: _LAST_DAY),
    Row("people:sheet_upload", get=_rooms(), post=_rooms(422), other=403, shared=True),
    Row("people:sheet_template", get=_rooms(), other=403, shared=True),
    Row("people:sheet_apply", post=_rooms(422), other=403, shared=True),
    # Asking for an account is open to everybody; the decision is the office's, and OPDC's.
    Row("people:request_new", get=each(EVERYBODY, code=200), post=each(EVERYBODY, code=422), public=True, shared=True,
        anonymous=200, anonymous_post=422),
    Row("people:request_sent", get=each(EVERYBODY, code=200), public=True, shared=True, anonymous=200),
    Row("people:request_confirm", get=each(EVERYBODY, code=200), post=each(EVERYBODY, code=422), public=True,
        shared=True, anonymous=200, anonymous_post=422, data=lambda p: {"code": "no-such-code"}),
    Row("people:request_list", get=_rooms(), other=403, shared=True),
    Row("people:request_detail", lambda p: [p.request.pk], get=each(WRITERS, "director", code=200),
        post={**each(WRITERS, code=302), "director": 422},
        data=lambda p: {"organization": p.agency_duty.organization_id, "role": "collector", "first_name": "ก",
                        "last_name": "ข", "revision": 1}),
    Row("people:request_refuse", lambda p: [p.request.pk], post=each(WRITERS, "director", code=302),
        data=lambda p: {"revision": 1, "reason": "ไม่พบบุคคลนี้ในหน่วยงาน"}),
    # The agencies of a province are its own office's to add and to name.
    Row("people:place_new", get=_offices(200), post=_offices(422), other=403, shared=True),
    Row("people:place_new_many", post=_offices(422), other=403, shared=True),
    Row("people:place_edit", lambda p: [p.agency_duty.organization_id], get=each(WRITERS, code=200),
        post=each(WRITERS, code=302), data=lambda p: {"name": p.agency_duty.organization.name, "phone": "0-5321-8000"}),
    Row("people:place_edit", lambda p: [p.office_duty.organization_id], label="people:place_edit:province",
        get={**each(WRITERS, code=200), "director": 403}, post={**each(WRITERS, code=302), "director": 403}),
    Row("people:sheet_current", get=_rooms(), other=403, shared=True),
    Row("people:chase", get=_rooms(), post=_rooms(422), other=403, shared=True),
    Row("people:duty_change_end", lambda p: [p.agency_duty.pk], post=each(WRITERS, code=302),
        data=lambda p: {"valid_to": "31/12/2558"}),
    Row("people:duty_withdraw", lambda p: [p.future_duty.pk], post=each(WRITERS, code=302)),
    # An office looks at its own people's accounts, OPDC's director and operator at everybody's.
    Row("people:person_list", get={**_rooms(), "operator": 200}, other=403, shared=True),
    Row("people:person_detail", lambda p: [p.agency_duty.user_id], get=_accounts()),
    Row("people:person_work", lambda p: [p.agency_duty.user_id], get=_accounts()),
    Row("people:person_suspend", lambda p: [p.agency_duty.user_id], post=_accounts(302), data=lambda p: _REASON),
    # Nobody their own; not the last coordinator, unless OPDC does it.
    Row("people:person_suspend", lambda p: [p.office_duty.user_id], data=lambda p: _REASON,
        post={"coordinator": 403, "office_head": 422, **each("director", "operator", code=302)},
        label="people:person_suspend:last_coordinator"),
    Row("people:person_restore", lambda p: [p.agency_duty.user_id], post=_accounts(409), data=lambda p: _REASON),
    # A job is its owner's alone.
    Row("people:job_list", get=each(EVERYBODY, code=200), shared=True),
    Row("people:job_detail", lambda p: [p.job.pk], get=each("coordinator", code=200)),
    Row("people:job_file", lambda p: [p.job.pk], get=each("coordinator", code=200)),
    # Looking as somebody: OPDC's director and operator alone; the office sees the person and may not.
    Row("people:view_as_begin", lambda p: [p.agency_duty.user_id], data=lambda p: _REASON,
        post={**each(WRITERS, code=403), **each("director", "operator", code=302)}),
    Row("people:view_as_end", post=each(EVERYBODY, code=302), shared=True),
    # One's own data is everybody's own; what is asked about it is decided by OPDC's director and operator.
    Row("people:my_data", get=each(EVERYBODY, code=200), shared=True),
    Row("people:my_data_take", post=each(EVERYBODY, code=200), shared=True),
    Row("people:erasure_ask", post=each(EVERYBODY, code=302), shared=True),
    Row("people:erasure_list", get=each("director", "operator", code=200), other=403, shared=True),
    Row("people:erasure_grant", lambda p: [p.erasure.pk], post=each("director", "operator", code=302), other=403,
        data=lambda p: _REASON),
    Row("people:erasure_refuse", lambda p: [p.erasure.pk], post=each("director", "operator", code=302), other=403,
        data=lambda p: _REASON),
    Row("people:hat", post=each(EVERYBODY, code=302), shared=True),
    # The last coordinator: the province itself is refused, OPDC's director is not.
    Row("people:duty_end", lambda p: [p.office_duty.pk], post={**each(WRITERS, code=422), "director": 302},
        data=lambda p: _LAST_DAY, label="people:duty_end:last_coordinator"),
]  # fmt: skip


def made(cast: Cast) -> dict[str, Any]:
    email = f"guest-of-{cast.province.code}@example.go.th"
    return {
        "agency_duty": Membership.objects.get(user=cast.collector),
        "future_duty": people.give(cast.overseer, cast.agency, "viewer", valid_from=NOW.date() + dt.timedelta(days=9)),
        "job": _job(cast),
        "erasure": ErasureRequest.objects.create(person=people.make_user(f"asks{cast.province.code}"), asked_at=NOW),
        "request": onboarding.make_request(cast.province, email=f"asks-{cast.province.code}@example.go.th"),
        "office_duty": Membership.objects.get(user=cast.coordinator),
        "invitation": onboarding.make_invitation(cast.agency, cast.coordinator, email=email, at=NOW),
    }


def _job(cast: Cast) -> Job:
    """A finished one with a file: the copy of the coordinator's own data."""
    job = jobs.gather_own_data(by=cast.coordinator, at=NOW)
    jobs.run(job.pk, at=NOW)
    return job
