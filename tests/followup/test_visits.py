"""Which visits count, and when the next one is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from server.followup.visits import Due, Visit, due, kind_of

START = date(2026, 1, 1)
POLICY: dict[str, object] = {
    "interval.registered_poor": 30,
    "interval.ordinary": 365,
    "interval.first_visit": 7,
    "interval.away_meeting": 365,
}


def after(
    visits: Sequence[tuple[int, str]], kind: str = "registered_poor", away: bool = False
) -> Due:
    """Visits as (days after the start, result), in any order."""
    made = [Visit(START + timedelta(days=day), result) for day, result in visits]
    made.sort(key=lambda visit: visit.on, reverse=True)
    return due(made, kind, away, START, POLICY)


def day(days: int) -> date:
    return START + timedelta(days=days)


def test_a_household_never_visited_is_due_a_week_after_it_became_known() -> None:
    assert after([]) == Due(None, day(7), "monthly", 0)


@pytest.mark.parametrize("result", ["met_person", "met_family", "phone"])
def test_a_meeting_or_a_first_call_counts(result: str) -> None:
    assert after([(3, result)]) == Due(day(3), day(33), "monthly", 0)


@pytest.mark.parametrize("result", ["absent", "refused"])
def test_nobody_home_and_a_refusal_do_not_count(result: str) -> None:
    assert after([(3, result)]).next_on == day(7)


@pytest.mark.parametrize(
    ("results", "last"),
    [
        ("phone phone", 0),
        ("met_person phone phone", 1),
        ("met_person met_person phone met_person phone", 3),
        ("phone met_person met_person phone", 3),
        ("phone phone met_person phone met_person phone", 5),
        ("phone absent phone", 0),
    ],
)
def test_of_three_that_count_one_is_a_call(results: str, last: int) -> None:
    assert after(list(enumerate(results.split()))).last_on == day(last)


def test_for_a_family_that_lives_away_every_call_counts() -> None:
    calls = [(10 * n, "phone") for n in range(5)]
    assert after(calls, away=True).next_on == day(70)


def test_a_family_that_lives_away_is_met_once_a_year() -> None:
    calls = [(0, "met_person"), *((30 * n, "phone") for n in range(1, 13))]
    assert after(calls, away=True).next_on == day(365)
    assert after([(350, "phone")], away=True).next_on == day(365)


def test_two_records_of_one_day_count_once() -> None:
    same = [(0, "met_person"), (5, "absent"), (5, "phone"), (5, "absent"), (6, "phone")]
    assert after(same).last_on == day(5)
    assert after([(5, "phone"), (5, "met_person")]).last_on == day(5)


def test_absences_are_counted_by_days_in_a_row() -> None:
    assert after([(0, "met_person"), (1, "absent"), (2, "absent")]).absent_in_a_row == 2
    assert after([(1, "absent"), (1, "absent"), (2, "absent")]).absent_in_a_row == 2
    assert after([(1, "absent"), (2, "met_person")]).absent_in_a_row == 0


def test_a_type_without_an_interval_is_never_due() -> None:
    assert after([(3, "met_person")], kind="moved_away") == Due(day(3), None, "", 0)


def test_intervals_have_names() -> None:
    assert [kind_of(n) for n in (30, 91, 365)] == ["monthly", "quarterly", "yearly"]
