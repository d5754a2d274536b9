"""The only module that uses the PDF engine: `html_to_pdf` for any document, `kpiportal.pdf.letter` for letters.

Nothing here loads WeasyPrint until the first document is made (it needs C libraries that a machine may
lack).  The break dictionary is named before that: libthai reads the variable once, at its first line break.
"""

import os
from pathlib import Path

os.environ["LIBTHAI_DICTDIR"] = str(Path(__file__).parent / "dictionary")

from kpiportal.pdf.engine import bind, html_to_pdf, lay_out  # noqa: E402 -- after the variable
from kpiportal.pdf.errors import PdfError  # noqa: E402
from kpiportal.pdf.raster import first_picture, pictures_of  # noqa: E402

__all__ = ["PdfError", "bind", "first_picture", "html_to_pdf", "lay_out", "pictures_of"]
