"""Structured logs: one JSON object a line, without answers, names or numbers of people."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

#: Only these extra fields are ever written, so that no personal data slips in.
FIELDS = ("path", "kind", "job", "instance_id", "form_id", "status", "count", "ms", "area")


class JsonLine(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = self.formatException(record.exc_info).splitlines()[-12:]
        return json.dumps(line, ensure_ascii=False, default=str)


def start() -> None:
    """Send the server's own log to standard error."""
    log = logging.getLogger("server")
    if log.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
