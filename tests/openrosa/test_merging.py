"""A client of this field and our phone record the same household: one set of rules for both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from server import clock
from server.openrosa.models import EntityVersion
from server.registers.models import Entity
from server.submissions.models import Submission
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import YIJIA, a_person, looking, writing
from tests.openrosa.collecting import CONTACT_VERSION, Collect, contact_xml, said, with_entity
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds


@pytest.fixture(autouse=True)
def what_is_stored_follows_from_the_submissions(app: Flask) -> Iterator[None]:
    yield
    assert_rebuilds(app)


def live(app: Flask, entity_id: str) -> dict[str, Any]:
    with looking(app) as session:
        return dict(session.get_one(Entity, entity_id).live)


def value(app: Flask, entity_id: str, unit: str) -> object:
    return live(app, entity_id)["units"][unit][0]


def test_a_visit_ends_in_the_same_registers_as_from_our_phone(
    app: Flask, phone: Phone, collect: Collect, household: str
) -> None:
    other = new_id()
    phone.send(
        "household_register",
        lambda i: register_xml(other, instance_id=i, phone="13900001234", welfare="dibao"),
    )
    phone.pull()
    collect.fetch("visit")
    element = collect.entity("households", household)
    xml = with_entity(visit_xml(household, instance_id=new_id(), edu_ok="problem"), element)
    assert collect.send(xml).status_code == 201
    asked = "food_ok clothes_ok edu_ok medical_ok housing_ok water_ok income_change"
    asked += " expense_shock member_changed risk_clue"
    phone.send(
        "visit",
        lambda i: visit_xml(other, instance_id=i, edu_ok="problem"),
        shown=phone.shown(other),
        confirmed=[f"{other}/{unit}" for unit in asked.split()],
    )
    phone.pull()
    ours, theirs = phone.rows[("households", other)], phone.rows[("households", household)]
    assert {u: v[0] for u, v in theirs["units"].items() if u != "head"} == {
        u: v[0] for u, v in ours["units"].items() if u != "head"
    }
    assert theirs["derived"] == ours["derived"]
    assert theirs["disputed"] == ours["disputed"] == {}
    lines = {
        row["household"]: row["summary"]
        for (kind, _), row in phone.rows.items()
        if kind == "review" and row["form_id"] == "visit"
    }
    assert lines[household] == lines[other]


def test_a_household_is_registered_by_another_client(
    app: Flask, phone: Phone, collect: Collect
) -> None:
    household = new_id()
    answer = collect.send(register_xml(household, phone="13955550000"))
    assert answer.status_code == 201
    phone.pull()
    assert phone.value(household, "phone") == "13955550000"
    assert phone.rows[("households", household)]["derived"]["family_size"] == 2


def test_what_was_shown_and_left_alone_says_nothing(
    app: Flask, phone: Phone, collect: Collect, household: str
) -> None:
    collect.fetch("contact")
    old = collect.entity("households", household)
    phone.send(
        "household_register",
        lambda i: register_xml(
            household, known=True, members=[], instance_id=i, phone="13933330000"
        ),
        shown=phone.shown(household),
    )
    answer = collect.send(
        contact_xml(household, old, phone="13900001234", group_name="二组", welfare="dibao")
    )
    assert answer.status_code == 201
    phone.pull()
    row = phone.rows[("households", household)]
    assert (row["units"]["phone"][0], row["units"]["group_name"][0]) == ("13933330000", "二组")
    assert row["disputed"] == {}


def test_an_old_base_version_and_a_phone_contradict_as_two_phones_do(
    app: Flask, phone: Phone, collect: Collect, household: str
) -> None:
    collect.fetch("contact")
    old = collect.entity("households", household)
    phone.send(
        "household_register",
        lambda i: register_xml(
            household, known=True, members=[], instance_id=i, phone="13933330000"
        ),
        shown=phone.shown(household),
    )
    assert collect.send(contact_xml(household, old, phone="13944440000")).status_code == 201
    phone.pull()
    sides = phone.rows[("households", household)]["disputed"]["phone"]
    assert {side["value"] for side in sides} == {"13933330000", "13944440000"}
    assert {side["by"] for side in sides} == {"李明远", "多拉"}


def test_an_edit_of_what_was_shown_takes_its_place(
    app: Flask, phone: Phone, collect: Collect, household: str
) -> None:
    for number in ("13944440000", "13955550000", "13900001234"):
        collect.fetch("contact")
        element = collect.entity("households", household)
        assert collect.send(contact_xml(household, element, phone=number)).status_code == 201
        assert value(app, household, "phone") == number
    assert live(app, household)["disputed"] == {}


def test_ticks_of_a_list_are_added_and_taken_away(
    app: Flask, phone: Phone, collect: Collect, household: str
) -> None:
    collect.fetch("contact")
    first = collect.entity("households", household)
    collect.send(contact_xml(household, first, welfare="dibao disabled_household"))
    collect.fetch("contact")
    second = collect.entity("households", household)
    collect.send(contact_xml(household, second, welfare="disabled_household"))
    assert value(app, household, "welfare/dibao") == "0"
    assert value(app, household, "welfare/disabled_household") == "1"


def chain(collect: Collect, household: str) -> tuple[str, str, str]:
    """Three edits, one upon the other, none of them sent."""
    collect.fetch("contact")
    return (
        contact_xml(household, collect.entity("households", household), phone="13911110000"),
        contact_xml(
            household,
            collect.entity("households", household),
            phone="13911110000",
            group_name="二组",
        ),
        contact_xml(
            household,
            collect.entity("households", household),
            phone="13922220000",
            group_name="二组",
        ),
    )


def test_edits_upon_unsent_edits_are_one_chain(
    app: Flask, collect: Collect, household: str
) -> None:
    for xml in chain(collect, household):
        assert collect.send(xml).status_code == 201
    state = live(app, household)
    assert state["disputed"] == {}
    assert state["units"]["phone"][0] == "13922220000"
    assert state["units"]["group_name"][0] == "二组"
    collect.fetch("contact")
    assert collect.held[household].facts["phone"] == "13922220000"
    assert collect.held[household].trunk == str(collect.held[household].version)


@pytest.mark.parametrize("order", [(2, 1, 0), (1, 2, 0), (0, 2, 1), (2, 0, 1)])
def test_a_chain_that_arrives_in_another_order_ends_the_same(
    app: Flask, collect: Collect, household: str, order: tuple[int, ...]
) -> None:
    edits = chain(collect, household)
    for place in order:
        answer = collect.send(edits[place])
        assert answer.status_code in {201, 202}
        assert said(collect.send(edits[place])) == "以前已经收到过。"
    state = live(app, household)
    assert state["disputed"] == {}
    assert state["units"]["phone"][0] == "13922220000"
    assert state["units"]["group_name"][0] == "二组"
    with looking(app) as session:
        assert all(
            s.quarantined is None for s in session.query(Submission).filter_by(source="openrosa")
        )


def test_a_chain_contradicts_what_came_in_between_only_where_it_does(
    app: Flask, phone: Phone, collect: Collect, household: str
) -> None:
    edits = chain(collect, household)
    phone.send(
        "household_register",
        lambda i: register_xml(
            household, known=True, members=[], instance_id=i, phone="13933330000"
        ),
        shown=phone.shown(household),
    )
    for xml in edits:
        collect.send(xml)
    state = live(app, household)
    assert {side["value"] for side in state["disputed"]["phone"]} == {
        "13933330000",
        "13922220000",
    }
    assert state["units"]["group_name"][0] == "二组"


def test_an_entity_made_offline_is_edited_before_it_was_sent(
    app: Flask, phone: Phone, collect: Collect
) -> None:
    from tests.openrosa.collecting import Local

    household = new_id()
    made = register_xml(household, phone="13955550000")
    collect.held[household] = Local({"phone": "13955550000"}, 1, "")
    edit = contact_xml(household, collect.entity("households", household), phone="13966660000")
    waiting = collect.send(edit)
    assert waiting.status_code == 202
    assert "前一条" in said(waiting)
    assert collect.send(made).status_code == 201
    assert value(app, household, "phone") == "13966660000"
    assert live(app, household)["disputed"] == {}


def test_an_observation_is_confirmed_by_whoever_answers_it(
    app: Flask, phone: Phone, collect: Collect, household: str
) -> None:
    collect.send(contact_xml(household, event_date="2026-10-01", food_ok="yes"))
    collect.fetch("contact")
    element = collect.entity("households", household)
    collect.send(contact_xml(household, element, event_date="2026-11-20", food_ok="yes"))
    state = live(app, household)
    head = state["heads"][state["units"]["food_ok"][1][0]]
    with looking(app) as session:
        assert session.get_one(Submission, head).event_date.isoformat() == "2026-11-20"  # type: ignore[union-attr]


def test_a_version_that_nobody_knows_showed_nothing(
    app: Flask, phone: Phone, collect: Collect, household: str
) -> None:
    collect.fetch("contact")
    element = collect.entity("households", household)
    with writing(app) as session:
        session.connection().execute(delete(EntityVersion))
    assert collect.send(contact_xml(household, element, phone="13944440000")).status_code == 201
    assert set(live(app, household)["disputed"]) == {"phone"}


def test_an_edited_submission_stands_in_the_first_ones_place(
    app: Flask, collect: Collect, household: str
) -> None:
    collect.fetch("contact")
    element, first = collect.entity("households", household), new_id()
    collect.send(contact_xml(household, element, instance_id=first, phone="13944440000"))
    edited = contact_xml(household, element, deprecated_id=first, phone="13955550000")
    assert collect.send(edited).status_code == 201
    assert value(app, household, "phone") == "13955550000"
    assert live(app, household)["disputed"] == {}


def test_the_same_name_with_another_content_is_kept_beside_the_first(
    app: Flask, collect: Collect, household: str
) -> None:
    name = new_id()
    first = contact_xml(household, instance_id=name, phone="13944440000")
    other = contact_xml(household, instance_id=name, phone="13955550000")
    assert collect.send(first).status_code == 201
    answer = collect.send(other)
    assert answer.status_code == 202
    assert "两份都留着" in said(answer)
    assert collect.send(first).status_code == 201


def test_a_stranger_s_submission_is_kept_aside(
    app: Flask, client: FlaskClient, collect: Collect, household: str
) -> None:
    charlie = Collect(client, a_person(app, area=YIJIA))
    answer = charlie.send(contact_xml(household, phone="13944440000"))
    assert answer.status_code == 202
    assert "不在您管的村里" in said(answer)
    assert value(app, household, "phone") == "13900001234"


def test_a_wrong_clock_makes_a_date_doubtful_as_on_a_phone(
    app: Flask, collect: Collect, household: str
) -> None:
    name = new_id()
    wrong = format_datetime(clock.now() + timedelta(days=400), usegmt=True)
    collect.send(contact_xml(household, instance_id=name, food_ok="yes"), Date=wrong)
    with looking(app) as session:
        assert session.get_one(Submission, name).clock_error_s > 30_000_000


def test_a_form_s_version_is_the_published_one(collect: Collect) -> None:
    assert collect.forms()["contact"]["version"] == CONTACT_VERSION
