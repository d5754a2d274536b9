"""What is put back is what was built, row by row; and only onto the state it was built on."""

import pytest
from django.db import transaction

from agreements.testing import make_signed
from kpiportal.models import User
from kpiportal.tests.security import digest

pytestmark = pytest.mark.django_db


def signed_and_taken_back(cast):
    """(the agreement, every row there was)"""
    kept = transaction.savepoint()
    agreement, rows = make_signed(cast), digest.rows(digest.tables())
    transaction.savepoint_rollback(kept)
    return agreement, rows


def test_the_same_rows_come_back(cast):
    (one, built), (two, back) = signed_and_taken_back(cast), signed_and_taken_back(cast)
    assert built.total() > 150
    assert back == built
    assert (two.pk, two.state, two.owner) == (one.pk, "signed", cast.province)
    assert two is not one


def test_onto_another_state_it_is_built_anew(cast):
    before, _ = signed_and_taken_back(cast)
    User.objects.filter(pk=cast.governor.pk).update(last_name="คนใหม่")
    cast.governor.refresh_from_db()
    agreement = make_signed(cast)
    assert agreement.pk > before.pk
    assert "คนใหม่" in str(agreement.versions.get().content)
