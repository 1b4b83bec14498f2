"""When an entity becomes known: what was recorded of it before is placed, or set aside."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import actor as actor_of
from server.changes.queries import Changed
from server.intake.batch import Batch
from server.intake.place import OUTSIDE
from server.intake.tell import tell
from server.registers import queries as registers
from server.registers.models import Entity
from server.registers.reach import by_present_names
from server.registers.reading import CREATED, OFFICE
from server.submissions import queries as submissions
from server.submissions.models import Submission, Write

#: (register, entity id) of what must be computed anew.
Touched = set[tuple[str, str]]


def arrive(session: Session, batch: Batch, entity: Entity, writes: Collection[Write]) -> Touched:
    """Place what waited for an entity; what strangers said of it is set aside (rule 10).

    writes: all to the entity and what was joined with it. Returns what must be computed anew
    because somebody's word was set aside.
    """
    creators = {write.instance_id for write in writes if write.unit == CREATED}
    touched: Touched = set()
    if entity.register == "households":
        entity.derived = {**entity.derived, "known_since": _since(session, batch, creators)}
        for member in registers.without_place(session, entity.id):
            member.area = entity.area
            batch.changed.append(Changed(member.register, member.id, entity.area))
            for one in submissions.writers_of(session, member.id):
                touched |= _take_in(session, batch, one, entity.area, entity.id)
    if {write.instance_id for write in writes} - creators:
        home = entity.id if entity.register == "households" else entity.household_id
        for one in submissions.writers_of(session, entity.id):
            touched |= _take_in(session, batch, one, entity.area, home)
    session.flush()
    return touched


def _since(session: Session, batch: Batch, creators: Collection[str]) -> str:
    """The day on which the first submission that creates a household arrived."""
    first = batch.at.now
    if not set(creators) <= set(batch.stored):
        first = submissions.first_received(session, creators) or first
    return clock.local(first).date().isoformat()


def _take_in(
    session: Session, batch: Batch, one: Submission, area: str, home: str | None
) -> Touched:
    if not _may_write(session, batch, one, area, home):
        return set_aside(session, batch, one)
    if not one.area:
        one.area, one.household_id = area, home
        batch.changed.append(Changed("review", one.instance_id, area))
    return set()


def _may_write(
    session: Session, batch: Batch, one: Submission, area: str, home: str | None
) -> bool:
    if one.source in OFFICE or one.person_id is None:
        return True
    author = by_present_names(session, actor_of(session, one.person_id, batch.at.today))
    return author.reaches(area, home)


def set_aside(
    session: Session, batch: Batch, one: Submission, reason: str = OUTSIDE.text
) -> Touched:
    """Take a submission out again that had been merged; returns the entities that it wrote to."""
    touched = submissions.entities_written(session, [one.instance_id])
    submissions.quarantine(session, one, reason)
    if one.area:
        batch.changed.append(Changed("review", one.instance_id, one.area, gone=True))
    tell(session, batch, "quarantine", one.instance_id, one.area, reason)
    return touched
