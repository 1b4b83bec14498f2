"""The desk writes into the registers: a case, a batch for many people, and takes it back."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.accounts.actor import Actor, actor
from server.intake.office import OfficeEntity
from server.problems import DecisionRefused, NotFound
from server.registers.models import Entity
from server.registers.values import disputed, text
from server.review.acts import act, turn
from server.review.setting import set_properties
from tests.forms.instances import HEAD_ID, WIFE_ID, member, new_id, register_xml
from tests.making import SANLI, TOWN, YIJIA, a_device, a_person, looking, publish_forms, writing
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds

HEAD, WIFE = new_id(), new_id()


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


def bob(app: Flask, area: str = TOWN) -> Actor:
    person = a_person(app, "town_reviewer", area, name="赵国强")
    with looking(app) as session:
        return actor(session, person, clock.today())


def write(app: Flask, who: Actor, *entities: OfficeEntity, reason: str = "会上定的") -> str:
    with writing(app) as session:
        return set_properties(session, who, entities, reason, clock.now())


def a_case(household: str, case: str, **said: str) -> OfficeEntity:
    return OfficeEntity("cases", case, {"household": household, **said}, create=True)


def test_a_new_case_reaches_the_phone_and_counts_as_approved(
    app: Flask, alice: Phone, household: str
) -> None:
    case, who = new_id(), bob(app)
    write(app, who, a_case(household, case, clue_source="patrol"))
    alice.pull()
    row = alice.rows[("cases", case)]
    assert (row["area"], row["units"]["household"][0]) == (SANLI, household)
    with looking(app) as session:
        assert text(session.get_one(Entity, case).approved, "clue_source") == "patrol"
    assert_rebuilds(app)


def test_what_is_written_replaces_what_was_there_without_a_dispute(
    app: Flask, alice: Phone, household: str
) -> None:
    who = bob(app)
    for note in ("高血压", "高血压、糖尿病"):
        write(app, who, OfficeEntity("persons", WIFE, {"disease_note": note}))
    write(app, who, OfficeEntity("households", household, {"phone": "13900000009"}))
    with looking(app) as session:
        wife = session.get_one(Entity, WIFE).live
        assert text(wife, "disease_note") == "高血压、糖尿病"
        home = session.get_one(Entity, household).live
        assert text(home, "phone") == "13900000009"
        assert not disputed(wife)
        assert not disputed(home)


def test_one_act_for_many_people_is_withdrawn_as_a_whole(
    app: Flask, alice: Phone, household: str
) -> None:
    who = bob(app)
    batch = [OfficeEntity("persons", one, {"disease_note": "已体检"}) for one in (HEAD, WIFE)]
    name = write(app, who, *batch)

    def notes() -> set[str]:
        with looking(app) as session:
            return {text(session.get_one(Entity, one).live, "disease_note") for one in (HEAD, WIFE)}

    assert notes() == {"已体检"}
    with looking(app) as session:
        found = act(session, who, name)
        assert found.title == "电脑上填写"
        assert len(found.said) == 2
    with writing(app) as session:
        turn(session, who, name, "withdraw", found.seen, "弄错了", clock.now())
    assert notes() == {""}
    assert_rebuilds(app)


def test_strangers_blanks_and_unknown_properties_are_refused(
    app: Flask, alice: Phone, household: str
) -> None:
    said = OfficeEntity("persons", WIFE, {"disease_note": "慢病"})
    with pytest.raises(NotFound):
        write(app, bob(app, YIJIA), said)
    with pytest.raises(NotFound):
        write(app, bob(app), a_case(new_id(), new_id(), clue_source="patrol"))
    with pytest.raises(DecisionRefused):
        write(app, bob(app), said, reason=" ")
    with pytest.raises(DecisionRefused):
        write(app, bob(app), OfficeEntity("persons", WIFE, {}))
    with pytest.raises(DecisionRefused) as refused:
        write(app, bob(app), OfficeEntity("persons", WIFE, {"shoe_size": "42"}))
    assert "shoe_size" in str(refused.value.detail)


@pytest.mark.parametrize("way", ["case", "type"])
def test_whom_nobody_earns_for_is_not_cleared_by_any_way(
    app: Flask, alice: Phone, household: str, way: str
) -> None:
    who, case = bob(app), new_id()
    write(app, who, a_case(household, case, clue_source="patrol"))
    said = {
        "case": OfficeEntity(
            "cases", case, {"decision": "cleared", "decided_on": "2026-11-20", "category": ""}
        ),
        "type": OfficeEntity("households", household, {"household_type": "risk_cleared"}),
    }[way]
    for person in (HEAD, WIFE):
        write(app, who, OfficeEntity("persons", person, {"labour": "none"}))
    with pytest.raises(DecisionRefused) as refused:
        write(app, who, said)
    assert "没有劳动能力" in str(refused.value.detail)
    write(app, who, OfficeEntity("persons", WIFE, {"labour": "weak"}))
    write(app, who, said)
