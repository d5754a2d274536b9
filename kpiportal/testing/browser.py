"""A real browser for tests: Debian's headless Chromium through Playwright, and axe-core on the page it shows.

Playwright keeps an event loop in the test's thread, so Django there needs DJANGO_ALLOW_ASYNC_UNSAFE (the live
server's own threads do not). axe comes in through the inspector, which the page's policy does not govern: every page
keeps its policy, and what that refuses is in `complaints`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

if TYPE_CHECKING:
    from kpiportal.models import User

AXE = Path(__file__).with_name("vendor") / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PROGRAMS = ("chromium-headless-shell", "chromium")
# What the content security policy refused on any page of any browser since the last look (kpiportal/testing/plugin.py).
refused: list[str] = []
PHONE, DESK = (360, 740), (1280, 900)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for the length of the block. Without the program: an error that names the package."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise RuntimeError("install the Debian package chromium-headless-shell: `make test` does it as root")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


def open_page(browser: Browser, *, size: tuple[int, int] = DESK, dark: bool = False, scripts: bool = True) -> Page:
    """A fresh page, nobody signed in, in Thailand. `scripts=False` is a browser with JavaScript switched off."""
    context = browser.new_context(
        locale="th-TH",
        timezone_id="Asia/Bangkok",
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
    )
    context.on("console", _note_refusal)
    return context.new_page()


def _note_refusal(said: ConsoleMessage) -> None:
    if "Content Security Policy" in said.text:
        refused.append(f"{said.location.get('url', '')}: {said.text}")


def sign_in(page: Page, server: str, user: User) -> None:
    """Let this page's browser be `user`, without the login page (which has tests of its own)."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])


def complaints(page: Page) -> list[str]:
    """Filled, from now on, with every script error and every refusal of the content security policy."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: found.append(said.text) if "Content Security Policy" in said.text else None)
    return found


def violations(page: Page) -> list[tuple[str, str]]:
    """(rule, element) of every WCAG A and AA violation axe-core finds on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    found = page.evaluate("rules => axe.run(document, {runOnly: rules}).then(run => run.violations)", RULES)
    return [(rule["id"], str(node["target"])) for rule in found for node in rule["nodes"]]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the screen: 0 means nobody must scroll sideways.

    A click answers when the next page has begun: only a page that has arrived has a width.
    """
    page.wait_for_load_state()
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
