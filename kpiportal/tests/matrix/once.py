"""What is the same for everybody who asks is made for the first of them: where only the status of an answer counts."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.http import HttpResponse

from agreements.negotiation import minutes
from agreements.signing import word
from kpiportal import http, steady
from kpiportal.pdf import engine


@contextmanager
def printed() -> Iterator[None]:
    """What twenty people may take is the same paper twenty times: it is laid out and written once."""
    with (
        mock.patch.object(engine, "lay_out", functools.cache(engine.lay_out)),
        mock.patch.object(engine.LaidOut, "to_pdf", functools.cache(engine.LaidOut.to_pdf)),
        mock.patch.object(word, "docx", functools.cache(word.docx)),
        mock.patch.object(minutes, "docx", functools.cache(minutes.docx)),
    ):
        yield


@contextmanager
def refused() -> Iterator[None]:
    """The page that says no to somebody in the same words is the same page at every door: it is drawn once."""
    drawn, render = {}, http.render

    def remembered(request, template, context, status=200):
        if not template[0].isdigit():  # a page of its own, with what was typed
            return render(request, template, context, status=status)
        key = (template, status, request.user.pk, repr(context))
        if key not in drawn:
            drawn[key] = render(request, template, context, status=status).content
        return HttpResponse(drawn[key], status=status)

    with mock.patch.object(http, "render", remembered):
        yield


def at_once():
    """No waiting for the beat at which some answers come (test_enumeration.py has them wait)."""
    return mock.patch.object(steady, "BEAT", 0.001)
