"""The monitoring case: a thread of events through its states, with a clock at each."""

from __future__ import annotations

from server.followup.known import Known, Part

TASKS: frozenset[str] = frozenset({"clue", "case_step", "case_follow"})
READS: frozenset[str] = frozenset()


def part(known: Known) -> Part:
    """Of the household: case_id, case_state, case_next, case_deadline; of a case: state …"""
    return Part()
