"""Constant-time answers: the response is held until the next multiple of BEAT, so its timing reveals nothing."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

BEAT = 0.25  # seconds; an order more than what may be found makes of difference


def steady(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorator: POSTs are answered on a multiple of BEAT. Only behind a throttle, since each one holds a thread."""

    @wraps(view)
    def at_the_beat(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        began = time.monotonic()
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            spent = time.monotonic() - began
            time.sleep(math.ceil(spent / BEAT) * BEAT - spent)
        return response

    return at_the_beat
