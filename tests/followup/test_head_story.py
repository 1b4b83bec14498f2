"""The head of a household dies: on the visit a successor is picked, the office approves it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server.followup.models import Task
from server.registers.models import Entity, HouseholdRow
from tests.console.desk import Desk, hidden
from tests.forms.instances import (
    HEAD_ID,
    WIFE_ID,
    known_member,
    member,
    new_id,
    register_xml,
    visit_xml,
)
from tests.making import a_device, looking, publish_forms
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds

HEAD, WIFE = new_id(), new_id()
STEPS_DOWN = {"member_status": "removed", "change_reason": "death", "change_date": "2026-11-18"}


@pytest.fixture
def alice(app: Flask, client: FlaskClient) -> Phone:
    publish_forms(app)
    return Phone(client, a_device(client))


@pytest.fixture
def household(alice: Phone) -> str:
    household = new_id()
    people = [
        member(HEAD_ID, person_id=HEAD),
        member(WIFE_ID, person_id=WIFE, name="赵桂兰", relation="10"),
    ]
    alice.send(
        "household_register", lambda i: register_xml(household, instance_id=i, members=people)
    )
    alice.pull()
    return household


def dies(phone: Phone, household: str) -> str:
    """A visit on which the family says that its head died and who follows him."""
    change = {
        "change_kind": "death",
        "change_who": HEAD,
        "change_id": HEAD,
        "change_date": "2026-11-18",
        "change_status": "removed",
        "change_reason": "death",
        "left": "1",
        "head_left": "1",
    }
    record, outcome = phone.send(
        "visit",
        lambda i: visit_xml(
            household,
            instance_id=i,
            known_head=HEAD,
            member_changed="yes",
            member_changes=[change],
            household_end="still",
            new_head=WIFE,
            head=WIFE,
        ),
        shown=phone.shown(household, HEAD),
    )
    assert outcome == "stored"
    return record


def approve(desk: Desk, record: str) -> None:
    address = f"/console/review/{record}"
    seen = hidden(desk.page(address), "seen")
    assert desk.post(address, decision="approve", seen=seen).status_code == 302


def open_tasks(app: Flask) -> set[str]:
    with looking(app) as session:
        found = session.scalars(select(Task).where(Task.state == "open"))
        return {f"{task.kind}:{task.subject.partition(':')[0]}" for task in found}


def head_of(app: Flask, household: str) -> tuple[str, str]:
    """The head's name in the list, and as the household has it."""
    with looking(app) as session:
        row = session.get_one(HouseholdRow, household)
        return row.head_name, str(session.get_one(Entity, household).derived["head_name"])


def test_a_successor_is_head_once_the_office_has_agreed(
    app: Flask, alice: Phone, household: str
) -> None:
    desk = Desk(app)
    record = dies(alice, household)
    assert head_of(app, household) == ("陈广田", "陈广田"), "only a proposal yet"
    assert open_tasks(app) == set()
    approve(desk, record)
    assert head_of(app, household) == ("赵桂兰", "赵桂兰")
    assert open_tasks(app) == {f"welfare_stop:{HEAD}", "register_odd:relations"}
    alice.pull()
    assert alice.value(household, "head") == WIFE
    assert alice.rows[("households", household)]["derived"]["family_size"] == 1
    assert "赵桂兰" in desk.page("/console/households/")

    widow = known_member(WIFE, name="赵桂兰", relation="02", birth_date="1954-08-22",
                         known_birth_date="1954-08-22", sex="female", known_sex="female",
                         age="72")  # fmt: skip
    alice.send(
        "household_register",
        lambda i: register_xml(household, instance_id=i, known=True, members=[widow], head=WIFE),
        shown=alice.shown(household, WIFE),
    )
    assert open_tasks(app) == {f"welfare_stop:{HEAD}"}, "the facts agree again"
    assert_rebuilds(app)


def test_a_household_whose_head_left_without_a_successor_is_asked_for_one(
    app: Flask, alice: Phone, household: str
) -> None:
    dead = known_member(HEAD, head=False, relation="02", member_change="death",
                        change_on="2026-11-18", in_count="0", **STEPS_DOWN)  # fmt: skip
    record, _ = alice.send(
        "household_register",
        lambda i: register_xml(household, instance_id=i, known=True, members=[dead], head=HEAD),
        shown=alice.shown(household, HEAD),
    )
    approve(Desk(app), record)
    assert "register_odd:head" in open_tasks(app)
    assert_rebuilds(app)
