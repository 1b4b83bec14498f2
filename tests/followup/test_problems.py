"""Problems and needs: whose turn they are, and from when they are late."""

from __future__ import annotations

from datetime import date

import pytest

from server.followup.known import Part
from server.followup.parts.problems import part
from server.registers.models import Entity
from tests.followup.known import entity, known

FOUND = "2026-11-01"


def problem(**facts: str) -> Entity:
    usual = {"entry_kind": "problem", "description": "西屋漏雨", "found_on": FOUND}
    return entity("problems", "p1", **(usual | facts))


def derived(on: str, *policy: tuple[str, int], **facts: str) -> Part:
    return part(known(of=[problem(**facts)], today=date.fromisoformat(on), policy=dict(policy)))


@pytest.mark.parametrize(
    ("today", "state", "level", "deadline"),
    [
        ("2026-11-01", "open", "village", "2026-11-08"),
        ("2026-11-08", "open", "village", "2026-11-08"),
        ("2026-11-09", "late", "town", "2026-11-23"),
        ("2026-11-23", "late", "town", "2026-11-23"),
        ("2026-11-24", "late", "county", "2026-12-23"),
        ("2027-03-01", "late", "county", "2026-12-23"),
    ],
)
def test_what_is_late_goes_up_one_level(today: str, state: str, level: str, deadline: str) -> None:
    found = derived(today)
    assert found.entities["p1"] == {"state": state, "level": level, "deadline": deadline}
    assert found.home == {"problems_open": 1, "problems_late": int(state == "late")}


def test_days_are_those_of_policy() -> None:
    found = derived("2026-11-01", ("problem.days.village", 3))
    assert found.entities["p1"]["deadline"] == "2026-11-04"


def test_the_level_that_the_township_gave_has_its_own_days() -> None:
    given = {"solve_level": "town", "deadline": "2026-11-20"}
    assert derived("2026-11-20", **given).entities["p1"]["state"] == "open"
    later = derived("2026-11-21", **given).entities["p1"]
    assert later == {"state": "late", "level": "county", "deadline": "2026-12-20"}


def test_a_solved_problem_asks_nothing_of_anybody() -> None:
    found = derived("2027-01-01", result="solved", result_on="2026-11-05")
    assert found.entities == {"p1": {"state": "solved"}}
    assert found.home == {}
    assert list(found.needed) == []


def test_one_that_is_not_solved_yet_stays_open() -> None:
    assert derived("2026-11-02", result="not_yet").entities["p1"]["state"] == "open"


def test_an_open_problem_is_a_task_until_its_deadline() -> None:
    [task] = derived("2026-11-02", urgency="urgent").needed
    assert (task.kind, task.subject, task.due_on) == ("problem", "p1", date(2026, 11, 8))
    assert task.title == "西屋漏雨（紧急，村级办）"
