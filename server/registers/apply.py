"""Computing entities anew from all writes about them."""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.config import current
from server.forms.dictionary import Dictionary
from server.merge import Version
from server.registers import queries, values
from server.registers.likeness import likeness
from server.registers.models import Entity
from server.registers.reading import read, versions
from server.submissions import queries as submissions
from server.submissions.models import Write


@dataclass(frozen=True, slots=True)
class Applied:
    """What computing one entity changed."""

    entity: Entity
    was_known: bool
    old_area: str
    old_household: str | None
    old_id_hash: str | None
    old_likeness: str | None
    old_component: str


@dataclass(frozen=True, slots=True)
class Sources:
    """All that was ever written about some entities.

    components: entity id -> the ids that were joined with it, itself included.
    """

    components: Mapping[str, frozenset[str]]
    writes: Mapping[str, Sequence[Write]]
    versions: Mapping[str, Version]

    def of(self, entity_id: str) -> Sequence[Write]:
        """All writes to one entity."""
        return self.writes.get(entity_id, ())


def gather(session: Session, ids: Collection[str]) -> Sources:
    """Load everything written about some entities and what was joined with them."""
    joined = queries.joined(session, ids)
    components = {
        entity_id: component_of(session, entity_id)
        if entity_id in joined
        else frozenset((entity_id,))
        for entity_id in ids
    }
    every = frozenset[str]().union(*components.values())
    by_entity: dict[str, list[Write]] = defaultdict(list)
    for write in submissions.writes_of_entities(session, every):
        by_entity[write.entity_id].append(write)
    writers = {write.instance_id for some in by_entity.values() for write in some}
    return Sources(components, by_entity, versions(submissions.standings(session, writers)))


def apply(session: Session, entity: Entity, sources: Sources, dictionary: Dictionary) -> Applied:
    """Compute one locked entity anew from the writes of its whole component.

    The result depends on the stored submissions only, not on what the entity was before.
    """
    before = Applied(
        entity=entity,
        was_known=entity.known,
        old_area=entity.area,
        old_household=entity.household_id,
        old_id_hash=entity.id_hash,
        old_likeness=entity.likeness,
        old_component=entity.component,
    )
    component = sources.components[entity.id]
    writes = [write for one in sorted(component) for write in sources.of(one)]
    known = sources.versions
    exists, live = read(writes, known, entity.register, dictionary, "live")
    approved = live
    if any(version.standing == "pending" for version in known.values()):
        _, approved = read(writes, known, entity.register, dictionary, "approved")
    entity.component = min(component)
    entity.known = exists and entity.component == entity.id
    missing = awaited(writes)
    entity.live = {**live, "awaits": missing} if missing else live
    entity.approved = approved
    entity.disputed = len(values.disputed(live)) if entity.known else 0
    facts = values.properties(live)
    entity.id_hash = id_hash(facts.get("id_number", ""))
    if entity.register == "households":
        entity.household_id = None
        entity.area = facts.get("village_code") or entity.area
    else:
        home = _home(session, facts.get("household"))
        entity.household_id = home.id if home else facts.get("household") or None
        entity.area = home.area if home else entity.area
    entity.likeness = likeness(entity.register, facts, entity.area)
    return before


def awaited(writes: Collection[Write]) -> list[str]:
    """The submissions that somebody was shown of an entity and that have not written to it."""
    seen = {str(head) for write in writes if write.shown for head in _heads(write.shown)}
    return sorted(seen.difference(write.instance_id for write in writes))


def _heads(shown: Sequence[object]) -> list[object]:
    return shown[1] if isinstance(shown[1], list) else []


def _home(session: Session, household_id: str | None) -> Entity | None:
    """A household, or the whole that it was joined into: only that lies where its members do."""
    home = queries.entity(session, household_id) if household_id else None
    if home is None or home.component == home.id:
        return home
    return queries.entity(session, home.component) or home


def component_of(session: Session, entity_id: str) -> frozenset[str]:
    """All entities that were joined with one, itself included."""
    seen, todo = {entity_id}, [entity_id]
    while todo:
        for join in queries.joins_of(session, todo.pop()):
            for other in (join.first, join.second):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
    return frozenset(seen)


def id_hash(id_number: str) -> str | None:
    """A keyed hash, so that equal numbers are found without an index of the numbers."""
    if not id_number:
        return None
    key = current().secret_key.encode()
    return hmac.new(key, id_number.encode(), hashlib.sha256).hexdigest()
