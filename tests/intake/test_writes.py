"""From what a submission says to its rows in the table of writes (design §4, rule 1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from server.intake.writes import Circumstances, Said, write_rows
from server.registers.reading import CREATED
from tests.forms.instances import our_dictionary

HOME = "11111111-1111-4111-8111-111111111111"
ME = "22222222-2222-4222-8222-222222222222"
EARLIER = "33333333-3333-4333-8333-333333333333"
DAY = date(2026, 11, 20)

Rows = dict[str, dict[str, Any]]


def shown(**values: Any) -> dict[str, object]:
    """What was shown of the household, all of it from one earlier submission."""
    units = {unit.replace("__", "/"): [value, [0]] for unit, value in values.items()}
    return {HOME: {"heads": [EARLIER], "values": units}}


def rows(
    properties: Mapping[str, str],
    seen: Mapping[str, object] | None = None,
    *,
    create: bool = False,
    **more: Any,
) -> Rows:
    """The rows of one submission about the household, by unit."""
    made = write_rows(
        [Said("households", HOME, create, properties)],
        Circumstances(
            instance_id=ME,
            event_date=DAY,
            shown=seen or {},
            confirmed=frozenset(f"{HOME}/{name}" for name in more.pop("confirmed", ())),
            **more,
        ),
        our_dictionary(),
    )
    return {str(row["unit"]): row for row in made}


def test_an_answer_is_kept_with_what_was_shown() -> None:
    row = rows({"phone": "139"}, shown(phone="138"))["phone"]
    assert (row["value"], row["shown"]) == ("139", ["138", [EARLIER]])
    assert (row["instance_id"], row["entity_id"], row["event_date"]) == (ME, HOME, DAY)


def test_what_was_not_shown_has_no_shown() -> None:
    assert rows({"phone": "139"})["phone"]["shown"] is None


def test_an_answer_left_as_shown_is_kept_as_a_step_for_later_readers() -> None:
    assert rows({"phone": "138"}, shown(phone="138"))["phone"]["value"] == "138"


def test_a_blank_says_something_only_where_something_was_shown() -> None:
    assert rows({"phone": ""}) == {}
    assert rows({"phone": ""}, shown(phone="138"))["phone"]["value"] == ""
    assert rows({"phone": ""}, settles=True)["phone"]["value"] == ""


def test_what_the_form_does_not_ask_is_not_said() -> None:
    assert set(rows({"phone": "1"}, shown(phone="1", group_name="一组"))) == {"phone"}


def test_making_an_entity_is_a_write_of_its_own() -> None:
    assert rows({"phone": "1"}, create=True)[CREATED]["value"] == "1"
    assert CREATED not in rows({"phone": "1"})


def test_several_properties_are_one_value_completed_by_what_was_shown() -> None:
    seen = shown(lives_elsewhere={"lives_elsewhere": "yes", "current_address": "青岛"})
    row = rows({"lives_elsewhere": "no"}, seen)["lives_elsewhere"]
    assert row["value"] == {"lives_elsewhere": "no", "current_address": "青岛"}


def test_a_unit_whose_properties_are_all_blank_is_blank() -> None:
    assert rows({"lives_elsewhere": "", "current_address": ""}) == {}


def test_every_choice_ticked_or_shown_is_said_by_itself() -> None:
    seen = shown(fuel=("", []), fuel__coal="1", fuel__gas="1")
    said = rows({"fuel": "coal wood"}, seen)
    assert {unit: row["value"] for unit, row in said.items()} == {
        "fuel/coal": "1",
        "fuel/gas": "0",
        "fuel/wood": "1",
    }
    assert said["fuel/gas"]["shown"] == ["1", [EARLIER]]
    assert said["fuel/wood"]["shown"] == ["0", []]


def test_choices_of_a_set_that_was_never_shown_have_no_shown() -> None:
    assert rows({"fuel": "coal"})["fuel/coal"]["shown"] is None


def test_nothing_ticked_says_nothing() -> None:
    assert rows({"fuel": ""}, shown(fuel__coal="1")) == {}


def test_a_settlement_speaks_only_of_the_choices_in_dispute() -> None:
    said = rows({"fuel": "coal wood"}, shown(fuel__gas="1"), settles=True)
    assert {unit: row["value"] for unit, row in said.items()} == {"fuel/gas": "0"}
    assert said["fuel/gas"]["settles"]


def test_a_confirmation_names_a_property_or_its_unit() -> None:
    seen = shown(water={"water_quality": "ok"}, phone="138")
    said = rows({"water_quality": "ok", "phone": "138"}, seen, confirmed=["water"])
    assert (said["water"]["confirmed"], said["phone"]["confirmed"]) == (True, False)
    assert rows({"water_quality": "ok"}, seen, confirmed=["water_quality"])["water"]["confirmed"]


def test_a_doubtful_date_is_noted() -> None:
    assert rows({"phone": "1"}, doubtful_date=True)["phone"]["doubtful_date"]


def test_what_was_shown_but_makes_no_sense_is_as_if_it_was_not() -> None:
    assert rows({"phone": "1"}, {HOME: 5})["phone"]["shown"] is None
    assert rows({"phone": "1"}, {HOME: {"values": 7}})["phone"]["shown"] is None
    beyond = {HOME: {"heads": [EARLIER], "values": {"phone": ["1", [0, 9]]}}}
    assert rows({"phone": "1"}, beyond)["phone"]["shown"] == ["1", [EARLIER]]


def test_a_register_that_nobody_declared_is_left_out() -> None:
    said = [Said("dragons", HOME, True, {"phone": "1"})]
    at = Circumstances(ME, DAY, {}, frozenset())
    assert write_rows(said, at, our_dictionary()) == []


def test_of_two_that_are_meanwhile_one_what_was_said_first_holds() -> None:
    made = write_rows(
        [
            Said("households", HOME, False, {"phone": "139"}),
            Said("households", HOME, False, {"phone": "138", "fuel": "gas"}),
        ],
        Circumstances(instance_id=ME, event_date=DAY, shown={}, confirmed=frozenset()),
        our_dictionary(),
    )
    said = {str(row["unit"]): row["value"] for row in made}
    assert (said["phone"], said["fuel/gas"]) == ("139", "1")
    assert len(said) == len(made)
