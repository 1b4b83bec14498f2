"""政策: dated values, entered with their source, explained before they hold, kept for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from flask import Response, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from server import clock, jobs
from server.accounts import queries as accounts
from server.accounts.models import Area
from server.accounts.rights import current_actor, needs
from server.changes import queries as changes
from server.changes.queries import Changed
from server.config import current
from server.console.blueprint import blueprint
from server.console.page import page, part
from server.console.policy_words import entering, withdrawing
from server.console.rule_words import fields_of, given_fields, names_of, say_in_words, typed_of
from server.database import reading, transaction
from server.forms import open_lists
from server.forms.queries import dictionary_in_force
from server.intake import again
from server.jobs import queries as job_table
from server.policy import entering as verbs
from server.policy import queries
from server.policy.entering import Entry
from server.policy.keys import RULE, Key, choices_of, every, key_of
from server.policy.kinds import Kind, read, say, typed
from server.policy.models import PolicyValue
from server.policy.rules import FACTS, OPS
from server.policy.values import for_phones, named
from server.policy.vocabulary import LIST, vocabulary
from server.problems import NotFound, Problem, RequestInvalid


@dataclass(frozen=True, slots=True)
class Line:
    """A key as the page lists it: what holds today, what comes, which areas have their own."""

    key: Key
    now: PolicyValue | None
    coming: Sequence[PolicyValue]
    areas: int


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the history; state: current, coming, past, replaced or withdrawn."""

    row: PolicyValue
    state: str


@blueprint.get("/policy/")
@needs("policy")
def policy() -> Response:
    """All keys of a group, with what holds today."""
    lines = _lines()
    groups = list(dict.fromkeys(line.key.group for line in lines))
    group = request.args.get("group", "")
    group = group if group in groups else groups[0]
    return page(
        "policy.html",
        "policy",
        groups=[(name, sum(line.key.group == name for line in lines)) for name in groups],
        group=group,
        lines=[line for line in lines if line.key.group == group],
        say=_saying(),
        job=_job(),
    )


@blueprint.get("/policy/<key>")
@needs("policy")
def policy_key(key: str) -> Response:
    """One key: its editor and its history."""
    return _screen(key)


@blueprint.route("/policy/<key>/enter", methods=["GET", "POST"])
@needs("policy")
def enter_policy(key: str) -> AnyResponse:
    """Say in words what an entry will do; keep it."""
    given = request.form if request.method == "POST" else request.args
    try:
        entry = _entry(key, _typed(given), given)
        verbs.check(entry)
    except (RequestInvalid, ValueError) as refused:
        return _screen(key, RequestInvalid(str(getattr(refused, "detail", None) or refused)))
    if request.method != "POST":
        return _confirm(entry, _typed(given))
    now, today, actor = clock.now(), clock.today(), current_actor()
    with transaction() as session:
        row = verbs.enter(session, entry, actor.person_id, now)
        job = _announce(session, row, today)
        accounts.audit(
            *(session, now, actor.person_id, "policy.entered", named(key, entry.area)),
            reason=entry.reason,
            detail={"from": entry.valid_from.isoformat(), "source": entry.source},
        )
    if job:
        jobs.wake(job)
    begins = "现在起算数" if entry.valid_from <= today else f"{entry.valid_from}起算数"
    flash(f"已保存，{begins}。以前的都还在下面。", "ok")
    return redirect(url_for("console.policy_key", key=key))


@blueprint.route("/policy/<key>/withdraw", methods=["GET", "POST"])
@needs("policy")
def withdraw_policy(key: str) -> AnyResponse:
    """Say what withdrawing an entry would do; withdraw it."""
    given = request.form if request.method == "POST" else request.args
    now, today, actor = clock.now(), clock.today(), current_actor()
    say = _saying()
    with reading() as session:
        row = _row(session, key, given)
        told = withdrawing(session, row, today, say)
        spec = _key(key)
    if request.method != "POST":
        return page("policy_withdraw.html", "policy", spec=spec, row=row, told=told, say=say)
    reason = given.get("reason", "").strip()
    with transaction() as session:
        row = _row(session, key, given)
        verbs.withdraw(session, row, reason, actor.person_id, now)
        job = _announce(session, row, today)
        subject = named(key, row.area)
        accounts.audit(session, now, actor.person_id, "policy.withdrawn", subject, reason=reason)
    if job:
        jobs.wake(job)
    flash("已撤回。这一条留在下面，写着谁、什么时候、为什么撤回。", "ok")
    return redirect(url_for("console.policy_key", key=key))


@blueprint.get("/policy/new-rule")
@needs("policy")
def new_rule() -> AnyResponse:
    """The editor of a rule that the county adds."""
    key = RULE + request.args.get("code", "")
    return redirect(url_for("console.policy_key", key=_key(key).key))


@blueprint.get("/policy/progress")
@needs("policy")
def policy_progress() -> Response:
    """How far the newest computing anew is."""
    return part("policy_progress.html", job=_job())


def _lines() -> list[Line]:
    today = clock.today()
    with reading() as session:
        entries = queries.entries(session)
        lists = dictionary_in_force(session).open
    by_key = {key: list(rows) for key, rows in groupby(entries, lambda row: row.key)}
    opened = {LIST + name: choices_of(name, label) for name, label in lists.items()}
    some = {**every(), **opened}
    added = [spec for key in by_key if key not in some and (spec := key_of(key))]
    return [_line(spec, by_key.get(spec.key, []), today) for spec in (*some.values(), *added)]


def _line(spec: Key, rows: Sequence[PolicyValue], today: date) -> Line:
    told = list(_history(rows, today))
    county = [one for one in told if not one.row.area]
    return Line(
        spec,
        next((one.row for one in county if one.state == "current"), None),
        [one.row for one in told if one.state == "coming"],
        len({one.row.area for one in told if one.row.area and one.state == "current"}),
    )


def _history(rows: Sequence[PolicyValue], today: date) -> Iterator[Told]:
    """Rows of one key with their states; they come by area, the newest day and word first."""
    current: set[str] = set()
    days: set[tuple[str, date]] = set()
    for row in rows:
        if row.withdrawn_at is not None:
            yield Told(row, "withdrawn")
        elif (row.area, row.valid_from) in days:
            yield Told(row, "replaced")
        elif row.valid_from > today:
            yield Told(row, "coming")
        else:
            yield Told(row, "past" if row.area in current else "current")
            current.add(row.area)
        if row.withdrawn_at is None:
            days.add((row.area, row.valid_from))


def _screen(key: str, problem: Problem | None = None) -> Response:
    spec, today = _key(key), clock.today()
    with reading() as session:
        rows = queries.entries(session, key)
        names = accounts.names(session, {row.entered_by or "" for row in rows})
        names |= accounts.names(session, {row.withdrawn_by or "" for row in rows})
        towns = _towns(session) if spec.by_area else []
        added = _ever_added(session, key)
        rule_names = names_of(dictionary_in_force(session))
    told = list(_history(rows, today))
    held = next(
        (one.row.value for one in told if one.state == "current" and not one.row.area), None
    )
    given = request.values.getlist("value")
    return page(
        "policy_key.html",
        "policy",
        status=int(problem.status) if problem else 200,
        spec=spec,
        told=told,
        typed=given if problem else typed(spec.kind, held),
        given=request.values if problem else {},
        names=names,
        towns=towns,
        town_names={town.code: town.name for town in towns},
        added=added,
        rule=given_fields(request.values) if problem else fields_of(held, rule_names),
        facts={fact: (word, rule_names.get(fact, {})) for fact, (word, _) in FACTS.items()},
        ops=OPS,
        say=_saying(),
        job=_job(),
        problem=problem.detail if problem else None,
    )


def _typed(given: MultiDict[str, str]) -> list[str]:
    """What was typed as the value; a rule has fields of its own. Raises ValueError in words."""
    if "title" not in given:
        return given.getlist("value")
    with reading() as session:
        return [typed_of(given_fields(given), names_of(dictionary_in_force(session)))]


def _saying() -> Callable[[Kind, object], str]:
    """How values are said on these pages: rules with the words of their facts."""
    with reading() as session:
        names = names_of(dictionary_in_force(session))

    def saying(kind: Kind, value: object) -> str:
        return say_in_words(value, names) if kind.name == "rule" else say(kind, value)

    return saying


def _ever_added(session: Session, key: str) -> list[str]:
    """The choices that a county ever added to a list, as they are typed."""
    some = dict(dict(vocabulary(session, date.max).added).get(key.removeprefix(LIST), ()))
    return typed(_key(key).kind, some) if key.startswith(LIST) else []


def _confirm(entry: Entry, value: Sequence[str]) -> Response:
    if entry.key.startswith(LIST):  # with the codes that were given
        value = typed(_key(entry.key).kind, entry.value)
    with reading() as session:
        told = entering(session, entry, clock.today(), _saying())
        towns = {town.code: town.name for town in _towns(session)}
    spec = _key(entry.key)
    return page(
        *("policy_enter.html", "policy"), spec=spec, entry=entry, value=value, told=told,
        town=towns.get(entry.area, ""), say=_saying(),
    )  # fmt: skip


def _entry(key: str, value: list[str], given: Mapping[str, str]) -> Entry:
    spec = _key(key)
    try:
        valid_from = date.fromisoformat(given.get("from", ""))
    except ValueError as error:
        raise RequestInvalid("请选从哪一天起。") from error
    area, source, reason = (given.get(name, "").strip() for name in ("area", "source", "reason"))
    found = Entry(key, area, read(spec.kind, value), valid_from, source, reason)
    with reading() as session:
        if key.startswith(LIST):
            found = _with_codes(session, found)
        if area and area not in {town.code for town in _towns(session)}:
            raise RequestInvalid("没有这个镇。")
    return replace(found, source=found.source[:300], reason=found.reason[:300])


def _with_codes(session: Session, entry: Entry) -> Entry:
    """Choices that a county adds, each with a code that is its own for ever."""
    name = entry.key.removeprefix(LIST)
    given: Mapping[str, str] = entry.value if isinstance(entry.value, dict) else {}
    choices = open_lists.coded(session, name, given)
    if refused := list(open_lists.reasons_against(session, name, choices)):
        raise RequestInvalid("".join(refused))
    return replace(entry, value=choices)


def _announce(session: Session, row: PolicyValue, today: date) -> str | None:
    """Tell phones; have computed anew at once what it moves already; returns the job."""
    county = current().county
    job = again.order(session, {row.key}, today) if row.valid_from <= today else None
    told = for_phones({named(row.key, row.area): county})
    changes.append(session, county, [Changed("policy", key, county) for key in told])
    return job


def _towns(session: Session) -> list[Area]:
    return [one for one in accounts.areas_on(session, clock.today()) if one.level == "town"]


def _row(session: Session, key: str, given: Mapping[str, str]) -> PolicyValue:
    try:
        day, number = date.fromisoformat(given.get("from", "")), int(given.get("entry", ""))
    except ValueError as error:
        raise NotFound("没有这一条。") from error
    row = queries.entry(session, key, given.get("area", ""), day, number)
    if row is None:
        raise NotFound("没有这一条。")
    return row


def _key(key: str) -> Key:
    spec = key_of(key)
    if key.startswith(LIST):
        name = key.removeprefix(LIST)
        with reading() as session:
            label = dictionary_in_force(session).open.get(name)
        spec = choices_of(name, label) if label else None
    if spec is None:
        raise NotFound("没有这一项政策。")
    return spec


def _job() -> object:
    with reading() as session:
        newest = job_table.recent(session, again.KIND, limit=1)
    return newest[0] if newest else None
