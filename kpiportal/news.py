"""What an open page is told when what it shows changes under it: the server's half of static/js/news.js.

The page knows a `stamp` and a revision and asks for news now and then. While both are today's there is none. Another
stamp means that what can be filled is not what the page shows; only another revision, that somebody else has saved
boxes, which the page then fetches (kpiportal/keeping.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse


@dataclass(frozen=True)
class News:
    """`text`: one Thai sentence; `open`: the page may go on as it is, and fetches what others have saved. A page that
    cannot fetch is told who saved what."""

    open: bool
    text: str = ""


def since(
    seen: str, revision: str, *, stamp: str, now: int, sentence: Callable[[str], str], saved: str = ""
) -> News | None:
    """None when the page is right. `seen`, `revision`: what it shows; `stamp`, `now`: what is true;
    `sentence(seen)`: what happened, in Thai; `saved`: who saved what, for a page that cannot fetch it."""
    if seen == stamp:
        return None if str(now) == revision else News(open=True, text=saved)
    return News(open=False, text=sentence(seen))


def answer(
    request: HttpRequest, *, stamp: str, now: int, sentence: Callable[[str], str], saved: str = ""
) -> HttpResponse:
    """The page's question answered: 204 while it is right."""
    seen, revision = (request.GET.get(name, "") for name in ("seen", "revision"))
    told = since(seen, revision, stamp=stamp, now=now, sentence=sentence, saved=saved)
    return JsonResponse(asdict(told)) if told else HttpResponse(status=204)
