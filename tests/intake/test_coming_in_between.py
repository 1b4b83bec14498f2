"""A household that comes while another push waits for it: what is said of it is placed anew."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import actor as actor_of
from server.changes.queries import numbered_last
from server.intake.batch import Batch
from server.intake.place import OUTSIDE
from server.intake.receive import Outcome, receive
from server.submissions.models import Submission
from server.sync.push import incoming_of
from server.sync.schemas import PushSchema
from tests.forms.instances import compiled, new_id, register_xml, visit_xml
from tests.intake.test_readmitting import NEWER, publish_newer_visit
from tests.making import SANLI, looking, writing
from tests.phone import Phone


def push(session: Session, phone: Phone, form_id: str, xml: str, name: str) -> Outcome:
    now = clock.now()
    body = phone.submission(form_id, xml, name)
    sent = PushSchema().load({"sent_at": now.isoformat(), "submissions": [body]})
    actor = actor_of(session, phone.device.person_id, clock.today(), phone.device.id)
    return receive(session, incoming_of(sent, actor, now), actor, now).outcomes[0]


def comes_after_looking(monkeypatch: pytest.MonkeyPatch, neighbour: Phone, home: str) -> None:
    """Have the neighbour's household come right after somebody has looked for it."""
    hold = Batch.hold

    def hold_and_wait(batch: Batch, session: Session, ids: Collection[str]) -> None:
        hold(batch, session, ids)
        monkeypatch.setattr(Batch, "hold", hold)
        name = new_id()
        xml = register_xml(home, instance_id=name)
        assert push(session, neighbour, "household_register", xml, name).fate == "stored"

    monkeypatch.setattr(Batch, "hold", hold_and_wait)


def visit_while_the_household_comes(
    app: Flask, monkeypatch: pytest.MonkeyPatch, visitor: Phone, neighbour: Phone
) -> tuple[Outcome, Submission]:
    """The neighbour's household comes right after the visitor's push has looked for it."""
    home, visit = new_id(), new_id()
    comes_after_looking(monkeypatch, neighbour, home)
    with writing(app) as session, numbered_last(session):
        outcome = push(session, visitor, "visit", visit_xml(home, instance_id=visit), visit)
    with looking(app) as session:
        return outcome, session.get_one(Submission, visit)


def test_a_visit_finds_its_village(
    app: Flask, alice: Phone, dora: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome, visit = visit_while_the_household_comes(app, monkeypatch, alice, dora)
    assert (outcome.fate, visit.area) == ("stored", SANLI)
    assert visit.household_id


def test_a_stranger_is_judged(
    app: Flask, alice: Phone, charlie: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome, visit = visit_while_the_household_comes(app, monkeypatch, charlie, alice)
    assert (outcome.fate, visit.quarantined) == ("quarantined", OUTSIDE.text)


def test_what_is_taken_in_again_finds_its_village(
    app: Flask, alice: Phone, dora: Phone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, visit = new_id(), new_id()
    xml = visit_xml(home, instance_id=visit).replace(compiled("visit").definition.version, NEWER)
    pushed = alice.push(alice.submission("visit", xml, visit, form_version=NEWER))
    assert pushed["outcomes"][0]["outcome"] == "quarantined"
    comes_after_looking(monkeypatch, dora, home)
    publish_newer_visit(app, tmp_path)
    with looking(app) as session:
        found = session.get_one(Submission, visit)
        assert (found.quarantined, found.area) == (None, SANLI)
