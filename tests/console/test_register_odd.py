"""What does not fit together in a register, and children out of school, at the desk."""

from __future__ import annotations

import pytest
from flask import Flask

from server.followup.models import Task
from tests.console.desk import Desk, text_of
from tests.forms.instances import HEAD_ID, WIFE_ID, member, new_id, register_xml
from tests.making import looking
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds

PUPIL_ID = "379999201706011021"
HEAD, WIFE, CHILD = new_id(), new_id(), new_id()


@pytest.fixture
def home(alice: Phone) -> str:
    home = new_id()
    pupil = {"student_status": "0", "dropout_reason": "重病在家", "work": "", "labour": ""}
    people = [
        member(HEAD_ID, person_id=HEAD),
        member(WIFE_ID, person_id=WIFE, name="赵桂兰", relation="10"),
        member(PUPIL_ID, person_id=CHILD, name="陈小雨", relation="12", **pupil),
    ]
    alice.send("household_register", lambda i: register_xml(home, instance_id=i, members=people))
    return home


def state(app: Flask, kind: str, subject: str) -> str:
    with looking(app) as session:
        return session.get_one(Task, (kind, subject)).state


@pytest.mark.parametrize("kind", ["register_odd", "dropout"])
def test_what_is_in_order_after_all_is_closed_with_the_reason(
    app: Flask, desk: Desk, home: str, kind: str
) -> None:
    subject = {"register_odd": f"spouses:{home}", "dropout": CHILD}[kind]
    page = desk.page(f"/console/households/{home}")
    place = f"/console/checks/{kind}/{subject}"
    assert place in page
    assert "陈小雨" in text_of(desk.page(place))
    assert state(app, kind, subject) == "open"
    assert desk.post(place, decision="close", reason="村里和学校核实过").status_code == 302
    assert state(app, kind, subject) == "done"
    assert_rebuilds(app)


def test_what_was_in_order_is_asked_again_when_something_else_is_odd(
    app: Flask, desk: Desk, alice: Phone, home: str
) -> None:
    place = f"/console/checks/register_odd/spouses:{home}"
    desk.page(place)
    assert desk.post(place, decision="close", reason="登记如此").status_code == 302
    another = member("379999196001011529", person_id=new_id(), name="孙秀英", relation="12")
    alice.pull()
    alice.send(
        "household_register",
        lambda i: register_xml(home, known=True, instance_id=i, members=[another]),
    )
    assert state(app, "register_odd", f"spouses:{home}") == "open"
