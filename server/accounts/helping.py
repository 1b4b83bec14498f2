"""Who is responsible for which household: handed over, never erased."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy.orm import Session

from server.accounts import queries
from server.accounts.models import HouseholdHelper

A_DAY = timedelta(days=1)


def assign(
    session: Session,
    person_id: str,
    households: Collection[str],
    day: date,
    joined: Collection[str] = (),
) -> int:
    """Make somebody responsible for households from a day on, in place of whoever was.

    joined: the other names of these households, by which somebody may have been responsible.
    Returns how many of them he was not responsible for before.
    """
    wanted = set(households)
    for row in queries.helpers_of(session, wanted | set(joined), day):
        if row.person_id == person_id:
            wanted.discard(row.household_id)
        else:
            row.valid_to = day - A_DAY
    session.add_all(
        HouseholdHelper(person_id=person_id, household_id=one, valid_from=day)
        for one in sorted(wanted)
    )
    session.flush()
    return len(wanted)


def release(session: Session, person_id: str, households: Collection[str], day: date) -> int:
    """End somebody's responsibility for households before a day; returns for how many."""
    ended = [
        row for row in queries.helpers_of(session, households, day) if row.person_id == person_id
    ]
    for row in ended:
        row.valid_to = day - A_DAY
    session.flush()
    return len(ended)
