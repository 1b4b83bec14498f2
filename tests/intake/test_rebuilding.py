"""Registers and review states can be computed anew from the submissions alone, and compared."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import delete

from server.registers.models import Entity, HouseholdRow
from server.submissions.models import ReviewState, Write
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import looking, writing
from tests.phone import Phone
from tests.rebuilding import differences


def damage(app: Flask, household: str, visit: str) -> None:
    with writing(app) as session:
        entity = session.get_one(Entity, household)
        entity.live = {**entity.live, "disputed": {"phone": []}}
        entity.disputed = 3
        session.get_one(ReviewState, visit).state = "approved"
        session.execute(delete(HouseholdRow))
        session.execute(delete(Write).where(Write.instance_id == visit, Write.unit == "food_ok"))


def test_damage_is_found_and_mended(app: Flask, alice: Phone) -> None:
    household = new_id()
    alice.send("household_register", lambda i: register_xml(household, instance_id=i))
    visit, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    assert differences(app) == []
    damage(app, household, visit)
    found = {(one.what, one.id) for one in differences(app)}
    assert found >= {
        ("entities", household),
        ("household_rows", household),
        ("review_states", visit),
        ("writes", f"{visit} {household} food_ok"),
    }
    differences(app, keep=True)
    assert differences(app) == []
    with looking(app) as session:
        assert session.get_one(Entity, household).disputed == 0
        assert session.get_one(HouseholdRow, household).family_size == 2


def test_looking_changes_nothing(app: Flask, alice: Phone) -> None:
    household = new_id()
    alice.send("household_register", lambda i: register_xml(household, instance_id=i))
    with looking(app) as session:
        before = session.get_one(Entity, household).live
    differences(app)
    with looking(app) as session:
        assert session.get_one(Entity, household).live == before
