"""The exit check: what is known is not asked, and what is not so can be said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from server.forms.check import check
from server.forms.extract import extract
from server.forms.instance import read_instance
from server.intake.summaries import summarise
from tests.forms.instances import compiled, instance_xml, our_dictionary

TODAY = date(2026, 11, 22)
FORM = compiled("exit_check").definition
CHECK = "6f8dfe0a-1111-4111-8111-000000000003"
HOME = "6f8dfe0a-1111-4111-8111-000000000002"
MOST_QUESTIONS = 20

ANSWERS = {
    "hh_uuid": HOME,
    "exit_id": CHECK,
    "monitoring_line": "8800",
    "poverty_line": "7000",
    "last_per_capita": "12000",
    "policy_photo": "optional",
    "policy_signature": "optional",
    "policy_position": "optional",
    "recorded_mode": "onsite",
    "recorder_name": "李明远",
    "recorder_role": "first_secretary",
    "check_kind": "look_back",
    "met_who": "11111111-1111-4111-8111-111111111111",
    "visit_result": "met_person",
    "stable_source": "yes",
    "food_ok": "yes",
    "clothes_ok": "yes",
    "edu_ok": "na",
    "medical_ok": "ok",
    "house_ok": "ok",
    "security_path": "appraised_safe",
    "water_ok": "ok",
    "household_agrees": "yes",
    "conclusion": "pass",
    "event_date": "2026-11-20",
}
#: What is answered only where somebody was met.
SEEN = (
    *("stable_source", "food_ok", "clothes_ok", "edu_ok", "medical_ok", "house_ok"),
    *("security_path", "water_ok", "household_agrees", "conclusion"),
)


def checked(**answers: str) -> dict[str, str]:
    """A check that was passed, calculations included; `""` leaves an answer out."""
    said = {name: text for name, text in {**ANSWERS, **answers}.items() if text}
    return {**said, **calculated(said)}


def calculated(answers: Mapping[str, str]) -> dict[str, str]:
    found = check(instance_xml(FORM, answers), FORM, filled_on=TODAY)
    return {
        one.path.rsplit("/", 1)[1]: one.expected or "" for one in found if one.kind == "calculation"
    }


def complaints(answers: Mapping[str, str]) -> list[tuple[str, str]]:
    found = check(instance_xml(FORM, answers), FORM, filled_on=TODAY)
    return [(one.path.rsplit("/", 1)[1], one.kind) for one in found]


def saved(answers: Mapping[str, str], register: str) -> dict[str, str]:
    said = extract(instance_xml(FORM, answers), FORM, our_dictionary())
    found = [one for one in said.entities if one.register == register]
    return {name: value for one in found for name, value in one.properties.items() if value}


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        ({"check_kind": "clear"}, "8800"),
        ({"check_kind": "exit"}, "7000"),
        ({"check_kind": "exit", "poverty_line": ""}, "8800"),
        ({"check_kind": "look_back", "monitoring_line": ""}, ""),
    ],
)
def test_who_leaves_poverty_is_compared_with_its_line(answers: dict[str, str], line: str) -> None:
    assert checked(**answers).get("line_amount", "") == line


def test_a_check_that_is_passed_is_complete() -> None:
    said = checked()
    assert complaints(said) == []
    assert saved(said, "exit_checks") == {
        "household": HOME,
        "check_kind": "look_back",
        "checked_on": "2026-11-20",
        "standard_ok": "yes",
        "conclusion": "pass",
        "household_agrees": "yes",
    }
    assert saved(said, "households")["security_path"] == "appraised_safe"


@pytest.mark.parametrize(
    "answer",
    [
        {"last_per_capita": "8800"},
        {"stable_source": "no"},
        {"food_ok": "no"},
        {"edu_ok": "problem"},
        {"house_ok": "needs_assessment", "security_path": "not_safe"},
        {"water_ok": "problem"},
    ],
)
def test_whoever_does_not_meet_the_standard_cannot_pass_but_can_be_recorded(
    answer: dict[str, str],
) -> None:
    passed = checked(**answer, fail_note="还差一项，年底前办")
    assert passed["standard_ok"] == "no"
    assert ("conclusion", "constraint") in complaints(passed)
    assert complaints(checked(**answer, fail_note="还差一项，年底前办", conclusion="fail")) == []


@pytest.mark.parametrize("agrees", ["no", "absent"])
def test_a_household_that_does_not_agree_or_was_not_seen_does_not_pass(agrees: str) -> None:
    why = "说收入算高了" if agrees == "no" else ""
    said = checked(household_agrees=agrees, disagree_reason=why)
    assert ("conclusion", "constraint") in complaints(said)
    assert (
        complaints(checked(household_agrees=agrees, disagree_reason=why, conclusion="fail")) == []
    )


@pytest.mark.parametrize("result", ["absent", "refused"])
def test_nobody_home_and_refusal_are_recorded_and_say_nothing_else(result: str) -> None:
    reason = "work" if result == "absent" else ""
    blank = dict.fromkeys(SEEN, "")
    said = checked(**blank, met_who=result, visit_result=result, absent_reason=reason)
    assert complaints(said) == []
    assert saved(said, "exit_checks") == {"household": HOME}


def test_income_and_standard_are_told_and_no_more_than_twenty_things_asked() -> None:
    asked = [one for one in FORM.questions if one.is_asked and one.appearance != "hidden"]
    assert not {"last_per_capita", "monitoring_line", "poverty_line", "income_ref"} & {
        one.name for one in asked
    }
    assert complaints(checked()) == []
    shown = [one.name for one in asked if one.type != "note" and not _is_irrelevant(one.name)]
    assert len(shown) <= MOST_QUESTIONS, shown


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        ({}, "回头看核查 · 达标 · 户主认可"),
        ({"household_agrees": "absent", "conclusion": "fail"}, "回头看核查 · 不达标 · 没见到本人"),
    ],
)
def test_a_check_says_in_one_line_what_it_found(answers: dict[str, str], line: str) -> None:
    root = read_instance(instance_xml(FORM, checked(**answers))).root
    assert summarise(root, FORM).line == line


def _is_irrelevant(name: str) -> bool:
    return (name, "relevant") in complaints(checked(**{name: "1"}))
