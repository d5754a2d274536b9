"""Uploads that are too large, taken off the wire without keeping them and without cutting the sender off.

Two limits, two answers, both status 413 and both without a byte left on disk or held in memory:

- One file over KPI_UPLOAD_MAX_BYTES: the bytes are dropped as they stream in and `request.FILES` holds an
  `OversizedUpload` in its place. Every other field of the form arrives, so a view shows the page again with
  everything typed in it: `uploads.inspect` refuses the file like any other (UploadRefused, "too_large", 413),
  and `files.refused_as_too_large(request)` tells before the form is read.
- A request over KPI_UPLOAD_TOTAL_MAX_BYTES: `WholeRequestLimit` reads it to the end without looking at it and
  answers with the 413 page, or its box for htmx. The view, and the check of the form's token, never run.

Why read to the end what is thrown away: a server that answers and hangs up while the browser is still sending
makes the browser show "connection reset" instead of the answer.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from kpiportal.http import refuse

# Nobody sends this by mistake: such a request is answered at once and hung up on.
DRAIN_MOST = 2 * 2**30
PIECE = 64 * 1024


class OversizedUpload(UploadedFile):  # type: ignore[type-arg]
    """Stands in request.FILES for a file that was dropped: its name and true size, no content."""

    def __init__(self, name: str | None, content_type: str | None, size: int):
        super().__init__(io.BytesIO(), name, content_type, size)


class SizeLimitHandler(FileUploadHandler):
    """First in FILE_UPLOAD_HANDLERS: lets a file through to the next ones until it is too large."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        within = self.size <= settings.KPI_UPLOAD_MAX_BYTES
        self.size += len(raw_data)
        if self.size <= settings.KPI_UPLOAD_MAX_BYTES:
            return raw_data
        if within:
            self._drop()
        return None

    def file_complete(self, file_size: int) -> OversizedUpload | None:
        if self.size <= settings.KPI_UPLOAD_MAX_BYTES:
            return None
        return OversizedUpload(self.file_name, self.content_type, self.size)

    def _drop(self) -> None:
        """Close what a later handler has written of this file so far; a temporary file goes with its closing."""
        for handler in self.request.upload_handlers if self.request else ():
            file = getattr(handler, "file", None)
            if file is not None:
                file.close()


class WholeRequestLimit:
    """Middleware, before the one that checks the form's token (which would read the whole body as a form)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if not announced.isdecimal() or int(announced) <= settings.KPI_UPLOAD_TOTAL_MAX_BYTES:
            return None
        if int(announced) <= DRAIN_MOST:
            while request.read(PIECE):
                pass
        return refuse(request, 413)
