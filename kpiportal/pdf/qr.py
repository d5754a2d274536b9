"""A QR code as an inline drawing: black squares on a white ground, the quiet zone included."""

from django.utils.safestring import SafeString
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode


def qr_svg(text: str, *, css_class: str = "qr") -> SafeString:
    """An <svg>, one unit a module, sized by CSS. `text` is an address of ours, never an officer's words."""
    code: QRCode = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    matrix = code.get_matrix()
    squares = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return SafeString(
        f'<svg class="{css_class}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(matrix)} {len(matrix)}">'
        f'<path d="{squares}" fill="#000"/></svg>'
    )
