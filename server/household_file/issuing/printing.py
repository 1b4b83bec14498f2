"""Printing one household: gather, give a version, render what is not kept yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from server import clock
from server.config import current
from server.database import reading, transaction
from server.household_file import kept
from server.household_file.content.file import HouseholdFile, facts_hash
from server.household_file.content.gather import gather
from server.household_file.issuing.rendering import Work, render
from server.household_file.models import PrintedFile
from server.household_file.period import Period, since, usual
from server.household_file.printed import queries
from server.household_file.printed.bound import NO_FACTS, bound
from server.household_file.printed.continued import continued
from server.household_file.printed.stamps import stamps
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


def print_household(
    household_id: str, as_of: date | None = None, period: Period | None = None
) -> Printed:
    """A household's file as of a day (today if absent), rendered only if its facts are new.

    period: the days that records are chosen by; as usual if absent.

    For views, jobs and commands: it opens its own short transactions, because rendering takes a
    second in which no other writer should wait. Raises NotFound and PrintingFailed.
    """
    day = as_of or clock.today()
    with reading() as session:
        stamp = stamps(session, [household_id], day, current().files, period)[household_id]
    work = prepare(household_id, day, period=period)
    rendered = not work.target.exists()
    if rendered:
        render(work)
    with transaction() as session:
        note(session, work, stamp, day, period)
        queries.give(session, [work.printed_id], clock.now())
    return Printed(
        household_id=work.file.household_id,
        household_no=work.file.household_no,
        head=work.file.head.text,
        version=work.version,
        as_of=date.fromisoformat(work.file.as_of),
        path=work.target,
        rendered=rendered,
    )


def prepare(
    household_id: str, as_of: date, *, tagged: bool = False, period: Period | None = None
) -> Work:
    """What is to be rendered of a household, with the version and the place that it gets.

    Facts that were printed before keep their version, its date and its place. The facts themselves
    are kept beside the PDF, so that versions can be compared later.
    """
    with reading() as session:
        file = gather(session, household_id, as_of, period)
    return _work(file, tagged=tagged)


class NotContinued(Exception):
    """A bound volume cannot be continued; `reason` says why, in Chinese."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def prepare_continuation(
    household_id: str,
    chain: Sequence[PrintedFile],
    as_of: date,
    *,
    tagged: bool = False,
    period: Period | None = None,
) -> Work | None:
    """What is to be rendered of a household that its bound volume has not; None if it has all.

    chain: what is bound (`queries.chains`). Raises NotContinued where nobody can say what that is.
    """
    wanted = period or since(usual(chain[0].as_of).first)
    with reading() as session:
        file = gather(session, household_id, as_of, wanted)
        there = bound(session, chain, file, current().printed)
    if there is None:
        raise NotContinued(NO_FACTS)
    news = continued(file, kept.as_json(file), there)
    return _work(news, tagged=tagged, continues=chain[-1].id) if news else None


def _work(file: HouseholdFile, *, tagged: bool, continues: int | None = None) -> Work:
    digest = facts_hash(file)
    settings = current()
    facts = settings.printed / kept.facts_path(kept.path_of(digest))
    if not facts.exists():
        kept.keep_facts(facts, file)
    row = _version(file, digest, continues)
    return Work(
        file=replace(file, as_of=row.as_of.isoformat()),
        version=row.version,
        printed_id=row.id,
        target=settings.printed / kept.variant_path(row.path, tagged=tagged),
        pictures=settings.files,
        tagged=tagged,
        public_url=settings.public_url,
    )


def note(
    session: Session, work: Work, stamp: str, as_of: date, period: Period | None = None
) -> None:
    """Remember that a household's file lies on disk, and under which stamp its facts were read.

    A file of chosen days is not the newest one of its household.
    """
    queries.note_pages(session, work.printed_id, kept.pages_of(work.target))
    if as_of >= clock.today() and period is None:
        queries.keep_newest(session, work.file.household_id, stamp, work.printed_id)


def _version(file: HouseholdFile, digest: str, continues: int | None) -> PrintedFile:
    """The version that these facts are; a new one if they were never printed."""
    with reading() as session:
        if known := queries.of_facts(session, file.household_id, digest):
            return known
    with transaction() as session:
        # two who print at once wait for each other here, so no version number is given twice
        registers.lock(session, [("households", file.household_id)])
        return queries.of_facts(session, file.household_id, digest) or queries.add_version(
            session,
            file.household_id,
            digest,
            as_of=date.fromisoformat(file.as_of),
            path=kept.path_of(digest),
            used=[use.instance_id for use in file.used] + [one.instance_id for one in file.scans],
            now=clock.now(),
            continues=continues,
        )
