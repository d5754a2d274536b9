"""Calls to other systems: HTTPS only, no redirects, and never to an address of our own network (SSRF).

The name is resolved once, every address is checked, and the connection is made to a checked address, so a DNS answer
that changes between check and call has no effect (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import urllib3
from django.conf import settings

from kpiportal.channels import Later, Refused

TIMEOUT = urllib3.Timeout(connect=5, read=10)


@dataclass(frozen=True)
class Answer:
    status: int
    words: str


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """The other side's answer, its first words. Refused for an address we do not call, Later when nobody answers."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    address = _checked(url)
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(address, port, server_hostname=host, assert_hostname=host, timeout=TIMEOUT)
    else:
        pool = urllib3.HTTPConnectionPool(address, port, timeout=TIMEOUT)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with pool:
            answer = pool.urlopen(
                "POST", path, body=body, headers={**headers, "Host": parts.netloc.rpartition("@")[2]},
                retries=False, redirect=False, preload_content=False,
            )  # fmt: skip
            words = answer.read(500).decode("utf-8", "replace")
            answer.drain_conn()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise Later(str(error)) from error
    return Answer(answer.status, words)


def problem(url: str) -> str:
    """What is wrong with an address as a Thai sentence; "" when it may be called."""
    try:
        _checked(url)
    except Refused as refusal:
        return str(refusal)
    except Later:
        return "หาที่อยู่นี้ในอินเทอร์เน็ตไม่พบ ตรวจตัวสะกดของชื่อเครื่อง"
    return ""


def _checked(url: str) -> str:
    """The address to call, every one the name has being public."""
    parts = urlsplit(url)
    inside = bool(settings.KPI_OUTWARD_PRIVATE)
    if parts.scheme not in (("https", "http") if inside else ("https",)) or not parts.hostname:
        raise Refused("ที่อยู่ต้องขึ้นต้นด้วย https://")
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Later(str(error)) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not inside and not all(is_public(address) for address in addresses):
        raise Refused("ที่อยู่นี้อยู่ในเครือข่ายภายใน ระบบไม่ส่งข้อมูลออกไปที่นั่น")
    return addresses[0]


def is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not (mapped or found).is_multicast
