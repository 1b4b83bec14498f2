"""All SQL of taking in many submissions at once: tables, not objects, and one statement for all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from server.registers.models import Entity
from server.submissions.models import ReviewState, Submission

_EVENT_DATES = select(Submission.instance_id, Submission.event_date).where(
    Submission.instance_id.in_(bindparam("ids", expanding=True))
)
_OPEN_REVIEW = insert(ReviewState)
_SAVE_LIVE = update(Entity).where(Entity.id == bindparam("of")).values(live=bindparam("new_live"))


def open_reviews(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Put filled forms up for review."""
    session.connection().execute(_OPEN_REVIEW, list(rows))


def event_dates(session: Session, ids: Collection[str]) -> dict[str, date]:
    """The days that some submissions are about."""
    if not ids:
        return {}
    rows = session.connection().execute(_EVENT_DATES, {"ids": list(ids)})
    return {name: day for name, day in rows if day is not None}


def set_quietly(entity: Entity, name: str, value: object) -> None:
    """Give an entity a value that is saved by a statement of ours, not by the session."""
    set_committed_value(entity, name, value)


def save_live(session: Session, entities: Sequence[Entity]) -> None:
    """Save the live states that some locked entities were given."""
    if entities:
        session.connection().execute(
            _SAVE_LIVE, [{"of": one.id, "new_live": one.live} for one in entities]
        )
