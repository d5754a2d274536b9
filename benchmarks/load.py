"""Drivers: `hammer` asks for one page from several connections at once, `in_turn` sends a list, one after another.

Our own closed loop instead of wrk, because the count must be exact: at its end wrk drops up to eight requests on which
the server goes on working, and that work would be paid by too few answers and by the next page's run. Here nobody asks
after the time is up, and every request asked is waited for. It costs about 0.1 ms per request beside the server.
"""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kpiportal.embedded.trouble import Trouble

HOST = "127.0.0.1"
PATIENCE = 30  # seconds one answer may take


@dataclass(frozen=True)
class Request:
    """`expect` is the status that counts as done; another one stops the run."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes = b""
    expect: int = 200

    def as_bytes(self) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in self.headers.items())]
        lines += [f"Content-Length: {len(self.body)}", "Connection: close", "", ""]
        return "\r\n".join(lines).encode() + self.body


@dataclass(frozen=True, slots=True)
class Load:
    """What a driver saw: requests answered, seconds, and milliseconds that half and 95 % of them took at most."""

    requests: int
    seconds: float
    p50: float
    p95: float


def hammer(port: int, request: Request, *, seconds: float, connections: int) -> Load:
    """Ask again and again on `connections` connections for `seconds`. Raises Trouble when an answer is wrong."""
    began = time.monotonic()
    latencies: list[float] = []
    troubles: list[Exception] = []

    def browse() -> None:
        try:
            while time.monotonic() < began + seconds and not troubles:
                latencies.append(ask(port, request)[0])
        except (Trouble, OSError) as trouble:
            troubles.append(trouble)

    browsers = [threading.Thread(target=browse) for _ in range(connections)]
    for browser in browsers:
        browser.start()
    for browser in browsers:
        browser.join()
    if troubles:
        raise Trouble(f"{request.path}: {troubles[0]}")
    return _load(latencies, time.monotonic() - began)


def in_turn(port: int, requests: Iterable[Request]) -> Load:
    """Send every request when the one before it is answered."""
    began = time.monotonic()
    latencies = [ask(port, request)[0] for request in requests]
    return _load(latencies, time.monotonic() - began)


def ask(port: int, request: Request) -> tuple[float, bytes]:
    """(milliseconds from connecting to the last byte, body). Raises Trouble when the status is not the expected one."""
    took, status, body = exchange(port, request)
    if status != request.expect:
        raise Trouble(f"{request.method} {request.path} answered {status}, expected {request.expect}")
    return took, body


def exchange(port: int, request: Request) -> tuple[float, int, bytes]:
    """(milliseconds, status, body), whatever the status; 0 where no answer came."""
    began = time.perf_counter()
    with socket.create_connection((HOST, port), timeout=PATIENCE) as link:
        link.sendall(request.as_bytes())
        pieces = []
        while piece := link.recv(65536):  # the worker closes after each answer
            pieces.append(piece)
    took = (time.perf_counter() - began) * 1000
    head, _, body = b"".join(pieces).partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1:2]
    return took, int(status[0]) if status and status[0].isdigit() else 0, body


def percentile(values: Iterable[float], part: float) -> float:
    """The smallest value that `part` (0 to 1) of all values do not exceed. ValueError without values."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def _load(latencies: list[float], seconds: float) -> Load:
    return Load(len(latencies), seconds, percentile(latencies, 0.5), percentile(latencies, 0.95))
