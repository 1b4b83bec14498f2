"""Houses and their renovation: from a dangerous grade to moving in."""

from __future__ import annotations

from server.followup.known import Known, Part

TASKS: frozenset[str] = frozenset({"house_assess", "renovation"})
READS: frozenset[str] = frozenset()


def part(known: Known) -> Part:
    """Of the household: house_state; of a house and of a renovation: state."""
    return Part()
