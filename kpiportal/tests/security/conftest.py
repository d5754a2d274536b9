"""The two marked provinces, built once for each module of proofs; every test leaves them as they were."""

import logging
from unittest import mock

import pytest
import time_machine
from django.db import connection, transaction

from kpiportal import steady
from kpiportal.tests.security import tenants as made


@pytest.fixture(scope="module")
def tenants(request, django_db_setup, django_db_blocker):
    """`MARKED = False` in a module: as people typed them, for forms that compare what is stored with what is sent."""
    marked = getattr(request.module, "MARKED", True)
    # No waiting for the beat at which some answers come: kpiportal/tests/test_enumeration.py has them wait.
    at_once = mock.patch.object(steady, "BEAT", 0.001)
    with django_db_blocker.unblock(), time_machine.travel(made.NOW, tick=False), at_once, transaction.atomic():
        both = made.build(marked=marked)
        connection.check_constraints()  # else every test's own check at its end would verify them all again
        yield both
        transaction.set_rollback(True)


@pytest.fixture
def quiet():
    """Thousands of refusals are asked for here: their lines in the log are no news, and cost more than the answers."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)
