"""What importing a file would do, household by household and row by row, before it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import Actor
from server.config import current
from server.forms.dictionary import Dictionary
from server.forms.queries import dictionary_in_force
from server.problems import RosterUnreadable
from server.roster import queries
from server.roster.as_of import stated_day
from server.roster.base import SHEET, Base, base_of, refuse_torn
from server.roster.cells import Lists
from server.roster.columns import Table, corrected, find_table
from server.roster.edited import read_edited
from server.roster.fields import BY_KEY, FIELDS, MARK, Field, offered
from server.roster.households import Household, Sorted, group
from server.roster.known import gather, in_parts
from server.roster.passed import Passed
from server.roster.plan import Planned, plan
from server.roster.repeated import not_again
from server.roster.report import Outcome, annotated
from server.roster.rows import read_rows
from server.roster.workbook import read_workbook

SOURCE = "roster"
_STATES = {"new": "新增", "changed": "有变化", "unchanged": "没变化"}
REGISTERS = {"household": "households", "person": "persons"}


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it will be imported.

    villages: code → name of the villages that the importer may fill; mapping: header words → field
    key as a person corrected it, or None; as_of: the day that he chose, or None.
    """

    content: bytes
    villages: Mapping[str, str]
    mapping: Mapping[str, str] | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """A file read through: the table, its households, and what each line came to.

    base: what it had seen, when it is a roster that was exported here.
    """

    table: Table
    as_of: date
    as_of_from: Literal["chosen", "file", "today"]
    sorted: Sorted
    passed: tuple[Passed, ...]
    base: Base | None = None

    @property
    def households(self) -> Sequence[Household]:
        """The households that can go in, as far as the file alone tells."""
        return self.sorted.households


@dataclass(frozen=True, slots=True)
class Counts:
    """How many households and rows; refused and passed count rows."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    remarked: int = 0
    passed: int = 0
    households: int = 0
    persons: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What importing would do.

    refused: row → reasons and cures, in Chinese. remarks: row → what was left out or assumed.
    """

    table: Table
    as_of: date
    as_of_from: Literal["chosen", "file", "today"]
    planned: tuple[Planned, ...]
    refused: Mapping[int, Sequence[str]]
    remarks: Mapping[int, Sequence[str]]
    passed: tuple[Passed, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Labels of needed columns that were not found: nothing can be imported before they are."""
        return self.table.missing

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know about the file as a whole."""
        notes = []
        if self.table.hidden_rows:
            notes.append(f"表里有 {self.table.hidden_rows} 行是隐藏的，也一起读了。")
        if self.table.other_sheets:
            notes.append(
                f"只读工作表“{self.table.sheet}”，没有读：{'、'.join(self.table.other_sheets)}。"
            )
        return tuple(notes)

    @property
    def counts(self) -> Counts:
        """The numbers above the preview."""
        states = [one.state for one in self.planned]
        return Counts(
            new=states.count("new"),
            changed=states.count("changed"),
            unchanged=states.count("unchanged"),
            refused=len(self.refused),
            remarked=len(set(self.remarks) - set(self.refused)),
            passed=len(self.passed),
            households=len(self.planned),
            persons=sum(len(one.household.persons) for one in self.planned),
        )

    def outcomes(self) -> dict[int, Outcome]:
        """Row → what becomes of it and why, for the screen and for the file sent back."""
        found = {one.number: Outcome("不是人员", one.why) for one in self.passed}
        for one in self.planned:
            for row in one.household.rows:
                found[row] = Outcome(_STATES[one.state], " ".join(self.remarks.get(row, ())))
        for row, reasons in self.remarks.items():
            found.setdefault(row, Outcome("没变化", " ".join(reasons)))
        for row, reasons in self.refused.items():
            found[row] = Outcome("不能导入", " ".join(reasons))
        return found


def villages_for(session: Session, actor: Actor | None) -> dict[str, str]:
    """Code → name of the villages that somebody may fill; of all for the office's own commands."""
    return queries.village_names(session, actor.villages if actor else None, clock.today())


def report(seen: Preview, *, only_refused: bool = False) -> bytes:
    """The file to send back: an .xlsx with every line's result and reason."""
    return annotated(seen.table, seen.outcomes(), only_refused)


def preview(session: Session, source: Source) -> Preview:
    """What importing a file would do now.

    Raises RosterUnreadable when the file is no readable roster, with what to do about it.
    """
    understood = understand(session, source)
    planned: list[Planned] = []
    refused: dict[int, list[str]] = dict(understood.sorted.refused)
    secret = current().secret_key
    for part in in_parts(understood.households):
        known, said = gather(
            session,
            part,
            secret=secret,
            source=SOURCE,
            villages=source.villages.keys(),
            base=understood.base,
        )
        compared = plan(part, known, secret, SOURCE)
        planned += not_again(session, compared.planned, said, secret, SOURCE, understood.as_of)
        refused |= compared.refused
    remarks = {row: list(said) for row, said in understood.sorted.remarks.items()}
    for one in planned:
        for row, text in _remarks_on(one):
            remarks.setdefault(row, []).append(text)
    return Preview(
        table=understood.table,
        as_of=understood.as_of,
        as_of_from=understood.as_of_from,
        planned=tuple(planned),
        refused=dict(sorted(refused.items())),
        remarks=dict(sorted(remarks.items())),
        passed=understood.passed,
    )


def _remarks_on(one: Planned) -> Iterator[tuple[int, str]]:
    """What only the registers show: who left, and who is not mentioned any more."""
    if one.strangers:
        yield (
            one.household.rows[0],
            f"户编号 {one.household.household_no} 原来的人一个也不在表里，请核实户编号有没有填错。",
        )
    if one.absent:
        yield (
            one.household.rows[0],
            f"上次表里有、这次没有：{'、'.join(one.absent)}。不会删除；人口减少请在手机上登记。",
        )
    for row, name in one.removed:
        yield row, f"{name}已登记为减少（去世、迁出等），这次导入不改；请核实表里要不要去掉。"


def understand(session: Session, source: Source) -> Understood:
    """Read a file through, up to what only the registers can tell."""
    dictionary = dictionary_in_force(session)
    fields = importable(dictionary)
    sheets = read_workbook(source.content)
    base = base_of(sheets, current().secret_key)
    sheets = tuple(sheet for sheet in sheets if sheet.name != SHEET)
    table = find_table(sheets, fields, queries.remembered_mappings(session))
    if table is None:
        raise RosterUnreadable(
            "没有找到表头。请确认表里有一行写着“户编号、姓名、证件号码、与户主关系”等列名。"
        )
    if source.mapping is not None:
        table = corrected(table, source.mapping, fields)
    refuse_torn(base, table.column_of(MARK) is not None)
    as_of, as_of_from = _as_of(table, source.as_of, base)
    if table.missing:
        return Understood(table, as_of, as_of_from, Sorted(), ())
    if base:
        edited, passed = read_edited(table, base, lists_of(dictionary), source.villages)
        return Understood(table, as_of, as_of_from, edited, tuple(passed), base)
    rows, passed = read_rows(table, lists_of(dictionary), source.villages)
    return Understood(table, as_of, as_of_from, group(rows), tuple(passed))


def _as_of(
    table: Table, chosen: date | None, base: Base | None
) -> tuple[date, Literal["chosen", "file", "today"]]:
    today = clock.today()
    if chosen is not None:
        return min(chosen, today), "chosen"
    if base:
        return base.as_of, "file"
    stated = stated_day((*table.preamble, *table.lines[-5:]), today)
    return (stated, "file") if stated else (today, "today")


def importable(dictionary: Dictionary) -> tuple[Field, ...]:
    """The meanings that the registers of this county can hold."""
    return offered(
        {
            (register.name, name)
            for register in dictionary.registers.values()
            for name in register.properties
        }
    )


def lists_of(dictionary: Dictionary) -> Lists:
    """The choices of every field, from the dictionary's own lists."""
    found = {}
    for meaning in FIELDS:
        if not meaning.options:
            continue
        declared = dictionary.property(REGISTERS.get(meaning.level, ""), meaning.target)
        name = declared.list if declared and declared.list else meaning.options
        found[meaning.options] = dictionary.lists.get(name, ())
    return found


def words_for(dictionary: Dictionary, property_name: str, value: str) -> str:
    """A value of a change as people read it: labels for codes."""
    meaning = next((one for one in BY_KEY.values() if one.target == property_name), None)
    if meaning is None or not meaning.options:
        return value
    labels = dict(lists_of(dictionary).get(meaning.options, ()))
    return "、".join(labels.get(code, code) for code in value.split())
