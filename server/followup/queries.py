"""All SQL of list rows, visits and tasks."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from server.followup.models import Task
from server.registers.models import HouseholdRow
from server.submissions.models import ReviewState, Submission


def visits(session: Session, household_id: str) -> Sequence[tuple[Submission, ReviewState]]:
    """All versions of a household's visits with their states, newest first."""
    rows = session.execute(
        select(Submission, ReviewState)
        .join(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .where(
            Submission.household_id == household_id,
            Submission.form_id == "visit",
        )
        .order_by(Submission.event_date.desc(), Submission.received_at.desc())
    )
    return [(row[0], row[1]) for row in rows]


def save_row(session: Session, row: HouseholdRow) -> None:
    """Keep a household's list row."""
    session.merge(row)
    session.flush()


def drop_row(session: Session, household_id: str) -> None:
    """Remove the list row of a household that no longer exists."""
    session.execute(delete(HouseholdRow).where(HouseholdRow.household_id == household_id))


def task(session: Session, kind: str, subject: str) -> Task | None:
    """One task."""
    return session.get(Task, (kind, subject))


def save_task(session: Session, task: Task) -> None:
    """Keep a task."""
    session.merge(task)
    session.flush()


def tasks_about(
    session: Session, kinds: Collection[str], household_id: str, subjects: Collection[str]
) -> dict[tuple[str, str], Task]:
    """All tasks of some kinds of a household and about some subjects, by kind and subject."""
    found = session.scalars(
        select(Task).where(
            or_(Task.household_id == household_id, Task.subject.in_(subjects)),
            Task.kind.in_(kinds),
        )
    )
    return {(task.kind, task.subject): task for task in found}


def open_tasks(session: Session, areas: Collection[str], kind: str | None = None) -> Sequence[Task]:
    """Open tasks of some areas, most urgent first."""
    statement = select(Task).where(Task.area.in_(areas), Task.state == "open")
    if kind is not None:
        statement = statement.where(Task.kind == kind)
    return session.scalars(
        statement.order_by(Task.due_on.is_(None), Task.due_on, Task.opened_at)
    ).all()


def open_subjects(session: Session, kinds: Collection[str]) -> list[str]:
    """The open tasks of some kinds, as "kind:subject"."""
    found = session.execute(
        select(Task.kind, Task.subject).where(Task.state == "open", Task.kind.in_(kinds))
    )
    return [f"{row.kind}:{row.subject}" for row in found]


def tasks_of(session: Session, household_id: str) -> Sequence[Task]:
    """The open tasks of a household."""
    return session.scalars(
        select(Task)
        .where(Task.household_id == household_id, Task.state == "open")
        .order_by(Task.opened_at)
    ).all()


def tasks_with_ids(session: Session, ids: Collection[tuple[str, str]]) -> dict[str, Task]:
    """Tasks by "kind:subject"."""
    if not ids:
        return {}
    found = session.scalars(
        select(Task).where(
            or_(*((Task.kind == kind) & (Task.subject == subject) for kind, subject in ids))
        )
    )
    return {f"{row.kind}:{row.subject}": row for row in found}


def highest_no(session: Session, village: str) -> str | None:
    """The greatest household number given in a village."""
    return session.scalar(
        select(func.max(HouseholdRow.household_no)).where(
            HouseholdRow.household_no.startswith(village, autoescape=True)
        )
    )
