"""A report in writing, and the browser of its coordinator; browsers that complain of nothing."""

import pytest

from reporting.sar import testing
from reporting.tests.conftest import browser, running, sit  # noqa: F401 -- fixtures of the app's tests


@pytest.fixture
def sar(cast):
    return testing.make_sar(cast)
