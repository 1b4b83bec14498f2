"""The places that a roster names, from which an empty instance learns its villages."""

from __future__ import annotations

from dataclasses import dataclass

from server.problems import RosterUnreadable
from server.roster.columns import find_table
from server.roster.fields import FIELDS
from server.roster.texts import as_text, tidy
from server.roster.workbook import read_workbook


@dataclass(frozen=True, slots=True, order=True)
class NamedVillage:
    """A village as a roster names it; code: 12 digits, of which 9 are its town's."""

    code: str
    name: str
    town: str
    county: str
    city: str


def named_villages(content: bytes) -> tuple[NamedVillage, ...]:
    """Every village with a code that a file names, by code. Raises RosterUnreadable."""
    table = find_table(read_workbook(content), FIELDS, {})
    if table is None:
        raise RosterUnreadable("没有找到表头。")
    keys = ("village_code", "village_name", "town_name", "county_name", "city_name")
    at = [table.column_of(key) for key in keys]
    found: dict[str, NamedVillage] = {}
    for line in table.lines:
        texts = [
            tidy(as_text(line.cells[column.index]))
            if column and column.index < len(line.cells)
            else ""
            for column in at
        ]
        if len(texts[0]) == 12 and texts[0].isdecimal() and texts[1]:
            found.setdefault(texts[0], NamedVillage(*texts))
    return tuple(sorted(found.values()))
