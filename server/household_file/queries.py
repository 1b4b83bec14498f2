"""All SQL of household files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.models import Area
from server.household_file.models import PrintedFile
from server.registers.models import Entity, HouseholdRow
from server.submissions.models import (
    Remark,
    ReviewState,
    Submission,
    SubmissionAttachment,
    Write,
)


def component(session: Session, entity: Entity) -> Sequence[str]:
    """The ids of all entities that were found to be the same as one."""
    return session.scalars(select(Entity.id).where(Entity.component == entity.component)).all()


def submissions(
    session: Session, ids: Collection[str]
) -> dict[str, tuple[Submission, ReviewState | None]]:
    """Some submissions with their review states, office ones without, by id."""
    rows = session.execute(
        select(Submission, ReviewState)
        .outerjoin(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .where(Submission.instance_id.in_(ids))
    )
    return {row[0].instance_id: (row[0], row[1]) for row in rows}


def reviewed(
    session: Session, household_ids: Collection[str], received_before: datetime
) -> Sequence[tuple[Submission, ReviewState]]:
    """A household's filled forms that had been received, with their states, newest event first."""
    rows = session.execute(
        select(Submission, ReviewState)
        .join(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .where(
            Submission.household_id.in_(household_ids),
            Submission.quarantined.is_(None),
            Submission.received_at < received_before,
        )
        .order_by(
            Submission.event_date.desc(), Submission.received_at.desc(), Submission.instance_id
        )
    )
    return [(row[0], row[1]) for row in rows]


def files(session: Session, ids: Collection[str]) -> dict[tuple[str, str], str]:
    """(instance id, name) -> sha256 of every file that some submissions name."""
    rows = session.execute(
        select(
            SubmissionAttachment.instance_id,
            SubmissionAttachment.name,
            SubmissionAttachment.sha256,
        ).where(SubmissionAttachment.instance_id.in_(ids))
    )
    return {(row.instance_id, row.name): row.sha256 for row in rows}


def remarks(session: Session, ids: Collection[str], before: datetime) -> Sequence[Remark]:
    """What the office said about some submissions, oldest first."""
    return session.scalars(
        select(Remark)
        .where(Remark.instance_id.in_(ids), Remark.at < before)
        .order_by(Remark.at, Remark.id)
    ).all()


def first_written_on(session: Session, entity_id: str) -> date | None:
    """The event date of the first submission that wrote to an entity."""
    return session.scalar(select(func.min(Write.event_date)).where(Write.entity_id == entity_id))


def area(session: Session, code: str) -> Area | None:
    """The newest area of a code."""
    return session.scalar(
        select(Area).where(Area.code == code).order_by(Area.valid_from.desc()).limit(1)
    )


def chosen_households(
    session: Session, household_ids: Collection[str]
) -> Sequence[tuple[str, str, str]]:
    """(id, number, head's name) of those households that exist, by number."""
    rows = session.execute(
        select(HouseholdRow.household_id, HouseholdRow.household_no, HouseholdRow.head_name)
        .where(HouseholdRow.household_id.in_(household_ids))
        .order_by(HouseholdRow.household_no, HouseholdRow.household_id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def village_households(session: Session, village: str) -> Sequence[tuple[str, str, str]]:
    """(household id, number, head) of all households of a village that are not closed."""
    rows = session.execute(
        select(HouseholdRow.household_id, HouseholdRow.household_no, HouseholdRow.head_name)
        .where(HouseholdRow.area == village, HouseholdRow.closed.is_(False))
        .order_by(HouseholdRow.household_no, HouseholdRow.household_id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def printed(session: Session, household_id: str, facts_hash: str) -> PrintedFile | None:
    """The version of a household's file that these facts are."""
    return session.scalar(
        select(PrintedFile).where(
            PrintedFile.household_id == household_id, PrintedFile.facts_hash == facts_hash
        )
    )


def versions(session: Session, household_id: str) -> Sequence[PrintedFile]:
    """All versions of a household's file, newest first."""
    return session.scalars(
        select(PrintedFile)
        .where(PrintedFile.household_id == household_id)
        .order_by(PrintedFile.version.desc())
    ).all()


def add_version(
    session: Session,
    household_id: str,
    facts_hash: str,
    *,
    as_of: date,
    path: str,
    used: Sequence[str],
    now: datetime,
) -> PrintedFile:
    """Give new facts the next version number of their household's file."""
    last = session.scalar(
        select(func.max(PrintedFile.version)).where(PrintedFile.household_id == household_id)
    )
    row = PrintedFile(
        household_id=household_id,
        facts_hash=facts_hash,
        version=(last or 0) + 1,
        as_of=as_of,
        path=path,
        used=list(used),
        made_at=now,
    )
    session.add(row)
    session.flush()
    return row
