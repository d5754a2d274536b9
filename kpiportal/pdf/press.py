"""Inside the door: one font configuration, one parse of each style sheet, one document at a time.

Only `kpiportal.pdf.engine` imports this module, and only when a document is made.
"""

import atexit
import gc
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape

from kpiportal.pdf.errors import PdfError

FONTS = Path(__file__).parent / "fonts"
CSS_FOLDER = Path(__file__).parent / "css"
FAMILY = "KPI Letter"

_FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir><rescan><int>0</int></rescan></fontconfig>
"""


@contextmanager
def _only_our_fonts() -> Iterator[None]:
    """Inside, fontconfig knows our folder alone: no letter can be taken from a font of the machine.

    The variable is put back, since browsers and other programs we start would inherit it.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    with TemporaryDirectory(prefix="kpiportal-fonts-") as folder:
        conf = Path(folder) / "fonts.conf"
        conf.write_text(_FONTS_CONF.format(fonts=escape(str(FONTS)), cache=escape(folder)), encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(conf)
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


with _only_our_fonts():
    from weasyprint import CSS, HTML  # noqa: TID253 -- this module is the door
    from weasyprint.text.fonts import FontConfiguration  # noqa: TID253

from kpiportal.pdf import justify, line_breaks, line_ends  # noqa: E402 -- they import the engine
from kpiportal.pdf.sources import STATIC, OwnSourcesOnly  # noqa: E402

LOG = logging.getLogger("weasyprint")
BASE_URL = STATIC.as_uri() + "/"


class Press:
    """Fonts and parsed style sheets, loaded once.  `lock` lets one document through at a time, for Pango."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        with _only_our_fonts():
            self.fonts = FontConfiguration()
        line_ends.install()
        self.thai_justification = justify.install()
        self._sheets: dict[str, CSS] = {}
        self.memory: dict[Any, Any] = {}
        line_breaks.check_dictionary()
        # What is loaded by now stays; the collector would walk through it again with every letter (a twentieth).
        gc.collect()
        gc.freeze()

    def sheet(self, name: str) -> CSS:
        if name not in self._sheets:
            path = CSS_FOLDER / f"{name}.css"
            self._sheets[name] = CSS(
                string=path.read_text(encoding="utf-8"),
                base_url=BASE_URL,
                font_config=self.fonts,
                url_fetcher=OwnSourcesOnly(),
            )
        return self._sheets[name]

    def sheets(self, names: tuple[str, ...], extra_css: str) -> list[CSS]:
        found = [self.sheet(name) for name in names]
        if not self.thai_justification:
            found.append(self.sheet("ragged"))
        if extra_css:
            found.append(CSS(string=extra_css, base_url=BASE_URL, font_config=self.fonts, url_fetcher=OwnSourcesOnly()))
        return found


_press: Press | None = None
_press_lock = threading.Lock()
_left_to_parent: list[Press | None] = []


def press() -> Press:
    """The press of this process."""
    global _press
    with _press_lock:
        if _press is None:
            _press = Press()
        return _press


def _after_fork() -> None:
    """A forked worker needs its own fonts: Pango looks them up in a thread that did not come along."""
    global _press, _press_lock
    _left_to_parent.append(_press)  # kept, so that nothing of the parent's is torn down here
    _press, _press_lock = None, threading.Lock()


@atexit.register
def _close() -> None:
    """Let go of the fonts while the C libraries are loaded; at the interpreter's very end they no longer are."""
    global _press
    _press = None
    _left_to_parent.clear()
    gc.collect()


os.register_at_fork(after_in_child=_after_fork)


class _Complaints(logging.Handler):
    """Collects what the engine logs at WARNING or above in this thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []
        self.thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.found.append(_in_thai(record))


def _in_thai(record: logging.LogRecord) -> str:
    if record.msg.startswith(".notdef glyph") and record.args:
        char, code = record.args
        return f"อักขระ “{char}” (U+{code:04X}) ไม่มีในแบบอักษรของเอกสาร"
    return record.getMessage()


@contextmanager
def no_complaint(fetcher: OwnSourcesOnly) -> Iterator[None]:
    """Turn any warning of the engine inside the block, and any refused source, into a PdfError."""
    handler = _Complaints()
    level, disabled = LOG.level, LOG.disabled
    LOG.addHandler(handler)
    LOG.setLevel(logging.WARNING)
    LOG.disabled = False  # a logging set-up may have switched it off; silence here would let a bad letter out
    try:
        yield
    finally:
        LOG.removeHandler(handler)
        LOG.setLevel(level)
        LOG.disabled = disabled
    refused = [f"ไม่อนุญาตให้ดึงข้อมูลจาก {url}" for url in fetcher.refused]
    if refused or handler.found:
        raise PdfError(*dict.fromkeys(refused + handler.found))


@contextmanager
def without_collector() -> Iterator[None]:
    """No garbage collection inside: while a document grows nothing of it is garbage, and every look costs (a tenth).

    Hold `Press.lock` around it: the switch is one for the whole process.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def parse(html: str, fetcher: OwnSourcesOnly) -> HTML:
    return HTML(string=html, base_url=BASE_URL, url_fetcher=fetcher)
