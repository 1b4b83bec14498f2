"""All SQL of background work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.jobs.models import Job


def add(session: Session, job: Job) -> None:
    """Put a job into the table."""
    session.add(job)
    session.flush()


def job(session: Session, job_id: str) -> Job | None:
    """One job."""
    return session.get(Job, job_id)


def recent(session: Session, kind: str, limit: int = 20) -> Sequence[Job]:
    """The newest jobs of a kind."""
    return session.scalars(
        select(Job).where(Job.kind == kind).order_by(Job.created_at.desc()).limit(limit)
    ).all()


def waiting(session: Session, kind: str, params: dict[str, object]) -> bool:
    """Whether the same work is queued already."""
    queued = session.scalars(select(Job).where(Job.kind == kind, Job.state == "queued"))
    return any(job.params == params for job in queued)


def claim(session: Session, job_id: str, now: datetime) -> bool:
    """Take a queued job for this worker; false when another has it."""
    taken = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == "queued")
        .values(state="running", started_at=now, heartbeat_at=now, attempts=Job.attempts + 1)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def stranded(session: Session, before: datetime) -> Sequence[Job]:
    """Jobs that are queued, or whose worker has not been heard of since a moment."""
    return session.scalars(
        select(Job)
        .where((Job.state == "queued") | ((Job.state == "running") & (Job.heartbeat_at < before)))
        .order_by(Job.created_at)
    ).all()


def progress(
    session: Session, job_id: str, done: int, total: int, message: str, now: datetime
) -> str:
    """Note how far a running job is; returns what is asked of it.

    Work that gets on counts its attempts anew, so that a long job outlives many restarts.
    """
    session.execute(update(Job).where(Job.id == job_id, Job.done < done).values(attempts=1))
    return session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(done=done, total=total, message=message, heartbeat_at=now)
        .returning(Job.wish)
    ).scalar_one()


def ask(session: Session, job_id: str, wish: str) -> bool:
    """Ask something of a job that runs; false when it does not."""
    asked = session.execute(
        update(Job).where(Job.id == job_id, Job.state == "running").values(wish=wish)
    )
    return bool(asked.rowcount)  # type: ignore[attr-defined]


def move(session: Session, job_id: str, before: tuple[str, ...], state: str) -> bool:
    """Put a job that nobody works on into another state; false when it was in none of `before`."""
    moved = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.in_(before))
        .values(state=state, wish="", attempts=0)
    )
    return bool(moved.rowcount)  # type: ignore[attr-defined]


def finish(
    session: Session,
    job_id: str,
    state: str,
    message: str,
    result: dict[str, object],
    now: datetime,
) -> None:
    """Close a job as done, failed or cancelled, or lay it aside as paused or queued."""
    session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(
            state=state,
            message=message,
            result=result,
            wish="",
            finished_at=None if state in ("paused", "queued") else now,
            heartbeat_at=now,
        )
    )
