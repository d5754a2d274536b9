"""What a document may take in: pictures of our own static folder, PNG or JPEG pictures inside the page."""

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from weasyprint.urls import URLFetcherResponse  # noqa: TID253 -- loaded by press only

from kpiportal.pdf.pictures import read_data_uri

STATIC = (Path(__file__).parent / "static").resolve()

_FILE_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}


class OwnSourcesOnly:
    """The engine's fetcher for one document.  It holds no network code; `refused` lists what it turned away.

    Not a subclass of the engine's own fetcher on purpose: that one can open http, ftp and any file.
    """

    _fail_on_errors = False  # read by the engine: a refusal is logged there and ends the document in `press`

    def __init__(self) -> None:
        self.refused: list[str] = []

    def __call__(self, url: str) -> URLFetcherResponse:
        try:
            if url.lower().startswith("data:"):
                return self._data(url)
            return self._file(url)
        except (ValueError, OSError):
            self.refused.append(url if len(url) <= 80 else url[:80] + "…")
            raise

    fetch = __call__

    def _file(self, url: str) -> URLFetcherResponse:
        parts = urlsplit(url)
        if parts.scheme != "file" or parts.netloc:
            raise ValueError("only our own files")
        path = Path(url2pathname(parts.path)).resolve()
        if not path.is_relative_to(STATIC) or path.suffix not in _FILE_TYPES:
            raise ValueError("outside the static folder")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": _FILE_TYPES[path.suffix]})

    def _data(self, url: str) -> URLFetcherResponse:
        kind, body = read_data_uri(url)
        return URLFetcherResponse("data:", body, {"Content-Type": kind})
