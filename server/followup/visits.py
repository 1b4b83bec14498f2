"""Which visits count, and when the next one is due.

Source: roles and workflow 5: only meetings count, a telephone call counts once in three; where
the whole family lives away it counts every time (repairs 19). Numbers are dated policy values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MET = frozenset({"met_person", "met_family"})


@dataclass(frozen=True, slots=True)
class Visit:
    """One standing visit, as far as counting needs it."""

    on: date
    result: str


@dataclass(frozen=True, slots=True)
class Due:
    """When a household is to be visited next, and by which rule."""

    last_on: date | None
    next_on: date | None
    kind: str
    absent_in_a_row: int


def due(
    visits: Sequence[Visit],
    household_type: str,
    away: bool,
    known_since: date,
    policy: Mapping[str, object],
) -> Due:
    """The next due date of a household.

    visits: newest first. away: the whole family lives elsewhere. known_since: the day on which
    the household became known, from which its first visit is due.
    """
    days = policy.get(f"interval.{household_type}")
    absent = 0
    for visit in visits:
        if visit.result != "absent":
            break
        absent += 1
    last = next((v.on for i, v in enumerate(visits) if _counts(visits, i, away)), None)
    if not isinstance(days, int):
        return Due(last, None, "", absent)
    if last is None:
        first = policy.get("interval.first_visit")
        wait = min(days, first) if isinstance(first, int) else days
        return Due(None, known_since + timedelta(days=wait), kind_of(days), absent)
    return Due(last, last + timedelta(days=days), kind_of(days), absent)


def _counts(visits: Sequence[Visit], index: int, away: bool) -> bool:
    """A call counts if both visits before it that count were meetings."""
    result = visits[index].result
    if result in MET:
        return True
    if result != "phone":
        return False
    if away:
        return True
    earlier = [v for v in visits[index + 1 :] if v.result in MET or v.result == "phone"][:2]
    return all(visit.result in MET for visit in earlier)


def kind_of(days: int) -> str:
    """The name of a visiting interval: monthly, quarterly or yearly."""
    if days <= 31:
        return "monthly"
    return "quarterly" if days <= 92 else "yearly"
