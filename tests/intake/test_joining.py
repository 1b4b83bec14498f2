"""Two entities that the office finds to be one are one from then on, late records included."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from server import clock
from server.accounts.actor import Actor, actor
from server.followup.duplicates import subject_of
from server.followup.models import Task
from server.intake.office import OfficeContent, office_submission
from server.intake.receive import receive
from server.registers.models import Entity, HouseholdRow
from tests.forms.instances import CHILD_ID, WIFE_ID, member, new_id, register_xml, visit_xml
from tests.making import TOWN, a_person, looking, writing
from tests.phone import Phone


@pytest.fixture
def bob(app: Flask) -> Actor:
    person = a_person(app, "town_reviewer", TOWN, name="赵国强")
    with looking(app) as session:
        return actor(session, person, clock.today())


def join(app: Flask, who: Actor, first: str, second: str) -> str:
    content = OfficeContent("join", clock.today(), join=(first, second), reason="同一户")
    one = office_submission(content, person_id=who.person_id, now=clock.now())
    with writing(app) as session:
        return receive(session, [one], who, clock.now()).outcomes[0].fate


def register(phone: Phone, **answers: object) -> str:
    household = new_id()
    phone.send(
        "household_register",
        lambda i: register_xml(household, instance_id=i, **answers),  # type: ignore[arg-type]
    )
    return household


def two_households(phone: Phone) -> tuple[str, str]:
    """Two that are one, by name order: the second was registered with a child only."""
    homes = sorted((new_id(), new_id()))
    phone.send("household_register", lambda i: register_xml(homes[0], instance_id=i))
    phone.send(
        "household_register",
        lambda i: register_xml(
            homes[1], instance_id=i, members=[member(CHILD_ID, name="陈晨")], house_year="1998"
        ),
    )
    return homes[0], homes[1]


def test_joined_households_are_one_with_all_members_visits_and_facts(
    app: Flask, alice: Phone, bob: Actor
) -> None:
    kept, lost = two_households(alice)
    visit, _ = alice.send("visit", lambda i: visit_xml(lost, instance_id=i))
    alice.pull()
    assert join(app, bob, lost, kept) == "stored"
    alice.pull()
    assert ("households", lost) not in alice.rows
    row = alice.rows[("households", kept)]
    assert row["derived"]["family_size"] == 3
    assert row["derived"]["last_visit_on"] == "2026-11-20"
    assert alice.value(kept, "house_year") == "1998"
    people = [r for (kind, _), r in alice.rows.items() if kind == "persons"]
    assert {person["units"]["household"][0] for person in people} == {kept}
    assert alice.rows[("review", visit)]["household"] == kept
    with looking(app) as session:
        assert [r.household_id for r in session.scalars(select(HouseholdRow))] == [kept]


def test_what_is_recorded_of_the_lost_one_later_follows(
    app: Flask, alice: Phone, bob: Actor
) -> None:
    kept, lost = two_households(alice)
    join(app, bob, kept, lost)
    visit, outcome = alice.send(
        "visit", lambda i: visit_xml(lost, instance_id=i, event_date="2026-11-21", food_ok="no")
    )
    assert outcome == "stored"
    alice.pull()
    assert alice.value(kept, "food_ok") == "no"
    assert alice.rows[("households", kept)]["derived"]["last_visit_on"] == "2026-11-21"
    assert alice.rows[("review", visit)]["household"] == kept
    assert alice.rows[("review", visit)]["area"] == alice.rows[("households", kept)]["area"]


def test_a_stranger_does_not_reach_a_joined_household_by_its_old_name(
    app: Flask, alice: Phone, charlie: Phone, bob: Actor
) -> None:
    kept, lost = two_households(alice)
    join(app, bob, kept, lost)
    _, outcome = charlie.send("visit", lambda i: visit_xml(lost, instance_id=i))
    assert outcome == "quarantined"


def test_the_same_id_number_twice_is_a_task_until_the_two_are_joined(
    app: Flask, alice: Phone, bob: Actor
) -> None:
    one, other = new_id(), new_id()
    register(alice, members=[member(), member(WIFE_ID, person_id=one, relation="10")])
    away = member(WIFE_ID, person_id=other, relation="10")
    register(alice, members=[member(CHILD_ID, name="陈晨"), away])
    subject = subject_of(one, other)
    with looking(app) as session:
        task = session.get_one(Task, ("duplicate", subject))
        assert task.state == "open"
        assert task.detail["entities"] == sorted((one, other))
    join(app, bob, one, other)
    alice.pull()
    assert ("persons", max(one, other)) not in alice.rows
    with looking(app) as session:
        assert session.get_one(Task, ("duplicate", subject)).state == "done"
        assert session.get_one(Entity, min(one, other)).known
        assert not session.get_one(Entity, max(one, other)).known
