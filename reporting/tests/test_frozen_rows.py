"""What was signed, sent and decided stays, also for whoever writes past the actions."""

import pytest
from django.db import DatabaseError, transaction

from agreements.models import AgreementVersion
from kpiportal.models import StoredFile
from kpiportal.testing.plugin import NOW
from reporting import testing
from reporting.models import Decision, Evidence, ReportVersion

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def certified(cast):
    return testing.certify(testing.card_of(testing.make_round(cast), cast), cast)


def refused(trigger, rows, **changes):
    with pytest.raises(DatabaseError, match=trigger), transaction.atomic():
        rows.update(**changes) if changes else rows._raw_delete("default")


def test_rows_that_never_change(cast, certified):
    refused("signed_words_stay", AgreementVersion.objects.all(), content={})
    refused("signed_version_stays", AgreementVersion.objects.all())
    refused("append_only", ReportVersion.objects.all(), score=5)
    refused("append_only", Decision.objects.all(), passed=False, comment="x")
    refused("append_only", Decision.objects.all())
    refused("stays_as_stored", StoredFile.objects.all(), sha256="0" * 64)
    assert AgreementVersion.objects.update(is_replaced=True) == 1


def test_evidence_is_removed_by_somebody(cast, certified):
    with pytest.raises(DatabaseError, match="evidence_removed_by_somebody"), transaction.atomic():
        Evidence.objects.update(removed_at=NOW)
