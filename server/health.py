"""Whether the process lives and whether it can serve."""

from __future__ import annotations

import shutil

from flask import Flask, Response, current_app, jsonify
from sqlalchemy import text

from server.accounts.rights import PUBLIC, needs
from server.backup.safety import journal_is_there, warnings
from server.backup.serving import journal_is_settled
from server.config import current
from server.database import reading

#: Below this the instance must not take records any more.
LEAST_FREE_BYTES = 200_000_000


def init_app(app: Flask) -> None:
    """Add `/healthz` (the process lives) and `/readyz`.

    Ready: database, disk and journal are usable, and the journal agrees with the database.
    """
    app.add_url_rule("/healthz", "healthz", needs(PUBLIC)(_alive))
    app.add_url_rule("/readyz", "readyz", needs(PUBLIC)(_ready))


def _alive() -> Response:
    return jsonify(status="ok")


def _ready() -> tuple[Response, int]:
    checks = {
        "database": _database(),
        "disk": _disk(),
        "journal": journal_is_there(current()),
        "settled": journal_is_settled(current_app),
    }
    good = all(checks.values())
    answer = jsonify(
        status="ok" if good else "not ready", checks=checks, warnings=warnings(current())
    )
    return answer, 200 if good else 503


def _database() -> bool:
    try:
        with reading() as session:
            session.execute(text("select count(*) from counters"))
    except Exception:  # any failure of any driver means the same here
        return False
    return True


def _disk() -> bool:
    return shutil.disk_usage(current().instance).free > LEAST_FREE_BYTES
