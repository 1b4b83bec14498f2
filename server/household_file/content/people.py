"""The people of a household as the registers hold them, and what is counted from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from server.forms.dictionary import Dictionary
from server.household_file.content.facts import Change, Fact
from server.household_file.content.facts_of import Authors, Readings, author_of
from server.registers import values

LABOUR = frozenset({"normal", "skilled", "weak"})
PARTNER = frozenset({"10", "11", "12"})
HEAD = "02"


@dataclass
class Person:
    """One person's readings, and what the paper needs of the codes behind them."""

    id: str
    readings: Readings

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """Property -> code or text, approved before received."""
        return codes_of(self.readings)

    @property
    def name(self) -> str:
        """The person's name."""
        return self.codes.get("person_name", "")

    @property
    def removed(self) -> bool:
        """Whether the person has left the household."""
        return self.codes.get("member_status") == "removed"

    @property
    def approved(self) -> bool:
        """Whether the office has approved that this person belongs here."""
        return bool(values.units(self.readings.approved))

    def rank(self, head_id: str) -> tuple[int, str, str]:
        """Order on paper: the head, husband or wife, then by age."""
        place = 0 if self.id == head_id else 1 if self.codes.get("relation") in PARTNER else 2
        return place, self.codes.get("birth_date") or "9999", self.id


def codes_of(found: Readings) -> dict[str, str]:
    """Property -> code or text of an entity, approved before received."""
    return {**values.properties(found.live), **values.properties(found.approved)}


def head_of(people: Sequence[Person], named: str) -> str:
    """The id of the person whom the register names as head, else whoever is 户主 by relation."""
    inside = [person for person in people if not person.removed]
    if any(person.id == named for person in inside):
        return named
    return next((p.id for p in inside if p.codes.get("relation") == HEAD), "")


def counts(people: Sequence[Person]) -> dict[str, Fact]:
    """What is counted from the members, never asked."""
    inside = [person for person in people if not person.removed]
    reviewed = all(person.approved for person in inside)
    found = {
        "family_size": len(inside),
        "labour_count": sum(person.codes.get("labour") in LABOUR for person in inside),
        "working_count": sum(
            person.codes.get("work", "none") not in ("", "none") for person in inside
        ),
        "student_count": sum(
            person.codes.get("student_status", "0") not in ("", "0") for person in inside
        ),
    }
    return {name: Fact(str(count), reviewed=reviewed) for name, count in found.items()}


def comings_and_goings(
    people: Sequence[Person], dictionary: Dictionary, authors: Authors
) -> tuple[Change, ...]:
    """Who came and who left, by date."""
    declared = dictionary.registers["persons"].properties["change_reason"]
    found = [
        Change(
            on=person.codes.get("change_date", ""),
            item=person.codes.get("person_name", "")
            + dictionary.label(declared.list or "", reason),
            old="在户" if person.removed else "",
            new="减少" if person.removed else "在户",
            by=author_of(person.readings, "member_status", authors).name,
            reviewed=person.approved,
        )
        for person in people
        if (reason := person.codes.get("change_reason", ""))
    ]
    return tuple(sorted(found, key=lambda change: (change.on, change.item)))
