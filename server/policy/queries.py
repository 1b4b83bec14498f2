"""All SQL of the history of policy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.policy.models import PolicyValue


def entries(session: Session, key: str = "") -> Sequence[PolicyValue]:
    """All that was entered, or all of one key, the newest day first."""
    statement = select(PolicyValue).order_by(
        PolicyValue.key, PolicyValue.area, PolicyValue.valid_from.desc(), PolicyValue.entry.desc()
    )
    return session.scalars(statement.where(PolicyValue.key == key) if key else statement).all()


def newest_entry(session: Session, key: str, area: str, valid_from: date) -> int:
    """How many words there are about a key, an area and a day."""
    found = select(func.max(PolicyValue.entry)).where(
        PolicyValue.key == key, PolicyValue.area == area, PolicyValue.valid_from == valid_from
    )
    return session.scalar(found) or 0


def entry(
    session: Session, key: str, area: str, valid_from: date, number: int
) -> PolicyValue | None:
    """One entry."""
    return session.get(PolicyValue, (key, area, valid_from, number))
