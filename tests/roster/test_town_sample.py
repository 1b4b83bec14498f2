"""The demo town's roster goes in whole."""

from __future__ import annotations

import time

import pytest

from server.roster.households import Sorted
from server.roster.places import NamedVillage, named_villages
from tests.roster.making_rosters import TOWN, sorted_rows, table_of, villages_of


@pytest.fixture(scope="module")
def town() -> Sorted:
    sorted_town, passed = sorted_rows(TOWN.read_bytes(), villages_of(TOWN))
    assert passed == []
    return sorted_town


def test_the_demo_town_has_720_households_of_1459_persons_in_24_villages(town: Sorted) -> None:
    assert len(town.households) == 720
    assert sum(len(one.persons) for one in town.households) == 1459
    assert len({one.values["village_code"] for one in town.households}) == 24


def test_no_row_of_the_demo_town_is_refused_or_remarked(town: Sorted) -> None:
    assert town.refused == {}
    assert town.remarks == {}


def test_every_cell_that_registers_hold_is_read(town: Sorted) -> None:
    first = town.households[0]
    assert first.household_no == "37032111021700001"
    assert first.values == {
        "household_no": "37032111021700001",
        "village_code": "370321110217",
        "household_type": "out_policy",
        "cause_main": "illness",
        "identify_year": "2015",
        "exit_year": "2017",
        "phone": "13900008468",
        "house_structure": "tumu",
        "house_area": "47",
        "house_grade": "B",
        "water_safe": "yes",
        "farmland_mu": "4.6",
        "last_year_income": "7884.9",
        "helper_name": "韩庆祥",
        "helper_phone": "13900015130",
    }
    assert first.head_name == "杨洪涛"
    assert [person.values["relation"] for person in first.persons] == ["02", "10", "20", "20"]
    assert first.persons[0].values == {
        "person_name": "杨洪涛",
        "id_number": "37999919670324159X",
        "relation": "02",
        "sex": "male",
        "birth_date": "1967-03-24",
        "ethnicity": "01",
        "education": "1",
        "student_status": "0",
        "health_status": "chronic",
        "labour": "weak",
        "work": "none",
        "medical_insured": "yes",
        "pension_insured": "yes",
    }


def test_some_people_of_the_demo_town_were_left_behind(town: Sorted) -> None:
    found = [one.values.get("left_behind_type") for home in town.households for one in home.persons]
    assert {"child", "woman", "elderly"} < set(found)
    assert len(found) - found.count(None) < 60


def test_rare_characters_of_names_stay_as_they_are(town: Sorted) -> None:
    names = "".join(person.name for one in town.households for person in one.persons)
    assert "㛃" in names


def test_a_town_is_read_within_five_seconds() -> None:
    villages = villages_of(TOWN)
    started = time.process_time()
    sorted_rows(TOWN.read_bytes(), villages)
    assert time.process_time() - started < 5


def test_every_column_of_the_demo_town_is_recognised() -> None:
    assert [column.label for column in table_of(TOWN.read_bytes()).columns if not column.key] == []


def test_the_demo_town_teaches_an_empty_instance_its_villages() -> None:
    villages = named_villages(TOWN.read_bytes())
    assert len(villages) == 24
    assert villages[0] == NamedVillage("370321110201", "前进村", "果里镇", "桓台县", "淄博市")
