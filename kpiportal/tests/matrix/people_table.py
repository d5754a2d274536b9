"""The people's part of the table: who is where, invitations, duties. And what its URLs need in each province."""

from __future__ import annotations

from typing import Any

from kpiportal.models import Membership
from kpiportal.testing import onboarding
from kpiportal.testing.people import Cast
from kpiportal.testing.plugin import NOW
from kpiportal.tests.matrix.row import EVERYBODY, WRITERS, Row, each

_LOOK_AFTER = (*WRITERS, "neighbour", "director")
_LAST_DAY = {"last_day": "19/10/2558"}


def _rooms(code: int = 200) -> dict[str, int]:
    return each(_LOOK_AFTER, code=code)


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
    # The last coordinator: the province itself is refused, OPDC's director is not.
    Row("people:duty_end", lambda p: [p.office_duty.pk], post={**each(WRITERS, code=422), "director": 302},
        data=lambda p: _LAST_DAY, label="people:duty_end:last_coordinator"),
]  # fmt: skip


def made(cast: Cast) -> dict[str, Any]:
    email = f"guest-of-{cast.province.code}@example.go.th"
    return {
        "agency_duty": Membership.objects.get(user=cast.collector),
        "office_duty": Membership.objects.get(user=cast.coordinator),
        "invitation": onboarding.make_invitation(cast.agency, cast.coordinator, email=email, at=NOW),
    }
