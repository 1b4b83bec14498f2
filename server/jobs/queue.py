"""Enqueueing work and running it: Huey wakes a worker, which claims the job in the table."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey
from sqlalchemy.orm import Session

from server import clock
from server.config import Settings
from server.database import reading, transaction
from server.jobs import queries
from server.jobs.models import Job
from server.problems import is_full

log = logging.getLogger(__name__)

#: A running job whose worker was silent for so long is given to another.
SILENCE = timedelta(minutes=2)
ATTEMPTS = 3


class Asked(Exception):
    """Somebody asked a running job to pause or to end; `wish` says which."""

    def __init__(self, wish: str) -> None:
        super().__init__(wish)
        self.wish = wish


class Progress(Protocol):
    """Tells the table how far a job is. Raises Asked, which the handler lets pass."""

    def __call__(self, done: int, total: int, message: str = "") -> None: ...


Handler = Callable[[Mapping[str, Any], Progress], dict[str, object]]

#: What becomes of a job that was asked.
LAID_ASIDE = {"pause": ("paused", "已暂停，可以接着做。"), "cancel": ("cancelled", "已取消。")}

_handlers: dict[str, Handler] = {}
#: The jobs that this process is doing.
_running: set[str] = set()
_daily: list[str] = []
_regular: list[Callable[[], None]] = []


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does one kind of work; it must be safe to run twice."""

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


def every_day(kind: str) -> None:
    """Have a worker do this kind of work once a day, without parameters."""
    _daily.append(kind)


def regularly(act: Callable[[], None]) -> Callable[[], None]:
    """Register what a worker does about once a minute; it must be quick and safe to do twice."""
    _regular.append(act)
    return act


def look_around() -> None:
    """Do what is to be done regularly; what fails is logged and holds back nothing else."""
    for act in _regular:
        try:
            act()
        except Exception:  # the next turn may succeed
            log.exception("regular work failed", extra={"act": act.__name__})


def enqueue_daily() -> int:
    """Enqueue and wake the daily work that was not begun for a day; returns how many."""
    due = []
    with transaction() as session:
        for kind in _daily:
            newest = queries.recent(session, kind, limit=1)
            if not newest or newest[0].created_at < clock.now() - timedelta(days=1):
                due.append(enqueue(session, kind, {}))
    for job_id in due:
        wake(job_id)
    return len(due)


def huey_of(app: Flask) -> Huey:
    """The queue of an application."""
    found: Huey = app.extensions["yihu_huey"]
    return found


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its queue: a SQLite file, or Redis by REDIS_URL."""
    if settings.redis_url:
        queue: Huey = RedisHuey("yihu", url=settings.redis_url)
    else:
        queue = SqliteHuey("yihu", filename=str(settings.instance / "queue.db"), fsync=True)

    def run_job(job_id: str) -> None:
        with app.app_context():
            run(job_id)

    app.extensions["yihu_huey"] = queue
    app.extensions["yihu_wake"] = queue.task(name="run_job")(run_job)


def enqueue(
    session: Session,
    kind: str,
    params: dict[str, object],
    *,
    title: str = "",
    created_by: str | None = None,
) -> str:
    """Put work into the table within the caller's transaction; `wake` it after the commit."""
    job = Job(
        id=str(uuid.uuid4()),
        kind=kind,
        title=title,
        params=params,
        state="queued",
        done=0,
        total=0,
        attempts=0,
        message="",
        result={},
        created_by=created_by,
        created_at=clock.now(),
    )
    queries.add(session, job)
    return job.id


def wake(job_id: str) -> None:
    """Tell a worker about a job; the sweep finds it even without, so a silent queue is no failure.

    What the job belongs to is committed by now, and its sender must learn that.
    """
    from flask import current_app

    try:
        current_app.extensions["yihu_wake"](job_id)
    except Exception:  # whatever the queue's library raises: its file is full, Redis is away
        log.exception("queue not reached", extra={"job": job_id})


def sweep() -> int:
    """Wake everything that is queued or that a killed worker left; returns how many."""
    with transaction() as session:
        left = queries.stranded(session, clock.now() - SILENCE)
        for job in left:
            job.state = "queued" if job.attempts < ATTEMPTS else "failed"
            if job.state == "failed":
                job.message = "试了几次都没有做完，请管理员查看服务器日志。"
                job.finished_at = clock.now()
    queued = [job for job in left if job.state == "queued"]
    for job in queued:
        wake(job.id)
    return len(queued)


def run(job_id: str) -> None:
    """Claim one job and do it; failures are written to the table and the log."""
    with transaction() as session:
        if not queries.claim(session, job_id, clock.now()):
            return
        job = queries.job(session, job_id)
    assert job is not None  # noqa: S101  claimed just now
    result: dict[str, object] = {}
    _running.add(job_id)
    try:
        result = _handlers[job.kind](job.params, _progress_of(job_id))
        state, message = "done", str(result.get("message", ""))
    except Asked as asked:
        state, message = LAID_ASIDE[asked.wish]
    except Exception as error:  # one failing job must not stop the worker
        log.exception("job failed", extra={"job": job_id, "kind": job.kind})
        state, message = "failed", _failure(error)
    finally:
        _running.discard(job_id)
    with transaction() as session:
        queries.finish(session, job_id, state, message, result, clock.now())


def _progress_of(job_id: str) -> Progress:
    def progress(done: int, total: int, message: str = "") -> None:
        with transaction() as session:
            wish = queries.progress(session, job_id, done, total, message, clock.now())
        if wish:
            raise Asked(wish)

    return progress


def _failure(error: Exception) -> str:
    if is_full(error):
        return "磁盘满了，腾出空间后再试。"
    return getattr(error, "detail", None) or "没有做完，请再试一次；还不行请管理员查看服务器日志。"


def pause(job_id: str) -> None:
    """Have a job stop at its next step, to be resumed later."""
    with transaction() as session:
        if not queries.move(session, job_id, ("queued",), "paused"):
            queries.ask(session, job_id, "pause")


def resume(job_id: str) -> None:
    """Go on with a job that was paused, or try one again that failed."""
    with transaction() as session:
        moved = queries.move(session, job_id, ("paused", "failed"), "queued")
        if not moved:
            queries.ask(session, job_id, "")
    if moved:
        wake(job_id)


def cancel(job_id: str) -> None:
    """End a job for good, at its next step if it runs."""
    with transaction() as session:
        if not queries.move(session, job_id, ("queued", "paused", "failed"), "cancelled"):
            queries.ask(session, job_id, "cancel")


def put_back() -> None:
    """Give what this process was doing to whoever comes next: it is about to end."""
    for job_id in list(_running):
        with transaction() as session:
            queries.move(session, job_id, ("running",), "queued")


def state_of(job_id: str) -> Job | None:
    """A job as it stands now."""
    with reading() as session:
        return queries.job(session, job_id)
