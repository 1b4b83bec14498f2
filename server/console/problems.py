"""问题和诉求: what is open in the villages; the township gives it a level and a deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Response, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.listing import Cell, Column, Condition, Listing, by_village, exported, shown
from server.console.page import village_names
from server.console.register_rows import HEAD, VILLAGE, household_cell
from server.console.say import day, word
from server.database import reading, transaction
from server.followup.parts.problems import LEVELS
from server.forms.dictionary import Dictionary
from server.forms.queries import dictionary_in_force
from server.intake.office import OfficeEntity
from server.problems import DecisionRefused, Problem
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity, HouseholdRow
from server.review.setting import set_properties

STATES = (("open", "没到期"), ("late", "超期"), ("solved", "已解决"))
KINDS = (("problem", "问题"), ("need", "诉求"))
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One problem or need of the ledger."""

    id: str
    home: HouseholdRow
    kind: str
    what: str
    description: str
    urgent: bool
    found_on: date | None
    state: str
    level: str
    owner: str
    deadline: date | None


@blueprint.get("/problems/")
@needs("households")
def problems() -> Response:
    """The problems and needs under some conditions: the late, the urgent, then by deadline."""
    return _screen()


@blueprint.post("/problems/")
@needs("review")
def decide_problems() -> AnyResponse:
    """Give those that were ticked a level with its deadline, or say that they are solved."""
    form, actor = request.form, current_actor()
    ticked = form.getlist("problem")
    try:
        said = _said(form)
        with transaction() as session:
            entities = [OfficeEntity("problems", one, said) for one in ticked]
            set_properties(session, actor, entities, form.get("reason", ""), clock.now())
    except DecisionRefused as problem:
        return _screen(problem)
    flash(f"已记 {len(ticked)} 条。记错了，到那一户的“全部经过”里撤回。", "ok")
    return redirect(request.full_path)


@blueprint.post("/problems/export")
@needs("roster")
def export_problems() -> Response:
    """The list under its conditions as a workbook; the purpose is kept."""
    with transaction() as session:
        return exported(session, _listing(session, current_actor()))


def _said(form: Mapping[str, str]) -> dict[str, str]:
    if form.get("what") == "solved":
        return {"result": "solved", "result_on": clock.today().isoformat()}
    if form.get("level") not in LEVELS or not form.get("deadline"):
        raise DecisionRefused("请选哪级办，填限期。")
    said = {"solve_level": form["level"], "deadline": form["deadline"]}
    owner = form.get("owner", "").strip()[:LONGEST_NAME]
    return {**said, "owner": owner} if owner else said


def _screen(problem: Problem | None = None) -> Response:
    with reading() as session:
        found = _listing(session, current_actor())
    return shown(
        found,
        "problems.html",
        status=int(problem.status) if problem else 200,
        problem=problem.detail if problem else "",
        levels=[(name, said) for name, (said, _) in LEVELS.items()],
    )


def _listing(session: Session, actor: Actor) -> Listing[Row]:
    return Listing(
        name="problems",
        title="问题和诉求",
        unit="条",
        rows=_ledger(session, actor),
        columns=_columns(village_names(actor)),
        about=lambda row: (row.id, row.home.household_id),
        tabs=Condition("state", "现在怎样", STATES, lambda row: row.state, all="没解决"),
        without_tab=lambda row: row.state != "solved",
        conditions=(
            by_village(actor, lambda row: row.home.area),
            Condition(
                "level",
                "哪级办",
                [(name, said) for name, (said, _) in LEVELS.items()],
                lambda row: row.level,
            ),
            Condition("kind", "种类", KINDS, lambda row: row.kind),
        ),
        empty=("没有没解决的问题", "走访时记的问题和诉求会列在这里。"),
        note="超期没解决的，自动升一级。",
        picks=("problem", lambda row: (row.id, f"{row.home.head_name}的{row.what}")),
    )


def _columns(villages: Mapping[str, str]) -> tuple[Column[Row], ...]:
    def where(row: Row) -> str:
        return villages.get(row.home.area, row.home.area)

    return (
        Column("户主", lambda row: household_cell(row.home), 104, of=HEAD),
        Column("村", where, 104, of=VILLAGE),
        Column("问题或诉求", lambda row: dict(KINDS).get(row.kind, ""), 92, of=("entry_kind",)),
        Column("什么事", lambda row: row.what, 132, of=("problem_type", "need_type")),
        Column("情况", _told, of=("description",)),
        Column("急不急", _urgency, 76, of=("urgency",)),
        Column("发现", lambda row: day(row.found_on), 92, of=("found_on",)),
        Column("哪级办", _level, 72, of=("solve_level",)),
        Column("谁负责", lambda row: row.owner, 84, only_file=True, of=("owner",)),
        Column("限期", lambda row: Cell(due=row.deadline), 110, of=("deadline",)),
        Column("现在", _state, 92, of=("result",)),
    )


def _told(row: Row) -> Cell:
    return Cell(row.description, title=row.description)


def _level(row: Row) -> str:
    return word(row.level, "level") if row.level else ""


def _urgency(row: Row) -> Cell:
    return Cell("紧急", badge="bad") if row.urgent else Cell("不急")


def _state(row: Row) -> Cell:
    text = dict(STATES).get(row.state, "")
    return Cell(text, badge={"late": "bad", "solved": "ok"}.get(row.state))


def _ledger(session: Session, actor: Actor) -> list[Row]:
    homes = {row.household_id: row for row in registers.household_rows(session, actor.villages)}
    dictionary = dictionary_in_force(session)
    rows = [
        _row(one, homes[one.household_id], dictionary)
        for one in registers.known_in(session, "problems", actor.villages)
        if one.household_id in homes
    ]
    return sorted(rows, key=_order)


def _order(row: Row) -> tuple[bool, bool, date, str]:
    return (row.state != "late", not row.urgent, row.deadline or date.max, row.id)


def _row(entity: Entity, home: HouseholdRow, dictionary: Dictionary) -> Row:
    facts = values.properties(entity.live)
    kind = facts.get("entry_kind", "problem")
    name = "need_type" if kind == "need" else "problem_type"
    words = dict(dictionary.lists.get(name, ()))
    return Row(
        id=entity.id,
        home=home,
        kind=kind,
        what=words.get(facts.get(name, ""), ""),
        description=facts.get("description", ""),
        urgent=facts.get("urgency") == "urgent",
        found_on=_day(facts.get("found_on")),
        state=str(entity.derived.get("state", "open")),
        level=str(entity.derived.get("level", "")),
        owner=facts.get("owner", ""),
        deadline=_day(entity.derived.get("deadline")),
    )


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None
