"""Pages as pictures: what a preview on the screen and the emblem are made of."""

from __future__ import annotations

from PIL import Image

from kpiportal.pdf.engine import html_to_pdf


def pages_as_pictures(data: bytes, *, dots_per_inch: int, most: int = 10) -> list[Image.Image]:
    """The first `most` pages of a PDF of ours. Not for files from outside: those are never opened in this process."""
    import pypdfium2  # noqa: PLC0415 -- a C library, wanted by few requests

    document = pypdfium2.PdfDocument(data)
    try:
        count = min(len(document), most)
        return [document[number].render(scale=dots_per_inch / 72).to_pil().convert("RGB") for number in range(count)]
    finally:
        document.close()


def first_picture(data: bytes, *, dots_per_inch: int) -> Image.Image:
    return pages_as_pictures(data, dots_per_inch=dots_per_inch, most=1)[0]


def pictures_of(html: str, *, stylesheets: tuple[str, ...], dots_per_inch: int) -> list[Image.Image]:
    """A document of ours, page by page. Raises PdfError as `html_to_pdf` does."""
    return pages_as_pictures(html_to_pdf(html, stylesheets=stylesheets, variant=None), dots_per_inch=dots_per_inch)
