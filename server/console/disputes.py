"""填的不一样: two values side by side, settled by choosing, with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from server import clock
from server.accounts.rights import current_actor, needs
from server.changes.queries import numbered_last
from server.console import queries as lists
from server.console.blueprint import blueprint
from server.console.page import page, village_names
from server.database import reading, transaction
from server.problems import DecisionRefused, NotFound, Problem, StateMovedOn
from server.review import acts, queries
from server.review import settle as settling
from server.review.disputes import Dispute, value_of
from server.review.disputes import disputes as open_disputes

REASONS = ("电话问了本人", "看了证件", "以后走访的为准", "村里已确认")


@blueprint.get("/disputes/")
@needs("review")
def disputes() -> Response:
    """The households with disputes, the first one open."""
    return _screen(None)


@blueprint.get("/disputes/<household_id>")
@needs("review")
def dispute(household_id: str) -> Response:
    """The disputes of one household."""
    return _screen(household_id)


@blueprint.post("/disputes/<household_id>")
@needs("review")
def settle(household_id: str) -> Response:
    """Settle the units for which a value was chosen."""
    actor = current_actor()
    try:
        with reading() as session:
            known = open_disputes(session, actor, household_id)
        chosen = _chosen(known)
        with transaction() as session, numbered_last(session):
            _settle(session, chosen)
    except (DecisionRefused, StateMovedOn) as problem:
        return _screen(household_id, problem)
    flash(f"已核定 {len(chosen)} 项，记录人的手机下次联网会收到。", "ok")
    with reading() as session:
        left = queries.disputed_households(session, actor.villages)
    if any(row.household_id == household_id for row in left):
        return redirect(url_for("console.dispute", household_id=household_id))
    return redirect(url_for("console.disputes"))


def _settle(session: Session, chosen: Sequence[tuple[Dispute, object]]) -> None:
    """One settlement for each household or person of which units were chosen."""
    reason = request.form.get("reason", "")
    for entity_id in dict.fromkeys(one.entity_id for one, _ in chosen):
        mine = [(one, value) for one, value in chosen if one.entity_id == entity_id]
        settling.settle(
            session,
            current_actor(),
            entity_id,
            {one.unit: value for one, value in mine},
            {one.unit: request.form.get(f"heads:{one.key}", "").split() for one, _ in mine},
            reason,
            clock.now(),
        )


def _chosen(known: Sequence[Dispute]) -> list[tuple[Dispute, object]]:
    """The units with a choice in the form, and their values. Raises DecisionRefused."""
    chosen: list[tuple[Dispute, object]] = []
    asked = {name.removeprefix("value:") for name in request.form if name.startswith("value:")}
    if asked - {one.key for one in known}:
        raise StateMovedOn("有一项已经核定过了，请看现在的情况。")
    for one in known:
        picked = request.form.get(f"value:{one.key}")
        if picked == "other":
            other = request.form.get(f"other:{one.key}", "").strip()
            if not other:
                raise DecisionRefused(f"“{one.label}”选了另填，请写上正确的值。")
            chosen.append((one, other))
        elif picked:
            chosen.append((one, _value(picked)))
    if not chosen:
        raise DecisionRefused("请先给要核定的项目选一边，或另填。")
    return chosen


def _value(text: str) -> object:
    try:
        return value_of(text)
    except ValueError:
        raise DecisionRefused("选的内容读不出来，请刷新页面再试。") from None


def _screen(household_id: str | None, problem: Problem | None = None) -> Response:
    actor = current_actor()
    with reading() as session:
        rows = queries.disputed_households(session, actor.villages)
        current = household_id or next((row.household_id for row in rows), None)
        home = lists.household(session, current, actor.villages) if current else None
        if household_id and home is None:
            raise NotFound("没有这户，或者不在您管的村里。")
        found = open_disputes(session, actor, current) if current else []
        titles = queries.form_titles(session)
        recent = queries.office_acts(session, actor.villages, ("office-settle",), 8)
        lines = acts.lines(session, actor, [one for one, _, _ in recent])
        whose = lists.head_names(session, {act.household_id for act, _, _ in recent})
    ids = [row.household_id for row in rows]
    index = ids.index(current) if current in ids else None
    return page(
        "disputes.html",
        "disputes",
        status=int(problem.status) if problem else 200,
        rows=rows,
        current=current,
        home=home,
        disputes=found,
        units=sum(row.units for row in rows),
        titles=titles,
        recent=recent,
        lines=lines,
        whose=whose,
        kinds=acts.KINDS,
        village_names=village_names(actor),
        reasons=REASONS,
        problem=problem.detail if problem else None,
        reason=request.form.get("reason", ""),
        picked={name: value for name, value in request.form.items() if ":" in name},
        index=index,
        before=ids[index - 1] if index else None,
        after=ids[index + 1] if index is not None and index + 1 < len(ids) else None,
    )
