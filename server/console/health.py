"""健康八个一: how far everybody is, one item done for many at once, the health centre's list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console import upload
from server.console.blueprint import blueprint
from server.console.listing import page_number
from server.console.page import page, village_names
from server.console.say import word
from server.database import reading, transaction
from server.followup.eight import ITEMS
from server.problems import DecisionRefused, Problem, RightMissing, RosterUnreadable
from server.registers.visibility import sees_health
from server.review import eight
from server.review.eight import Done, Ill
from server.roster.health_list import Candidate, Matched, match, once, read_list
from server.roster.run import kept_file

PAGE = 100
TABS = (("people", "按人"), ("homes", "按户"))
SHOWN = (("open", "没做齐"), ("due", "该再做"), ("full", "做齐了"))
MOST_PEOPLE = 500
MOST_ROWS = 5000


@blueprint.get("/health/")
@needs("review")
def health() -> Response:
    """Everybody who needs the eight ones, narrowed; numbers by village beside them."""
    return _screen()


@blueprint.post("/health/")
@needs("review")
def record_health() -> AnyResponse:
    """Record one item, one day, one institution for all who were ticked."""
    actor = _actor()
    item = request.form.get("item", "")
    reason = request.form.get("reason", "").strip() or f"{word(item, 'hb')}，成批记"
    try:
        return _recorded(actor, _ticked(item), reason)
    except DecisionRefused as problem:
        return _screen(problem)


@blueprint.route("/health/lists", methods=["GET", "POST"])
@needs("review")
def upload_health_list() -> AnyResponse:
    """Keep an uploaded list and show what it would do."""
    if request.method != "POST":
        return redirect(url_for("console.health"))
    file = request.files.get("file")
    content = file.read() if file else b""
    if file is None or not content:
        return _screen(RosterUnreadable("请先选一个 .xlsx 表格文件。"))
    kept = upload.keep(content, file.filename or "卫生院名单.xlsx", _actor().person_id)
    given: dict[str, Any] = {n: request.form[n] for n in ("item", "on") if request.form.get(n)}
    return redirect(url_for("console.health_list", sha256=kept.sha256, **given))


@blueprint.get("/health/lists/<sha256>")
@needs("review")
def health_list(sha256: str) -> Response:
    """What taking in a list would do, row by row."""
    actor = _actor()
    kept = upload.uploaded(sha256, actor.person_id)
    try:
        rows, people = _matched(actor, sha256)
    except RosterUnreadable as problem:
        return _screen(problem)
    new, known = _new(rows, people)
    told = {(one.person_id, one.item, one.on): "要记" for one in new}
    told |= {(one.person_id, one.item, one.on): "已经记过" for one in known}
    return page(
        "health_list.html",
        "health",
        upload=kept,
        rows=sorted(rows, key=lambda one: not one.fault),
        told=told,
        new=len(new),
        known=len(known),
        refused=sum(bool(one.fault) for one in rows),
        titles=_titles(),
        people=people,
        village_names=village_names(actor),
        given={name: request.args[name] for name in ("item", "on") if request.args.get(name)},
    )


@blueprint.post("/health/lists/<sha256>")
@needs("review")
def take_health_list(sha256: str) -> AnyResponse:
    """Record what a list says of those whom it names without doubt."""
    actor = _actor()
    kept = upload.uploaded(sha256, actor.person_id)
    rows, people = _matched(actor, sha256)
    new, _ = _new(rows, people)
    try:
        return _recorded(actor, new, f"卫生院名单：{kept.filename}")
    except DecisionRefused as problem:
        return _screen(problem)


def _ticked(item: str) -> list[Done]:
    """What the form says of everybody who was ticked."""
    on = _day(request.form.get("on", ""))
    people = list(dict.fromkeys(request.form.getlist("person")))[:MOST_PEOPLE]
    if on is None:
        raise DecisionRefused("请选是哪天做的。")
    if not people:
        raise DecisionRefused("请先勾选做了的人。")
    org = request.form.get("org", "").strip()
    return [Done(person, item, on, org) for person in people]


def _recorded(actor: Actor, done: Sequence[Done], reason: str) -> AnyResponse:
    with transaction() as session:
        act, count = eight.record(session, actor, done, reason, clock.now())
    flash(f"已记 {count} 人。记错了，在下面撤回就回到原来。", "ok")
    return redirect(url_for("console.act", instance_id=act, after="health"))


def _screen(problem: Problem | None = None) -> Response:
    actor = _actor()
    today = clock.today()
    with reading() as session:
        every = eight.everybody(session, actor)
    kept = {n: request.args[n] for n in ("tab", "village", "show", "item") if request.args.get(n)}
    tab = kept["tab"] if kept.get("tab") in dict(TABS) else "people"
    found = [one for one in every if _wanted(one, kept, today)]
    rows: Sequence[Any] = found if tab == "people" else _homes(found, today)
    number = page_number()
    printing = request.args.get("print") == "1"
    size = len(rows) or 1 if printing else PAGE
    return page(
        "health.html",
        "health",
        status=int(problem.status) if problem else 200,
        problem=problem.detail if problem else None,
        said=request.form,
        rows=rows[(number - 1) * size : number * size],
        total=len(rows),
        sums=eight.sums(found, today),
        by_village=_by_village(every, today),
        tab=tab,
        tabs=TABS,
        shown=SHOWN,
        items=list(_titles().items()),
        titles=_titles(),
        orgs=_orgs(every),
        kept=kept,
        page=number,
        pages=max(1, -(-len(rows) // size)),
        page_url=lambda n: url_for("console.health", **{**kept, "page": n}),
        villages=sorted(village_names(actor).items()),
        village_names=village_names(actor),
        printing=printing,
    )


def _actor() -> Actor:
    """Who is there, if he may see illness."""
    actor = current_actor()
    if not sees_health(actor.view):
        raise RightMissing
    return actor


def _wanted(one: Ill, kept: dict[str, str], today: date) -> bool:
    show, item = kept.get("show", ""), kept.get("item", "")
    shown = {
        "": True,
        "open": not one.complete,
        "full": one.complete,
        "due": one.is_due(today),
    }.get(show, True)
    lacking = one.lacks(item, today) if item in ITEMS else True
    return shown and lacking and kept.get("village", "") in ("", one.area)


def _homes(people: Sequence[Ill], today: date) -> list[dict[str, Any]]:
    """The households of some people, each with its sums; people: by household."""
    return [
        {
            "id": household_id,
            "head": some[0].head,
            "area": some[0].area,
            "people": some,
            "sums": eight.sums(some, today),
        }
        for household_id, group in groupby(people, key=lambda one: one.household_id)
        for some in [list(group)]
    ]


def _by_village(people: Sequence[Ill], today: date) -> dict[str, eight.Sums]:
    areas = {one.area for one in people}
    return {area: eight.sums([p for p in people if p.area == area], today) for area in areas}


def _titles() -> dict[str, str]:
    return {code: word(code, "hb") for code in ITEMS}


def _orgs(people: Sequence[Ill]) -> list[str]:
    """Institutions that are written somewhere, to pick from."""
    return sorted({item.org for one in people for item in one.items if item.org})


def _matched(actor: Actor, sha256: str) -> tuple[list[Matched], dict[str, Ill]]:
    kept = upload.uploaded(sha256, actor.person_id)
    content = kept_file(kept.sha256).read_bytes()
    item = request.values.get("item", "")
    rows = read_list(content, item if item in ITEMS else "", _day(request.values.get("on", "")))
    if len(rows) > MOST_ROWS:
        raise RosterUnreadable(f"这张表超过 {MOST_ROWS} 行，请分开导入。")
    with reading() as session:
        people = {one.id: one for one in eight.everybody(session, actor)}
    candidates = [Candidate(one.id, one.name, one.id_number) for one in people.values()]
    today = clock.today()
    return once([_not_ahead(one, today) for one in match(rows, candidates)]), people


def _not_ahead(one: Matched, today: date) -> Matched:
    if one.fault or (one.row.on and one.row.on <= today):
        return one
    return Matched(one.row, fault="日期在今天以后，请核对")


def _new(rows: Sequence[Matched], people: dict[str, Ill]) -> tuple[list[Done], list[Done]]:
    """What the rows say that is new, and what is on file already."""
    new: list[Done] = []
    known: list[Done] = []
    for one in rows:
        if one.fault or one.row.on is None:
            continue
        row = one.row
        done = Done(one.person_id, row.item, one.row.on, row.org, row.note)
        (known if eight.is_on_file(people[one.person_id], done) else new).append(done)
    return new, known


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
