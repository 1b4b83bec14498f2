"""What follows from a household by one subject each; to add a subject, add a module to `PARTS`.

A part is a pure function of what is known. Each module has

    TASKS   the kinds of tasks that it opens, and that nothing else opens
    READS   the units of a household that it looks at, besides what belongs to the household
    part    (Known) -> Part

What is derived is computed anew as a whole each time, so a part leaves out what does not apply.
Two parts never give the same name to one household or to one entity.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from types import ModuleType

from server.followup.known import Known, Part
from server.followup.parts import (
    cards,
    cases,
    entitlements,
    health,
    houses,
    incomes,
    problems,
    register,
)
from server.followup.tasks import Needed

PARTS: tuple[ModuleType, ...] = (
    *(problems, health, houses, cases, incomes, cards, entitlements),
    register,
)

#: All kinds of tasks that parts open.
TASKS: frozenset[str] = frozenset().union(*(module.TASKS for module in PARTS))
#: All units of a household that parts look at.
READS: frozenset[str] = frozenset().union(*(module.READS for module in PARTS))


def all_of(known: Known) -> Part:
    """What follows by all parts together."""
    return together(module.part(known) for module in PARTS)


def together(parts: Iterable[Part]) -> Part:
    """Several parts as one."""
    home: dict[str, str | int] = {}
    entities: dict[str, dict[str, str | int]] = {}
    needed: list[Needed] = []
    turns: list[date] = []
    for one in parts:
        home |= one.home
        for entity_id, derived in one.entities.items():
            entities.setdefault(entity_id, {}).update(derived)
        needed += one.needed
        turns += one.turns
    return Part(home, entities, needed, turns)
