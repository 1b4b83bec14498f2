"""疑似重复: two side by side, made one or told apart; a day's visits of two people likewise."""

from __future__ import annotations

from typing import get_args

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from server import clock
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.page import page, village_names
from server.console.queries import head_names
from server.database import reading, transaction
from server.followup.models import Task
from server.problems import DecisionRefused, NotFound, Problem, StateMovedOn
from server.review import acts, joining, queries, same_visit
from server.review.compare import Comparison, compare

KINDS = ("duplicate", "duplicate_visit")
ACTS = ("office-join", "office-distinct", "office-visits")
RECENT = 12
DONE = {
    "join": "已合并成一个；以后给任何一边记的都会跟过来。",
    "apart": "已记下：不是同一个；以后有新的相同之处才会再列出来。",
}
JUDGED = {"same": "已记下：是同一次走访，只算一次。", "apart": "已记下：是两次走访。"}
REASONS = ("电话问了本人", "看了证件", "村里已确认", "户口本上是同一户")
APART = ("同名同姓，不是一个人", "分了户，是两户", "看了证件，不是同一个")


@blueprint.get("/duplicates/")
@needs("review")
def duplicates() -> Response:
    """What was perhaps recorded twice, the newest open, and what was decided lately."""
    actor = current_actor()
    with reading() as session:
        tasks = _tasks(session, actor)
    if tasks:
        return redirect(address(tasks[0]))
    return _screen(None)


@blueprint.route("/duplicates/pick", methods=["GET", "POST"])
@needs("review")
def pick_pair() -> Response:
    """From two households ticked in the list to their comparison."""
    picked = request.form.getlist("household")
    if len(set(picked)) != 2:
        flash("对照要选两户。", "warn")
        return redirect(url_for("console.households"))
    first, second = sorted(picked)
    return redirect(url_for("console.pair", first=first, second=second))


@blueprint.get("/duplicates/<first>/<second>")
@needs("review")
def pair(first: str, second: str) -> Response:
    """Two households, or two people, side by side."""
    return _screen((first, second))


@blueprint.post("/duplicates/<first>/<second>")
@needs("review")
def decide_pair(first: str, second: str) -> Response:
    """Join the two, or tell them apart."""
    actor, form = current_actor(), request.form
    both = (first, second)
    reason, seen = form.get("reason", ""), form.get("seen", "")
    word = form.get("decision", "")
    if word not in DONE:
        return _screen(both, DecisionRefused("请用下面的按钮决定。"))
    try:
        with transaction() as session:
            if word == "join":
                picks, persons = _picks(), _persons()
                made = joining.join(session, actor, both, picks, persons, seen, reason, clock.now())
            else:
                made = joining.tell_apart(session, actor, both, seen, reason, clock.now())
    except (DecisionRefused, StateMovedOn) as problem:
        return _screen(both, problem)
    flash(DONE[word], "ok")
    return redirect(url_for("console.act", instance_id=made))


@blueprint.get("/duplicates/visits/<subject>")
@needs("review")
def visits_of_day(subject: str) -> Response:
    """The records that two people made of one household and day."""
    return _visits(subject)


@blueprint.post("/duplicates/visits/<subject>")
@needs("review")
def judge_visits(subject: str) -> Response:
    """Decide whether they are one visit."""
    form = request.form
    word = form.get("decision", "")
    if word not in JUDGED:
        return _visits(subject, DecisionRefused("请用下面的按钮决定。"))
    try:
        with transaction() as session:
            made = same_visit.judge(
                session,
                current_actor(),
                subject,
                word == "same",
                form.get("kept", ""),
                form.get("seen", ""),
                form.get("reason", ""),
                clock.now(),
            )
    except (DecisionRefused, StateMovedOn) as problem:
        return _visits(subject, problem)
    flash(JUDGED[word], "ok")
    return redirect(url_for("console.act", instance_id=made))


def address(task: Task) -> str:
    """Where a task about something recorded twice is dealt with."""
    if task.kind == "duplicate_visit":
        return url_for("console.visits_of_day", subject=task.subject)
    entities = task.detail.get("entities")
    first, second = entities if isinstance(entities, list) else ("", "")
    return url_for("console.pair", first=first, second=second)


def _tasks(session: Session, actor: Actor) -> list[Task]:
    return [task for task in queries.open_tasks(session, actor.villages) if task.kind in KINDS]


def _picks() -> dict[str, joining.Pick]:
    prefix = "unit:"
    return {
        name.removeprefix(prefix): value  # type: ignore[misc]
        for name, value in request.form.items()
        if name.startswith(prefix) and value in get_args(joining.Pick)
    }


def _persons() -> list[joining.Pair]:
    pairs = [tuple(sorted(text.split(" "))) for text in request.form.getlist("person")]
    return [(some[0], some[1]) for some in pairs if len(some) == 2]


def _screen(both: tuple[str, str] | None, problem: Problem | None = None) -> Response:
    actor = current_actor()
    found: Comparison | None = None
    with reading() as session:
        tasks = _tasks(session, actor)
        if both:
            try:
                found = compare(session, actor, *joining.two(session, actor, *both))
            except StateMovedOn as moved:
                problem = problem or moved
        recent = queries.office_acts(session, actor.villages, ACTS, RECENT)
        whose = head_names(session, {act.household_id for act, _, _ in recent})
        earlier = queries.acts_about(session, actor.villages, ACTS, both) if both else []
    return page(
        "duplicates.html",
        "duplicates",
        status=int(problem.status) if problem else 200,
        tasks=tasks,
        address=address,
        found=found,
        both=both,
        recent=recent,
        whose=whose,
        earlier=earlier,
        kinds=acts.KINDS,
        reasons=REASONS,
        apart=APART,
        village_names=village_names(actor),
        problem=problem.detail if problem else None,
        form=request.form,
    )


def _visits(subject: str, problem: Problem | None = None) -> Response:
    actor = current_actor()
    with reading() as session:
        tasks = _tasks(session, actor)
        found = same_visit.day_of(session, actor, subject)
        task = queries.task(session, "duplicate_visit", subject)
        recent = queries.office_acts(session, actor.villages, ACTS, RECENT)
        whose = head_names(session, {act.household_id for act, _, _ in recent})
        records = [one.record for one in found.records]
        earlier = queries.acts_about(session, actor.villages, ("office-visits",), records)
    if not found.records:
        raise NotFound("那一天的走访已经不在了。")
    return page(
        "same_visit.html",
        "duplicates",
        status=int(problem.status) if problem else 200,
        tasks=tasks,
        address=address,
        found=found,
        subject=subject,
        recent=recent,
        whose=whose,
        open=task is not None and task.state == "open",
        earlier=earlier,
        kinds=acts.KINDS,
        village_names=village_names(actor),
        problem=problem.detail if problem else None,
        form=request.form,
    )
