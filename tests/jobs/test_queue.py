"""Background work: the table is the truth, and a killed worker's work is done by another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server import clock, jobs
from server.jobs import queries, queue
from server.jobs.models import Job
from server.jobs.queue import Progress, enqueue_daily, huey_of, run
from tests.making import looking, writing

Handler = Callable[[Mapping[str, Any], Progress], dict[str, object]]


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> dict[str, Handler]:
    """The kinds of work that a test defines."""
    kinds: dict[str, Handler] = {}
    monkeypatch.setattr(queue, "_handlers", kinds)
    return kinds


def enqueued(app: Flask, kind: str, **params: object) -> str:
    with writing(app) as session:
        return jobs.enqueue(session, kind, dict(params), title="试一试")


def job(app: Flask, job_id: str) -> Job:
    with app.app_context():
        found = jobs.state_of(job_id)
    assert found is not None
    return found


def woken(app: Flask) -> list[str]:
    """The jobs that a worker would be woken for now, in order."""
    waiting = [task.args[0] for task in huey_of(app).pending()]
    huey_of(app).flush()
    return waiting


def test_work_is_done_once_with_its_result(ground: Flask, known: dict[str, Handler]) -> None:
    done: list[object] = []

    def work(params: Mapping[str, Any], progress: Progress) -> dict[str, object]:
        progress(1, 2, "一半了")
        done.append(params["n"])
        return {"message": "好了", "n": params["n"]}

    known["try"] = work
    job_id = enqueued(ground, "try", n=7)
    with ground.app_context():
        run(job_id)
        run(job_id)
    after = job(ground, job_id)
    assert done == [7]
    assert (after.state, after.message, after.result["n"]) == ("done", "好了", 7)
    assert (after.done, after.total, after.attempts) == (1, 2, 1)
    assert after.finished_at is not None


def test_two_workers_never_do_the_same_work(ground: Flask, known: dict[str, Handler]) -> None:
    begun = []

    def work(_params: Mapping[str, Any], _progress: Progress) -> dict[str, object]:
        begun.append(1)
        return {}

    known["try"] = work
    job_id = enqueued(ground, "try")

    def worker() -> None:
        with ground.app_context():
            run(job_id)

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert begun == [1]


def test_what_fails_says_so_and_does_not_stop_the_worker(
    ground: Flask, known: dict[str, Handler]
) -> None:
    def breaks(_params: Mapping[str, Any], _progress: Progress) -> dict[str, object]:
        raise ValueError("the secret of the house")

    def no_space(_params: Mapping[str, Any], _progress: Progress) -> dict[str, object]:
        raise OSError(28, "No space left on device")

    known["breaks"], known["full"] = breaks, no_space
    broken, full = enqueued(ground, "breaks"), enqueued(ground, "full")
    with ground.app_context():
        run(broken)
        run(full)
    assert job(ground, broken).state == "failed"
    assert "secret" not in job(ground, broken).message
    assert job(ground, full).message == "磁盘满了，腾出空间后再试。"


def test_work_that_was_rolled_back_was_never_there(ground: Flask) -> None:
    def breaks() -> None:
        with writing(ground) as session:
            jobs.enqueue(session, "try", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        breaks()
    with looking(ground) as session:
        assert session.scalars(select(Job)).all() == []


def test_work_whose_wake_up_was_lost_is_found_by_the_sweep(ground: Flask) -> None:
    job_id = enqueued(ground, "try")
    assert woken(ground) == []
    with ground.app_context():
        assert jobs.sweep() == 1
    assert woken(ground) == [job_id]


def killed(app: Flask, job_id: str, silent: timedelta) -> None:
    """A worker took the job and was not heard of since."""
    with writing(app) as session:
        queries.claim(session, job_id, clock.now() - silent)


def test_the_work_of_a_killed_worker_is_done_by_another(
    ground: Flask, known: dict[str, Handler]
) -> None:
    known["try"] = lambda _params, _progress: {}
    left, busy = enqueued(ground, "try"), enqueued(ground, "try")
    killed(ground, left, queue.SILENCE + timedelta(seconds=1))
    killed(ground, busy, timedelta(seconds=1))
    with ground.app_context():
        assert jobs.sweep() == 1
        assert woken(ground) == [left]
        run(left)
    assert (job(ground, left).state, job(ground, left).attempts) == ("done", 2)
    assert job(ground, busy).state == "running"


def test_work_that_kills_every_worker_is_given_up(ground: Flask) -> None:
    job_id = enqueued(ground, "try")
    for _ in range(queue.ATTEMPTS):
        killed(ground, job_id, queue.SILENCE + timedelta(seconds=1))
        with ground.app_context():
            jobs.sweep()
    assert job(ground, job_id).state == "failed"
    assert "管理员" in job(ground, job_id).message


def test_daily_work_is_begun_once_a_day(ground: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_daily", ["tidy"])
    with ground.app_context():
        assert (enqueue_daily(), enqueue_daily()) == (1, 0)
        tomorrow = clock.now() + timedelta(days=1, seconds=1)
        monkeypatch.setattr(clock, "now", lambda: tomorrow)
        assert enqueue_daily() == 1


def test_work_is_paused_resumed_and_cancelled(ground: Flask, known: dict[str, Handler]) -> None:
    steps: list[int] = []
    ask: list[Callable[[str], None]] = [jobs.pause]

    def work(_params: Mapping[str, Any], progress: Progress) -> dict[str, object]:
        for step in range(len(steps), 3):
            progress(step, 3)
            steps.append(step)
            if ask:
                ask.pop()(job_id)
        return {"message": "好了"}

    known["try"] = work
    job_id = enqueued(ground, "try")
    with ground.app_context():
        run(job_id)
        assert (steps, job(ground, job_id).state) == ([0], "paused")
        assert jobs.sweep() == 0
        jobs.resume(job_id)
        assert woken(ground) == [job_id]
        ask.append(jobs.cancel)
        run(job_id)
        assert (steps, job(ground, job_id).state) == ([0, 1], "cancelled")
        jobs.resume(job_id)
    assert job(ground, job_id).state == "cancelled"


def test_work_that_waits_is_paused_at_once_and_what_failed_is_tried_again(
    ground: Flask, known: dict[str, Handler]
) -> None:
    known["try"] = lambda _params, _progress: {}
    job_id = enqueued(ground, "try")
    with ground.app_context():
        jobs.pause(job_id)
        run(job_id)
        assert job(ground, job_id).state == "paused"
        jobs.resume(job_id)
        known["try"] = lambda _params, _progress: {"no": 1 / 0}
        run(job_id)
        assert job(ground, job_id).state == "failed"
        jobs.resume(job_id)
    assert job(ground, job_id).state == "queued"


def test_long_work_that_gets_on_outlives_many_restarts(ground: Flask) -> None:
    job_id = enqueued(ground, "try")
    for step in range(2 * queue.ATTEMPTS):
        killed(ground, job_id, queue.SILENCE + timedelta(seconds=1))
        with writing(ground) as session:
            long_ago = clock.now() - queue.SILENCE - timedelta(seconds=1)
            queries.progress(session, job_id, step + 1, 100, "", long_ago)
        with ground.app_context():
            assert jobs.sweep() == 1


def test_a_worker_that_ends_gives_back_what_it_was_doing(
    ground: Flask, known: dict[str, Handler]
) -> None:
    states = []

    def work(_params: Mapping[str, Any], _progress: Progress) -> dict[str, object]:
        queue.put_back()
        states.append(job(ground, job_id).state)
        return {}

    known["try"] = work
    job_id = enqueued(ground, "try")
    with ground.app_context():
        run(job_id)
    assert states == ["queued"]
