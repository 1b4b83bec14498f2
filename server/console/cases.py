"""监测: all cases by what is due of them, and one case with its thread and the decisions on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from server import clock
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.listing import Cell, Column, Condition, Listing, by_village, exported, shown
from server.console.page import page, village_names
from server.console.register_rows import HEAD, VILLAGE, saying
from server.console.say import day, word
from server.database import reading, transaction
from server.followup.case_states import MONITORED, OVER
from server.followup.known import Event
from server.followup.models import Task
from server.forms.dictionary import Dictionary
from server.forms.queries import dictionary_in_force
from server.problems import DecisionRefused, NotFound, Problem, StateMovedOn
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity, HouseholdRow
from server.review import acts, casework
from server.review import queries as review

#: Who is to act next, in the order of the tabs.
TABS = (
    ("county", "等县里定"),
    ("town", "等镇里定"),
    ("village", "村里在办"),
    ("helping", "监测帮扶中"),
    ("watching", "持续关注"),
    ("over", "已了结"),
)
BADGES = {
    **dict.fromkeys(("cleared", "admitted", "helping"), "ok"),
    **dict.fromkeys(("not_admitted", "closed"), "none"),
    **dict.fromkeys(("town_review", "county_approval", "clearing_town"), "part"),
}
#: Decisions that end something, or that send it back.
REFUSING = frozenset({"not_admitted", "sent_back", "closed", "watch"})
#: Whose turn it is -> what others are told who may only end the case.
WAITS_FOR = {
    "town": "现在等镇里定。",
    "county": "镇里已经同意，现在等县里定。",
    "village": "现在不用定：下一步由村里在手机上记。",
    "helping": "现在不用定：帮扶和走访由村里在手机上记。",
}
#: Kinds of records that stand in a case's thread besides its own steps.
BESIDE = frozenset({"visit", "check", "account"})


@dataclass(frozen=True, slots=True)
class Row:
    """One case of the list."""

    id: str
    home: HouseholdRow
    state: str
    turn: str
    next: str
    risks: str
    category: str
    clue_date: str
    due: date | None
    missing: tuple[str, ...]


@blueprint.get("/cases/")
@needs("households")
def cases() -> Response:
    """The cases, by who is to act, village and category; the most urgent first."""
    with reading() as session:
        found = _listing(session, current_actor())
    return shown(found)


@blueprint.post("/cases/export")
@needs("roster")
def export_cases() -> Response:
    """The list under its conditions as a workbook; the purpose is kept."""
    with transaction() as session:
        return exported(session, _listing(session, current_actor()))


def _listing(session: Session, actor: Actor) -> Listing[Row]:
    found = _rows(session, actor)
    states = sorted({(row.state, word(row.state, "case_state")) for row in found})
    return Listing(
        name="cases",
        title="监测",
        unit="户",
        rows=found,
        columns=_columns(village_names(actor), _labels(dictionary_in_force(session))),
        about=lambda row: (row.id, row.home.household_id),
        tabs=Condition("tab", "该谁办", TABS, lambda row: row.turn),
        conditions=(
            by_village(actor, lambda row: row.home.area),
            Condition("state", "到哪一步", states, lambda row: row.state),
        ),
        empty=(
            "还没有监测",
            "走访中发现有返贫风险、村里报了线索，或者在农户页面上建了监测，会列在这里。",
        ),
        note="村里的记录是建议，镇、县两级来定。期限按“政策”里的天数算。",
    )


def _columns(villages: Mapping[str, str], labels: Mapping[str, str]) -> tuple[Column[Row], ...]:
    say_missing = missing_word(labels)

    def risks(row: Row) -> str:
        return "、".join(labels.get(risk, risk) for risk in row.risks.split())

    def whose(row: Row) -> Cell:
        href = url_for("console.case", case_id=row.id)
        return Cell(row.home.head_name or "没登记", href)

    def lacking(row: Row) -> Cell:
        said = "；".join(say_missing(code) for code in row.missing)
        return Cell(said, title=said)

    def where(row: Row) -> str:
        return villages.get(row.home.area, row.home.area)

    return (
        Column("户主", whose, 96, of=HEAD),
        Column("村", where, 96, of=VILLAGE),
        Column("风险", risks, 150, of=("clue_risks", "risk_main", "risk_other")),
        Column("到哪一步", _step, 150, of=("decision",)),
        Column("发现", lambda row: day(row.clue_date), 110, of=("clue_date",)),
        Column("下一步", lambda row: word(row.next, "case_next") if row.next else "", 128),
        Column("期限", lambda row: Cell(due=row.due), 120),
        Column("还缺", lacking),
    )


def _step(row: Row) -> Cell:
    return Cell(word(row.state, "case_state"), badge=BADGES.get(row.state, ""))


@blueprint.get("/cases/<case_id>")
@needs("households")
def case(case_id: str) -> Response:
    """One case: where it stands, what is missing, its thread."""
    return _screen(case_id)


@blueprint.post("/cases/<case_id>")
@needs("review")
def decide_case(case_id: str) -> Response:
    """Decide of a case, with the reason."""
    form = request.form
    try:
        with transaction() as session:
            casework.decide(
                session,
                current_actor(),
                case_id,
                form.get("decision", ""),
                form.get("category", ""),
                form.get("seen", ""),
                form.get("reason", ""),
                clock.now(),
            )
    except (DecisionRefused, StateMovedOn) as problem:
        return _screen(case_id, problem)
    flash("已定。定错了可以在“以前定的”里撤回。", "ok")
    return redirect(url_for("console.case", case_id=case_id))


@blueprint.post("/households/<household_id>/cases")
@needs("review")
def begin_case(household_id: str) -> Response:
    """Open a case for a household from the desk."""
    form = request.form
    try:
        on = date.fromisoformat(form.get("on", ""))
    except ValueError:
        on = clock.today()
    try:
        with transaction() as session:
            case_id = casework.begin(
                session,
                current_actor(),
                household_id,
                form.get("source", "dept"),
                on,
                form.getlist("risk"),
                form.get("reason", ""),
                clock.now(),
            )
    except DecisionRefused as problem:
        flash(problem.detail, "bad")
        return redirect(url_for("console.household", household_id=household_id, tab="cases"))
    flash("已建监测。", "ok")
    return redirect(url_for("console.case", case_id=case_id))


def turn_of(state: str, following: str) -> str:
    """Who is to act next: one of TABS."""
    if state in OVER:
        return "over"
    if following in {"town", "county"}:
        return following
    if state == "watching":
        return "watching"
    return "helping" if state in MONITORED and following == "follow" else "village"


def missing_word(labels: Mapping[str, str]) -> Callable[[str], str]:
    """Code of what is missing -> words."""

    def say(code: str) -> str:
        risk = code.removeprefix("risk_")
        if code.startswith("risk_") and risk in labels:
            return f"“{labels[risk]}”还没有措施"
        return word(code, "case_missing")

    return say


def case_of_home(task: Task) -> str:
    """Where a task about a case is dealt with."""
    return url_for("console.case", case_id=task.subject)


def cases_of_home(session: Session, home: HouseholdRow) -> list[Row]:
    """The cases of one household, the newest first, for its own page."""
    rows = [
        _row(one, home)
        for one in registers.belonging(session, home.household_id)
        if one.register == "cases" and one.known and not one.derived.get("into")
    ]
    return sorted(rows, key=lambda row: (row.clue_date, row.id), reverse=True)


def _rows(session: Session, actor: Actor) -> list[Row]:
    homes = {row.household_id: row for row in registers.household_rows(session, actor.villages)}
    found = registers.known_in(session, "cases", actor.villages)
    rows = [
        _row(one, homes[one.household_id])
        for one in found
        if one.household_id in homes and not one.derived.get("into")
    ]
    return sorted(rows, key=_order)


def _row(one: Entity, home: HouseholdRow) -> Row:
    said, derived = values.properties(one.live), one.derived
    state, following = str(derived.get("state", "clue")), str(derived.get("next", ""))
    due = str(derived.get("notice_until" if following == "notice_ended" else "deadline", ""))
    risks = [said.get("risk_main", ""), *said.get("risk_other", "").split()]
    return Row(
        id=one.id,
        home=home,
        state=state,
        turn=turn_of(state, following),
        next=following,
        risks=" ".join(filter(None, risks)) or said.get("clue_risks", ""),
        category=values.text(one.approved, "category"),
        clue_date=said.get("clue_date", ""),
        due=date.fromisoformat(due) if due else None,
        missing=tuple(str(derived.get("missing", "")).split()),
    )


def _order(row: Row) -> tuple[int, str, str, str]:
    turns = [name for name, _ in TABS]
    due = row.due.isoformat() if row.due else "9"
    return (turns.index(row.turn), due, row.home.household_no, row.id)


def _screen(case_id: str, problem: Problem | None = None) -> Response:
    actor = current_actor()
    with reading() as session:
        found = casework.case_now(session, actor, case_id, clock.now())
        home = registers.household_row(session, found.known.home.id)
        if home is None:
            raise NotFound("没有这一户。")
        dictionary = dictionary_in_force(session)
        said = review.acts_about(session, actor.villages, ("office-set",), [found.thread.case.id])
        lines = acts.lines(session, actor, [one for one, _, _ in said])
    case = found.thread.case
    labels = _labels(dictionary)
    return page(
        "case.html",
        "cases",
        status=int(problem.status) if problem else 200,
        case=case,
        home=home,
        facts=values.properties(case.live),
        settled=values.properties(case.approved),
        stands=found.thread.stands,
        turn=turn_of(found.thread.stands.state, found.thread.stands.next),
        others=found.thread.others,
        choices=found.choices,
        refusing=REFUSING,
        waits_for=WAITS_FOR.get(turn_of(found.thread.stands.state, found.thread.stands.next)),
        seen=found.seen,
        labels=labels,
        say=saying(dictionary),
        lists=dictionary.lists,
        missing_word=missing_word(labels),
        records=_records(found),
        measures=[
            values.properties(one.live)
            for one in found.known.all("measures")
            if one.known and values.text(one.live, "case") == case.id
        ],
        members=_members(found),
        acts=said,
        lines=lines,
        kinds=acts.KINDS,
        badges=BADGES,
        village_names=village_names(actor),
        given=request.form,
        problem=problem.detail if problem else None,
    )


def _records(found: casework.CaseNow) -> list[Event]:
    """What was recorded of the case, and visits since it began, the newest first."""
    own = {step.instance_id for step in found.thread.steps}
    began = values.text(found.thread.case.live, "clue_date")
    return [
        one
        for one in reversed(found.known.events)
        if one.instance_id in own or (one.kind in BESIDE and one.on.isoformat() >= began)
    ]


def _members(found: casework.CaseNow) -> dict[str, str]:
    return {one.id: values.text(one.live, "person_name") for one in found.known.people}


def _labels(dictionary: Dictionary) -> dict[str, str]:
    """Risk -> its words."""
    return dict(dictionary.lists["risk_type"])
