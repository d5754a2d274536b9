"""What a test leaves in the database is gone before the next begins, whichever way it is taken out."""

from unittest import mock

import pytest
from django.test import TransactionTestCase

from agreements.testing import make_draft
from kpiportal.models import AuditEvent, LetterTemplate, User
from kpiportal.testing import emptying
from kpiportal.testing.people import make_cast
from kpiportal.tests.security import digest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("many", [emptying.MANY, 1], ids=["deleted", "truncated"])
def test_all_that_was_left_is_gone(many):
    names = digest.tables(but=digest.OF_LOOKING)
    before = digest.rows(names)
    make_draft(make_cast())
    LetterTemplate.objects.all().delete()
    assert (User.objects.count(), AuditEvent.objects.exists()) == (17, True)
    with mock.patch.object(emptying, "MANY", many):
        TransactionTestCase("__init__")._fixture_teardown()
    assert {table for table, _ in digest.rows(names)} == {"kpiportal_lettertemplate", "kpiportal_salutation"}
    assert digest.rows(names).total() == before.total() == 9
