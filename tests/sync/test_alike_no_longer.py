"""What is alike no longer is asked no longer, whichever of the two households is looked at."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from server.followup.models import Task
from tests.forms.instances import member, new_id, register_xml
from tests.making import looking
from tests.phone import Phone


def open_pairs(app: Flask) -> set[frozenset[str]]:
    """The households that the township is asked to compare."""
    with looking(app) as session:
        return {
            frozenset(str(one) for one in entities)
            for task in session.scalars(select(Task).where(Task.kind == "duplicate"))
            for entities in [task.detail["entities"]]
            if task.state == "open" and task.detail["register"] == "households"
            if isinstance(entities, list)
        }


def test_a_head_who_is_taken_out_in_the_same_push_as_his_like_comes(
    app: Flask, alice: Phone
) -> None:
    first, second, head = new_id(), new_id(), new_id()
    original, correction, other = new_id(), new_id(), new_id()
    alone = member(person_id=head)
    alice.push(
        alice.submission(
            "household_register",
            register_xml(first, instance_id=original, members=[alone]),
            original,
        )
    )
    gone = {**alone, "known_member_status": "removed", "member_status": "removed"}
    alice.push(
        alice.submission(
            "household_register",
            register_xml(
                first, instance_id=correction, deprecated_id=original, members=[gone], head=head
            ),
            correction,
            deprecated_id=original,
        ),
        alice.submission(
            "household_register",
            register_xml(second, instance_id=other, members=[member()]),
            other,
        ),
    )
    assert open_pairs(app) == set()
