"""The part of monitoring cases: one thread of a household, its tasks, and what its page shows."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from server.followup.known import Event, Known, Part
from server.followup.parts.cases import part, suits
from server.registers.models import Entity
from tests.followup.known import entity, known

FIRST = "6f8dfe0a-1111-4111-8111-000000000001"
SECOND = "6f8dfe0a-1111-4111-8111-000000000002"


def case(case_id: str = FIRST, clue: str = "2026-11-10", **decided: str) -> Entity:
    """A case since a clue; with a decision of the office where one is given."""
    found = entity("cases", case_id, clue_date=clue, risk_main="illness")
    found.approved = {}
    if decided:
        said = {"decided_on": "2026-11-20", **decided}
        found.approved = {"heads": ["s"], "units": {"decision": [said, [0]]}}
    return found


def event(step: str, on: str, case_id: str = FIRST, **facts: str) -> Event:
    said = {"kind": "case_event", "case_id": case_id, "case_step": step, "case_phase": "admit"}
    name = f"{step}-{on}"
    day = date.fromisoformat(on)
    return Event(name, name, "monitoring", "case_event", day, "received", "p", said | facts)


def visit(on: str, result: str = "met_person") -> Event:
    facts = {"kind": "visit", "visit_result": result}
    return Event(
        f"v{on}", f"v{on}", "visit", "visit", date.fromisoformat(on), "received", "p", facts
    )


VERIFIED = event("verify", "2026-11-12", visit_result="met_person", verify_conclusion="admit")
ADMITTED = {"decision": "admitted", "category": "monitored_edge"}


def at_home(*of: Entity, events: list[Event] | None = None, **more: object) -> Known:
    return known(of=list(of), events=events or [], **more)  # type: ignore[arg-type]


def tasks(found: Part) -> list[tuple[str, str, date | None]]:
    return [(one.kind, str(one.detail.get("next", "")), one.due_on) for one in found.needed]


def test_a_clue_is_a_task_until_somebody_was_there() -> None:
    found = part(at_home(case()))
    assert found.home == {
        "case_id": FIRST,
        "case_state": "clue",
        "case_next": "verify",
        "case_deadline": "2026-11-25",
    }
    assert tasks(found) == [("clue", "verify", date(2026, 11, 25))]
    later = part(at_home(case(), events=[VERIFIED]))
    assert later.home["case_state"] == "applying"
    assert tasks(later) == [("case_step", "apply", date(2026, 11, 25))]


def test_policy_sets_the_clock() -> None:
    policy: dict[str, object] = {"case.admission_days": 30}
    assert part(at_home(case(), policy=policy)).home["case_deadline"] == "2026-12-10"


def test_two_clues_of_one_household_are_one_case_whatever_comes_first() -> None:
    later = case(SECOND, "2026-11-11")
    by_second = event("verify", "2026-11-13", SECOND, visit_result="met_person",
                      verify_conclusion="admit")  # fmt: skip
    for some in permutations([case(), later]):
        found = part(at_home(*some, events=[by_second]))
        assert found.home["case_id"] == FIRST
        assert found.entities[SECOND]["into"] == FIRST
        assert found.entities[FIRST]["state"] == "applying"
        assert [one.subject for one in found.needed] == [FIRST]


def test_the_case_that_was_decided_leads() -> None:
    found = part(at_home(case(), case(SECOND, "2026-11-15", **ADMITTED)))
    assert found.home["case_id"] == SECOND
    assert found.entities[FIRST]["into"] == SECOND


def test_a_new_clue_after_the_end_is_a_case_of_its_own() -> None:
    over = case(decision="cleared", category="monitored_edge")
    found = part(at_home(over, case(SECOND, "2026-11-21")))
    assert found.home["case_id"] == SECOND
    assert found.entities[FIRST] == {"state": "cleared"}
    assert found.entities[SECOND]["state"] == "clue"


def test_a_visit_is_the_follow_up_of_who_is_monitored() -> None:
    admitted = case(**ADMITTED)
    found = part(at_home(admitted))
    assert found.entities[FIRST]["follow_due"] == "2026-12-25"
    seen = part(at_home(admitted, events=[visit("2026-11-21")]))
    assert seen.entities[FIRST]["follow_due"] == "2026-12-26"
    assert ("case_follow", "", date(2026, 12, 26)) in tasks(seen)
    unseen = part(at_home(admitted, events=[visit("2026-11-21", "absent")]))
    assert unseen.entities[FIRST]["follow_due"] == "2026-12-25"


def test_measures_of_the_case_answer_its_risks() -> None:
    admitted = case(**ADMITTED)
    assert part(at_home(admitted)).entities[FIRST]["missing"] == "risk_illness"
    facts = {"case": FIRST, "measure_risk": "illness", "measure_group": "health"}
    helped = part(at_home(admitted, entity("measures", **facts, status="planned")))
    assert "missing" not in helped.entities[FIRST]
    failed = part(at_home(admitted, entity("measures", **facts, status="failed")))
    assert failed.entities[FIRST]["missing"] == "risk_illness"


@pytest.mark.parametrize(
    ("home", "expected"),
    [
        ({"household_type": "out_policy"}, {"monitored_unstable": True, "monitored_edge": False}),
        ({"household_type": "ordinary"}, {"monitored_unstable": False, "monitored_edge": True}),
        (
            {"household_type": "risk_cleared", "exit_year": "2017"},
            {"monitored_unstable": True, "monitored_edge": False},
        ),
        ({"household_type": "risk_cleared"}, {}),
    ],
)
def test_which_category_suits_goes_by_what_the_household_was(
    home: dict[str, str], expected: dict[str, bool]
) -> None:
    assert suits(home) == expected


def exit_check(on: str, kind: str = "clear", conclusion: str = "pass") -> Entity:
    found = entity("exit_checks")
    said = {"check_kind": kind, "conclusion": conclusion, "checked_on": on}
    found.approved = {"heads": ["s"], "units": {"check": [said, [0]]}}
    return found


@pytest.mark.parametrize(
    ("checks", "missing"),
    [
        ([], "exit_check"),
        ([exit_check("2026-11-21")], None),
        ([exit_check("2026-11-09")], "exit_check"),
        ([exit_check("2026-11-21", "look_back")], "exit_check"),
        ([exit_check("2026-11-21", conclusion="fail")], "exit_check"),
    ],
)
def test_a_risk_is_over_once_a_check_of_this_case_was_accepted(
    checks: list[Entity], missing: str | None
) -> None:
    admitted = case(**ADMITTED)
    helped = {"case": FIRST, "measure_risk": "illness", "measure_group": "health"}
    said = {
        "visit_result": "met_person", "stable_months": "6", "risk_gone": "yes",
        "no_new_risk": "yes", "v_edu": "na", "v_medical": "ok", "v_housing": "ok",
        "v_water": "ok", "last_per_capita": "12000", "monitoring_line": "8800",
    }  # fmt: skip
    steps = [event("plan", "2026-11-20"), event("clear", "2026-11-20", case_phase="clear", **said)]
    home = at_home(admitted, entity("measures", **helped), *checks, events=steps)
    home.home.derived["labour_count"] = 1
    found = part(home).entities[FIRST]
    assert found["state"] == "clearing"
    assert found.get("missing") == missing


@pytest.mark.parametrize("decision", ["not_admitted", "closed", "watch"])
def test_what_nobody_has_to_do_is_no_task(decision: str) -> None:
    assert part(at_home(case(decision=decision))).needed == []


def test_a_case_that_is_over_is_not_the_households_any_more() -> None:
    found = part(at_home(case(decision="cleared", category="monitored_edge")))
    assert found.home == {}
    assert found.entities[FIRST]["state"] == "cleared"


def test_a_household_without_cases_has_nothing_of_them() -> None:
    found = part(at_home())
    assert (found.home, found.entities, list(found.needed)) == ({}, {}, [])
