"""What follows from a household's registers: counts, due dates, its list row, its tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.changes.queries import Changed
from server.followup import parts, queries
from server.followup.events import events_of, standing_visits
from server.followup.head import head_of, present
from server.followup.initials import initials
from server.followup.known import Derived, Known
from server.followup.tasks import close_all
from server.followup.together import Standing, together
from server.followup.visits import Due, Visit, due
from server.followup.watch import Watched, watch
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity, HouseholdRow

LABOUR = frozenset({"normal", "skilled", "weak"})
CLOSED = frozenset({"moved_away", "closed"})


@dataclass(frozen=True, slots=True)
class Moment:
    """When and by which policy something is derived."""

    now: datetime
    today: date
    policy: Mapping[str, object]


def derive(session: Session, household_id: str, at: Moment) -> list[Changed]:
    """Compute all that follows from one household; returns what changed for the feed besides it."""
    home = registers.entity(session, household_id)
    if home is None or not home.known:
        queries.drop_row(session, household_id)
        return close_all(queries.tasks_of(session, household_id), at.now)
    of = _by_register(registers.belonging(session, household_id))
    people = of.get("persons", ())
    facts = values.properties(home.live)
    inside = present(people)
    events = events_of(queries.records_of(session, [household_id]))
    visits = standing_visits(events)
    shared = together(session, visits)
    next_visit = due(
        [Visit(v.on, v.result) for v in visits if v.record not in shared.stands_for],
        facts.get("household_type", ""),
        facts.get("lives_elsewhere") == "yes",
        _known_since(home, at.today),
        at.policy,
    )
    head = head_of(session, facts, inside)
    home.derived = _derived(inside, next_visit, _head_name(head, inside), home)
    found = parts.all_of(Known(home, people, of, events, at.policy, at.today))
    home.derived = {**home.derived, **found.home}
    changed = _save((entity for some in of.values() for entity in some), found.entities)
    row = _row(home, facts, inside, people, next_visit)
    row.next_turn = found.next_turn(at.today)
    queries.save_row(session, row)
    session.flush()
    absent = next_visit.absent_in_a_row
    watched = Watched(home, people, head, shared.undecided, absent, found.needed)
    return changed + watch(session, watched, at.now)


def _by_register(entities: Iterable[Entity]) -> dict[str, list[Entity]]:
    found: dict[str, list[Entity]] = {}
    for entity in entities:
        found.setdefault(entity.register, []).append(entity)
    return found


def visits_standing(session: Session, household_id: str) -> list[Standing]:
    """A household's visits that stand, newest first: of each record the version that counts."""
    return standing_visits(events_of(queries.records_of(session, [household_id])))


def _save(entities: Iterable[Entity], derived: Mapping[str, Derived]) -> list[Changed]:
    """Keep what was derived of a household's people and things; returns which are other by it."""
    changed = []
    for entity in entities:
        new: dict[str, object] = dict(derived.get(entity.id, {}))
        if entity.derived != new:
            entity.derived = new
            changed.append(Changed(entity.register, entity.id, entity.area))
    return changed


def _known_since(home: Entity, today: date) -> date:
    since = home.derived.get("known_since")
    return date.fromisoformat(since) if isinstance(since, str) else today


def _derived(
    inside: Sequence[Entity], next_visit: Due, head: str, home: Entity
) -> dict[str, object]:
    labour = sum(values.text(p.live, "labour") in LABOUR for p in inside)
    return {
        "family_size": len(inside),
        "labour_count": labour,
        "head_name": head,
        "last_visit_on": _iso(next_visit.last_on),
        "next_due_on": _iso(next_visit.next_on),
        "due_kind": next_visit.kind,
        "absent_in_a_row": next_visit.absent_in_a_row,
        "known_since": home.derived.get("known_since"),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _head_name(head: Entity | None, inside: Sequence[Entity]) -> str:
    return values.text((head or inside[0]).live, "person_name") if inside else ""


def _row(
    home: Entity,
    facts: Mapping[str, str],
    inside: Sequence[Entity],
    people: Sequence[Entity],
    next_visit: Due,
) -> HouseholdRow:
    household_no = facts.get("household_no", "")
    names = [values.text(p.live, "person_name") for p in inside]
    last4 = [values.text(p.live, "id_number")[-4:] for p in inside]
    words = [household_no, *names, *(initials(name) for name in names), *last4]
    head = str(home.derived["head_name"])
    address = " ".join(filter(None, [facts.get("group_name"), facts.get("address_detail")]))
    return HouseholdRow(
        household_id=home.id,
        area=home.area,
        household_no=household_no[:20],
        head_name=head[:60],
        initials=initials(head)[:60],
        address=address[:200],
        household_type=facts.get("household_type", "")[:40],
        family_size=len(inside),
        labour_count=home.derived["labour_count"],
        disputed=home.disputed + sum(p.disputed for p in people),
        search=" ".join(filter(None, words)).lower(),
        last_visit_on=next_visit.last_on,
        next_due_on=next_visit.next_on,
        due_kind=next_visit.kind,
        closed=facts.get("household_type", "") in CLOSED,
    )
