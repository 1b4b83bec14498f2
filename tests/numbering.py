"""Watches that every transaction numbers its changes once, after all that it locks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Connection

from server.database import db

NUMBERED = "yihu_numbered"
#: What may make a transaction wait for another one.
LOCKING = re.compile(
    r"FOR UPDATE|^(INSERT INTO|UPDATE|DELETE FROM) (counters|entities|writes|submissions"
    r"|review_states|household_rows|tasks)\b"
)


@pytest.fixture(autouse=True)
def counter_last(app: Flask) -> Iterator[None]:
    """No transaction of a test locks anything after it has numbered its changes."""
    late: list[str] = []

    def begin(connection: Connection) -> None:
        connection.info[NUMBERED] = False

    def execute(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if connection.info.get(NUMBERED) and LOCKING.search(statement):
            late.append(statement)
        if statement.startswith("UPDATE counters SET last"):
            connection.info[NUMBERED] = True

    with app.app_context():
        engine = db.engine
    event.listen(engine, "begin", begin)
    event.listen(engine, "before_cursor_execute", execute)
    try:
        yield
    finally:
        event.remove(engine, "begin", begin)
        event.remove(engine, "before_cursor_execute", execute)
    assert late == [], "the counter is taken last (decisions/0002)"
