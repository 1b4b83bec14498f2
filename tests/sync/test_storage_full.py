"""When the server's disk is full nothing is half stored, and the phone keeps its records."""

from __future__ import annotations

import json

from flask import Flask
from sqlalchemy import event, func, select, text

from server import clock
from server.database import db
from server.submissions.models import Submission, Write
from tests.forms.instances import new_id, register_xml
from tests.making import looking, writing
from tests.phone import Phone

PG_TRIGGER = """
create function no_space() returns trigger language plpgsql as
$$ begin raise exception 'could not extend file' using errcode = '53100'; end $$;
create trigger no_space before insert on writes execute function no_space();
"""


def fill_the_disk(app: Flask) -> None:
    """Let the database find no more space, in the way each of them says it."""
    with app.app_context():
        engine = db.engine
        if engine.dialect.name == "postgresql":
            with engine.begin() as connection:
                connection.execute(text(PG_TRIGGER))
            return

        @event.listens_for(engine, "begin")
        def limit(connection: object) -> None:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()  # type: ignore[attr-defined]
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined]


def test_a_push_onto_a_full_disk_stores_nothing_and_says_so(app: Flask, alice: Phone) -> None:
    fill_the_disk(app)
    sent = []
    for _ in range(3):
        instance = new_id()
        xml = register_xml(instance_id=instance, check_note="长" * 20_000)
        sent.append(alice.submission("household_register", xml, instance))
    response = alice.client.post(
        "/api/v1/sync/push",
        data=json.dumps({"sent_at": clock.now().isoformat(), "submissions": sent}),
        headers={**alice.device.headers, "Content-Type": "application/json"},
    )
    problem = response.get_json(force=True)
    assert response.status_code == 507, problem
    assert problem["type"] == "urn:yihu:problem:storage-full"
    assert "磁盘满了" in problem["detail"]
    with looking(app) as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 0
        assert session.scalar(select(func.count()).select_from(Write)) == 0


def test_the_same_push_is_stored_once_there_is_space_again(app: Flask, alice: Phone) -> None:
    fill_the_disk(app)
    instance = new_id()
    xml = register_xml(instance_id=instance, check_note="长" * 20_000)
    one = alice.submission("household_register", xml, instance)
    body = json.dumps({"sent_at": clock.now().isoformat(), "submissions": [one]})
    headers = {**alice.device.headers, "Content-Type": "application/json"}
    refused = alice.client.post("/api/v1/sync/push", data=body, headers=headers)
    assert refused.status_code == 507
    make_space(app)
    stored = alice.client.post("/api/v1/sync/push", data=body, headers=headers)
    assert stored.get_json()["outcomes"][0]["outcome"] == "stored"


def make_space(app: Flask) -> None:
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            with writing(app) as session:
                session.execute(text("drop trigger no_space on writes"))
            return

        @event.listens_for(db.engine, "begin")
        def unlimit(connection: object) -> None:
            connection.exec_driver_sql("PRAGMA max_page_count=1000000")  # type: ignore[attr-defined]
