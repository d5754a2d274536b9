"""HTML to PDF, the one way in.

A document either comes out right or not at all: `PdfError` is raised on any warning of the engine, on any
source outside our static folder, on a font that is not ours, and on an attachment.  Output is the same bytes
for the same input, so its SHA-256 can stand for the issued document.
"""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from kpiportal.pdf.errors import PdfError

APT_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def html_to_pdf(
    html: str,
    *,
    stylesheets: tuple[str, ...] = ("letter",),
    variant: str | None = "pdf/a-2u",
    title: str = "",
    author: str = "",
) -> bytes:
    """The document as PDF bytes.

    `stylesheets` name files of `kpiportal/pdf/css`; `variant` is an archive profile of the engine or None;
    `title` and `author` go into the document's properties (the title of the HTML counts when none is given).
    Raises PdfError with Thai reasons.
    """
    return lay_out(html, stylesheets=stylesheets).to_pdf(variant=variant, title=title, author=author)


def lay_out(html: str, *, stylesheets: tuple[str, ...] = ("letter",), extra_css: str = "") -> "LaidOut":
    """The document broken into lines and pages, not yet written: ask it, change the HTML, lay out again."""
    press = _press()
    with press.press().lock:
        fetcher = press.OwnSourcesOnly()
        with press.without_collector(), press.no_complaint(fetcher):
            document = press.parse(html, fetcher).render(
                font_config=press.press().fonts, stylesheets=press.press().sheets(stylesheets, extra_css)
            )
    links = [kind for page in document.pages for kind, *_ in page.links]
    if document.metadata.attachments or "attachment" in links:
        raise PdfError("เอกสารแนบไฟล์ไม่ได้")
    return LaidOut(document, fetcher)


def bind(parts: Sequence["LaidOut"]) -> "LaidOut":
    """One document of the pages of several, in this order; links lead from one to the other.

    What is laid out in parts costs time by its pages, not by their square, and lets other documents through between.
    """
    pages = [page for part in parts for page in part.document.pages]
    return LaidOut(parts[0].document.copy(pages), parts[0].fetcher)


def break_points(text: str) -> list[int]:
    """Indexes in `text` at which the engine may start a new line."""
    press = _press()
    with press.press().lock:
        return list(press.line_breaks.break_points(text))


def memory() -> dict[Any, Any]:
    """What this process keeps from one document for the next; empty after a fork, with the fonts it was made of."""
    kept: dict[Any, Any] = _press().press().memory
    return kept


def thai_justification_is_on() -> bool:
    """False when the engine is another version than the one `kpiportal.pdf.justify` was written for."""
    return bool(_press().press().thai_justification)


def _press() -> Any:
    try:
        from kpiportal.pdf import press  # noqa: PLC0415 -- loads the engine's C libraries
    except (ImportError, OSError) as error:
        raise PdfError(
            f"เครื่องนี้ยังไม่มีไลบรารีสำหรับสร้าง PDF ให้ผู้ดูแลระบบติดตั้งด้วยคำสั่ง apt-get install {APT_PACKAGES}",
            f"missing system library: {error}",
        ) from error
    return press


class Line(NamedTuple):
    """One printed line: page (from 1), text, and its box in points from the top left of the page."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class LaidOut:
    """A laid-out document.  `lines` and `to_pdf` read the engine's own box tree: version 70.0 as pinned."""

    document: Any
    fetcher: Any

    @property
    def page_count(self) -> int:
        return len(self.document.pages)

    def places(self) -> dict[str, int]:
        """The page, from 1, of every element with an id."""
        return {name: number for number, page in enumerate(self.document.pages, start=1) for name in page.anchors}

    def lines(self, css_class: str = "") -> list[Line]:
        """The lines in reading order, of the elements of one class or of all; page margins are left out."""
        found = []
        for number, page in enumerate(self.document.pages, start=1):
            found += [_measure(number, box) for box in _line_boxes(page._page_box, css_class, not css_class)]
        return [line for line in found if line.text]

    def to_pdf(self, *, variant: str | None = "pdf/a-2u", title: str = "", author: str = "") -> bytes:
        """PDF bytes; raises PdfError as `html_to_pdf` does."""
        press = _press()
        if title:
            self.document.metadata.title = title
        if author:
            self.document.metadata.authors = [author]
        with press.press().lock, press.without_collector(), press.no_complaint(self.fetcher), warnings.catch_warnings():
            # For an archive profile the engine opens its colour profile and leaves closing it to Python.
            warnings.simplefilter("ignore", ResourceWarning)
            data: bytes = self.document.write_pdf(pdf_variant=variant)
        foreign = sorted({font.family for font in self.document.fonts.values()} - {press.FAMILY})
        if foreign:
            raise PdfError(f"เอกสารใช้แบบอักษรอื่นที่ไม่ใช่ของระบบ: {', '.join(foreign)}")
        return data

    def with_parts(self, part: "LaidOut", css_classes: frozenset[str]) -> "LaidOut | None":
        """This document with each element of these classes as `part` has it, which was laid out by the same sheets.

        None unless every one of them takes exactly the room of the one it replaces: then nothing else moves.
        """
        fresh: dict[str, Any] = {}
        for page in part.document.pages:
            _collect(page._page_box, css_classes, fresh)
        try:
            pages = [type(page)(_replaced(page._page_box, fresh)) for page in self.document.pages]
        except _TakesOtherRoom:
            return None
        return LaidOut(self.document.copy(pages), self.fetcher)


class _TakesOtherRoom(Exception):
    pass


def _collect(box: Any, css_classes: frozenset[str], found: dict[str, Any]) -> None:
    if name := _class_among(box, css_classes):
        found.setdefault(name, box)
        return
    for child in getattr(box, "children", ()):
        _collect(child, css_classes, found)


def _class_among(box: Any, css_classes: Iterable[str]) -> str:
    element = getattr(box, "element", None)
    classes = (element.get("class") or "").split() if element is not None else []
    return next((name for name in classes if name in css_classes), "")


def _replaced(box: Any, fresh: dict[str, Any]) -> Any:
    """The tree of `box` with these elements in place of its own; what holds none of them is shared, not copied."""
    if name := _class_among(box, fresh):
        return _moved_to(box, fresh[name])
    if not hasattr(box, "copy_with_children"):
        return box
    children = [_replaced(child, fresh) for child in box.children]
    if all(new is old for new, old in zip(children, box.children, strict=True)):
        return box
    return box.copy_with_children(children)


def _moved_to(old: Any, new: Any) -> Any:
    if any(abs(was - now) > _SAME for was, now in zip(_room(old), _room(new), strict=True)):
        raise _TakesOtherRoom
    made = new.deepcopy()
    made.translate(0, old.border_box_y() - new.border_box_y())
    return made


_SAME = 1e-6  # pixels: sums of the same lengths in another order


def _room(box: Any) -> tuple[float, float, float]:
    return box.border_box_x(), box.border_width(), box.border_height()


def _line_boxes(box: Any, css_class: str, inside: bool) -> Iterator[Any]:
    """Line boxes below `box`; `inside` tells whether an element of the class has been entered."""
    if getattr(box, "at_keyword", None):  # a box in the page margin
        return
    element = getattr(box, "element", None)
    if not inside and element is not None and css_class in (element.get("class") or "").split():
        inside = True
    kind = type(box).__name__
    if kind == "LineBox":
        if inside:
            yield box
        else:
            for child in box.children:
                yield from _line_boxes(child, css_class, inside)
        return
    for child in getattr(box, "children", ()):
        yield from _line_boxes(child, css_class, inside)


_PX_TO_PT = 0.75


def _measure(page: int, line: Any) -> Line:
    texts = [box for box in line.descendants() if getattr(box, "text", None)]
    left = min((box.position_x for box in texts), default=line.position_x)
    right = max((box.position_x + box.width for box in texts), default=left)
    return Line(
        page,
        "".join(box.text for box in texts).replace("\u200b", "").strip(),
        left * _PX_TO_PT,
        line.position_y * _PX_TO_PT,
        right * _PX_TO_PT,
        (line.position_y + line.height) * _PX_TO_PT,
    )
