"""Giving a phone what changed in its areas."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.changes import queries as changes
from server.config import current
from server.sync import cursor as cursors
from server.sync.rows import Row, rows_of


@dataclass(frozen=True, slots=True)
class Pulled:
    """One page of the feed."""

    cursor: str
    epoch: str
    more: bool
    changes: list[Row]


def pull(session: Session, actor: Actor, cursor: str, limit: int) -> Pulled:
    """What changed in the caller's villages after a cursor, newest state only.

    Raises CursorTooOld when the epoch or the caller's scope has changed.
    """
    county = current().county
    counter = changes.counter(session, county)
    place = cursors.read(cursor, counter.epoch, actor.scope)
    found = changes.since(session, county, place.number, actor.villages, limit + 1)
    page, more = found[:limit], len(found) > limit
    number = page[-1].number if more else counter.last
    return Pulled(
        cursor=str(cursors.Cursor(counter.epoch, actor.scope, max(number, place.number))),
        epoch=counter.epoch,
        more=more,
        changes=rows_of(session, page, actor.view) if page else [],
    )
