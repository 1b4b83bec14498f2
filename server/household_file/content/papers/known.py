"""What the makers of documents are given of a household; they read nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.forms.dictionary import Dictionary
from server.household_file.content.facts import Fact, Member
from server.household_file.content.records import Records, Standing
from server.household_file.content.visit_of import Filled
from server.household_file.period import Period
from server.household_file.returned.standing import Filed
from server.intake.paper import Material


@dataclass(frozen=True, slots=True)
class Thing:
    """One case, house, measure … of the household: in words, and as codes.

    into: of a clue, the case of the same trouble that it joined.
    """

    id: str
    facts: Mapping[str, Fact]
    codes: Mapping[str, str]
    into: str = ""

    def fact(self, name: str) -> Fact:
        """A property; an empty one where the dictionary does not have it."""
        return self.facts.get(name, Fact())

    def text(self, name: str) -> str:
        """A property in words."""
        return self.fact(name).text

    def code(self, name: str) -> str:
        """A property as it is kept."""
        return self.codes.get(name, "")

    @property
    def reviewed(self) -> bool:
        """Whether anything of it was approved."""
        return any(fact.text and fact.reviewed for fact in self.facts.values())


@dataclass(frozen=True, slots=True)
class Step:
    """What was once written of a group of properties, on which day and by whom."""

    of: str
    on: str
    by: str
    said: Mapping[str, str]
    reviewed: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """A household as documents are made from it.

    home: its own properties. of: register -> what belongs to it. former: members who left.
    helpers, decisions: what was written of the helper and of cases, oldest first. scanned: pages
    that were filed. materials: what the office noted of them.
    """

    home: Thing
    members: tuple[Member, ...]
    former: tuple[Member, ...]
    people: Mapping[str, Mapping[str, str]]
    of: Mapping[str, Sequence[Thing]]
    records: Records
    dictionary: Dictionary
    period: Period
    as_of: str
    household_no: str
    head: str
    address: Fact
    place: tuple[str, str, str]
    helpers: Sequence[Step] = ()
    decisions: Sequence[Step] = field(default=())
    scanned: Sequence[Filed] = ()
    materials: Sequence[Material] = ()

    def all(self, register: str) -> Sequence[Thing]:
        """What a register has of this household."""
        return self.of.get(register, ())

    def member(self, person_id: str) -> Member | None:
        """Somebody of the household, those who left included."""
        return next((m for m in (*self.members, *self.former) if m.id == person_id), None)

    def name(self, person_id: str) -> str:
        """The name of somebody of the household; blank when unknown."""
        found = self.member(person_id)
        return found.name if found else ""

    def filled(self, kind: str) -> list[tuple[Standing, Filled]]:
        """The records of one kind of form with what is filled in, newest first."""
        return [(one, self.records.form(one)) for one in self.records.of(kind)]

    def label(self, list_name: str, code: str) -> str:
        """The dictionary's words for a choice."""
        return self.dictionary.label(list_name, code) if code else ""
