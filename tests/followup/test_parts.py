"""Events of any kind of form reach the parts, and what parts derive reaches phones and tasks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.followup.known import Known, Part
from server.followup.models import Task
from server.followup.parts import PARTS, cases
from server.followup.tasks import Needed
from server.forms.compile import compile_form
from server.registers.models import Entity
from server.registers.values import text
from tests.forms.instances import (
    HEAD_ID,
    WIFE_ID,
    instance_xml,
    member,
    new_id,
    register_xml,
    visit_xml,
)
from tests.making import a_device, looking, publish_forms, publish_trial
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds

TRIAL = """
| survey |
| | type | name | label | calculation | save_to |
| | hidden | hh_uuid | | | |
| | begin group | g_when | 什么时候 | | |
| | date | event_date | 日期 | | |
| | end group | | | | |
| | begin group | g_person | 这个人 | | |
| | hidden | person_id | | | |
| | hidden | known_person_name | | | |
| | text | note | 病情 | | persons#disease_note |
| | end group | | | | |

| entities |
| | list_name | entity_id |
| | households | ${hh_uuid} |
| | persons | ${person_id} |

| settings |
| | form_title | form_id | version | kind | subject |
| | 试一步 | trial | 2026112201 | case_event | person |
"""
HEAD, WIFE = new_id(), new_id()


def told(known: Known) -> Part:
    """A part that repeats what it was given, of the wife too, and asks for a task."""
    steps = [one for one in known.events if one.kind == "case_event"]
    if not steps:
        return Part()
    due = date(2026, 12, 1)
    task = Needed("case_step", known.home.id, known.home, "下一步", {"steps": len(steps)}, due)
    days = known.number("case.notice_days", 0)
    return Part({"case_state": "clue", "case_next": days}, {WIFE: {"hb_needed": "1"}}, [task])


@pytest.fixture
def part_of_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of the parts derives what the tests can see."""
    assert cases in PARTS
    monkeypatch.setattr(cases, "part", told)


@pytest.fixture
def alice(app: Flask, client: FlaskClient) -> Phone:
    publish_forms(app)
    return Phone(client, a_device(client))


@pytest.fixture
def household(alice: Phone) -> str:
    household = new_id()
    people = [
        member(HEAD_ID, person_id=HEAD),
        member(WIFE_ID, name="赵桂兰", relation="10", person_id=WIFE),
    ]
    alice.send(
        "household_register", lambda i: register_xml(household, instance_id=i, members=people)
    )
    return household


def a_step(app: Flask, alice: Phone, household: str, folder: Path) -> None:
    """The trial form about the wife, who is not the first member."""
    if not (folder / "trial.md").exists():
        publish_trial(app, TRIAL, folder)
    definition = compile_form(TRIAL.encode()).definition
    answers = {"hh_uuid": household, "event_date": "2026-11-20", "person_id": WIFE, "note": "慢病"}
    _, outcome = alice.send(
        "trial",
        lambda i: instance_xml(definition, answers, instance_id=i),
        form_version=definition.version,
    )
    assert outcome == "stored"


def test_a_person_in_a_group_of_a_form_is_merged(
    app: Flask, alice: Phone, household: str, tmp_path: Path
) -> None:
    a_step(app, alice, household, tmp_path)
    with looking(app) as session:
        assert text(session.get_one(Entity, WIFE).live, "disease_note") == "慢病"
        assert text(session.get_one(Entity, HEAD).live, "disease_note") == ""
        assert text(session.get_one(Entity, household).live, "disease_note") == ""


@pytest.mark.usefixtures("part_of_the_test")
def test_an_event_reaches_the_parts_and_what_they_say_reaches_phones(
    app: Flask, alice: Phone, household: str, tmp_path: Path
) -> None:
    alice.pull()
    a_step(app, alice, household, tmp_path)
    alice.pull()
    derived = alice.rows[("households", household)]["derived"]
    assert (derived["case_state"], derived["case_next"]) == ("clue", 5)
    assert alice.rows[("persons", WIFE)]["derived"] == {"hb_needed": "1"}
    task = alice.rows[("task", f"case_step:{household}")]
    assert (task["title"], task["due_on"]) == ("下一步", "2026-12-01")
    assert_rebuilds(app)


@pytest.mark.usefixtures("part_of_the_test")
def test_who_may_not_see_health_is_not_told_what_follows_from_it(
    app: Flask, client: FlaskClient, alice: Phone, household: str, tmp_path: Path
) -> None:
    a_step(app, alice, household, tmp_path)
    grid = Phone(client, a_device(client, "grid_worker"))
    grid.pull()
    assert grid.rows[("households", household)]["derived"]["case_state"] == "clue"
    assert grid.rows[("persons", WIFE)]["derived"] == {}


@pytest.mark.usefixtures("part_of_the_test")
def test_a_visit_to_a_household_with_a_case_is_looked_at_in_full(
    app: Flask, alice: Phone, household: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_step(app, alice, household, tmp_path)
    kinds: list[str] = []

    def listening(known: Known) -> Part:
        kinds.extend(event.kind for event in known.events)
        return told(known)

    monkeypatch.setattr(cases, "part", listening)
    alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    assert kinds[-3:] == ["register", "case_event", "visit"]


def test_what_no_part_asks_for_any_more_is_closed(
    app: Flask, alice: Phone, household: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(cases, "part", told)
        a_step(app, alice, household, tmp_path)
    a_step(app, alice, household, tmp_path)
    with looking(app) as session:
        assert session.get_one(Task, ("case_step", household)).state == "done"
        assert "case_state" not in session.get_one(Entity, household).derived
        assert session.get_one(Entity, WIFE).derived == {}
