"""Answers in, entities out."""

from __future__ import annotations

import pytest

from server.forms.extract import Extracted, extract
from server.forms.instance import BadInstance
from tests.forms.instances import (
    HEAD_ID,
    compiled,
    known_member,
    member,
    new_id,
    nobody_home_xml,
    our_dictionary,
    register_xml,
    visit_xml,
)


def extracted(form_id: str, xml: str) -> Extracted:
    return extract(xml, compiled(form_id).definition, our_dictionary())


def test_a_visit_speaks_of_its_household_and_creates_nothing() -> None:
    household, instance = new_id(), new_id()
    result = extracted("visit", visit_xml(household, instance_id=instance, water_ok="problem"))
    assert (result.instance_id, result.deprecated_id) == (instance, None)
    assert result.event_date == "2026-11-20"
    (entity,) = result.entities
    assert (entity.register, entity.entity_id, entity.create) == ("households", household, False)
    assert entity.properties["water_ok"] == "problem"
    assert entity.properties["income_change"] == "flat"


def test_what_does_not_apply_is_blank() -> None:
    (entity,) = extracted("visit", nobody_home_xml(new_id())).entities
    assert entity.properties["food_ok"] == ""
    assert set(entity.properties.values()) == {""}


def test_a_new_household_comes_with_its_members() -> None:
    household, first = new_id(), new_id()
    xml = register_xml(household, members=[member(person_id=first), member(relation="10")])
    home, head, wife = extracted("household_register", xml).entities
    assert (home.register, home.entity_id, home.create) == ("households", household, True)
    assert home.properties["head"] == first
    assert home.properties["farmland_mu"] == "3.5"
    assert (head.entity_id, head.create, head.path) == (first, True, "/data/members[1]")
    assert head.properties["person_name"] == "陈广田"
    assert head.properties["id_number"] == HEAD_ID
    assert head.properties["birth_date"] == "1952-03-15"
    assert head.properties["sex"] == "male"
    assert wife.properties["household"] == household


def test_correcting_a_phone_creates_nothing_and_does_not_touch_the_id_number() -> None:
    household, person = new_id(), new_id()
    xml = register_xml(
        household, known=True, head=person, members=[known_member(person, member_phone="139000")]
    )
    home, known = extracted("household_register", xml).entities
    assert not home.create
    assert (known.entity_id, known.create) == (person, False)
    assert known.properties["member_phone"] == "139000"
    assert known.properties["id_number"] == ""


def test_choices_of_a_question_that_was_not_asked_are_not_unticked() -> None:
    person = new_id()
    xml = register_xml(known=True, head=person, members=[known_member(person)])
    _, known = extracted("household_register", xml).entities
    assert "health_status" not in known.properties
    asked = register_xml(
        known=True, head=person, members=[known_member(person, health_status="disabled chronic")]
    )
    _, known = extracted("household_register", asked).entities
    assert known.properties["health_status"] == "chronic disabled"


def test_a_death_and_a_birth_reported_in_a_visit_write_at_once() -> None:
    grandmother, baby = new_id(), new_id()
    xml = visit_xml(
        new_id(),
        member_changed="yes",
        member_changes=[
            {
                "change_kind": "death",
                "change_who": grandmother,
                "change_id": grandmother,
                "change_date": "2026-11-01",
                "change_status": "removed",
                "change_reason": "death",
            },
            {
                "change_kind": "birth",
                "change_id": baby,
                "change_date": "2026-11-02",
                "newcomer_name": "未取名",
                "newcomer_sex": "male",
                "change_status": "in",
                "change_reason": "birth",
                "newcomer_birth_date": "2026-11-02",
            },
        ],
    )
    _, dead, born = extracted("visit", xml).entities
    assert (dead.entity_id, dead.create) == (grandmother, False)
    assert dead.properties["member_status"] == "removed"
    assert dead.properties["person_name"] == ""
    assert (born.entity_id, born.create) == (baby, True)
    assert born.properties["birth_date"] == "2026-11-02"


def test_attachments_are_named_once_and_in_order() -> None:
    xml = visit_xml(
        new_id(),
        photos=[{"photo": "b.jpg"}, {"photo": "a.jpg"}],
        problems=[{"problem_id": new_id(), "problem_photo": "b.jpg"}],
        sign_way="self",
        signature_household="s.png",
    )
    assert extracted("visit", xml).attachments == ("b.jpg", "a.jpg", "s.png")


def test_a_correction_names_what_it_replaces() -> None:
    original = new_id()
    assert extracted("visit", visit_xml(new_id(), deprecated_id=original)).deprecated_id == original


@pytest.mark.parametrize("household", ["", "37032111021700001", "../etc"])
def test_an_entity_that_is_not_named_by_a_uuid_is_refused(household: str) -> None:
    with pytest.raises(BadInstance):
        extracted("visit", visit_xml(household))


def test_a_prefix_or_capital_letters_name_the_same_household() -> None:
    household = new_id()
    (entity,) = extracted("visit", visit_xml(f"uuid:{household.upper()}")).entities
    assert entity.entity_id == household
