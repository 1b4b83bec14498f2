"""All SQL of list rows, visits and tasks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from server.followup.models import Task, VisitVerdict
from server.registers.models import Entity, HouseholdRow
from server.registers.reading import OFFICE
from server.submissions.models import ReviewState, Submission, Write

#: By the day of the visit, then by arrival; of one push by name, so that nothing is left to luck.
_NEWEST = (
    Submission.event_date.desc(),
    Submission.received_at.desc(),
    Submission.instance_id.desc(),
)
_RECORDS = (
    select(
        Submission.household_id,
        Submission.instance_id,
        Submission.deprecated_id,
        Submission.root_id,
        Submission.form_id,
        Submission.source,
        Submission.event_date,
        Submission.received_at,
        Submission.person_id,
        ReviewState.state,
        ReviewState.summary,
    )
    .join(ReviewState, ReviewState.instance_id == Submission.instance_id)
    .where(
        Submission.household_id.in_(bindparam("homes", expanding=True)),
        Submission.source.not_in(OFFICE),
    )
    .order_by(*_NEWEST)
)
_SAVE_DERIVED = (
    update(Entity).where(Entity.id == bindparam("of")).values(derived=bindparam("new_derived"))
)
_SAVE_DUE = (
    update(HouseholdRow)
    .where(HouseholdRow.household_id == bindparam("of"))
    .values(
        last_visit_on=bindparam("last"), next_due_on=bindparam("next"), due_kind=bindparam("due")
    )
)


def records_of(session: Session, household_ids: Collection[str]) -> Sequence[Any]:
    """All versions of the filled forms about some households with their states, newest first."""
    return session.connection().execute(_RECORDS, {"homes": list(household_ids)}).all()


def save_visits(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Save what some visits changed of their households, in the register and in its list.

    rows: of = household, new_derived, last, next, due.
    """
    if rows:
        connection = session.connection()
        connection.execute(_SAVE_DERIVED, list(rows))
        connection.execute(_SAVE_DUE, list(rows))


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


def save_verdict(
    session: Session, instance_id: str, records: Collection[str], *, same: bool, kept: str
) -> None:
    """Keep what the office found of some visits' records."""
    for record in sorted(set(records)):
        session.merge(VisitVerdict(instance_id=instance_id, record=record, same=same, kept=kept))
    session.flush()


def drop_verdict(session: Session, instance_id: str) -> None:
    """Forget a verdict that was withdrawn."""
    session.execute(delete(VisitVerdict).where(VisitVerdict.instance_id == instance_id))


def verdicts_on(session: Session, records: Collection[str]) -> Sequence[VisitVerdict]:
    """What the office found of some visits' records, the oldest verdict first."""
    return session.scalars(
        select(VisitVerdict)
        .join(Submission, Submission.instance_id == VisitVerdict.instance_id)
        .where(VisitVerdict.record.in_(records))
        .order_by(Submission.received_at, Submission.instance_id)
    ).all()


def turning(session: Session, until: date) -> Sequence[str]:
    """The households of which something may have changed by itself until a day."""
    return session.scalars(
        select(HouseholdRow.household_id)
        .where(HouseholdRow.next_turn <= until)
        .order_by(HouseholdRow.household_id)
    ).all()


def households(session: Session, household_type: str = "") -> Sequence[str]:
    """All households that are not closed, or those of a type."""
    found = select(HouseholdRow.household_id).where(HouseholdRow.closed.is_(False))
    if household_type:
        found = found.where(HouseholdRow.household_type == household_type)
    return session.scalars(found.order_by(HouseholdRow.household_id)).all()


def households_with(session: Session, register: str) -> Sequence[str]:
    """The households to which something of a register belongs."""
    found = select(Entity.household_id).where(
        Entity.register == register, Entity.known.is_(True), Entity.household_id.is_not(None)
    )
    return [one for one in session.scalars(found.distinct().order_by(Entity.household_id)) if one]


def tasks_of_kind(session: Session, kind: str, areas: Collection[str]) -> Sequence[Task]:
    """All tasks of a kind in some areas that are open, or that somebody closed by looking."""
    found = session.scalars(
        select(Task).where(Task.kind == kind, Task.area.in_(areas)).order_by(Task.area, Task.title)
    )
    return [task for task in found if task.state == "open" or "closed_by" in task.detail]


def case_decisions(session: Session, areas: Collection[str]) -> Sequence[Any]:
    """Every decision of the office on cases of some areas that was not withdrawn, oldest first."""
    return session.execute(
        select(Write.entity_id, Write.value, Entity.area, Entity.household_id)
        .join(Entity, Entity.id == Write.entity_id)
        .join(Submission, Submission.instance_id == Write.instance_id)
        .outerjoin(ReviewState, ReviewState.instance_id == Write.instance_id)
        .where(
            Write.register == "cases",
            Write.unit == "decision",
            Entity.area.in_(areas),
            Entity.known.is_(True),
            or_(ReviewState.state.is_(None), ReviewState.state != "rejected"),
        )
        .order_by(Submission.received_at, Submission.instance_id)
    ).all()
