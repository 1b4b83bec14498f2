"""收入核算: every account with what is a head's, beside the line of the household's area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from flask import Response, url_for
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console import queries
from server.console.blueprint import blueprint
from server.console.listing import Cell, Column, Condition, Listing, by_village, exported, shown
from server.console.page import village_names
from server.console.register_rows import HEAD, VILLAGE, Row, about, household_cell, rows
from server.database import reading, transaction
from server.followup import queries as followup
from server.forms.queries import dictionary_in_force
from server.policy.lines import own_line
from server.policy.values import in_force, named
from server.problems import RightMissing
from server.registers import queries as registers
from server.registers import values
from server.registers.models import HouseholdRow
from server.registers.visibility import sees_class

#: How an account stands to the line, in the order of the tabs; the shape before its word.
STANDINGS = {
    "below": ("低于监测线", "bad"),
    "above": ("不低于监测线", "ok"),
    "unlined": ("没有定线", "none"),
    "missing": ("还没核算", "warn"),
}
LINE = "line.monitoring"
TOWN = 9


@dataclass(frozen=True, slots=True)
class Account:
    """One account, or a household of which one is missing (row: None).

    line: the monitoring line of its town on the last day of its year, None where there is none.
    """

    home: HouseholdRow
    village: str
    row: Row | None
    record: str = ""
    line: Decimal | None = None
    findings: int = 0

    def say(self, name: str) -> str:
        """One of its facts in words."""
        return self.row.say(name) if self.row else ""

    def fact(self, name: str) -> str:
        """One of its facts as it is written."""
        return self.row.facts.get(name, "") if self.row else ""

    @property
    def year(self) -> str:
        """The year that it ends in."""
        return self.fact("period_end")[:4]

    @property
    def standing(self) -> str:
        """One of STANDINGS."""
        a_head = _amount(self.fact("per_capita_net"))
        if self.row is None:
            return "missing"
        if self.line is None or a_head is None:
            return "unlined"
        return "below" if a_head < self.line else "above"


@blueprint.get("/incomes/")
@needs("households")
def incomes() -> Response:
    """The accounts of the villages, by standing, village, year and kind."""
    with reading() as session:
        found = _listing(session, _actor())
    return shown(found)


@blueprint.post("/incomes/export")
@needs("roster")
def export_incomes() -> Response:
    """The list with every sum as a workbook."""
    with transaction() as session:
        return exported(session, _listing(session, _actor()))


def _actor() -> Actor:
    actor = current_actor()
    if not sees_class(actor.view, "income"):
        raise RightMissing
    return actor


def _listing(session: Session, actor: Actor) -> Listing[Account]:
    accounts = _accounts(session, actor)
    years = sorted({one.year for one in accounts if one.year}, reverse=True)
    kinds = dictionary_in_force(session).lists.get("account_type", ())
    return Listing(
        name="incomes",
        title="收入核算",
        unit="条",
        rows=accounts,
        columns=COLUMNS,
        about=_about,
        tabs=Condition(
            "standing",
            "和监测线比",
            [(name, text) for name, (text, _) in STANDINGS.items()],
            lambda one: one.standing,
        ),
        conditions=(
            by_village(actor, lambda one: one.home.area),
            Condition("year", "年度", [(year, year) for year in years], lambda one: one.year),
            Condition("kind", "类型", list(kinds), lambda one: one.fact("account_type")),
            Condition(
                "doubt",
                "系统提示",
                [("yes", "有提示"), ("no", "没有")],
                lambda one: "yes" if one.findings else "no",
            ),
        ),
        empty=("还没有收入核算", "村里在手机上算好、传上来的会列在这里。"),
        sheet=("income_account", "打印核算表"),
        note="监测线取这户所在镇、这类户在核算期最后一天用的；在“政策”里定。",
    )


def _accounts(session: Session, actor: Actor) -> list[Account]:
    found = rows(session, actor, "incomes")
    records = {row.entity.id: _record(row) for row in found}
    findings = queries.finding_counts(session, records.values())
    lines = _Lines(session)
    told = [
        Account(
            home=row.home,
            village=row.village,
            row=row,
            record=records[row.entity.id],
            line=lines.of(row.home, row.facts.get("period_end", "")),
            findings=findings.get(records[row.entity.id], 0),
        )
        for row in found
    ]
    homes = {row.household_id: row for row in registers.household_rows(session, actor.villages)}
    names = village_names(actor)
    missing = [
        Account(home, names.get(home.area, home.area), None)
        for task in followup.open_tasks(session, actor.villages, "income_missing")
        if (home := homes.get(task.subject))
    ]
    return sorted([*told, *missing], key=_order)


def _order(one: Account) -> tuple[int, str, str, str]:
    return (-int(one.year or 0), one.home.area, one.home.household_no, one.record)


def _record(row: Row) -> str:
    """The record that it was told in last."""
    heads = values.heads(row.entity.live)
    return heads[-1] if heads else ""


class _Lines:
    """The monitoring line of a household on a day; policy is read once a day that is asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._days: dict[str, Mapping[str, object]] = {}

    def of(self, home: HouseholdRow, day: str) -> Decimal | None:
        """Of its kind before that of all, the town's own before the county's."""
        if day not in self._days:
            try:
                self._days[day] = in_force(self._session, date.fromisoformat(day))
            except ValueError:
                self._days[day] = {}
        policy = self._days[day]
        town = home.area[:TOWN]
        of_all = _amount(str(policy.get(named(LINE, town), policy.get(LINE, ""))))
        return own_line(policy, town, home.household_type) or of_all


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _yuan(text: str) -> str:
    amount = _amount(text)
    return f"{amount:,.2f}" if amount is not None else ""


def _money(title: str, name: str, width: int = 0) -> Column[Account]:
    """A sum; width: on the screen, where it is not only in the file."""
    return Column(
        title,
        lambda one: _yuan(one.fact(name)),
        width or 110,
        number=True,
        only_file=not width,
        of=(name,),
    )


def _about(one: Account) -> tuple[str, ...]:
    return about(one.row) if one.row else ("", one.home.household_id)


def _whose(one: Account) -> Cell:
    return household_cell(one.home, "records" if one.row else "")


def _state(one: Account) -> Cell:
    if one.row is None:
        return Cell("—")
    href = url_for("console.record", instance_id=one.record) if one.record else ""
    said = ("ok", "已通过") if one.row.settled else ("", "未审核")
    return Cell(said[1], href, said[0])


def _standing(one: Account) -> Cell:
    text, shape = STANDINGS[one.standing]
    return Cell(text, badge=shape)


COLUMNS: tuple[Column[Account], ...] = (
    Column("户主", _whose, 112, of=HEAD),
    Column("村", lambda one: one.village, of=VILLAGE),
    Column("核算期末", lambda one: one.say("period_end"), 128, of=("period_end",)),
    Column("类型", lambda one: one.say("account_type"), 84, of=("account_type",)),
    Column("人口", lambda one: one.fact("size"), 56, number=True, of=("size",)),
    _money("纯收入", "net_income", 120),
    _money("人均纯收入", "per_capita_net", 112),
    Column("监测线", lambda one: _yuan(str(one.line)) if one.line else "", 96, number=True),
    Column("和监测线比", _standing, 128),
    Column("系统提示", lambda one: f"{one.findings} 处" if one.findings else "", 80),
    Column("审核", _state, 104),
    _money("总收入", "total_income"),
    _money("工资性收入", "wage_total"),
    _money("生产经营性收入", "business_total"),
    _money("财产性收入", "property_total"),
    _money("转移性收入", "transfer_total"),
    _money("生产经营性支出", "expense_total"),
    _money("刚性支出", "rigid_total"),
    _money("扣刚性支出后人均", "per_capita_after_rigid"),
    Column(
        "相差大的原因",
        lambda one: one.say("change_reason"),
        only_file=True,
        of=("change_reason",),
    ),
)
