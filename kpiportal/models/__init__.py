"""The kernel's tables, one module per noun."""

from kpiportal.models.access import AccessLog, ErasureRequest
from kpiportal.models.account_requests import AccountRequest
from kpiportal.models.audit import AuditEvent, AuditSeal
from kpiportal.models.files import StoredFile
from kpiportal.models.holidays import Holiday, HolidayYear
from kpiportal.models.invitations import AccountInvitation
from kpiportal.models.jobs import Job
from kpiportal.models.letters import Letter, LetterEnclosure, LetterRecipient, LetterSeries
from kpiportal.models.machine import Heartbeat
from kpiportal.models.mail import OutgoingMail, ReminderSent
from kpiportal.models.people import ClusterMembership, Membership, Organization, Role, User
from kpiportal.models.registry import (
    Emblem,
    HeldNumber,
    LetterTemplate,
    ReceivedLetter,
    ReceivedRegister,
    Salutation,
    Signatory,
)
from kpiportal.models.reminding import LineLink, MailText, NoticeChoice, ReminderPlan, Webhook
from kpiportal.models.security import SecurityLog

__all__ = [
    "AccountInvitation",
    "AccountRequest",
    "AccessLog",
    "AuditEvent",
    "AuditSeal",
    "ClusterMembership",
    "Emblem",
    "ErasureRequest",
    "Heartbeat",
    "HeldNumber",
    "Holiday",
    "HolidayYear",
    "Job",
    "Letter",
    "LetterEnclosure",
    "LetterRecipient",
    "LetterSeries",
    "LetterTemplate",
    "LineLink",
    "MailText",
    "Membership",
    "NoticeChoice",
    "Organization",
    "OutgoingMail",
    "ReceivedLetter",
    "ReceivedRegister",
    "ReminderPlan",
    "ReminderSent",
    "Role",
    "Salutation",
    "SecurityLog",
    "Signatory",
    "StoredFile",
    "User",
    "Webhook",
]
