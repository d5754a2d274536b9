"""The truth about who may do what: every URL of the portal, by method and role. A URL without a row fails.

Codes: what a member of *our* province (or OPDC) gets on *our* object. Whoever is not named gets 404 where there
is an object to hide and 403 where there is none. The neighbour's half is derived: on their object their people
get what ours get here, and ours get what they get here.
"""

from __future__ import annotations

from typing import Any

from agreements import rules as agreement_rules
from agreements import workflow as agreement_workflow
from agreements.negotiation import rules as table_rules
from agreements.negotiation.querysets import LineQuerySet, TableQuerySet
from agreements.querysets import AgreementQuerySet, FrameworkQuerySet, IndicatorQuerySet
from kpiportal.holidays import rules as holiday_rules
from kpiportal.machine import rules as machine_rules
from kpiportal.models.account_requests import AccountRequestQuerySet
from kpiportal.models.invitations import AccountInvitationQuerySet
from kpiportal.models.jobs import JobQuerySet
from kpiportal.models.letters import LetterQuerySet
from kpiportal.models.mail import OutgoingMailQuerySet
from kpiportal.models.people import MembershipQuerySet
from kpiportal.onboarding import rules as people_rules
from kpiportal.reminding import rules as reminding_rules
from kpiportal.tests.matrix.amendments_table import AMENDMENTS
from kpiportal.tests.matrix.calendar_table import CALENDAR
from kpiportal.tests.matrix.evaluation_table import EVALUATION
from kpiportal.tests.matrix.form_table import FORM
from kpiportal.tests.matrix.holidays_table import HOLIDAYS
from kpiportal.tests.matrix.inbox_table import INBOX
from kpiportal.tests.matrix.letters_table import LETTERS
from kpiportal.tests.matrix.library_table import LIBRARY
from kpiportal.tests.matrix.looking_table import LOOKING
from kpiportal.tests.matrix.machine_table import MACHINE
from kpiportal.tests.matrix.meetings_table import MEETINGS
from kpiportal.tests.matrix.negotiation_table import NEGOTIATION
from kpiportal.tests.matrix.people_table import PEOPLE
from kpiportal.tests.matrix.reminding_table import REMINDING
from kpiportal.tests.matrix.reporting_table import FILING
from kpiportal.tests.matrix.row import (
    EVERYBODY,
    HOST,
    OPDC,
    OTHER_HOST,
    PARTY,
    SIGNED_IN_ONLY,
    WRITERS,
    Row,
    each,
)
from kpiportal.tests.matrix.sar_table import SAR
from kpiportal.tests.matrix.trail_table import TRAIL
from kpiportal.trail import rules as trail_rules
from meetings import letter_views
from meetings import rules as meeting_rules
from meetings.querysets import (
    AttendeeQuerySet,
    InvitationQuerySet,
    MeetingQuerySet,
    MinutesQuerySet,
    OfMeetingQuerySet,
    ResolutionQuerySet,
)
from reporting import rules as reporting_rules
from reporting import workflow as reporting_workflow
from reporting.evaluation import rules as evaluation_rules
from reporting.evaluation import workflow as evaluation_workflow
from reporting.evaluation.querysets import EvaluationQuerySet, VisitQuerySet
from reporting.querysets import ConsolidationQuerySet, EvidenceQuerySet, ReportQuerySet, RoundQuerySet
from reporting.sar import rules as sar_rules
from reporting.sar import workflow as sar_workflow

SEES_AGREEMENT = each(PARTY, HOST, OTHER_HOST, OPDC, code=200)
SEES_CARD = each(PARTY, HOST, code=200)


def _move(name: str, slug: str, subject: str, doers: dict[str, int], seers: tuple[str, ...], **data: Any) -> Row:
    """A workflow step: those who may, 302; those who see but may not, 403; the rest 404."""
    codes = {**each(*seers, code=403), **doers}
    return Row(
        name,
        lambda place: [getattr(place, subject).pk, slug],
        post=codes,
        data=lambda place: {"revision": getattr(place, subject).revision, **data},
        label=f"{name}:{slug}",
    )


_ALL_BUT_OPDC = (*PARTY, *HOST, *OTHER_HOST)
_ROUND_SEERS = (*PARTY, *HOST, *OTHER_HOST, *OPDC)

AGREEMENTS = [
    Row("agreements:agreement_list", get=SIGNED_IN_ONLY, shared=True),
    Row("agreements:agreement_detail", lambda p: [p.agreement.pk], get=SEES_AGREEMENT),
    Row("agreements:agreement_detail", lambda p: [p.draft.pk], get=each(_ALL_BUT_OPDC, code=200),
        label="agreements:agreement_detail:draft"),
    Row("agreements:indicator_detail", lambda p: [p.indicator.pk], get=SEES_AGREEMENT),
    Row("agreements:framework_list", get=SIGNED_IN_ONLY, shared=True),
    Row("agreements:framework_detail", lambda p: [p.agreement.framework_id], shared=True,
        get={**each(EVERYBODY, code=200), "operator": 200, "nobody": 404}),
    _move("agreements:agreement_move", "submit", "draft", each(WRITERS, code=302), _ALL_BUT_OPDC),
    _move("agreements:agreement_move", "open_table", "sent", each("negotiator", "director", code=302),
          (*_ALL_BUT_OPDC, "evaluator")),
    _move("agreements:agreement_move", "return", "sent", each("negotiator", "director", code=302),
          (*_ALL_BUT_OPDC, "evaluator"), reason="ขอให้ทบทวนค่าเป้าหมาย"),
    _move("agreements:agreement_move", "rescind", "agreed", each(WRITERS, "negotiator", "director", code=302),
          (*_ALL_BUT_OPDC, "evaluator"), reason="ขอทบทวนน้ำหนัก"),
    _move("agreements:agreement_move", "sign", "agreed", each("governor", code=302),
          (*WRITERS, "viewer", *HOST, *OTHER_HOST, *OPDC), signed_on="26/01/2558"),
]  # fmt: skip

REPORTING = [
    Row("reporting:round_list", get=SIGNED_IN_ONLY, shared=True),
    Row("reporting:round_summary", lambda p: [p.round.pk], get=each(_ROUND_SEERS, code=200)),
    Row("reporting:round_summary", lambda p: [p.scheduled.pk], get=each(PARTY, code=200),
        label="reporting:round_summary:scheduled"),
    Row("reporting:round_summary_pdf", lambda p: [p.round.pk], get=each(_ROUND_SEERS, code=200)),
    _move("reporting:round_move", "open_round", "scheduled", each(WRITERS, code=302), PARTY),
    _move("reporting:round_move", "close_round", "round", each(WRITERS, code=302), _ROUND_SEERS),
    _move("reporting:round_move", "reopen_round", "closed", each(WRITERS, code=302), _ROUND_SEERS, reason="แก้ผล"),
    Row("reporting:report_detail", lambda p: [p.open_card.pk], get=SEES_CARD),
    Row("reporting:report_detail", lambda p: [p.accepted_card.pk], get={**SEES_CARD, **each(OPDC, code=200)},
        label="reporting:report_detail:accepted"),
    Row("reporting:report_save", lambda p: [p.open_card.pk], data=lambda p: p.answers,
        post={**each(PARTY, HOST, code=403), "collector": 302}),
    Row("reporting:report_send", lambda p: [p.open_card.pk], data=lambda p: p.answers,
        post={**each(PARTY, HOST, code=403), "collector": 302}),
    Row("reporting:report_score", lambda p: [p.open_card.pk], data=lambda p: p.answers,
        post={**each(PARTY, HOST, code=403), "collector": 200}),
    _move("reporting:report_move", "certify", "sent_card", each("overseer", code=302), (*PARTY, *HOST)),
    _move("reporting:report_move", "refuse", "sent_card", each("overseer", code=302), (*PARTY, *HOST), reason="แก้ผล"),
    _move("reporting:report_move", "accept", "certified_card", each(WRITERS, code=302), (*PARTY, *HOST)),
    _move("reporting:report_move", "send_back", "certified_card", each(WRITERS, code=302), (*PARTY, *HOST),
          reason="ขอหลักฐานเพิ่ม"),
    Row("reporting:evidence_attach", lambda p: [p.open_card.pk], data=lambda p: {"file": p.upload()},
        post={**each(PARTY, HOST, code=403), "collector": 302}),
    Row("reporting:evidence_remove", lambda p: [p.evidence.pk],
        post={**each(PARTY, HOST, code=403), "collector": 302}),
    Row("reporting:evidence_download", lambda p: [p.evidence.pk], get=SEES_CARD),
]  # fmt: skip

ALL_200, ALL_302, ALL_404, ALL_422 = (each(EVERYBODY, code=code) for code in (200, 302, 404, 422))
NO_CREDENTIALS = {"login": "nobody@example.go.th", "password": "ไม่ใช่รหัสผ่าน"}

KERNEL = [
    Row("home", get=ALL_200, shared=True),
    Row("healthz_live", get=ALL_200, public=True, anonymous=200, shared=True),
    Row("healthz_ready", get=ALL_200, public=True, anonymous=200, shared=True),
    # Signed-in people are sent home from the entrance; strangers see it.
    Row(
        "account_login",
        get=ALL_302,
        post=ALL_302,
        public=True,
        anonymous=200,
        anonymous_post=422,
        shared=True,
        data=lambda p: NO_CREDENTIALS,
    ),
    Row("account_logout", get=ALL_200, post=ALL_302, public=True, anonymous=302, shared=True),
    Row("account_signup", get=ALL_302, post=ALL_302, public=True, anonymous=200, anonymous_post=422, shared=True),
    Row("account_inactive", get=ALL_200, post=None, public=True, anonymous=200, shared=True),
    Row("account_reauthenticate", get=ALL_200, post=ALL_422, shared=True),
    Row("account_change_password", get=ALL_200, post=ALL_422, shared=True),
    Row("account_set_password", get=ALL_302, post=ALL_302, shared=True),
    Row(
        "account_reset_password", get=ALL_200, post=ALL_422, public=True, anonymous=200, anonymous_post=422, shared=True
    ),
    Row("account_reset_password_done", get=ALL_200, public=True, anonymous=200, shared=True),
    Row(
        "account_reset_password_from_key",
        lambda p: ["1", "no-such-key"],
        get=ALL_200,
        post=ALL_422,
        public=True,
        anonymous=200,
        anonymous_post=422,
        shared=True,
    ),
    Row("account_reset_password_from_key_done", get=ALL_200, public=True, anonymous=200, shared=True),
    # The factor is one's own. Nobody here has one; whoever has just signed in may add the first.
    Row("mfa_index", get=ALL_200, shared=True),
    Row("mfa_authenticate", get=ALL_302, post=ALL_302, public=True, anonymous=302, shared=True),
    Row("mfa_reauthenticate", get=ALL_302, post=ALL_302, shared=True),
    Row("mfa_activate_totp", get=ALL_200, post=ALL_422, shared=True),
    Row("mfa_deactivate_totp", get=ALL_404, post=ALL_404, shared=True),
    Row("mfa_view_recovery_codes", get=ALL_404, shared=True),
    # Our collector: seen by the office of the province, by OPDC's director and by the operator.
    Row(
        "lost_factor",
        lambda p: [p.agency_duty.user_id],
        get=each(WRITERS, "director", "operator", code=200),
        post=each(WRITERS, "director", "operator", code=422),
    ),
    # No provider is configured: the doors are not there.
    Row("sso_start", get=ALL_404, post=ALL_404, public=True, anonymous=404, shared=True),
    Row("sso_return", get=ALL_404, post=ALL_404, public=True, anonymous=404, shared=True),
    Row("mfa_add_webauthn", get=ALL_200, post=ALL_422, shared=True),
    Row("mfa_remove_webauthn", lambda p: [1], get=ALL_302, post=ALL_302, shared=True),
    Row("mfa_reauthenticate_webauthn", get=ALL_302, post=ALL_302, shared=True),
    Row("mfa_login_webauthn", get=ALL_302, post=ALL_302, public=True, anonymous=302, anonymous_post=422, shared=True),
    Row("usersessions_list", get=ALL_200, post=ALL_302, shared=True),
    Row("mfa_generate_recovery_codes", get=ALL_302, post=ALL_302, shared=True),
]

ROWS = [
    *KERNEL, *AGREEMENTS, *AMENDMENTS, *LIBRARY, *CALENDAR, *NEGOTIATION, *FORM, *REPORTING, *FILING, *MEETINGS,
    *PEOPLE, *TRAIL, *HOLIDAYS, *MACHINE, *INBOX, *EVALUATION, *LOOKING, *REMINDING, *LETTERS, *SAR,
]  # fmt: skip

# Checks that are taken away one at a time: (name, owner, attribute, URLs that must notice).
HOLES = [
    ("anybody may read the trail", trail_rules, "can_read", {"trail:event_list", "trail:event_export"}),
    ("any object's trail is read", ReportQuerySet, "visible_to", {"trail:subject"}),
    ("agreements are seen by all", AgreementQuerySet, "visible_to", {"agreements:agreement_detail"}),
    ("indicators are seen by all", IndicatorQuerySet, "visible_to", {"agreements:indicator_detail"}),
    ("tables are seen by all", TableQuerySet, "visible_to", {"agreements:table"}),
    ("lines are seen by all", LineQuerySet, "visible_to", {"agreements:line", "agreements:line_show"}),
    ("anybody may offer", table_rules, "can_offer", {"agreements:line_add"}),
    ("frameworks are seen by all", FrameworkQuerySet, "visible_to", {"agreements:framework_detail"}),
    ("anybody may fill the form", agreement_rules, "can_edit", {"agreements:form_sheet", "agreements:indicator_edit"}),
    ("rounds are seen by all", RoundQuerySet, "visible_to", {"reporting:round_summary"}),
    ("the PDF shows any round", RoundQuerySet, "visible_to", {"reporting:round_summary_pdf"}),
    ("evaluations are seen by all", EvaluationQuerySet, "visible_to", {"reporting:evaluation"}),
    ("visits are seen by all", VisitQuerySet, "visible_to", {"reporting:visit_file"}),
    ("anybody scores", evaluation_rules, "can_score", {"reporting:line_mark", "reporting:visit_note"}),
    *(
        (f"anybody may {t.slug}", t, "allowed", {"reporting:evaluation_move"})
        for t in evaluation_workflow.EVALUATION[:2]
    ),
    ("cards are seen by all", ReportQuerySet, "visible_to", {"reporting:report_detail"}),
    ("evidence is seen by all", EvidenceQuerySet, "visible_to", {"reporting:evidence_download"}),
    ("evidence is removed by all", EvidenceQuerySet, "visible_to", {"reporting:evidence_remove"}),
    *((f"anybody may {t.slug}", t, "allowed", {"agreements:agreement_move"}) for t in agreement_workflow.AGREEMENT),
    *((f"anybody may {t.slug}", t, "allowed", {"reporting:round_move"}) for t in reporting_workflow.ROUND),
    *((f"anybody may {t.slug}", t, "allowed", {"reporting:report_move"}) for t in reporting_workflow.DECISIONS),
    *((f"anybody may {t.slug}", t, "allowed", {"reporting:sar_move"}) for t in sar_workflow.SAR),
    ("reports are seen by all", ConsolidationQuerySet, "visible_to", {"reporting:sar_detail", "reporting:sar_file"}),
    ("anybody may write a report", sar_rules, "can_write", {"reporting:sar_chapters", "reporting:sar_redraft"}),
    ("duties are seen by all", MembershipQuerySet, "visible_to", {"people:duty_detail"}),
    ("invitations are seen by all", AccountInvitationQuerySet, "visible_to", {"people:invitation_revoke"}),
    ("anybody may keep the holidays", holiday_rules, "can_keep", {"holidays:day_add", "holidays:take_over"}),
    ("anybody may look into the machine room", machine_rules, "can_look", {"machine:status"}),
    ("anybody may plan reminders", reminding_rules, "can_plan", {"reminding:plan_list", "reminding:plan_edit:party"}),
    ("anybody may word mails", reminding_rules, "can_word", {"reminding:text_list", "reminding:text_edit"}),
    ("plans of reminders are seen by all", reporting_rules, "can_see_plan", {"reporting:round_reminders"}),
    ("any mail is sent again", OutgoingMailQuerySet, "visible_to", {"machine:mail_send_again"}),
    ("anybody may see people", people_rules, "can_see_people", {"people:people_list"}),
    ("anybody may suspend", people_rules, "can_suspend", {"people:person_suspend"}),
    ("anybody may look as anybody", people_rules, "can_view_as", {"people:view_as_begin"}),
    ("anybody decides erasures", people_rules, "sees_all_accounts", {"people:erasure_list"}),
    ("anybody may name places", people_rules, "can_keep_place", {"people:place_edit"}),
    ("requests are seen by all", AccountRequestQuerySet, "visible_to", {"people:request_detail"}),
    ("jobs are seen by all", JobQuerySet, "visible_to", {"people:job_file"}),
    ("meetings are seen by all", MeetingQuerySet, "visible_to", {"meetings:meeting_detail"}),
    ("answers are seen by all", InvitationQuerySet, "visible_to", {"meetings:reply_own"}),
    ("the list at the door is seen by all", AttendeeQuerySet, "visible_to", {"meetings:seat_mark"}),
    ("minutes are seen by all", MinutesQuerySet, "visible_to", {"meetings:minutes"}),
    ("resolutions are seen by all", ResolutionQuerySet, "visible_to", {"meetings:resolution"}),
    ("papers of agendas are had by all", OfMeetingQuerySet, "visible_to", {"meetings:item_file"}),
    ("letters are seen by all", LetterQuerySet, "visible_to", {"meetings:letter_detail"}),
    ("letters are had by all", LetterQuerySet, "visible_to", {"meetings:letter_download"}),
    ("anybody may write letters", letter_views, "can_write_letters", {"meetings:letter_edit"}),
    ("anybody may call meetings", meeting_rules, "can_call", {"meetings:meeting_edit", "meetings:agenda"}),
    ("anybody may fill a card", reporting_rules, "can_file", {"reporting:report_save", "reporting:evidence_attach"}),
]
