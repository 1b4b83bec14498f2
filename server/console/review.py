"""审核: the queue of records, deciding about one, several at once, and taking it back."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, get_args

from flask import flash, redirect, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from server import clock
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.page import page, village_names
from server.console.record import look
from server.console.say import day
from server.database import reading, transaction
from server.policy.values import in_force
from server.problems import DecisionRefused, Problem, RightMissing, StateMovedOn
from server.review import decide as decisions
from server.review import queries
from server.review.queries import Counts, QueueRow, Wanted
from server.review.queue import due_on, position, seen_of

PAGE = 50
#: So many at most are approved by one tap, so that somebody still looked at the list.
TOGETHER = 100
TABS = (
    ("all", "全部"),
    ("urgent", "紧急"),
    ("hinted", "有提示"),
    ("plain", "无提示"),
    ("done", "已审"),
)
DONE = {
    "approve": "已通过",
    "approve_with_note": "已通过，备注发给记录人",
    "return": "已退回修改，备注会出现在记录人手机上",
    "reject": "已作废，记录留着",
}
PHRASES = ("请补拍照片", "请写明金额依据", "请核对日期", "请写明是哪间屋", "请写清是谁")


@blueprint.get("/review/")
@needs("review")
def review() -> Response:
    """The queue with its first record open."""
    return _queue(None)


@blueprint.get("/review/<instance_id>")
@needs("review")
def review_record(instance_id: str) -> Response:
    """The queue with one record open; the address stays good after the decision."""
    return _queue(instance_id)


@blueprint.post("/review/<instance_id>")
@needs("review")
def decide(instance_id: str) -> Response:
    """Decide about a record and open the next one."""
    actor = current_actor()
    remarks = _remarks()
    decision = request.form.get("decision", "")
    with reading() as database:
        after = _next_id(database, actor, instance_id)
    if decision not in get_args(decisions.Word):
        refused = DecisionRefused("请用下面的按钮处理这条记录。")
        return _queue(instance_id, problem=refused, draft=remarks)
    try:
        with transaction() as database:
            decisions.decide(
                database,
                actor,
                instance_id,
                decision,  # type: ignore[arg-type]
                [] if decision == "approve" else remarks,
                request.form.get("seen", ""),
                clock.now(),
            )
    except (DecisionRefused, RightMissing, StateMovedOn) as problem:
        return _queue(instance_id, problem=problem, draft=remarks)
    session["decided"] = instance_id
    flash(f"{_head_name(instance_id)}：{DONE[decision]}。", "ok")
    if after is None:
        return redirect(url_for("console.review", **_kept()))
    return redirect(url_for("console.review_record", instance_id=after, **_kept()))


@blueprint.route("/review/<instance_id>/undo", methods=["GET", "POST"])
@needs("review")
def undo(instance_id: str) -> Response:
    """Take back the last decision, a colleague's with a reason, and show the record again."""
    if request.method == "POST":
        reason = request.form.get("reason", "")
        try:
            with transaction() as database:
                decisions.undo(database, current_actor(), instance_id, clock.now(), reason)
        except (DecisionRefused, RightMissing, StateMovedOn) as problem:
            return _queue(instance_id, problem=problem)
        session.pop("decided", None)
        flash(f"{_head_name(instance_id)}：已撤销，恢复成待审核。", "")
    return redirect(url_for("console.review_record", instance_id=instance_id, **_kept()))


@blueprint.route("/review/plain", methods=["GET", "POST"])
@needs("review")
def approve_plain() -> Response:
    """Approve the records that were listed without a hint, each as it was seen."""
    if request.method != "POST":
        return redirect(url_for("console.review", **_kept()))
    done, held = 0, 0
    for line in request.form.getlist("seen")[:TOGETHER]:
        instance_id, _, seen = line.partition(" ")
        try:
            with transaction() as database:
                decisions.decide(
                    database, current_actor(), instance_id, "approve", [], seen, clock.now()
                )
            done += 1
        except Problem:
            held += 1
    text = f"已通过 {done} 条。"
    if held:
        text += f"另有 {held} 条没有通过：有新内容到，或者是自己记的，请逐条看。"
    flash(text, "warn" if held else "ok")
    return redirect(url_for("console.review", **_kept()))


def _queue(
    instance_id: str | None,
    *,
    problem: Problem | None = None,
    draft: list[tuple[str | None, str]] | None = None,
) -> Response:
    actor = current_actor()
    wanted = _wanted(actor)
    with reading() as database:
        ids = queries.queue_ids(database, wanted)
        number, pages = _page_of(ids, instance_id)
        current = instance_id or next(iter(ids[(number - 1) * PAGE :]), None)
        rows = queries.queue_rows(database, ids[(number - 1) * PAGE : number * PAGE])
        plain = _plain(database, wanted)
        record, context = (
            look(database, actor, current) if current else (None, {"kept": {}, "position": None})
        )
        counts = queries.counts(database, actor.villages)
        policy = in_force(database, clock.today())
        context |= {
            "titles": queries.form_titles(database),
            "recorders": queries.recorders_waiting(database, actor.villages),
            "forms_waiting": queries.forms_waiting(database, actor.villages),
            "decided_today": queries.decided_since(database, actor.villages, _midnight()),
        }
    dues = {row.instance_id: due_on(row.received_at, row.urgent, policy) for row in rows}
    decided = session.get("decided")
    context |= {
        "position": position(ids, current or ""),
        "deciding": True,
        "can_undo": record is not None
        and record.review.decided_by == actor.person_id
        and not record.review.superseded_by,
        "problem": problem.detail if problem else None,
        "draft": draft,
        "kept": _kept(),
        "forms": [(f, context["titles"].get(f, f)) for f in context.pop("forms_waiting")],
        "villages": sorted(village_names(actor).items()),
        "village_names": village_names(actor),
        "dues": {k: _left(day_due, wanted.tab) for k, day_due in dues.items()},
        "overdue": sum(day_due < clock.today() for day_due in dues.values())
        if wanted.tab != "done"
        else 0,
    }
    return page(
        "review.html",
        "review",
        status=int(problem.status) if problem else 200,
        record=record,
        rows=rows,
        current=current,
        page=number,
        pages=pages,
        page_url=lambda n: url_for("console.review", **_kept() | {"page": n}),
        plain=plain,
        seen={row.instance_id: seen_of(row) for row in plain},
        tab=wanted.tab,
        tabs=_tabs(counts),
        counts=counts,
        filtered=bool({"village", "form", "by"} & _kept().keys()),
        phrases=PHRASES,
        undo_id=decided if decided != current else None,
        **context,
    )


def _wanted(actor: Actor) -> Wanted:
    village = request.args.get("village", "")
    tab = request.args.get("tab", "all")
    return Wanted(
        villages=frozenset({village} & actor.villages) if village else actor.villages,
        tab=tab if tab in queries.TABS else "all",
        form_id=request.args.get("form", ""),
        person_id=request.args.get("by", ""),
        order=request.args.get("order", "urgent"),
    )


def _kept() -> dict[str, Any]:
    """The conditions of the list, which every address of the screen carries."""
    names = ("tab", "village", "form", "by", "order")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _remarks() -> list[tuple[str | None, str]]:
    pairs = zip(request.form.getlist("question"), request.form.getlist("text"), strict=False)
    return [(question or None, text.strip()[:500]) for question, text in pairs if text.strip()]


def _page_of(ids: list[str], current: str | None) -> tuple[int, int]:
    pages = max(1, -(-len(ids) // PAGE))
    asked = request.args.get("page", "")
    if asked.isdecimal():
        return min(max(1, int(asked)), pages), pages
    return (ids.index(current) // PAGE + 1 if current in ids else 1), pages


def _plain(database: Session, wanted: Wanted) -> list[QueueRow]:
    """The records of the list, under its conditions, about which nothing is to be said."""
    if wanted.tab not in ("all", "plain"):
        return []
    conditions = Wanted(wanted.villages, "plain", wanted.form_id, wanted.person_id, wanted.order)
    rows = queries.queue_rows(database, queries.queue_ids(database, conditions, TOGETHER))
    return [row for row in rows if row.plain]


def _next_id(database: Session, actor: Actor, instance_id: str) -> str | None:
    found = position(queries.queue_ids(database, _wanted(actor)), instance_id)
    return (found.after or found.before) if found else None


def _head_name(instance_id: str) -> str:
    with reading() as database:
        rows = queries.queue_rows(database, [instance_id])
    return f"{rows[0].head_name} 户" if rows and rows[0].head_name else "这条记录"


def _tabs(counts: Counts) -> list[tuple[str, str, int | None]]:
    numbers = {
        "all": counts.all,
        "urgent": counts.urgent,
        "hinted": counts.hinted,
        "plain": counts.plain,
    }
    return [(name, text, numbers.get(name)) for name, text in TABS]


def _left(until: date, tab: str) -> str:
    if tab == "done":
        return ""
    days = (until - clock.today()).days
    if days < 0:
        return f"超 {-days} 天"
    return "今天到期" if days == 0 else f"剩 {days} 天" if days < 15 else day(until)


def _midnight() -> datetime:
    return datetime.combine(clock.today(), time(), clock.CHINA)
