"""One event, one line: what a caller sends cannot begin a line of its own in the server's log (ASVS 16.4.1)."""

from __future__ import annotations

import logging
import re

# PostgreSQL tells the row it refused, "Key (email)=(...)": people's data, and the line before it says enough.
_ROW = re.compile(r"^(DETAIL|CONTEXT):.*")
# Whatever a terminal, a pager or a collector may take for an end of line or a command; tabs are harmless.
_BREAKS = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class OneLine(logging.Formatter):
    """The usual formatter, control signs of the message written out. A traceback keeps its lines, each set in by four
    spaces, so that none can pass for an event, and lacks the values of rows that PostgreSQL adds."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- logging's name
        record.message = _BREAKS.sub(_written_out, record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802 -- logging's name
        told = super().formatException(ei).split("\n")  # type: ignore[arg-type]
        lines = [_ROW.sub(r"\1: (left out)", line) for line in told]
        return "\n".join("    " + _BREAKS.sub(_written_out, line) for line in lines)

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 -- logging's name
        return "\n".join("    " + _BREAKS.sub(_written_out, line) for line in stack_info.split("\n"))


def _written_out(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")
