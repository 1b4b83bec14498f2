"""要核对: what could not be merged by itself, or came in two contents; each with its way out."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from server import clock
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.page import page, village_names
from server.database import reading, transaction
from server.problems import DecisionRefused, Problem, RightMissing, StateMovedOn
from server.review import checks as checking
from server.review import queries

ADVICE = {
    "quarantine": "记录已收下，不会丢，只是还没写进户档。核对后可由您担保并入，或写明原因留着。",
    "mismatch": "同一个编号传来两种内容，多半是手机恢复过备份。先到的在用，后到的留着，请问本人。",
    "fork": "同一条记录有两份改过的，请和记录人核对，选一份为准；另一份作废，记录留着。",
    "absent": "连着几次没见到人。请村里问清去向；见到人、记了走访，这一条自己消失。",
    "welfare_stop": "家里有人去世。请和民政、人社核对低保、养老金等停了没有，办好后写一句。",
    "register_odd": "户档里有两处说法对不上。改对了，这一条自己消失；本来就是这样，写一句为什么。",
    "dropout": "孩子该上学没在上学，请劝返。改了在校状况，这一条自己消失；依法可以不上的，写明。",
    "unclaimed": "按县里的规则，可能该享受而没有享受。只是提醒：请核实，再写结果。",
}


@blueprint.get("/checks/")
@needs("review")
def checks() -> Response:
    """What is to be checked, the newest open."""
    return _screen(None)


@blueprint.get("/checks/<kind>/<subject>")
@needs("review")
def one_check(kind: str, subject: str) -> Response:
    """One record to check."""
    return _screen((kind, subject))


@blueprint.post("/checks/<kind>/<subject>")
@needs("review")
def finish_check(kind: str, subject: str) -> Response:
    """Take it in after all, choose one of several, or leave it as it is with a reason."""
    try:
        with transaction() as session:
            said = _finish(session, kind, subject)
    except (DecisionRefused, RightMissing, StateMovedOn) as problem:
        return _screen((kind, subject), problem)
    flash(said, "ok")
    return redirect(url_for("console.one_check", kind=kind, subject=subject))


def _finish(session: Session, kind: str, subject: str) -> str:
    actor, form, now = current_actor(), request.form, clock.now()
    decision, reason = form.get("decision", ""), form.get("reason", "")
    if decision == "admit" and kind == "quarantine":
        return checking.admit(session, actor, subject, now)
    if decision == "second" and kind == "mismatch":
        return checking.take(session, actor, subject, now)
    if decision == "choose" and kind == "fork":
        seen = {
            name.removeprefix("seen:"): value
            for name, value in form.items()
            if name.startswith("seen:")
        }
        return checking.choose(session, actor, subject, form.get("kept", ""), seen, reason, now)
    checking.close(session, actor, kind, subject, reason, now)
    return "已记下，这一条不再列出；记录本身留着。"


def _screen(wanted: tuple[str, str] | None, problem: Problem | None = None) -> Response:
    actor = current_actor()
    with reading() as session:
        rows = checking.open_checks(session, actor)
        first = (rows[0].kind, rows[0].subject) if rows else None
        current = wanted or first
        found = checking.check(session, actor, *current) if current else None
        titles = queries.form_titles(session)
    return page(
        "checks.html",
        "unclaimed" if current and current[0] == "unclaimed" else "checks",
        status=int(problem.status) if problem else 200,
        rows=rows,
        found=found,
        current=current,
        advice=ADVICE,
        titles=titles,
        village_names=village_names(actor),
        problem=problem.detail if problem else None,
        reason=request.form.get("reason", ""),
    )
