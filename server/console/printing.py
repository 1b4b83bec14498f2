"""打印建档: choose what to print and how it is bound, watch it being made, fetch it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from flask import Response, flash, redirect, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from server import clock, jobs
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.config import current
from server.console import queries
from server.console.blueprint import blueprint
from server.console.page import page, part, village_names
from server.console.paper_choices import (
    KEEPERS,
    OF_HOUSEHOLD,
    PAPERS,
    PURPOSES,
    with_choices,
    years,
)
from server.database import reading, transaction
from server.forms.queries import dictionary_in_force
from server.household_file.issuing.job import SELECTED_FILES, VILLAGE_FILES
from server.household_file.kept import slip_path
from server.household_file.order import FILE, GIVEN, SHEETS, Order, order_of
from server.household_file.printed import queries as files
from server.household_file.sheets.kinds import KINDS as SHEET_KINDS
from server.jobs.models import Job
from server.problems import NotFound

KINDS = (VILLAGE_FILES, SELECTED_FILES)
#: So many single households at most; more is a village.
MOST = 200
#: So many households of a job are shown at once.
SHOWN = 100
ACTS = {"pause": jobs.pause, "resume": jobs.resume, "cancel": jobs.cancel}
#: The tabs of a job's households, and the states that each shows.
TABS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "all": ("全部", ()),
    "done": ("已完成", ("rendered", "same", "bound")),
    "failed": ("没有成功", ("failed",)),
    "waiting": ("等待", ("waiting",)),
}
#: What is said where no household fits.
NONE = {
    FILE: "这里还没有农户，或者没有这个类型的户，没有可以打印的。",
    "contact_card": "这里没有登记留守人员，没有联系卡可以印。",
}
SETTLED = ("rendered", "same", "bound", "failed")
ENDED = ("done", "failed", "cancelled", "paused")


@blueprint.get("/print/")
@needs("print")
def printing() -> Response:
    """What can be printed, and what was printed lately."""
    return _screen(None)


@blueprint.post("/print/")
@needs("print")
def start_printing() -> AnyResponse:
    """Queue villages or chosen households; the purpose goes into the audit trail."""
    actor = current_actor()
    purpose = request.form.get("purpose", "").strip()[:200] or PURPOSES[1]
    place = request.form.get("village", "")
    with transaction() as session:
        order = _of_place(actor, place) if place else _of_households(session, actor)
        if order is None:
            flash("请先选一个村，或在农户列表里选几户。", "warn")
            return redirect(url_for("console.printing"))
        found = files.homes_of(session, order)
        if not found:
            flash(NONE.get(order.what, NONE[FILE]), "warn")
            return redirect(url_for("console.printing"))
        kind = VILLAGE_FILES if place else SELECTED_FILES
        params = order.params() | {"list": str(uuid.uuid4())}
        job_id = jobs.enqueue(
            session, kind, params, title=order.title[:120], created_by=actor.person_id
        )
        accounts.audit(
            session,
            clock.now(),
            actor.person_id,
            "household_file.printed",
            place or found[0].household_id,
            reason=purpose,
            detail={"job": job_id, "households": len(found), "what": order.what},
        )
    jobs.wake(job_id)
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
    return part("print_progress.html", done=job.state in ENDED, **_progress(job))


@blueprint.post("/print/<job_id>")
@needs("print")
def act_on_print(job_id: str) -> AnyResponse:
    """Pause a job, go on with it, try again what failed, or end it."""
    job = _job(job_id)
    act = request.form.get("act", "")
    there = _again(job) if act == "again" else job.id
    if act in ACTS:
        ACTS[act](job.id)
    return redirect(url_for("console.print_job", job_id=there))


@blueprint.get("/print/<job_id>/file")
@needs("print")
def print_file(job_id: str) -> Response:
    """What a finished job made."""
    job = _job(job_id)
    path = _path(job)
    if path is None:
        raise NotFound("这个文件已经清理了，请重新打印；没有变化的户很快。")
    title = f"{job.title} {_order(job).word}".replace("/", " ")
    return send_file(
        path,
        mimetype="application/pdf" if path.suffix == ".pdf" else "application/zip",
        as_attachment=request.args.get("open") != "1",
        download_name=f"{title} {job.created_at:%Y%m%d}{path.suffix}",
        max_age=0,
    )


@blueprint.get("/print/<job_id>/slip")
@needs("print")
def print_slip(job_id: str) -> Response:
    """付印单 of one file for the printer: which household stands on which pages."""
    job = _job(job_id)
    path = _path(job)
    if path is None or not slip_path(path).is_file():
        raise NotFound("这个文件没有付印单，或者已经清理了。")
    return send_file(
        slip_path(path),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"付印单 {job.title.replace('/', ' ')}.pdf",
        max_age=0,
    )


def _of_place(actor: Actor, place: str) -> Order:
    """The order for a village, or for all villages below a town or county."""
    villages = [code for code in sorted(actor.villages) if code.startswith(place)]
    if not villages:
        raise NotFound("这个村不归您管。")
    name = actor.area_name(place) or place
    title = f"{name} {'全村' if villages == [place] else f'{len(villages)} 个村'}"
    types = tuple(one for one in request.form.getlist("type") if one)
    return _bound(Order(_today(), title, villages=tuple(villages), types=types))


def _of_households(session: Session, actor: Actor) -> Order | None:
    chosen = request.form.getlist("household")[:MOST]
    rows = [queries.household(session, one, actor.villages) for one in chosen]
    found = [row for row in rows if row is not None]
    if not found:
        return None
    names = "、".join(row.head_name or "户主没登记" for row in found[:3])
    title = f"{names} 户" if len(found) <= 3 else f"{names} 等 {len(found)} 户"
    households = tuple(row.household_id for row in found)
    return _bound(Order(_today(), title, households=households))


def _bound(order: Order) -> Order:
    """The order with what the form says about paper and files."""
    form = request.form
    sheet, given, what = form.get("sheet", ""), form.get("given", ""), form.get("what", FILE)
    if what in OF_HOUSEHOLD:
        order = with_choices(replace(order, what=what), form, form.getlist("copies"))
        order = replace(order, backs=sheet != "single")
    return order_of(
        order.params()
        | {
            "changed": form.get("changed") == "1",
            "continued": form.get("continued") == "1",
            "sheet": sheet if sheet in SHEETS else SHEETS[0],
            "given": given if given in GIVEN else GIVEN[0],
            "per_batch": _number("per_batch", 0),
            "first": _number("first", 1),
            **_days(),
            "grey": form.get("grey") == "1",
            "tagged": form.get("tagged") == "1" and given == "zip" and what == FILE,
        }
    )


def _days() -> dict[str, str]:
    """From which day to which records are printed: both or none, the earlier one first."""
    said = [request.form.get(name, "") for name in ("since", "until")]
    try:
        first, last = sorted(date.fromisoformat(day) for day in said)
    except ValueError:
        return {"since": "", "until": ""}
    return {"since": first.isoformat(), "until": last.isoformat()}


def _number(name: str, default: int) -> int:
    text = request.form.get(name, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else default


def _today() -> str:
    return clock.today().isoformat()


def _again(job: Job) -> str:
    """Print the same list once more: what is done stays, what failed is tried again."""
    with transaction() as session:
        job_id = jobs.enqueue(
            session, job.kind, job.params, title=job.title, created_by=job.created_by
        )
    jobs.wake(job_id)
    return job_id


def _job(job_id: str) -> Job:
    """A print job about the actor's villages. Raises NotFound."""
    job = jobs.state_of(job_id)
    actor = current_actor()
    if job is None or job.kind not in KINDS or not _mine(job, actor):
        raise NotFound("没有这个打印任务，或者不是您管的村。")
    return job


def _mine(job: Job, actor: Actor) -> bool:
    if job.kind == VILLAGE_FILES:
        villages = job.params.get("villages")
        return isinstance(villages, list) and actor.villages.issuperset(villages)
    return job.created_by == actor.person_id


def _order(job: Job) -> Order:
    return order_of({"as_of": "", **job.params})


def _path(job: Job) -> Path | None:
    name = job.result.get("path") if job.state == "done" else None
    path = current().printed / str(name) if name else None
    return path if path is not None and path.is_file() else None


def _progress(job: Job) -> dict[str, Any]:
    """What is shown of a job: its numbers and a page of its households."""
    show = request.args.get("show", "all")
    show = show if show in TABS else "all"
    list_id = str(job.params.get("list", ""))
    with reading() as session:
        counts = files.list_states(session, list_id)
        lines = files.lines(session, list_id, TABS[show][1], SHOWN)
    numbers = {
        name: sum(counts.get(state, 0) for state in states or SETTLED)
        for name, (_, states) in TABS.items()
    }
    numbers["all"] += counts.get("waiting", 0)
    path = _path(job)
    return {
        "job": job,
        "order": _order(job),
        "counts": counts,
        "lines": lines,
        "numbers": numbers,
        "show": show,
        "tabs": [(name, word) for name, (word, _) in TABS.items()],
        "shown": SHOWN,
        "ready": path is not None,
        "slip": path is not None and slip_path(path).is_file(),
    }


def _screen(job: Job | None) -> Response:
    actor = current_actor()
    with reading() as session:
        found: Sequence[Job] = queries.jobs_of_kinds(session, KINDS)
        numbers = queries.households_by_village(session, actor.villages)
        present = queries.types_present(session, actor.villages)
        words = dict(dictionary_in_force(session).lists.get("household_type", ()))
    villages = sorted(village_names(actor).items())
    what = str(job.params.get("what", FILE)) if job else request.args.get("what", FILE)
    what = what if what in OF_HOUSEHOLD else FILE
    return page(
        "printing.html",
        "print",
        **(_progress(job) if job else {"job": None}),
        jobs=[(one, _order(one)) for one in found if _mine(one, actor)][:20],
        numbers_of=numbers,
        villages=villages,
        wholes=_wholes(actor),
        types=[(code, words.get(code, code)) for code in present if code],
        purposes=PURPOSES,
        now=clock.now(),
        what=what,
        whats=[(FILE, "一户一档"), *((one, SHEET_KINDS[one].word) for one in OF_HOUSEHOLD)],
        chosen_village=request.args.get("village", ""),
        keepers=KEEPERS,
        papers=PAPERS,
        years=years(),
    )


def _wholes(actor: Actor) -> list[tuple[str, str, int]]:
    """The towns and the county of a person of which he has several villages: code, name, number."""
    found = []
    for place in actor.places:
        below = [code for code in actor.villages if code.startswith(place.code)]
        if place.code not in actor.villages and len(below) > 1:
            found.append((place.code, place.name, len(below)))
    return sorted(found)
