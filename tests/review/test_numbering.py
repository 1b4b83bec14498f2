"""A registered household gets its number when its registration is approved."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from server import clock
from server.accounts.actor import Actor, actor
from server.registers.models import HouseholdRow
from server.review.decide import Word, decide, undo
from server.review.queue import seen_of
from server.submissions.models import ReviewState, Submission
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import SANLI, TOWN, a_person, looking, writing
from tests.phone import Phone


@pytest.fixture
def bob(app: Flask) -> Actor:
    person = a_person(app, "town_reviewer", TOWN)
    with looking(app) as session:
        return actor(session, person, clock.today())


def register(phone: Phone) -> tuple[str, str]:
    household = new_id()
    instance, _ = phone.send("household_register", lambda i: register_xml(household, instance_id=i))
    return household, instance


def act(app: Flask, who: Actor, instance: str, word: Word = "approve") -> None:
    with writing(app) as session:
        seen = seen_of(session.get_one(ReviewState, instance))
        decide(session, who, instance, word, [(None, "登记重了")], seen, clock.now())


def number_of(app: Flask, household: str) -> str | None:
    with looking(app) as session:
        row = session.get(HouseholdRow, household)
        return row.household_no if row else None


def test_the_next_serial_of_the_village_is_given_on_approval(
    app: Flask, alice: Phone, bob: Actor
) -> None:
    (one, first), (other, second) = register(alice), register(alice)
    assert number_of(app, one) == ""
    act(app, bob, second)
    act(app, bob, first)
    assert number_of(app, other) == f"{SANLI}00001"
    assert number_of(app, one) == f"{SANLI}00002"
    alice.pull()
    assert alice.value(one, "household_no") == f"{SANLI}00002"


def test_a_number_is_given_once_and_to_one_household_only(
    app: Flask, alice: Phone, bob: Actor
) -> None:
    household, instance = register(alice)
    act(app, bob, instance)
    with writing(app) as session:
        undo(session, bob, instance, clock.now())
    act(app, bob, instance, "reject")
    assert number_of(app, household) is None
    another, later = register(alice)
    act(app, bob, later)
    assert number_of(app, another) == f"{SANLI}00002"
    visit, _ = alice.send("visit", lambda i: visit_xml(another, instance_id=i))
    act(app, bob, visit)
    with looking(app) as session:
        given = session.scalars(
            select(Submission).where(Submission.form_id == "office-number")
        ).all()
    assert len(given) == 2
