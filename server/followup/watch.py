"""What opens a task about a household, and closes it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.changes.queries import Changed
from server.followup import parts, queries
from server.followup.duplicates import duplicates
from server.followup.tasks import Needed, close_all, keep_open
from server.registers import values
from server.registers.models import Entity

#: Absences in a row after which the village committee is asked to look (repairs 4).
ABSENCES = 3
#: The tasks that follow from the registers, and that nothing else opens.
KINDS = parts.TASKS | {"dispute", "duplicate", "duplicate_visit", "absent"}


@dataclass(frozen=True, slots=True)
class Watched:
    """A household with what its tasks follow from.

    undecided: its days on which several people recorded a visit that nobody judged yet, with
      these records. needed: what its parts ask for.
    """

    home: Entity
    people: Sequence[Entity]
    head: Entity | None
    undecided: Mapping[date, Sequence[str]]
    absent_in_a_row: int
    needed: Sequence[Needed] = ()

    @property
    def name(self) -> str:
        """What to call the household."""
        return str(self.home.derived.get("head_name") or "户主没登记")


def watch(session: Session, watched: Watched, now: datetime) -> list[Changed]:
    """Open the tasks that a household needs now and close the others; returns what changed."""
    twice, alike = duplicates(session, watched.home, watched.people, watched.head)
    needed = [*_disputes(watched), *twice, *_duplicate_visits(watched), *_absences(watched)]
    needed += watched.needed
    subjects = alike.union(one.subject for one in needed)
    known = queries.tasks_about(session, KINDS, watched.home.id, subjects)
    changed: list[Changed] = []
    for one in needed:
        changed += keep_open(session, known.pop((one.kind, one.subject), None), one, now)
    return changed + close_all(known.values(), now)


def _disputes(watched: Watched) -> list[Needed]:
    found = []
    for entity in (watched.home, *watched.people):
        units = sorted(values.disputed(entity.live))
        name = values.text(entity.live, "person_name") or watched.name
        if units:
            title = f"{name}：{len(units)} 项两边填的不一样"
            detail: dict[str, object] = {"units": units, "register": entity.register}
            found.append(Needed("dispute", entity.id, watched.home, title, detail))
    return found


def _duplicate_visits(watched: Watched) -> list[Needed]:
    """Two people's records of one day are one visit, if the office agrees (repairs 14)."""
    return [
        Needed(
            "duplicate_visit",
            f"{watched.home.id}:{day.isoformat()}",
            watched.home,
            f"{watched.name}：{day.month}月{day.day}日两人都记了走访",
            {"submissions": sorted(records)},
        )
        for day, records in watched.undecided.items()
    ]


def _absences(watched: Watched) -> list[Needed]:
    times = watched.absent_in_a_row
    if times < ABSENCES:
        return []
    title = f"{watched.name}：连着 {times} 次没在家，请村里帮着找"
    return [Needed("absent", watched.home.id, watched.home, title, {"times": times})]
