"""An income account goes into the register to the fen, and counts once it is approved."""

from __future__ import annotations

from decimal import Decimal

from flask import Flask

from server import clock
from server.accounts.actor import actor
from server.registers import values
from server.registers.models import Entity
from server.review.decide import decide
from server.review.queue import seen_of
from server.submissions.models import ReviewState
from tests.forms.instances import compiled, instance_xml, new_id, register_xml
from tests.forms.test_income_account import EXAMPLE, SUMS, on_the_server
from tests.making import TOWN, a_person, looking, writing
from tests.phone import Phone


def approve(app: Flask, instance_id: str) -> None:
    reviewer = a_person(app, "town_reviewer", TOWN)
    with writing(app) as session:
        who = actor(session, reviewer, clock.today())
        state = session.get_one(ReviewState, instance_id)
        decide(session, who, instance_id, "approve", [], seen_of(state), clock.now())


def test_the_worked_example_stands_in_the_register_once_it_is_approved(
    app: Flask, alice: Phone
) -> None:
    household, income = new_id(), new_id()
    alice.send("household_register", lambda name: register_xml(household, instance_id=name))
    alice.pull()
    said = {**EXAMPLE, "hh_uuid": household}
    sums = {name: text for name, text in on_the_server(said).items() if name.startswith("s_")}
    definition = compiled("income_account").definition
    instance, outcome = alice.send(
        "income_account",
        lambda name: instance_xml(
            definition, {**said, **sums, "income_id": income}, instance_id=name
        ),
    )
    assert outcome == "stored"
    with looking(app) as session:
        home = session.get_one(Entity, household)
        assert "per_capita" not in home.derived
    approve(app, instance)
    with looking(app) as session:
        facts = values.properties(session.get_one(Entity, income).approved)
        assert {name: Decimal(facts[name]) for name in SUMS} == {
            name: Decimal(value) for name, value in SUMS.items()
        }
        home = session.get_one(Entity, household)
        assert (home.derived["income_year"], home.derived["per_capita"]) == ("2026", "10233.33")
