"""The register of outgoing letters (ทะเบียนหนังสือส่ง): one office, one calendar year พ.ศ."""

from __future__ import annotations

import re
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.urls import reverse

from kpiportal import thai
from kpiportal.models import Letter, LetterSeries, Organization, User
from kpiportal.models.people import Kind
from kpiportal.models.registry import WRITING_KINDS
from kpiportal.rules import can_write_letters

PER_PAGE = 25
MOST_DRAFTS = 40
_DIGITS = re.compile(r"\d+")


def page(user: User, query: dict[str, str], *, this_year: int) -> dict[str, Any]:
    """The chosen office and year (else the person's own, this year), the search, and one page of letters."""
    letters = Letter.objects.visible_to(user).numbered()
    offices = list(_offices(user, letters))
    office = _chosen(offices, query.get("office", ""), user)
    of_office = letters.filter(organization=office) if office else letters.none()
    years = sorted({this_year, *of_office.order_by().values_list("series__year", flat=True).distinct()}, reverse=True)
    year = int(query["year"]) if query.get("year") in map(str, years) else this_year
    text = thai.clean_line(query.get("q", ""))[:100]
    # The paginator counts the plain rows; a page joins nothing.
    found = matching(of_office.filter(series__year=year), text).order_by("-issued_at", "-number")
    is_own = bool(office and office.pk in user.organization_ids)
    return {
        "offices": offices,
        "office": office,
        "is_own": is_own,
        "may_write": bool(office and can_write_letters(user, office.pk)),
        "years": years,
        "year": year,
        "text": text,
        "page": Paginator(found, PER_PAGE).get_page(query.get("page")),
        **_unnumbered(office if is_own and not text else None),
        "registers": list(LetterSeries.objects.filter(organization=office, year=year)) if is_own else [],
    }


def _unnumbered(office: Organization | None) -> dict[str, list[Letter]]:
    """The office's newest letters without a number, and what was thrown away of them: one query."""
    found: dict[str, list[Letter]] = {"drafts": [], "discarded": []}
    if office is None:
        return found
    states = [*Letter.UNNUMBERED, Letter.State.DISCARDED]
    for row in Letter.objects.filter(organization=office, state__in=states, master=None).order_by("-pk")[:MOST_DRAFTS]:
        found["discarded" if row.state == Letter.State.DISCARDED else "drafts"].append(row)
    return found


def _offices(user: User, letters: QuerySet[Letter]) -> QuerySet[Organization]:
    """Whose letters this person may look up: offices that sent some, and the person's own that may send."""
    writing = Q(pk__in=user.organization_ids, kind__in=WRITING_KINDS)
    sent = Q(pk__in=letters.order_by().values("organization"))
    return Organization.objects.filter(sent | writing).annotate(has_sent=sent).in_thai_order()


def writing_offices(user: User) -> QuerySet[Organization]:
    """Offices this person writes letters for, in Thai order."""
    places = [duty.organization_id for duty in user.duties if can_write_letters(user, duty.organization_id)]
    return Organization.objects.filter(pk__in=places).in_thai_order()


def own_offices(user: User) -> QuerySet[Organization]:
    """Offices this person belongs to; whether they may write for them is a rule's to say."""
    return Organization.objects.filter(pk__in=user.organization_ids)


def address(office: Organization, year: int) -> str:
    """Where that register is read."""
    return f"{reverse('meetings:letter_register')}?office={office.pk}&year={year}"


def _chosen(offices: list[Organization], typed: str, user: User) -> Organization | None:
    by_pk = {str(office.pk): office for office in offices}
    if typed in by_pk:
        return by_pk[typed]
    # OPDC reads the provinces' registers long before it keeps one of its own.
    own = [o for o in offices if o.pk in user.organization_ids and (o.has_sent or o.kind != Kind.OPDC)]
    return (own or offices or [None])[0]


def matching(letters: QuerySet[Letter], text: str) -> QuerySet[Letter]:
    """Words of the subject, the addressee or the number; either digits. Stored text has both kinds of digit."""
    for word in text.split():
        arabic, as_thai = thai.to_arabic_digits(word), thai.to_thai_digits(word)
        hit = Q()
        for form in {word, arabic, as_thai}:
            hit |= Q(subject__icontains=form) | Q(addressee__icontains=form) | Q(number_text__icontains=form)
        if _DIGITS.fullmatch(arabic) and len(arabic) <= 9:
            hit |= Q(number=int(arabic))
        letters = letters.filter(hit)
    return letters
