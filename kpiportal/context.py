"""What every page shows about the person and the day: menu, chosen duty, demo date, colour theme.

The kernel knows no page of the apps above it: each app's AppConfig lists its menu entries (`nav`), shown in the order
of INSTALLED_APPS. All values are lazy, so an htmx fragment that shows none of them pays for none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from kpiportal import clock, hats, thai

THEMES = {"light", "dark"}
# A person's own pages: they hang on the name in the corner, not on the menu, though their address may lie under it.
OWN_PAGES = {"people:my_data", "people:my_data_take", "people:erasure_ask"}


@dataclass(frozen=True)
class NavEntry:
    """One word of the menu. Shown to people whose duties in force fit; neither `kinds` nor `roles`: to everyone
    signed in. `kinds` are Organization kinds ("opdc"), `roles` Membership roles ("collector"); both must fit one duty.
    `also`: URL names, or whole namespaces, of pages that belong to it though their address does not lie under its own.

    An app lists its own: `class ReportingConfig(AppConfig): nav = [NavEntry("รายงานผล", "reporting:round_list")]`.
    """

    label: str
    url_name: str
    kinds: frozenset[str] = field(default=frozenset())
    roles: frozenset[str] = field(default=frozenset())
    also: frozenset[str] = field(default=frozenset())

    def suits(self, duties: list[Any]) -> bool:
        if not self.kinds and not self.roles:
            return True
        return any(
            (not self.kinds or duty.organization.kind in self.kinds) and (not self.roles or duty.role in self.roles)
            for duty in duties
        )


HOME = NavEntry("งานของฉัน", "home")


@lru_cache(maxsize=10_000)
def page_url(url_name: str, *args: int | str) -> str:
    """The address of a page, resolved once a process: `{% url %}` works one out anew each time, and header, menu and
    footer name twenty of them. With arguments for what busy pages lead to."""
    return reverse(url_name, args=args)


def face(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Gives `nav` (list of {label, url, on}), `hat` (one line), `hat_name`, `hat_duty`, `duties`
    (lines, every duty in force), `hats` (for people with several duties: {pk, text, on}, first the choice of all),
    `viewing` (kpiportal/view_as.py, or None), `demo_date` ("" outside the demo), `theme` ("light", "dark" or "")."""
    theme = request.COOKIES.get("__Host-theme" if request.is_secure() else "theme", "")
    return {
        "nav": partial(_nav, request),
        "hat": partial(_hat, request),
        "hat_name": partial(_hat_name, request),
        "hat_duty": partial(_hat_duty, request),
        "duties": partial(_duty_lines, request),
        "hats": partial(_hats, request),
        "viewing": getattr(request, "viewing", None),
        "demo_date": _demo_date,
        "theme": theme if theme in THEMES else "",
    }


def _person(request: HttpRequest) -> Any:
    """The signed-in user, or None. An error page may be drawn before anybody asked who this is."""
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


def _nav(request: HttpRequest) -> list[dict[str, Any]]:
    user = _person(request)
    if user is None:
        return []
    # The daily work first; the kernel's own rooms (people) after it.
    rooms = sorted(apps.get_app_configs(), key=lambda app: app.name == "kpiportal")
    entries = [HOME, *(entry for app in rooms for entry in getattr(app, "nav", ()))]
    shown = [entry for entry in entries if entry.suits(hats.worn(user).duties)]
    here = _here(request, shown)
    return [{"label": entry.label, "url": page_url(entry.url_name), "on": entry.url_name == here} for entry in shown]


def _here(request: HttpRequest, shown: list[NavEntry]) -> str | None:
    """The URL name of the entry this page stands under: the one that claims it, or the one its address lies under."""
    found = request.resolver_match
    if found and found.view_name in OWN_PAGES:
        return None
    names = {found.view_name, found.namespace} if found else set()
    urls = {page_url(entry.url_name): entry.url_name for entry in shown}
    claimed = (entry.url_name for entry in shown if entry.also & names)
    return next(claimed, None) or urls.get(_deepest(request.path, list(urls)) or "")


def _deepest(path: str, urls: list[str]) -> str | None:
    """The entry this page belongs to: its own, or the longest that leads to it. The home page has no children."""
    home = page_url(HOME.url_name)
    under = [url for url in urls if path == url or (url != home and path.startswith(url))]
    return max(under, key=len, default=None)


def _hat_name(request: HttpRequest) -> str:
    user = _person(request)
    return user.full_name if user else ""


def _duty_lines(request: HttpRequest) -> list[str]:
    user = _person(request)
    return [_duty_text(duty) for duty in user.duties] if user else []


def _duty_text(duty: Any) -> str:
    """ผู้จัดเก็บข้อมูล สำนักงานคลังจังหวัดเชียงใหม่ (รักษาราชการแทน). A post named after its place is said once."""
    role, place = duty.get_role_display(), duty.organization.full_name
    text = f"{role}{place.removeprefix('จังหวัด')}" if role.endswith("จังหวัด") and place.startswith("จังหวัด") else None
    text = text or f"{role} {place}"
    return text if duty.standing == "substantive" else f"{text} ({duty.get_standing_display()})"


def _hat_duty(request: HttpRequest) -> str:
    lines = _duty_lines(request)
    if not lines:
        return "ยังไม่มีหน้าที่ในระบบ" if _person(request) else ""
    if len(lines) == 1 or hats.on(_person(request)):
        return lines[0]
    return f"{lines[0]} และอีก {len(lines) - 1} หน้าที่"


def _hats(request: HttpRequest) -> list[dict[str, Any]]:
    """The choices in the header, in the order the duties were given; empty for people with one duty."""
    user = _person(request)
    if user is None or len(user.duties) < 2:
        return []
    chosen = hats.on(user)
    every = {"pk": "", "text": "ทุกหน้าที่", "on": chosen is None}
    in_order = sorted(user.duties, key=lambda duty: duty.pk)
    return [every, *({"pk": duty.pk, "text": _duty_text(duty), "on": duty == chosen} for duty in in_order)]


def _hat(request: HttpRequest) -> str:
    """นายสมชาย ใจดี · ผู้จัดเก็บข้อมูล สำนักงานคลังจังหวัดเชียงใหม่; empty for a stranger."""
    name = _hat_name(request)
    return f"{name} · {_hat_duty(request)}" if name else ""


def _demo_date() -> str:
    return thai.weekday_date_text(clock.today()) if settings.DEMO else ""
