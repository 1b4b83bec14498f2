"""Income accounts: which year counts, and who is reminded of one."""

from __future__ import annotations

from datetime import date

import pytest

from server.followup.known import Event
from server.followup.parts.incomes import last_day_of_year, part
from server.registers.models import Entity
from tests.followup.known import TODAY, entity, known


def approved(period_end: str, per_capita: str, account_type: str = "annual") -> Entity:
    said = {"account_type": account_type, "period_end": period_end, "per_capita_net": per_capita}
    found = entity("incomes")
    found.approved = {"heads": ["s"], "units": {"account": [said, [0]]}}
    return found


def told(period_end: str) -> Event:
    facts = {"kind": "account", "period_end": period_end}
    day = date(2026, 11, 1)
    return Event("s1", "s1", "income_account", "account", day, "received", "p", facts)


def test_the_newest_year_that_was_approved_counts() -> None:
    accounts = [approved("2025-09-30", "9000"), approved("2026-09-30", "10233.33")]
    accounts.append(approved("2026-10-31", "1", "identify"))
    home = part(known(of=accounts)).home
    assert (home["income_year"], home["per_capita"]) == ("2026", "10233.33")


def test_what_is_in_review_counts_nowhere_yet() -> None:
    waiting = entity("incomes", account={"account_type": "annual", "period_end": "2026-09-30"})  # type: ignore[arg-type]
    waiting.approved = {"heads": [], "units": {}}
    assert part(known(of=[waiting])).home == {}


@pytest.mark.parametrize(
    ("kind", "events", "reminded"),
    [
        ("monitored_edge", [], True),
        ("monitored_edge", [told("2025-09-30")], True),
        ("monitored_edge", [told("2026-09-30")], False),
        ("out_policy", [], False),
    ],
)
def test_monitored_households_are_reminded_of_their_year(
    kind: str, events: list[Event], reminded: bool
) -> None:
    needed = part(known(household_type=kind, events=events)).needed
    assert [one.kind for one in needed] == (["income_missing"] if reminded else [])


@pytest.mark.parametrize(("kind", "turn"), [("monitored_edge", "2027-10-01"), ("ordinary", None)])
def test_who_is_reminded_is_looked_at_when_the_year_is_over(kind: str, turn: str | None) -> None:
    found = part(known(household_type=kind, events=[told("2026-09-30")]))
    assert found.next_turn(TODAY) == (date.fromisoformat(turn) if turn else None)


@pytest.mark.parametrize(
    ("today", "last"),
    [
        ("2026-09-30", "2025-09-30"),
        ("2026-10-01", "2026-09-30"),
        ("2027-02-01", "2026-09-30"),
    ],
)
def test_a_year_ends_the_day_before_the_next_begins(today: str, last: str) -> None:
    found = last_day_of_year(date.fromisoformat(today), "10-01")
    assert found == date.fromisoformat(last)
