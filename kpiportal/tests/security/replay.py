"""Every address one tenant comes across, asked for by people who have no business there (QUALITY S2).

An address is more than what was seen: every number found behind a prefix (`reporting/cards/<pk>/`) is tried at every
door behind that prefix, pressed or not. What a stranger gets must be, byte for byte, what they get for a number that
does not exist: 404 (403 where they may not at all), or the way to the sign-in.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from kpiportal.models import OutgoingMail
from kpiportal.tests.matrix import table
from kpiportal.tests.security import crawl
from kpiportal.tests.security.crawl import HTMX, Form, Found
from kpiportal.tests.security.tenants import Side, Tenants

NOWHERE = 987_654_321  # a number no row has
THOROUGH = 4
# Doors to what is the same for everybody who has a duty: the year's framework, and opening a form under it.
SHARED = {row.name for row in table.ROWS if row.shared} | {"agreements:agreement_open"}
_DRAWN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|\(.Content-Length., .\d+.\)')


@dataclass(frozen=True)
class Ask:
    """One request: `door` is the URL's name, `nowhere` the same address with a number that does not exist."""

    door: str
    address: str
    nowhere: str
    method: str
    htmx: bool
    form: Form | None = None


def found_by(tenants: Tenants, side: Side, beyond: set[str]) -> dict[str, Found]:
    """What each of the tenant's people comes across, and `beyond`: addresses known from elsewhere."""
    seeds = set(crawl.named_addresses())
    found = {name: crawl.crawl(tenants.browser(person), seeds) for name, person in side.people.items()}
    return {**found, "": Found(addresses=beyond)}


def known(side: Side) -> set[str]:
    """Every row of the matrix on this side, and every link in a mail to its people. Some rows make what they name."""
    return {address for address in (*_of_matrix(side), *_of_mails(side)) if address}


def _of_matrix(side: Side) -> Iterator[str]:
    for row in (row for row in table.ROWS if row.name not in SHARED):
        yield reverse(row.name, args=row.path(side.place))


def _of_mails(side: Side) -> Iterator[str | None]:
    for mail in OutgoingMail.objects.filter(to_user__in=[person.pk for person in side.people.values()]):
        for address in re.findall(r"http://testserver\S*", mail.body):
            yield crawl.path_of(address)


def asks(found: dict[str, Found]) -> list[Ask]:
    """Every number of this tenant at the page it belongs to, and the first of them at every door they may fit, as a
    page, as a fragment and as a form."""
    forms = {action: form for one in found.values() for action, form in one.forms.items()}
    seen = {address for one in found.values() for address in (*one.addresses, *one.forms)}
    pages = {row.name for row in table.ROWS if row.get is not None}
    made, count, first = [], Counter[str](), dict[str, str]()
    for door, address, nowhere in sorted(_addresses(seen)):
        count[door] += 1
        its_page = first.setdefault(_prefix(nowhere), door) == door if door in pages else False
        ways = (
            [("get", False), ("get", True), ("post", True)] if count[door] <= THOROUGH else [("get", True)] * its_page
        )
        made += [Ask(door, address, nowhere, method, htmx, forms.get(address)) for method, htmx in ways]
    return made


def _addresses(seen: set[str]) -> Iterator[tuple[str, str, str]]:
    """(door, address, the same with no such number) of all that hangs on an object."""
    numbers: dict[str, set[int]] = defaultdict(set)
    others: dict[str, list[dict]] = defaultdict(list)
    for address in seen:
        match = resolve(urlsplit(address).path)
        if "pk" not in match.kwargs or match.view_name in SHARED:
            continue
        rest = {name: value for name, value in match.kwargs.items() if name != "pk"}
        numbers[_prefix(reverse(match.view_name, kwargs={"pk": NOWHERE, **rest}))].add(match.kwargs["pk"])
        if rest not in others[match.view_name]:
            others[match.view_name].append(rest)
    for door in crawl._names(get_resolver()):
        for rest in others.get(door, [{}]):
            yield from _at_door(door, rest, numbers)


def _at_door(door: str, rest: dict, numbers: dict[str, set[int]]) -> Iterator[tuple[str, str, str]]:
    if door in SHARED:
        return
    try:
        nowhere = reverse(door, kwargs={"pk": NOWHERE, **rest})
    except Exception:  # noqa: BLE001 -- takes no number
        return
    for pk in numbers.get(_prefix(nowhere), ()):
        yield door, reverse(door, kwargs={"pk": pk, **rest}), nowhere


def _prefix(nowhere: str) -> str:
    return nowhere.partition(str(NOWHERE))[0]


class Stranger:
    """One person's browser; what they get for a number that does not exist is asked once per door."""

    def __init__(self, client: Client, mark: str):
        self.client, self.mark, self._nothing = client, mark, {}

    def fault(self, ask: Ask) -> str:
        """What gives the object away; empty when the answer is that of nothing."""
        status, said = self._answer(ask, ask.address)
        key = (ask.nowhere, ask.method, ask.htmx)
        if key not in self._nothing:
            self._nothing[key] = self._answer(ask, ask.nowhere)
        if self.mark in said:
            return f"{status}, and the answer holds the other's words"
        # 403 to somebody who may not at all, before a number is looked up, is as good as 404: the same for all.
        if status not in (403, 404, 405) and not (status in (302, 401) and self._to_sign_in(said)):
            return f"{status}"
        return "" if (status, said) == self._nothing[key] else "not what there is for a number that does not exist"

    def _answer(self, ask: Ask, address: str) -> tuple[int, str]:
        headers = HTMX if ask.htmx else {}
        data = (ask.form.data if ask.form else {"revision": 0}) if ask.method == "post" else {}
        response = getattr(self.client, ask.method)(address, data, **headers)
        said = crawl.text_of(response) + str(sorted(response.headers.items()))
        return response.status_code, _DRAWN.sub("", said).replace(address, "").replace(quote(address), "")

    @staticmethod
    def _to_sign_in(said: str) -> bool:
        return reverse(settings.LOGIN_URL) in said
