"""A phone that knows a household by a name that is gone learns which household that is now."""

from __future__ import annotations

from flask import Flask

from server import clock
from server.accounts.actor import actor
from server.intake.office import OfficeContent, office_submission
from server.intake.receive import receive
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import TOWN, a_person, looking, writing
from tests.phone import Phone


def test_the_row_of_joined_households_names_the_other(app: Flask, alice: Phone) -> None:
    kept, gone = sorted((new_id(), new_id()))
    for home in (kept, gone):
        alice.send("household_register", lambda i, home=home: register_xml(home, instance_id=i))
    alice.pull()
    assert "joined" not in alice.rows[("households", kept)]
    reviewer = a_person(app, "town_reviewer", TOWN)
    with looking(app) as session:
        bob = actor(session, reviewer, clock.today())
    content = OfficeContent("join", clock.today(), join=(gone, kept), reason="同一户")
    decision = office_submission(content, person_id=reviewer, now=clock.now())
    with writing(app) as session:
        receive(session, [decision], bob, clock.now())
    alice.pull()
    assert ("households", gone) not in alice.rows
    assert alice.rows[("households", kept)]["joined"] == [gone]


def test_a_visit_says_who_came_along(alice: Phone) -> None:
    home = new_id()
    alice.send("household_register", lambda i: register_xml(home, instance_id=i))
    visit, _ = alice.send("visit", lambda i: visit_xml(home, instance_id=i, co_recorders="王芳"))
    alice.pull()
    assert alice.rows[("review", visit)]["summary"]["together"] == "王芳"
