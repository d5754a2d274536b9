"""Figures that tests measured, told once at the end of a run, by parallel workers too: `figure("S2", "6,014 ...")`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

_KEY = pytest.StashKey[dict[str, str]]()


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    def tell(name: str, text: str) -> None:
        request.config.stash.setdefault(_KEY, {})[name] = text

    return tell


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A parallel worker hands what it has to the process that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["figures"] = session.config.stash.get(_KEY, {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    told = getattr(node, "workeroutput", {}).get("figures", {})
    node.config.stash.setdefault(_KEY, {}).update(told)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    figures = config.stash.get(_KEY, {})
    if figures:
        terminalreporter.section("figures")
        for name, text in sorted(figures.items()):
            terminalreporter.write_line(f"{name}  {text}")
