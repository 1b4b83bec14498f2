"""An entity's two readings as they were at the end of a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from server import clock
from server.forms.dictionary import Dictionary
from server.household_file.content import queries
from server.household_file.content.facts_of import Readings
from server.registers.models import Entity
from server.registers.reading import read, versions
from server.submissions import queries as submissions
from server.submissions.models import ReviewState


def end_of(day: date) -> datetime:
    """The moment at which a day ends in China."""
    return datetime.combine(day + timedelta(days=1), time(), clock.CHINA).astimezone(UTC)


def state_at(state: ReviewState | None, before: datetime) -> str:
    """Where a submission stood in review at a moment; what the office makes needs no review."""
    if state is None:
        return "approved"
    if state.decided_at is not None and state.decided_at >= before:
        return "received"
    return state.state


def readings(session: Session, entity: Entity, dictionary: Dictionary, as_of: date) -> Readings:
    """What was known of an entity on a day.

    For today it is what the registers hold; for a day before, it is computed anew from what had
    been received and decided by then.
    """
    if as_of >= clock.today():
        return Readings(entity.live, entity.approved)
    before = end_of(as_of)
    writes = submissions.writes_of_entities(session, queries.component(session, entity))
    standings = submissions.standings(session, {write.instance_id for write in writes})
    found = queries.submissions(session, [standing[0] for standing in standings])
    then = versions(
        [
            (instance_id, replaced, state_at(found[instance_id][1], before), source)
            for instance_id, replaced, _, source in standings
            if found[instance_id][0].received_at < before
        ]
    )
    _, live = read(writes, then, entity.register, dictionary, "live")
    _, approved = read(writes, then, entity.register, dictionary, "approved")
    return Readings(live, approved)
