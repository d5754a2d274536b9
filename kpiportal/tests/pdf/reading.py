"""Reading PDFs back, three ways, and comparing with what was written; pictures to put in."""

import base64
import io
import re
import subprocess

import pypdf
import pypdfium2
from PIL import Image


def without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


def by_pdfium(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def by_poppler(pdf: bytes, *mode: str) -> str:
    """Text by pdftotext; `mode` is "-raw" (order of writing), "-layout", or nothing (columns guessed)."""
    done = subprocess.run(["pdftotext", *mode, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def cut_words(written: str, read: str) -> list[str]:
    """The space-free runs of `written` that do not come back whole; a line's end inside one is not a cut."""
    on_one_line = re.sub(r"\r?\n", "", read)
    return [run for run in written.split() if run not in read and run not in on_one_line]


def pages_of(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def picture_of(pdf: bytes, page: int = 0, dpi: int = 110) -> Image.Image:
    """Grey picture of one page."""
    return pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil().convert("L")


def fonts_of(pdf_path) -> set[str]:
    """Names of every font embedded in the file, without the subset tag."""
    names = set()
    for page in pypdf.PdfReader(pdf_path).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            names.add(font.get_object()["/BaseFont"].split("+")[-1])
    return names


def data_uri(kind="PNG", size=(20, 20), mime=None):
    out = io.BytesIO()
    Image.new("L", size, 200).save(out, kind)
    return f"data:{mime or 'image/' + kind.lower()};base64,{base64.b64encode(out.getvalue()).decode()}"
