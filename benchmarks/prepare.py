"""The part of a benchmark that needs Django, in its own process: migrate, collect static files, build the data.

    python -m benchmarks.prepare PLAN_FILE [CARDS] [FILERS] [SHEETS] [WATCHERS]

One province has a round of 60 indicators with cards in every state, for the pages. Its neighbour has another 60 open
cards, for the writes, so that no write changes what a page shows. With FILERS, provinces of their own have CARDS more
(benchmarks/agencies.py). PLAN_FILE receives who signs in with which cookie and where everything is (`Plan`).
"""

from __future__ import annotations

import dataclasses
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.core.management import call_command

if TYPE_CHECKING:
    from agreements.models import Agreement, Line
    from kpiportal.models import User
    from kpiportal.testing.people import Cast
    from reporting.models import Round

PER_DIMENSION = 15  # in four sub-dimensions: 60 indicators
STATES = 4


@dataclass(frozen=True)
class Plan:
    """`cookies`: person -> session cookie; `pages`: name -> path; `cards`: primary keys of (report, indicator), not
    begun; `hands`: the same of what each filer has to file; `evidence`: a PDF to attach; `table_lines`: lines of an
    open negotiation table, `form_rows`: indicators of a form being filled in, by their keys; `sheets`: further tables,
    (path, last line, version), looked at by `watcher0` and so on."""

    cookie_name: str
    csrf_cookie_name: str
    cookies: dict[str, str]
    pages: dict[str, str]
    cards: list[tuple[int, int]]
    hands: dict[str, list[tuple[int, int]]]
    evidence: str
    password: str  # everybody's
    table_lines: list[int]
    form_rows: list[int]
    sheets: list[tuple[str, int, int]]


def main(plan_file: Path, cards: int = 4 * PER_DIMENSION, filers: int = 0, sheets: int = 0, watchers: int = 0) -> None:
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    plan = _build(plan_file.with_name("evidence.pdf"), cards, filers, sheets, watchers)
    plan_file.write_text(json.dumps(dataclasses.asdict(plan)), encoding="utf-8")
    _settle()


def _build(evidence: Path, cards: int, filers: int, sheets: int, watchers: int) -> Plan:
    from django.db import transaction  # noqa: PLC0415 -- models are there only after django.setup()

    from benchmarks import agencies  # noqa: PLC0415
    from kpiportal import clock  # noqa: PLC0415
    from kpiportal.testing import people  # noqa: PLC0415
    from reporting import paper, sheet, testing  # noqa: PLC0415

    with transaction.atomic():
        cast = people.make_cast()
        round = testing.make_round(cast, per_dimension=PER_DIMENSION)
        _play(round, cast)
        afar = testing.make_round(_mirrored(cast), per_dimension=min(PER_DIMENSION, -(-cards // 4)))
        more, hands = agencies.build(cast, cards=cards, filers=filers) if filers else ({}, {})
        lines = _table(_mirrored(cast))
        form = _form(_mirrored(cast))
        others = [_table(_mirrored(cast), fiscal_year=2561 + n)[-1] for n in range(sheets)]
        now = clock.now()
        evidence.write_bytes(paper.summary_pdf(round, sheet.build(round, at=now), at=now))
    cards_afar = [tuple(pair) for pair in afar.reports.order_by("indicator__order").values_list("pk", "indicator")]
    signed_in = {
        "coordinator": cast.coordinator,
        "collector": cast.collector,
        "writer": cast.neighbour_collector,
        "bargainer": cast.neighbour,
        **more,
        **{f"watcher{n}": (cast.neighbour, cast.negotiator)[n % 2] for n in range(watchers)},
    }
    return Plan(
        cookie_name=settings.SESSION_COOKIE_NAME,
        csrf_cookie_name=settings.CSRF_COOKIE_NAME,
        cookies={name: _session_of(person) for name, person in signed_in.items()},
        pages={**_pages(round, cast), **_table_pages(lines[0]), **_form_pages(form)},
        cards=cards_afar[:cards],
        hands=hands,
        evidence=str(evidence),
        password=people.PASSWORD,
        table_lines=[line.pk for line in lines],
        sheets=[(_table_pages(line)["table"], line.pk, line.table.version) for line in others],
        form_rows=list(form.indicators.order_by("order").values_list("pk", flat=True)),
    )


def _table(cast: Cast, fiscal_year: int = 2559) -> list[Line]:
    """An open negotiation of 60 indicators, every second one countered by OPDC."""
    from decimal import Decimal  # noqa: PLC0415 -- as above

    from agreements import actions, testing  # noqa: PLC0415
    from agreements.negotiation import actions as bargaining  # noqa: PLC0415
    from agreements.negotiation.cells import Said  # noqa: PLC0415

    framework = testing.make_framework(cast, fiscal_year=fiscal_year)
    draft = testing.make_draft(cast, framework=framework, per_dimension=PER_DIMENSION)
    draft = actions.submit_agreement(draft, by=cast.coordinator, revision=0, at=testing.AUTUMN)
    draft = actions.open_table(draft, by=cast.negotiator, revision=1, at=testing.AUTUMN)
    lines = list(draft.table.lines.select_related("table__agreement", "indicator__criteria", "indicator__parent"))
    for line in lines[::2]:
        typed = {"target": Said(Decimal(85)), "3": Said(Decimal(82))}
        bargaining.offer(line, typed=typed, seen=len(lines), by=cast.negotiator, at=testing.AUTUMN)
    draft.table.refresh_from_db()
    for line in lines:
        line.table = draft.table
    return lines


def _table_pages(line: Line) -> dict[str, str]:
    from django.urls import reverse  # noqa: PLC0415 -- as above

    return {"table": reverse("agreements:table", args=[line.table.agreement_id])}


def _form(cast: Cast) -> Agreement:
    """Next year's form of 60 indicators, being filled in."""
    from agreements import testing  # noqa: PLC0415 -- as above

    framework = testing.make_framework(cast, fiscal_year=2560)
    return testing.make_draft(cast, framework=framework, per_dimension=PER_DIMENSION)


def _form_pages(form: Agreement) -> dict[str, str]:
    from django.urls import reverse  # noqa: PLC0415 -- as above

    return {"form": reverse("agreements:form_sheet", args=[form.pk])}


def _mirrored(cast: Cast) -> Cast:
    """The neighbour's people in the parts ours play; its one agency hosts every indicator."""
    return dataclasses.replace(
        cast,
        province=cast.neighbour_province,
        agency=cast.neighbour_agency,
        other_agency=cast.neighbour_agency,
        coordinator=cast.neighbour,
        collector=cast.neighbour_collector,
        governor=cast.neighbour_governor,
    )


def _play(round: Round, cast: Cast) -> None:
    """Both agencies' cards by turns: not begun, in draft, certified, accepted."""
    from reporting import testing  # noqa: PLC0415 -- as above

    other = dataclasses.replace(cast, collector=cast.other_collector, overseer=cast.other_overseer)
    deeds = [None, testing.fill, testing.certify, testing.accept]
    for agency, crew in ((cast.agency, cast), (cast.other_agency, other)):
        for place, card in enumerate(round.reports.filter(host=agency).order_by("indicator__order")):
            if deed := deeds[place % STATES]:
                deed(card, crew)


def _pages(round: Round, cast: Cast) -> dict[str, str]:
    from django.urls import reverse  # noqa: PLC0415 -- as above

    agreement = round.agreement
    draft = round.reports.filter(host=cast.agency, state="draft").order_by("indicator__order").first()
    return {
        "floor": "/benchmarks/floor/",
        "admin": f"/benchmarks/admin/reporting/report/?round__id__exact={round.pk}",
        "summary": reverse("reporting:round_summary", args=[round.pk]),
        "summary_pdf": reverse("reporting:round_summary_pdf", args=[round.pk]),
        "home": reverse("home"),
        "agreement": reverse("agreements:agreement_detail", args=[agreement.pk]),
        "indicator": reverse("agreements:indicator_detail", args=[draft.indicator_id]),
        "card": reverse("reporting:report_detail", args=[draft.pk]),
    }


def _session_of(person: User) -> str:
    """The cookie of somebody who has signed in with both factors; no password is hashed."""
    from django.test import Client  # noqa: PLC0415 -- as above

    from kpiportal import second_factor  # noqa: PLC0415

    browser = Client()
    browser.force_login(person)
    session = browser.session
    session[second_factor.MARK] = person.pk
    session.save()
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def _settle() -> None:
    """Statistics and visibility as on a database that has lived for a day, so that no autovacuum falls into a run."""
    from django.db import connection  # noqa: PLC0415 -- as above

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE, FREEZE)")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
