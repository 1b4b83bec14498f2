"""Tasks that open and close by themselves as the registers change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from server.changes.queries import Changed
from server.followup import queries
from server.followup.models import Task
from server.registers.models import Entity


def keep_open(
    session: Session,
    found: Task | None,
    needed: bool,
    *,
    kind: str,
    subject: str,
    home: Entity,
    title: str,
    detail: dict[str, object],
    now: datetime,
) -> list[Changed]:
    """Let a task be open exactly while it is needed; returns what changed for the feed.

    found: the task as it stands, if there is one.
    """
    if needed:
        if found and (found.state, found.title, found.detail) == ("open", title, detail):
            return []
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
            due_on=None,
        )
        queries.save_task(session, task)
    elif found is None or found.state == "done":
        return []
    else:
        found.state, found.closed_at = "done", now
    return [Changed("task", f"{kind}:{subject}", home.area)]
