"""Problems and needs: which are open, whose turn it is, which are late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from server.followup.known import Derived, Known, Part
from server.followup.tasks import Needed
from server.registers import values
from server.registers.models import Entity

TASKS: frozenset[str] = frozenset({"problem"})
READS: frozenset[str] = frozenset()

#: Level -> its word and the days it has where policy says none; each is followed by the next.
LEVELS: Mapping[str, tuple[str, int]] = {
    "village": ("村级", 7),
    "town": ("镇级", 15),
    "county": ("县级", 30),
}
SHORT = 30


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn a problem is: until `deadline`; is_late: some level let its deadline pass."""

    level: str
    deadline: date
    is_late: bool


def part(known: Known) -> Part:
    """Of a problem or need: state (open, late, solved), level, deadline; of the household:
    problems_open, problems_late, how many are open and how many of these are late.
    """
    entities: dict[str, Derived] = {}
    needed: list[Needed] = []
    for entity, facts in _told(known):
        if facts.get("result") == "solved":
            entities[entity.id] = {"state": "solved"}
            continue
        turn = turn_of(facts, known)
        entities[entity.id] = {
            "state": "late" if turn.is_late else "open",
            "level": turn.level,
            "deadline": turn.deadline.isoformat(),
        }
        needed.append(_task(known.home, entity.id, facts, turn))
    late = sum(one["state"] == "late" for one in entities.values())
    home: Derived = {"problems_open": len(needed), "problems_late": late} if needed else {}
    return Part(home, entities, needed)


def turn_of(facts: Mapping[str, str], known: Known) -> Turn:
    """Whose turn an open problem is; what is late goes up one level, and has that level's days."""
    levels = list(LEVELS)
    at = levels.index(facts["solve_level"]) if facts.get("solve_level") in LEVELS else 0
    told = facts.get("deadline", "")
    found = date.fromisoformat(facts["found_on"]) if facts.get("found_on") else known.today
    deadline = date.fromisoformat(told) if told else found + _days(levels[at], known)
    is_late = deadline < known.today
    while deadline < known.today and at + 1 < len(levels):
        at += 1
        deadline += _days(levels[at], known)
    return Turn(levels[at], deadline, is_late)


def _days(level: str, known: Known) -> timedelta:
    return timedelta(days=known.number(f"problem.days.{level}", LEVELS[level][1]))


def _told(known: Known) -> Iterator[tuple[Entity, Mapping[str, str]]]:
    for entity in known.all("problems"):
        if entity.known:
            yield entity, values.properties(entity.live)


def _task(home: Entity, problem: str, facts: Mapping[str, str], turn: Turn) -> Needed:
    what = facts.get("description", "")
    said = f"{what[:SHORT]}…" if len(what) > SHORT else what or "没写情况"
    urgent = "紧急，" if facts.get("urgency") == "urgent" else ""
    return Needed(
        "problem",
        problem,
        home,
        f"{said}（{urgent}{LEVELS[turn.level][0]}办）",
        {"level": turn.level, "kind": facts.get("entry_kind", "")},
        due_on=turn.deadline,
    )
