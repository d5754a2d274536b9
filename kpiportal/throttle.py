"""Limits on attempts: passwords, codes and reset mails. Counted before anything is hashed or sent.

Three counts per place: this person from this address (pair), everything from this address, this person from anywhere
(account). Their sizes guarantee two things:
- One address cannot lock a person out elsewhere: the pair limit is below the account limit, and a refused attempt is
  not counted.
- A person who has signed in from an address before is limited there by the pair alone, so a guesser in the same
  building, or one spread over many addresses, does not keep them out.
Counts live in Redis, one script call per attempt. Without Redis every process counts for itself: the limits are then
looser by the number of processes, never off.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any

import redis
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from redis.exceptions import RedisError

from kpiportal.http import refuse, wants_fragment

log = logging.getLogger(__name__)
KNOWN_FOR = 30 * 24 * 3600  # seconds a place where somebody signed in is remembered
REDIS_PAUSE = 5  # seconds before an unreachable Redis is tried again
LOCAL_KEYS = 20_000
SHOWN_AGAIN = (200, 422)  # allauth's pages make it 422 further out (kpiportal/account_urls.py)

# KEYS: pair, address, account, known. ARGV: tries and seconds of the first three. Gives the seconds to wait, or 0.
_ENTER = """
local held, wait = redis.call('EXISTS', KEYS[4]) == 1 and 1 or 3, 0
for i = 1, held do
  if tonumber(redis.call('GET', KEYS[i]) or '0') >= tonumber(ARGV[2 * i - 1]) then
    wait = math.max(wait, redis.call('TTL', KEYS[i]), 1)
  end
end
if wait > 0 then return wait end
for i = 1, 3 do
  if redis.call('INCR', KEYS[i]) == 1 then redis.call('EXPIRE', KEYS[i], ARGV[2 * i]) end
end
return 0
"""
# The try was good: the guesser's count starts again, the other two take it back.
_LEAVE = """
redis.call('DEL', KEYS[1])
for i = 2, 3 do
  if redis.call('EXISTS', KEYS[i]) == 1 then redis.call('DECR', KEYS[i]) end
end
redis.call('SET', KEYS[4], '1', 'EX', ARGV[1])
return 0
"""


@dataclass(frozen=True)
class Limit:
    """At most `tries` in `seconds`, counted from the first."""

    tries: int
    seconds: int


@dataclass(frozen=True)
class Door:
    """`who` names the account a request is about ("" when unknown). `every_try`: a good one counts as well."""

    name: str
    who: Callable[[HttpRequest], str]
    pair: Limit
    address: Limit
    account: Limit
    every_try: bool = False

    def keys(self, request: HttpRequest) -> list[str]:
        address = _place(request.META.get("REMOTE_ADDR", ""))
        account = self.who(request).strip().lower()
        pair = f"{account}|{address}"
        words = {"pair": pair, "address": address, "account": account, "known": pair}
        return [f"throttle:{self.name}:{kind}:{_sealed(word)}" for kind, word in words.items()]

    @property
    def limits(self) -> list[Limit]:
        return [self.pair, self.address, self.account]


def _place(address: str) -> str:
    """The address; for IPv6 its /64, which is one household or office."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


def _sealed(word: str) -> str:
    """A keyed hash, so that Redis holds no mail address in the clear."""
    return hashlib.blake2b(word.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=16).hexdigest()


def _typed(field: str) -> Callable[[HttpRequest], str]:
    return lambda request: request.POST.get(field, "")


def _signing_in(request: HttpRequest) -> str:
    """Whose password was right a moment ago (allauth keeps it in the session until the code is)."""
    return str(request.session.get("account_login", {}).get("user_pk", ""))


def _signed_in(request: HttpRequest) -> str:
    return str(request.user.pk or "")


def _invited(request: HttpRequest) -> str:
    """The invitation whose code was shown in this browser."""
    return str(request.session.get("invitation", ""))


MINUTE, HOUR = 60, 3600
PASSWORD = Door("password", _typed("login"), Limit(5, 5 * MINUTE), Limit(30, 5 * MINUTE), Limit(100, HOUR))
CODE = Door("code", _signing_in, Limit(5, 15 * MINUTE), Limit(30, 15 * MINUTE), Limit(30, HOUR))
# A signature cannot be guessed: counted only so that junk stays cheap.
PASSKEY = Door("passkey", lambda request: "", Limit(30, 5 * MINUTE), Limit(30, 5 * MINUTE), Limit(10**6, HOUR))
AGAIN = Door("again", _signed_in, Limit(10, 5 * MINUTE), Limit(100, 5 * MINUTE), Limit(200, HOUR))
RESET_MAIL = Door(
    "reset", _typed("email"), Limit(5, 15 * MINUTE), Limit(20, 15 * MINUTE), Limit(30, HOUR), every_try=True
)
RESET_LINK = Door("link", lambda request: "", Limit(20, 5 * MINUTE), Limit(20, 5 * MINUTE), Limit(10**6, HOUR))


# An invitation's code cannot be guessed either; its password is hashed, and a whole office may set theirs at once.
JOIN = Door("join", lambda request: "", Limit(30, 5 * MINUTE), Limit(30, 5 * MINUTE), Limit(10**6, HOUR))
JOINING = Door("joining", _invited, Limit(20, 5 * MINUTE), Limit(300, 5 * MINUTE), Limit(100, HOUR))


class LocalCounts:
    """The same counts in this process alone, used while Redis is down."""

    def __init__(self) -> None:
        self._counts: dict[str, list[float]] = {}  # key: [tries, end of the window]
        self._lock = threading.Lock()

    def enter(self, keys: list[str], limits: list[Limit]) -> int:
        now = time.monotonic()
        with self._lock:
            self._make_room(now)
            rows = [self._row(key, limit, now) for key, limit in zip(keys, limits, strict=False)]
            waits = [end - now for (tries, end), limit in zip(rows, limits, strict=True) if tries >= limit.tries]
            if waits:
                return int(max(waits)) + 1
            for row in rows:
                row[0] += 1
        return 0

    def leave(self, keys: list[str]) -> None:
        with self._lock:
            self._counts.pop(keys[0], None)
            for key in keys[1:3]:
                if key in self._counts:
                    self._counts[key][0] -= 1

    def _row(self, key: str, limit: Limit, now: float) -> list[float]:
        row = self._counts.get(key)
        if row is None or row[1] <= now:
            row = self._counts[key] = [0, now + limit.seconds]
        return row

    def _make_room(self, now: float) -> None:
        """Drop expired windows; if a flood of names still fills the memory, drop the oldest half as well."""
        if len(self._counts) < LOCAL_KEYS:
            return
        self._counts = {key: row for key, row in self._counts.items() if row[1] > now}
        if len(self._counts) >= LOCAL_KEYS:
            self._counts = dict(list(self._counts.items())[LOCAL_KEYS // 2 :])


class Counts:
    """Counts in Redis, or in this process while Redis does not answer."""

    def __init__(self) -> None:
        self.local = LocalCounts()
        self._away_until = 0.0

    def enter(self, keys: list[str], limits: list[Limit]) -> int:
        """Count the try. Returns 0 when it may go on, else the seconds to wait."""
        numbers = [number for limit in limits for number in (limit.tries, limit.seconds)]
        waited = self._ask(_ENTER, keys, numbers)
        return self.local.enter(keys, limits) if waited is None else waited

    def leave(self, keys: list[str]) -> None:
        self._ask(_LEAVE, keys, [KNOWN_FOR])
        self.local.leave(keys)

    def _ask(self, script: str, keys: list[str], numbers: list[int]) -> int | None:
        if time.monotonic() < self._away_until:
            return None
        try:
            return int(_redis(settings.REDIS_URL).eval(script, len(keys), *keys, *numbers))  # type: ignore[arg-type]
        except RedisError as error:
            self._away_until = time.monotonic() + REDIS_PAUSE
            log.warning("throttle counts in this process alone: %s", type(error).__name__)
            return None


@cache
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)


counts = Counts()


def guarded(door: Door, view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorator: count the view's POSTs. A form shown again was a failed try; any other answer takes the try back."""

    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or not settings.KPI_THROTTLE:
            return view(request, *args, **kwargs)
        keys = door.keys(request)
        wait = counts.enter(keys, door.limits)
        if wait:
            return _wait(request, wait)
        response = view(request, *args, **kwargs)
        if response.status_code not in SHOWN_AGAIN and not door.every_try:
            counts.leave(keys)
        return response

    return guard


def _wait(request: HttpRequest, seconds: int) -> HttpResponseBase:
    reason = f"ลองใหม่ได้ในอีก {-(-seconds // MINUTE)} นาที"
    if request.user.is_authenticated or wants_fragment(request):
        response = refuse(request, 429, reason=reason)
    else:
        response = HttpResponse(_page(reason), status=429)
    response["Retry-After"] = str(seconds)
    return response


@cache
def _page(reason: str) -> str:
    """The refusal for people who are not signed in, rendered once per number of minutes: a flood must stay cheap."""
    return render_to_string("429.html", {"status": 429, "reason": reason, "blockers": []})
