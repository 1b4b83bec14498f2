"""可能未享受: whom the county's rules may concern, as a list to check and to export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Response, url_for
from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.listing import Cell, Column, Condition, Listing, by_village, exported, shown
from server.console.page import village_names
from server.console.register_rows import ADDRESS, HEAD, VILLAGE, household_cell
from server.console.say import day
from server.database import reading, transaction
from server.followup import queries as followup
from server.followup.entitlements import rules
from server.followup.models import Task
from server.followup.tasks import class_of
from server.policy.values import in_force
from server.registers import queries as registers
from server.registers.models import HouseholdRow
from server.registers.visibility import sees_class

TABS = (("done", "已核实"),)


@dataclass(frozen=True, slots=True)
class Row:
    """One task with its household; rule: its code, what: its title."""

    task: Task
    home: HouseholdRow
    rule: str
    who: str
    what: str

    @property
    def checked_on(self) -> date | None:
        """The day on which somebody had looked."""
        return clock.local(self.task.closed_at).date() if self.task.closed_at else None


@blueprint.get("/unclaimed/")
@needs("households")
def unclaimed() -> Response:
    """What is to be checked, or was, by rule and village."""
    with reading() as session:
        found = _listing(session, current_actor())
    return shown(found)


@blueprint.post("/unclaimed/export")
@needs("roster")
def export_unclaimed() -> Response:
    """All that is to be checked, or what was, as a workbook; the purpose is kept."""
    with transaction() as session:
        return exported(session, _listing(session, current_actor()))


def _listing(session: Session, actor: Actor) -> Listing[Row]:
    names = [(code, one.title) for code, one in rules(in_force(session, clock.today()))]
    return Listing(
        name="unclaimed",
        title="可能未享受",
        unit="条",
        rows=_rows(session, actor),
        columns=_columns(actor),
        about=lambda row: (row.task.subject.partition(":")[2], row.home.household_id),
        tabs=Condition("tab", "核实了没有", TABS, _tab, all="要核实"),
        without_tab=lambda row: _tab(row) == "open",
        conditions=(
            by_village(actor, lambda row: row.home.area),
            Condition("rule", "哪一项", names, lambda row: row.rule),
        ),
        empty=("没有要核实的", "按县里的规则和登记的情况比对出来的会列在这里，只是提醒。"),
        note="按县里的规则和登记的情况比对，只是提醒。",
    )


def _columns(actor: Actor) -> tuple[Column[Row], ...]:
    villages = village_names(actor)
    return (
        Column("户主", lambda row: household_cell(row.home), 120, of=HEAD),
        Column("村", lambda row: villages.get(row.home.area, row.home.area), 120, of=VILLAGE),
        Column("住址", lambda row: row.home.address, of=ADDRESS),
        Column("谁", lambda row: row.who, 120, of=("persons.person_name",)),
        Column("可能未享受", lambda row: row.what, 220),
        Column("哪天提醒", lambda row: day(row.task.opened_at), 110),
        Column("哪天核实", lambda row: day(row.checked_on), 110),
        Column("核实", lambda row: _way(actor, row), 110),
    )


def _way(actor: Actor, row: Row) -> Cell:
    text = "看结果" if _tab(row) == "done" else "记核实结果"
    if not actor.may("review"):
        return Cell("已核实" if _tab(row) == "done" else "要核实")
    return Cell(text, url_for("console.one_check", kind="unclaimed", subject=row.task.subject))


def _rows(session: Session, actor: Actor) -> list[Row]:
    homes = {row.household_id: row for row in registers.household_rows(session, actor.villages)}
    found = []
    for task in followup.tasks_of_kind(session, "unclaimed", actor.villages):
        home = homes.get(task.household_id or "")
        if home and sees_class(actor.view, class_of(task)):
            who, _, what = task.title.partition("：")
            found.append(Row(task, home, str(task.detail.get("rule", "")), who, what))
    return found


def _tab(row: Row) -> str:
    return "open" if row.task.state == "open" else "done"
