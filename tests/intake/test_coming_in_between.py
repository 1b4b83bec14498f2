"""A household that comes while another push waits for it: what is said of it is placed anew."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import actor as actor_of
from server.intake.batch import Batch
from server.intake.place import OUTSIDE
from server.intake.receive import Outcome, receive
from server.submissions.models import Submission
from server.sync.push import incoming_of
from server.sync.schemas import PushSchema
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import SANLI, looking, writing
from tests.phone import Phone


def push(session: Session, phone: Phone, form_id: str, xml: str, name: str) -> Outcome:
    now = clock.now()
    body = phone.submission(form_id, xml, name)
    sent = PushSchema().load({"sent_at": now.isoformat(), "submissions": [body]})
    actor = actor_of(session, phone.device.person_id, clock.today(), phone.device.id)
    return receive(session, incoming_of(sent, actor, now), actor, now).outcomes[0]


def visit_while_the_household_comes(
    app: Flask, monkeypatch: pytest.MonkeyPatch, visitor: Phone, neighbour: Phone
) -> tuple[Outcome, Submission]:
    """The neighbour's household comes right after the visitor's push has looked for it."""
    home, visit = new_id(), new_id()
    hold = Batch.hold

    def hold_and_wait(batch: Batch, session: Session, ids: Collection[str]) -> None:
        hold(batch, session, ids)
        monkeypatch.setattr(Batch, "hold", hold)
        name = new_id()
        xml = register_xml(home, instance_id=name)
        assert push(session, neighbour, "household_register", xml, name).fate == "stored"

    monkeypatch.setattr(Batch, "hold", hold_and_wait)
    with writing(app) as session:
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
