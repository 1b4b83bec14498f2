"""What the parts of `followup.parts` are given of a household, and what they give back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from server.followup.tasks import Needed
from server.registers.models import Entity

Derived = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Event:
    """One filled form about a household that stands: not rejected, and the version that counts.

    record: its first version, by which it is named. kind: of its form (`visit`, `case_event`, …).
    on: its day, at the latest the one on which it arrived. state: of its review; what was not
    approved yet is a proposal. facts: what `intake.summaries` says of it.
    """

    instance_id: str
    record: str
    form_id: str
    kind: str
    on: date
    state: str
    recorder: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of one household; a part reads nothing else.

    home: the household. people: its members, those who left included. of: register -> what else
    belongs to it, by id; persons are there too. events: oldest first. policy: what holds today.
    """

    home: Entity
    people: Sequence[Entity]
    of: Mapping[str, Sequence[Entity]]
    events: Sequence[Event]
    policy: Mapping[str, object]
    today: date

    def all(self, register: str) -> Sequence[Entity]:
        """What a register has of this household."""
        return self.of.get(register, ())

    def number(self, key: str, otherwise: int) -> int:
        """A whole number that policy says; `otherwise` where it says none."""
        said = self.policy.get(key)
        return said if isinstance(said, int) else otherwise


@dataclass(frozen=True, slots=True)
class Part:
    """What follows from a household by one part.

    home: derived facts of the household. entities: entity id -> derived facts of what belongs to
    it; what a part does not name has none of its facts. needed: the tasks that should be open now.
    turns: days on which something of it may change by itself, besides those that it names anyway.
    """

    home: Derived = field(default_factory=dict)
    entities: Mapping[str, Derived] = field(default_factory=dict)
    needed: Sequence[Needed] = ()
    turns: Sequence[date] = ()

    def next_turn(self, today: date) -> date | None:
        """The next day, today at the earliest, on which something of it may change by itself."""
        derived = (self.home, *self.entities.values())
        named = [day for one in derived for value in one.values() if (day := _day(value))]
        due = [one.due_on for one in self.needed if one.due_on]
        return min((day for day in (*named, *due, *self.turns) if day >= today), default=None)


def _day(value: str | int) -> date | None:
    if not isinstance(value, str) or len(value) != len("2026-01-01"):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
