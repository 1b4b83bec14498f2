"""All SQL of household files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.models import Area
from server.registers.models import Entity
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
