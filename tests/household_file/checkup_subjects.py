"""Households as the checks are given them, with nothing to find unless a test says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from server.followup.contradictions import Home, Person
from server.household_file.checkup.findings import Finding
from server.household_file.checkup.subject import Subject, Visited
from server.household_file.content.catalogue import WHOLE
from server.household_file.content.file import HouseholdFile
from tests.household_file.households import a_file

TODAY = date(2026, 11, 22)
MONTHLY, QUARTERLY = "monitored_edge", "out_policy"
POLICY = {
    "interval.monitored_edge": 30,
    "interval.out_policy": 91,
    "interval.ordinary": 365,
    "interval.away_meeting": 365,
}
Check = Callable[[Subject], Iterator[Finding]]


def a_home(household_type: str = QUARTERLY, *people: Person, **facts: str) -> Home:
    """One head with a number, in a house of grade B."""
    head = Person("head", {"person_name": "张㛃", "relation": "02", "id_number": "379999…"})
    said = {"household_type": household_type, "head": "head", "house_grade": "B", **facts}
    return Home(said, [head, *people])


def a_subject(file: HouseholdFile | None = None, **given: Any) -> Subject:
    """A household of the township's first printed year."""
    kinds = tuple(given.pop("kinds", ("registered",)))
    file = file or replace(a_file(), visits=(), photos=())
    usual = Subject(
        file=replace(file, plan=replace(WHOLE, kinds=kinds, signing=file.plan.signing)),
        today=TODAY,
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
        policy=POLICY,
        home=a_home(),
        known_since=date(2020, 1, 1),
    )
    return replace(usual, **given)


def visited(*days: str, result: str = "met_person", **given: Any) -> list[Visited]:
    """A visit on each of some days of 2026."""
    return [
        Visited(f"visit-{day}", date.fromisoformat(f"2026-{day}"), "李明远", result, **given)
        for day in days
    ]


def found(check: Check, subject: Subject) -> list[tuple[str, str]]:
    """The kind and the words of all that a check finds."""
    return [(one.kind, one.text) for one in check(subject)]
