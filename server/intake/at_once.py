"""Taking in many plain submissions at once.

A plain submission is a filled form that nobody knows yet, that corrects nothing and that nothing
waits for. What `receive` does for one after the other is done here for all of them together: one
statement stores them, each entity they touch is computed once, each household derived once. When
anything fails, all of it is undone and they go the careful way, one by one.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.changes.queries import Changed
from server.database import is_fatal
from server.followup.visited import visited
from server.intake import queries
from server.intake.apply import apply_all, derive_all
from server.intake.batch import Batch
from server.intake.examine import Examined
from server.intake.extract import rows_of
from server.intake.place import Place, find_place, named
from server.registers import queries as registers
from server.registers.extend import Extension
from server.registers.models import Entity
from server.registers.reading import OFFICE
from server.submissions import queries as submissions
from server.submissions.incoming import Incoming

log = logging.getLogger(__name__)

Plain = tuple[Incoming, Examined, Actor | None]
Rows = list[dict[str, object]]
#: Facts that say where an entity belongs.
PLACING = ("village_code", "household")


@dataclass(frozen=True, slots=True)
class Read:
    """A submission, what it says unless it was known before, and whose areas bound it."""

    one: Incoming
    examined: Examined | None
    actor: Actor | None


def take(session: Session, batch: Batch, read: Sequence[Read]) -> set[str]:
    """Take in what is plain of a batch; returns the ids of what was stored.

    The others, and all of them after a failure, are left to the careful way, which stores and
    says exactly the same.
    """
    kept = len(batch.changed), len(batch.stored)
    held = dict(batch.locked)
    try:
        with session.begin_nested():
            for wave in _waves(_plain(read, batch), batch):
                _take(session, batch, wave)
            return set(batch.stored[kept[1] :])
    except Exception as error:
        if isinstance(error, SQLAlchemyError) and is_fatal(error):
            raise
        log.exception("not taken in at once", extra={"submissions": len(read)})
    del batch.changed[kept[0] :], batch.stored[kept[1] :]
    batch.checked.clear()
    session.expire_all()
    batch.locked.clear()
    batch.looked.clear()
    batch.hold(session, held)
    return set()


def _plain(read: Sequence[Read], batch: Batch) -> list[Plain]:
    """The first submission under each id, where it is a plain one."""
    first: dict[str, Plain] = {}
    for each in read:
        one, examined = each.one, each.examined
        if examined is not None and _is_plain(one, examined, batch):
            first.setdefault(one.instance_id, (one, examined, each.actor))
    return list(first.values())


def _is_plain(one: Incoming, examined: Examined, batch: Batch) -> bool:
    return (
        examined.reviewable
        and examined.quarantine is None
        and one.deprecated_id is None
        and one.source not in OFFICE
        and one.instance_id not in batch.awaited
    )


def _waves(plain: Sequence[Plain], batch: Batch) -> Iterable[list[Plain]]:
    """Parts of a batch in which no submission decides where another one belongs."""
    rest = list(plain)
    while rest:
        todo, rest = rest, []
        wave: list[Plain] = []
        unsettled: set[str] = set()
        for one in todo:
            (wave if unsettled.isdisjoint(named(one[1])) else rest).append(one)
            unsettled |= _unsettles(one[1], batch)
        yield wave


def _unsettles(examined: Examined, batch: Batch) -> set[str]:
    """The entities whose place a submission may decide."""
    return {
        said.entity_id
        for said in examined.said
        if said.create
        or not batch.knows(said.entity_id)
        or any(said.properties.get(name) for name in PLACING)
    }


def _take(session: Session, batch: Batch, wave: Sequence[Plain]) -> None:
    placed: list[tuple[Incoming, Examined, Place]] = []
    for one, examined, batch.actor in wave:
        place = find_place(session, examined, batch)
        if place.quarantine is None:
            placed.append((one, examined, place))
    if not placed:
        return
    _store(session, batch, placed)
    written = {one.instance_id: _rows(one, examined, batch) for one, examined, _ in placed}
    locked = batch.lock(
        session,
        {(s.register, s.entity_id) for _, examined, _ in placed for s in examined.said},
    )
    submissions.add_writes(session, [row for rows in written.values() for row in rows])
    _apply(session, batch, locked, written)


def _store(
    session: Session, batch: Batch, placed: Sequence[tuple[Incoming, Examined, Place]]
) -> None:
    submissions.store_all(
        session,
        [
            submissions.row_of(
                one,
                received_at=batch.at.now,
                root_id=one.instance_id,
                event_date=examined.event_date,
                household_id=place.household_id,
                area=place.area,
                quarantined=None,
            )
            for one, examined, place in placed
        ],
        [(one.instance_id, file) for one, _, _ in placed for file in one.attachments],
    )
    queries.open_reviews(session, [review_of(one, examined) for one, examined, _ in placed])
    findings: Rows = []
    for one, examined, place in placed:
        batch.stored.append(one.instance_id)
        batch.changed.append(Changed("review", one.instance_id, place.area))
        found = examined.findings
        if found is not None:
            batch.checked.add(one.instance_id)
            findings += found
    submissions.add_findings(session, findings)


def review_of(one: Incoming, examined: Examined) -> dict[str, object]:
    """The review state with which a filled form begins."""
    return {
        "instance_id": one.instance_id,
        "state": "edited" if one.deprecated_id else "received",
        "step": 0,
        "urgent": examined.urgent,
        "line": examined.line,
        "summary": examined.summary,
    }


def _rows(one: Incoming, examined: Examined, batch: Batch) -> Rows:
    return rows_of(one, examined, one.shown, batch.at.today, batch.dictionary)


def _apply(
    session: Session, batch: Batch, entities: Mapping[str, Entity], written: Mapping[str, Rows]
) -> None:
    """Add to the entities what is new; compute in full those that are not as plain as that."""
    extended = _extended(session, batch, entities, written)
    queries.save_live(session, [one for one, said in extended.values() if said.changed])
    batch.changed += [Changed(one.register, one.id, one.area) for one, *_ in extended.values()]
    rest = {name: one for name, one in entities.items() if name not in extended}
    if rest:
        wholes = {(one.register, one.component) for one in rest.values() if one.component != one.id}
        apply_all(session, batch, rest | batch.lock(session, wholes))
    homes = {_home(one) for one, _ in extended.values()}
    full = {home for home in homes if home not in extended} | {
        home for one in rest.values() if (home := _home(one)) in homes
    }
    full |= {_home(one) for one, said in extended.values() if said.changed and not _is_home(one)}
    light = {
        one.id: (one, said.altered)
        for one, said in extended.values()
        if _is_home(one) and one.id not in full
    }
    done = visited(session, light, batch.at)
    batch.changed += [Changed("households", name, light[name][0].area) for name in sorted(done)]
    derive_all(session, batch, (full | (light.keys() - done)) - {""})


def _home(one: Entity) -> str:
    return one.id if _is_home(one) else one.household_id or ""


def _is_home(one: Entity) -> bool:
    return one.register == "households"


def _extended(
    session: Session, batch: Batch, entities: Mapping[str, Entity], written: Mapping[str, Rows]
) -> dict[str, tuple[Entity, Extension]]:
    """Those entities to which the new writes could be added, with what was added."""
    said: dict[str, list[Rows]] = defaultdict(list)
    for rows in written.values():
        by_entity: dict[str, Rows] = defaultdict(list)
        for row in rows:
            by_entity[str(row["entity_id"])].append(row)
        for entity_id, some in by_entity.items():
            said[entity_id].append(some)
    whole = {name: one for name, one in entities.items() if one.known and one.component == one.id}
    joined = registers.joined(session, whole) if whole else set()
    dates = queries.event_dates(
        session, {str(head) for one in whole.values() for head in _heads(one)}
    )
    found: dict[str, tuple[Entity, Extension]] = {}
    for name, entity in whole.items():
        if name in joined:
            continue
        extension = Extension(entity, dates, batch.dictionary)
        if all(extension.add(rows) for rows in said[name]):
            if extension.changed:
                queries.set_quietly(entity, "live", extension.state())
            found[name] = (entity, extension)
    return found


def _heads(entity: Entity) -> Iterable[object]:
    heads = entity.live.get("heads")
    return heads if isinstance(heads, list) else []
