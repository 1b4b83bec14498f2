"""Tasks that open and close by themselves as the registers change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.changes.queries import Changed
from server.followup import queries
from server.followup.models import Task
from server.registers.models import Entity

#: In a task's detail: the person who closed it by having looked.
CLOSED_BY = "closed_by"


@dataclass(frozen=True, slots=True)
class Needed:
    """A task that should be open; due_on: the day until which somebody has to do it."""

    kind: str
    subject: str
    home: Entity
    title: str
    detail: dict[str, object]
    due_on: date | None = None


def class_of(task: Task) -> str:
    """The class of properties of which a task tells, by which views see it or not."""
    return str(task.detail.get("class", "plain"))


def keep_open(session: Session, found: Task | None, needed: Needed, now: datetime) -> list[Changed]:
    """Have a task open, saying this; returns what changed for the feed.

    found: the task as it stands, if there is one. What somebody closed stays closed as long as its
    cause is the same.
    """
    kind, subject, home = needed.kind, needed.subject, needed.home
    title, detail = needed.title, needed.detail
    closed_by = found.detail.get(CLOSED_BY) if found else None
    if found and closed_by and found.detail == {**detail, CLOSED_BY: closed_by}:
        return []
    if found and _says(found) == ("open", title, detail, home.area, home.id, needed.due_on):
        return []
    name = f"{kind}:{subject}"
    left = found.area if found and found.area != home.area else None
    task = Task(
        kind=kind,
        subject=subject,
        area=home.area,
        household_id=home.id,
        title=title,
        detail=detail,
        state="open",
        opened_at=found.opened_at if found and found.state == "open" else now,
        closed_at=None,
        due_on=needed.due_on,
    )
    queries.save_task(session, task)
    changed = [Changed("task", name, home.area)]
    return [Changed("task", name, left, gone=True), *changed] if left else changed


def _says(task: Task) -> tuple[object, ...]:
    said = (task.state, task.title, task.detail)
    return (*said, task.area, task.household_id, task.due_on)


def close_all(tasks: Iterable[Task], now: datetime) -> list[Changed]:
    """Close those of some tasks that are open; returns what changed for the feed."""
    changed = []
    for task in tasks:
        if task.state == "open":
            task.state, task.closed_at = "done", now
            changed.append(Changed("task", f"{task.kind}:{task.subject}", task.area))
    return changed
