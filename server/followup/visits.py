"""Which visits count, and when the next one is due.

Source: roles and workflow 5: only meetings count, a telephone call counts once in three; where
the whole family lives away it counts every time, and one meeting a year is due (repairs 19).
What two people record of one day counts once (repairs 14), and what was returned counts still
(repairs 20). Numbers are dated policy values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MET = frozenset({"met_person", "met_family"})
CALL = "phone"


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
    counting = counted(visits, away)
    last = counting[-1].on if counting else None
    absent = _absent_in_a_row(visits)
    days = _days(policy, f"interval.{household_type}")
    if days is None:
        return Due(last, None, "", absent)
    if last is None:
        first = _days(policy, "interval.first_visit")
        wait = days if first is None else min(days, first)
        return Due(None, known_since + timedelta(days=wait), kind_of(days), absent)
    next_on = last + timedelta(days=days)
    if away and (meeting := _days(policy, "interval.away_meeting")) is not None:
        met_on = max((v.on for v in visits if v.result in MET), default=known_since)
        next_on = min(next_on, met_on + timedelta(days=meeting))
    return Due(last, next_on, kind_of(days), absent)


def _days(policy: Mapping[str, object], key: str) -> int | None:
    days = policy.get(key)
    return days if isinstance(days, int) else None


def _absent_in_a_row(visits: Sequence[Visit]) -> int:
    """Days in a row on which nobody was home, up to now."""
    days: set[date] = set()
    for visit in visits:
        if visit.result != "absent":
            break
        days.add(visit.on)
    return len(days)


def counted(visits: Sequence[Visit], away: bool) -> list[Visit]:
    """The visits that count, oldest first: of one day one, of three in a row at most one call."""
    of_day = {visit.on: visit for visit in sorted(visits, key=_weight)}
    counting: list[Visit] = []
    for _, visit in sorted(of_day.items()):
        if visit.result in MET or (visit.result == CALL and (away or not _called(counting[-2:]))):
            counting.append(visit)
    return counting


def _called(visits: Sequence[Visit]) -> bool:
    return any(visit.result == CALL for visit in visits)


def _weight(visit: Visit) -> int:
    """Of two visits of one day the one with more weight counts."""
    return 2 if visit.result in MET else int(visit.result == CALL)


def kind_of(days: int) -> str:
    """The name of a visiting interval: monthly, quarterly or yearly."""
    if days <= 31:
        return "monthly"
    return "quarterly" if days <= 92 else "yearly"
