"""Agreement-making: the year's framework, the agreement of a party, its indicators."""

from agreements.models.agreement import Agreement, AgreementVersion
from agreements.models.amendment import Amendment, AmendmentFile, AmendmentRow
from agreements.models.calendar import CalendarDay
from agreements.models.enclosure import Enclosure
from agreements.models.framework import Dimension, Framework, RoundPlan, Scale
from agreements.models.indicator import Assignment, Baseline, Criteria, Indicator
from agreements.models.library import Compulsory, LibraryIndicator
from agreements.models.negotiation import Assent, Cell, Line, Offer, Remark, Side, Sitting, Table

__all__ = [
    "Agreement",
    "AgreementVersion",
    "Amendment",
    "AmendmentFile",
    "AmendmentRow",
    "Assent",
    "Assignment",
    "Baseline",
    "CalendarDay",
    "Cell",
    "Compulsory",
    "Criteria",
    "Dimension",
    "Enclosure",
    "Framework",
    "Indicator",
    "LibraryIndicator",
    "Line",
    "Offer",
    "Remark",
    "RoundPlan",
    "Scale",
    "Side",
    "Sitting",
    "Table",
]
