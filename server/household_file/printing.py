"""Printing one household: gather, give a version, render what is not kept yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from server import clock
from server.attachments.reading import file_of
from server.config import current
from server.database import reading, transaction
from server.household_file import kept, queries
from server.household_file.facts import HouseholdFile, facts_hash
from server.household_file.gather import gather
from server.household_file.models import PrintedFile
from server.household_file.page import page
from server.household_file.pdf import pdf
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
    with reading() as session:
        file = gather(session, household_id, as_of or clock.today())
    row = _version(file)
    path = current().printed / row.path
    rendered = not path.exists()
    if rendered:
        dated = replace(file, as_of=row.as_of.isoformat())
        kept.keep(path, pdf(page(dated, row.version), _picture))
    return Printed(
        household_id=file.household_id,
        household_no=file.household_no,
        head=file.head.text,
        version=row.version,
        as_of=row.as_of,
        path=path,
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


def _picture(sha256: str) -> bytes:
    """A photo or signature as it is printed."""
    found = file_of(sha256, "thumb")
    if found is None:
        raise FileNotFoundError(sha256)
    return found.read_bytes()
