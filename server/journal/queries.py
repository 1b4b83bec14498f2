"""All SQL of the marks by which the database says which entries of the journal it contains."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, DateTime, MetaData, String, Table, insert, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

NAME = "journal_marks"


def declare(metadata: MetaData) -> Table:
    """Add the table of marks to the schema."""
    return Table(
        NAME,
        metadata,
        Column("id", String(32), primary_key=True),
        Column("at", DateTime(timezone=True), nullable=False),
    )


_marks = declare(MetaData())


def mark(session: Session, name: str, at: datetime) -> None:
    """Say in the database, within its transaction, that an entry of the journal is real."""
    session.execute(insert(_marks), {"id": name, "at": at})


def marked(connection: Connection | Session, names: Collection[str]) -> set[str]:
    """Which of some entries the database contains."""
    found: set[str] = set()
    wanted = sorted(names)
    for at in range(0, len(wanted), 500):
        part = wanted[at : at + 500]
        found |= set(connection.scalars(select(_marks.c.id).where(_marks.c.id.in_(part))))
    return found


def never_came(connection: Connection, name: str, at: datetime) -> bool:
    """Whether the transaction of an entry is over without a commit.

    Waits for one that is still running: the same mark cannot be made twice.
    """
    try:
        with connection.begin_nested() as savepoint:
            connection.execute(insert(_marks), {"id": name, "at": at})
            savepoint.rollback()
    except IntegrityError:
        return False
    return True
