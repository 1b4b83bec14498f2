"""Read an exported roster that somebody corrected: only cells that were changed say anything."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.roster.base import Base
from server.roster.cells import Lists, read_cell, text_of
from server.roster.columns import Table
from server.roster.fields import BY_KEY, MARK, Field
from server.roster.households import (
    FACTS,
    HEAD,
    Household,
    Person,
    Sorted,
    personal,
    refuse_shared_numbers,
    refuse_whole,
)
from server.roster.passed import Passed, why_passed
from server.roster.row import Row
from server.roster.rows import agree_with_number, read_row
from server.roster.texts import Fault, as_text, tidy
from server.roster.workbook import Line, Value

#: A masked number: nobody typed it anew.
_MASK = "*"
#: What somebody who does not work has none of.
_OF_WORK = ("work_months", "work_place")


@dataclass(frozen=True, slots=True)
class _Marked:
    """A line with the person and the household that it names; person is blank for a new one."""

    row: Row
    person: str
    home: str


def read_edited(
    table: Table, base: Base, lists: Lists, villages: Mapping[str, str]
) -> tuple[Sorted, list[Passed]]:
    """The households of an exported file with what was changed in them; the lines passed over."""
    reader = _Reader(table, base, lists, villages)
    passed: list[Passed] = []
    for line in table.lines:
        why = why_passed(line, table)
        if why:
            passed.append(Passed(line.number, why))
        else:
            reader.read(line)
    return reader.result(), passed


class _Reader:
    """Reads line by line; knows which persons it has met."""

    def __init__(self, table: Table, base: Base, lists: Lists, villages: Mapping[str, str]) -> None:
        self.table, self.base, self.lists, self.villages = table, base, lists, villages
        self.met: dict[str, int] = {}
        self.homes: dict[str, list[_Marked]] = defaultdict(list)
        self.astray: list[Row] = []
        self.known = {one: base.properties(one) for one in base.shown}
        self.numbers = {
            number: home
            for home in base.homes.values()
            if (number := self.known.get(home, {}).get("household_no"))
        }

    def read(self, line: Line) -> None:
        """Read one line that speaks of a person."""
        mark = tidy(as_text(_at(line, self.table, MARK))).lower()
        if not mark:
            self._newcomer(line)
            return
        row = Row(line.number)
        home = self.base.homes.get(mark)
        if home is None:
            row.faults.append("系统标识不认识。请照导出的表恢复这一格；新增的人请把它清空。")
            self.astray.append(row)
            return
        if mark in self.met:
            row.faults.append(
                f"系统标识和第 {self.met[mark]} 行相同。"
                "新增的人请把这一格清空，不是新增请删掉这一行。"
            )
        self.met.setdefault(mark, line.number)
        self._changes(line, row, self.known.get(mark, {}), self.known.get(home, {}))
        if row.get("id_number"):
            agree_with_number(row)
        if row.get("work") == "none":
            row.values |= dict.fromkeys(_OF_WORK, "")
        self.homes[home].append(_Marked(row, mark, home))

    def _newcomer(self, line: Line) -> None:
        row = read_row(line, self.table, self.lists)
        agree_with_number(row)
        home = self.numbers.get(row.get("household_no"))
        if home is None:
            if row.get("household_no"):
                row.faults.append(
                    f"户编号 {row.get('household_no')} 不在导出的这些户里。"
                    "新增的户请放在另一张花名册里导入。"
                )
            self.astray.append(row)
            return
        self.homes[home].append(_Marked(row, "", home))

    def _changes(
        self, line: Line, row: Row, person: Mapping[str, str], home: Mapping[str, str]
    ) -> None:
        for column in self.table.columns:
            field = BY_KEY.get(column.key)
            if field is None:
                continue
            cell = line.cells[column.index] if column.index < len(line.cells) else None
            if field.key == "village_name":
                self._village(row, tidy(as_text(cell)), home)
            elif field.level != "none" and field.key != "village_code":
                was = (home if field.level == "household" else person).get(field.target, "")
                self._change(row, field, cell, was)

    def _village(self, row: Row, text: str, home: Mapping[str, str]) -> None:
        name = self.villages.get(home.get("village_code", ""))
        if text and name and text != name:
            row.remarks.append("行政村不能在表里改，这一格不导入。整户换村请由县里办理。")

    def _change(self, row: Row, field: Field, cell: Value, was: str) -> None:
        text = as_text(cell).strip()
        if text == text_of(field, was, self.lists) or (field.key == "id_number" and _MASK in text):
            return
        read = read_cell(field, cell, self.lists)
        if isinstance(read, Fault):
            if field.required:
                row.faults.append(read.text)
                return
            row.remarks.append(f"{read.text}这一格先不导入。")
        elif read.value and not _same(field, read.value, was):
            row.values[field.key] = read.value
        elif was and not read.value:
            row.remarks.append(f"{field.label}空着：不会清除原来填的。")

    def result(self) -> Sorted:
        """All lines, as households that can go in, or refused with the reason."""
        found = Sorted()
        rows = [one.row for members in self.homes.values() for one in members]
        refuse_shared_numbers(rows)
        for home, members in self.homes.items():
            self._settle(home, members, found)
        for row in (*rows, *self.astray):
            if row.remarks:
                found.remarks[row.number] = [*row.remarks, *found.remarks.get(row.number, ())]
        for row in self.astray:
            found.refused[row.number] = row.faults
        return found

    def _settle(self, home: str, members: Sequence[_Marked], found: Sorted) -> None:
        names_head = self._check_head(home, members)
        own = {one.row.number: list(one.row.faults) for one in members if one.row.faults}
        if own:
            refuse_whole([one.row for one in members], own, found)
            return
        known = self.known.get(home, {})
        heads = [
            place
            for place, one in enumerate(members)
            if (self._relation(one) == HEAD if names_head else one.person == known.get("head"))
        ]
        found.households.append(
            Household(
                household_no=known.get("household_no", ""),
                values=_facts(members, found),
                persons=tuple(self._person(one) for one in members),
                head=heads[0] if heads else 0,
                rows=tuple(one.row.number for one in members),
                id=home,
                names_head=names_head,
            )
        )

    def _person(self, one: _Marked) -> Person:
        if not one.person:
            return Person(one.row.number, personal(one.row))
        said = {
            field.target: value
            for key, value in one.row.values.items()
            if (field := BY_KEY.get(key)) and field.level == "person"
        }
        name = self.known.get(one.person, {}).get("person_name", "")
        return Person(one.row.number, said, id=one.person, known_as=name)

    def _relation(self, one: _Marked) -> str:
        return one.row.get("relation") or self.known.get(one.person, {}).get("relation", "")

    def _check_head(self, home: str, members: Sequence[_Marked]) -> bool:
        """Whether somebody changed who the head is; a fault where that leaves none or two."""
        if not any(one.row.get("relation") for one in members if one.person) and not any(
            one.row.get("relation") == HEAD for one in members
        ):
            return False
        here = {one.person for one in members}
        heads = [one.row for one in members if self._relation(one) == HEAD]
        away = [
            person
            for person, lives_in in self.base.homes.items()
            if lives_in == home
            and person not in here
            and self.known.get(person, {}).get("relation") == HEAD
        ]
        if len(heads) + len(away) != 1:
            count = len(heads) + len(away)
            said = f"改过以后这一户有 {count} 个户主" if count else "改过以后这一户没有户主"
            for row in heads or [members[0].row]:
                row.faults.append(f"{said}。请只让一人的“与户主关系”是“户主”。")
        return bool(heads)


def _facts(members: Sequence[_Marked], found: Sorted) -> dict[str, str]:
    """The household's values that some row changed; rows that left them alone say nothing."""
    values: dict[str, str] = {}
    for field in FACTS:
        said = Counter(one.row.get(field.key) for one in members if one.person)
        del said[""]
        if len(said) > 1:
            rows = "、".join(str(one.row.number) for one in members if one.row.get(field.key))
            found.remarks.setdefault(members[0].row.number, []).append(
                f"同一户的{field.label}改得不一样（第 {rows} 行），这一项先不导入。请改成一致。"
            )
        elif said:
            values[field.target] = next(iter(said))
    return values


def _same(field: Field, one: str, other: str) -> bool:
    return set(one.split()) == set(other.split()) if field.kind == "many" else one == other


def _at(line: Line, table: Table, key: str) -> Value:
    column = table.column_of(key)
    return line.cells[column.index] if column and column.index < len(line.cells) else None
