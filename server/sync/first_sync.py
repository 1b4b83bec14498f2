"""What of a caller's areas is ready to be fetched for the first sync, and making the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server import jobs
from server.accounts.actor import Actor
from server.changes import queries as changes
from server.changes.models import Snapshot
from server.config import current
from server.database import reading, transaction
from server.jobs import queries as job_table
from server.jobs.queue import Progress
from server.sync.snapshot import Part, made_of, make_town, make_village, path_of

#: What one request makes by itself, so that a village never waits for a worker.
VILLAGES_A_REQUEST = 2
ASK_AGAIN_S = 3
KIND = "snapshots"


@dataclass(frozen=True, slots=True)
class Unit:
    """What one file holds: a village, or all villages of a town."""

    area: str
    villages: tuple[str, ...]

    @property
    def is_town(self) -> bool:
        """Whether it is a town's."""
        return self.villages != (self.area,)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The usable files of one view and their villages' newest numbers, as of one reading."""

    view: str
    epoch: str
    last: int
    files: Mapping[str, Snapshot]
    newest: Mapping[str, int]

    def lacks(self, unit: Unit) -> list[str]:
        """The villages of a unit that have no file."""
        return [village for village in unit.villages if village not in self.files]

    def has(self, unit: Unit) -> bool:
        """Whether the unit's file is there and holds these villages."""
        found = self.files.get(unit.area)
        return found is not None and found.made_of == made_of(unit.villages)

    def reaches(self, unit: Unit) -> int:
        """Up to which number nothing is missing in the unit's file: of a quiet place, up to now."""
        made = self.files[unit.area].number
        quiet = all(self.newest.get(village, self.last) <= made for village in unit.villages)
        return self.last if quiet else made

    def parts(self, unit: Unit) -> list[Part]:
        """The files of a unit's villages."""
        return [Part(self.files[one], self.reaches(Unit(one, (one,)))) for one in unit.villages]


@dataclass(frozen=True, slots=True)
class Offer:
    """The files for a caller, what is still being made, and where pulling begins after them.

    last: the county's last number, as of the same reading.
    """

    epoch: str
    number: int
    last: int
    files: Sequence[Snapshot]
    preparing: Sequence[str]


def units_of(actor: Actor) -> list[Unit]:
    """The files that a caller needs, by area: one a town where every village of it is his.

    None of a village in which only some households are his: these come by pulling.
    """
    inside: dict[str, list[str]] = {town: [] for town in actor.towns}
    alone: list[str] = []
    for place in actor.places:
        if place.code in actor.villages - actor.bounded:
            inside.get(place.parent or "", alone).append(place.code)
    towns = [Unit(town, tuple(sorted(some))) for town, some in inside.items() if some]
    return sorted([*towns, *(Unit(one, (one,)) for one in alone)], key=lambda unit: unit.area)


def offer(actor: Actor) -> Offer:
    """What is ready for a caller now; a little of the rest is made at once, the rest by a worker.

    A file that lags behind is ready: the pull catches up.
    """
    units = units_of(actor)
    shelf = look(actor.view, units)
    missing = [unit for unit in units if not shelf.has(unit)]
    if missing:
        make(shelf, missing[0], most=VILLAGES_A_REQUEST)
        shelf = look(actor.view, units)
        missing = [unit for unit in units if not shelf.has(unit)]
        _make_later(actor.view, missing)
    ready = [unit for unit in units if shelf.has(unit)]
    return Offer(
        epoch=shelf.epoch,
        last=shelf.last,
        number=min((shelf.reaches(unit) for unit in ready), default=shelf.last),
        files=[shelf.files[unit.area] for unit in ready],
        preparing=[unit.area for unit in missing],
    )


def look(view: str, units: Sequence[Unit]) -> Shelf:
    """The files that are usable now.

    Those of another epoch are not, nor those so old that what went since is no longer said.
    """
    areas = {area for unit in units for area in (unit.area, *unit.villages)}
    with reading() as session:
        counter = changes.counter(session, current().county)
        found = changes.snapshots(session, current().county, view, areas)
    usable = [
        snapshot
        for snapshot, _ in found
        if (snapshot.epoch == counter.epoch and snapshot.number >= counter.floor)
        and path_of(snapshot).exists()
    ]
    return Shelf(
        view=view,
        epoch=counter.epoch,
        last=counter.last,
        files={snapshot.area: snapshot for snapshot in usable},
        newest={snapshot.area: newest for snapshot, newest in found},
    )


def make(shelf: Shelf, unit: Unit, most: int | None = None) -> None:
    """Make what is missing for a unit, at most so many villages; then the town's file of them."""
    lacking = shelf.lacks(unit)
    for village in lacking[:most]:
        make_village(village, shelf.view, shelf.last)
    if unit.is_town and not (lacking and most):
        again = look(shelf.view, [unit])
        if not again.lacks(unit):
            make_town(unit.area, shelf.view, again.parts(unit))


def _make_later(view: str, units: Sequence[Unit]) -> None:
    """One job a unit, unless it waits already; several phones that ask at once cost nothing."""
    with transaction() as session:
        wanted: list[dict[str, object]] = [
            {"view": view, "area": one.area, "villages": list(one.villages)} for one in units
        ]
        enqueued = [
            jobs.enqueue(session, KIND, params)
            for params in wanted
            if not job_table.waiting(session, KIND, params)
        ]
    for job in enqueued:
        jobs.wake(job)


@jobs.handles(KIND)
def make_unit(params: Mapping[str, Any], progress: Progress) -> dict[str, object]:
    """The job that makes one unit's file, with the files of its villages."""
    unit = Unit(params["area"], tuple(params["villages"]))
    shelf = look(params["view"], [unit])
    lacking = shelf.lacks(unit)
    for done, village in enumerate(lacking):
        make_village(village, shelf.view, shelf.last)
        progress(done, len(lacking))
    shelf = look(params["view"], [unit])
    if not shelf.has(unit):
        make(shelf, unit)
    return {"message": "下载包已备好"}
