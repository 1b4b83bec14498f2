"""What the office decides counts in the order in which it was decided, whatever the clock says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from server import clock
from server.accounts.actor import Actor, actor
from server.followup.queries import verdicts_on
from server.review import acts, checks, same_visit
from server.review.decide import decide, undo
from server.review.queue import seen_of
from server.submissions.models import ReviewState
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import TOWN, a_person, looking, writing
from tests.phone import Phone

NOW = clock.now()
EARLIER = [NOW - timedelta(hours=hours) for hours in (1, 2, 3)]


@pytest.fixture
def bob(app: Flask) -> Actor:
    person = a_person(app, "town_reviewer", TOWN)
    with looking(app) as session:
        return actor(session, person, clock.today())


@pytest.fixture
def household(alice: Phone) -> str:
    household = new_id()
    alice.send("household_register", lambda i: register_xml(household, instance_id=i))
    return household


def test_a_decision_and_what_takes_it_back(
    app: Flask, alice: Phone, bob: Actor, household: str
) -> None:
    visit, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))

    def state() -> ReviewState:
        with looking(app) as session:
            return session.get_one(ReviewState, visit)

    with writing(app) as session:
        decide(session, bob, visit, "approve", [], seen_of(state()), NOW)
    with writing(app) as session:
        undo(session, bob, visit, EARLIER[0])
    assert state().state == "received"
    with writing(app) as session:
        decide(session, bob, visit, "return", [(None, "再看看")], seen_of(state()), EARLIER[1])
    assert state().state == "hasIssues"
    with writing(app) as session:
        undo(session, bob, visit, EARLIER[2])
    assert state().state == "received"


def test_an_act_that_is_withdrawn_and_restored(
    app: Flask, charlie: Phone, bob: Actor, household: str
) -> None:
    visit, _ = charlie.send("visit", lambda i: visit_xml(household, instance_id=i))
    with writing(app) as session:
        checks.close(session, bob, "quarantine", visit, "走错了村", NOW)
    with looking(app) as session:
        closing = checks.check(session, bob, "quarantine", visit).closing
    for word, now in (("withdraw", NOW), ("restore", EARLIER[0]), ("withdraw", EARLIER[1])):
        with writing(app) as session:
            seen = acts.seen_of(session.get(ReviewState, closing))
            acts.turn(session, bob, closing, word, seen, "弄错了", now)  # type: ignore[arg-type]
        with looking(app) as session:
            withdrawn = session.get(ReviewState, closing) is not None
        assert withdrawn == (word == "withdraw")


def test_a_later_judgement_of_a_day(
    app: Flask, alice: Phone, dora: Phone, bob: Actor, household: str
) -> None:
    records = [
        who.send("visit", lambda i: visit_xml(household, instance_id=i))[0] for who in (alice, dora)
    ]
    subject = f"{household}:2026-11-20"
    for same, now in ((True, NOW), (False, EARLIER[0])):
        with writing(app) as session:
            seen = same_visit.day_of(session, bob, subject).seen
            kept = records[0] if same else ""
            same_visit.judge(session, bob, subject, same, kept, seen, "问了本人", now)
        with looking(app) as session:
            assert verdicts_on(session, records)[-1].same == same
