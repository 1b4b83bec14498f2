"""A record is approved, returned with a remark, corrected and approved at last."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.accounts.actor import Actor, actor
from server.problems import DecisionRefused, NotFound, RightMissing, StateMovedOn
from server.registers.models import Entity
from server.registers.values import text
from server.review.decide import Word, decide, undo
from server.review.queue import seen_of
from server.submissions.models import ReviewState
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import SANLI, TOWN, a_device, a_person, looking, publish_forms, writing
from tests.phone import Phone

HOUSING = "/data/g_check/housing_ok"


@pytest.fixture
def alice(app: Flask, client: FlaskClient) -> Phone:
    publish_forms(app)
    return Phone(client, a_device(client))


@pytest.fixture
def household(alice: Phone) -> str:
    household = new_id()
    alice.send("household_register", lambda i: register_xml(household, instance_id=i))
    alice.pull()
    return household


def reviewer(app: Flask, role: str = "town_reviewer", area: str = TOWN) -> Actor:
    person = a_person(app, role, area, name="赵国强")
    with looking(app) as session:
        return actor(session, person, clock.today())


def act(
    app: Flask,
    who: Actor,
    instance_id: str,
    word: Word,
    *remarks: tuple[str | None, str],
    seen: str | None = None,
) -> None:
    with writing(app) as session:
        state = session.get_one(ReviewState, instance_id)
        decide(session, who, instance_id, word, remarks, seen or seen_of(state), clock.now())


def state_of(app: Flask, instance_id: str) -> ReviewState:
    with looking(app) as session:
        return session.get_one(ReviewState, instance_id)


def test_a_returned_visit_is_corrected_at_the_question_and_approved(
    app: Flask, alice: Phone, household: str
) -> None:
    bob = reviewer(app)
    first, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    act(app, bob, first, "return", (HOUSING, "写明是哪间屋"))
    alice.pull()
    row = alice.rows[("review", first)]
    assert row["state"] == "hasIssues"
    assert row["remarks"][0]["question"] == HOUSING
    assert row["remarks"][0]["by"] == "赵国强"
    assert alice.value(household, "housing_ok") == "ok", "a returned record still counts"

    second, _ = alice.send(
        "visit",
        lambda i: visit_xml(
            household,
            instance_id=i,
            deprecated_id=first,
            housing_ok="needs_assessment",
            check_note="西屋漏雨",
        ),
        deprecated_id=first,
    )
    alice.pull()
    assert alice.rows[("review", first)]["superseded_by"] == second
    assert alice.rows[("review", second)]["state"] == "edited"
    assert alice.value(household, "housing_ok") == "needs_assessment"
    act(app, bob, second, "approve")
    with looking(app) as session:
        approved = session.get_one(Entity, household).approved
        assert text(approved, "housing_ok") == "needs_assessment"


def test_only_what_is_approved_is_in_the_approved_reading(
    app: Flask, alice: Phone, household: str
) -> None:
    visit, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    with looking(app) as session:
        assert text(session.get_one(Entity, household).approved, "food_ok") == ""
    act(app, reviewer(app), visit, "approve")
    with looking(app) as session:
        assert text(session.get_one(Entity, household).approved, "food_ok") == "yes"


def test_a_rejected_record_is_withdrawn(app: Flask, alice: Phone, household: str) -> None:
    visit, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i, food_ok="no"))
    alice.pull()
    assert alice.value(household, "food_ok") == "no"
    act(app, reviewer(app), visit, "reject", (None, "这户当天没有人去过"))
    alice.pull()
    assert "food_ok" not in alice.rows[("households", household)]["units"]
    assert alice.rows[("review", visit)]["state"] == "rejected"


def test_rejecting_a_registration_takes_the_household_back(
    app: Flask, alice: Phone, household: str
) -> None:
    registered = next(i for kind, i in alice.rows if kind == "review")
    act(app, reviewer(app), registered, "reject", (None, "登记重了"))
    gone = {(row["kind"], row["id"]) for row in alice.pull() if row["gone"]}
    assert ("households", household) in gone
    assert not [kind for kind, _ in alice.rows if kind in ("households", "persons")]


def test_a_decision_can_be_taken_back(app: Flask, alice: Phone, household: str) -> None:
    bob = reviewer(app)
    visit, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    act(app, bob, visit, "return", (None, "再看看"))
    with writing(app) as session:
        undo(session, bob, visit, clock.now())
    assert state_of(app, visit).state == "received"
    alice.pull()
    assert alice.rows[("review", visit)]["remarks"] == []


def test_a_decision_on_a_state_that_moved_on_is_refused(
    app: Flask, alice: Phone, household: str
) -> None:
    bob, eve = reviewer(app), reviewer(app)
    visit, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    seen = seen_of(state_of(app, visit))
    act(app, bob, visit, "approve")
    with pytest.raises(StateMovedOn):
        act(app, eve, visit, "return", (None, "x"), seen=seen)


def test_a_return_needs_words_and_nobody_reviews_himself(
    app: Flask, alice: Phone, household: str
) -> None:
    visit, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    with pytest.raises(DecisionRefused):
        act(app, reviewer(app), visit, "return", (None, "  "))
    with looking(app) as session:
        herself = actor(session, alice.device.person_id, clock.today())
    with pytest.raises(RightMissing):
        act(app, herself, visit, "approve")


def test_a_reviewer_of_elsewhere_finds_nothing(app: Flask, alice: Phone, household: str) -> None:
    visit, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    charlie = reviewer(app, area="370321110223")
    assert SANLI not in charlie.villages
    with pytest.raises(NotFound):
        act(app, charlie, visit, "approve")
