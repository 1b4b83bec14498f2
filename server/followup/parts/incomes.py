"""Income accounts: the year that counts, and what is missing."""

from __future__ import annotations

from server.followup.known import Known, Part

TASKS: frozenset[str] = frozenset({"income_missing"})
READS: frozenset[str] = frozenset()


def part(known: Known) -> Part:
    """Of the household: income_year, per_capita."""
    return Part()
