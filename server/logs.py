"""Structured logs: one JSON object a line, without answers, names or numbers of people."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from traceback import extract_tb

#: Only these extra fields are ever written, so that no personal data slips in.
FIELDS = ("path", "kind", "job", "instance_id", "form_id", "status", "count", "ms", "area", "group")


#: So many of the innermost frames.
FRAMES = 12


class JsonLine(logging.Formatter):
    """Formats a record as one line of JSON.

    Of an exception only its kind and where it arose: its text may hold what people answered, as
    PostgreSQL's do ("Failing row contains …") and those of values that could not be read.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1]:
            line |= _of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _of(error: BaseException) -> dict[str, object]:
    frames = extract_tb(error.__traceback__)[-FRAMES:]
    said: dict[str, object] = {
        "error": type(error).__name__,
        "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    return said | ({"sqlstate": state} if state else {})


def start() -> None:
    """Send the server's own log to standard error."""
    log = logging.getLogger("server")
    if log.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
