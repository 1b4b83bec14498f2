"""手机导出文件: what a phone could not send, brought by hand; and whether backups are made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.backup.safety import last_backup_at, warnings
from server.carry import job as carrying
from server.carry.opening import MAGIC
from server.carry.report import WORDS
from server.config import current
from server.console.blueprint import blueprint
from server.console.page import page, part
from server.database import reading, transaction
from server.jobs import queries as jobs
from server.jobs import state_of, wake
from server.jobs.models import Job
from server.problems import CarryUnreadable, NotFound, Problem
from server.review.queries import form_titles
from server.security import csrf

#: A phone may hold some hundred photos that were never sent.
LARGEST = 2 * 1024 * 1024 * 1024
BUSY = ("queued", "running")


@blueprint.get("/carry/")
@needs("carry")
def carry() -> Response:
    """Where a file is chosen, with the imports of late."""
    return _start()


@blueprint.post("/carry/")
@needs("carry")
def upload_carry() -> AnyResponse:
    """Keep the uploaded file and import it in the background.

    The forgery token is checked here, once this page's larger limit holds.
    """
    request.max_content_length = LARGEST
    csrf.protect()
    file = request.files.get("file")
    if file is None or file.stream.read(len(MAGIC)) != MAGIC:
        return _start(CarryUnreadable("这不是一户的手机导出文件（.yihu），请重新选。"))
    file.stream.seek(0)
    return _import(carrying.keep_upload(file.stream))


csrf.exempt(upload_carry)


@blueprint.get("/carry/<job_id>")
@needs("carry")
def carry_import(job_id: str) -> Response:
    """One import with its progress and what became of each record."""
    return page("carry_import.html", "carry", **_import_of(_job(job_id)))


@blueprint.get("/carry/<job_id>/progress")
@needs("carry")
def carry_progress(job_id: str) -> Response:
    """How far an import is, for htmx."""
    found = _job(job_id)
    return part("carry_progress.html", done=found.state not in BUSY, **_import_of(found))


@blueprint.route("/carry/<job_id>/accept", methods=["GET", "POST"])
@needs("carry")
def accept_carry(job_id: str) -> AnyResponse:
    """Take in what a doubtful phone wrote: every record of it waits until somebody vouches."""
    found = _job(job_id)
    if request.method != "POST" or not found.result.get("asks"):
        return redirect(url_for("console.carry_import", job_id=job_id))
    return _import(str(found.params["file"]), accept=True)


def _import(name: str, *, accept: bool = False) -> AnyResponse:
    actor = current_actor()
    with transaction() as session:
        job_id = carrying.start(session, name, person_id=actor.person_id, accept=accept)
        if accept:
            accounts.audit(session, clock.now(), actor.person_id, "carry.accepted", job_id)
    wake(job_id)
    return redirect(url_for("console.carry_import", job_id=job_id))


def _job(job_id: str) -> Job:
    found = state_of(job_id)
    if found is None or found.kind != carrying.KIND or not _may_see(found, current_actor()):
        raise NotFound("没有这次导入，或者不是您导入的。")
    return found


def _may_see(found: Job, actor: Actor) -> bool:
    return found.created_by == actor.person_id or actor.may("accounts")


def _import_of(found: Job) -> dict[str, Any]:
    with reading() as session:
        names = form_titles(session)
    return {
        "job": found,
        "busy": found.state in BUSY,
        "report": found.result,
        "words": WORDS,
        "titles": names,
        "moment_of": _moment,
    }


def _moment(text: str) -> datetime | None:
    """A moment as a carry file spells it."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _start(problem: Problem | None = None) -> Response:
    actor = current_actor()
    with reading() as session:
        recent = [one for one in jobs.recent(session, carrying.KIND) if _may_see(one, actor)]
        names = accounts.names(session, {one.created_by or "" for one in recent})
    return page(
        "carry.html",
        "carry",
        status=int(problem.status) if problem else 200,
        imports=recent,
        names=names,
        warnings=warnings(current()),
        backed_up_at=last_backup_at(current()),
        problem=problem.detail if problem else None,
    )
