"""Telling the township of records that need its eye."""

from __future__ import annotations

from sqlalchemy.orm import Session

from server.changes.queries import Changed
from server.config import current
from server.followup import queries as followup
from server.followup.models import Task
from server.followup.tasks import CLOSED_BY
from server.intake.batch import Batch

TITLES = {
    "mismatch": "同一条记录传来了两种内容",
    "quarantine": "有一条记录没有并进户档",
    "fork": "同一条记录有两份改过的，请选定一份",
}


def tell(
    session: Session, batch: Batch, kind: str, instance_id: str, area: str, why: str = ""
) -> None:
    """Open a task about one record.

    area: where the record belongs; blank puts the task into the author's first village, or with
    the office's own work into the county.
    """
    place = area or min(batch.actor.villages if batch.actor else (), default=current().county)
    followup.save_task(
        session,
        Task(
            kind=kind,
            subject=instance_id,
            area=place,
            household_id=None,
            title=f"{TITLES[kind]}：{why}" if why else TITLES[kind],
            detail={"instance_id": instance_id},
            state="open",
            opened_at=batch.at.now,
        ),
    )
    batch.changed.append(Changed("task", f"{kind}:{instance_id}", place))


def untell(session: Session, batch: Batch, kind: str, subject: str, by: str | None = None) -> None:
    """Close a task, if it is open.

    by: the person who looked at it and left things as they are; then the same cause does not open
    it again.
    """
    task = followup.task(session, kind, subject)
    if task is not None and task.state == "open":
        if by:
            task.detail = {**task.detail, CLOSED_BY: by}
        task.state, task.closed_at = "done", batch.at.now
        session.flush()
        batch.changed.append(Changed("task", f"{kind}:{subject}", task.area))


def reopen(session: Session, batch: Batch, kind: str, subject: str) -> None:
    """Open a task again that somebody had closed by looking."""
    task = followup.task(session, kind, subject)
    if task is not None and task.state == "done" and CLOSED_BY in task.detail:
        task.detail = {key: said for key, said in task.detail.items() if key != CLOSED_BY}
        task.state, task.closed_at = "open", None
        session.flush()
        batch.changed.append(Changed("task", f"{kind}:{subject}", task.area))
