"""What the office joined, told apart or judged can be taken back, late records included."""

from __future__ import annotations

import pytest
from flask import Flask

from server import clock
from server.accounts.actor import Actor, actor
from server.followup.duplicates import subject_of
from server.followup.models import Task
from server.intake.office import (
    Decision,
    Distinction,
    OfficeContent,
    OfficeEntity,
    VisitVerdict,
    office_submission,
)
from server.intake.receive import receive
from server.registers.likeness import marks
from server.registers.models import Entity
from server.submissions.incoming import Incoming
from server.submissions.models import ReviewState, Submission
from tests.forms.instances import (
    CHILD_ID,
    HEAD_ID,
    WIFE_ID,
    member,
    new_id,
    register_xml,
    visit_xml,
)
from tests.making import TOWN, a_person, looking, writing
from tests.phone import Phone


@pytest.fixture
def bob(app: Flask) -> Actor:
    person = a_person(app, "town_reviewer", TOWN, name="赵国强")
    with looking(app) as session:
        return actor(session, person, clock.today())


def act(app: Flask, who: Actor, content: OfficeContent, **more: object) -> str:
    one: Incoming = office_submission(
        content,
        person_id=who.person_id,
        now=clock.now(),
        **more,  # type: ignore[arg-type]
    )
    with writing(app) as session:
        outcome = receive(session, [one], who, clock.now()).outcomes[0]
    assert outcome.fate == "stored", outcome.detail
    return one.instance_id


def join(app: Flask, who: Actor, first: str, second: str, **more: object) -> str:
    return act(
        app, who, OfficeContent("join", clock.today(), join=(first, second), reason="同"), **more
    )


def withdraw(app: Flask, who: Actor, instance_id: str, word: str = "reject") -> str:
    decision = Decision(instance_id, word)  # type: ignore[arg-type]
    return act(app, who, OfficeContent("review", clock.today(), decision=decision))


def two_households(phone: Phone) -> tuple[str, str]:
    """By name order; the second with a child only, and built in another year."""
    homes = sorted((new_id(), new_id()))
    phone.send("household_register", lambda i: register_xml(homes[0], instance_id=i))
    phone.send(
        "household_register",
        lambda i: register_xml(
            homes[1], instance_id=i, members=[member(CHILD_ID, name="陈晨")], house_year="1998"
        ),
    )
    return homes[0], homes[1]


def visit(phone: Phone, household: str, day: str = "2026-11-20", **answers: str) -> str:
    instance_id, outcome = phone.send(
        "visit", lambda i: visit_xml(household, instance_id=i, event_date=day, **answers)
    )
    assert outcome == "stored"
    return instance_id


def home_of(app: Flask, instance_id: str) -> str | None:
    with looking(app) as session:
        return session.get_one(Submission, instance_id).household_id


def test_parted_households_have_their_own_members_visits_and_facts_again(
    app: Flask, alice: Phone, bob: Actor
) -> None:
    kept, lost = two_households(alice)
    of_lost, of_kept = visit(alice, lost), visit(alice, kept, "2026-11-18")
    joined = join(app, bob, kept, lost)
    assert home_of(app, of_lost) == kept
    withdraw(app, bob, joined)
    alice.pull()
    assert (home_of(app, of_lost), home_of(app, of_kept)) == (lost, kept)
    assert alice.rows[("households", kept)]["derived"]["family_size"] == 2
    assert alice.rows[("households", kept)]["derived"]["last_visit_on"] == "2026-11-18"
    assert alice.rows[("households", lost)]["derived"]["family_size"] == 1
    assert alice.value(lost, "house_year") == "1998"
    assert alice.rows[("review", of_lost)]["household"] == lost


def test_what_came_late_to_either_goes_back_to_that_one(
    app: Flask, alice: Phone, bob: Actor
) -> None:
    kept, lost = two_households(alice)
    joined = join(app, bob, kept, lost)
    late, later = visit(alice, lost, food_ok="no"), visit(alice, kept, "2026-11-19")
    withdraw(app, bob, joined)
    alice.pull()
    assert (home_of(app, late), home_of(app, later)) == (lost, kept)
    assert alice.value(lost, "food_ok") == "no"
    assert alice.value(kept, "food_ok") == "yes"


def test_decisions_follow_the_records_they_are_about(app: Flask, alice: Phone, bob: Actor) -> None:
    kept, lost = two_households(alice)
    joined = join(app, bob, kept, lost)
    one = visit(alice, lost)
    approved = act(
        app, bob, OfficeContent("review", clock.today(), decision=Decision(one, "approve"))
    )
    withdraw(app, bob, joined)
    assert home_of(app, approved) == lost
    undone = act(app, bob, OfficeContent("review", clock.today(), decision=Decision(one, "undo")))
    assert home_of(app, undone) == lost
    with looking(app) as session:
        assert session.get_one(ReviewState, one).state == "received"


def test_a_joining_can_be_withdrawn_restored_and_withdrawn_again(
    app: Flask, alice: Phone, bob: Actor
) -> None:
    kept, lost = two_households(alice)
    of_lost = visit(alice, lost)
    joined = join(app, bob, kept, lost)
    for word, home in (("reject", lost), ("undo", kept), ("reject", lost)):
        withdraw(app, bob, joined, word)
        alice.pull()
        assert home_of(app, of_lost) == home
        assert (("households", lost) in alice.rows) == (home == lost)


def test_of_three_only_the_withdrawn_one_parts(app: Flask, alice: Phone, bob: Actor) -> None:
    first, second = two_households(alice)
    third = new_id()
    alice.send(
        "household_register",
        lambda i: register_xml(third, instance_id=i, members=[], house_year="2001"),
    )
    of_third = visit(alice, third)
    one = join(app, bob, first, second)
    join(app, bob, second, third)
    withdraw(app, bob, one)
    assert home_of(app, of_third) == min(second, third)
    with looking(app) as session:
        assert session.get_one(Entity, first).component == first
        assert session.get_one(Entity, second).component == min(second, third)


def test_the_chosen_values_hold_with_the_joining_and_go_with_it(
    app: Flask, alice: Phone, bob: Actor
) -> None:
    kept, lost = two_households(alice)
    shown = {
        kept: {
            "heads": [alice_head(app, kept, "house_area"), alice_head(app, lost, "house_area")],
            "values": {"house_area": ["90", [0, 1]]},
        }
    }
    content = OfficeContent(
        "join",
        clock.today(),
        join=(kept, lost),
        entities=(OfficeEntity("households", kept, {"house_area": "120"}),),
    )
    joined = act(app, bob, content, shown=shown)
    alice.pull()
    assert alice.value(kept, "house_area") == "120"
    withdraw(app, bob, joined)
    alice.pull()
    assert alice.value(kept, "house_area") == "90"
    assert alice.value(lost, "house_area") == "90"


def alice_head(app: Flask, household: str, unit: str) -> str:
    with looking(app) as session:
        live = session.get_one(Entity, household).live
        index = live["units"][unit][1][0]  # type: ignore[index]
        return str(live["heads"][index])  # type: ignore[index]


def test_told_apart_stays_so_until_that_is_withdrawn(app: Flask, alice: Phone, bob: Actor) -> None:
    one, other = new_id(), new_id()
    for person, head in ((one, HEAD_ID), (other, CHILD_ID)):
        twin = member(
            WIFE_ID,
            person_id=person,
            name="王小二",
            relation="10",
            has_id="no",
            birth_date="1980-01-01",
        ) | {"id_number": ""}
        rows = [member(head, name=f"户主{head[-4:]}"), twin]
        alice.send("household_register", lambda i, r=rows: register_xml(instance_id=i, members=r))
    subject = subject_of(one, other)
    with looking(app) as session:
        assert session.get_one(Task, ("duplicate", subject)).state == "open"
        pair = session.get_one(Entity, one), session.get_one(Entity, other)
        shared = tuple(sorted(marks(*pair)))
    said = act(
        app,
        bob,
        OfficeContent("distinct", clock.today(), distinct=Distinction((one, other), shared)),
    )
    with looking(app) as session:
        assert session.get_one(Task, ("duplicate", subject)).state == "done"
    withdraw(app, bob, said)
    with looking(app) as session:
        assert session.get_one(Task, ("duplicate", subject)).state == "open"


def test_two_records_judged_to_be_one_visit_count_as_the_one_that_stands(
    app: Flask, alice: Phone, dora: Phone, bob: Actor
) -> None:
    household, _ = two_households(alice)
    mine = visit(alice, household)
    hers = visit(dora, household, visit_result="phone", met_who="")
    task = ("duplicate_visit", f"{household}:2026-11-20")
    with looking(app) as session:
        assert session.get_one(Task, task).state == "open"
    verdict = VisitVerdict((mine, hers), same=True, kept=mine)
    said = act(app, bob, OfficeContent("visits", clock.today(), visits=verdict))
    with looking(app) as session:
        assert session.get_one(Task, task).state == "done"
    withdraw(app, bob, said)
    with looking(app) as session:
        assert session.get_one(Task, task).state == "open"
