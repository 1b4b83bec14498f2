"""Giving a phone what changed in its areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.changes import queries as changes
from server.changes.models import Change
from server.config import current
from server.registers.reach import by_present_names
from server.sync import cursor as cursors
from server.sync.bounded import own
from server.sync.rows import Row, rows_of

#: What is said also of what is gone.
HEAD = ("kind", "id", "area", "number")


@dataclass(frozen=True, slots=True)
class Pulled:
    """One page of the feed."""

    cursor: str
    epoch: str
    more: bool
    changes: list[Row]


def pull(session: Session, actor: Actor, cursor: str, limit: int) -> Pulled:
    """What changed in the caller's villages after a cursor, newest state only.

    Costs one look at the counter while nothing changed in the county, and one at an index while
    nothing changed for the caller. Raises CursorTooOld (see `cursor.read`).
    """
    actor = by_present_names(session, actor)
    county = current().county
    counter = changes.counter(session, county)
    known = cursors.Known(counter.epoch, counter.floor, counter.last)
    place = cursors.read(cursor, actor.scope, known)
    found: Sequence[Change] = []
    if place.number < counter.last:
        areas = None if actor.everywhere else actor.villages
        found = changes.since(session, county, place.number, areas, limit + 1)
    page, more = found[:limit], len(found) > limit
    rows = rows_of(session, page, actor.view) if page else []
    if actor.bounded and page:
        rows = _bounded(rows, own(session, actor, page), tell_gone=not place.begun)
    return Pulled(
        cursor=str(place.moved(page[-1].number if more else counter.last)),
        epoch=counter.epoch,
        more=more,
        changes=rows,
    )


def _bounded(rows: list[Row], mine: set[tuple[str, str]], *, tell_gone: bool) -> list[Row]:
    """The rows of whom only some households are; what is not his leaves his phone if it was there.

    tell_gone: false while a phone begins with nothing.
    """
    found: list[Row] = []
    for row in rows:
        if (row["kind"], row["id"]) in mine:
            found.append(row)
        elif tell_gone:
            found.append({name: row[name] for name in HEAD} | {"gone": True})
    return found
