"""Problems and needs: which are open, whose turn it is, which are late."""

from __future__ import annotations

from server.followup.known import Known, Part

TASKS: frozenset[str] = frozenset({"problem"})
READS: frozenset[str] = frozenset()


def part(known: Known) -> Part:
    """Of the household: problems_open, problems_late; of a problem: state, deadline, level."""
    return Part()
