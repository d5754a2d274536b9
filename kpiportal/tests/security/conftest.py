"""The two marked provinces, built once for each module of proofs; every test leaves them as they were."""

import pytest
import time_machine
from django.db import connection, transaction

from kpiportal.tests.matrix import once
from kpiportal.tests.security import tenants as made


@pytest.fixture(scope="module")
def tenants(request, django_db_setup, django_db_blocker):
    """`MARKED = False` in a module: as people typed them, for forms that compare what is stored with what is sent."""
    marked = getattr(request.module, "MARKED", True)
    with (
        django_db_blocker.unblock(),
        time_machine.travel(made.NOW, tick=False),
        once.printed(),
        once.at_once(),
        transaction.atomic(),
    ):
        both = made.build(marked=marked)
        connection.check_constraints()  # else every test's own check at its end would verify them all again
        yield both
        transaction.set_rollback(True)
