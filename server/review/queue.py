"""The review queue: what a reviewer saw, when a record is due, and where it stands in the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from server import clock


class Reviewed(Protocol):
    """What `seen_of` reads of a row; a table row or a row of the queue."""

    @property
    def state(self) -> str: ...
    @property
    def step(self) -> int: ...
    @property
    def decision_id(self) -> str | None: ...
    @property
    def superseded_by(self) -> str | None: ...


def seen_of(row: Reviewed) -> str:
    """What a reviewer saw of a record's review, as one short text.

    A decision carries it; where it no longer holds, the decision is refused (409).
    """
    return f"{row.state}:{row.step}:{row.decision_id or ''}:{row.superseded_by or ''}"


def due_on(received_at: datetime, urgent: bool, policy: Mapping[str, object]) -> date:
    """The day until which the office has to look at a record.

    Source: policy values review.days (working days) and review.urgent_days.
    """
    key = "review.urgent_days" if urgent else "review.days"
    left = _days(policy.get(key), 0 if urgent else 3)
    day = clock.local(received_at).date()
    while left > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            left -= 1
    return day


def _days(value: object, default: int) -> int:
    return int(value) if isinstance(value, int | float | str) else default


@dataclass(frozen=True, slots=True)
class Position:
    """Where a record stands in the list: counted from 1, with its neighbours."""

    number: int
    total: int
    before: str | None
    after: str | None


def position(ids: Sequence[str], instance_id: str) -> Position | None:
    """Where a record stands; None when it is not in the list."""
    if instance_id not in ids:
        return None
    index = ids.index(instance_id)
    return Position(
        number=index + 1,
        total=len(ids),
        before=ids[index - 1] if index else None,
        after=ids[index + 1] if index + 1 < len(ids) else None,
    )
