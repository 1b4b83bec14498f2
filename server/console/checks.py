"""要核对: what could not be merged by itself, came twice, or may be the same person twice."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.page import page, village_names
from server.database import reading, transaction
from server.problems import DecisionRefused, Problem
from server.review import checks as checking
from server.review import queries

ADVICE = {
    "quarantine": "记录已收下，不会丢，只是还没写进户档。核对后可由您担保并入，或写明原因留着。",
    "mismatch": "同一个编号传来两种内容，多半是手机恢复过备份。先到的在用，后到的留着，请问本人。",
    "fork": "同一条记录有两份改过的。请打开不对的那一份作废，或和记录人核对后说明。",
    "duplicate": "请打开这户核对证号：录错的请记录人改正，证号不同后这一条自己消失。",
    "duplicate_visit": "同一天两人各记了一次走访，只算一次，两人都印上名字。确实重复的请作废一条。",
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
    """Merge the record after all, or leave it as it is with a reason."""
    actor = current_actor()
    try:
        with transaction() as session:
            if request.form.get("decision") == "admit" and kind == "quarantine":
                flash(checking.admit(session, actor, subject, clock.now()), "ok")
                return redirect(url_for("console.checks"))
            reason = request.form.get("reason", "")
            checking.close(session, actor, kind, subject, reason, clock.now())
            flash("已记下，这一条不再列出；记录本身留着。", "ok")
    except DecisionRefused as problem:
        return _screen((kind, subject), problem)
    return redirect(url_for("console.checks"))


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
        "checks",
        status=int(problem.status) if problem else 200,
        rows=rows,
        found=found,
        current=current,
        advice=ADVICE,
        closes=checking.CLOSED_BY_LOOKING,
        titles=titles,
        village_names=village_names(actor),
        problem=problem.detail if problem else None,
        reason=request.form.get("reason", ""),
    )
