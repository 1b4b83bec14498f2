"""The eight ones: who needs them, how far they are, what comes round again, what ends."""

from __future__ import annotations

from datetime import date

import pytest

from server.followup.eight import needs_them
from server.followup.known import Part
from server.followup.parts.health import part
from server.registers.models import Entity
from tests.followup.known import entity, known, person

POLICY: dict[str, object] = {
    "health.illnesses": ["serious", "chronic"],
    "health.households": ["out_policy", "monitored_edge"],
    "health.yearly": ["hb6"],
    "health.exam_age": 65,
    "health.na_most": 2,
}
ILL = {"health_status": "chronic"}


def case(of: Entity, **items: str) -> Entity:
    """A health case; `hb3="done 2026-03-08"` says when it was done."""
    said: dict[str, str] = {}
    for code, text in items.items():
        status, _, on = text.partition(" ")
        said |= {f"{code}_status": status, f"{code}_on": on}
    return entity("health_cases", person=of.id, **said)


def all_eight(**other: str) -> dict[str, str]:
    return {f"hb{n}": "done 2026-03-08" for n in range(1, 9)} | other


@pytest.mark.parametrize(
    ("facts", "household_type", "needed"),
    [
        ({"health_status": "chronic"}, "out_policy", True),
        ({"health_status": "disabled serious"}, "monitored_edge", True),
        ({"serious_disease": "esrd"}, "out_policy", True),
        ({"chronic_disease": "diabetes"}, "out_policy", True),
        ({"health_status": "healthy"}, "out_policy", False),
        ({"health_status": "disabled"}, "out_policy", False),
        ({"disability_level": "1"}, "out_policy", False),
        ({}, "out_policy", False),
        ({"health_status": "chronic"}, "ordinary", False),
    ],
)
def test_who_needs_them_follows_from_the_facts(
    facts: dict[str, str], household_type: str, *, needed: bool
) -> None:
    assert needs_them(facts, household_type, POLICY) is needed


def test_policy_says_which_illnesses_and_households() -> None:
    severe = {"disability_level": "1"}
    assert needs_them(severe, "ordinary", {"health.illnesses": ["severe_disability"]})
    assert not needs_them(severe, "ordinary", POLICY)


def test_an_ill_person_without_a_case_has_nothing_done_yet() -> None:
    ill, healthy = person(**ILL), person(health_status="healthy")
    found = part(known(ill, healthy, policy=POLICY))
    assert found.entities == {
        ill.id: {"hb_needed": 1, "hb_done": 0, "hb_na": 0, "hb_complete": "no"}
    }
    assert found.home == {"hb_people": 1, "hb_full": 0, "hb_done": 0, "hb_na": 0}
    assert found.needed == []


def test_the_progress_of_a_person_and_the_sums_of_the_household() -> None:
    one, other = person(**ILL), person(**ILL, birth_date="1990-01-01")
    full = case(one, **all_eight(hb7="na"))
    begun = case(other, hb1="done 2026-05-01", hb2="not_done")
    found = part(known(one, other, of=[full, begun], policy=POLICY))
    assert found.entities[one.id]["hb_complete"] == "yes"
    assert (found.entities[other.id]["hb_done"], found.entities[other.id]["hb_na"]) == (1, 0)
    assert found.home["hb_people"] == 2
    assert (found.home["hb_full"], found.home["hb_done"], found.home["hb_na"]) == (1, 8, 1)


def test_too_many_that_do_not_apply_are_not_complete() -> None:
    one = person(**ILL)
    three = case(one, **all_eight(hb5="na", hb7="na", hb8="na"))
    assert part(known(one, of=[three], policy=POLICY)).entities[one.id]["hb_complete"] == "no"


def renewals(found: Part) -> list[tuple[str, date | None]]:
    return [(one.subject, one.due_on) for one in found.needed if one.kind == "health_renewal"]


def test_the_examination_comes_round_after_a_year_for_the_old() -> None:
    old, young = person(**ILL), person(**ILL, birth_date="1990-01-01")
    cases = [case(old, **all_eight()), case(young, **all_eight())]
    found = part(known(old, young, of=cases, policy=POLICY))
    assert renewals(found) == [(old.id, date(2027, 3, 8))]
    assert found.entities[old.id]["hb_renew_on"] == "2027-03-08"
    assert "hb_renew_on" not in found.entities[young.id]
    assert found.home["hb_due"] == "2027-03-08"


def test_who_turns_65_before_the_year_is_over_is_examined_again() -> None:
    one = person(**ILL, birth_date="1962-01-20")
    assert renewals(part(known(one, of=[case(one, **all_eight())], policy=POLICY)))
    later = person(**ILL, birth_date="1962-03-09")
    assert not renewals(part(known(later, of=[case(later, **all_eight())], policy=POLICY)))


def test_nothing_is_renewed_that_policy_does_not_name() -> None:
    one = person(**ILL)
    of = [case(one, **all_eight())]
    assert not renewals(part(known(one, of=of, policy=POLICY | {"health.yearly": []})))


def test_an_examination_on_the_29th_of_february_comes_round_in_march() -> None:
    one = person(**ILL)
    found = part(known(one, of=[case(one, hb6="done 2024-02-29")], policy=POLICY))
    assert renewals(found) == [(one.id, date(2025, 3, 1))]


def test_a_death_stops_renewals_and_asks_to_stop_benefits() -> None:
    dead = person(
        **ILL,
        member_status="removed",
        change_reason="death",
        change_date="2026-11-02",
        dibao_member="yes",
        pension_insured="yes",
    )
    found = part(known(dead, of=[case(dead, **all_eight())], policy=POLICY))
    assert found.entities == {}
    assert found.home == {}
    (task,) = found.needed
    assert (task.kind, task.subject) == ("welfare_stop", dead.id)
    assert task.title == "赵桂兰去世：请核查低保、养老金停发"


def test_who_moved_away_is_neither_renewed_nor_stopped() -> None:
    moved = person(**ILL, member_status="removed", change_reason="move_out")
    assert part(known(moved, of=[case(moved, **all_eight())], policy=POLICY)) == Part({}, {}, [])


def test_a_case_outlives_the_facts_that_began_it() -> None:
    cured = person(health_status="healthy")
    found = part(known(cured, of=[case(cured, hb1="done 2026-05-01")], policy=POLICY))
    assert found.entities[cured.id]["hb_done"] == 1
