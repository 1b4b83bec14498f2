"""Houses: what opens a task, what a grade comes to, and when a renovation leaves the ledger."""

from __future__ import annotations

from datetime import date

import pytest

from server.followup.house_states import STEPS, missing, renovation_state
from server.followup.known import Event, Part
from server.followup.parts.houses import part
from server.registers.models import Entity
from tests.followup.known import entity, known

HOUSE = "6f8dfe0a-1111-4111-8111-000000000001"

#: What each step tells, in their order.
TOLD = (
    {"plan_year": "2026", "method": "strengthen"},
    {"start_date": "2026-03-01"},
    {"finish_date": "2026-06-01"},
    {"acceptance_date": "2026-06-20", "acceptance_result": "pass"},
    {"subsidy_paid_date": "2026-07-01"},
    {"moved_in": "yes"},
)


def house(grade: str = "", **live: str) -> Entity:
    """The house a household lives in, of a grade that was approved."""
    said = {"house_grade": grade, "assessed_on": "2026-11-01"} if grade else {}
    usual = {"is_main_dwelling": "yes", "occupied": "yes"}
    found = entity("houses", HOUSE, **(usual | live | said))
    found.approved = {"heads": ["s"], "units": {k: [v, [0]] for k, v in said.items()}}
    return found


def renovation(**facts: str) -> Entity:
    return entity("renovations", house=HOUSE, **facts)


def assessed(on: str = "2026-11-20", **facts: str) -> Event:
    said = {"kind": "assessment", "house_id": HOUSE, "looked": "inside", "occupied": "yes"}
    day = date.fromisoformat(on)
    return Event("s1", "s1", "housing_assessment", "assessment", day, "received", "p", said | facts)


def tasks(found: Part) -> list[tuple[str, str, date | None]]:
    return [(one.kind, one.title, one.due_on) for one in found.needed]


def test_the_ledger_goes_step_by_step() -> None:
    facts: dict[str, str] = {}
    reached = [renovation_state(facts)]
    for told in TOLD:
        facts |= told
        reached.append(renovation_state(facts))
    assert tuple(reached) == STEPS


@pytest.mark.parametrize("result", ["", "fail", "mend"])
def test_nothing_leaves_the_ledger_that_was_not_found_good(result: str) -> None:
    facts = {name: text for told in TOLD for name, text in told.items()}
    facts["acceptance_result"] = result
    assert renovation_state(facts) == "finished"
    assert missing(facts) == ("acceptance_result",)


@pytest.mark.parametrize("moved_in", ["", "no"])
def test_nothing_leaves_the_ledger_that_nobody_lives_in(moved_in: str) -> None:
    facts = {name: text for told in TOLD for name, text in told.items()} | {"moved_in": moved_in}
    assert renovation_state(facts) == "paid"
    assert missing(facts) == ("moved_in",)


def test_what_is_told_out_of_order_shows_what_was_left_out() -> None:
    assert renovation_state({"finish_date": "2026-06-01"}) == "listed"
    assert missing({"plan_year": "2026", "finish_date": "2026-06-01"}) == ("method",)


@pytest.mark.parametrize(
    ("grade", "live", "state"),
    [
        ("A", {}, "safe"),
        ("B", {}, "safe"),
        ("C", {}, "dangerous"),
        ("D", {"evacuated": "yes"}, "left"),
        ("D", {"occupied": "no"}, "left"),
        ("", {}, "to_assess"),
    ],
)
def test_a_house_is_what_was_settled_and_last_seen(
    grade: str, live: dict[str, str], state: str
) -> None:
    found = part(known(of=[house(grade, **live)]))
    assert found.entities[HOUSE] == {"state": state}
    assert found.home == {"house_state": state}


def test_a_house_that_was_found_good_is_no_danger_while_papers_are_open() -> None:
    facts = {name: text for told in TOLD[:4] for name, text in told.items()}
    found = part(known(of=[house("D"), renovation(**facts)]))
    assert found.home == {"house_state": "accepted"}
    assert [title.endswith("改造还没办完") for _, title, _ in tasks(found)] == [True]
    begun = [house("D", occupied="no"), renovation(plan_year="2026", method="rebuild")]
    assert part(known(of=begun)).home == {"house_state": "renovating"}


def test_a_grade_that_nobody_approved_says_nothing_yet() -> None:
    one = house("D")
    one.approved = {}
    assert part(known(of=[one])).home == {"house_state": "to_assess"}


def test_living_in_a_dangerous_house_is_a_task_with_a_day() -> None:
    policy: dict[str, object] = {"house.urgent_days": 3}
    ((kind, title, due),) = tasks(part(known(of=[house("D")], policy=policy)))
    assert (kind, due) == ("renovation", date(2026, 11, 4))
    assert "D 级危房还住着人" in title
    ((kind, title, due),) = tasks(part(known(of=[house("C")])))
    assert (kind, due) == ("renovation", None)


def test_who_moved_out_and_wants_it_waits_for_the_plan() -> None:
    left = {"occupied": "no", "household_agrees": "yes"}
    ((_, title, due),) = tasks(part(known(of=[house("D", **left)])))
    assert "等列入计划" in title
    assert due is None
    assert tasks(part(known(of=[house("D", occupied="no", household_agrees="no")]))) == []


def test_a_house_off_the_ledger_is_no_task_any_more() -> None:
    done = renovation(**{name: text for told in TOLD for name, text in told.items()})
    found = part(known(of=[house("D"), done]))
    assert found.entities[done.id] == {"state": "closed"}
    assert found.home == {"house_state": "closed"}
    assert tasks(found) == []


def test_the_ledger_says_what_the_next_step_wants() -> None:
    begun = renovation(plan_year="2026", method="rebuild")
    found = part(known(of=[house("D"), begun]))
    assert found.entities[begun.id] == {"state": "planned", "missing": "start_date"}


@pytest.mark.parametrize(
    ("facts", "title", "due"),
    [
        ({"grade": "C", "counts": "no"}, "初评 C 级，请安排鉴定", None),
        ({"grade": "D", "counts": "no"}, "初评 D 级，请安排鉴定", date(2026, 11, 22)),
        ({"counts": "no", "professional": "yes"}, "三层及以上，请安排鉴定", None),
    ],
)
def test_a_clue_asks_for_an_assessment(facts: dict[str, str], title: str, due: date | None) -> None:
    ((kind, said, until),) = tasks(part(known(of=[house()], events=[assessed(**facts)])))
    assert (kind, until) == ("house_assess", due)
    assert said.endswith(title)


@pytest.mark.parametrize(
    "facts",
    [
        {"grade": "B", "counts": "no"},
        {"grade": "D", "counts": "yes"},
        {"grade": "D", "counts": "no", "looked": "none"},
    ],
)
def test_a_good_house_or_a_given_grade_asks_for_none(facts: dict[str, str]) -> None:
    assert tasks(part(known(of=[house()], events=[assessed(**facts)]))) == []


def test_an_assessment_answers_the_clue_before_it() -> None:
    clue = assessed("2026-11-10", grade="D", counts="no")
    given = assessed("2026-11-20", grade="C", counts="yes")
    assert tasks(part(known(of=[house()], events=[clue, given]))) == []
    assert len(tasks(part(known(of=[house()], events=[given, assessed(grade="D")])))) == 1


@pytest.mark.parametrize(
    ("grade", "clue", "asks"),
    [("C", "C", False), ("D", "C", False), ("C", "D", True), ("B", "C", True)],
)
def test_a_clue_that_is_no_worse_than_the_settled_grade_asks_for_nothing(
    grade: str, clue: str, *, asks: bool
) -> None:
    found = part(known(of=[house(grade)], events=[assessed(grade=clue, counts="no")]))
    assert ("house_assess" in {one.kind for one in found.needed}) is asks


def test_an_appraisal_on_paper_answers_the_clue_before_it() -> None:
    clue = assessed("2026-10-20", grade="D", counts="no")
    assert tasks(part(known(of=[house("B")], events=[clue]))) == []


def test_a_worry_told_on_a_visit_opens_an_assessment_until_somebody_looked() -> None:
    visit = Event("s", "s", "visit", "visit", date(2026, 11, 18), "received", "p", {})
    ((kind, title, _),) = tasks(part(known(events=[visit], housing_ok="needs_assessment")))
    assert (kind, title.endswith("走访说住房要鉴定，请安排鉴定")) == ("house_assess", True)
    looked = assessed("2026-11-20", grade="B", counts="yes")
    found = part(known(of=[house("B")], events=[visit, looked], housing_ok="needs_assessment"))
    assert tasks(found) == []
    assert tasks(part(known(events=[visit], housing_ok="ok"))) == []
