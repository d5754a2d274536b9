"""A real browser for tests: Debian's headless Chromium through Playwright, and axe-core on the page it shows.

Playwright keeps an event loop in the test's thread, so Django there needs DJANGO_ALLOW_ASYNC_UNSAFE (the live
server's own threads do not). axe comes in through the inspector, which the page's policy does not govern: every page
keeps its policy, and what that refuses is in `complaints`.

A click answers before the next page has begun: what leads to another page is pressed by `press`, and what appears by
itself is waited for by `expect`. KPI_SLOW_BROWSER=6 makes every page's own work six times slower: a test that reads too
early fails then, as it would once a month on a busy machine.
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
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

if TYPE_CHECKING:
    from kpiportal.models import User

AXE = Path(__file__).with_name("vendor") / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PROGRAMS = ("chromium-headless-shell", "chromium")
# What the content security policy refused on any page of any browser since the last look (kpiportal/testing/plugin.py).
refused: list[str] = []
# Every browser session of this test that is still open, with its requests that have no answer yet.
_sessions: dict[BrowserContext, set[Request]] = {}
PHONE, DESK = (360, 740), (1280, 900)
expect.set_options(timeout=20_000)  # a busy machine is no fault of the page; what never comes still fails


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
    """A fresh page, nobody signed in, in Thailand; closed when the test ends (kpiportal/testing/plugin.py).

    `scripts=False` is a browser with JavaScript switched off.
    """
    context = browser.new_context(
        locale="th-TH",
        timezone_id="Asia/Bangkok",
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
    )
    context.on("console", _note_refusal)
    _follow(context)
    if slower := os.environ.get("KPI_SLOW_BROWSER"):
        context.on("page", lambda page: _slow_down(page, float(slower)))
    return context.new_page()


def _follow(context: BrowserContext) -> None:
    asked = _sessions[context] = set()
    context.on("request", lambda request: asked.add(request))
    for done in ("requestfinished", "requestfailed"):
        context.on(done, lambda request: asked.discard(request))
    context.on("close", lambda: _sessions.pop(context, None))


def close_pages() -> None:
    """Close what `open_page` opened. What a page still saves is done before the database is emptied; what it would save
    on closing is not sent; and no page goes on asking a portal that is not there any more."""
    while _sessions:
        context, asked = _sessions.popitem()
        for _ in range(60):  # three seconds: a page that was killed leaves requests nobody reports the end of
            if not asked or not context.pages:
                break
            context.pages[0].wait_for_timeout(50)
        context.set_offline(True)
        context.close()


def _slow_down(page: Page, times: float) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})


def _note_refusal(said: ConsoleMessage) -> None:
    if "Content Security Policy" in said.text:
        refused.append(f"{said.location.get('url', '')}: {said.text}")


def sign_in(page: Page, server: str, user: User) -> None:
    """Let this page's browser be `user`, without the login page (which has tests of its own)."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])


def press(page: Page, selector: str) -> None:
    """Click what leads to another page, or to this one redrawn, and be there when it has arrived."""
    with page.expect_navigation(wait_until="load"):
        page.click(selector)


def complaints(page: Page) -> list[str]:
    """Filled, from now on, with every script error and every refusal of the content security policy."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: found.append(said.text) if "Content Security Policy" in said.text else None)
    return found


def violations(page: Page) -> list[tuple[str, str]]:
    """(rule, element) of every WCAG A and AA violation axe-core finds on the page as it stands, once it has arrived."""
    page.wait_for_load_state()
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
