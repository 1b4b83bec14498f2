"""An edit that comes before the one that it was made upon waits for it, and never for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.forms.publish import publish
from server.intake.readmit import published
from server.openrosa import take_in
from server.openrosa.waiting import look_for_waiting
from server.registers.models import Entity
from server.submissions.models import Submission
from tests.forms.instances import FORMS, compiled, new_id, register_xml
from tests.making import looking, writing
from tests.openrosa.collecting import Collect, Local, contact_xml
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds

NEWER = "2027010101"


def two_edits(collect: Collect, household: str) -> tuple[str, str]:
    """One upon the other, none of them sent."""
    collect.fetch("contact")
    first = collect.entity("households", household)
    second = collect.entity("households", household)
    return (
        contact_xml(household, first, phone="13911110000"),
        contact_xml(household, second, phone="13922220000"),
    )


def set_aside(app: Flask) -> list[str]:
    with looking(app) as session:
        return [one.instance_id for one in session.query(Submission) if one.quarantined]


def phone_of(app: Flask, household: str) -> object:
    with looking(app) as session:
        live = session.get_one(Entity, household).live
        assert live["disputed"] == {}
        return live["units"]["phone"][0]  # type: ignore[index]


@pytest.mark.parametrize("first", [0, 1])
def test_edits_that_arrive_at_the_same_moment_see_each_other(
    app: Flask,
    client: FlaskClient,
    collect: Collect,
    household: str,
    monkeypatch: pytest.MonkeyPatch,
    first: int,
) -> None:
    edits = two_edits(collect, household)
    other = Collect(app.test_client(), collect.person_id)
    before_commit, answered = Event(), Event()
    missing = take_in._missing

    def wait_before_commit(*said: object) -> tuple[str, ...]:
        monkeypatch.setattr(take_in, "_missing", missing)
        before_commit.set()
        answered.wait(1)
        return missing(*said)  # type: ignore[arg-type]

    def send_beside() -> int:
        assert before_commit.wait(20)
        status = other.send(edits[1 - first]).status_code
        answered.set()
        return status

    monkeypatch.setattr(take_in, "_missing", wait_before_commit)
    with ThreadPoolExecutor(1) as pool:
        beside = pool.submit(send_beside)
        assert collect.send(edits[first]).status_code in {201, 202}
        assert beside.result() in {201, 202}
    assert set_aside(app) == []
    assert phone_of(app, household) == "13922220000"
    assert_rebuilds(app)


def test_an_edit_of_what_was_itself_set_aside_is_taken_in_after_it(
    app: Flask, phone: Phone, collect: Collect, tmp_path: Path
) -> None:
    household = new_id()
    made = register_xml(household, phone="13955550000")
    made = made.replace(compiled("household_register").definition.version, NEWER)
    collect.held[household] = Local({"phone": "13955550000"}, 1, "")
    edit = contact_xml(household, collect.entity("households", household), phone="13966660000")
    assert collect.send(made).status_code == 202
    assert collect.send(edit).status_code == 202
    publish_newer_register(app, tmp_path)
    with app.app_context():
        look_for_waiting()
    assert set_aside(app) == []
    assert phone_of(app, household) == "13966660000"
    assert_rebuilds(app)


def publish_newer_register(app: Flask, folder: Path) -> None:
    source = folder / "household_register.md"
    text = (FORMS / source.name).read_text()
    source.write_text(text.replace(compiled("household_register").definition.version, NEWER))
    with writing(app) as session:
        row = publish(session, source, now=clock.now(), valid_from=date(2020, 1, 1))
        assert row is not None
        assert published(session, [(row.form_id, row.version)], clock.now())
