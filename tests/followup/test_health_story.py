"""The eight ones and contact cards from phones to the registers and their tasks."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.followup.models import Task
from server.intake.office import derived_id
from server.registers.models import Entity
from server.registers.values import disputed, properties
from tests.console.desk import Desk, hidden
from tests.forms.instances import HEAD_ID, WIFE_ID, known_member, member, new_id, register_xml
from tests.forms.test_health_eight import health_xml
from tests.forms.test_left_behind_card import LINKMAN, OLD, card_xml
from tests.making import a_device, looking, publish_forms
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds

HEAD, WIFE = new_id(), new_id()
CASE, CARD = derived_id("health_case", WIFE), derived_id("contact_card", WIFE)


@pytest.fixture
def alice(app: Flask, client: FlaskClient) -> Phone:
    publish_forms(app)
    return Phone(client, a_device(client))


@pytest.fixture
def household(alice: Phone) -> str:
    household = new_id()
    people = [
        member(HEAD_ID, person_id=HEAD),
        member(
            WIFE_ID,
            person_id=WIFE,
            name="赵桂兰",
            relation="10",
            health_status="chronic",
            chronic_disease="hypertension",
            left_behind_type="elderly",
            dibao_member="yes",
        ),
    ]
    alice.send(
        "household_register",
        lambda i: register_xml(
            household,
            instance_id=i,
            members=people,
            type_proposal="out_policy",
            household_type="out_policy",
        ),
    )
    return household


def eight(phone: Phone, household: str, **answers: str) -> str:
    """Send the eight ones of the wife; what became of it."""
    about = {"hh_uuid": household, "case_household": household, "case_id": CASE}
    about |= {"person_id": WIFE, "case_person": WIFE}
    _, outcome = phone.send(
        "health_eight", lambda i: health_xml(instance_id=i, **(about | answers))
    )
    return outcome


def contact(phone: Phone, household: str, **answers: str) -> str:
    """Send a contact card of the wife; what became of it."""
    about = {"hh_uuid": household, "card_household": household, "card_id": CARD}
    about |= {"person_id": WIFE, "card_person": WIFE}
    _, outcome = phone.send(
        "left_behind_card", lambda i: card_xml(instance_id=i, **(about | answers))
    )
    return outcome


def entity(app: Flask, entity_id: str) -> Entity:
    with looking(app) as session:
        found = session.get_one(Entity, entity_id)
        session.expunge(found)
        return found


def task(app: Flask, kind: str) -> Task | None:
    with looking(app) as session:
        found = session.get(Task, (kind, WIFE))
        if found:
            session.expunge(found)
        return found


def test_two_phones_that_begin_one_case_end_in_one(
    app: Flask, client: FlaskClient, alice: Phone, household: str
) -> None:
    other = Phone(client, a_device(client))
    assert eight(alice, household, hb1_status="done", hb1_on="2026-11-20") == "stored"
    assert eight(other, household, hb7_status="na", hb7_reason="病情平稳，不需要") == "stored"
    case = entity(app, CASE)
    said = properties(case.live)
    assert (case.household_id, said["person"]) == (household, WIFE)
    assert (said["hb1_status"], said["hb7_status"]) == ("done", "na")
    assert disputed(case.live) == {}
    assert entity(app, WIFE).derived["hb_done"] == 1
    assert entity(app, household).derived["hb_people"] == 1
    assert_rebuilds(app)


def test_an_examination_opens_its_renewal_for_next_year(
    app: Flask, alice: Phone, household: str
) -> None:
    assert task(app, "health_renewal") is None
    eight(alice, household, hb6_status="done", hb6_on="2026-03-08", exam_items="blood ecg")
    renewal = task(app, "health_renewal")
    assert renewal is not None
    assert (renewal.state, str(renewal.due_on)) == ("open", "2027-03-08")


@pytest.mark.parametrize(
    ("role", "seen"), [("first_secretary", True), ("village_doctor", True), ("grid_worker", False)]
)
def test_a_case_and_its_renewal_are_told_to_who_sees_health(
    alice: Phone, household: str, role: str, seen: bool
) -> None:
    eight(alice, household, hb6_status="done", hb6_on="2026-03-08", exam_items="blood ecg")
    other = Phone(alice.client, a_device(alice.client, role))
    other.pull()
    assert ("households", household) in other.rows
    assert (("health_cases", CASE) in other.rows) == seen
    assert (("task", f"health_renewal:{WIFE}") in other.rows) == seen


def test_a_death_ends_the_renewal_and_asks_to_stop_benefits(
    app: Flask, alice: Phone, household: str
) -> None:
    eight(alice, household, hb6_status="done", hb6_on="2026-03-08", exam_items="blood ecg")
    contact(alice, household, **OLD, **LINKMAN, contact_now="face")
    dead = known_member(
        WIFE,
        name="赵桂兰",
        member_change="death",
        change_on="2026-11-18",
        member_status="removed",
        change_reason="death",
        change_date="2026-11-18",
        in_count="0",
        birth_date="1954-08-22",
        known_birth_date="1954-08-22",
        sex="female",
        known_sex="female",
        age="72",
    )
    people = [known_member(HEAD, head=True), dead]
    alice.pull()
    record, outcome = alice.send(
        "household_register",
        lambda i: register_xml(household, instance_id=i, known=True, members=people, head=HEAD),
        shown=alice.shown(household, HEAD, WIFE),
    )
    assert outcome == "stored"
    approve(app, record)
    for kind in ("health_renewal", "card_contact"):
        ended = task(app, kind)
        assert ended is not None
        assert ended.state == "done", kind
    stop = task(app, "welfare_stop")
    assert stop is not None
    assert (stop.state, stop.title) == ("open", "赵桂兰去世：请核查低保、养老金停发")
    desk = Desk(app)
    place = f"/console/checks/welfare_stop/{WIFE}"
    assert "赵桂兰去世" in desk.page(place)
    desk.post(place, decision="close", reason="低保、养老金都已停发")
    closed = task(app, "welfare_stop")
    assert closed is not None
    assert closed.state == "done"
    assert "hb_needed" not in entity(app, WIFE).derived
    assert_rebuilds(app)


def approve(app: Flask, record: str) -> None:
    """The township approves a record."""
    desk = Desk(app)
    page = desk.page(f"/console/review/{record}")
    desk.post(f"/console/review/{record}", decision="approve", seen=hidden(page, "seen"))


def test_a_contact_moves_the_day_of_the_next(app: Flask, alice: Phone, household: str) -> None:
    first = task(app, "card_contact")
    assert first is not None
    assert (first.state, first.due_on) == ("open", None)
    contact(alice, household, **OLD, **LINKMAN, contact_now="phone")
    later = task(app, "card_contact")
    assert later is not None
    assert str(later.due_on) == "2027-02-19"
    assert entity(app, WIFE).derived["card_due_on"] == "2027-02-19"
    assert_rebuilds(app)


def test_without_consent_the_card_of_a_child_holds_nothing_but_that(
    app: Flask, alice: Phone, household: str
) -> None:
    only = {"consent": "no", "person_age": "9", "known_left_behind_type": "elderly"}
    assert contact(alice, household, **only) == "stored"
    said = {name for name, value in properties(entity(app, CARD).live).items() if value}
    assert said == {"household", "person", "consent"}
    ended = task(app, "card_contact")
    assert ended is not None
    assert ended.state == "done"
