"""Visits that several people recorded on one day: one visit or several (repairs 14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from server.followup import queries


@dataclass(frozen=True, slots=True)
class Standing:
    """One visit that stands: not rejected, and the version that counts.

    record: the first version, by which verdicts name it.
    """

    instance_id: str
    record: str
    on: date
    result: str
    recorder: str


@dataclass(frozen=True, slots=True)
class Together:
    """What the office found of the days on which several people recorded.

    stands_for: record -> the record that stands in its place. undecided: day -> the records that
      nobody judged yet.
    """

    stands_for: Mapping[str, str]
    undecided: Mapping[date, Sequence[str]]


def together(session: Session, visits: Sequence[Standing]) -> Together:
    """Judge a household's visits by the newest verdict on each; visits: all that stand."""
    days: dict[date, list[Standing]] = {}
    for visit in visits:
        days.setdefault(visit.on, []).append(visit)
    shared = {day: some for day, some in days.items() if len({one.recorder for one in some}) > 1}
    records = {one.record for some in shared.values() for one in some}
    newest = {row.record: row for row in queries.verdicts_on(session, records)} if records else {}
    stands_for: dict[str, str] = {}
    undecided: dict[date, Sequence[str]] = {}
    for day, some in shared.items():
        verdicts = {one.record: newest.get(one.record) for one in some}
        given = {row.instance_id: row.kept for row in verdicts.values() if row}
        if len(given) != 1 or not all(verdicts.values()):
            undecided[day] = sorted(verdicts)
            continue
        (kept,) = given.values()
        if kept in verdicts:
            stands_for |= {record: kept for record in verdicts if record != kept}
    return Together(stands_for, undecided)
