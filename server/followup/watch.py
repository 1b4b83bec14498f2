"""What opens a task about a household, and closes it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.changes.queries import Changed
from server.followup import queries
from server.followup.tasks import close_all, keep_open
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity

#: Absences in a row after which the village committee is asked to look (repairs 4).
ABSENCES = 3
#: The tasks that follow from the registers, and that nothing else opens.
KINDS = frozenset({"dispute", "duplicate", "duplicate_visit", "absent"})


@dataclass(frozen=True, slots=True)
class Standing:
    """One visit that stands: not rejected, and the version that counts."""

    instance_id: str
    on: date
    result: str
    recorder: str


@dataclass(frozen=True, slots=True)
class Watched:
    """A household with what its tasks follow from; visits: newest first."""

    home: Entity
    people: Sequence[Entity]
    head: str
    visits: Sequence[Standing]
    absent_in_a_row: int


@dataclass(frozen=True, slots=True)
class Needed:
    """A task that should be open."""

    kind: str
    subject: str
    home: Entity
    title: str
    detail: dict[str, object]


def watch(session: Session, watched: Watched, now: datetime) -> list[Changed]:
    """Open the tasks that a household needs now and close the others; returns what changed."""
    hashes = {person.id_hash for person in watched.people if person.id_hash}
    same = registers.with_id_hashes(session, hashes) if hashes else {}
    needed = [
        *_disputes(watched),
        *_duplicates(session, watched, same),
        *_duplicate_visits(watched),
        *_absences(watched),
    ]
    subjects = {one.subject for one in needed}.union(*same.values())
    known = queries.tasks_about(session, KINDS, watched.home.id, subjects)
    changed: list[Changed] = []
    for one in needed:
        changed += keep_open(
            session,
            known.pop((one.kind, one.subject), None),
            kind=one.kind,
            subject=one.subject,
            home=one.home,
            title=one.title,
            detail=one.detail,
            now=now,
        )
    return changed + close_all(known.values(), now)


def _disputes(watched: Watched) -> list[Needed]:
    found = []
    for entity in (watched.home, *watched.people):
        units = sorted(values.disputed(entity.live))
        name = values.text(entity.live, "person_name") or watched.head
        if units:
            title = f"{name}：{len(units)} 项两边填的不一样"
            detail: dict[str, object] = {"units": units, "register": entity.register}
            found.append(Needed("dispute", entity.id, watched.home, title, detail))
    return found


def _duplicates(
    session: Session, watched: Watched, same: Mapping[str, Sequence[str]]
) -> list[Needed]:
    """The same ID number on two people becomes a task (design §4, rule 8).

    It belongs to the household of the first of them, whichever household is looked at.
    """
    found = []
    for ids in same.values():
        first = registers.entity(session, min(ids))
        home = registers.entity(session, first.household_id or "") if first else None
        if len(ids) > 1 and first and home and home.known:
            title = f"{values.text(first.live, 'person_name')}：同一个身份证号登记了 {len(ids)} 次"
            found.append(Needed("duplicate", first.id, home, title, {"entities": list(ids)}))
    return found


def _duplicate_visits(watched: Watched) -> list[Needed]:
    """Two people's records of one day are one visit, if the office agrees (repairs 14)."""
    by_day: dict[date, list[Standing]] = {}
    for visit in watched.visits:
        by_day.setdefault(visit.on, []).append(visit)
    return [
        Needed(
            "duplicate_visit",
            f"{watched.home.id}:{day.isoformat()}",
            watched.home,
            f"{watched.head}：{day.month}月{day.day}日两人都记了走访",
            {"submissions": sorted(visit.instance_id for visit in visits)},
        )
        for day, visits in by_day.items()
        if len({visit.recorder for visit in visits}) > 1
    ]


def _absences(watched: Watched) -> list[Needed]:
    times = watched.absent_in_a_row
    if times < ABSENCES:
        return []
    title = f"{watched.head}：连着 {times} 次没在家，请村里帮着找"
    return [Needed("absent", watched.home.id, watched.home, title, {})]
