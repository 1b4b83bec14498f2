"""Applying what was written: entities, then what follows from their households, then the feed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import actor
from server.changes.queries import Changed
from server.followup.derive import Moment, derive
from server.forms.dictionary import Dictionary
from server.intake.examine import Quarantine
from server.intake.place import OUTSIDE
from server.registers import queries as registers
from server.registers.apply import Applied, apply, gather
from server.registers.models import Entity
from server.submissions import queries as submissions


def apply_all(
    session: Session, locked: Mapping[str, Entity], dictionary: Dictionary, at: Moment
) -> list[Changed]:
    """Compute locked entities anew, households first, and all that follows from them."""
    changed: list[Changed] = []
    homes: set[str] = set()
    sources = gather(session, locked.keys())
    for entity in sorted(locked.values(), key=lambda e: (e.register != "households", e.id)):
        applied = apply(session, entity, sources, dictionary)
        if entity.known and not applied.was_known:
            _arrive(entity, at)
            writers = {write.instance_id for write in sources.writes.get(entity.id, ())}
            placed, refused = _take_in_waiting(session, entity) if len(writers) > 1 else ([], False)
            changed += [Changed("review", instance_id, entity.area) for instance_id in placed]
            if refused:
                apply(session, entity, gather(session, [entity.id]), dictionary)
        changed += _moved(session, applied)
        if entity.known or applied.was_known:
            changed.append(Changed(entity.register, entity.id, entity.area, not entity.known))
        home = entity.id if entity.register == "households" else entity.household_id
        homes |= {h for h in (home, applied.old_household) if h}
    session.flush()
    for home in sorted(homes):
        changed += derive(session, home, at)
        found = registers.entity(session, home)
        if found is not None and found.known:
            changed.append(Changed("households", home, found.area))
    return changed


def _arrive(entity: Entity, at: Moment) -> None:
    entity.derived = {**entity.derived, "known_since": at.today.isoformat()}


def _take_in_waiting(session: Session, entity: Entity) -> tuple[list[str], bool]:
    """Place the submissions that came before their entity; those of strangers are set aside.

    Returns the placed ones, and whether any was set aside so that the entity must be computed
    again.
    """
    placed: list[str] = []
    refused = False
    home = entity.id if entity.register == "households" else entity.household_id
    for waiting in submissions.waiting_for(session, entity.id):
        allowed = waiting.person_id is None or (
            entity.area in actor(session, waiting.person_id, clock.today()).villages
        )
        if allowed:
            submissions.place(session, [waiting.instance_id], entity.area, home)
            placed.append(waiting.instance_id)
        else:
            reason: Quarantine = OUTSIDE
            submissions.quarantine(session, waiting.instance_id, reason.text)
            refused = True
    return placed, refused


def _moved(session: Session, applied: Applied) -> list[Changed]:
    """What leaves the old village, and arrives whole in the new, with a household that moved."""
    entity, old = applied.entity, applied.old_area
    if not old or old == entity.area:
        return []
    gone = [Changed(entity.register, entity.id, old, gone=True)]
    if entity.register != "households":
        return gone
    for member in registers.members(session, entity.id):
        member.area = entity.area
        gone += [
            Changed(member.register, member.id, old, gone=True),
            Changed(member.register, member.id, entity.area),
        ]
    records = [s.instance_id for s, _ in submissions.of_household(session, entity.id)]
    submissions.place(session, records, entity.area, entity.id)
    for instance_id in records:
        gone += [
            Changed("review", instance_id, old, gone=True),
            Changed("review", instance_id, entity.area),
        ]
    session.flush()
    return gone
