"""What the negotiation table costs: drawn, asked whether anything changed, one cell offered; and a box of the form."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator

from benchmarks.load import Load, Request, ask, hammer, in_turn
from benchmarks.portal import Portal
from benchmarks.trials import Measure

OFFERS, PAGE_SECONDS, POLL_SECONDS, CONNECTIONS = 200, 2.0, 1.0, 8
UNSEEN = 10**12  # the offers follow each other alone: there is nobody to clash with


def measures(portal: Portal, hammering: Callable[[Portal, Request, float], Callable[[], Load]]) -> list[Measure]:
    """`hammering` warms a page and gives the run of it."""
    offered, kept, page = offers(portal), boxes(portal), portal.get("table", "bargainer")
    table = portal.plan.pages["table"]

    def poll() -> Load:
        version = _version(portal)
        request = portal.get_path(f"{table}changes/?since={version}", "bargainer", expect=204)
        return hammer(portal.port, request, seconds=POLL_SECONDS, connections=CONNECTIONS)

    return [
        Measure("table", "negotiation table, 60 lines to type in", hammering(portal, page, PAGE_SECONDS)),
        Measure("poll", "the table asked: nothing changed", poll),
        Measure("offer", "offer one cell", lambda: in_turn(portal.port, list(itertools.islice(offered, OFFERS)))),
        Measure("box", "save one box of a form", lambda: in_turn(portal.port, list(itertools.islice(kept, OFFERS)))),
    ]


def _version(portal: Portal) -> int:
    """The table's present version, from its page."""
    page = ask(portal.port, portal.get("table", "bargainer"))[1].decode()
    return int(page.split('data-version="', 1)[1].split('"', 1)[0])


def offers(portal: Portal) -> Iterator[Request]:
    """One cell of the last line, another figure each time; without end."""
    line = portal.plan.table_lines[-1]
    for n in itertools.count():
        fields = {"seen": str(UNSEEN), "target": f"{80 + n % 7}.{n % 89:02}"}
        yield portal.post(f"/agreements/table/lines/{line}/offer/", "bargainer", fields, script=True)


def boxes(portal: Portal) -> Iterator[Request]:
    """The target of one row after the other, each typed over what stands there; without end."""
    stands = dict.fromkeys(portal.plan.form_rows, "80")
    for n, row in enumerate(itertools.cycle(stands)):
        typed = f"{80 + n % 7}.{n % 89 + 1:02}"
        fields = {"target": typed, "was_target": stands[row]}
        request = portal.post(f"/agreements/indicators/{row}/edit/", "bargainer", fields, script=True)
        stands[row] = typed
        yield dataclasses.replace(request, headers={**request.headers, "HX-Request": "true"})
