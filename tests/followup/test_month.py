"""The month in numbers: each visit in its own month, late ones apart, all as the desk says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from server import clock
from server.followup.house_ledger import ledger
from server.followup.month import Figures, Month, figures, month_of
from server.policy.values import in_force
from server.registers import queries as registers
from tests.forms.instances import new_id, visit_xml
from tests.household_file.recording import Office
from tests.household_file.whole import Whole
from tests.making import SANLI, YIJIA, looking

OCTOBER = month_of(date(2026, 10, 20), {})
NOVEMBER = month_of(date(2026, 11, 2), {})
TODAY = date(2026, 11, 22)


@pytest.fixture
def office(ground: Flask) -> Office:
    return Office(ground)


def visit(office: Office, household: str, on: str, arrived: str = "", **answers: str) -> str:
    """A visit of a day, arrived on the same evening unless said otherwise."""
    instance = new_id()
    said = {"event_date": on, "entry_date": on, **answers}
    xml = visit_xml(household, instance_id=instance, **said)
    now = datetime.fromisoformat(f"{arrived or on}T20:00:00+08:00")
    return office.send("visit", instance, xml, now=now)


def counted(office: Office, month: Month = NOVEMBER, today: date = TODAY) -> Mapping[str, Figures]:
    with looking(office.app) as session:
        policy = in_force(session, today)
        return figures(session, [SANLI, YIJIA], month, today, policy)


def test_a_month_is_frozen_on_the_day_that_policy_says() -> None:
    december = month_of(date(2026, 12, 31), {"month.freeze_day": 8})
    assert december == Month(date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 8))
    assert NOVEMBER.frozen == date(2026, 12, 5)
    assert month_of(date(2026, 11, 1), {"month.freeze_day": "x"}) == NOVEMBER


def test_a_visit_counts_in_the_month_of_its_day(office: Office) -> None:
    home, _ = office.register("张㛃")
    visit(office, home, "2026-10-28")
    visit(office, home, "2026-11-03")
    visit(office, home, "2026-11-10", visit_result="absent", absent_reason="field")
    one = counted(office)[SANLI]
    assert (one.visits, one.met, one.unmet, one.late) == (2, 1, 1, 0)
    assert counted(office, OCTOBER)[SANLI].visits == 1
    assert counted(office)[YIJIA] == Figures()


def test_what_comes_after_the_freeze_stands_apart_in_its_own_month(office: Office) -> None:
    home, _ = office.register("张㛃")
    visit(office, home, "2026-10-28", "2026-11-05")
    visit(office, home, "2026-10-30", "2026-11-06")
    one = counted(office, OCTOBER)[SANLI]
    assert (one.visits, one.late) == (1, 1)
    november = counted(office, NOVEMBER)[SANLI]
    assert (november.visits, november.late, november.late_before) == (0, 0, 1)


def test_to_be_returned_and_corrected_is_not_to_be_late(office: Office) -> None:
    home, _ = office.register("张㛃")
    first = visit(office, home, "2026-10-28")
    office.decide(first, "return", "请补写情况")
    assert counted(office, OCTOBER)[SANLI].visits == 1
    again = new_id()
    xml = visit_xml(home, instance_id=again, event_date="2026-10-28", deprecated_id=first)
    now = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
    office.send("visit", again, xml, replaces=first, now=now)
    one = counted(office, OCTOBER)[SANLI]
    assert (one.visits, one.late) == (1, 0)


def test_what_two_recorded_of_one_day_counts_once(office: Office) -> None:
    home, _ = office.register("张㛃")
    visit(office, home, "2026-11-03")
    second = new_id()
    other = office.somebody("team_member", SANLI, "陈立")
    office.send(
        "visit", second, visit_xml(home, instance_id=second, event_date="2026-11-03"), by=other
    )
    assert counted(office)[SANLI].visits == 1


def test_who_is_due_and_visited_agrees_with_the_dates_of_the_desk(office: Office) -> None:
    homes = [office.register(name)[0] for name in ("张㛃", "陈广田", "李四")]
    visit(office, homes[0], "2026-11-03")
    visit(office, homes[1], "2026-11-04", visit_result="absent", absent_reason="work")
    with looking(office.app) as session:
        month = month_of(clock.today(), {})
        rows = registers.household_rows(session, [SANLI])
        waiting = [row for row in rows if row.next_due_on and row.next_due_on <= month.last]
        overdue = [row for row in rows if row.next_due_on and row.next_due_on < clock.today()]
    one = counted(office, month, clock.today())[SANLI]
    assert one.households == len(rows)
    assert one.people == sum(row.family_size for row in rows)
    assert one.overdue == len(overdue)
    assert one.due - one.made == len(waiting)


def test_everything_of_a_household_is_counted_as_the_desk_lists_it(ground: Flask) -> None:
    whole = Whole(Office(ground))
    household = whole.everything()
    with looking(ground) as session:
        homes = {row.household_id for row in registers.household_rows(session, [SANLI])}
        problems = [
            one.derived.get("state")
            for one in registers.known_in(session, "problems", [SANLI])
            if one.household_id in homes
        ]
        houses = [row.state for row in ledger(session, [SANLI])]
        home = registers.entity(session, household)
        assert home is not None
        derived = dict(home.derived)
        admitted = [
            on
            for one in registers.known_in(session, "cases", [SANLI])
            if (on := str(one.approved["units"]["decision"][0]["decided_on"]))  # type: ignore[index]
        ]
    one = counted(whole.office)[SANLI]
    assert one.problems_open == sum(state in ("open", "late") for state in problems)
    assert one.problems_late == problems.count("late")
    assert one.dangerous == sum(state in ("dangerous", "left", "renovating") for state in houses)
    assert one.lived_in == houses.count("dangerous")
    assert (one.ill, one.ill_full, one.items) == tuple(
        derived.get(name, 0) for name in ("hb_people", "hb_full", "hb_done")
    )
    assert one.monitored == 1
    month = month_of(date.fromisoformat(admitted[0]), {})
    assert counted(whole.office, month)[SANLI].admitted == 1
    before = month_of(month.first - timedelta(days=1), {})
    assert counted(whole.office, before)[SANLI].admitted == 0
