"""Lines and head of the table as HTML, cached by each worker while nothing in them changes.

Twenty people look at one table every two seconds, and most looks come between two changes. A line's HTML is a
function of its version, of who sees it, and of the few words that may change elsewhere (its name, its host): all
of that is the key, so nothing ever has to be invalidated. Nothing of one person is in it: forms and their
tokens stand at the foot of the page.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress

from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from agreements.models import Table
from agreements.negotiation import pages, sheet
from agreements.negotiation.pages import Viewer
from agreements.negotiation.sheet import LineView, Sheet

LINES, HEAD = "agreements/negotiation/_lines.html", "agreements/negotiation/_head.html"
NEWS_LAST = 10  # seconds in the cache; names and hosts change without a new version, and are then as old as that
REMEMBERED = 3_000  # pieces of about 4 kB: some fifteen tables of sixty lines, for three kinds of viewer each

_kept: OrderedDict[Hashable, SafeString] = OrderedDict()


def news(table: Table, viewer: Viewer, since: int) -> str:
    """JSON: head, order and the lines changed after `since`, drawn once for all who sit on the same side and stand at
    the same version. `table` comes with what `for_a_look` reads: it says how new the answer must be at least."""
    eyes = f"{viewer.speaks}:{viewer.reads}:{viewer.is_open}"
    key = f"table-news:{table.pk}:{since}:{table.version}:{table.agreement.revision}:{eyes}"
    text: str | None = cache.get(key)
    if text is None:
        text = _news(table.pk, viewer, since)
        cache.set(key, text, NEWS_LAST)
    return text


def _news(pk: int, viewer: Viewer, since: int) -> str:
    tables = Table.objects.select_related("agreement__owner", "agreement__framework__scale")
    found = sheet.read(tables.get(pk=pk))
    facts = {
        "version": found.table.version,
        "head": head(found, viewer),
        "order": [line.pk for line in found.lines],
        "lines": lines(found, viewer, since),
        "closed": not viewer.is_open,
    }
    return json.dumps(facts, cls=DjangoJSONEncoder)


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
