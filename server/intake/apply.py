"""Applying what was written: entities, then what follows from their households, then the feed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from server.changes.queries import Changed
from server.followup.derive import derive
from server.intake.arrival import arrive
from server.intake.batch import Batch
from server.intake.joining import return_records
from server.registers import queries as registers
from server.registers.apply import Applied, apply, gather
from server.registers.models import Entity
from server.registers.reading import OFFICE
from server.submissions import queries as submissions


def apply_all(session: Session, batch: Batch, entities: Mapping[str, Entity]) -> None:
    """Compute locked entities anew, households first, and all that follows from them."""
    applied = apply_entities(session, batch, entities.values())
    marks = {(one.old_id_hash, one.entity.id_hash) for one in applied}
    marks |= {(one.old_likeness, one.entity.likeness) for one in applied}
    changed = {one for old, new in marks if old != new for one in (old, new) if one}
    registers.lock_marks(session, changed)
    homes = {home for one in applied for home in _homes(one)}
    derive_all(session, batch, homes | _once_alike(session, applied))


def apply_entities(session: Session, batch: Batch, entities: Iterable[Entity]) -> list[Applied]:
    """Compute locked entities anew, with those that follow them; returns what each was before."""
    todo = {entity.id: entity for entity in entities}
    done: list[Applied] = []
    while todo:
        todo, turn = {}, todo
        sources = gather(session, turn.keys())
        for entity in sorted(turn.values(), key=lambda e: (e.register != "households", e.id)):
            before = apply(session, entity, sources, batch.dictionary)
            done.append(before)
            if entity.known and not before.was_known and before.old_component == entity.id:
                writes = [w for one in sources.components[entity.id] for w in sources.of(one)]
                again = arrive(session, batch, entity, writes)
                todo |= batch.lock(session, again)
            todo |= _followers(session, batch, before)
            if entity.known or before.was_known:
                gone = not entity.known
                batch.changed.append(Changed(entity.register, entity.id, entity.area, gone))
        session.flush()
    return done


def derive_all(session: Session, batch: Batch, homes: Iterable[str]) -> None:
    """Compute what follows from some households."""
    for home in sorted(homes):
        batch.changed += derive(session, home, batch.at)
        found = registers.entity(session, home)
        if found is not None and found.known:
            batch.changed.append(Changed("households", home, found.area))


def _homes(one: Applied) -> set[str]:
    entity = one.entity
    homes = {one.old_household, entity.household_id}
    if entity.register == "households":
        homes |= {entity.id, entity.component}
    return {home for home in homes if home}


def _once_alike(session: Session, applied: Iterable[Applied]) -> set[str]:
    """The households of those who were like somebody that is like them no longer."""
    hashes, likenesses = set(), set()
    for one in applied:
        entity = one.entity
        if one.old_id_hash and (one.old_id_hash != entity.id_hash or not entity.known):
            hashes.add(one.old_id_hash)
        if one.old_likeness and (one.old_likeness != entity.likeness or not entity.known):
            likenesses.add(one.old_likeness)
    return registers.homes_alike(session, hashes, likenesses) if hashes or likenesses else set()


def _followers(session: Session, batch: Batch, before: Applied) -> dict[str, Entity]:
    """What leaves the old village, and arrives whole in the new, with a household that moved.

    Returns what belongs to a household that moved, was joined with another or parted from it: it
    is to be computed anew.
    """
    entity, old = before.entity, before.old_area
    if old and old != entity.area:
        batch.changed.append(Changed(entity.register, entity.id, old, gone=True))
    if entity.register != "households":
        return {}
    joined = entity.component != entity.id
    followers: Sequence[Entity] = ()
    if before.old_component not in (entity.id, entity.component):
        return_records(session, batch, before.old_component)
        followers = registers.belonging(session, before.old_component)
    if old and (joined or old != entity.area):
        _take_records(session, batch, entity, old)
        followers = [*followers, *registers.belonging(session, entity.id)]
    return batch.lock(session, [(one.register, one.id) for one in followers])


def _take_records(session: Session, batch: Batch, entity: Entity, old: str) -> None:
    """Everything recorded of a household goes with it."""
    area = entity.area
    records = submissions.reviewable(session, entity.id, OFFICE)
    submissions.move(session, entity.id, area, entity.component)
    for instance_id in records:
        if old != area:
            batch.changed.append(Changed("review", instance_id, old, gone=True))
        batch.changed.append(Changed("review", instance_id, area))
