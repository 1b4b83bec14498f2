"""All SQL of the tables that the desk gave out, and of what their lines came from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.accounts.models import AuditEvent
from server.household_file.printed.models import ExportedRows
from server.registers.models import Entity
from server.submissions.models import ReviewState, Submission

#: So many ids are asked for in one statement.
MANY = 5_000


def unknown_exports(session: Session, since: datetime, until: datetime) -> Sequence[AuditEvent]:
    """Tables that were given out in a time without keeping what their lines came from."""
    return session.scalars(
        select(AuditEvent)
        .outerjoin(ExportedRows, ExportedRows.event_id == AuditEvent.id)
        .where(AuditEvent.action.like("%.exported"), ExportedRows.event_id.is_(None))
        .where(AuditEvent.at >= since, AuditEvent.at <= until)
        .order_by(AuditEvent.at)
    ).all()


def exported_since(session: Session, since: datetime) -> Sequence[tuple[AuditEvent, bytes]]:
    """The tables that were given out from a moment on, with their summary of records."""
    rows = session.execute(
        select(AuditEvent, ExportedRows.records)
        .join(ExportedRows, ExportedRows.event_id == AuditEvent.id)
        .where(AuditEvent.at >= since)
        .order_by(AuditEvent.at, AuditEvent.id)
    )
    return [(row[0], row[1]) for row in rows]


def exported_content(session: Session, event_id: int) -> bytes:
    """What the lines of a table came from."""
    return session.scalars(
        select(ExportedRows.content).where(ExportedRows.event_id == event_id)
    ).one()


def live_of(session: Session, ids: Collection[str]) -> dict[str, tuple[str, dict[str, object]]]:
    """Entity -> its register and what holds of it now."""
    return {
        row.id: (row.register, row.live)
        for some in _by_many(ids)
        for row in session.execute(
            select(Entity.id, Entity.register, Entity.live).where(Entity.id.in_(some))
        )
    }


def persons_of(
    session: Session, homes: Collection[str], units: Collection[str]
) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Everybody who belongs to some households: his household, and some of what holds of him."""
    wanted = sorted(units)
    parts = [Entity.live["units"][unit] for unit in wanted]
    for some in _by_many(homes):
        rows = session.execute(
            select(Entity.id, Entity.household_id, Entity.live["heads"], *parts).where(
                Entity.household_id.in_(some), Entity.register == "persons", Entity.known
            )
        )
        for person, home, heads, *told in rows:
            known = {unit: said for unit, said in zip(wanted, told, strict=True) if said}
            yield person, str(home), {"heads": heads, "units": known}


def _by_many(ids: Collection[str]) -> Iterator[Sequence[str]]:
    listed = sorted(ids)
    return (listed[at : at + MANY] for at in range(0, len(listed), MANY))


def components(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Entity -> the id by which it goes, which is another where it was joined."""
    rows = session.execute(select(Entity.id, Entity.component).where(Entity.id.in_(ids)))
    return {row.id: row.component for row in rows}


def replacements(session: Session, record: str) -> Sequence[str]:
    """The corrections of a record that were not rejected."""
    return session.scalars(
        select(Submission.instance_id)
        .outerjoin(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .where(Submission.deprecated_id == record, Submission.quarantined.is_(None))
        .where(or_(ReviewState.state.is_(None), ReviewState.state != "rejected"))
    ).all()
