"""Comparing a file with what is known, as values: no database, no clock."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server.roster.households import Household, Person
from server.roster.match import Known, Member, entities_of
from server.roster.plan import Planned, instance_id, plan
from tests.roster.making_rosters import HEAD_ID, NUMBER, SANLI, SON_ID, WIFE_ID

SECRET, SOURCE = "a secret of the tests", "roster"
HOME, OTHER_HOME, HEAD, WIFE = "home", "other home", "head", "wife"


def a_household(number: str = NUMBER, *, wife: str = WIFE_ID, **facts: str) -> Household:
    persons = (
        Person(2, {"person_name": "杨洪涛", "id_number": HEAD_ID, "relation": "02"}),
        Person(3, {"person_name": "陈雪莲", "id_number": wife, "relation": "10"}),
    )
    values = {"household_no": number, "village_code": SANLI, "phone": "13900008468", **facts}
    return Household(number, values, persons, 0, (2, 3))


def the_plan(known: Known, household: Household | None = None) -> Planned:
    [one] = plan([household or a_household()], known, SECRET, SOURCE).planned
    return one


def imported(household: Household | None = None, **changed: Any) -> Known:
    """What is known after importing a household; changed: property → what a cadre recorded."""
    entities = entities_of(household or a_household(), Known(), SECRET, SOURCE)
    previous = {one.entity_id: dict(one.properties) for one in entities}
    current = {one.entity_id: dict(one.properties) for one in entities}
    current[entities[0].entity_id] |= changed
    return Known(
        households={NUMBER: entities[0].entity_id},
        persons={one.properties["id_number"]: one.entity_id for one in entities[1:]},
        members={
            entities[0].entity_id: [
                Member(one.entity_id, one.name, one.properties["id_number"], from_roster=True)
                for one in entities[1:]
            ]
        },
        previous=previous,
        current=current,
    )


def test_what_nobody_knows_is_new_and_has_no_changes() -> None:
    one = the_plan(Known())
    assert (one.state, one.writes, one.changes) == ("new", True, ())
    assert one.entities[0].properties["head"] == one.entities[1].entity_id
    assert {content.properties["household"] for content in one.entities[1:]} == {one.entity_id}


def test_what_was_imported_before_writes_nothing() -> None:
    one = the_plan(imported())
    assert (one.state, one.writes) == ("unchanged", False)


def test_what_registers_say_already_is_recorded_without_being_a_change() -> None:
    known = imported()
    one = the_plan(Known(known.households, known.persons, {}, known.members, {}, known.current))
    assert (one.state, one.writes, one.changes) == ("unchanged", True, ())


def test_what_a_cadre_changed_and_the_office_did_not_is_left_alone() -> None:
    one = the_plan(imported(phone="13922220000"))
    assert (one.state, one.writes) == ("unchanged", False)


def test_what_both_changed_is_a_change_with_a_note() -> None:
    one = the_plan(imported(phone="13922220000"), a_household(phone="13911110000"))
    [change] = one.changes
    assert (change.before, change.after) == ("13922220000", "13911110000")
    assert "上次导入以后有人改过" in change.note


def test_what_both_changed_to_the_same_is_no_change() -> None:
    one = the_plan(imported(phone="13911110000"), a_household(phone="13911110000"))
    assert (one.state, one.writes, one.changes) == ("unchanged", True, ())


def test_choices_in_another_order_are_the_same() -> None:
    known = imported(a_household(welfare="dibao relocated"))
    assert the_plan(known, a_household(welfare="relocated dibao")).writes is False


def test_a_blank_cell_erases_nothing() -> None:
    household = a_household()
    del household.values["phone"]
    assert the_plan(imported(), household).writes is False


def test_a_household_that_a_phone_registered_without_number_is_found_by_its_people() -> None:
    known = Known(
        persons={HEAD_ID: HEAD},
        homes={HEAD: HOME},
        current={HOME: {"village_code": SANLI}, HEAD: {"household": HOME}},
    )
    one = the_plan(known)
    assert (one.entity_id, one.entities[1].entity_id) == (HOME, HEAD)
    assert any(change.property == "household_no" for change in one.changes)


def test_two_households_of_a_file_are_never_taken_for_one() -> None:
    known = Known(
        persons={HEAD_ID: HEAD, WIFE_ID: WIFE},
        homes={HEAD: HOME, WIFE: HOME},
        current={HOME: {"village_code": SANLI}, HEAD: {"household": HOME}, WIFE: {}},
    )
    both = [a_household(wife=SON_ID), a_household(SANLI + "00002")]
    first, second = plan(both, known, SECRET, SOURCE).planned
    assert first.entity_id == HOME
    assert second.entity_id != HOME


def test_a_household_that_a_roster_numbered_otherwise_is_not_taken_for_this_one() -> None:
    known = Known(
        persons={HEAD_ID: HEAD},
        homes={HEAD: HOME},
        previous={HOME: {"household_no": SANLI + "00009"}},
        current={HOME: {"household_no": SANLI + "00009"}, HEAD: {"household": HOME}},
    )
    one = the_plan(known)
    assert one.entity_id != HOME
    assert one.entities[1].entity_id == HEAD


def test_a_person_with_a_corrected_number_is_told_by_name_within_the_household() -> None:
    known = imported()
    wife = the_plan(known).entities[2].entity_id
    one = the_plan(known, a_household(wife=SON_ID))
    assert one.entities[2].entity_id == wife
    assert [change.label for change in one.changes] == ["证件号码"]


def test_two_of_one_name_are_never_mistaken_for_each_other() -> None:
    known = imported()
    members = [
        Member(WIFE, "陈雪莲", "", from_roster=True),
        Member("x", "陈雪莲", "", from_roster=True),
    ]
    both = Known(known.households, {}, {}, {known.households[NUMBER]: members}, {}, known.current)
    assert the_plan(both, a_household(wife=SON_ID)).entities[2].entity_id not in {WIFE, "x"}


def test_who_left_by_a_cadres_record_stays_left_and_is_pointed_at() -> None:
    known = imported()
    wife = the_plan(known).entities[2].entity_id
    known.current[wife]["member_status"] = "removed"  # type: ignore[index]
    one = the_plan(known)
    assert (one.writes, one.removed, one.confirmed) == (False, ((3, "陈雪莲"),), ())


def test_who_left_one_household_and_stands_in_another_is_said_to_be_there() -> None:
    known = imported()
    wife = the_plan(known).entities[2].entity_id
    known.current[wife]["member_status"] = "removed"  # type: ignore[index]
    one = the_plan(known, a_household(SANLI + "00002"))
    assert f"{wife}/member_status" in one.confirmed
    assert one.removed == ()
    assert {change.property for change in one.changes} == set()
    assert one.state == "new"


def test_an_entity_that_was_joined_to_another_goes_by_its_name() -> None:
    known = imported()
    [derived] = known.households.values()
    joined = Known(
        persons=known.persons,
        members={HOME: known.members[derived]},
        previous={**known.previous, HOME: known.previous[derived]},
        current={**known.current, HOME: known.current[derived]},
        components={derived: HOME},
    )
    one = the_plan(joined)
    assert one.entity_id == HOME
    assert (one.state, one.writes, one.confirmed) == ("unchanged", False, ())


def test_what_lies_outside_the_importers_villages_is_refused_whole() -> None:
    known = Known(
        persons={WIFE_ID: WIFE},
        current={WIFE: {"household": OTHER_HOME}},
        outside=frozenset({WIFE}),
    )
    found = plan([a_household()], known, SECRET, SOURCE)
    assert found.planned == ()
    assert "这个证号已经登记在您管的村以外" in found.refused[3][0]
    assert "同一户第 3 行有问题" in found.refused[2][0]


def test_a_submission_is_named_by_all_that_it_says() -> None:
    one, shown = the_plan(Known()), {"x": {"heads": ["a"], "values": {}}}
    name = instance_id(SECRET, SOURCE, one, shown, "2026-10-31")
    assert name == instance_id(SECRET, SOURCE, one, shown, "2026-10-31")
    assert name != instance_id(SECRET, SOURCE, one, {}, "2026-10-31")
    assert name != instance_id(SECRET, SOURCE, one, shown, "2026-11-01")
    other = the_plan(Known(), a_household(phone="13911110000"))
    assert name != instance_id(SECRET, SOURCE, other, shown, "2026-10-31")


FACTS = st.dictionaries(
    st.sampled_from(["phone", "house_area", "cause_main", "welfare"]),
    st.sampled_from(["1", "2", "3"]),
)


@settings(deadline=None)
@given(FACTS, FACTS, FACTS)
def test_only_what_the_office_changed_is_ever_a_change(
    before: dict[str, str], recorded: dict[str, str], now: dict[str, str]
) -> None:
    known = imported(a_household(**before), **recorded)
    one = the_plan(known, a_household(**now))
    said = a_household(**before).values
    touched = {name for name, value in a_household(**now).values.items() if said.get(name) != value}
    assert {change.property for change in one.changes} <= touched
    assert one.writes == bool(touched)
