"""A QR code as a drawing or a picture: black squares on a white ground, the quiet zone included."""

import base64
import io

from django.utils.safestring import SafeString
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode


def qr_svg(text: str, *, css_class: str = "qr") -> SafeString:
    """An <svg>, one unit a module, sized by CSS. `text` is an address of ours, never an officer's words."""
    matrix = _matrix(text, border=4)
    squares = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return SafeString(
        f'<svg class="{css_class}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(matrix)} {len(matrix)}">'
        f'<path d="{squares}" fill="#000"/></svg>'
    )


def qr_png(text: str) -> str:
    """The same as a data URI of a PNG, one dot a module: less to draw where there are hundreds of letters."""
    matrix = _matrix(text, border=2, mask=QUICK_MASK)
    picture = Image.new("1", (len(matrix), len(matrix)))
    picture.putdata([0 if dark else 255 for row in matrix for dark in row])
    out = io.BytesIO()
    picture.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


# Any mask is a right code. To try all eight and choose the prettiest takes a seventh of the time of a whole letter.
QUICK_MASK = 4


def _matrix(text: str, *, border: int, mask: int | None = None) -> list[list[bool]]:
    code: QRCode = QRCode(error_correction=ERROR_CORRECT_M, border=border, mask_pattern=mask)
    code.add_data(text)
    found: list[list[bool]] = code.get_matrix()
    return found
