"""三留守: who was left behind, with his contact card, whom to call and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Response
from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.listing import Cell, Column, Condition, Listing, by_village, exported, shown
from server.console.page import village_names
from server.console.register_rows import HEAD, VILLAGE, Row, household_cell, rows
from server.database import reading, transaction
from server.followup import queries as followup
from server.followup.models import Task
from server.forms.queries import dictionary_in_force
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity, HouseholdRow

#: Whether somebody has to do something, in the order of the tabs; the shape before its word.
STATES = {
    "none": ("还没有联系卡", "warn"),
    "due": ("该联系了", "bad"),
    "fine": ("联系过", "ok"),
    "closed": ("不用联系", "none"),
}

#: What a card says of who looks after somebody, and of who is away.
CARERS = ("guardian_name", "guardian_phone", "caretaker")
AWAY = (
    *("father_name", "father_place", "mother_name", "mother_place"),
    *("relative_name", "relative_place"),
)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """One person; card: None where there is none. due_on: the day until which he is called."""

    person: str
    home: HouseholdRow
    village: str
    name: str
    kind: str
    card: Row | None
    open: bool
    due_on: date | None

    def say(self, name: str) -> str:
        """What his card says, in words."""
        return self.card.say(name) if self.card else ""

    @property
    def state(self) -> str:
        """One of STATES."""
        if not self.open:
            return "closed"
        if self.due_on is None:
            return "none"
        return "due" if self.due_on <= clock.today() else "fine"


@blueprint.get("/left-behind/")
@needs("households")
def left_behind() -> Response:
    """Those of the villages, who has to be called first."""
    with reading() as session:
        found = _listing(session, current_actor())
    return shown(found)


@blueprint.post("/left-behind/export")
@needs("roster")
def export_left_behind() -> Response:
    """The list with its cards as a workbook."""
    with transaction() as session:
        return exported(session, _listing(session, current_actor()))


def _listing(session: Session, actor: Actor) -> Listing[LeftBehind]:
    kinds = dictionary_in_force(session).lists.get("left_type", ())
    return Listing(
        name="left_behind",
        title="留守联系",
        unit="人",
        rows=_people(session, actor),
        columns=COLUMNS,
        about=_about,
        tabs=Condition(
            "state",
            "联系得怎样",
            [(name, text) for name, (text, _) in STATES.items()],
            lambda one: one.state,
        ),
        conditions=(
            by_village(actor, lambda one: one.home.area),
            Condition("kind", "类别", list(kinds), lambda one: one.kind),
        ),
        empty=("没有登记留守人员", "登记为留守儿童、妇女、老人的会列在这里。"),
        sheet=("contact_card", "打印联系卡"),
        note="多久联系一次，在“政策”里定。监护人不同意的儿童不建卡。",
    )


def _people(session: Session, actor: Actor) -> list[LeftBehind]:
    cards = {row.facts.get("person", ""): row for row in rows(session, actor, "contact_cards")}
    tasks = {
        task.subject: task for task in followup.open_tasks(session, actor.villages, "card_contact")
    }
    people = registers.entities(session, {*cards, *tasks} - {""})
    homes = {row.household_id: row for row in registers.household_rows(session, actor.villages)}
    names = village_names(actor)
    found = [
        _left_behind(one, home, names, cards.get(one.id), tasks.get(one.id))
        for one in people.values()
        if (home := homes.get(one.household_id or "")) is not None
    ]
    order = list(STATES)
    return sorted(
        found,
        key=lambda one: (order.index(one.state), one.due_on or date.min, one.home.area, one.name),
    )


def _left_behind(
    person: Entity,
    home: HouseholdRow,
    names: Mapping[str, str],
    card: Row | None,
    task: Task | None,
) -> LeftBehind:
    known = values.properties(person.live)
    return LeftBehind(
        person=person.id,
        home=home,
        village=names.get(home.area, home.area),
        name=known.get("person_name", "") or "未取名",
        kind=(card.facts.get("left_type", "") if card else "") or known.get("left_behind_type", ""),
        card=card,
        open=task is not None,
        due_on=task.due_on if task else None,
    )


def _kind(one: LeftBehind) -> str:
    return {"child": "留守儿童", "woman": "留守妇女", "elderly": "留守老人"}.get(one.kind, "")


def _whose(one: LeftBehind) -> Cell:
    return household_cell(one.home, "records" if one.card else "")


def _about(one: LeftBehind) -> tuple[str, ...]:
    return (one.card.entity.id if one.card else "", one.home.household_id, one.person)


def _carer(one: LeftBehind) -> str:
    """Who looks after him at home, as far as this person may know it."""
    return " ".join(part for part in map(one.say, CARERS) if part)


def _away(one: LeftBehind) -> str:
    """Who is away and where."""
    return " ".join(part for part in map(one.say, AWAY) if part)


def _state(one: LeftBehind) -> Cell:
    if one.state == "fine":
        return Cell(due=one.due_on)
    text, shape = STATES[one.state]
    return Cell(text, badge=shape)


def _fact(title: str, name: str) -> Column[LeftBehind]:
    return Column(title, lambda one: one.say(name), 120, only_file=True, of=(name,))


COLUMNS: tuple[Column[LeftBehind], ...] = (
    Column("姓名", lambda one: one.name, 104, of=("persons.person_name",)),
    Column("户主", _whose, 104, of=HEAD),
    Column("村", lambda one: one.village, 104, of=VILLAGE),
    Column("类别", _kind, 96, of=("left_type", "persons.left_behind_type")),
    Column("在家谁照看", _carer, 190, of=CARERS),
    Column("在外的人", _away, of=AWAY),
    Column("最近联系", lambda one: one.say("last_contact"), 148, of=("last_contact",)),
    Column("怎么联系的", lambda one: one.say("contact_way"), 92, of=("contact_way",)),
    Column("下次联系", _state, 140),
    _fact("监护情况", "guard_type"),
    _fact("独居", "living_alone"),
    _fact("自理能力", "self_care"),
    _fact("结对联系人", "linkman_name"),
    _fact("联系人电话", "linkman_phone"),
)
