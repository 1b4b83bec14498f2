"""整批撤回: what taking back an import would do, doing it as a job, and restoring it."""

from __future__ import annotations

from typing import get_args

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts import queries as accounts
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.page import page, part
from server.console.rosters import import_of
from server.database import reading, transaction
from server.jobs import state_of, wake
from server.jobs.models import Job
from server.problems import DecisionRefused, Problem
from server.roster import withdraw

#: So many names of a kind are listed; the numbers are always whole.
SHOWN = 100


@blueprint.get("/roster/imports/<import_id>/withdraw")
@needs("roster")
def roster_withdrawal(import_id: str) -> Response:
    """What withdrawing this import would do, and how far a withdrawal is."""
    return _screen(import_id)


@blueprint.post("/roster/imports/<import_id>/withdraw")
@needs("roster")
def withdraw_roster(import_id: str) -> AnyResponse:
    """Queue the withdrawal, or the restoring, with a reason."""
    row = import_of(import_id)
    actor = current_actor()
    word, reason = request.form.get("decision", ""), request.form.get("reason", "").strip()
    if word not in get_args(withdraw.Word):
        return _screen(import_id, DecisionRefused("请用下面的按钮决定。"))
    if not reason:
        return _screen(import_id, DecisionRefused("请写一句原因，以后查得到。"))
    with transaction() as session:
        job_id = withdraw.start(session, row, word, reason, actor.person_id)  # type: ignore[arg-type]
        accounts.audit(
            session,
            clock.now(),
            actor.person_id,
            f"roster.{word}",
            row.id,
            reason=reason,
            detail={"filename": row.filename, "job": job_id},
        )
    wake(job_id)
    return redirect(url_for("console.roster_withdrawal", import_id=row.id, job=job_id))


@blueprint.get("/roster/imports/<import_id>/withdraw/progress")
@needs("roster")
def withdrawal_progress(import_id: str) -> Response:
    """How far a withdrawal is, for htmx."""
    row = import_of(import_id)
    job = _job(import_id)
    done = job is None or job.state in ("done", "failed")
    return part("withdrawal_progress.html", done=done, row=row, job=job)


def _job(import_id: str) -> Job | None:
    job = state_of(request.args.get("job", ""))
    mine = job is not None and job.kind == withdraw.JOB
    return job if job and mine and job.params.get("import_id") == import_id else None


def _screen(import_id: str, problem: Problem | None = None) -> Response:
    row = import_of(import_id)
    job = _job(import_id)
    with reading() as session:
        found = withdraw.effect(session, row)
    return page(
        "roster_withdrawal.html",
        "roster",
        status=int(problem.status) if problem else 200,
        row=row,
        job=job,
        busy=job is not None and job.state in ("queued", "running"),
        found=found,
        shown=SHOWN,
        problem=problem.detail if problem else None,
        reason=request.form.get("reason", ""),
    )
