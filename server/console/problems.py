"""问题和诉求: what is open in the villages; the township gives it a level and a deadline."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, flash, redirect, request, send_file, url_for
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.export import XLSX
from server.console.page import page, village_names
from server.console.say import word
from server.database import reading, transaction
from server.followup.parts.problems import LEVELS
from server.forms.dictionary import Dictionary
from server.forms.queries import dictionary_in_force
from server.intake.office import OfficeEntity
from server.problems import DecisionRefused, Problem, RequestInvalid
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity, HouseholdRow
from server.review.setting import set_properties
from server.roster.report import safe_cell

PAGE = 100
STATES = (("open", "没到期"), ("late", "超期"), ("solved", "已解决"))
KINDS = (("problem", "问题"), ("need", "诉求"))
HEAD = ("户主", "村", "问题或诉求", "类别", "情况", "紧急", "发现", "哪级办", "限期", "现在")
WIDTHS = (12, 14, 10, 14, 40, 8, 12, 8, 12, 10)


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
    said = _said(form)
    try:
        with transaction() as session:
            entities = [OfficeEntity("problems", one, said) for one in ticked]
            set_properties(session, actor, entities, form.get("reason", ""), clock.now())
    except DecisionRefused as problem:
        return _screen(problem)
    flash(f"{len(ticked)} 条已记。", "ok")
    return redirect(_address(_kept()))


@blueprint.post("/problems/export")
@needs("roster")
def export_problems() -> Response:
    """The list under its conditions as a workbook; the purpose is kept."""
    actor = current_actor()
    purpose = request.form.get("purpose", "").strip()[:200]
    if not purpose:
        raise RequestInvalid("导出要写明用途。")
    with transaction() as session:
        rows = _narrowed(_ledger(session, actor), _kept())
        accounts.audit(
            session,
            clock.now(),
            actor.person_id,
            "problems.exported",
            "problems",
            reason=purpose,
            detail={"problems": len(rows)},
        )
    return _workbook(actor, rows)


def _said(form: Mapping[str, str]) -> dict[str, str]:
    if form.get("what") == "solved":
        return {"result": "solved", "result_on": clock.today().isoformat()}
    if form.get("level") not in LEVELS or not form.get("deadline"):
        raise RequestInvalid("请选哪级办和限期。")
    return {"solve_level": form["level"], "deadline": form["deadline"]}


def _screen(problem: Problem | None = None) -> Response:
    actor, kept = current_actor(), _kept()
    number = max(1, int(request.args["page"])) if request.args.get("page", "").isdecimal() else 1
    with reading() as session:
        every = _ledger(session, actor)
    rows = _narrowed(every, kept)
    return page(
        "problems.html",
        "problems",
        status=int(problem.status) if problem else 200,
        problem=problem.detail if problem else "",
        rows=rows[(number - 1) * PAGE : number * PAGE],
        total=len(rows),
        counts={
            name: len(_narrowed(every, {**kept, "state": name})) for name in ("", *dict(STATES))
        },
        states=STATES,
        kinds=KINDS,
        levels=[(name, said) for name, (said, _) in LEVELS.items()],
        kept=kept,
        page=number,
        pages=max(1, -(-len(rows) // PAGE)),
        page_url=lambda n: _address({**kept, "page": str(n)}),
        villages=sorted(village_names(actor).items()),
        village_names=village_names(actor),
    )


def _kept() -> dict[str, str]:
    names = ("state", "level", "kind", "village")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _address(kept: Mapping[str, str]) -> str:
    given: dict[str, Any] = dict(kept)
    return url_for("console.problems", **given)


def _narrowed(rows: Iterable[Row], kept: Mapping[str, str]) -> list[Row]:
    """Without a state those that are not solved."""
    state = kept.get("state", "")
    return [
        row
        for row in rows
        if (row.state == state if state else row.state != "solved")
        and kept.get("level", row.level) == row.level
        and kept.get("kind", row.kind) == row.kind
        and kept.get("village", row.home.area) == row.home.area
    ]


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
        deadline=_day(entity.derived.get("deadline")),
    )


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def _workbook(actor: Actor, rows: Iterable[Row]) -> Response:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("问题和诉求")
    for place, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "B2"
    sheet.append([safe_cell(sheet, text, bold=True) for text in HEAD])
    villages, kinds, states = village_names(actor), dict(KINDS), dict(STATES)
    for row in rows:
        line = (
            row.home.head_name,
            villages.get(row.home.area, row.home.area),
            kinds.get(row.kind, ""),
            row.what,
            row.description,
            "紧急" if row.urgent else "",
            str(row.found_on or ""),
            word(row.level, "level") if row.level else "",
            str(row.deadline or ""),
            states.get(row.state, ""),
        )
        sheet.append([safe_cell(sheet, value) for value in line])
    written = io.BytesIO()
    book.save(written)
    return send_file(
        io.BytesIO(written.getvalue()),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"问题和诉求 {clock.today()}.xlsx",
        max_age=0,
    )
