"""Reads the portal as a browser would: every address in every answer, and every form with what it would send."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pypdfium2
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve, reverse

HOST = "testserver"
OF_A_KIND = 3
HTMX = {"HTTP_HX_REQUEST": "true"}
# Signing out and the factors would end the crawl's own session; nothing of one tenant stands behind them.
NOT_PRESSED = re.compile(r"^(account_|mfa_|usersessions_)")


@dataclass(frozen=True)
class Form:
    """Where it posts and every (name, value) it holds, the values of its lists included."""

    action: str
    method: str
    fields: tuple[tuple[str, str], ...]

    @property
    def data(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name, []).append(value)
        return found


@dataclass
class Found:
    """What one person came across. `answers`: (address, status, text) of every page and of every form sent."""

    addresses: set[str] = field(default_factory=set)
    forms: dict[str, Form] = field(default_factory=dict)
    answers: list[tuple[str, int, str]] = field(default_factory=list)


class _Page(HTMLParser):
    """Attributes that hold an address of this site, and forms."""

    def __init__(self, at: str):
        super().__init__()
        self.at, self.addresses, self.forms = at, set(), []
        self._form: dict[str, Any] | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name, value in attrs:
            if value and (value[0] in "/?" or (name in ("href", "action") and value[0] != "#")):
                self.addresses.add(urljoin(self.at, value))
        if tag == "form":
            self._form = {"action": urljoin(self.at, given.get("action") or ""), "method": given.get("method") or "get",
                          "fields": []}  # fmt: skip
            self.forms.append(self._form)
        elif tag == "select":
            self._select = given.get("name") or ""
        elif self._form is not None:
            name = self._select if tag == "option" else given.get("name")
            if name and tag in ("input", "option", "button", "textarea"):
                self._form["fields"].append((name, given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""


def text_of(response: HttpResponseBase) -> str:
    """Everything an answer says: the page, the words of a PDF, the sheets of a workbook."""
    body = response.getvalue()
    if body[:4] == b"%PDF":
        pages = pypdfium2.PdfDocument(body)
        return body.decode("latin-1") + "\n".join(page.get_textpage().get_text_range() for page in pages)
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return body.decode("utf-8", "replace")


def path_of(address: str) -> str | None:
    """The path and query of an address of this site that leads to a view; None for anything else."""
    parts = urlsplit(address)
    if parts.netloc not in ("", HOST):
        return None
    try:
        resolve(parts.path)
    except Resolver404:
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


def named_addresses() -> Iterator[str]:
    """Every address that needs no argument, whether a page links to it or not."""
    for name in _names(get_resolver()):
        try:
            yield reverse(name)
        except Exception:  # noqa: BLE001, S112 -- needs arguments: found by its links
            continue


def _names(resolver: Any, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield prefix + pattern.name


def crawl(client: Client, seeds: set[str]) -> Found:
    """Follow everything from the seeds on, OF_A_KIND of each door, then send as many of its forms as they stand; what
    the forms did is taken back. Addresses of the others are noted without being opened: a page of sixty cards is read
    once, not sixty times."""
    found, seen, doors = Found(), set(), Counter()
    waiting = sorted(seeds)
    while waiting:
        address = waiting.pop()
        seen.add(address)
        name = door(address)
        if doors[name] >= OF_A_KIND or (_signs_out(name) and address not in seeds):
            continue
        doors[name] += 1
        _read(found, address, client.get(address))
        waiting += sorted(found.addresses - seen - set(waiting))
    for form in found.forms.values():
        name = f"form {door(form.action)}"
        if doors[name] < OF_A_KIND and not _signs_out(door(form.action)):
            doors[name] += 1
            kept = transaction.savepoint()
            _read(found, form.action, client.post(form.action, form.data), forms=False)
            transaction.savepoint_rollback(kept)
    return found


def door(address: str) -> str:
    return resolve(urlsplit(address).path).view_name


def _signs_out(name: str) -> bool:
    return bool(NOT_PRESSED.match(name))


def _read(found: Found, address: str, response: HttpResponseBase, *, forms: bool = True) -> None:
    text = text_of(response)
    found.answers.append((address, response.status_code, text))
    for header in ("Location", "HX-Redirect", "HX-Push-Url"):
        _note(found, response.headers.get(header, ""), address)
    if "text/html" not in response.headers.get("Content-Type", ""):
        return
    page = _Page(address)
    page.feed(text)
    for one in page.addresses:
        _note(found, one, address)
    for form in page.forms if forms else []:
        action = path_of(form["action"])
        if action and form["method"].lower() == "post":
            found.forms.setdefault(action, Form(action, "post", tuple(form["fields"])))


def _note(found: Found, address: str, at: str) -> None:
    path = path_of(urljoin(at, address)) if address else None
    if path:
        found.addresses.add(path)
