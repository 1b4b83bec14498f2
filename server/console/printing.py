"""打印建档: choose what to print, watch it being made, fetch the PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flask import Response, flash, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.config import current
from server.console import queries
from server.console.blueprint import blueprint
from server.console.page import page, part, village_names
from server.database import reading, transaction
from server.household_file.job import SELECTED_FILES, VILLAGE_FILES
from server.jobs import enqueue, state_of, wake
from server.jobs.models import Job
from server.problems import NotFound

KINDS = (VILLAGE_FILES, SELECTED_FILES)
PURPOSES = ("年度户档归档", "日常查阅", "迎接检查", "交给农户")
#: So many single households at most; more is a village.
MOST = 200


@blueprint.get("/print/")
@needs("print")
def printing() -> Response:
    """What can be printed, and what was printed lately."""
    return _screen(None)


@blueprint.post("/print/")
@needs("print")
def start_printing() -> AnyResponse:
    """Queue a village or the chosen households; the purpose goes into the audit trail."""
    actor = current_actor()
    village = request.form.get("village", "")
    chosen = request.form.getlist("household")[:MOST]
    purpose = request.form.get("purpose", "").strip()[:200] or PURPOSES[1]
    with transaction() as session:
        if village:
            if village not in actor.villages:
                raise NotFound("这个村不归您管。")
            subject, count = village, queries.households_by_village(session, {village})
            if not count:
                flash("这个村还没有农户，没有可以打印的。", "warn")
                return redirect(url_for("console.printing"))
            title = f"{actor.area_name(village)} 全村"
            job_id = _queue(session, VILLAGE_FILES, {"village": village}, title, actor)
        else:
            rows = [queries.household(session, one, actor.villages) for one in chosen]
            found = [row for row in rows if row is not None]
            if not found:
                flash("请先选一个村，或在农户列表里选几户。", "warn")
                return redirect(url_for("console.printing"))
            names = "、".join(row.head_name or "户主没登记" for row in found[:3])
            title = f"{names} 户" if len(found) <= 3 else f"{names} 等 {len(found)} 户"
            subject = found[0].household_id
            households = [row.household_id for row in found]
            job_id = _queue(session, SELECTED_FILES, {"households": households}, title, actor)
        accounts.audit(
            session,
            clock.now(),
            actor.person_id,
            "household_file.printed",
            subject,
            reason=purpose,
            detail={"job": job_id, "households": len(chosen)},
        )
    wake(job_id)
    return redirect(url_for("console.print_job", job_id=job_id))


@blueprint.get("/print/<job_id>")
@needs("print")
def print_job(job_id: str) -> Response:
    """One print job with its progress."""
    return _screen(_job(job_id))


@blueprint.get("/print/<job_id>/progress")
@needs("print")
def print_progress(job_id: str) -> Response:
    """How far a job is, for htmx."""
    job = _job(job_id)
    return part("print_progress.html", job=job, done=job.state in ("done", "failed"))


@blueprint.get("/print/<job_id>/file")
@needs("print")
def print_file(job_id: str) -> Response:
    """The PDF of a finished job."""
    job = _job(job_id)
    path = _path(job)
    if path is None:
        raise NotFound("这个文件已经清理了，请重新打印；没有变化的户很快。")
    return send_file(
        path,
        mimetype="application/pdf",
        as_attachment=request.args.get("open") != "1",
        download_name=f"{job.title.replace('/', ' ')} 一户一档 {job.created_at:%Y%m%d}.pdf",
        max_age=0,
    )


def _queue(session: object, kind: str, params: dict[str, object], title: str, actor: Actor) -> str:
    return enqueue(session, kind, params, title=title[:120], created_by=actor.person_id)  # type: ignore[arg-type]


def _job(job_id: str) -> Job:
    """A print job about the actor's villages. Raises NotFound."""
    job = state_of(job_id)
    actor = current_actor()
    if job is None or job.kind not in KINDS or not _mine(job, actor):
        raise NotFound("没有这个打印任务，或者不是您管的村。")
    return job


def _mine(job: Job, actor: Actor) -> bool:
    if job.kind == VILLAGE_FILES:
        return job.params.get("village") in actor.villages
    return job.created_by == actor.person_id


def _path(job: Job) -> Path | None:
    name = job.result.get("path") if job.state == "done" else None
    path = current().printed / str(name) if name else None
    return path if path is not None and path.is_file() else None


def _screen(job: Job | None) -> Response:
    actor = current_actor()
    with reading() as session:
        jobs: Sequence[Job] = queries.jobs_of_kinds(session, KINDS)
        numbers = queries.households_by_village(session, actor.villages)
    return page(
        "printing.html",
        "print",
        job=job,
        jobs=[one for one in jobs if _mine(one, actor)][:20],
        numbers_of=numbers,
        villages=sorted(village_names(actor).items()),
        purposes=PURPOSES,
        now=clock.now(),
    )
