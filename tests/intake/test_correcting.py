"""Corrections: who may make them, in whichever order they arrive, and what stands in the end."""

from __future__ import annotations

from itertools import permutations

import pytest
from flask import Flask

from server import clock
from server.accounts.actor import Actor, actor
from server.followup.models import Task
from server.problems import StateMovedOn
from server.review.decide import Word, decide, undo
from server.review.queue import seen_of
from server.submissions.models import ReviewState, Submission
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import TOWN, a_person, looking, writing
from tests.phone import Phone


def register(phone: Phone) -> str:
    household = new_id()
    phone.send("household_register", lambda i: register_xml(household, instance_id=i))
    return household


def version(
    phone: Phone, household: str, instance: str, corrects: str | None = None, **answers: str
) -> str:
    """Send one version of a visit; returns its outcome."""
    xml = visit_xml(household, instance_id=instance, deprecated_id=corrects, **answers)
    push = phone.push(phone.submission("visit", xml, instance, deprecated_id=corrects))
    return str(push["outcomes"][0]["outcome"])


def stands_in(app: Flask, *instances: str) -> list[str | None]:
    with looking(app) as session:
        return [session.get_one(ReviewState, one).superseded_by for one in instances]


@pytest.fixture
def bob(app: Flask) -> Actor:
    person = a_person(app, "town_reviewer", TOWN, name="赵国强")
    with looking(app) as session:
        return actor(session, person, clock.today())


def act(app: Flask, who: Actor, instance: str, word: Word) -> None:
    with writing(app) as session:
        seen = seen_of(session.get_one(ReviewState, instance))
        said = [] if word == "approve" else [(None, "请看一下")]
        decide(session, who, instance, word, said, seen, clock.now())


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_correction_of_a_correction_stands_whatever_comes_first(
    app: Flask, alice: Phone, order: tuple[int, ...]
) -> None:
    household = register(alice)
    a, b, c = new_id(), new_id(), new_id()
    said = [(a, None, "yes"), (b, a, "no"), (c, b, "yes")]
    for index in order:
        instance, corrects, food = said[index]
        assert version(alice, household, instance, corrects, food_ok=food) == "stored"
    assert stands_in(app, a, b, c) == [c, c, None]
    with looking(app) as session:
        assert {session.get_one(Submission, one).root_id for one in (a, b, c)} == {a}
    alice.pull()
    assert alice.value(household, "food_ok") == "yes"
    assert alice.rows[("households", household)]["disputed"] == {}


@pytest.mark.parametrize("late", [False, True])
def test_only_the_author_corrects(app: Flask, alice: Phone, dora: Phone, late: bool) -> None:
    household = register(alice)
    original, correction = new_id(), new_id()
    outcomes = []
    if not late:
        version(alice, household, original)
    outcomes.append(version(dora, household, correction, original, food_ok="no"))
    if late:
        outcomes.append(version(alice, household, original))
    assert outcomes == (["stored", "stored"] if late else ["quarantined"])
    with looking(app) as session:
        reason = session.get_one(Submission, correction).quarantined
        assert reason is not None
        assert "别人记的" in reason
        assert session.get_one(Task, ("quarantine", correction)).state == "open"
    assert stands_in(app, original) == [None]
    alice.pull()
    assert alice.value(household, "food_ok") == "yes"
    assert ("review", correction) not in alice.rows


def test_a_correction_does_not_jump_to_another_household_or_form(app: Flask, alice: Phone) -> None:
    here, there = register(alice), register(alice)
    original = new_id()
    version(alice, here, original)
    assert version(alice, there, new_id(), original) == "quarantined"
    instance = new_id()
    xml = register_xml(here, known=True, members=[], instance_id=instance, deprecated_id=original)
    push = alice.push(alice.submission("household_register", xml, instance, deprecated_id=original))
    assert push["outcomes"][0]["outcome"] == "quarantined"
    itself = new_id()
    assert version(alice, here, itself, itself) == "quarantined"


def test_the_envelope_and_the_form_must_name_the_same_original(alice: Phone) -> None:
    household, original, instance = register(alice), new_id(), new_id()
    version(alice, household, original)
    xml = visit_xml(household, instance_id=instance)
    push = alice.push(alice.submission("visit", xml, instance, deprecated_id=original))
    assert push["outcomes"][0]["outcome"] == "quarantined"


def test_rejecting_a_correction_puts_the_original_back(
    app: Flask, alice: Phone, bob: Actor
) -> None:
    household = register(alice)
    original, correction = new_id(), new_id()
    version(alice, household, original)
    act(app, bob, original, "return")
    version(alice, household, correction, original, food_ok="no")
    with pytest.raises(StateMovedOn):
        act(app, bob, original, "approve")
    with pytest.raises(StateMovedOn), writing(app) as session:
        undo(session, bob, original, clock.now())
    act(app, bob, correction, "reject")
    alice.pull()
    assert alice.rows[("review", original)]["superseded_by"] is None
    assert alice.value(household, "food_ok") == "yes"


def test_over_an_approved_visit_only_an_approved_correction_stands(
    app: Flask, alice: Phone, bob: Actor
) -> None:
    household = register(alice)
    original, correction = new_id(), new_id()
    version(alice, household, original, event_date="2026-11-10")
    act(app, bob, original, "approve")
    version(alice, household, correction, original, event_date="2026-11-12")
    assert stands_in(app, original, correction) == [None, None]
    alice.pull()
    row = alice.rows[("households", household)]
    assert row["derived"]["last_visit_on"] == "2026-11-10"
    act(app, bob, correction, "approve")
    assert stands_in(app, original, correction) == [correction, None]
    alice.pull()
    row = alice.rows[("households", household)]
    assert row["derived"]["last_visit_on"] == "2026-11-12"


def test_two_corrections_of_one_version_become_a_task_until_one_is_rejected(
    app: Flask, alice: Phone, bob: Actor
) -> None:
    household = register(alice)
    original, one, other = new_id(), new_id(), new_id()
    version(alice, household, original)
    version(alice, household, one, original, food_ok="no")
    version(alice, household, other, original, clothes_ok="no")
    with looking(app) as session:
        assert session.get_one(Task, ("fork", original)).state == "open"
    loser, winner = sorted((one, other))
    assert stands_in(app, original, loser, winner) == [winner, winner, None]
    act(app, bob, loser, "reject")
    with looking(app) as session:
        assert session.get_one(Task, ("fork", original)).state == "done"
    assert stands_in(app, original, loser, winner) == [winner, None, None]


def test_taking_back_the_last_decision_returns_to_the_one_before(
    app: Flask, alice: Phone, bob: Actor
) -> None:
    household, visit = register(alice), new_id()
    version(alice, household, visit)
    act(app, bob, visit, "return")
    act(app, bob, visit, "approve")
    with writing(app) as session:
        undo(session, bob, visit, clock.now())
    alice.pull()
    row = alice.rows[("review", visit)]
    assert row["state"] == "hasIssues"
    assert len(row["remarks"]) == 1
