"""可能未享受，请核实: a task for each rule that fits somebody who lacks it."""

from __future__ import annotations

from collections.abc import Iterator

from server.followup.entitlements import fitting, turns
from server.followup.known import Known, Part
from server.followup.tasks import Needed
from server.registers import values

TASKS: frozenset[str] = frozenset({"unclaimed"})
READS: frozenset[str] = frozenset({"household_type", "welfare"})


def part(known: Known) -> Part:
    """One task a rule and person, or household, until somebody has checked it (`checks.close`)."""
    return Part(needed=list(_tasks(known)), turns=list(turns(known)))


def _tasks(known: Known) -> Iterator[Needed]:
    for code, rule, entity in fitting(known):
        who = values.text(entity.live, "person_name") or "这户"
        detail: dict[str, object] = {"rule": code, "class": rule.class_}
        yield Needed(
            *("unclaimed", f"{code}:{entity.id}"), known.home, f"{who}：{rule.title}", detail
        )
