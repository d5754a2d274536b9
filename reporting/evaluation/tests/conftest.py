"""The browsers of reporting's tests."""

from reporting.tests.conftest import browser, running, sit

__all__ = ["browser", "running", "sit"]
