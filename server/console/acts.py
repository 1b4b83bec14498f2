"""What the office decided, to look at, to withdraw and to restore."""

from __future__ import annotations

from typing import get_args

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.page import page, village_names
from server.database import reading, transaction
from server.problems import DecisionRefused, Problem, StateMovedOn
from server.review import acts

#: The list in which a decision was taken -> its way back.
BACK = {"health": "回健康八个一", "duplicates": "回疑似重复"}
DONE = {"withdraw": "已撤回。", "restore": "已恢复，照原来的决定算数。"}


@blueprint.get("/decisions/<instance_id>")
@needs("review")
def act(instance_id: str) -> Response:
    """One decision with its reason, what it said, and the way back."""
    return _screen(instance_id)


@blueprint.post("/decisions/<instance_id>")
@needs("review")
def turn_act(instance_id: str) -> Response:
    """Withdraw a decision, or restore it."""
    word = request.form.get("decision", "")
    if word not in get_args(acts.Word):
        return _screen(instance_id, DecisionRefused("请用下面的按钮决定。"))
    try:
        with transaction() as session:
            acts.turn(
                session,
                current_actor(),
                instance_id,
                word,  # type: ignore[arg-type]
                request.form.get("seen", ""),
                request.form.get("reason", ""),
                clock.now(),
            )
    except (DecisionRefused, StateMovedOn) as problem:
        return _screen(instance_id, problem)
    flash(DONE[word], "ok")
    return redirect(url_for("console.act", instance_id=instance_id))


def _screen(instance_id: str, problem: Problem | None = None) -> Response:
    actor = current_actor()
    with reading() as session:
        found = acts.act(session, actor, instance_id)
    paired = found.form_id in ("office-join", "office-distinct", "office-visits")
    came = "duplicates" if paired else request.args.get("after", "")
    return page(
        "act.html",
        came if came in BACK else "",
        back=BACK.get(came),
        status=int(problem.status) if problem else 200,
        act=found,
        village_names=village_names(actor),
        problem=problem.detail if problem else None,
        reason=request.form.get("reason", ""),
    )
