"""Lines of a table that are no persons: blank ones, sums, signatures, repeated headers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from server.roster.columns import Table
from server.roster.header import folded
from server.roster.texts import as_text, tidy
from server.roster.workbook import Line

_FILLER = re.compile(
    r"(?:合计|总计|小计|共计|累计|填表|制表|填报|审核|负责人|经办|联系人|说明|备注|注[::]|单位|日期|第\d+页)"
)


@dataclass(frozen=True, slots=True)
class Passed:
    """A line that is no person, and why it is none."""

    number: int
    why: str


def why_passed(line: Line, table: Table) -> str:
    """Why a line is not a person, or blank."""
    if line.blank:
        return "空行"
    texts = [tidy(as_text(cell)) for cell in line.cells]
    if _repeats_header(texts, table):
        return "表头重复"
    keys = {"household_no", "id_number", "person_name", "relation"}
    said = {
        column.key: texts[column.index]
        for column in table.columns
        if column.key in keys and column.index < len(texts) and texts[column.index]
    }
    first = next((text for text in texts if text), "")
    if _FILLER.match(folded(first)) and not said.keys() & {"id_number", "relation"}:
        return f"“{first[:12]}”行，不是人员"
    if _counts_columns(texts):
        return "列号行"
    return "" if said else "没有户编号、姓名和证号，不是人员"


def _repeats_header(texts: Sequence[str], table: Table) -> bool:
    same = sum(
        1
        for column in table.columns
        if column.index < len(texts)
        and column.label
        and folded(texts[column.index]) == folded(column.label)
    )
    return same >= 3


def _counts_columns(texts: Sequence[str]) -> bool:
    """A line under the header that only numbers the columns: 1, 2, 3 …"""
    digits = [int(text) for text in texts if text.isdecimal() and len(text) < 4]
    return (
        len(digits) >= 4
        and len(digits) == len([text for text in texts if text])
        and all(after == before + 1 for before, after in pairwise(digits))
    )
