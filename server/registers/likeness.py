"""What two households or persons have in common that are perhaps one (design §4, rule 8)."""

from __future__ import annotations

from collections.abc import Mapping

from server.registers.models import Entity

#: So long at most; longer names and numbers are no name and no number.
MOST = 120


def likeness(register: str, facts: Mapping[str, str], area: str) -> str | None:
    """A text that is equal for two entities that deserve a look; None when there is nothing.

    A person: name and birth date in one village. A household: its number in one village. The same
    ID number is found by `Entity.id_hash`, in all villages.
    """
    names = ("person_name", "birth_date") if register == "persons" else ("household_no",)
    said = [facts.get(name, "").strip() for name in names]
    if not area or not all(said):
        return None
    text = " ".join((area, *said))
    return text if len(text) <= MOST else None


def marks(one: Entity, other: Entity) -> frozenset[str]:
    """What two entities of one register have in common; empty when they are not alike."""
    pairs = (
        ("id_number", one.id_hash, other.id_hash),
        (one.register, one.likeness, other.likeness),
    )
    return frozenset(f"{kind} {mine}" for kind, mine, his in pairs if mine and mine == his)
