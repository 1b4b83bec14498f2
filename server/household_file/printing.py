"""Printing one household: gather, give a version, render what is not kept yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from server import clock
from server.config import current
from server.database import reading, transaction
from server.household_file import kept, queries
from server.household_file.facts import HouseholdFile, facts_hash
from server.household_file.gather import gather
from server.household_file.models import PrintedFile
from server.household_file.rendering import Work, render
from server.registers import queries as registers


@dataclass(frozen=True, slots=True)
class Printed:
    """One household's file on disk.

    rendered: false when nothing had changed and the kept PDF is given.
    """

    household_id: str
    household_no: str
    head: str
    version: int
    as_of: date
    path: Path
    rendered: bool


def print_household(household_id: str, as_of: date | None = None) -> Printed:
    """A household's file as of a day (today if absent), rendered only if its facts are new.

    For views, jobs and commands: it opens its own short transactions, because rendering takes a
    second in which no other writer should wait. Raises NotFound and PrintingFailed.
    """
    work = prepare(household_id, as_of or clock.today())
    rendered = not work.target.exists()
    if rendered:
        render(work)
    return printed(work, rendered=rendered)


def prepare(household_id: str, as_of: date) -> Work:
    """What is to be rendered of a household, with the version and the place that it gets.

    Facts that were printed before keep their version, its date and its place.
    """
    with reading() as session:
        file = gather(session, household_id, as_of)
    row = _version(file)
    settings = current()
    dated = replace(file, as_of=row.as_of.isoformat())
    return Work(dated, row.version, settings.printed / row.path, settings.files)


def printed(work: Work, *, rendered: bool) -> Printed:
    """What is told of a file that is on disk now."""
    return Printed(
        household_id=work.file.household_id,
        household_no=work.file.household_no,
        head=work.file.head.text,
        version=work.version,
        as_of=date.fromisoformat(work.file.as_of),
        path=work.target,
        rendered=rendered,
    )


def _version(file: HouseholdFile) -> PrintedFile:
    """The version that these facts are; a new one if they were never printed."""
    digest = facts_hash(file)
    with transaction() as session:
        # two who print at once wait for each other here, so no version number is given twice
        registers.lock(session, [("households", file.household_id)])
        return queries.printed(session, file.household_id, digest) or queries.add_version(
            session,
            file.household_id,
            digest,
            as_of=date.fromisoformat(file.as_of),
            path=kept.path_of(digest),
            used=[use.instance_id for use in file.used],
            now=clock.now(),
        )
