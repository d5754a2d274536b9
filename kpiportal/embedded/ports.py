"""Ports on 127.0.0.1: whether one is free, and starting a server on whichever is."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Callable

from kpiportal.embedded import process
from kpiportal.embedded.process import Child
from kpiportal.embedded.trouble import Trouble

LOCALHOST = "127.0.0.1"
TAKEN_WORDS = ("Address already in use", "could not bind", "Could not create server TCP")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOCALHOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Whether a server may listen on `port` now; a closed connection still in TIME_WAIT does not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError as refusal:
            if refusal.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def start_on_free_port(launch: Callable[[int], Child], answers: Callable[[int], bool], patience: float = 60.0) -> int:
    """Launch a server on a free port and wait until it answers; the port it got.

    Between the search and the server's own bind another program may take the port: then try the next.
    Raises Trouble with the last log lines when the server ends or stays silent for `patience` seconds.
    """
    for _attempt in range(3):
        port = free_port()
        child = launch(port)
        deadline = time.monotonic() + patience
        while child.is_alive() and time.monotonic() < deadline:
            if answers(port):
                return port
            time.sleep(0.03)
        said = process.tail(child.log)
        silent = child.is_alive()
        child.stop()
        if silent or not any(word in said for word in TAKEN_WORDS):
            break
    raise Trouble(f"{child.name} ไม่เริ่มทำงาน ข้อความท้ายบันทึก {child.log}\n{said}")
