"""After a kill between journal and commit the journal learns from the database what was real."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from server import clock, create_app
from server.accounts import queries as accounts
from server.accounts.models import AuditEvent
from server.backup.replay import replay
from server.config import Settings
from server.database import db, transaction
from server.journal import keeping, segments, settling
from server.journal.keeping import group
from tests.making import a_device, looking, publish_forms
from tests.phone import Phone


def settle(app: Flask, *, abandon: bool = False) -> bool:
    with app.app_context():
        return settling.settle(db.engine, abandon=abandon)


def entries(settings: Settings) -> list[dict[str, Any]]:
    return [dict(entry) for entry in segments.entries(settings.journal)]


def left_by_a_kill(settings: Settings, many: int = 1) -> list[str]:
    """Groups that were written by a process that died before its commit."""
    names = [uuid.uuid4().hex for _ in range(many)]
    for name in names:
        lines = group(name, [{"k": "row", "table": "people", "row": {}}])
        segments.write(settings.journal, settings.instance, lines)
    return names


@pytest.fixture
def alice(app: Flask, client: FlaskClient) -> Phone:
    publish_forms(app)
    return Phone(client, a_device(client))


def test_what_the_database_lacks_is_made_void_and_the_rest_stays(
    app: Flask, settings: Settings, alice: Phone
) -> None:
    real = {entry["t"] for entry in entries(settings)}
    (name,) = left_by_a_kill(settings)
    assert settle(app)
    void = [entry["of"] for entry in entries(settings) if entry["k"] == "void"]
    assert void == [[name]]
    assert name not in real
    written = len(entries(settings))
    assert settle(app)
    assert len(entries(settings)) == written, "settled once"


def test_a_server_settles_before_it_begins(app: Flask, settings: Settings, alice: Phone) -> None:
    (name,) = left_by_a_kill(settings)
    again = create_app(settings)
    with again.app_context():
        db.engine.dispose()
    assert [entry["of"] for entry in entries(settings) if entry["k"] == "void"] == [[name]]


def test_a_transaction_under_way_is_waited_for(
    app: Flask, settings: Settings, alice: Phone
) -> None:
    """Whoever settles while another commits must not make void what becomes real a moment later."""
    written, told = threading.Event(), []

    def commit() -> None:
        with app.app_context(), transaction() as session:
            accounts.audit(session, clock.now(), None, "slow", "thing")
            keeping.write(session)
            written.set()
            threading.Event().wait(0.7)

    slow = threading.Thread(target=commit)
    slow.start()
    assert written.wait(20)
    told.append(settle(app))
    slow.join()
    assert told == [True]
    assert [entry for entry in entries(settings) if entry["k"] == "void"] == []
    query = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "slow")
    with looking(app) as session:
        assert session.execute(query).scalar_one() == 1


def test_an_old_database_put_back_by_hand_makes_nothing_void(
    app: Flask, settings: Settings, alice: Phone
) -> None:
    names = left_by_a_kill(settings, settling.MOST + 1)
    assert not settle(app)
    assert [entry for entry in entries(settings) if entry["k"] == "void"] == []
    assert settle(app, abandon=True)
    (void,) = [entry["of"] for entry in entries(settings) if entry["k"] == "void"]
    assert void == sorted(names)


def test_an_old_database_put_back_by_hand_is_said_by_readyz(
    app: Flask, settings: Settings, alice: Phone
) -> None:
    assert app.test_client().get("/readyz").get_json()["checks"]["settled"]
    left_by_a_kill(settings, settling.MOST + 1)
    again = create_app(settings)
    answer = again.test_client().get("/readyz")
    with again.app_context():
        db.engine.dispose()
    assert (answer.status_code, answer.get_json()["checks"]["settled"]) == (503, False)
    assert answer.get_json()["checks"]["journal"], "the disk itself is there"


def test_a_group_without_all_its_lines_does_not_count(
    app: Flask, settings: Settings, alice: Phone
) -> None:
    rows = [{"k": "row", "table": "people", "row": {}}] * 3
    lines = group("torn", rows).splitlines(keepends=True)
    segments.write(settings.journal, settings.instance, b"".join(lines[:2]))
    with app.app_context():
        done = replay(settings.journal, "", lambda *_: None)
    assert done.groups == 0
