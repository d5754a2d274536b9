"""Lines and head of the table as HTML, cached by each worker while nothing in them changes.

Twenty people look at one table every two seconds, and most looks come between two changes. A line's HTML is a
function of its version, of who sees it, and of the few words that may change elsewhere (its name, its host): all
of that is the key, so nothing ever has to be invalidated. Nothing of one person is in it: forms and their
tokens stand at the foot of the page.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from agreements.negotiation import pages
from agreements.negotiation.pages import Viewer
from agreements.negotiation.sheet import LineView, Sheet

LINES, HEAD = "agreements/negotiation/_lines.html", "agreements/negotiation/_head.html"
REMEMBERED = 3_000  # pieces of about 4 kB: some fifteen tables of sixty lines, for three kinds of viewer each

_kept: OrderedDict[Hashable, SafeString] = OrderedDict()


def lines(found: Sheet, viewer: Viewer, since: int = -1) -> dict[int, SafeString]:
    """line -> HTML of the lines changed after `since`, in the table's order."""
    wanted = [line for line in found.lines if line.version > since]
    missing = [line.pk for line in wanted if _key(line, viewer) not in _kept]
    rows: dict[int, dict] = {row["pk"]: row for row in pages.lines(found, viewer, missing)} if missing else {}
    return {line.pk: _draw(_key(line, viewer), LINES, lambda line=line: {"lines": [rows[line.pk]]}) for line in wanted}


def head(found: Sheet, viewer: Viewer) -> SafeString:
    table = found.table
    key = ("head", table.pk, table.version, table.agreement.revision, viewer.speaks, viewer.reads)
    return _draw(key, HEAD, lambda: {"head": pages.head(found, viewer)})


def _key(line: LineView, viewer: Viewer) -> Hashable:
    words = (line.number, line.name, line.unit, line.host, tuple(line.past))
    return (line.pk, line.version, viewer.speaks, viewer.reads, words)


def _draw(key: Hashable, template: str, context: Callable[[], dict]) -> SafeString:
    """What is kept under the key, else drawn and kept; the longest unseen is forgotten. Threads may draw one twice."""
    html = _kept.get(key)
    if html is None:
        html = _kept[key] = render_to_string(template, context())
        while len(_kept) > REMEMBERED:
            _kept.popitem(last=False)
    else:
        _touch(key)
    return html


def _touch(key: Hashable) -> None:
    with suppress(KeyError):  # another thread forgot it meanwhile
        _kept.move_to_end(key)
