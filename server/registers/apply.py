"""Computing entities anew from all writes about them."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.config import current
from server.forms.dictionary import Dictionary
from server.registers import queries, values
from server.registers.models import Entity
from server.registers.reading import read, versions
from server.submissions import queries as submissions


@dataclass(frozen=True, slots=True)
class Applied:
    """What computing one entity changed."""

    entity: Entity
    was_known: bool
    old_area: str
    old_household: str | None


def apply(session: Session, entity: Entity, dictionary: Dictionary) -> Applied:
    """Compute one locked entity anew from the writes of its whole component.

    The result depends on the stored submissions only, not on what the entity was before.
    """
    before = Applied(entity, entity.known, entity.area, entity.household_id)
    component = _component(session, entity.id)
    writes = submissions.writes_of_entities(session, component)
    known = versions(submissions.standings(session, {write.instance_id for write in writes}))
    exists, live = read(writes, known, entity.register, dictionary, "live")
    _, approved = read(writes, known, entity.register, dictionary, "approved")
    entity.component = min(component)
    entity.known = exists and entity.component == entity.id
    entity.live, entity.approved = live, approved
    entity.disputed = len(values.disputed(live)) if entity.known else 0
    entity.id_hash = id_hash(values.text(live, "id_number"))
    if entity.register == "households":
        entity.household_id = None
        entity.area = values.text(live, "village_code") or entity.area
    else:
        entity.household_id = _household(session, live)
        home = queries.entity(session, entity.household_id) if entity.household_id else None
        entity.area = home.area if home else entity.area
    session.flush()
    return before


def _component(session: Session, entity_id: str) -> set[str]:
    seen, todo = {entity_id}, [entity_id]
    while todo:
        for join in queries.joins_of(session, todo.pop()):
            for other in (join.first, join.second):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
    return seen


def _household(session: Session, live: values.State) -> str | None:
    named = values.text(live, "household")
    if not named:
        return None
    home = queries.entity(session, named)
    return home.component if home else named


def id_hash(id_number: str) -> str | None:
    """A keyed hash, so that equal numbers are found without an index of the numbers."""
    if not id_number:
        return None
    key = current().secret_key.encode()
    return hmac.new(key, id_number.encode(), hashlib.sha256).hexdigest()
