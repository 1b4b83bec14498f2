"""What follows from a visit to a household in which nothing else changed.

Of nearly all households that were visited only the last visit and the next due date are new: who
lives there and what needs somebody's eye follow from other things. Where that is not certain, or
where a monitoring case runs, whose visits are its follow-ups, `derive` computes all of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from server.followup import queries
from server.followup.derive import Moment
from server.followup.events import events_of, standing_visits
from server.followup.parts import READS
from server.followup.together import Standing
from server.followup.visits import Due, Visit, due
from server.followup.watch import ABSENCES
from server.registers import values
from server.registers.models import Entity

#: Units of a household that its list row, its head, its tasks or its parts follow from.
TOLD = READS | {
    *("head", "household_no", "household_type", "lives_elsewhere", "village_code"),
    *("group_name", "address_detail"),
}
#: A worry about the house is dated by the newest visit that tells it.
WELL = frozenset({"", "ok"})
#: What was derived before; a household without it was never derived in full.
BEFORE = frozenset({"head_name", "absent_in_a_row", "known_since"})


def visited(
    session: Session, homes: Mapping[str, tuple[Entity, Collection[str]]], at: Moment
) -> set[str]:
    """Bring the visits of some households up to date; returns those for which that was all.

    homes: households, locked, with the units whose value changed; nothing else of theirs did.
    """
    quiet = {name: one for name, (one, units) in homes.items() if _is_quiet(one, units)}
    if not quiet:
        return set()
    found: dict[str, list[Any]] = {name: [] for name in quiet}
    for row in queries.records_of(session, quiet):
        found[row.household_id].append(row)
    news = {name: _after(one, found[name], at) for name, one in quiet.items()}
    done = {name: one for name, one in news.items() if one is not None}
    for name, new in done.items():
        set_committed_value(quiet[name], "derived", {**quiet[name].derived, **_derived(new)})
    queries.save_visits(
        session,
        [
            {
                "of": name,
                "new_derived": quiet[name].derived,
                "last": new.last_on,
                "next": new.next_on,
                "due": new.kind,
            }
            for name, new in done.items()
        ],
    )
    return set(done)


def _after(home: Entity, rows: Sequence[Any], at: Moment) -> Due | None:
    """When the next visit is due; None where something other than a visit was recorded."""
    if any(row.received_at >= at.now and row.summary.get("kind") != "visit" for row in rows):
        return None
    return _next_visit(home, standing_visits(events_of(rows)), at)


def _is_quiet(home: Entity, units: Collection[str]) -> bool:
    return (
        home.derived.keys() >= BEFORE
        and home.disputed == 0
        and not home.derived.get("case_state")
        and TOLD.isdisjoint(units)
        and _text(values.units(home.live), "housing_ok") in WELL
        and int(str(home.derived["absent_in_a_row"])) < ABSENCES
    )


def _next_visit(home: Entity, visits: list[Standing], at: Moment) -> Due | None:
    """When the next visit is due; None where the visits give the office something to do."""
    recorders: dict[date, str] = {}
    for visit in visits:
        if recorders.setdefault(visit.on, visit.recorder) != visit.recorder:
            return None
    since = home.derived["known_since"]
    facts = values.units(home.live)
    found = due(
        [Visit(visit.on, visit.result) for visit in visits],
        _text(facts, "household_type"),
        _text(facts, "lives_elsewhere") == "yes",
        date.fromisoformat(since) if isinstance(since, str) else at.today,
        at.policy,
    )
    return found if found.absent_in_a_row < ABSENCES else None


def _text(facts: Mapping[str, tuple[object, list[int]]], name: str) -> str:
    return str(facts[name][0]) if name in facts else ""


def _derived(new: Due) -> dict[str, object]:
    return {
        "last_visit_on": new.last_on.isoformat() if new.last_on else None,
        "next_due_on": new.next_on.isoformat() if new.next_on else None,
        "due_kind": new.kind,
        "absent_in_a_row": new.absent_in_a_row,
    }
