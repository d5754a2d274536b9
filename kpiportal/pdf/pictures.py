"""Pictures that come as text: a data URI is read here, and nowhere else."""

import base64
import binascii
import io
import re
from urllib.parse import unquote_to_bytes

from PIL import Image

LARGEST_BYTES = 5 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
"""An A4 sheet at 600 dpi has 35 million; more is a mistake or an attack on memory."""

_DATA_TYPES = {"image/png": "PNG", "image/jpeg": "JPEG"}
_DATA_HEAD = re.compile(r"data:(?P<type>image/[a-z]+);base64,", re.IGNORECASE)


def read_data_uri(url: str) -> tuple[str, bytes]:
    """(media type, bytes) of a base64 PNG or JPEG data URI.

    Raises ValueError on any other type, on bytes that are not the picture they say, above a limit.
    """
    head = _DATA_HEAD.match(url)
    if head is None or (kind := head["type"].lower()) not in _DATA_TYPES:
        raise ValueError("only PNG or JPEG pictures")
    if len(url) > LARGEST_BYTES * 4 // 3 + 100:
        raise ValueError("picture too large")
    try:
        body = base64.b64decode(unquote_to_bytes(url[head.end() :]), validate=True)
        with Image.open(io.BytesIO(body), formats=[_DATA_TYPES[kind]]) as picture:
            width, height = picture.size
    except (binascii.Error, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("not the picture it says") from error
    if width * height > LARGEST_PIXELS:
        raise ValueError("picture too large")
    return kind, body
