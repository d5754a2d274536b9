"""What a browser calls itself, in words a person knows."""

from datetime import datetime

from django import template

from kpiportal import clock
from kpiportal.thai import BANGKOK

register = template.Library()

# The first that fits: every browser also claims to be those after it.
_BROWSERS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Line/", "LINE"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
]
_SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
]


@register.filter
def device(user_agent: str) -> str:
    """'Mozilla/5.0 (Windows NT 10.0; ...) ... Edg/130.0' → 'Edge บน Windows'."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return " บน ".join(filter(None, [browser, system])) or "อุปกรณ์ที่ไม่รู้จัก"


@register.filter
def portal_time(moment: datetime) -> datetime:
    """A moment written down by the machine's clock, as the portal's: the demo's stands elsewhere."""
    return (moment + clock.shift()).astimezone(BANGKOK)
